"""The database of a test: SQLite in a file of its own, migrated as an operator's would be; PostgreSQL where asked."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import handlers
import pytest
from bot.catalogue import collect
from bot.commands import Catalogue
from bot.database import migrate, opened
from bot.settings import Settings
from bot.understanding.values import SHANGHAI

from tests.chat import Chat

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)  # a Monday


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return collect(handlers)


@pytest.fixture
def settings() -> Settings:
    pace = {"conversation_seconds": 0, "account_seconds": 0, "per_minute": 1_000_000, "jitter": 0}
    return Settings(outbox=pace)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A migrated SQLite file to copy from: migrating anew for every test would be most of its time."""
    import asyncio

    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    asyncio.run(migrate(f"sqlite://{path}"))
    yield path


@pytest.fixture
async def database(empty_database: Path, tmp_path: Path) -> AsyncIterator[str]:
    path = tmp_path / "hongyan.sqlite3"
    shutil.copy(empty_database, path)
    url = f"sqlite://{path}"
    async with opened(url):
        yield url


@pytest.fixture
async def chat(database: str, catalogue: Catalogue, settings: Settings) -> Chat:
    """The bot on an empty database, on 2026-11-23 at noon."""
    return Chat(catalogue, settings, NOON)
