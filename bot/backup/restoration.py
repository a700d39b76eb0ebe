"""What restoring is on either engine: load, read back, compare, bring up to date."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tortoise import Tortoise
from tortoise.exceptions import BaseORMException
from tortoise.migrations.api.migrate import migrate as apply_migrations

from bot.backup import archive
from bot.backup.archive import Archive, BackupFaulty, Checksum, Manifest
from bot.backup.tables import Row, Table, Versions
from bot.backup.telling import Step, Told
from bot.database import APP, connected
from bot.encryption.completion import seal_what_is_plain
from models import OutboxMessage, OutboxState, SealedColumn
from models.keyring import HEAD, MARK, key_id
from models.sealed import unlocked

DIFFERENT = "装入以后读回来的 {table} 和备份不一样。没有恢复，数据库没有动。"
UNSOUND = "装入以后的数据库前后不一致（有记录指向不存在的记录）。没有恢复，数据库没有动。"
NOT_MIGRATED = "装到旁边的数据库升级不到 {migration}（{why}），请检查权限和剩余空间。没有恢复，数据库没有动。"
OTHER_KEY = (
    "备份是用密钥 {id} 加密的，手里没有这把。请把做备份时的密钥放进密钥文件（另起一行）或环境变量 HONGYAN_KEYS，"
    "再恢复；换下来的旧密钥在密钥文件旁边的 .retired 文件里。没有恢复，数据库没有动。"
)
DECLINED = "没有恢复，数据库没有动。"

# What waited to be sent when the backup was made has most likely been sent since: never twice.
UNSETTLE = (
    f"UPDATE {OutboxMessage._meta.db_table} "
    f"SET state = '{OutboxState.UNKNOWN.value}', error = 'restored from a backup' "
    f"WHERE state IN ('{OutboxState.PENDING.value}', '{OutboxState.SENDING.value}')"
)

Confirm = Callable[[Manifest, int | None], bool]  # the rows that are there now; None where they cannot be read


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is where the database of before is now, if there was one; `unsent` is how many messages that
    waited to be sent will not be, because they may have been sent since."""

    manifest: Manifest
    kept: str | None
    unsent: int
    upgraded: bool


class Fillable(Protocol):
    """An empty database of the backup's version, in a transaction."""

    async def load(self, table: Table, rows: Iterator[Row], last_id: int) -> None: ...

    def rows(self, table: Table) -> AsyncIterator[Row]: ...

    async def is_sound(self) -> bool: ...

    async def change(self, statement: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Restoration:
    """A backup that has been found whole, and what it takes to put it into a database."""

    source: Archive
    known: Versions
    now: datetime
    confirm: Confirm
    told: Told

    @property
    def migration(self) -> str:
        return self.source.manifest.migration

    @property
    def newest(self) -> str:
        return list(self.known)[-1]

    def ask(self, rows: int | None) -> None:
        """Raises BackupFaulty where the operator would rather keep what is there."""
        if rows != 0 and not self.confirm(self.source.manifest, rows):
            raise BackupFaulty(DECLINED)

    async def fill(self, database: Fillable) -> int:
        """Load, read back, compare; returns how many messages that waited will not be sent."""
        tables = self.known[self.migration]
        total = self.source.manifest.rows
        loaded = _Counted(Step.LOAD, total, self.told)
        for table in tables:
            rows = _openable(table, self.source.rows(table))
            await database.load(table, loaded.count(rows), self.source.entry(table).last_id)
        compared = _Counted(Step.COMPARE, total, self.told)
        for table in tables:
            checksum = Checksum()
            async for row in database.rows(table):
                checksum.add(archive.line(table, row))
                compared.one()
            if not checksum.agrees(self.source.entry(table)):
                raise BackupFaulty(DIFFERENT.format(table=table.name))
        if not await database.is_sound():
            raise BackupFaulty(UNSOUND)
        return await database.change(UNSETTLE)

    async def migrate(self, configuration: dict[str, Any], migration: str) -> None:
        """Bring a database to a version."""
        self.told(Step.UPGRADE, 0, 1)
        try:
            await apply_migrations(config=configuration, target=f"{APP}.{migration}")
        except BaseORMException as error:
            raise BackupFaulty(NOT_MIGRATED.format(migration=migration, why=type(error).__name__)) from None
        finally:
            await Tortoise.close_connections()

    async def upgrade(self, configuration: dict[str, Any]) -> None:
        """Bring a database that was filled from an older version's backup up to date, and seal what was plain then."""
        if self.migration == self.newest:
            return
        await self.migrate(configuration, self.newest)
        async with connected(configuration):
            await seal_what_is_plain(lambda done, total: self.told(Step.SEAL, done, total))

    def restored(self, kept: str | None, unsent: int) -> Restored:
        return Restored(self.source.manifest, kept, unsent, self.migration != self.newest)


class Countable(Protocol):
    """A database that can be asked how much is in it."""

    async def count(self, table: Table) -> int: ...


async def rows_in(database: Countable, tables: Iterable[Table]) -> int:
    """How many there are, counted as a manifest counts them; 0 where none tells anything of people, as in a new one."""
    counts = {table.name: await database.count(table) for table in tables}
    of_no_people = counts.get(SealedColumn._meta.db_table, 0)
    total = sum(counts.values())
    return total if total > of_no_people else 0


def _openable(table: Table, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, as long as the keys of all that is sealed in them are at hand; raises BackupFaulty."""
    sealed = [position for position, column in enumerate(table.columns) if column.sealed]
    for row in rows:
        for token in (row[position] for position in sealed):
            # What is no token is from the middle of an upgrade, which `migrate` brings to its end.
            if (head := _head(token)).startswith(MARK) and not unlocked().has(head):
                raise BackupFaulty(OTHER_KEY.format(id=key_id(head)))
        yield row


def _head(token: str | bytes | None) -> bytes:
    if token is None:
        return b""
    return token[:HEAD] if isinstance(token, bytes) else token[:HEAD].encode(errors="replace")


class _Counted:
    def __init__(self, step: Step, total: int, told: Told) -> None:
        self._step, self._total, self._told = step, total, told
        self._done = 0

    def one(self) -> None:
        self._done += 1
        self._told(self._step, self._done, self._total)

    def count(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.one()
            yield row
