"""The short form of `make test-faults`: each kind of fault once or a few times.

How quickly the bot recovers is measured there only: here other tests run beside it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults import boundaries, database_faults, gateway_faults, kills, several
from tests.faults.database_faults import BreakablePostgres
from tests.faults.run import Lane, Outcome, lanes

pytestmark = [pytest.mark.gateway, pytest.mark.postgres]


async def test_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path) -> None:
    outcomes: list[Outcome] = []
    async with lanes(tmp_path, outcomes.append, seed=0) as (sqlite, postgres), asyncio.TaskGroup() as group:
        group.create_task(_on_sqlite(sqlite))
        group.create_task(_on_postgres(postgres))
    bad = [outcome for outcome in outcomes if not outcome.true]
    assert not bad, "\n".join(f"{one.database}: {one.fault}: {one.trouble or one}" for one in bad)
    assert sum(outcome.times for outcome in outcomes) >= 20


async def _on_sqlite(lane: Lane) -> None:
    await lane.try_("random kills", 4, kills.at_random, running=False)
    await lane.try_("every boundary", 1, kills.at_each, running=False)
    await lane.try_("a lock", 1, lambda here: database_faults.sqlite_locked(here, 2), strictly=True)


async def _on_postgres(lane: Lane) -> None:
    assert isinstance(lane.source, BreakablePostgres)
    postgres = lane.source
    await lane.try_("random kills", 4, kills.at_random, running=False)
    await lane.jobs(boundaries.IN_JOB)
    await lane.try_("a gateway that is killed", 1, gateway_faults.killed)
    await lane.try_("a frozen gateway", 1, gateway_faults.frozen)
    await lane.try_("a restart", 1, lambda here: database_faults.postgres_restarted(here, postgres), strictly=True)
    await lane.try_("a crash", 1, lambda here: database_faults.postgres_crashed(here, postgres), strictly=True)
    await lane.try_("a second process", 1, several.second_on_the_token, strictly=True)
