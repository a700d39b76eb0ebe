"""Columns that are sealed: the database, and each backup of it, holds tokens, and the program reads and writes values.

What a sealed column holds can be neither filtered nor ordered by: each token of one text is another. A column's name
is sealed into its tokens (see `Keyring`), so that renaming one takes a migration that opens and seals its rows anew.
"""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar, overload

from tortoise.fields import Field
from tortoise.models import Model

from models.keyring import HEAD, Keyring, Unopenable

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Process:
    """The keyring of this process; fields belong to classes, so it can be nowhere nearer."""

    keyring: Keyring | None = None


def unlock(keyring: Keyring) -> None:
    """From now on sealed columns are read and written with `keyring`: for the composition root, before any record."""
    _Process.keyring = keyring


def unlocked() -> Keyring:
    """The keyring at hand; raises Unopenable before `unlock`."""
    if _Process.keyring is None:
        raise Unopenable("no keyring: nothing sealed can be read or written before `unlock`")
    return _Process.keyring


@dataclass(frozen=True, slots=True)
class _Given:
    """A value that a program gave to a record, other than a token that the database gave: Tortoise converts both by
    the same method, and whoever sent a stolen token as a file must not get it opened."""

    value: Any


class SealedModel(Model):
    """A record with sealed columns."""

    class Meta:
        abstract = True

    def __init_subclass__(cls, **more: Any) -> None:
        """Nothing can be looked for in a sealed column but whether it is NULL: Tortoise calls other filters unknown."""
        super().__init_subclass__(**more)
        known = cls._meta._filters
        for name in [name for name, info in known.items() if cls._is_sealed(info["field"])]:
            if not name.endswith("isnull"):
                del known[name]

    def __init__(self, **values: Any) -> None:
        super().__init__(**self._given(values))

    def update_from_dict(self, data: dict[str, Any]) -> Self:
        return super().update_from_dict(self._given(data))

    @classmethod
    def _given(cls, values: dict[str, Any]) -> dict[str, Any]:
        marked = {name for name, value in values.items() if value is not None and cls._is_sealed(name)}
        return {name: _Given(value) if name in marked else value for name, value in values.items()}

    @classmethod
    def _is_sealed(cls, name: str) -> bool:
        return isinstance(cls._meta.fields_map.get(name), SealedField)


class SealedField(Field[T]):
    """Seals what its column is given and opens what the column gives. NULL stays NULL.

    A kind of it says how a value becomes bytes and a token what the column holds: text in base64, unless it says other.
    """

    indexable = False
    SQL_TYPE = "TEXT"

    @property
    def purpose(self) -> str:
        """``table.column``, which its tokens are for."""
        return f"{self.model._meta.db_table}.{self.column}"

    @property
    def column(self) -> str:
        return self.source_field or self.model_field_name

    def to_db_value(self, value: Any, instance: type[Model] | Model | None) -> Any:
        self.validate(value)
        return None if value is None else self.stored(unlocked().seal(self.dump(value), self.purpose))

    def to_python_value(self, value: Any) -> Any:
        if isinstance(value, _Given):
            return value.value
        return None if value is None else self.load(self._open(value))

    def _open(self, stored: Any) -> bytes:
        try:
            return unlocked().open(self.token(stored), self.purpose)
        except Unopenable as fault:
            log.error("a value cannot be read: %s", fault)  # who catches it knows no column, and may quote no error
            raise

    def dump(self, value: Any) -> bytes:
        """A value as bytes."""
        raise NotImplementedError

    def load(self, plain: bytes) -> Any:
        """The reverse of `dump`."""
        raise NotImplementedError

    def plain(self, stored: Any) -> bytes:
        """What `dump` would have made of a value that the column holds unsealed, as older versions kept it."""
        return bytes(stored) if isinstance(stored, bytes) else _encoded(stored)

    def stored(self, token: bytes) -> Any:
        """A token as the column holds it."""
        return token[:HEAD].decode() + urlsafe_b64encode(token[HEAD:]).decode()

    def token(self, stored: Any) -> bytes:
        """The reverse of `stored`; what is no token gives none."""
        written = _encoded(stored)
        try:
            return written[:HEAD] + urlsafe_b64decode(written[HEAD:])
        except ValueError:
            return b""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class SealedTextField(SealedField[T]):
    """Text of any length."""

    field_type = str

    @overload
    def __init__(self: SealedTextField[str], *, null: Literal[False] = False, **more: Any) -> None: ...

    @overload
    def __init__(self: SealedTextField[str | None], *, null: Literal[True], **more: Any) -> None: ...

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)

    def dump(self, value: str) -> bytes:
        return _encoded(value)

    def load(self, plain: bytes) -> str:
        return plain.decode("utf-8", "surrogatepass")


class SealedJSONField(SealedField[T]):
    """What JSON can hold."""

    field_type = object

    def dump(self, value: Any) -> bytes:
        return _encoded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def load(self, plain: bytes) -> Any:
        return json.loads(plain)


class SealedBinaryField(SealedField[T]):
    """Bytes, such as a file's; kept as bytes."""

    field_type = bytes
    SQL_TYPE = "BLOB"

    class _db_postgres:
        SQL_TYPE = "BYTEA"

    @overload
    def __init__(self: SealedBinaryField[bytes], *, null: Literal[False] = False, **more: Any) -> None: ...

    @overload
    def __init__(self: SealedBinaryField[bytes | None], *, null: Literal[True], **more: Any) -> None: ...

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)

    def dump(self, value: bytes) -> bytes:
        return bytes(value)

    def load(self, plain: bytes) -> bytes:
        return plain

    def stored(self, token: bytes) -> bytes:
        return token

    def token(self, stored: bytes) -> bytes:
        return stored
