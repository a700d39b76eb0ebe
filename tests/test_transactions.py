"""Transactions on a PostgreSQL that throws its clients out, and on a SQLite that others write to as well."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from bot.database import migrate, opened
from bot.outages import is_outage, patiently
from models import JobRun
from tests.conftest import NOON
from tests.databases import PostgresSource

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


@pytest.mark.postgres
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


@pytest.mark.postgres
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


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Path]:
    """Of a SQLite database that is open here."""
    path = tmp_path / "hongyan.sqlite3"
    await migrate(f"sqlite://{path}")
    async with opened(f"sqlite://{path}"), asyncio.timeout(30):
        yield path


def another(file: Path, *, waits: float = 0) -> closing[sqlite3.Connection]:
    """What another process sees and does; `waits` seconds for its turn."""
    return closing(sqlite3.connect(file, isolation_level=None, timeout=waits))


async def test_who_reads_first_may_write_afterwards(file: Path) -> None:
    async with in_transaction():
        assert await JobRun.all().count() == 0
        with another(file) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("DELETE FROM job_run")
        await JobRun.create(job="a", branch_id=1, period="1", done_at=NOON)
    assert await JobRun.all().count() == 1


async def test_where_another_keeps_the_lock_nothing_is_left_behind(file: Path) -> None:
    with another(file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as failure:
            await noted("1")
        assert is_outage(failure.value)
        other.execute("COMMIT")
    await noted("2")
    assert [run.period for run in await JobRun.all()] == ["2"]


async def test_who_is_cancelled_while_it_waits_leaves_nothing_behind(file: Path) -> None:
    with another(file) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(noted("1"))
        await asyncio.sleep(0.1)
        waiting.cancel()
        other.execute("COMMIT")
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await JobRun.create(job="a", branch_id=1, period="2", done_at=NOON)
        assert other.execute("SELECT period FROM job_run").fetchall() == [("2",)]
    await noted("3")
