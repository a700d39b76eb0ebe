"""What the two databases have to do alike."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from bot.database import DatabaseUnusable, migrate
from models import InboxMessage
from tests.conftest import NOON


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
