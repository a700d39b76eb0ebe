"""What a database does: it restarts, is away, is locked, and its disk is full. The bot lives on and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3

import asyncpg

from tests.databases import PostgresSource
from tests.faults.scene import Scene


class BreakablePostgres(PostgresSource):
    """A PostgreSQL that stops, comes back and crashes as it is told to."""

    def halt(self) -> None:
        """Stop it as an operator does, which closes every connection."""
        self._server.stop()

    def go_on(self) -> None:
        """Start it again, at the same address."""
        address = self._server.get_uri()
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == address

    async def crash(self) -> None:
        """Kill one of its processes: it throws everybody out, and recovers by itself."""
        connection = await asyncpg.connect(self._admin)
        try:
            others = (
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            os.kill(await connection.fetchval(others), signal.SIGKILL)
        finally:
            connection.terminate()

    async def serves(self) -> None:
        """Wait until it takes connections: recovering from a crash takes as long as its disk is slow."""
        async with asyncio.timeout(120):
            while True:
                try:
                    await self._execute("SELECT 1")
                except (asyncpg.PostgresError, OSError):
                    await asyncio.sleep(0.05)
                else:
                    return


async def postgres_restarted(here: Scene, postgres: BreakablePostgres) -> None:
    await asyncio.to_thread(postgres.halt)
    await asyncio.to_thread(postgres.go_on)
    await here.recovered()


async def postgres_away(here: Scene, postgres: BreakablePostgres, seconds: float) -> None:
    """Long enough for the bot to say that it waits."""
    await asyncio.to_thread(postgres.halt)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(postgres.go_on)
    await here.recovered()


async def postgres_crashed(here: Scene, postgres: BreakablePostgres) -> None:
    await postgres.crash()
    await postgres.serves()
    await here.recovered()


async def sqlite_locked(here: Scene, seconds: float) -> None:
    """Another process holds the write lock."""
    connection = sqlite3.connect(here.url.removeprefix("sqlite://"), isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()
    await here.recovered()


async def disk_full(here: Scene, seconds: float) -> None:
    """No file can grow."""
    assert here.bot
    here.bot.limit_files(1)
    await asyncio.sleep(seconds)
    here.bot.limit_files(-1)
    await here.recovered()
