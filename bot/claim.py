"""One process per account: a second one on the same gateway token would throw out the first, and send its messages.

PostgreSQL: an advisory lock on a connection of its own, which the server drops
with the process. SQLite: a lock on a file beside the database, which the
operating system drops with the process. Neither has to be cleaned up.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url

from bot import private_file
from bot.outages import is_outage, patiently

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
CONNECTING = ("host", "port", "user", "password", "database", "ssl")
EVERYBODY = "every process that runs"  # each running bot shares this lock, who changes the whole database has it alone

BUSY_FILE = "另一个机器人进程正在用这个数据库，请先停掉它。SQLite 只供一个进程用，要同时跑几个账号请换 PostgreSQL"
BUSY_ACCOUNT = "另一个机器人进程正在用同一个账号（通道名或令牌相同），请先停掉它，或给这个进程换一个账号"
BEING_CHANGED = "这个数据库正在升级或恢复，请等它做完再启动"
RUNNING = "有机器人正在用这个数据库，请先停掉所有机器人，再升级或恢复"


class AlreadyClaimed(Exception):
    """Another process works for this account; a line for the operator."""


@asynccontextmanager
async def claimed(url: str, things: Sequence[str], lost: asyncio.Event) -> AsyncIterator[None]:
    """Hold the claim on `things` (a channel's name, a token) as long as the context lasts.

    Raises AlreadyClaimed. `lost` is set where the database went away and another
    process took the claim meanwhile. A token is used by its hash alone.
    """
    if _is_sqlite(url):
        with _file_lock(url, BUSY_FILE):
            yield
        return
    hold = _Hold(url, [_key(thing) for thing in things])
    await hold.take()
    keeper = asyncio.create_task(hold.keep(lost))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        await hold.drop()


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Hold the database for oneself, to migrate or to restore it; raises AlreadyClaimed while a bot runs on it."""
    if _is_sqlite(url):
        with _file_lock(url, RUNNING):
            yield
        return
    connection = await _connect(url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _key(EVERYBODY)):
            raise AlreadyClaimed(RUNNING)
        yield
    finally:
        await connection.close()


def _is_sqlite(url: str) -> bool:
    return urlsplit(url).scheme == "sqlite"


@contextmanager
def _file_lock(url: str, taken: str) -> Iterator[None]:
    """An advisory lock on ``<database>.lock``."""
    database = Path(url.removeprefix("sqlite://").partition("?")[0])
    private_file.make_folder(database.parent)
    with database.with_name(database.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyClaimed(taken) from None
        yield


def _key(thing: str) -> int:
    digest = hashlib.sha256(f"hongyan:{thing}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


async def _connect(url: str) -> asyncpg.Connection:
    """Read as Tortoise reads it: the address may also hold what only its pool knows, such as ``?maxsize=20``."""
    known = expand_db_url(url)["credentials"]
    return await asyncpg.connect(**{name: known[name] for name in CONNECTING if name in known})


class _Hold:
    """Advisory locks on a connection of its own; they last as long as it does."""

    def __init__(self, url: str, keys: Sequence[int]) -> None:
        self._url = url
        self._keys = keys
        self._connection: asyncpg.Connection | None = None

    async def take(self) -> None:
        """Raises AlreadyClaimed."""
        connection = await _connect(self._url)
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock_shared($1)", _key(EVERYBODY)):
                raise AlreadyClaimed(BEING_CHANGED)
            for key in self._keys:
                if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                    raise AlreadyClaimed(BUSY_ACCOUNT)
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def drop(self) -> None:
        if self._connection is not None:
            with suppress(Exception):  # a server that is away has dropped the locks already
                await self._connection.close(timeout=2)

    async def keep(self, lost: asyncio.Event) -> None:
        """Look after the connection, and claim anew after the database was away; set `lost` where another did."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            if await self._holds():
                continue
            await self.drop()
            try:
                await patiently(self.take, "the claim on the account")
            except AlreadyClaimed as taken:
                log.error("%s", taken)
                lost.set()
                return

    async def _holds(self) -> bool:
        try:
            return self._connection is not None and await self._connection.fetchval("SELECT 1", timeout=5) == 1
        except Exception as error:
            if not is_outage(error):
                raise
            return False
