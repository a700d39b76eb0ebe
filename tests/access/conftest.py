"""One database for many messages: each is tried on the same records, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from tortoise.transactions import in_transaction

from models import OutboxMessage
from tests.access.world import found_school
from tests.chat import Chat


@pytest.fixture
async def school(chat: Chat) -> Chat:
    """The school of `world`; nothing has been said."""
    await found_school(chat)
    return chat


class _TakenBack(Exception):
    pass


@asynccontextmanager
async def tried() -> AsyncIterator[None]:
    """Whatever is done inside is undone."""
    try:
        async with in_transaction():
            yield
            raise _TakenBack
    except _TakenBack:
        pass


async def answers_to(chat: Chat, who: str, text: str, room: str | None) -> Sequence[OutboxMessage]:
    """All that the bot would send because of it."""
    last = await OutboxMessage.all().order_by("-id").first()
    message = chat.incoming(who, text, private=room is None, room=room, addressed=True)
    await chat.dispatcher.handle(message)
    return await OutboxMessage.filter(id__gt=last.id if last else 0).order_by("id")
