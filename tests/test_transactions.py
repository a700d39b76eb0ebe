"""Transactions on a PostgreSQL that throws its clients out: nothing of them is left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.transactions import in_transaction

from bot.database import opened
from bot.outages import is_outage
from models import JobRun
from tests.conftest import NOON
from tests.databases import PostgresSource

pytestmark = pytest.mark.postgres

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
MORE_THAN_THE_POOL_HAS = 8


async def thrown_out(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.fetch(OTHERS, connection.get_server_pid())
    await connection.close()


async def noted(period: str) -> None:
    async with in_transaction():
        await JobRun.create(job="a", branch_id=1, period=period, done_at=NOON)


@pytest.fixture
async def url(postgres: PostgresSource, tmp_path: Path) -> str:
    EXECUTOR_CACHE.clear()
    return await postgres.copy(tmp_path)


async def test_a_dead_connection_is_given_back_where_a_transaction_cannot_begin(url: str) -> None:
    async with opened(url), asyncio.timeout(20):
        failures = 0
        for number in range(MORE_THAN_THE_POOL_HAS):
            await noted(f"before {number}")
            await thrown_out(url)
            try:
                await noted(f"after {number}")
            except Exception as failure:
                assert is_outage(failure), failure
                failures += 1
        assert failures
        await noted("at last")
        assert await JobRun.filter(period="at last").exists()


async def test_a_connection_that_dies_in_a_transaction_is_not_used_again(url: str) -> None:
    async with opened(url), asyncio.timeout(20):
        for number in range(MORE_THAN_THE_POOL_HAS):
            with pytest.raises(Exception) as failure:
                async with in_transaction():
                    await JobRun.create(job="a", branch_id=1, period=str(number), done_at=NOON)
                    await thrown_out(url)
                    await JobRun.create(job="b", branch_id=1, period=str(number), done_at=NOON)
            assert is_outage(failure.value)
        assert not await JobRun.all().exists()


def test_a_connection_that_broke_off_in_the_middle_is_waited_for() -> None:
    assert is_outage(asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"))
