"""One connection to a puppet: a Wechaty client whose events stay in order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from wechaty import Wechaty, WechatyOptions
from wechaty_puppet import PuppetOptions

from bot.channels.wechaty.puppets import GatedPuppet
from bot.channels.wechaty.supervision import StreamEnded

EVENTS: Final = (
    "dong",
    "heart-beat",
    "ready",
    "error",
    "dirty",
    "scan",
    "login",
    "logout",
    "message",
    "friendship",
    "room-invite",
    "room-join",
    "room-leave",
    "room-topic",
)


class Connection(Wechaty):  # type: ignore[misc]  # wechaty has no types
    """Used once: when `start` ends, however it does, the connection is over."""

    def __init__(self, puppet: GatedPuppet, take: Callable[[Connection, str, Any], None]) -> None:
        """`take(connection, name, payload)` gets every event, in order, and must neither wait nor raise."""
        # Own options: the default ones are one object that all bots of a process share.
        super().__init__(WechatyOptions(puppet=puppet, puppet_options=PuppetOptions()))
        self.me: str | None = None  # the id of the account, once it is logged in
        self._take = take

    async def init_puppet_event_bridge(self, puppet: GatedPuppet) -> None:
        """Pass events on as they come; Wechaty's own bridge makes each of them a task, in no order."""
        for name in EVENTS:
            puppet.on(name, partial(self._take, self, name))

    async def start(self) -> None:
        """Run until the connection breaks, and raise what broke it; Wechaty's own returns `None` or tries once more."""
        await self.init_puppet()
        await self.init_puppet_event_bridge(self.puppet)
        await self.puppet.start()
        raise StreamEnded

    async def stop(self) -> None:
        """Close it."""
        await self.puppet.stop()
