"""What the two databases have to do alike."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from bot.checking import Result, check
from bot.database import DatabaseUnusable, migrate, opened
from bot.settings import Settings
from models import Branch, InboxMessage
from tests.conftest import NOON


@pytest.fixture
def operators_mask() -> Iterator[None]:
    """The mask of most shells: what is made without care can be read by all."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_times_are_compared_whatever_their_zone(database: str) -> None:
    await InboxMessage.create(channel="c", message="1", conversation="r", sender="s", received_at=NOON)
    await InboxMessage.create(channel="c", message="2", conversation="r", sender="s", received_at=NOON.astimezone(UTC))
    assert await InboxMessage.filter(received_at=NOON).count() == 2
    assert await InboxMessage.filter(received_at__lte=NOON.astimezone(UTC)).count() == 2
    assert not await InboxMessage.filter(received_at__lt=NOON.astimezone(UTC)).exists()
    assert {one.received_at for one in await InboxMessage.all()} == {NOON}


@pytest.mark.parametrize(
    ("content", "said"), [(b"this is no database, it is a letter", "不是 SQLite 数据库文件"), (None, "没有读写权限")]
)
async def test_a_file_that_cannot_be_opened_is_a_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "hongyan.sqlite3"
    if content is None:
        path.mkdir()  # root may write anywhere, but not into a folder as if it were a file
    else:
        path.write_bytes(content)
    with pytest.raises(DatabaseUnusable, match=said):
        await migrate(f"sqlite://{path}")


@pytest.mark.parametrize("password", ["p@ss/w#rd", "ge/heim", "ge#heim", "ge?heim", "12/34"])
async def test_a_password_that_is_not_encoded_is_told_without_a_piece_of_it(password: str) -> None:
    with pytest.raises(DatabaseUnusable, match="%40") as told:
        async with opened(f"postgres://u:{password}@127.0.0.1:1/hongyan"):
            pass
    assert not any(piece in str(told.value) for piece in ("ss", "rd", "ge", "heim", "12", "34"))


@pytest.mark.parametrize("password", ["p%40ss%2Fw%23rd", "p@ss"])
async def test_a_password_that_can_be_read_is_used(password: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"127\.0\.0\.1:1/hongyan 连不上"):
        async with opened(f"postgres://u:{password}@127.0.0.1:1/hongyan"):
            pass


async def test_the_file_and_what_lies_beside_it_are_the_owners_alone(tmp_path: Path, operators_mask: None) -> None:
    path = tmp_path / "data" / "hongyan.sqlite3"
    url = f"sqlite://{path}"
    await migrate(url)
    async with opened(url):
        await Branch.create(name="支部", path="学校/支部", created_at=NOON)
        modes = {one.name.removeprefix(path.name): one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert {suffix: modes[suffix] for suffix in ("", "-wal", "-shm")} == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("suffix", ["", "-wal"])
async def test_check_tells_of_a_file_that_others_may_read(tmp_path: Path, suffix: str) -> None:
    path, config = tmp_path / "hongyan.sqlite3", tmp_path / "config.yaml"
    config.write_text(f"database: {{url: 'sqlite://{path}'}}", "utf-8")
    await migrate(f"sqlite://{path}")
    assert not any("数据库文件" in result.line for result in await check(config, nowhere))
    with closing(sqlite3.connect(path)) as another:  # what lies beside the file is there as long as it is open
        another.execute("PRAGMA user_version = 1")
        path.with_name(path.name + suffix).chmod(0o644)
        told = [result for result in await check(config, nowhere) if "数据库文件" in result.line]
    said = f"数据库文件：别人也能用（权限 644），请运行 chmod 600 {path}{suffix}"
    assert told == [Result(False, said)]


async def nowhere(settings: Settings) -> AsyncIterator[Result]:
    """Channels that there are none of."""
    for result in ():
        yield result
