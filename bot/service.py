"""The bot at work: a channel, the dispatcher, the schedule and the outbox, from start to an orderly stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from bot.clock import Clock
from bot.commands import Catalogue
from bot.dispatcher import Dispatcher
from bot.messages import Channel, Incoming, Kind
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.presence import Attendance
from bot.schedule import Schedule
from bot.settings import Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 8.0  # what is in hand is finished within them; container engines kill after ten


class Service:
    """One channel's bot. The database has to be open.

    `misses` says that what is said while the bot is away is lost, so that the
    groups have to be told.
    """

    def __init__(
        self, channel: Channel, catalogue: Catalogue, settings: Settings, clock: Clock, *, misses: bool = True
    ) -> None:
        self.channel = channel
        self.settings = settings
        self.clock = clock
        self.metrics = metrics = Metrics()
        self.sender = Sender(channel, settings, clock, metrics)
        wake = self.sender.wake
        self.dispatcher = Dispatcher(catalogue, settings, clock, wake, say_now=channel.send, metrics=metrics)
        self.schedule = Schedule(catalogue.jobs, settings, clock, wake, metrics)
        self._attendance = Attendance(channel, settings, clock, wake, metrics) if misses else None
        self._stopping = False

    async def run(self, stop: asyncio.Event, beside: Sequence[Coroutine[Any, Any, None]] = ()) -> None:
        """Work until `stop` is set, then finish what is in hand; `beside` runs as long as the rest."""
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self.sender.run())
            works = [self.channel.run(self._deliver), self.dispatcher.run(), self.schedule.run(), *beside]
            if self._attendance:
                works.append(self._attendance.run())
            tasks = [group.create_task(work) for work in works]
            await stop.wait()
            self._stopping = True
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self.dispatcher.drain()
                    await self.sender.finish_answers()
                    # A message that is being sent now must not be left as one of which nobody knows.
                    self.sender.end()
                    await sending
            except TimeoutError:
                log.warning("not everything could be sent before stopping; the rest is sent at the next start")
            for task in (*tasks, sending):
                task.cancel()

    async def _deliver(self, message: Incoming) -> None:
        self.metrics.events.labels("own" if message.own else message.kind.value).inc()
        if message.own and message.kind is not Kind.JOIN:
            self.sender.hear(message)
        elif message.kind is Kind.RESTRICTED:
            await self.sender.restricted()
        elif not self._stopping:
            await self.dispatcher.deliver(message)
