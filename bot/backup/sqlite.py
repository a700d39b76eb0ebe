"""SQLite's side: reading a file in one snapshot while the bot writes to it, and filling a new one."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.backup.archive import BackupFaulty, as_json
from bot.backup.tables import MIGRATIONS_TABLE, Kind, Row, Table
from bot.database import APP

AT_ONCE = 200  # rows, where none can hold a file
MISSING = "没有数据库文件 {file}，没有可备份的。请检查 database.url 或环境变量 DATABASE_URL"
UNFIT = "备份里有这个数据库存不了的内容（表 {table}，{why}）。没有恢复，数据库没有动。"
UNREADABLE = "数据库 {file} 读不了（{why}）"


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite://").partition("?")[0])


class SqliteDatabase:
    """An open connection in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def applied(self) -> list[str]:
        """Names of the migrations it has had."""
        if not await self.has(MIGRATIONS_TABLE):
            return []
        query = f"SELECT name FROM {MIGRATIONS_TABLE} WHERE app = ? ORDER BY name"
        return [name for (name,) in self._connection.execute(query, (APP,))]

    async def has(self, table: str) -> bool:
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self._number(query, table))

    async def count(self, table: Table) -> int:
        return self._number(f'SELECT count(*) FROM "{table.name}"')

    async def last_id(self, table: Table) -> int:
        return self._number("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", table.name)

    async def rows(self, table: Table) -> AsyncIterator[Row]:
        # In a thread: whoever else works in this process goes on.
        cursor = await asyncio.to_thread(self._connection.execute, table.query)
        readers = [_reader(column.kind) for column in table.columns]
        while some := await asyncio.to_thread(cursor.fetchmany, 1 if table.holds_files else AT_ONCE):
            for row in some:
                yield tuple(None if value is None else read(value) for read, value in zip(readers, row, strict=True))

    async def load(self, table: Table, rows: Iterator[Row], last_id: int) -> None:
        """Fill an empty table; keys go on behind `last_id`."""
        marks = ", ".join("?" * len(table.columns))
        insert = f'INSERT INTO "{table.name}" ({table.selected}) VALUES ({marks})'
        writers = [_writer(column.kind) for column in table.columns]
        values = (
            tuple(None if value is None else write(value) for write, value in zip(writers, row, strict=True))
            for row in rows
        )
        try:
            await asyncio.to_thread(self._connection.executemany, insert, values)
        except sqlite3.IntegrityError as error:
            raise BackupFaulty(UNFIT.format(table=table.name, why=error.sqlite_errorname)) from None
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        if last_id:
            self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last_id))

    async def is_sound(self) -> bool:
        """Whether the file is in order and nothing refers to what is not there."""
        [(verdict,)] = self._connection.execute("PRAGMA integrity_check(1)")
        return verdict == "ok" and not self._connection.execute("PRAGMA foreign_key_check").fetchall()

    async def change(self, statement: str) -> int:
        """Run an UPDATE; returns how many rows it changed."""
        return self._connection.execute(statement).rowcount

    def _number(self, query: str, *values: str) -> int:
        [(number,)] = self._connection.execute(query, values)
        return number or 0


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[SqliteDatabase]:
    """The database as it is now, whatever the bot writes meanwhile; raises BackupFaulty."""
    with connected(path_of(url)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first reading fixes what is seen
        yield SqliteDatabase(connection)


@contextmanager
def connected(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that exists; a file that is no database raises BackupFaulty."""
    if not file.exists():
        raise BackupFaulty(MISSING.format(file=file))
    try:
        uri = f"{file.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        raise BackupFaulty(UNREADABLE.format(file=file, why=error)) from None
    except sqlite3.DatabaseError as error:
        raise BackupFaulty(UNREADABLE.format(file=file, why=type(error).__name__)) from None


def _as_it_is(value: Any) -> Any:
    return value


def _reader(kind: Kind) -> Callable[[Any], Any]:
    """From what SQLite keeps."""
    readers: dict[Kind, Callable[[Any], Any]] = {
        Kind.BOOLEAN: bool,
        Kind.DATETIME: _moment,
        Kind.DATE: date.fromisoformat,
        Kind.JSON: json.loads,
    }
    return readers.get(kind, _as_it_is)


def _writer(kind: Kind) -> Callable[[Any], Any]:
    """To what the records keep: moments are compared as text, so it has to be the text of `bot.database`."""
    writers: dict[Kind, Callable[[Any], Any]] = {
        Kind.BOOLEAN: int,
        Kind.DATETIME: lambda moment: moment.astimezone(UTC).isoformat(" "),
        Kind.DATE: date.isoformat,
        Kind.JSON: as_json,
    }
    return writers.get(kind, _as_it_is)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
