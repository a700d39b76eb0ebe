"""Restoring to PostgreSQL: tables in a schema of their own take the place of the old ones in one transaction.

A role that may make no schema restores in place: emptied, filled and compared in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import asyncpg

from bot.backup.archive import BackupFaulty
from bot.backup.postgres import LOCK_SECONDS, PostgresDatabase, connected
from bot.backup.restoration import Restoration, Restored, rows_in
from bot.backup.saving import version_of
from bot.backup.tables import MIGRATIONS_TABLE
from bot.backup.telling import Step
from bot.claim import alone
from bot.database import configuration

STAGE = "hongyan_restoring"
IN_USE = "还有程序在读写数据库，等了 {seconds} 秒。请先关掉它。没有恢复，数据库没有动。"
OTHER_VERSION = (
    "备份的版本（{backup}）和数据库的（{database}）不同，要先装到另一个 schema 里升级，但这个数据库用户不能建 schema。"
    "请让管理员执行 GRANT CREATE ON DATABASE 库名 TO 用户名，再恢复一次。没有恢复，数据库没有动。"
)


async def into_server(url: str, restoration: Restoration) -> Restored:
    """See `restore`."""
    config = configuration(url)
    async with connected(url) as connection, alone(url):
        database = PostgresDatabase(connection)
        current = version_of(await database.applied(), restoration.known)
        tables = restoration.known[current] if current else ()
        rows = await rows_in(database, tables)
        restoration.ask(rows)
        try:
            if await connection.fetchval("SELECT has_database_privilege(current_database(), 'CREATE')"):
                return await _staged(connection, config, restoration, keep=rows > 0)
            return await _in_place(connection, config, restoration, current)
        except asyncpg.LockNotAvailableError:
            raise BackupFaulty(IN_USE.format(seconds=LOCK_SECONDS)) from None


async def _staged(
    connection: asyncpg.Connection, config: dict[str, Any], restoration: Restoration, keep: bool
) -> Restored:
    home = await connection.fetchval("SELECT current_schema()")
    await connection.execute(f"DROP SCHEMA IF EXISTS {STAGE} CASCADE")  # of a restoration that was killed
    await connection.execute(f"CREATE SCHEMA {STAGE}")
    config["connections"]["default"]["credentials"]["schema"] = STAGE
    try:
        await restoration.migrate(config, restoration.migration)
        await connection.execute(f"SET search_path TO {STAGE}")
        async with connection.transaction():
            unsent = await restoration.fill(PostgresDatabase(connection))
        await restoration.upgrade(config)
        kept = f"before_restore_{restoration.now:%Y%m%d_%H%M%S}"
        await _replace(connection, home, kept, restoration, keep)
    except BaseException:
        if not connection.is_closed():
            await connection.execute(f"DROP SCHEMA IF EXISTS {STAGE} CASCADE")
        raise
    return restoration.restored(f"schema {kept}" if keep else None, unsent)


async def _replace(connection: asyncpg.Connection, home: str, kept: str, restoration: Restoration, keep: bool) -> None:
    ever = {table.name for tables in restoration.known.values() for table in tables} | {MIGRATIONS_TABLE}
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        await connection.execute(f"CREATE SCHEMA {kept}")
        restoration.told(Step.REPLACE, 0, 2)
        old = await _tables(connection, home)
        await _move(connection, [name for name in old if name in ever], home, kept)
        await _move_functions(connection, home, kept)
        restoration.told(Step.REPLACE, 1, 2)
        await _move(connection, await _tables(connection, STAGE), STAGE, home)
        await _move_functions(connection, STAGE, home)
        await connection.execute(f"DROP SCHEMA {STAGE}")
        if not keep:
            await connection.execute(f"DROP SCHEMA {kept} CASCADE")
    restoration.told(Step.REPLACE, 2, 2)


async def _tables(connection: asyncpg.Connection, schema: str) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename"
    return [record["tablename"] for record in await connection.fetch(query, schema)]


async def _move(connection: asyncpg.Connection, tables: Iterable[str], schema: str, to: str) -> None:
    """With their indexes, constraints and sequences."""
    for table in tables:
        await connection.execute(f'ALTER TABLE "{schema}"."{table}" SET SCHEMA "{to}"')


async def _move_functions(connection: asyncpg.Connection, schema: str, to: str) -> None:
    """What our triggers call."""
    query = (
        "SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace "
        "WHERE nspname = $1 AND starts_with(proname, 'hongyan_')"
    )
    for record in await connection.fetch(query, schema):
        await connection.execute(f'ALTER FUNCTION "{schema}"."{record["proname"]}" SET SCHEMA "{to}"')


async def _in_place(
    connection: asyncpg.Connection, config: dict[str, Any], restoration: Restoration, current: str | None
) -> Restored:
    if current is None:
        await restoration.migrate(config, restoration.migration)
    elif current != restoration.migration:
        raise BackupFaulty(OTHER_VERSION.format(backup=restoration.migration, database=current))
    tables = ", ".join(f'"{table.name}"' for table in restoration.known[restoration.migration])
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        await connection.execute(f"TRUNCATE {tables}")
        unsent = await restoration.fill(PostgresDatabase(connection))
        restoration.told(Step.REPLACE, 0, 1)
    restoration.told(Step.REPLACE, 1, 1)
    await restoration.upgrade(config)
    return restoration.restored(None, unsent)
