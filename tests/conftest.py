"""Every test that takes `database` runs on SQLite and on a real PostgreSQL, migrated as an operator's would be."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tortoise.backends.base.executor import EXECUTOR_CACHE

import handlers
from bot.catalogue import collect
from bot.commands import Catalogue
from bot.database import opened
from bot.settings import Settings
from bot.understanding.reader import Reader
from bot.understanding.values import SHANGHAI
from models.sealed import unlock, unlocked
from tests.chat import UNPACED, Chat
from tests.databases import PostgresSource, SqliteSource
from tests.keys import give_key

give_key()

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)  # a Monday


def pytest_collection_finish() -> None:
    """What has been imported and collected stays: to look through it for garbage again and again takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return collect(handlers)


@pytest.fixture(scope="session")
def reader(catalogue: Catalogue) -> Reader:
    """The understanding of all commands; to make one takes a second."""
    return Reader([command.form for command in catalogue.commands.values()])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        outbox=UNPACED,
        anonymity={"key_file": tmp_path / "anonymity.key"},
        audit={"key_file": tmp_path / "audit.key"},
    )


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key in the environment; what a command unlocks is locked again afterwards."""
    monkeypatch.delenv("HONGYAN_KEYS")
    ours = unlocked()
    yield
    unlock(ours)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteSource:
    return SqliteSource(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresSource]:
    source = PostgresSource()
    yield source
    source.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, which is open."""
    # Tortoise keeps the statements it has made by the name of the connection, whatever it is a connection to.
    EXECUTOR_CACHE.clear()
    url = await request.getfixturevalue(request.param).copy(tmp_path)
    async with opened(url):
        yield url


@pytest.fixture
async def chat(database: str, catalogue: Catalogue, settings: Settings) -> Chat:
    """The bot on an empty database, on 2026-11-23 at noon."""
    return Chat(catalogue, settings, NOON)
