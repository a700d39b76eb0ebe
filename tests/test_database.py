"""What the two databases have to do alike."""

from __future__ import annotations

from datetime import UTC

from models import InboxMessage
from tests.conftest import NOON


async def test_times_are_compared_whatever_their_zone(database: str) -> None:
    await InboxMessage.create(channel="c", message="1", conversation="r", sender="s", received_at=NOON)
    await InboxMessage.create(channel="c", message="2", conversation="r", sender="s", received_at=NOON.astimezone(UTC))
    assert await InboxMessage.filter(received_at=NOON).count() == 2
    assert await InboxMessage.filter(received_at__lte=NOON.astimezone(UTC)).count() == 2
    assert not await InboxMessage.filter(received_at__lt=NOON.astimezone(UTC)).exists()
    assert {one.received_at for one in await InboxMessage.all()} == {NOON}
