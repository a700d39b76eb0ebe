"""What is served beside a gateway: the bot's health and metrics, the lessons, and the pages of members."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.metrics import Metrics
from bot.settings import Settings
from bot.web.faults import without_details
from bot.web.guard import add_headers
from bot.web.health import Probe, add_health
from bot.web.lessons_page import add_lessons
from bot.web.limits import ADDRESS_BURST, ADDRESS_PER_MINUTE, Limiter, limit_addresses
from bot.web.look import add_look
from bot.web.member_pages import PREFIX

BODY_LIMIT: Final = 16_384  # bytes: nothing but small forms is posted


def gateway_application(
    probe: Probe, metrics: Metrics, settings: Settings, members: web.Application | None = None
) -> web.Application:
    """``/healthz``, ``/metrics``, ``/lessons``, and ``/my`` where there are pages of `members`."""
    limiter = Limiter(ADDRESS_BURST, ADDRESS_PER_MINUTE)
    application = web.Application(
        middlewares=[without_details, limit_addresses(limiter, settings.web.proxies)], client_max_size=BODY_LIMIT
    )
    add_health(application, probe, metrics)
    add_look(application)
    add_lessons(application, settings.lessons)
    if members is not None:
        application.add_subapp(PREFIX, members)
    application.on_response_prepare.append(add_headers)
    return application
