"""Conversations with the whole bot, as a chat log would show them; only the wire to WeChat is missing.

await chat.say("张三", "交党费 11月 0.2") -> the one answer, where it was said
await chat.say("张三", "...", private=True)
await chat.ignores("张三", "早上好")
chat.at("2026-12-01 09:00"); await chat.tick()
chat.heard("李书记") -> what the bot wrote to them privately since last asked
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.commands import Catalogue
from bot.dispatcher import Dispatcher
from bot.messages import Capabilities, File, Health, Incoming, Kind, Outgoing
from bot.outbox import Sender
from bot.schedule import Schedule
from bot.settings import OutboxSettings, Settings
from bot.understanding.reader import Reader
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from models import Account, Branch, BranchKind, Category, Level, Member, Post, Room

CHANNEL = "wechaty"
UNPACED = OutboxSettings(
    conversation_seconds=0,
    account_seconds=0,
    per_minute=1_000_000,
    per_day=1_000_000,
    answered_per_hour=1_000_000,
    strangers_per_hour=1_000_000,
    jitter=0,
)


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Wire:
    """Records what would go to WeChat."""

    name = CHANNEL
    capabilities = Capabilities()
    health = Health(ready=True)

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, message: Outgoing) -> str | None:
        self.sent.append(message)
        return None

    async def run(self, deliver: object) -> None:
        raise AssertionError("the tests deliver by themselves")


def contact(who: str) -> str:
    return f"wxid-{who}"


_readers: dict[tuple[object, ...], Reader] = {}


def _reader(catalogue: Catalogue, settings: Settings) -> Reader:
    """Made once for all tests of a catalogue: it takes a second, and reading changes nothing in it."""
    forms = [command.form for command in catalogue.commands.values()]
    key = (settings.bot.name, settings.lessons.sections, *map(id, forms))
    if key not in _readers:
        _readers[key] = reader_of(catalogue, settings)
    return _readers[key]


@dataclass
class Chat:
    """One group `room` of one branch, private chats with everybody, and a clock."""

    catalogue: Catalogue
    settings: Settings
    now: datetime
    room: str = "room-1@chatroom"
    strangers: set[str] = field(default_factory=set)  # who are no friends of the bot
    contact_of: Callable[[str], str] = contact

    def __post_init__(self) -> None:
        self.clock = SetClock(self.now)
        self.wire = Wire()
        self.read_by(_reader(self.catalogue, self.settings))
        self.sender = Sender(self.wire, self.settings, self.clock)
        self.schedule = Schedule(self.catalogue, self.settings, self.clock)
        self._ids = itertools.count(1)
        self._read: dict[str, int] = {}

    def count_from(self, first: int) -> None:
        """The numbers of its messages from now on: those of a chat before it in the same database are taken."""
        self._ids = itertools.count(first)

    def read_by(self, reader: Reader) -> None:
        """Let `reader` understand what is said from now on."""
        self.reader = reader
        self.dispatcher = Dispatcher(self.catalogue, self.settings, self.clock, reader=reader)

    def at(self, moment: str) -> Chat:
        """Set the clock, Asia/Shanghai."""
        self.clock.moment = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
        return self

    async def tick(self) -> None:
        """Run the jobs that are due, and send what may be sent."""
        await self.schedule.tick()
        await self.send()

    async def send(self) -> None:
        while await self.sender.send_next() == 0:
            pass

    def incoming(self, who: str, text: str, *, private: bool = False, room: str | None = None, **more: Any) -> Incoming:
        fields: dict[str, Any] = {
            "channel": CHANNEL,
            "id": f"message-{next(self._ids)}",
            "kind": Kind.TEXT,
            "sender": self.contact_of(who),
            "sender_name": who,
            "sent_at": self.clock.now(),
            "room": None if private else room or self.room,
            "text": text,
            "friend": who not in self.strangers,
        }
        return Incoming(**{**fields, **more})

    async def hear(self, message: Incoming) -> list[Outgoing]:
        """Let the bot have one event; returns all it sent because of it."""
        before = len(self.wire.sent)
        if self.dispatcher.concerns_us(message):
            await self.dispatcher.handle(message)
        await self.send()
        return self.wire.sent[before:]

    async def say(self, who: str, text: str, *, private: bool = False, room: str | None = None, **more: Any) -> str:
        """Say `text`; returns the one answer given in the same conversation."""
        message = self.incoming(who, text, private=private, room=room, **more)
        answers = [said for said in await self.hear(message) if _place(said) == message.conversation]
        texts = [said.text for said in answers if said.file is None]
        assert len(texts) == 1, f"{who}: {text!r} drew {len(texts)} answers: {texts}"
        return texts[0]

    async def whisper(self, who: str, text: str, **more: Any) -> str:
        """Say it privately."""
        return await self.say(who, text, private=True, **more)

    async def send_file(self, who: str, file: File, kind: Kind = Kind.FILE) -> str:
        """Send a file privately; returns the one answer."""

        async def load() -> File:
            return file

        return await self.say(who, "", private=True, kind=kind, load=load)

    async def ignores(self, who: str, text: str, *, private: bool = False, **more: Any) -> None:
        """Say it, and nothing happens."""
        sent = await self.hear(self.incoming(who, text, private=private, **more))
        assert not sent, f"{who}: {text!r} drew {[said.text for said in sent]}"

    def heard(self, who: str) -> list[str]:
        """Private texts that `who` got since this was last asked."""
        return [said.text for said in self._new(self.contact_of(who)) if said.file is None]

    def files(self, who: str) -> list[File]:
        """Every file that `who` has got privately."""
        return [
            said.file for said in self.wire.sent if said.contact == self.contact_of(who) and not said.room and said.file
        ]

    def group(self, room: str | None = None) -> list[str]:
        """Texts in the group since this was last asked."""
        return [said.text for said in self._new(room or self.room) if said.file is None]

    def _new(self, place: str) -> list[Outgoing]:
        all_of_it = [said for said in self.wire.sent if _place(said) == place]
        new = all_of_it[self._read.get(place, 0) :]
        self._read[place] = len(all_of_it)
        return new


def _place(said: Outgoing) -> str | None:
    return said.room or said.contact


async def found_branch(
    chat: Chat,
    name: str = "智能制造流动党支部",
    members: Sequence[tuple[str, Post, Category]] = (
        ("李书记", Post.SECRETARY, Category.FULL),
        ("张三", Post.NONE, Category.FULL),
        ("李娜", Post.NONE, Category.PROBATIONARY),
        ("王强", Post.NONE, Category.FULL),
    ),
    *,
    room: str | None = None,
    kind: BranchKind = BranchKind.MOBILE,
    dues_from: str = "2026-09",
) -> Branch:
    """A branch with members who are bound already, and its group."""
    branch = await Branch.create(
        name=name,
        level=Level.BRANCH,
        kind=kind,
        path=f"示范大学/信息学院/{name}",
        created_at=datetime(2026, 9, 1, tzinfo=SHANGHAI),
    )
    start = await Member.all().count()
    for number, (who, post, category) in enumerate(members, start + 1):
        member = await Member.create(
            name=who,
            student_no=f"2023{number:04d}",
            branch=branch,
            category=category,
            post=post,
            dues_from=dues_from,
            created_at=branch.created_at,
        )
        await Account.create(
            channel=CHANNEL,
            contact=chat.contact_of(who),
            member=member,
            friend=who not in chat.strangers,
            bound_at=branch.created_at,
        )
    await Room.create(channel=CHANNEL, room=room or chat.room, branch=branch, bound_at=branch.created_at)
    return branch
