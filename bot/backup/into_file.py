"""Restoring to SQLite: a new file beside the old one takes its name, once it has proved itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot import private_file
from bot.backup.archive import BackupFaulty
from bot.backup.restoration import Restoration, Restored, rows_in
from bot.backup.saving import version_of
from bot.backup.sqlite import SqliteDatabase, connected, path_of
from bot.backup.telling import Step
from bot.claim import alone
from bot.database import configuration

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database
IN_USE = "还有程序开着数据库 {file}，请先关掉它。没有恢复，数据库没有动。"
UNWRITABLE = "{file} 换不了（{why}），请检查权限和剩余空间。没有恢复，数据库没有动。"


async def into_file(url: str, restoration: Restoration) -> Restored:
    """See `restore`."""
    config = configuration(url)
    path = path_of(url)
    try:
        async with alone(url):
            return await _into(path, config, restoration)
    except OSError as error:
        raise BackupFaulty(UNWRITABLE.format(file=path, why=error.strerror or type(error).__name__)) from None


async def _into(path: Path, config: dict[str, Any], restoration: Restoration) -> Restored:
    rows = await _rows_in(path, restoration)
    restoration.ask(rows)
    fresh = path.with_name(f"{path.name}.restoring")
    config["connections"]["default"]["credentials"]["file_path"] = str(fresh)
    _remove(fresh)  # of a restoration that was killed
    private_file.make_empty(fresh)
    try:
        await restoration.migrate(config, restoration.migration)
        unsent = await _fill(fresh, restoration)
        await restoration.upgrade(config)
        _settle(fresh)
        kept = path.with_name(f"{path.name}.before-restore-{restoration.now:%Y%m%d-%H%M%S}")
        restoration.told(Step.REPLACE, 0, 1)
        _replace(path, fresh, kept if rows != 0 else None)
        restoration.told(Step.REPLACE, 1, 1)
    finally:
        _remove(fresh)
    return restoration.restored(str(kept) if rows != 0 else None, unsent)


async def _rows_in(path: Path, restoration: Restoration) -> int | None:
    if _is_nothing(path):
        return 0
    try:
        with connected(path) as connection:
            database = SqliteDatabase(connection)
            applied = await database.applied()
            if not set(applied) <= set(restoration.known):
                return None
            version = version_of(applied, restoration.known)
            tables = restoration.known[version] if version else ()
            return await rows_in(database, tables)
    except BackupFaulty:
        return None  # a damaged database is what backups are for


def _is_nothing(path: Path) -> bool:
    return not path.exists() or not path.stat().st_size


async def _fill(fresh: Path, restoration: Restoration) -> int:
    with connected(fresh) as connection:
        # References are looked at when everything is there.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        unsent = await restoration.fill(SqliteDatabase(connection))
        connection.execute("COMMIT")
    return unsent


def _settle(file: Path) -> None:
    """Everything into the one file, and onto the disk."""
    with connected(file) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _replace(path: Path, fresh: Path, kept: Path | None) -> None:
    """Let `fresh` be the database, and `kept` what was the database."""
    if path.exists():
        _close(path)
    if kept is not None:
        _also(path, kept)
    # Only a database that cannot be opened has something beside it still; the new one must never see it.
    _remove(path, BESIDE)
    private_file.sync_folder(path)
    fresh.replace(path)
    private_file.sync_folder(path)


def _close(path: Path) -> None:
    """Bring what waits in the write-ahead log into the file; raises BackupFaulty where another program has it open."""
    try:
        with connected(path) as connection:
            connection.execute("PRAGMA busy_timeout = 2000")
            connection.execute("PRAGMA journal_mode = DELETE")
    except BackupFaulty as fault:
        if isinstance(fault.__context__, sqlite3.OperationalError) and "locked" in str(fault.__context__):
            raise BackupFaulty(IN_USE.format(file=path)) from None


def _also(file: Path, name: Path) -> None:
    """Give `file` a second name, or a copy where the file system knows no second names."""
    try:
        name.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(file, name)


def _remove(file: Path, suffixes: Sequence[str] = ("", *BESIDE)) -> None:
    for suffix in suffixes:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
