"""All faults, one after another on each kind of database, and what came of each."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.databases import SqliteSource
from tests.faults import boundaries, database_faults, gateway_faults, kills, several
from tests.faults.burst import burst
from tests.faults.database_faults import BreakablePostgres
from tests.faults.process import Starter
from tests.faults.reckoning import Reckoning
from tests.faults.scene import WITHIN, Scene, finish, scene
from tests.faults.town import ONE_AT_A_TIME

SLOWEST = 10.0  # seconds from a fault's end to an answer
FROM_COLD = 30.0  # where Python and Wechaty have to be loaded first, on a machine that has other things to do too

PATIENT = 6.0  # seconds before something is said again, where nothing has to be

Act = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table. `recovery` is the slowest, in seconds; `trouble` is what went wrong, for a person to read."""

    fault: str
    database: str
    times: int
    lost: int
    doubled: int
    unknown: int
    recovery: float | None
    note: str = ""
    trouble: str = ""
    limit: float = SLOWEST

    @property
    def true(self) -> bool:
        """Whether nothing was lost and nothing happened twice."""
        return not (self.lost or self.doubled or self.trouble)

    @property
    def good(self) -> bool:
        """The same, and quickly."""
        return self.true and (self.recovery is None or self.recovery <= self.limit)


Report = Callable[[Outcome], None]


class Lane:
    """One kind of database, on which faults are tried one after another. Each begins with a fresh database."""

    def __init__(
        self, starter: Starter, folder: Path, source: SqliteSource | BreakablePostgres, report: Report
    ) -> None:
        self.source = source
        self.name = "PostgreSQL" if isinstance(source, BreakablePostgres) else "SQLite"
        self._starter = starter
        self._folder = folder
        self._report = report
        self._seed = 0

    def seeded(self, seed: int) -> Lane:
        self._seed = seed
        return self

    async def _fresh(self) -> tuple[Path, str]:
        self._seed += 1
        folder = self._folder / f"{self.name}-{self._seed}"
        folder.mkdir()
        async with ONE_AT_A_TIME:  # the first copy is migrated in this process
            return folder, await self.source.copy(folder)

    async def try_(
        self,
        fault: str,
        times: int,
        act: Act,
        *,
        running: bool = True,
        strictly: bool = False,
        limit: float = SLOWEST,
    ) -> None:
        """Let `act` have its way `times` times with a bot at work, or with none where not `running`; and compare."""
        folder, url = await self._fresh()
        try:
            async with scene(self._starter, folder, url, seed=self._seed) as here:
                if running:
                    await here.start()
                    await here.crowd.recovery(WITHIN)
                    here.crowd.received.clear()  # what was said before it listened is lost
                here.crowd.patience = PATIENT if strictly else here.crowd.patience
                for _ in range(times):
                    await act(here)
                self._note(fault, times, await finish(here, strictly=strictly), here.recoveries, limit=limit)
        except Exception as failure:
            self._fail(fault, times, failure, folder)

    async def jobs(self, boundary: str) -> None:
        """Kill it in, or after, each of the month's jobs."""
        folder, url = await self._fresh()
        fault = f"kill -9 {boundary}"
        try:
            async with scene(self._starter, folder, url, seed=self._seed) as here:
                died = await kills.in_jobs(here, boundary)
                result = await finish(here)
                result.lost += await several.missing_jobs(url, 3)
                self._note(fault, died, result, here.recoveries)
        except Exception as failure:
            self._fail(fault, 1, failure, folder)

    async def three_accounts(self) -> None:
        folder, url = await self._fresh()
        fault = "three accounts on one database, each killed"
        try:
            result, recoveries = await several.three_accounts(self._starter, folder, url, seed=self._seed)
            self._note(fault, len(recoveries), result, recoveries)
        except Exception as failure:
            self._fail(fault, 1, failure, folder)

    async def burst(self, *, groups: int, messages: int) -> None:
        folder, url = await self._fresh()
        fault = f"{groups * messages} messages from {groups} groups at once"
        try:
            came = await burst(self._starter, folder, url, groups=groups, messages=messages)
            rate = groups * messages / came.seconds
            memory = f"{came.before / 2**20:.0f} → {came.most / 2**20:.0f} MiB"
            self._note(fault, 1, came.reckoning, [], f"{came.seconds:.0f} s, {rate:.0f}/s, memory {memory}")
        except Exception as failure:
            self._fail(fault, 1, failure, folder)

    def _note(
        self, fault: str, times: int, result: Reckoning, recoveries: list[float], note: str = "", limit: float = SLOWEST
    ) -> None:
        slowest = max(recoveries) if recoveries else None
        lost, doubled = len(result.lost), len(result.doubled)
        note = note or f"{result.records} records"
        self._report(Outcome(fault, self.name, times, lost, doubled, result.unknown, slowest, note, str(result), limit))

    def _fail(self, fault: str, times: int, failure: Exception, folder: Path) -> None:
        frames = "".join(traceback.format_exception(failure)[-6:])
        trouble = f"{frames}see {folder}"
        self._report(Outcome(fault, self.name, times, 0, 0, 0, None, trouble=trouble))


