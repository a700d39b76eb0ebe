"""Transactions on a PostgreSQL that throws its clients out: nothing of them is left behind."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.transactions import in_transaction

from bot.database import opened
from bot.outages import is_outage, patiently
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


def thrown_out_unnoticed(url: str) -> None:
    """While this waits, the test's own event loop stands still, so that its pool still takes them for alive."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, thrown_out(url)).result()


async def noted(period: str) -> None:
    async with in_transaction():
        await JobRun.create(job="a", branch_id=1, period=period, done_at=NOON)


@pytest.fixture
async def url(postgres: PostgresSource, tmp_path: Path) -> str:
    EXECUTOR_CACHE.clear()
    return await postgres.copy(tmp_path)


async def test_a_dead_connection_is_given_back_where_a_transaction_cannot_begin(url: str) -> None:
    async with opened(url), asyncio.timeout(20):
        for number in range(MORE_THAN_THE_POOL_HAS):
            await patiently(lambda: noted(f"before {number}"), "this test")  # noqa: B023  # it is called at once
            thrown_out_unnoticed(url)
            with pytest.raises(Exception) as failure:
                await noted(f"after {number}")
            assert is_outage(failure.value), failure.value
        await patiently(lambda: noted("at last"), "this test")
        assert await JobRun.filter(period__startswith="after").count() == 0


async def test_a_connection_that_dies_in_a_transaction_is_not_used_again(url: str) -> None:
    async with opened(url), asyncio.timeout(20):
        for number in range(MORE_THAN_THE_POOL_HAS):
            with pytest.raises(Exception) as failure:
                async with in_transaction():
                    await JobRun.create(job="a", branch_id=1, period=str(number), done_at=NOON)
                    thrown_out_unnoticed(url)
                    await JobRun.create(job="b", branch_id=1, period=str(number), done_at=NOON)
            assert is_outage(failure.value)
        assert await patiently(JobRun.all().count, "this test") == 0


def test_a_connection_that_broke_off_in_the_middle_is_waited_for() -> None:
    assert is_outage(asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"))
