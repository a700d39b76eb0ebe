"""Some hundred events in a small world of their own: each batch can be repeated by its seed and number alone."""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.commands import Catalogue
from bot.database import opened
from bot.messages import Incoming
from bot.settings import Settings
from models import Account, Branch, Category, Level, Member, Post
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON
from tests.databases import SqliteSource
from tests.fuzz import wire
from tests.fuzz.events import Crowd, loading, spoken
from tests.fuzz.inline import in_this_thread

SIZE: Final = 500  # events
EVERY: Final = 50  # events, after which the clock goes on and the jobs that are due run
FROM_THE_WIRE: Final = 0.2  # of the events: as a chat system's own payload
MEMORY: Final = Path("/dev/shm")  # to wait for no disk
PEOPLE: Final = ("李书记", "张三", "李娜", "王强", "孙老师", "何老师", "路人")
ROOMS: Final = ("room-1@chatroom", "room-1@chatroom", "room-2@chatroom")


@dataclass(frozen=True, slots=True)
class Finding:
    """What went wrong, with what. `number` counts the events of the batch from 0."""

    batch: int
    number: int
    fault: str
    event: str


@dataclass
class Figures:
    """Of one batch: processor and wall seconds for each event, and what went wrong."""

    events: int = 0
    said: int = 0  # by the bot
    refused: int = 0  # no event of any chat system: it could not even be made
    lost: int = 0  # a channel could make nothing of the payload
    seconds: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    findings: list[Finding] = field(default_factory=list)


class _Errors(logging.Handler):
    """Keeps what the bot logs as an error of its own: nothing that comes in may make one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def take(self) -> list[str]:
        said, self.said = self.said, []
        return said


@contextmanager
def _errors() -> Iterator[_Errors]:
    handler = _Errors()
    logger = logging.getLogger("bot")
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


async def batch(catalogue: Catalogue, source: SqliteSource, seed: int, number: int, size: int = SIZE) -> Figures:
    """Let the whole bot have `size` events on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        EXECUTOR_CACHE.clear()
        pace = {
            "conversation_seconds": 0,
            "account_seconds": 0,
            "per_minute": 10**6,
            "per_day": 10**6,
            "answered_per_hour": 10**6,
            "strangers_per_hour": 10**6,
            "jitter": 0,
        }
        settings = Settings(
            outbox=pace, **{name: {"key_file": folder / f"{name}.key"} for name in ("anonymity", "audit")}
        )
        url = await source.copy(folder)
        with in_this_thread():
            async with opened(url):
                return await _run(Chat(catalogue, settings, NOON), seed, number, size)


async def _run(chat: Chat, seed: int, number: int, size: int) -> Figures:
    await _people(chat)
    with _errors() as errors:
        return await _Run(chat, errors, seed, number).events(size)


async def _people(chat: Chat) -> None:
    branch = await found_branch(chat)
    for level, post, who in ((Level.SCHOOL, Post.SCHOOL, "何老师"), (Level.COLLEGE, Post.COLLEGE, "孙老师")):
        path = branch.path.rsplit("/", 2 if level is Level.SCHOOL else 1)[0]
        above = await Branch.create(name=path, level=level, path=path, created_at=branch.created_at)
        member = await Member.create(
            name=who,
            student_no=f"T{above.id:04d}",
            branch=above,
            category=Category.FULL,
            post=post,
            dues_from="2026-09",
            created_at=branch.created_at,
        )
        await Account.create(channel=CHANNEL, contact=contact(who), member=member, friend=True)
        if level is Level.COLLEGE:
            await Branch.filter(id=branch.id).update(parent_id=above.id)


class _Run:
    def __init__(self, chat: Chat, errors: _Errors, seed: int, number: int) -> None:
        self._chat = chat
        self._errors = errors
        self._number = number
        self._random = Random(f"{seed}:{number}")
        said = spoken(chat.catalogue)
        people = [contact(who) for who in PEOPLE]
        self._crowd = Crowd(self._random, said, people, ROOMS, CHANNEL)
        self._wire = wire.Wires(self._random, said, people)
        self._figures = Figures()

    async def events(self, size: int) -> Figures:
        for number in range(size):
            if self._random.random() < FROM_THE_WIRE:
                await self._from_the_wire(number)
            elif (event := self._crowd.next(self._chat.clock.now())) is not None:
                await self._hear(number, event)
            else:
                self._figures.refused += 1
            if number % EVERY == EVERY - 1:
                self._chat.clock.moment += timedelta(hours=self._random.choice((1, 9, 26, 400)))
                await self._watched(number, "the jobs that were due, and all that was to be sent", self._chat.tick())
        self._figures.said = len(self._chat.wire.sent)
        return self._figures

    async def _from_the_wire(self, number: int) -> None:
        name, payload, reading = self._wire.next(self._chat.clock.now())
        found = await self._watched(number, f"{name} {payload!r}", reading)
        if not found:
            self._figures.events += 1
            self._figures.lost += 1
        for incoming in found or ():
            # A payload's own address could lead anywhere.
            load = loading(self._random) if incoming.load else None
            await self._hear(number, replace(incoming, load=load))

    async def _hear(self, number: int, event: Incoming) -> None:
        self._figures.events += 1
        if await self._watched(number, event, self._concerns_us(event)):
            await self._watched(number, event, self._chat.dispatcher.handle(event))

    async def _concerns_us(self, event: Incoming) -> bool:
        return self._chat.dispatcher.concerns_us(event)

    async def _watched(self, number: int, event: object, work: Any) -> Any:
        """What comes of `work`; what it raises, logs as an error or spends is noted."""
        begun = time.process_time()
        came = None
        try:
            came = await work
        except Exception as error:
            self._note(number, f"raised {type(error).__name__}: {error}\n{_frames(error)}", event)
        spent = time.process_time() - begun
        self._figures.seconds.append(spent)
        if spent > self._figures.slowest[0]:
            self._figures.slowest = (spent, _shown(event))
        for said in self._errors.take():
            self._note(number, said, event)
        return came

    def _note(self, number: int, fault: str, event: object) -> None:
        self._figures.findings.append(Finding(self._number, number, fault, _shown(event)))


def _frames(error: BaseException) -> str:
    return "".join(traceback.format_tb(error.__traceback__)[-6:])


def _shown(event: object) -> str:
    """In ASCII, so that it can be pasted; what is long is shortened in its middle."""
    text = ascii(event)
    return text if len(text) <= 4000 else f"{text[:3000]} … {text[-900:]}"
