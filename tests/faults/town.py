"""Branches with their groups and members, in a database and on a gateway; all of them are made up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.database import opened
from bot.understanding.values import SHANGHAI, Month
from models import Account, Activity, ActivityKind, ActivityState, Branch, Category, Level, Member, Post, Room
from tests.gateway.control import Gateway

# Tortoise knows one open database at a time.
ONE_AT_A_TIME = asyncio.Lock()
# Dues that each may declare: of the past months, for which nobody is asked back.
MONTHS = 21
FIRST_DUES = Month.of(datetime.now(SHANGHAI)) + (1 - MONTHS)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of branch number `branch`, who writes in its group and privately; `number` is unique in the town."""

    number: int
    branch: int
    account: str  # the channel's name

    @property
    def name(self) -> str:
        return f"党员{self.number:04d}"

    @property
    def contact(self) -> str:
        return f"wx-{self.number}"

    @property
    def room(self) -> str:
        return room(self.branch)


def room(branch: int) -> str:
    """The group's id."""
    return f"group-{branch}@chatroom"


@dataclass(frozen=True, slots=True)
class Town:
    """So many branches of so many members each; branch number n is at home on account n modulo `accounts`.

    `activities` of each branch are over, and can be spoken about; `ahead` can be signed up for.
    """

    branches: int
    members: int
    activities: int
    ahead: int = 5
    accounts: tuple[str, ...] = ("wechaty",)

    @property
    def people(self) -> list[Person]:
        return [
            Person(branch * self.members + position, branch, self.account(branch))
            for branch in range(self.branches)
            for position in range(self.members)
        ]

    def account(self, branch: int) -> str:
        return self.accounts[branch % len(self.accounts)]

    async def furnish(self, url: str) -> None:
        """Write the town into an empty database; the first member of each branch is its secretary."""
        async with ONE_AT_A_TIME:
            EXECUTOR_CACHE.clear()
            async with opened(url):
                await self._write(datetime.now(SHANGHAI))

    async def _write(self, now: datetime) -> None:
        founded = now - timedelta(days=2)
        for number in range(self.branches):
            name = f"第{number}流动党支部"
            path = f"示范大学/信息学院/{name}"
            branch = await Branch.create(name=name, level=Level.BRANCH, path=path, created_at=founded)
            await Room.create(channel=self.account(number), room=room(number), branch=branch, bound_at=founded)
            await self._write_members(branch, [one for one in self.people if one.branch == number], founded)
            await self._write_activities(branch, now)

    async def _write_members(self, branch: Branch, people: list[Person], founded: datetime) -> None:
        for position, person in enumerate(people):
            member = await Member.create(
                name=person.name,
                student_no=f"2023{person.number:04d}",
                branch=branch,
                category=Category.FULL,
                post=Post.SECRETARY if position == 0 else Post.NONE,
                dues_from=str(FIRST_DUES),
                created_at=founded,
            )
            await Account.create(
                channel=person.account, contact=person.contact, member=member, friend=True, bound_at=founded
            )

    async def _write_activities(self, branch: Branch, now: datetime) -> None:
        secretary = await Member.filter(branch_id=branch.id).order_by("id").first()
        long_ago, soon = now - timedelta(days=30), now + timedelta(days=5)

        def activity(number: int, **fields: Any) -> Activity:
            kind = ActivityKind.PARTY_DAY
            return Activity(
                branch=branch,
                number=number,
                kind=kind,
                topic="学习",
                organiser=secretary,
                created_at=long_ago,
                **fields,
            )

        over = [
            activity(number, start=long_ago, state=ActivityState.CLOSED, closed_at=now)
            for number in range(1, self.activities + 1)
        ]
        ahead = [activity(self.activities + number, start=soon) for number in range(1, self.ahead + 1)]
        await Activity.bulk_create([*over, *ahead], batch_size=500)

    async def populate(self, gateway: Gateway, account: str = "wechaty") -> None:
        """Let the gateway of `account` know its people and rooms."""
        people = [person for person in self.people if person.account == account]
        for person in people:
            await gateway.add_contact(person.contact, person.name)
        for branch in sorted({person.branch for person in people}):
            members = [person.contact for person in people if person.branch == branch]
            await gateway.add_room(room(branch), f"第{branch}群", members)
