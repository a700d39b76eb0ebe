"""SQLite without aiosqlite's thread: events come one after another, and changing threads took half of the time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest.mock import patch

import aiosqlite

T = TypeVar("T")


async def _connect(connection: aiosqlite.Connection) -> aiosqlite.Connection:
    if connection._connection is None:
        connection._connection = connection._connector()
    return connection


async def _execute(connection: aiosqlite.Connection, function: Callable[..., T], *args: object, **more: object) -> T:
    if connection._connection is None:
        raise sqlite3.ProgrammingError("the connection is closed")
    return function(*args, **more)


@contextmanager
def in_this_thread() -> Iterator[None]:
    """What is opened in this context works at once."""
    with (
        patch.object(aiosqlite.Connection, "_connect", _connect),
        patch.object(aiosqlite.Connection, "_execute", _execute),
    ):
        yield
