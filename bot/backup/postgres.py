"""PostgreSQL's side: reading a database in one snapshot, and filling tables in a schema of its own or in place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from bot.backup.archive import BackupFaulty, as_json
from bot.backup.tables import MIGRATIONS_TABLE, Kind, Row, Table, Versions
from bot.database import APP

AT_ONCE, FILES_AT_ONCE = 200, 1  # rows that are fetched together
LOCK_SECONDS = 10  # how long somebody else's transaction is waited for

UNFIT = "备份里有这个数据库存不了的内容（表 {table}，{why}）。没有恢复，数据库没有动。"
UNREACHABLE = "数据库 {where} 连不上或用不了（{why}），请确认它在运行，database.url 或环境变量 DATABASE_URL 写得对"
MOVED = "数据库正在升级或恢复，请等它做完再备份"


class PostgresDatabase:
    """A connection; names of tables are looked for in its search path."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def applied(self) -> list[str]:
        """Names of the migrations it has had."""
        if not await self.has(MIGRATIONS_TABLE):
            return []
        query = f'SELECT name FROM "{MIGRATIONS_TABLE}" WHERE app = $1 ORDER BY name'
        return [record["name"] for record in await self._connection.fetch(query, APP)]

    async def has(self, table: str) -> bool:
        return bool(await self._connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f'"{table}"'))

    async def count(self, table: Table) -> int:
        return int(await self._connection.fetchval(f'SELECT count(*) FROM "{table.name}"'))

    async def last_id(self, table: Table) -> int:
        query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {await self._sequence(table)}"
        return int(await self._connection.fetchval(query))

    async def rows(self, table: Table) -> AsyncIterator[Row]:
        """Every row, in the order of its key; needs a transaction."""
        at_once = FILES_AT_ONCE if table.holds_files else AT_ONCE
        of_json = [position for position, column in enumerate(table.columns) if column.kind is Kind.JSON]
        async for record in self._connection.cursor(table.query, prefetch=at_once):
            yield _changed(record, of_json, json.loads)

    async def load(self, table: Table, rows: Iterator[Row], last_id: int) -> None:
        """Fill an empty table; keys go on behind `last_id`."""
        of_json = [position for position, column in enumerate(table.columns) if column.kind is Kind.JSON]
        try:
            await self._connection.copy_records_to_table(
                table.name,
                columns=[column.name for column in table.columns],
                records=(_changed(row, of_json, as_json) for row in rows),
            )
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            raise BackupFaulty(UNFIT.format(table=table.name, why=type(error).__name__)) from None
        if last_id:
            await self._connection.fetchval("SELECT setval($1::regclass, $2)", await self._sequence(table), last_id)

    async def is_sound(self) -> bool:
        """PostgreSQL has looked at every reference while the tables were filled."""
        return True

    async def change(self, statement: str) -> int:
        """Run an UPDATE; returns how many rows it changed."""
        status: str = await self._connection.execute(statement)
        return int(status.rpartition(" ")[2])

    async def _sequence(self, table: Table) -> str:
        query = "SELECT pg_get_serial_sequence($1, $2)"
        return str(await self._connection.fetchval(query, f'"{table.name}"', table.key))


def _changed(row: Sequence[Any], of_json: list[int], change: Callable[[Any], Any]) -> Row:
    values = list(row)
    for position in of_json:
        values[position] = None if values[position] is None else change(values[position])
    return tuple(values)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own; what PostgreSQL refuses becomes BackupFaulty, without any value of a row."""
    try:
        connection = await asyncpg.connect(url.replace("asyncpg://", "postgresql://", 1))
        try:
            yield connection
        finally:
            # In the middle of a COPY a polite end would wait for its rest.
            connection.terminate() if connection.is_in_transaction() else await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.DataError, OSError) as error:
        raise BackupFaulty(UNREACHABLE.format(where=where(url), why=type(error).__name__)) from None


def where(url: str) -> str:
    """The server and database of an address, without who and how."""
    return url.rpartition("@")[2].partition("?")[0]


@asynccontextmanager
async def snapshot(url: str, versions: Versions) -> AsyncIterator[PostgresDatabase]:
    """The database as it is now, whatever bots write meanwhile; raises BackupFaulty."""
    async with connected(url) as connection:
        database = PostgresDatabase(connection)
        before = await database.applied()
        tables = [f'"{table.name}"' for table in versions.get(before[-1], ())] if before else []
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            # Before anything is seen: nobody may put other tables in their place while they are read one by one.
            if tables:
                await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS SHARE MODE")
            if await database.applied() != before:
                raise BackupFaulty(MOVED)
            yield database
