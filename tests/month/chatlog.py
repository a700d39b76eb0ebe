"""What was said on the gateway as a log: who, where, what, and everything that the bot said because of it.

A row is `(where, who, said, answered)` or `(where, who, said, answered, told)`:
`answered` is what the one answer in the same place has to hold, None for
silence; `told` is what others hear because of it, by group or person. Whatever
the bot says beyond that fails the row. Nothing waits for a time to pass: a row
is over when the bot has handled the message and sent all that may be sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from bot.channels.wechaty import WechatyChannel, service_channel
from bot.commands import Catalogue
from bot.messages import Capabilities, Deliver, File, Health, Incoming, Outgoing
from bot.service import Service, Way
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from models import OutboxMessage, OutboxState
from tests.chat import SetClock
from tests.gateway.control import RECALLED, Gateway, Heard

PRIVATE = "私聊"
WITHIN = 30.0  # seconds that anything may take before it counts as lost
STEP = timedelta(seconds=20)  # between one thing said and the next


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file whose name holds `name`."""

    name: str


Text = str | Sequence[str]  # what one text holds: a tuple for several parts of it
Wanted = Text | Attachment
Told = Mapping[str, Wanted | Sequence[Wanted]]  # a list for several messages
Row = tuple[str, str, str | File, Text | None] | tuple[str, str, str | File, Text | None, Told]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something a person said, and when by the month's clock."""

    id: str
    where: str
    who: str
    text: str
    at: datetime
    answered: bool


class Overheard:
    """A channel, and the ids of the messages that have come through it to the end."""

    def __init__(self, channel: WechatyChannel) -> None:
        self._channel = channel
        self._news = asyncio.Condition()
        self._came: list[str] = []
        self.sent = 0  # messages that the gateway has taken

    @property
    def name(self) -> str:
        return self._channel.name

    @property
    def capabilities(self) -> Capabilities:
        return self._channel.capabilities

    @property
    def health(self) -> Health:
        return self._channel.health

    async def run(self, deliver: Deliver) -> None:
        async def note(incoming: Incoming) -> None:
            await deliver(incoming)
            async with self._news:
                self._came.append(incoming.id)
                self._news.notify_all()

        await self._channel.run(note)

    async def send(self, message: Outgoing) -> str | None:
        sent = await self._channel.send(message)
        self.sent += 1
        return sent

    async def ready(self) -> bool:
        """Whether it is connected and logged in."""
        return self.health.ready

    async def came(self, message: str, times: int) -> None:
        """Wait until `message` has been delivered so many times."""
        async with asyncio.timeout(WITHIN), self._news:
            await self._news.wait_for(lambda: self._came.count(message) >= times)


class Cast:
    """Who speaks, and in which groups: contacts and room ids by the names under which the log knows them."""

    def __init__(self, contacts: Mapping[str, str], rooms: Mapping[str, str]) -> None:
        self.contacts = contacts
        self.rooms = rooms
        self._names = {id_: name for names in (contacts, rooms) for name, id_ in names.items()}

    def place(self, heard: Heard) -> str:
        """The group, or the person, by name."""
        return self._names[heard.room or heard.to or ""]


