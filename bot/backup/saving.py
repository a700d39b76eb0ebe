"""`run_bot.py backup FILE`: the database of a bot, which may be running, as one file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from bot.backup import postgres, sqlite
from bot.backup.archive import BackupFaulty, Manifest, written
from bot.backup.tables import Row, Table, Versions, versions
from bot.backup.telling import Step, Told, nobody
from bot.database import configuration

EMPTY = "数据库里还没有任何记录（没有升级过），没有可备份的"
NEWER = "数据库是更新版本的程序用过的（{migration}），请先升级程序"


class Readable(Protocol):
    """A database that is looked at as it was at one moment."""

    async def applied(self) -> list[str]: ...

    async def count(self, table: Table) -> int: ...

    async def last_id(self, table: Table) -> int: ...

    def rows(self, table: Table) -> AsyncIterator[Row]: ...


async def backup(url: str, file: Path, now: datetime, told: Told = nobody) -> Manifest:
    """Write the database at `url` into `file`, as it is at one moment; one row is in memory at a time, or a few.

    Raises BackupFaulty, with `file` as it was before, and DatabaseUnusable for
    an address that is none.
    """
    configuration(url)
    known = await versions()
    async with _snapshot(url, known) as database:
        migration = version_of(await database.applied(), known)
        if migration is None:
            raise BackupFaulty(EMPTY)
        tables = known[migration]
        total, done = sum([await database.count(table) for table in tables]), 0
        with written(file) as writer:
            for table in tables:
                with writer.table(table, await database.last_id(table)) as member:
                    async for row in database.rows(table):
                        member.add(row)
                        done += 1
                        told(Step.SAVE, done, total)
            return writer.finish(migration, now)


def version_of(applied: list[str], known: Versions) -> str | None:
    """The last migration that a database has had; raises BackupFaulty for one that this program does not know."""
    if newer := sorted(set(applied) - set(known)):
        raise BackupFaulty(NEWER.format(migration=newer[-1]))
    return [name for name in known if name in applied][-1] if applied else None


@asynccontextmanager
async def _snapshot(url: str, known: Versions) -> AsyncIterator[Readable]:
    if urlsplit(url).scheme == "sqlite":
        async with sqlite.snapshot(url) as of_file:
            yield of_file
    else:
        async with postgres.snapshot(url, known) as of_server:
            yield of_server
