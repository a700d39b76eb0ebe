"""Whether the bot does its work, for whoever watches it: ``GET /healthz``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from tortoise.exceptions import BaseORMException

from bot.messages import Channel, Health
from models import OutboxMessage, OutboxState

PROBE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Status:
    """`waiting` is how many messages are in the outbox, not sent yet; None where the database does not answer."""

    channel: Health
    waiting: int | None

    @property
    def well(self) -> bool:
        return self.channel.ready and self.waiting is not None


Probe = Callable[[], Awaitable[Status]]


def probe_of(channel: Channel) -> Probe:
    """Look at `channel` and at its part of the outbox in the open database."""

    async def probe() -> Status:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                waiting = await OutboxMessage.filter(
                    channel=channel.name, state__in=[OutboxState.PENDING, OutboxState.SENDING]
                ).count()
        except (BaseORMException, OSError):  # a TimeoutError is an OSError
            return Status(channel.health, None)
        return Status(channel.health, waiting)

    return probe


def health_application(probe: Probe) -> web.Application:
    """Nothing but ``/healthz``."""
    application = web.Application()
    add_health(application, probe)
    return application


def add_health(application: web.Application, probe: Probe) -> None:
    """Answer ``/healthz`` with 200, or 503 where something is not well. It holds no personal data and no address."""

    async def healthz(_: web.Request) -> web.Response:
        status = await probe()
        since = status.channel.since
        report = {
            "status": "ok" if status.well else "unavailable",
            "channel": {"ready": status.channel.ready, "since": since.isoformat() if since else None},
            "database": {"reachable": status.waiting is not None},
            "outbox": {"waiting": status.waiting},
        }
        return web.json_response(report, status=200 if status.well else 503, headers={"Cache-Control": "no-store"})

    application.router.add_get("/healthz", healthz)
