"""A gateway that keeps all that it ever heard from the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.gateway.control import Gateway, Heard


@dataclass(frozen=True, slots=True)
class Sent:
    """Something the bot sent; `at` is by `time.monotonic`."""

    place: str
    text: str
    at: float


class HearingGateway(Gateway):
    """`sent` is all that the bot sent, over every restart."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.sent: list[Sent] = []
        self._waiting: dict[asyncio.Future[Sent], Callable[[Sent], bool]] = {}

    async def __aenter__(self) -> HearingGateway:
        await self.start()
        return self

    async def _note(self, change: Callable[[], None]) -> None:
        before = len(self.heard)
        await super()._note(change)
        for heard in self.heard[before:]:
            self._keep(heard)
        self.heard.clear()

    def _keep(self, heard: Heard) -> None:
        sent = Sent(heard.room or heard.to or "", heard.text, time.monotonic())
        self.sent.append(sent)
        for future, matches in list(self._waiting.items()):
            if not future.done() and matches(sent):
                future.set_result(sent)

    async def hears(self, matches: Callable[[Sent], bool], within: float) -> Sent | None:
        """The next thing that the bot sends and that matches; None where it does not come in time."""
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiting[future] = matches
        try:
            async with asyncio.timeout(within):
                return await future
        except TimeoutError:
            return None
        finally:
            del self._waiting[future]
