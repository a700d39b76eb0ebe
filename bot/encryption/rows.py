"""Sealing rows in batches, under the key that writes now: what older versions left plain, and what another key sealed.

Rows are read outside a transaction and each is written only where it is still what was read, so that a bot may go on
meanwhile and a process that is killed can be run again: what is done is told by the rows themselves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connections
from tortoise.transactions import in_transaction

from bot.outages import patiently
from models import SealedColumn
from models.keyring import HEAD, NONCE_BYTES, Unopenable
from models.sealed import SealedBinaryField, SealedField, unlocked

AT_ONCE, FILES_AT_ONCE = 200, 4  # rows of a batch
KNOWN_BY = HEAD + NONCE_BYTES  # bytes: no two tokens have the same key and nonce

Told = Callable[[int, int], None]  # how many values of how many are done
Column = SealedField[Any]


def columns() -> list[Column]:
    """All sealed columns; that of the proofs is the last: a key stays proven until nothing is under it."""
    found = [
        field
        for model in (Tortoise.apps or {})["models"].values()
        for field in model._meta.fields_map.values()
        if isinstance(field, SealedField)
    ]
    return sorted(found, key=lambda field: (field.model is SealedColumn, field.purpose))


async def waiting(of: Iterable[Column]) -> int:
    """How many values of these columns are not sealed under the key that writes now."""
    return sum([await _Rows(column).count() for column in of])


async def seal(column: Column, *, plain: bool) -> AsyncIterator[int]:
    """Seal its values anew until all are under the key that writes now; yields the size of each batch that was written.

    With `plain` what no key at hand opens is what an older version kept, else Unopenable is raised.
    """
    rows = _Rows(column)
    last, found = 0, False
    while True:
        batch = await patiently(partial(rows.after, last), "sealing")
        if batch:
            sealed = [(key, stored, _sealed(column, stored, plain)) for key, stored in batch]
            await patiently(partial(rows.write, sealed), "sealing")
            yield len(batch)
            last, found = batch[-1][0], True
        elif found:
            last, found = 0, False  # once more, for what was written or changed meanwhile
        else:
            return


def _sealed(column: Column, stored: Any, plain: bool) -> Any:
    keyring = unlocked()
    try:
        value = keyring.open(column.token(stored), column.purpose)
    except Unopenable:
        if not plain:
            raise
        value = column.plain(stored)
    return column.stored(keyring.seal(value, column.purpose))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a column that wait, in the words of the database: a field would open what it reads."""

    column: Column

    @property
    def _connection(self) -> BaseDBAsyncClient:
        return get_connections().get("default")

    async def count(self) -> int:
        query = f"SELECT count(*) AS rows FROM {self._table} WHERE {self._waits(1)}"
        [found] = await self._connection.execute_query_dict(query, [self._head])
        return int(found["rows"])

    async def after(self, key: int) -> list[tuple[int, Any]]:
        """The next batch behind a primary key: the rows' keys and what they hold."""
        query = (
            f"SELECT {self._key} AS key, {self._name} AS stored FROM {self._table}"
            f" WHERE {self._waits(1)} AND {self._key} > {self._mark(2)} ORDER BY {self._key} LIMIT {self._at_once}"
        )
        found = await self._connection.execute_query_dict(query, [self._head, key])
        return [(row["key"], row["stored"]) for row in found]

    async def write(self, batch: Iterable[tuple[int, Any, Any]]) -> None:
        """Put each third in the place of the second, unless the row has been changed meanwhile."""
        statement = (
            f"UPDATE {self._table} SET {self._name} = {self._mark(1)} WHERE {self._key} = {self._mark(2)}"
            f" AND {self._known_by} = {self._mark(3)}"
        )
        values = [[sealed, key, self._short(stored)] for key, stored, sealed in batch]
        async with in_transaction() as transaction:
            await transaction.execute_many(statement, values)

    @property
    def _table(self) -> str:
        return f'"{self.column.model._meta.db_table}"'

    @property
    def _key(self) -> str:
        return f'"{self.column.model._meta.db_pk_column}"'

    @property
    def _name(self) -> str:
        return f'"{self.column.column}"'

    @property
    def _of_files(self) -> bool:
        return isinstance(self.column, SealedBinaryField)

    @property
    def _at_once(self) -> int:
        return FILES_AT_ONCE if self._of_files else AT_ONCE

    @property
    def _known_by(self) -> str:
        """By what a value is known again: a file need not be sent to the database for that."""
        return f"substr({self._name}, 1, {KNOWN_BY})" if self._of_files else self._name

    def _short(self, stored: Any) -> Any:
        return stored[:KNOWN_BY] if self._of_files else stored

    @property
    def _head(self) -> Any:
        """What tokens of the key that writes now begin with, as the column holds them."""
        return self.column.stored(unlocked().writing.head)

    def _waits(self, number: int) -> str:
        return f"{self._name} IS NOT NULL AND substr({self._name}, 1, {HEAD}) <> {self._mark(number)}"

    def _mark(self, number: int) -> str:
        """The place of a value in a statement."""
        return f"?{number}" if self._connection.capabilities.dialect == "sqlite" else f"${number}"


async def scrub(of: Iterable[Column]) -> None:
    """Rewrite the tables of these columns, so that nothing plain stays in the pages that updates left behind."""
    connection = get_connections().get("default")
    if connection.capabilities.dialect == "sqlite":
        await connection.execute_query("VACUUM")
        await connection.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    for table in sorted({column.model._meta.db_table for column in of}):
        await connection.execute_query(f'VACUUM FULL "{table}"')
