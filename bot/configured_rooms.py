"""Groups that no secretary can bind, because nothing is heard there: the configuration says whose they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from tortoise.transactions import in_transaction

from bot.clock import Clock
from bot.outages import patiently
from models import Branch, Level, Room

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60.0  # a branch may come with the next roster


class ConfiguredRooms:
    """Keeps the rooms of `channel` as `branches` says: each branch has one, whose id is the branch's name."""

    def __init__(self, channel: str, branches: Collection[str], clock: Clock) -> None:
        self._channel = channel
        self._branches = branches
        self._clock = clock
        self._unknown: list[str] = []

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            unknown = await patiently(self.assign, "the configured groups")
            if unknown != self._unknown:
                log.warning("channel %s: no branch, or more than one, is called %s", self._channel, "、".join(unknown))
                self._unknown = unknown
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def assign(self) -> list[str]:
        """Bring the records up to the configuration; returns the names that are no branch's, or several branches'."""
        found: dict[str, list[Branch]] = {name: [] for name in self._branches}
        for branch in await Branch.filter(name__in=list(self._branches), level=Level.BRANCH):
            found[branch.name].append(branch)
        async with in_transaction():
            rooms = {room.room: room for room in await Room.filter(channel=self._channel)}
            for name, branches in found.items():
                if len(branches) == 1:
                    await self._give(rooms.pop(name, None), branches[0])
            gone = [room.id for room in rooms.values() if room.active]
            if gone:
                await Room.filter(id__in=gone).update(active=False)
        return [name for name, branches in found.items() if len(branches) != 1]

    async def _give(self, room: Room | None, branch: Branch) -> None:
        if room is None:
            await Room.create(channel=self._channel, room=branch.name, branch=branch, bound_at=self._clock.now())
        elif not room.active or room.branch_id != branch.id:
            room.active, room.branch_id, room.bound_at = True, branch.id, self._clock.now()
            await room.save(update_fields=["active", "branch_id", "bound_at"])
