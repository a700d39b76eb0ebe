"""A channel at work: what it delivered, and what it is told to answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.messages import Channel, Incoming

Answer = Callable[[Incoming], Awaitable[None]]


class Line:
    """Everything that `channel` delivered, own messages too."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.received: list[Incoming] = []
        self._news = asyncio.Condition()

    @property
    def texts(self) -> list[str]:
        """What others wrote, in the order of delivery."""
        return [incoming.text for incoming in self.received if not incoming.own]

    async def take(self, incoming: Incoming) -> None:
        async with self._news:
            self.received.append(incoming)
            self._news.notify_all()

    async def expect(self, matches: Callable[[Incoming], bool], *, within: float = 20) -> Incoming:
        """The first delivered message that matches, earlier or later."""

        def found() -> Incoming | None:
            return next((incoming for incoming in self.received if matches(incoming)), None)

        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(found)
        incoming = found()
        assert incoming
        return incoming

    async def health(self, ready: bool, *, within: float = 20) -> None:
        """Wait until the channel's health says so."""
        await until(lambda: self.channel.health.ready is ready, within=within)


async def until(holds: Callable[[], bool], *, within: float = 20) -> None:
    """Look again and again; `TimeoutError` where it does not come to hold."""
    async with asyncio.timeout(within):
        while True:
            if holds():
                return
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def running(channel: Channel, answer: Answer | None = None) -> AsyncIterator[Line]:
    """Run `channel` for a while; `answer` gets everything but echoes. What `run` raises is raised at the end."""
    line = Line(channel)

    async def deliver(incoming: Incoming) -> None:
        await line.take(incoming)
        if answer and not incoming.own:
            await answer(incoming)

    task = asyncio.create_task(channel.run(deliver))
    try:
        yield line
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