class ChatLog:
    """The month as it is being told. `spoken` is all that people said, `sent` all that the bot did."""

    def __init__(self, gateway: Gateway, service: Service, channel: Overheard, clock: SetClock, cast: Cast) -> None:
        self.gateway = gateway
        self.clock = clock
        self.cast = cast
        self.spoken: list[Spoken] = []
        self._service = service
        self._channel = channel
        self._times: dict[str, int] = {}
        self._read = 0

    @property
    def sent(self) -> list[Heard]:
        """Everything the bot has sent, in order."""
        return self.gateway.heard

    # The clock

    async def at(self, moment: str, told: Told | None = None) -> None:
        """Let it be `moment` ("11-03 09:00", of 2026), and `told` be all that the bot says by itself then."""
        of_the_year = moment if moment.startswith("20") else f"2026-{moment}"
        self.clock.moment = datetime.fromisoformat(of_the_year).replace(tzinfo=SHANGHAI)
        await self._service.schedule.tick()
        self._service.wake()
        await self._settle()
        self._check(f"{moment}", None, None, told or {})

    # What is said

    async def dialog(self, *rows: Row) -> None:
        """Say one row after the other."""
        for row in rows:
            where, who, said, answered = row[:4]
            await self.say(where, who, said, answered, row[4] if len(row) == 5 else None)

    async def say(
        self, where: str, who: str, said: str | File, answered: Text | None, told: Told | None = None, **payload: Any
    ) -> str:
        """One row; returns the message's id. `payload` goes to the gateway as it is."""
        self.clock.moment += STEP
        text, file = (said, None) if isinstance(said, str) else ("", said)
        stamp = int(self.clock.moment.timestamp() * 1000)
        message = await self.gateway.say(
            self.cast.contacts[who], text, room=self.cast.rooms.get(where), file=file, **{"timestamp": stamp, **payload}
        )
        shown = text or f"（{said.name}）" if isinstance(said, File) else text
        if message not in self._times:
            self.spoken.append(Spoken(message, where, who, shown, self.clock.moment, answered is not None))
        self._times[message] = self._times.get(message, 0) + 1
        await self._channel.came(message, self._times[message])
        await self._settle()
        self._check(f"{where} {who}：{shown}", who if where == PRIVATE else where, answered, told or {})
        return message

    async def recall(self, where: str, who: str, message: str) -> None:
        """Take a message back; nothing is said of it."""
        await self.say(where, who, message, None, type=RECALLED)

    async def event(self, name: str, happens: Callable[[], Awaitable[None]], told: Told) -> None:
        """Let something happen that is no message, until the bot has said `told`."""
        before = len(self.sent)
        await happens()
        await self._until_heard(before + sum(len(_listed(wanted)) for wanted in told.values()))
        await self._settle()
        self._check(name, None, None, told)

    def file(self, name: str) -> File:
        """The last file whose name holds `name`."""
        return next(heard.file for heard in reversed(self.sent) if heard.file and name in heard.file.name)

    def last(self, place: str) -> str:
        """The last text that the bot said in a group or to a person."""
        return next(heard.text for heard in reversed(self.sent) if not heard.file and self.cast.place(heard) == place)

    # When it is over

    async def _settle(self) -> None:
        """Wait until all is handled, and all that may be sent has been heard."""
        async with asyncio.timeout(WITHIN):
            await self._service.dispatcher.drain()
        await until(self._all_sent)
        await self._until_heard(self._channel.sent)

    async def _all_sent(self) -> bool:
        due = OutboxMessage.filter(not_before__lte=self.clock.now())
        return not await due.filter(state__in=(OutboxState.PENDING, OutboxState.SENDING)).exists()

    async def _until_heard(self, count: int) -> None:
        await self.gateway.until_heard(count, within=WITHIN)

    # What was said

    def _check(self, row: str, place: str | None, answered: Text | None, told: Told) -> None:
        """All that was heard since the last row, and nothing else."""
        heard = self.sent[self._read :]
        self._read = len(self.sent)
        left = list(heard)
        wanted: list[tuple[str | None, Wanted]] = [(place, answered)] if answered is not None else []
        wanted += [(place, one) for place, several in told.items() for one in _listed(several)]
        missing = [one for one in wanted if not self._take(left, *one)]
        assert not missing and not left, "\n".join(
            [
                row,
                *(f"  {self._shown(one)}" for one in heard),
                f"missing: {missing}",
                *(f"too much: {self._shown(x)}" for x in left),
            ]
        )

    def _take(self, left: list[Heard], place: str | None, wanted: Wanted) -> bool:
        fitting = next((heard for heard in left if self.cast.place(heard) == place and holds(heard, wanted)), None)
        if fitting is None:
            return False
        left.remove(fitting)
        return True

    def _shown(self, heard: Heard) -> str:
        return f"鸿雁 → {self.cast.place(heard)}：{f'（{heard.file.name}）' if heard.file else heard.text}"


def _listed(wanted: Wanted | Sequence[Wanted]) -> list[Wanted]:
    return wanted if isinstance(wanted, list) else [cast(Wanted, wanted)]


def holds(heard: Heard, wanted: Wanted) -> bool:
    """Whether what was heard is what was wanted; of a card its title is its text."""
    if isinstance(wanted, Attachment):
        return heard.file is not None and wanted.name in heard.file.name
    parts = (wanted,) if isinstance(wanted, str) else wanted
    text = heard.card.title if heard.card else heard.text
    return heard.file is None and all(part in text for part in parts)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again; `TimeoutError` where it does not come to hold."""
    async with asyncio.timeout(WITHIN):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.005)


Log = TypeVar("Log", bound=ChatLog)


@asynccontextmanager
async def bot_on(
    gateway: Gateway, catalogue: Catalogue, settings: Settings, clock: SetClock, log: type[Log], cast: Cast
) -> AsyncIterator[Log]:
    """The real bot at work on `gateway` and on the database that is open, until it is told to stop."""
    channel = Overheard(service_channel(settings.channel.name, gateway.token, gateway.endpoint))
    service = Service([Way(channel)], catalogue, settings, clock)
    stop = asyncio.Event()
    work = asyncio.create_task(service.run(stop))
    try:
        await until(channel.ready)
        yield log(gateway, service, channel, clock, cast)
    finally:
        stop.set()
        async with asyncio.timeout(WITHIN):
            await work
