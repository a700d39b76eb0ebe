"""The bot at work: its channels, the dispatcher, the schedule and the outbox, from start to an orderly stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.commands import Catalogue
from bot.dispatcher import Dispatcher
from bot.messages import Channel, Incoming, Kind, Outgoing
from bot.metrics import Metrics
from bot.outbox import Sender
from bot.presence import Attendance
from bot.schedule import Schedule
from bot.settings import OutboxSettings, Settings

log = logging.getLogger(__name__)

STOP_SECONDS = 8.0  # what is in hand is finished within them; container engines kill after ten


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, and how the bot uses it.

    `misses` says that what is said there while the bot is away is lost, so that
    the groups have to be told. `pace`: another one than `settings.outbox`.
    """

    channel: Channel
    misses: bool = True
    pace: OutboxSettings | None = None


class Service:
    """One bot on one or more channels, whose names differ. The database has to be open."""

    def __init__(self, ways: Sequence[Way], catalogue: Catalogue, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.metrics = metrics = Metrics()
        self.channels = {way.channel.name: way.channel for way in ways}
        self.senders = {way.channel.name: Sender(way.channel, _paced(settings, way), clock, metrics) for way in ways}
        self.dispatcher = Dispatcher(catalogue, settings, clock, self.wake, say_now=self._say_now, metrics=metrics)
        self.schedule = Schedule(catalogue, settings, clock, self.wake, metrics)
        self._attendances = [Attendance(way.channel, settings, clock, self.wake, metrics) for way in ways if way.misses]
        self._stopping = False

    def wake(self) -> None:
        """The outbox may have something, on whichever channel."""
        for sender in self.senders.values():
            sender.wake()

    async def run(self, stop: asyncio.Event, beside: Sequence[Coroutine[Any, Any, None]] = ()) -> None:
        """Work until `stop` is set, then finish what is in hand; `beside` runs as long as the rest."""
        async with asyncio.TaskGroup() as group:
            sending = [group.create_task(sender.run()) for sender in self.senders.values()]
            works = [channel.run(self._deliver) for channel in self.channels.values()]
            works += [self.dispatcher.run(), self.schedule.run(), *beside]
            works += [attendance.run() for attendance in self._attendances]
            tasks = [group.create_task(work) for work in works]
            await stop.wait()
            self._stopping = True
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self.dispatcher.drain()
                    await asyncio.gather(*(sender.finish_answers() for sender in self.senders.values()))
                    # A message that is being sent now must not be left as one of which nobody knows.
                    for sender in self.senders.values():
                        sender.end()
                    await asyncio.wait(sending)
            except TimeoutError:
                log.warning("not everything could be sent before stopping; the rest is sent at the next start")
            for task in (*tasks, *sending):
                task.cancel()

    async def _deliver(self, message: Incoming) -> None:
        kind = "own" if message.own else message.kind.value
        self.metrics.events.labels(message.channel, kind).inc()
        if message.own and message.kind is not Kind.JOIN:
            self.senders[message.channel].hear(message)
        elif message.kind is Kind.RESTRICTED:
            await self.senders[message.channel].restricted()
        elif not self._stopping:
            await self.dispatcher.deliver(message)

    async def _say_now(self, channel: str, message: Outgoing) -> None:
        await self.channels[channel].send(message)


def _paced(settings: Settings, way: Way) -> Settings:
    return settings.model_copy(update={"outbox": way.pace}) if way.pace else settings
