"""Opening the database, and bringing an older one up to date; never recreating one."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import tortoise.backends.sqlite.executor  # noqa: F401  # first: it registers an adapter of its own
from tortoise import Tortoise
from tortoise.backends.asyncpg import client as postgres
from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.backends.sqlite import client as sqlite
from tortoise.connection import get_connections
from tortoise.exceptions import BaseORMException, OperationalError, TransactionManagementError
from tortoise.migrations.api.migrate import migrate as apply_migrations
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from bot import private_file
from bot.claim import alone
from bot.encryption import proofs
from bot.encryption.completion import seal_what_is_plain
from bot.encryption.rows import Told

APP = "models"

# SQLite compares times as text, so all of them have to be of one zone: a gateway's are in UTC, the clock's are not.
sqlite3.register_adapter(datetime, lambda moment: moment.astimezone(UTC).isoformat(" "))


NOT_ENCODED = (
    "database.url（或环境变量 DATABASE_URL）里的密码有特殊字符，请编码后再写："
    "@ 写成 %40，/ 写成 %2F，# 写成 %23，? 写成 %3F，% 写成 %25"
)


class DatabaseUnusable(Exception):
    """A line for the operator that says what to do. Never holds the address's password."""


class Transaction(TransactionContextPooled):
    """A transaction on PostgreSQL that leaves nothing behind when its connection turns out to be dead.

    Tortoise 1.1.9 keeps the connection where the transaction cannot begin: after as many tries as its pool has
    connections, all work waits for one for ever. Where giving the connection back fails, the task goes on using it.
    """

    async def __aenter__(self) -> TransactionalDBClient:
        self.client._connection = None
        try:
            return await super().__aenter__()
        except BaseException:
            if self.client._connection is not None:
                await self._give_back()
            raise

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self.client._finalized:
                return
            if kind is None:
                await self.client.commit()
            elif kind is not TransactionManagementError:
                await self.client.rollback()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        get_connections().reset(self.token)
        with suppress(Exception):  # a pool that cannot make use of the connection has closed it
            await self.client._parent._pool.release(self.client._connection)


class ImmediateConnection(sqlite.SqliteTransactionWrapper):
    """A transaction on SQLite that waits for its turn to write before it reads.

    Tortoise 1.1.9 begins a deferred one: where it reads first, and another process writes before it does, SQLite
    refuses its write at once, whatever the time-out, because what was read is old.
    """

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class ImmediateTransaction(sqlite.SqliteTransactionContext):
    """Leaves nothing behind where it cannot begin, or is cancelled meanwhile: Tortoise 1.1.9 keeps its lock then."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            # Behind a BEGIN whose answer nobody waits for any more; it does no harm where nothing began.
            with suppress(Exception):
                await self.connection.rollback()
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        connection: TransactionalDBClient = self.connection
        return connection


class StateBefore(State):
    """What the models were before a step of a migration; makes classes of them for a step that asks for these.

    Tortoise 1.1.9 makes classes of all models before each step, which is most of what migrating takes, and most steps
    look at what is after them only.
    """

    def __init__(self, state: State) -> None:
        self.models = {name: model.clone() for name, model in state.models.items()}
        self._registry = state.apps

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]
        return self._registry.clone(model_states=self.models)


postgres.TransactionContextPooled = Transaction  # type: ignore[attr-defined]
sqlite.SqliteTransactionContext = ImmediateTransaction  # type: ignore[misc]
sqlite.SqliteTransactionWrapper = ImmediateConnection  # type: ignore[misc]
State.clone = lambda state: StateBefore(state)  # type: ignore[assignment,method-assign]


def _file_of(url: str) -> str:
    return url.removeprefix("sqlite://").partition("?")[0]


def file_of(url: str) -> Path | None:
    """The file of a database address; None where it has none: PostgreSQL, or a database in memory."""
    path = _file_of(url) if urlsplit(url).scheme == "sqlite" else ""
    return Path(path) if path not in ("", ":memory:") else None


def _holds_part_of_the_password(url: str) -> bool:
    """Whether a / # or ? of the password ended what should be its host: then the @ before the host comes behind it."""
    parts = urlsplit(url)
    return "@" in f"{parts.path}{parts.query}{parts.fragment}"


def _make_folder(folder: Path) -> None:
    try:
        private_file.make_folder(folder)
    except OSError as error:
        raise DatabaseUnusable(f"database.url：建不了文件夹 {folder}（{error.strerror}），请检查路径和权限") from None


