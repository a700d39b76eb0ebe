"""The key file: one key a line, the first one seals; for its owner alone."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot import private_file
from bot.settings import ConfigurationError
from models.keyring import Key

log = logging.getLogger(__name__)

TOO_OPEN = "encryption.key_file：密钥文件 {path} {why}"
NO_KEY_LINE = "encryption.key_file：密钥文件 {path} 第 {line} 行不是密钥；每行一把，由 python run_bot.py keys new 生成"
EMPTY = "encryption.key_file：密钥文件 {path} 是空的；请把原来的密钥放回去"
UNREADABLE = "encryption.key_file：密钥文件 {path} 读不了（{why}），请检查路径和权限"
UNWRITABLE = "encryption.key_file：密钥文件 {path} 写不了（{why}），请检查路径、权限和剩余空间"
THERE_ALREADY = "已有密钥文件 {path}，没有改动；要换密钥请运行 python run_bot.py keys rotate"
ROTATING = "另一个 keys rotate 正在进行，请等它做完"


def read(path: Path) -> list[Key]:
    """The keys, at least one; raises ConfigurationError, which quotes none. Lines that begin with # are comments."""
    try:
        lines = private_file.read(path).decode("utf-8").splitlines()
    except private_file.TooOpen as fault:
        raise ConfigurationError(TOO_OPEN.format(path=path, why=fault.strerror)) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(UNREADABLE.format(path=path, why=_why(fault))) from None
    keys = [_key(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not keys:
        raise ConfigurationError(EMPTY.format(path=path))
    return keys


def _key(path: Path, number: int, line: str) -> Key:
    try:
        return Key.read(line.strip())
    except ValueError:
        raise ConfigurationError(NO_KEY_LINE.format(path=path, line=number)) from None


def make(path: Path) -> Key:
    """A new file with a new key; raises ConfigurationError where there is a file already."""
    key = Key.new()
    try:
        with private_file.made(path) as stream:
            stream.write(_lines([key]))
    except FileExistsError:
        raise ConfigurationError(THERE_ALREADY.format(path=path)) from None
    except OSError as fault:
        raise ConfigurationError(UNWRITABLE.format(path=path, why=_why(fault))) from None
    return key


def replace(path: Path, keys: Sequence[Key]) -> None:
    """Let the file hold these, whole or not at all; raises ConfigurationError."""
    try:
        with private_file.replaced(path) as stream:
            stream.write(_lines(keys))
    except OSError as fault:
        raise ConfigurationError(UNWRITABLE.format(path=path, why=_why(fault))) from None


def retired(path: Path) -> Path:
    """Where keys go that the database no longer needs; backups of before do."""
    return path.with_name(f"{path.name}.retired")


def retired_keys(path: Path) -> list[Key]:
    """What is in `retired`; [], and a line in the log, where that is faulty: a bot goes on without."""
    try:
        return read(retired(path)) if retired(path).exists() else []
    except ConfigurationError as fault:
        log.error("the retired keys cannot be used: %s", fault)
        return []


def retire(path: Path) -> int:
    """Leave the first key in the file and move the others to `retired`, there first; returns how many."""
    first, *others = read(path)
    if others:
        before = read(retired(path)) if retired(path).exists() else []
        known = {key.id: key for key in [*before, *others]}
        replace(retired(path), list(known.values()))
        replace(path, [first])
    return len(others)


@contextmanager
def rotating(path: Path) -> Iterator[None]:
    """Only one process changes the file at a time; raises ConfigurationError."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(ROTATING) from None
        yield


class Watched:
    """Tells the keys of a file whenever it has been replaced; of a file that has become faulty, once that it has."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._signature()

    def __call__(self) -> list[Key] | None:
        now = self._signature()
        if now == self._seen:
            return None
        self._seen = now
        try:
            return read(self._path)
        except ConfigurationError as fault:
            log.error("the key file has changed and is faulty, the keys of before go on: %s", fault)
            return None

    def _signature(self) -> tuple[int, int, int] | None:
        with suppress(OSError):
            found = self._path.stat()
            return found.st_ino, found.st_mtime_ns, found.st_size
        return None


def _lines(keys: Sequence[Key]) -> bytes:
    return "".join(f"{key.text}\n" for key in keys).encode()


def _why(fault: OSError | UnicodeDecodeError) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or type(fault).__name__
