"""The outbox under any interleaving of writing, sending, failing, dying, echoes and restarts."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.database import opened
from bot.messages import ChannelUnavailable, DeliveryUnknown, Incoming, Kind, Outgoing, Undeliverable
from bot.outbox import Address, Sender, put
from bot.settings import Settings
from bot.wording import in_group
from models import OutboxMessage, OutboxState, Urgency
from tests.chat import CHANNEL, SetClock, Wire
from tests.conftest import NOON
from tests.databases import SqliteSource

SETTINGS = Settings(outbox={"conversation_seconds": 0, "account_seconds": 0, "per_minute": 1_000_000, "jitter": 0})
MARK = re.compile(r"〔(\d+)〕")
PLACES = [Address(CHANNEL, room="one@chatroom"), Address(CHANNEL, room="two@chatroom"), Address(CHANNEL, contact="a")]

T = TypeVar("T")


class Died(BaseException):
    """The process was killed: nothing of it runs any more."""


class Fate(Wire):
    """A wire on which the next message ends as it is told: an error, or the process's death before or after it went."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[Outgoing] = []
        self.fate: str = "arrives"

    async def send(self, message: Outgoing) -> str | None:
        fate, self.fate = self.fate, "arrives"
        if fate in ("arrives", "arrives unknown", "arrives, then death"):
            self.arrived.append(message)
        match fate:
            case "unavailable":
                raise ChannelUnavailable
            case "refused":
                raise Undeliverable
            case "unknown" | "arrives unknown":
                raise DeliveryUnknown
            case "death" | "arrives, then death":
                raise Died
        return None


FATES = ["arrives", "unavailable", "refused", "unknown", "arrives unknown", "death", "arrives, then death"]


class OutboxMachine(RuleBasedStateMachine):
    """Rows are numbered in the order of writing; the number stands in the text."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.clock = SetClock(NOON)
        self.wire = Fate()
        self.numbers = itertools.count(1)
        self.database: Any = None

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        EXECUTOR_CACHE.clear()
        self.database = opened(self.do(SOURCE.copy(Path(self.folder.name))))
        self.do(self.database.__aenter__())
        self.restart()

    def teardown(self) -> None:
        try:
            if self.database:
                self.settle_all()
        finally:
            if self.database:
                self.do(self.database.__aexit__(None, None, None))
            self.loop.close()
            self.folder.cleanup()

    @rule(place=st.sampled_from(PLACES), urgency=st.sampled_from(list(Urgency)), key=st.sampled_from([None, "a", "b"]))
    def written(self, place: Address, urgency: Urgency, key: str | None) -> None:
        text = in_group("〔{number}〕", number=next(self.numbers))
        self.do(put(place, text, now=self.clock.now(), settings=SETTINGS, urgency=urgency, key=key))

    @rule(seconds=st.integers(1, 600))
    def later(self, seconds: int) -> None:
        self.clock.moment += timedelta(seconds=seconds)

    @rule(fate=st.sampled_from(FATES))
    def sent(self, fate: str) -> None:
        """One look at the outbox; a death leaves all as it is, until the process begins anew."""
        self.wire.fate = fate
        self.later(1)
        self.sender.pace = Sender(self.wire, SETTINGS, self.clock).pace  # nobody waits for a retry here
        try:
            self.do(self.sender.send_next())
        except Died:
            self.restart()
        self.wire.fate = "arrives"

    @rule()
    def restart(self) -> None:
        self.sender = Sender(self.wire, SETTINGS, self.clock)
        self.do(self.sender.settle())

    @rule(data=st.data())
    def echoed(self, data: st.DataObject) -> None:
        """An own message comes back, maybe late, maybe twice; one that never arrived cannot."""
        if not self.wire.arrived:
            return
        message = data.draw(st.sampled_from(self.wire.arrived))
        self.sender.hear(
            Incoming(
                channel=CHANNEL,
                id=f"echo of {message.text}",
                kind=Kind.TEXT,
                sender="bot",
                sender_name="鸿雁",
                sent_at=self.clock.now(),
                room=message.room,
                to=message.contact,
                text=message.text,
                own=True,
            )
        )
        self.do(self.sender.settle_by_echoes())

    @invariant()
    def nothing_twice(self) -> None:
        arrived = [mark for message in self.wire.arrived for mark in MARK.findall(message.text)]
        assert len(arrived) == len(set(arrived)), f"sent twice: {arrived}"

    @invariant()
    def in_order(self) -> None:
        """Per conversation and urgency: answers may overtake notices."""
        if not self.database:
            return
        urgencies = {mark: row.urgency for row in self.rows() for mark in MARK.findall(row.text)}
        heard: dict[tuple[str | None, Urgency], list[int]] = defaultdict(list)
        for message in self.wire.arrived:
            for mark in MARK.findall(message.text):
                heard[message.room or message.contact, urgencies[mark]].append(int(mark))
        assert all(marks == sorted(marks) for marks in heard.values()), heard

    @invariant()
    def told_truly(self) -> None:
        """A row is marked sent only if it arrived; what arrived is marked sent, or unknown."""
        if not self.database:
            return
        arrived = {mark for message in self.wire.arrived for mark in MARK.findall(message.text)}
        for row in self.rows():
            mark = MARK.findall(row.text)[0]
            if row.state is OutboxState.SENT:
                assert mark in arrived, f"{mark} is marked sent and never arrived"
            elif mark in arrived:
                assert row.state is OutboxState.UNKNOWN, f"{mark} arrived and is {row.state}"

    def rows(self) -> list[OutboxMessage]:
        return self.do(_all())

    def settle_all(self) -> None:
        """In the end everything that was written has come to an end."""
        self.restart()
        while self.do(self.sender.send_next()) == 0:
            pass
        ended = {OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED}
        assert {row.state for row in self.rows()} <= ended
        self.nothing_twice()
        self.in_order()
        self.told_truly()


async def _all() -> list[OutboxMessage]:
    return await OutboxMessage.all().order_by("id")


EMPTY = TemporaryDirectory()
SOURCE = SqliteSource(Path(EMPTY.name))

TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
