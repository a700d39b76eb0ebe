"""Telling a database that is away for a while from a fault of ours: the one is waited for, the other is not."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds between tries

POSTGRES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # a connection that broke off in the middle of something
    asyncpg.InterfaceError,  # the pool holds a connection that the server has closed
    asyncpg.OperatorInterventionError,  # shutting down, starting up
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.TransactionRollbackError,  # serialisation failure, deadlock: the other one goes first
)
# SQLite tells these apart by its message only once they have become Tortoise's errors.
SQLITE = ("locked", "busy", "disk is full", "disk i/o", "unable to open", "readonly")


def is_outage(error: BaseException) -> bool:
    """Whether the same work may succeed later, with nobody mending the program."""
    if isinstance(error, (*POSTGRES, DBConnectionError, OSError)):
        return True
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        cause = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
        if isinstance(cause, POSTGRES):
            return True
        return any(sign in str(error).lower() for sign in SQLITE)
    return False


def longer(wait: float) -> float:
    """How long to wait after having waited `wait` seconds in vain."""
    return min(2 * wait, LONGEST_WAIT)


async def patiently(work: Callable[[], Awaitable[T]], what: str, in_vain: Callable[[], object] = lambda: None) -> T:
    """Do `work`, again and again where the database is away; it must do no harm twice. Any other error is raised.

    `in_vain` is called after each try that found it away.
    """
    wait = FIRST_WAIT
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error):
                raise
            in_vain()
            if wait == FIRST_WAIT:
                log.warning("%s waits for the database (%s)", what, type(error).__name__)
            await asyncio.sleep(wait)
            wait = longer(wait)
