"""Whether the bot does its work: ``GET /healthz`` and ``GET /metrics``, for whoever watches it; no personal data."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from tortoise.exceptions import BaseORMException
from tortoise.functions import Count, Min

from bot.messages import Health
from bot.metrics import Metrics
from bot.service import Service
from models import OutboxMessage, OutboxState, Presence, Urgency

PROBE_SECONDS: Final = 3.0
STALLED_SECONDS: Final = 300.0  # an answer waits, and nothing has been sent for so long
LATE_SECONDS: Final = 300.0  # the schedule is looked through three times a minute
OPEN: Final = (OutboxState.PENDING, OutboxState.SENDING)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database says of one channel."""

    outbox: Mapping[OutboxState, int]
    answer_waits: float = 0.0  # how long the oldest answer has been waiting, in seconds
    heard_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """One channel. `kept` is None where the database does not answer."""

    health: Health
    kept: Kept | None
    paused: bool = False  # the chat system has said 操作过于频繁
    sent_today: int = 0
    day_cap: int = 1
    since_sending: float = 0.0  # seconds, from the last message that was sent, well or not

    @property
    def stalled(self) -> bool:
        """An answer waits that could have been sent. Pausing and a day's cap are no fault: they are told apart."""
        if self.kept is None or not self.health.ready or self.paused or self.sent_today >= self.day_cap:
            return False
        return min(self.kept.answer_waits, self.since_sending) > STALLED_SECONDS


@dataclass(frozen=True, slots=True)
class Status:
    """The bot, by the names of its channels."""

    channels: Mapping[str, ChannelStatus]
    since_tick: float = 0.0  # seconds, from the last time that the schedule was looked through

    @property
    def database_reachable(self) -> bool:
        return all(channel.kept is not None for channel in self.channels.values())

    @property
    def late(self) -> bool:
        return self.since_tick > LATE_SECONDS

    @property
    def well(self) -> bool:
        able = all(channel.health.ready and not channel.stalled for channel in self.channels.values())
        return able and self.database_reachable and not self.late


Probe = Callable[[], Awaitable[Status]]


def probe_of(service: Service) -> Probe:
    """Look at the bot, and at its channels' parts of the open database."""

    async def probe() -> Status:
        found: Mapping[str, Kept | None]
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                found = {name: await _kept(name, service.clock.now()) for name in service.channels}
        except (BaseORMException, OSError):  # a TimeoutError is an OSError
            found = dict.fromkeys(service.channels)
        now = time.monotonic()
        channels = {}
        for name, channel in service.channels.items():
            sender = service.senders[name]
            channels[name] = ChannelStatus(
                channel.health,
                found[name],
                paused=sender.pace.paused(now),
                sent_today=sender.sent_today,
                day_cap=sender.day_cap,
                since_sending=now - sender.moved,
            )
        return Status(channels, since_tick=now - service.schedule.ticked)

    return probe


async def _kept(channel: str, now: datetime) -> Kept:
    of_channel = OutboxMessage.filter(channel=channel)
    counted = await of_channel.annotate(rows=Count("id")).group_by("state").values_list("state", "rows")
    answers = of_channel.filter(state__in=OPEN, urgency=Urgency.ANSWER)
    [[oldest]] = await answers.annotate(oldest=Min("created_at")).values_list("oldest")
    presence = await Presence.get_or_none(channel=channel)
    return Kept(
        {OutboxState(state): rows for state, rows in counted},
        _age(oldest, now),
        presence.heard_until if presence else None,
    )


def _age(moment: datetime | str | None, now: datetime) -> float:
    """Seconds, 0 for what is not there; SQLite gives the least of a column as the text that it keeps."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return 0.0 if moment is None else max((now - moment).total_seconds(), 0.0)


def add_health(application: web.Application, probe: Probe, metrics: Metrics) -> None:
    """``/healthz`` answers 200, or 503 where something is not well; ``/metrics`` as Prometheus reads it."""

    async def healthz(_: web.Request) -> web.Response:
        status = await probe()
        code = 200 if status.well else 503
        return web.json_response(_report(status), status=code, headers={"Cache-Control": "no-store"})

    async def shown(_: web.Request) -> web.Response:
        _set(metrics, await probe())
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application.router.add_get("/healthz", healthz)
    application.router.add_get("/metrics", shown)


def _report(status: Status) -> dict[str, object]:
    return {
        "status": "ok" if status.well else "unavailable",
        "channels": {name: _report_on(channel) for name, channel in status.channels.items()},
        "database": {"reachable": status.database_reachable},
        "schedule": {"seconds_since": round(status.since_tick), "late": status.late},
    }


def _report_on(channel: ChannelStatus) -> dict[str, object]:
    kept, since = channel.kept, channel.health.since
    waiting = sum(kept.outbox.get(state, 0) for state in OPEN) if kept else None
    heard = kept.heard_until if kept else None
    return {
        "ready": channel.health.ready,
        "since": since.isoformat() if since else None,
        "heard_until": heard.isoformat() if heard else None,
        "outbox": {
            "waiting": waiting,
            "oldest_answer_seconds": round(kept.answer_waits) if kept else None,
            "stalled": channel.stalled,
            "paused": channel.paused,
            "sent_today": channel.sent_today,
            "day_cap": channel.day_cap,
        },
    }


def _set(metrics: Metrics, status: Status) -> None:
    metrics.database_reachable.set(status.database_reachable)
    metrics.since_tick.set(status.since_tick)
    for name, channel in status.channels.items():
        kept = channel.kept
        metrics.channel_ready.labels(name).set(channel.health.ready)
        metrics.paused.labels(name).set(channel.paused)
        metrics.sent_today.labels(name).set(channel.sent_today)
        metrics.day_cap.labels(name).set(channel.day_cap)
        metrics.oldest_answer.labels(name).set(kept.answer_waits if kept else float("nan"))
        for state in OutboxState:
            metrics.outbox.labels(name, state.value).set(kept.outbox.get(state, 0) if kept else float("nan"))
