"""Events of every kind, each field in turn what it should never be; the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bot.commands import Catalogue
from bot.messages import File, FileUnavailable, Incoming, Kind
from tests.fuzz import files, hostile

DATA: Final = Path(__file__).parents[1] / "understanding" / "data"
ANSWERS: Final = (
    "确认",
    "好的",
    "对",
    "不对，10月的",
    "取消",
    "撤销",
    "算了",
    "1",
    "2",
    "三点",
    "0.4",
    "交好了",
    "完成",
    "没有了",
)
MOMENTS: Final = (
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2000, 2, 29, tzinfo=UTC),
    datetime(2126, 12, 31, 23, 59, 59, tzinfo=UTC),
)


def spoken(catalogue: Catalogue) -> tuple[str, ...]:
    """What people say to the bot, and what they say to each other: examples, tests' utterances, talk."""
    examples = [command.example for command in catalogue.commands.values()]
    utterances = [
        json.loads(line)["text"]
        for file in sorted(DATA.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    talk = [line for file in sorted(DATA.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line]
    return (*examples * 10, *utterances, *talk)


def loading(random: Random) -> Callable[[], Awaitable[File]]:
    """The way to a file, or to none."""
    file = files.file(random)

    async def load() -> File:
        if file is None:
            raise FileUnavailable("no such file", too_large=True)
        return file

    return load


class Crowd:
    """Makes events one after another, of the people and rooms that the bot knows and of others."""

    def __init__(
        self, random: Random, said: Sequence[str], people: Sequence[str], rooms: Sequence[str], channel: str
    ) -> None:
        self._random = random
        self._said = said
        self._people = people
        self._rooms = rooms
        self._channel = channel
        self._count = 0
        self._ids: list[str] = []

    def next(self, now: datetime) -> Incoming | None:
        """The next event; most are well-formed but for what they say, some have one field that no channel should give.

        None where that is refused at once.
        """
        event = self._event(now)
        if self._random.random() >= 0.1:
            return event
        try:
            return replace(event, **self._spoilt())
        except ValueError:
            return None

    def _event(self, now: datetime) -> Incoming:
        random = self._random
        kind = random.choices(
            (Kind.TEXT, Kind.FILE, Kind.IMAGE, Kind.RECALL, Kind.JOIN, Kind.FRIEND, Kind.OTHER, Kind.RESTRICTED),
            (80, 5, 3, 6, 3, 1, 1, 1),
        )[0]
        sender = random.choice(self._people)
        return Incoming(
            self._channel,
            self._id(),
            kind,
            sender,
            sender.removeprefix("wxid-"),
            now - timedelta(seconds=random.choice((0, 0, 0, 1, 3600, 400_000))),
            room=random.choice(self._rooms) if random.random() < 0.45 else None,
            room_topic=random.choice(("", hostile.text(random))) if random.random() < 0.1 else "",
            text=self._text() if kind in (Kind.TEXT, Kind.FILE, Kind.IMAGE) else "",
            addressed=random.random() < 0.2,
            friend=random.random() < 0.95,
            own=random.random() < 0.02,
            recalled=random.choice(self._ids) if kind is Kind.RECALL else None,
            load=loading(random) if kind in (Kind.FILE, Kind.IMAGE) else None,
        )

    def _id(self) -> str:
        """A new one, or now and then that of a message that was here before."""
        if self._ids and self._random.random() < 0.02:
            return self._random.choice(self._ids[-50:])
        self._count += 1
        self._ids = [*self._ids[-200:], f"message-{self._count}"]
        return self._ids[-1]

    def _text(self) -> str:
        random = self._random
        kind, said = random.random(), random.choice(self._said)
        if kind < 0.25:
            return said
        if kind < 0.75:
            return hostile.mutated(random, said, self._said)
        if kind < 0.87:
            return random.choice(ANSWERS)
        if kind < 0.90:
            lines = [f"{n}. {random.choice((said, *self._people, hostile.text(random)))}" for n in range(1, 9)]
            return "\n".join([f"#接龙\n{hostile.mutated(random, said, self._said)}", *lines])
        return hostile.long_text(random) if kind < 0.905 else hostile.text(random)

    def _spoilt(self) -> dict[str, Any]:
        """One field as a broken or hostile gateway would give it."""
        random = self._random
        field = random.choice(
            ("id", "sender", "sender_name", "sent_at", "room", "room_topic", "recalled", "to", "own", "friend", "load")
        )
        if field == "sent_at":
            return {field: random.choice(MOMENTS)}
        if field in ("own", "friend"):
            return {field: random.random() < 0.5}
        if field == "load":
            return {field: None}
        return {field: hostile.identifier(random)}
