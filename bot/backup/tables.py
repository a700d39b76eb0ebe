"""What tables a database has at each of its versions, told from the migrations alone: no database is asked."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import Any

from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps

from bot.database import APP, TORTOISE_ORM
from models.sealed import SealedField

MIGRATIONS_TABLE = "tortoise_migrations"

Row = tuple[Any, ...]  # values of Python, one a column, as `Kind` says


class Kind(StrEnum):
    """What a column holds, whichever engine keeps it."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATETIME = "datetime"  # aware
    DATE = "date"
    JSON = "json"
    BYTES = "bytes"

    def dump(self, value: Any) -> Any:
        """A value as JSON has it: the same moment always gives the same text."""
        if value is None:
            return None
        match self:
            case Kind.DATETIME:
                return value.astimezone(UTC).isoformat()
            case Kind.DATE:
                return value.isoformat()
            case Kind.BYTES:
                return base64.b64encode(value).decode()
        return value

    def load(self, value: Any) -> Any:
        """The reverse of `dump`; raises ValueError or TypeError for what it cannot have made."""
        if value is None:
            return None
        match self:
            case Kind.DATETIME:
                return datetime.fromisoformat(value)
            case Kind.DATE:
                return date.fromisoformat(value)
            case Kind.BYTES:
                return base64.b64decode(value, validate=True)
        return value


# By the type that Tortoise gives a column on PostgreSQL, without its length: SQLite's types do not tell a truth value.
KINDS = {
    "SMALLINT": Kind.INTEGER,
    "INT": Kind.INTEGER,
    "BIGINT": Kind.INTEGER,
    "VARCHAR": Kind.TEXT,
    "TEXT": Kind.TEXT,
    "BOOL": Kind.BOOLEAN,
    "TIMESTAMPTZ": Kind.DATETIME,
    "DATE": Kind.DATE,
    "JSONB": Kind.JSON,
    "BYTEA": Kind.BYTES,
}


@dataclass(frozen=True, slots=True)
class Column:
    """`sealed`: it holds tokens, of which only the keys are needed to know that they can be read (`Keyring.has`)."""

    name: str
    kind: Kind
    sealed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`key` is the column of the primary key, a number that the database gives out."""

    name: str
    key: str
    columns: tuple[Column, ...]

    @property
    def selected(self) -> str:
        """Its columns, for a SELECT or an INSERT."""
        return ", ".join(f'"{column.name}"' for column in self.columns)

    @property
    def query(self) -> str:
        """All its rows, in an order that is the same on both engines."""
        return f'SELECT {self.selected} FROM "{self.name}" ORDER BY "{self.key}"'

    @property
    def holds_files(self) -> bool:
        """Whether a row may be as large as a file."""
        return any(column.kind is Kind.BYTES for column in self.columns)


class Described(State):
    """What the models are after a step of a migration, of which no classes are made: they take most of the time."""

    def reload_model(self, app_label: str, model_name: str) -> None:
        pass

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:
        pass


Versions = Mapping[str, tuple[Table, ...]]


async def versions() -> Versions:
    """The tables after each migration, by its name, oldest first; a table stands behind those it refers to.

    Raises graphlib.CycleError where two tables refer to each other, and KeyError
    for a type of column that `KINDS` does not have.
    """
    apps = {APP: TORTOISE_ORM["apps"][APP]}
    loader = MigrationLoader(apps, MigrationRecorder(None))
    await loader.build_graph()
    state = Described(models={}, apps=StateApps(default_connections={APP: "default"}))
    found = {}
    [newest] = loader.graph.leaf_nodes(APP)
    for key in loader.graph.forwards_plan(newest):
        migration = loader.graph.nodes[key]
        assert isinstance(migration, Migration)
        await migration.apply(state, dry_run=True, schema_editor=None)
        found[key.name] = _in_order({f"{app}.{name}": model for (app, name), model in state.models.items()})
    return found


def _in_order(models: Mapping[str, ModelState]) -> tuple[Table, ...]:
    refers = {
        name: {str(field.model_name) for field in model.fields.values() if isinstance(field, ForeignKeyFieldInstance)}
        for name, model in sorted(models.items())
    }
    # A table may refer to itself: its rows are loaded by one statement, and looked at when it is done.
    order = TopologicalSorter({name: others - {name} for name, others in refers.items()})
    return tuple(_table(models[name], models) for name in order.static_order())


def _table(model: ModelState, models: Mapping[str, ModelState]) -> Table:
    columns = tuple(
        Column(field.source_field or name, _kind(field, models), isinstance(field, SealedField))
        for name, field in sorted(model.fields.items())
    )
    return Table(model.table, model.pk_field_name, columns)


def _kind(field: Field[Any], models: Mapping[str, ModelState]) -> Kind:
    if isinstance(field, ForeignKeyFieldInstance):
        other = models[str(field.model_name)]
        field = other.fields[other.pk_field_name]
    sql_type: str = field.get_for_dialect("postgres", "SQL_TYPE")
    return KINDS[sql_type.partition("(")[0]]
