"""Saying when the bot was away: a gateway keeps nothing for those who are not connected, so members have to repeat it.

Once per absence and group, with nothing but the times.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from bot import outbox
from bot.clock import Clock
from bot.messages import Channel
from bot.metrics import Metrics
from bot.outages import is_outage
from bot.settings import Settings
from bot.wording import in_group
from models import Presence, Room, Urgency

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
NOTE_EVERY = timedelta(seconds=5)
AWAY = "我从{since}到{until}不在线，这段时间发给我的话没有收到。没有得到答复的，请再发一次。"


class Attendance:
    """Notes when `channel` can hear, and tells its groups of a gap of `settings.outbox.away_seconds` or more."""

    def __init__(
        self,
        channel: Channel,
        settings: Settings,
        clock: Clock,
        sent: Callable[[], None],
        metrics: Metrics | None = None,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel = channel
        self._settings = settings
        self._clock = clock
        self._sent = sent
        self._metrics = metrics or Metrics()
        self._longest_gap = timedelta(seconds=settings.presence.away_seconds)
        self._noted: datetime | None = None
        self._hears_since: datetime | None = None
        self._steady = steady
        self._looked = steady()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:
                if not is_outage(error):
                    raise
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Note that the channel hears, where it does; a database that is away is no gap in what it heard."""
        if not self._channel.health.ready:
            # The next look at a channel that hears has to see the gap, however short the last note is past.
            self._noted = self._hears_since = None
            return
        now = self._clock.now()
        # By the steady clock: one that was set forwards is no gap, a process that was stopped is.
        if self._hears_since is None or self._steady() - self._looked >= self._longest_gap.total_seconds():
            self._hears_since = now
        self._hears_since = min(self._hears_since, now)  # a clock that was set back
        try:
            if self._noted is None or not timedelta() <= now - self._noted < NOTE_EVERY:
                await self._note(self._hears_since, now)
        finally:
            self._looked = self._steady()

    async def _note(self, since: datetime, now: datetime) -> None:
        async with in_transaction():
            last, _ = await Presence.get_or_create({"heard_until": now}, channel=self._channel.name)
            if since - last.heard_until >= self._longest_gap:
                await self._tell(last.heard_until, since)
            last.heard_until = now
            await last.save(update_fields=["heard_until"])
        if self._noted is None:
            self._metrics.connects.labels(self._channel.name).inc()
        self._noted = now
        self._sent()

    async def _tell(self, since: datetime, until: datetime) -> None:
        log.warning("channel %s heard nothing from %s to %s", self._channel.name, since.isoformat(), until.isoformat())
        self._metrics.away.labels(self._channel.name).inc((until - since).total_seconds())
        text = in_group(AWAY, since=since, until=until)
        for room in await Room.filter(channel=self._channel.name, active=True):
            await outbox.put(
                outbox.Address(room.channel, room=room.room),
                text,
                now=until,
                settings=self._settings,
                urgency=Urgency.NOTICE,
                key=f"away:{room.channel}:{room.room}:{since.isoformat()}",
            )
