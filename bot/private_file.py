"""Files that are for their owner alone: read only where nobody else may, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from typing import IO

OWNER_ONLY, OWNERS_FOLDER = 0o600, 0o700
TOO_OPEN = "别人也能用（权限 {mode:o}），请运行 chmod {right:o} {path}"


class TooOpen(PermissionError):
    """Others than its owner may read or write the file; `strerror` says what to type."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(errno.EPERM, TOO_OPEN.format(mode=mode, right=mode & 0o700, path=path))


def read(path: Path) -> bytes:
    """What the file holds. Raises OSError, `TooOpen` where it is not its owner's alone."""
    with path.open("rb") as stream:
        _check(path, os.fstat(stream.fileno()))
        return stream.read()


def check(path: Path) -> None:
    """Raises `TooOpen` where the file is not its owner's alone, and OSError where it is not there."""
    _check(path, path.stat())


def _check(path: Path, found: os.stat_result) -> None:
    mode = S_IMODE(found.st_mode)
    if mode & 0o077:
        raise TooOpen(path, mode)


def replaced(path: Path) -> AbstractContextManager[IO[bytes]]:
    """A stream to a draft beside `path`, which takes its name once all of it is on the disk. Raises OSError."""
    return _drafted(path, Path.replace)


def made(path: Path) -> AbstractContextManager[IO[bytes]]:
    """As `replaced`, with the folder; raises FileExistsError, and changes nothing, where there is such a file."""
    make_folder(path.parent)
    return _drafted(path, lambda draft, path: path.hardlink_to(draft))


def make_empty(path: Path) -> None:
    """An empty file for others to fill, unless there is one. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))


def make_folder(path: Path) -> None:
    """A folder for such files, unless there is one. Raises OSError."""
    path.mkdir(OWNERS_FOLDER, parents=True, exist_ok=True)


def sync_folder(file: Path) -> None:
    """Let the name of `file` survive a power cut."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _drafted(path: Path, put: Callable[[Path, Path], object]) -> Iterator[IO[bytes]]:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        put(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path)
