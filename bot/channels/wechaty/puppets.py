"""What the client asks of a puppet beyond `wechaty_puppet.Puppet`, so that order and back-pressure hold.

Wechaty emits every event to coroutine listeners, and each becomes a task of
its own: unordered and unbounded. The two puppets of this folder emit to plain
functions instead, in order of arrival, and wait at their `gate` between two events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from wechaty_puppet import Puppet

from bot.messages import Card


class GatedPuppet(Puppet):  # type: ignore[misc]  # wechaty_puppet has no types
    """A puppet whose reader waits for its client.

    `gate` is awaited before each event. `opened` is set once events can arrive.
    `start` returns when the connection has ended, and raises where it failed.
    """

    gate: Callable[[], Awaitable[None]]
    opened: asyncio.Event

    async def message_send_card(self, conversation_id: str, card: Card) -> str:
        """Send a link as a card; returns the message's id, where the puppet tells it. Raises `NoCards`."""
        raise NoCards


class NoCards(Exception):
    """The puppet sends no cards; nothing was sent."""


PuppetFactory = Callable[[], GatedPuppet]


class FileTooLarge(Exception):
    """A file is above the limit of what is taken or sent; it was neither."""


class ConnectionOver(ConnectionError):
    """The puppet's connection has ended; nothing was sent."""


class PuppetRefusal(Exception):
    """The puppet cannot do this and did not: no such message, contact or room, or it may not write there."""


async def open_gate() -> None:
    """Hold nothing back."""