def configuration(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database address (sqlite:// or postgres://)."""
    scheme = urlsplit(url).scheme
    if scheme not in ("sqlite", "postgres", "postgresql", "asyncpg"):
        raise DatabaseUnusable(
            f"database.url：不支持“{scheme or '没有写明种类的地址'}”，"
            "请写 sqlite://data/hongyan.sqlite3 或 postgres://用户:密码@主机/库名"
        )
    if file := file_of(url):
        _make_folder(file.parent)
    if scheme != "sqlite" and _holds_part_of_the_password(url):
        raise DatabaseUnusable(NOT_ENCODED)
    try:
        connection = expand_db_url(url.replace("postgresql://", "postgres://", 1))
    except Exception as error:
        raise DatabaseUnusable(f"database.url 写得不对（{type(error).__name__}），请检查地址") from None
    if scheme == "sqlite":
        # FULL: a receipt that was sent must survive a power cut.
        connection["credentials"] |= {"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON"}
    return {
        "connections": {"default": connection},
        "apps": {APP: {"models": ["models"], "default_connection": "default", "migrations": "models.migrations"}},
        "use_tz": True,
        "timezone": "Asia/Shanghai",
    }


# For Tortoise's own command line, which writes migrations (make migration): it opens no database.
TORTOISE_ORM = configuration("sqlite://:memory:")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database at `url`, as it is, for as long as the context lasts; raises DatabaseUnusable."""
    async with unmigrated(url):
        if missing := await missing_migrations():
            raise DatabaseUnusable(f"数据库缺 {len(missing)} 步升级（{missing[0]}），请运行 python run_bot.py migrate")
        await check_key()
        if await proofs.unsealed():
            raise DatabaseUnusable("数据库里还有没加密完的内容，请运行 python run_bot.py migrate")
        yield


@asynccontextmanager
async def unmigrated(url: str) -> AsyncIterator[None]:
    """As `opened`, whatever version the database is of."""
    # They log every statement with its values at DEBUG, and they are what people wrote.
    for library in ("tortoise", "aiosqlite"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # It tells each vain try to reconnect with a traceback; that the database is away is said once by who waits for it.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
    config = configuration(url)
    if urlsplit(url).scheme == "sqlite":
        # By hand first: where opening fails, aiosqlite's thread outlives the event loop and says so.
        _check_file(url)
    async with connected(config):
        await _reach(url)
        yield


@asynccontextmanager
async def connected(config: dict[str, Any]) -> AsyncIterator[None]:
    """Tortoise with a configuration of its own."""
    # It keeps the statements it has made by the name of the connection, whatever it is a connection to.
    EXECUTOR_CACHE.clear()
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield
    finally:
        await Tortoise.close_connections()


def _check_file(url: str) -> None:
    """Make it where there is none: SQLite would let others read it. What SQLite puts beside it gets the same mode."""
    path = _file_of(url)
    try:
        if file := file_of(url):
            private_file.make_empty(file)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except (sqlite3.DatabaseError, OSError) as error:
        reason = "不是 SQLite 数据库文件" if "not a database" in str(error) else "文件或文件夹没有读写权限，或磁盘已满"
        raise DatabaseUnusable(f"database.url：{path} 打不开，{reason}；请检查路径") from None


async def _reach(url: str) -> None:
    try:
        await get_connections().get("default").execute_query("SELECT 1")
    except (BaseORMException, OSError, sqlite3.Error, asyncpg.PostgresError) as error:
        where = urlsplit(url)
        place = _file_of(url) if where.scheme == "sqlite" else f"{where.hostname}:{where.port or 5432}{where.path}"
        raise DatabaseUnusable(
            f"数据库 {place} 连不上（{type(error).__name__}），"
            "请确认它在运行，database.url 或环境变量 DATABASE_URL 写得对"
        ) from None


async def check_key() -> None:
    """Raises DatabaseUnusable where the open database is sealed with a key that is not at hand."""
    if fault := await proofs.fault():
        raise DatabaseUnusable(fault)


async def has_been_sealed(url: str) -> bool:
    """Whether anything in the database needs a key that it was given before."""
    async with unmigrated(url):
        return bool(await proofs.stored())


async def migrate(url: str, told: Told = lambda done, total: None) -> list[str]:
    """Apply what is missing, seal what is plain still, and return the names of what was applied.

    Raises DatabaseUnusable, before anything is changed, where the key is another one, and AlreadyClaimed where it
    would pull the database from under a bot.
    """
    async with unmigrated(url):
        await check_key()
        missing = await missing_migrations()
        done = not missing and not await proofs.unsealed()
    if not done:
        async with alone(url):
            await _bring_up_to_date(url, missing, told)
    return missing


async def _bring_up_to_date(url: str, missing: list[str], told: Told) -> None:
    if missing:
        try:
            await apply_migrations(config=configuration(url))
        finally:
            await Tortoise.close_connections()
    async with unmigrated(url):
        await seal_what_is_plain(told)


async def missing_migrations() -> list[str]:
    """Names of migrations that the open database has not had, oldest first.

    Raises DatabaseUnusable where the database has had one that this program does not know.
    """
    recorder = MigrationRecorder(get_connections().get("default"))
    applied = {key.name for key in await recorder.applied_migrations() if key.app_label == APP}
    loader = MigrationLoader({APP: {"models": ["models"], "migrations": "models.migrations"}}, recorder)
    loader.load_disk()
    known = {key.name for key in loader.disk_migrations}
    if newer := sorted(applied - known):
        raise DatabaseUnusable(f"数据库是更新版本的程序用过的（{newer[-1]}），请先升级程序")
    return sorted(known - applied)
