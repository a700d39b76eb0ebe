"""One database for many messages: each is tried on the same records, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from tortoise.transactions import in_transaction

from bot.commands import Command
from bot.dispatcher import Dispatcher
from bot.metrics import Metrics
from bot.understanding.reader import Reading
from bot.understanding.values import Name
from models import Account, MatterKind, Member, OpenMatter, OutboxMessage
from tests.access.branch_life import US, lived
from tests.access.marking import Marks, models_with_words
from tests.access.records import further_records
from tests.access.world import Somebody, found_school
from tests.chat import Chat, contact
from tests.every_command import Understands, understanding

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def school(chat: Chat) -> Chat:
    """The school of `world`; nothing has been said."""
    await found_school(chat)
    return chat


@dataclass
class Marked:
    """The school after two weeks, with a mark in every field; what is said to it is read by `reader`."""

    chat: Chat
    marks: Marks
    metrics: Metrics
    reader: Understands
    names: Mapping[str, Name]

    async def answers(
        self, who: Somebody, command: Command, values: Mapping[str, object], room: str | None
    ) -> Sequence[OutboxMessage]:
        """All that the bot would send, to anybody, because of `command` with these values and of 确认 after it."""
        last = await OutboxMessage.all().order_by("-id").first()
        self.reader.told = Reading(command.name, dict(values))
        await self._say(who, "…", room)
        self.reader.told = None
        if await OpenMatter.exists(kind=MatterKind.CONFIRMATION, contact=contact(who.name)):
            await self._say(who, "确认", room)
        return await OutboxMessage.filter(id__gt=last.id if last else 0).order_by("id")

    async def _say(self, who: Somebody, text: str, room: str | None) -> None:
        message = self.chat.incoming(who.name, text, private=room is None, room=room, addressed=True)
        await self.chat.dispatcher.handle(message)


@pytest.fixture
async def marked(school: Chat) -> Marked:
    chat = school
    await lived(chat, US)
    await further_records(US)
    empty = [model.__name__ for model in models_with_words() if not await model.exists()]
    assert not empty, "no such row is made in tests/access: what it holds would not be looked for"
    accounts = await Account.exclude(member=None)
    people = {account.contact: account.member_id for account in accounts}
    marks = Marks()
    await marks.put()
    names = {contact: Name((await Member.get(id=id_)).name) for contact, id_ in people.items()}
    reader, metrics = understanding(chat), Metrics()
    chat.dispatcher = Dispatcher(chat.catalogue, chat.settings, chat.clock, reader=reader, metrics=metrics)
    return Marked(chat, marks, metrics, reader, names)


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
