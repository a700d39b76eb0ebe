"""Turns events into `Incoming` several at a time, and delivers them in the order in which they arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.messages import Deliver, Incoming

E = TypeVar("E")


class Intake(Generic[E]):
    """A bounded, ordered way from events to `deliver`.

    `read` asks the gateway what an event is about, which takes a round trip
    each: up to `window` are under way at once, and none overtakes another. It
    must not raise. At `limit` waiting events `has_room` holds the event stream
    back, so that a burst waits in the gateway and not in memory.
    """

    def __init__(
        self, read: Callable[[E], Awaitable[tuple[Incoming, ...]]], *, limit: int = 1000, window: int = 16
    ) -> None:
        self._read = read
        self._limit = limit
        self._waiting: asyncio.Queue[E] = asyncio.Queue()
        self._reading: asyncio.Queue[asyncio.Task[tuple[Incoming, ...]]] = asyncio.Queue(window)
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        """Whether the event stream is being held back."""
        return not self._room.is_set()

    def offer(self, event: E) -> None:
        """Take an event; the caller has awaited `has_room` before."""
        self._waiting.put_nowait(event)
        if self._waiting.qsize() >= self._limit:
            self._room.clear()

    async def has_room(self) -> None:
        """Wait until another event may be offered."""
        await self._room.wait()

    async def run(self, deliver: Deliver) -> None:
        """Read and deliver until cancelled; what `deliver` raises ends it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver(deliver))
            while True:
                event = await self._waiting.get()
                if self._waiting.qsize() < self._limit:
                    self._room.set()
                await self._reading.put(group.create_task(self._read_one(event)))

    async def _read_one(self, event: E) -> tuple[Incoming, ...]:
        return await self._read(event)

    async def _deliver(self, deliver: Deliver) -> None:
        while True:
            reading = await self._reading.get()
            for incoming in await reading:
                await deliver(incoming)
