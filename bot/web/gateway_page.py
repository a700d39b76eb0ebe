"""What is served beside a gateway: the bot's health and metrics, and the lessons."""

from __future__ import annotations

from aiohttp import web

from bot.metrics import Metrics
from bot.settings import LessonSettings
from bot.web.health import Probe, add_health
from bot.web.lessons_page import add_lessons


def health_application(probe: Probe, metrics: Metrics, lessons: LessonSettings) -> web.Application:
    """``/healthz``, ``/metrics`` and ``/lessons``."""
    application = web.Application()
    add_health(application, probe, metrics)
    add_lessons(application, lessons)
    return application
