"""A way that only sends, by one call for each message: nothing is heard, and no connection can break."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.messages import Deliver, Health


class SendingOnly:
    """What such a `bot.messages.Channel` is beside its `capabilities` and `send`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._health = Health(True, datetime.now(UTC), "sends only")

    @property
    def name(self) -> str:
        """The channel's name in the database."""
        return self._name

    @property
    def health(self) -> Health:
        """There is no connection that could break."""
        return self._health

    async def run(self, deliver: Deliver) -> None:
        """Nothing is heard."""
        await asyncio.Event().wait()
