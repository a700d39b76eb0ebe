"""The schedule under any movement of the clock, restarts, and several processes on one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.commands import Audience, Catalogue, MonthlyTick, Notice, ToGroup, job
from bot.database import opened
from bot.schedule import Schedule
from bot.settings import ReminderSettings, Settings
from bot.understanding.values import SHANGHAI, Month
from bot.wording import in_group
from models import Branch, JobRun, Level, OutboxMessage, Room
from tests.chat import CHANNEL, SetClock
from tests.databases import SqliteSource

BEGINNING = datetime(2027, 11, 1, tzinfo=SHANGHAI)  # a leap year lies ahead
CATCH_UP = 7
BRANCHES = {
    "甲支部": {"day": 31, "at": "09:00"},
    "乙支部": {"day": 25, "at": "23:30"},
    "丙支部": {"day": 1, "at": "00:00"},
}
SETTINGS = Settings(reminders={"branches": BRANCHES, "catch_up_days": CATCH_UP})

T = TypeVar("T")


class Died(BaseException):
    """The process was killed in a job."""


class Doom:
    """Whether the next monthly job dies, after it has worked and before its work is kept."""

    near = False


@job("tests.monthly", tells=(Audience.GROUP,), monthly=ReminderSettings.first)
async def monthly(tick: MonthlyTick) -> Sequence[Notice]:
    if Doom.near:
        raise Died
    return [ToGroup(tick.branch.id, in_group("{month} 提醒", month=tick.month))]


class ScheduleMachine(RuleBasedStateMachine):
    """Three branches, remembered by what their groups are told; `present` is when somebody looked at the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.clock = SetClock(BEGINNING)
        self.looks: list[datetime] = []
        self.database: Any = None

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        EXECUTOR_CACHE.clear()
        Doom.near = False
        self.database = opened(self.do(SOURCE.copy(Path(self.folder.name))))
        self.do(self.database.__aenter__())
        self.do(_found(BEGINNING))
        self.schedules = [self._schedule() for _ in range(3)]

    def _schedule(self) -> Schedule:
        return Schedule(Catalogue({}, jobs=[monthly]), SETTINGS, self.clock)

    def teardown(self) -> None:
        if self.database:
            self.do(self.database.__aexit__(None, None, None))
        self.loop.close()
        self.folder.cleanup()

    @rule(hours=st.integers(1, 24 * 40))
    def forwards(self, hours: int) -> None:
        self.clock.moment += timedelta(hours=hours)

    @rule(hours=st.integers(1, 24 * 40))
    def backwards(self, hours: int) -> None:
        self.clock.moment = max(BEGINNING, self.clock.moment - timedelta(hours=hours))

    @rule(seconds=st.integers(-90, 90))
    def a_little(self, seconds: int) -> None:
        self.clock.moment = max(BEGINNING, self.clock.moment + timedelta(seconds=seconds))

    @rule(which=st.integers(0, 2))
    def looked(self, which: int) -> None:
        self.do(self.schedules[which].tick())
        self.looks.append(self.clock.now())

    @rule()
    def looked_together(self) -> None:
        """All three processes at the same moment."""
        self.do(_together(self.schedules))
        self.looks.append(self.clock.now())

    @rule(which=st.integers(0, 2))
    def died(self, which: int) -> None:
        """Killed in the first job that it does, and started anew."""
        Doom.near = True
        try:
            self.do(self.schedules[which].tick())
        except Died:
            self.schedules[which] = self._schedule()
        Doom.near = False

    @rule(which=st.integers(0, 2))
    def restarted(self, which: int) -> None:
        self.schedules[which] = self._schedule()

    @invariant()
    def each_once_and_none_missed(self) -> None:
        if not self.database:
            return
        told, runs = self.do(_done())
        assert max(told.values(), default=1) == 1, f"told twice: {told}"
        assert told.total() == runs, "a job is marked done whose reminder was not written, or the other way round"
        assert set(told) == self._due(), "what is told is not what fell due"

    def _due(self) -> set[tuple[str, str]]:
        """By the rule alone: a look within the days after the moment finds it."""
        due = set()
        for name in BRANCHES:
            times = SETTINGS.reminders.of(name)
            for look in self.looks:
                for step in range(-3, 1):
                    month = Month.of(look) + step
                    moment = times.moment(month)
                    if BEGINNING <= moment <= look <= moment + timedelta(days=CATCH_UP):
                        due.add((name, month.label))
        return due


async def _found(now: datetime) -> None:
    for name in BRANCHES:
        branch = await Branch.create(name=name, level=Level.BRANCH, path=f"示范大学/信息学院/{name}", created_at=now)
        await Room.create(channel=CHANNEL, room=f"{name}@chatroom", branch=branch, bound_at=now)


async def _together(schedules: Sequence[Schedule]) -> None:
    await asyncio.gather(*(schedule.tick() for schedule in schedules))


async def _done() -> tuple[Counter[tuple[str, str]], int]:
    """How often each branch was told of each month, and how many jobs are marked done."""
    rows = await OutboxMessage.all()
    told = Counter((str(row.room).removesuffix("@chatroom"), row.text.removesuffix(" 提醒")) for row in rows)
    return told, await JobRun.all().count()


EMPTY = TemporaryDirectory()
SOURCE = SqliteSource(Path(EMPTY.name))

TestSchedule = ScheduleMachine.TestCase
TestSchedule.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