async def on_either(lane: Lane, random_kills: int, at_each: int) -> None:
    """What a bot has to bear on any database."""
    await lane.try_("kill -9 at a random moment", random_kills, kills.at_random, running=False)
    for boundary in boundaries.OF_MESSAGES:
        await lane.try_(f"kill -9 {boundary}", at_each, partial(kills.at, boundary=boundary), running=False)
    for boundary in boundaries.OF_JOBS:
        await lane.jobs(boundary)
    await lane.try_("second process on the same account", 2, several.second_on_the_token, strictly=True)


async def gateway_comes_and_goes(lane: Lane) -> None:
    await lane.try_("gateway killed", 4, gateway_faults.killed)
    await lane.try_("gateway away for 14 s, groups told", 1, gateway_faults.killed_for_long)
    await lane.try_("gateway frozen for a moment", 4, gateway_faults.frozen)
    await lane.try_("gateway frozen for 25 s", 2, gateway_faults.frozen_for_long)


async def gateway_misbehaves(lane: Lane) -> None:
    await lane.try_("event stream ended", 5, gateway_faults.ended)
    await lane.try_("gateway refuses the token", 2, gateway_faults.refusing)
    await lane.try_("error event", 5, gateway_faults.error_event, strictly=True)
    await lane.try_("unknown events and messages", 3, gateway_faults.unknown, strictly=True)
    await lane.try_("messages out of order", 1, gateway_faults.out_of_order, strictly=True)
    await lane.try_("messages days old", 1, gateway_faults.days_old, strictly=True)
    await lane.try_("messages delivered twice", 1, gateway_faults.twice, strictly=True)


async def postgres_fails(lane: Lane, postgres: BreakablePostgres) -> None:
    await lane.try_(
        "database restarted", 3, lambda here: database_faults.postgres_restarted(here, postgres), strictly=True
    )
    await lane.try_("database crashed", 3, lambda here: database_faults.postgres_crashed(here, postgres), strictly=True)
    await lane.try_(
        "database away for 20 s", 1, lambda here: database_faults.postgres_away(here, postgres, 20), strictly=True
    )


async def sqlite_fails(lane: Lane) -> None:
    await lane.try_("database locked for 8 s", 2, lambda here: database_faults.sqlite_locked(here, 8), strictly=True)
    await lane.try_("disk full for 8 s", 2, lambda here: database_faults.disk_full(here, 8), strictly=True)


@asynccontextmanager
async def lanes(folder: Path, report: Report, seed: int) -> AsyncIterator[tuple[Lane, Lane]]:
    """One for SQLite and one for PostgreSQL."""
    postgres = BreakablePostgres()
    try:
        async with Starter() as starter:
            yield (
                Lane(starter, folder, SqliteSource(folder), report).seeded(1000 * seed),
                Lane(starter, folder, postgres, report).seeded(1000 * seed + 500),
            )
    finally:
        postgres.stop()


async def everything(folder: Path, report: Report, *, kills_: int, seed: int) -> float:
    """The long form; returns how many seconds it took. Two bots work at any time."""
    began = time.monotonic()
    async with lanes(folder, report, seed) as (sqlite, postgres), asyncio.TaskGroup() as group:
        group.create_task(_on_sqlite(sqlite, kills_ - kills_ // 2))
        group.create_task(_on_postgres(postgres, kills_ // 2))
    return time.monotonic() - began


async def _on_sqlite(lane: Lane, random_kills: int) -> None:
    await on_either(lane, random_kills, 2)
    await lane.try_("kill -9, started from cold", 4, kills.from_cold, running=False, limit=FROM_COLD)
    await sqlite_fails(lane)
    await gateway_misbehaves(lane)
    await lane.burst(groups=200, messages=25)


async def _on_postgres(lane: Lane, random_kills: int) -> None:
    assert isinstance(lane.source, BreakablePostgres)
    await on_either(lane, random_kills, 2)
    await lane.three_accounts()
    await postgres_fails(lane, lane.source)
    await gateway_comes_and_goes(lane)
