"""A backup's file: a zip of ``manifest.json`` and one member a table, with a row a line as a JSON array.

The zip's comment ends in the SHA-256 of all bytes before it, so that no byte of
the file can change unnoticed; any zip program can still open it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot import private_file
from bot.backup.tables import Row, Table
from bot.backup.telling import Step, Told

MANIFEST = "manifest.json"
MARK = b"hongyan backup sha256:"
DIGEST = hashlib.sha256().digest_size * 2  # characters
AT_ONCE = 1 << 20  # bytes
LARGEST_MANIFEST = 1 << 20  # bytes: a name and two hundred more for each table
LONGEST_ROW = 1 << 28  # bytes, for writing and for reading: a file of the largest size that can be set, as JSON

FAULTY = "{file} 不是鸿雁的备份，或者已经损坏、不完整。没有恢复，数据库没有动。"
TOO_LONG = (
    "{table} 表里有一行太大（{megabytes} MB），恢复时读不回来，所以没有备份，原来的备份文件没有动。"
    "这一行的编号是 {id}，请先处理它，再备份一次"
)
UNREADABLE = "{file} 读不了（{why}），请检查路径和权限"
UNWRITABLE = "{file} 写不了（{why}），请检查路径、权限和剩余空间"


class BackupFaulty(Exception):
    """One or more lines for the operator: what is wrong, and what has not been touched."""


class TableEntry(BaseModel):
    """What the manifest says of a table; `last_id` is the last key the database gave out, of a row deleted too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    last_id: int


class Manifest(BaseModel):
    """`migration` is the last one that the database had had."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["hongyan-backup"] = "hongyan-backup"
    version: Literal[1] = 1
    migration: str
    created_at: AwareDatetime
    tables: tuple[TableEntry, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Checksum:
    """Counts rows and digests them, as they stand in the file."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._digest.update(line)

    def entry(self, table: Table, last_id: int) -> TableEntry:
        columns = tuple(column.name for column in table.columns)
        return TableEntry(
            name=table.name, columns=columns, rows=self.rows, sha256=self._digest.hexdigest(), last_id=last_id
        )

    def agrees(self, entry: TableEntry) -> bool:
        return (self.rows, self._digest.hexdigest()) == (entry.rows, entry.sha256)


def line(table: Table, row: Row) -> bytes:
    """A row as it stands in the file: the same on both engines, to the byte."""
    values = [column.kind.dump(value) for column, value in zip(table.columns, row, strict=True)]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


class Writer:
    """Writes one table after another, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries: list[TableEntry] = []

    @contextmanager
    def table(self, table: Table, last_id: int) -> Iterator[TableWriter]:
        with self._archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
            writer = TableWriter(table, member)
            yield writer
        self._entries.append(writer.checksum.entry(table, last_id))

    def finish(self, migration: str, created_at: datetime) -> Manifest:
        manifest = Manifest(migration=migration, created_at=created_at, tables=tuple(self._entries))
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        return manifest


class TableWriter:
    """Writes rows, none that `Archive.rows` would not read back."""

    def __init__(self, table: Table, member: IO[bytes]) -> None:
        self._table = table
        self._member = member
        self.checksum = Checksum()

    def add(self, row: Row) -> None:
        text = line(self._table, row)
        if len(text) > LONGEST_ROW:
            raise BackupFaulty(TOO_LONG.format(table=self._table.name, megabytes=len(text) >> 20, id=self._key(row)))
        self.checksum.add(text)
        self._member.write(text)

    def _key(self, row: Row) -> Any:
        return row[[column.name for column in self._table.columns].index(self._table.key)]


@contextmanager
def written(file: Path) -> Iterator[Writer]:
    """Write `file` whole or not at all, for its owner alone; raises BackupFaulty where it cannot be written."""
    try:
        with private_file.replaced(file) as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.comment = MARK + b"0" * DIGEST
                yield Writer(archive)
            stream.seek(-DIGEST, os.SEEK_END)
            length = stream.tell()
            stream.seek(0)
            digest = _digest(stream, length)
            stream.seek(length)
            stream.write(digest)
    except OSError as error:
        raise BackupFaulty(UNWRITABLE.format(file=file, why=error.strerror or type(error).__name__)) from None


class Archive:
    """A file whose every byte has been found right."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.file = file
        self.manifest = manifest
        self._archive = archive
        self._entries = {entry.name: entry for entry in manifest.tables}

    def entry(self, table: Table) -> TableEntry:
        return self._entries[table.name]

    def fits(self, tables: tuple[Table, ...]) -> bool:
        """Whether it holds exactly these tables with exactly these columns."""
        ours = {table.name: tuple(column.name for column in table.columns) for table in tables}
        return ours == {entry.name: entry.columns for entry in self.manifest.tables}

    def rows(self, table: Table) -> Iterator[Row]:
        """A table's rows, one at a time; raises BackupFaulty where they are not what the manifest says."""
        checksum = Checksum()
        kinds = [column.kind for column in table.columns]
        try:
            with self._archive.open(f"{table.name}.jsonl") as member:
                while text := member.readline(LONGEST_ROW):
                    checksum.add(text)
                    values = json.loads(text.decode("utf-8", "surrogatepass"))
                    yield tuple(kind.load(value) for kind, value in zip(kinds, values, strict=True))
        except (ValueError, TypeError, KeyError, RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile):
            raise BackupFaulty(FAULTY.format(file=self.file)) from None
        if not checksum.agrees(self.entry(table)):
            raise BackupFaulty(FAULTY.format(file=self.file))


@contextmanager
def opened(file: Path, told: Told) -> Iterator[Archive]:
    """Look at every byte of `file`, then open it; raises BackupFaulty."""
    faulty = BackupFaulty(FAULTY.format(file=file))
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BackupFaulty(UNREADABLE.format(file=file, why=error.strerror)) from None
    with stream:
        if not _is_whole(stream, told):
            raise faulty
        try:
            archive = zipfile.ZipFile(stream)
            with archive.open(MANIFEST) as member:
                manifest = Manifest.model_validate_json(member.read(LARGEST_MANIFEST))
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            ValidationError,
            LookupError,
            ValueError,
        ):
            raise faulty from None
        with archive:
            yield Archive(file, archive, manifest)


def _is_whole(stream: IO[bytes], told: Told) -> bool:
    """Whether it ends in the digest of what stands before."""
    length = stream.seek(0, os.SEEK_END) - DIGEST
    if length < len(MARK):
        return False
    stream.seek(length - len(MARK))
    mark, _, said = stream.read().rpartition(b":")
    if mark + b":" != MARK or not re.fullmatch(rb"[0-9a-f]{64}", said):
        return False
    stream.seek(0)
    return _digest(stream, length, told) == said


def _digest(stream: IO[bytes], length: int, told: Told | None = None) -> bytes:
    """The SHA-256 of the next `length` bytes, in hexadecimal digits."""
    digest, done = hashlib.sha256(), 0
    while done < length and (piece := stream.read(min(AT_ONCE, length - done))):
        digest.update(piece)
        done += len(piece)
        if told:
            told(Step.CHECK, done, length)
    return digest.hexdigest().encode()


def as_json(value: Any) -> str:
    """A value of a JSON column as the records' own fields write it."""
    return json.dumps(value, separators=(",", ":"))
