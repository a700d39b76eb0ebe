"""People who write to the bot, wait for the answer, and say it again where none comes, as people would."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from tests.faults.hearing import HearingGateway, Sent
from tests.faults.town import FIRST_DUES, MONTHS, Person, Town

IMPATIENCE = 0.5  # seconds, of one who wants to know whether the bot is back


class What(Enum):
    """What is said, and so what has to be recorded."""

    NOTE = "心得"  # each message is a record of its own, marked by an activity that nobody else speaks of
    JOIN = "报名"  # once, however often it is said
    DUES = "交党费"  # once, privately


@dataclass
class Saying:
    """Something that a person wants recorded. `messages` are the ids under which it was said, repeated ones too."""

    person: Person
    what: What
    mark: str  # the activity's number or the month
    place: str
    messages: list[str] = field(default_factory=list)
    answered: bool = False

    @property
    def text(self) -> str:
        match self.what:
            case What.NOTE:
                return f"心得 {self.mark} 我的体会是第{self.mark}条，{self.person.name}记"
            case What.JOIN:
                return f"报名 {self.mark}"
            case What.DUES:
                return f"交党费 {self.mark}"

    @property
    def answer(self) -> re.Pattern[str]:
        """How an answer reads, whether it is recorded now or was before."""
        match self.what:
            case What.NOTE:
                return re.compile(rf"已收到 ?{self.mark}号.*发言心得")
            case What.JOIN:
                return re.compile(rf"报名 ?{self.mark}号.*人报名")
            case What.DUES:
                return re.compile(rf"已登记：{self.mark} ?党费|{self.mark}.{{0,6}}登记过")

    def answered_by(self, sent: Sent) -> bool:
        """Whether the bot has answered it; in the group several sign up for the same, and each is mentioned."""
        mine = self.what is not What.JOIN or not self.in_group or f"@{self.person.name}\u2005" in sent.text
        return sent.place == self.place and mine and bool(self.answer.search(sent.text))

    @property
    def in_group(self) -> bool:
        return self.place == self.person.room


class Crowd:
    """Everybody talks at once, each waits for an answer before the next saying. `sayings` is the truth.

    `patience` is how many seconds a person waits before saying it again, `ages` between what and what seconds
    old a message is when it arrives, and with `twice` each one is delivered twice.
    """

    def __init__(self, town: Town, gateway: HearingGateway, *, seed: int, account: str = "wechaty") -> None:
        self.sayings: list[Saying] = []
        self.received: set[str] = set()  # ids that the gateway took while it was there
        self.patience = 1.5
        self.pause = 0.05
        self.ages = (0.0, 0.0)
        self.twice = False
        self.town = town
        self._gateway = gateway
        self._chance = random.Random(seed)
        self.people = [person for person in town.people if person.account == account]
        self.groups = len({person.room for person in self.people})
        self._numbers = {
            branch: itertools.count(1) for branch in range(town.branches) if town.account(branch) == account
        }
        self._prefix = f"{account}-{seed}"
        self._ids = itertools.count(1)
        self._quiet = False
        self._silence = asyncio.Event()

    async def talk(self) -> None:
        """Talk until `hush`, and let everybody have their last answer."""
        try:
            async with asyncio.TaskGroup() as group:
                for person in self.people:
                    group.create_task(self._person(person))
        finally:
            self._silence.set()

    async def hush(self) -> None:
        """Let everybody have their last answer."""
        self._quiet = True
        await self._silence.wait()

    async def _person(self, person: Person) -> None:
        for saying in self._wishes(person):
            if self._quiet:
                return
            self.sayings.append(saying)
            await self.say_until_answered(saying)
            await asyncio.sleep(self._chance.uniform(0, 2 * self.pause))

    def _wishes(self, person: Person) -> Iterator[Saying]:
        joins = iter(range(self.town.activities + 1, self.town.activities + self.town.ahead + 1))
        months = (FIRST_DUES + step for step in range(MONTHS))
        while True:
            private = self._chance.random() < 0.5
            place = person.contact if private else person.room
            chance = self._chance.random()
            if chance < 0.1 and (number := next(joins, None)):
                yield Saying(person, What.JOIN, str(number), place)
            elif chance < 0.3 and (month := next(months, None)):
                yield Saying(person, What.DUES, month.label, person.contact)
            elif (number := next(self._numbers[person.branch])) <= self.town.activities:
                yield Saying(person, What.NOTE, str(number), place)
            else:
                return

    async def say_until_answered(self, saying: Saying, *, patience: float | None = None, within: float = 120) -> None:
        """Say it again and again; what is not answered `within` so many seconds counts as lost."""
        deadline = time.monotonic() + within
        while not saying.answered and time.monotonic() < deadline:
            answer = asyncio.create_task(self._gateway.hears(saying.answered_by, patience or self.patience))
            await asyncio.sleep(0)
            if not await self.say(saying):
                await asyncio.sleep(0.2)
            saying.answered = bool(await answer)

    async def say(self, saying: Saying) -> bool:
        """Say it, as a new message; False where the gateway is not there."""
        message = f"{self._prefix}-{next(self._ids)}"
        saying.messages.append(message)
        sent_at = int(1000 * (time.time() - self._chance.uniform(*self.ages)))
        try:
            for _ in range(2 if self.twice else 1):
                await self._gateway.say(
                    *(saying.person.contact, saying.text),
                    room=saying.place if saying.in_group else None,
                    id=message,
                    timestamp=sent_at,
                )
        except (RuntimeError, AssertionError, OSError):
            return False
        self.received.add(message)
        return True

    async def recovery(self, within: float) -> float:
        """Seconds until something that is said from now on is answered; raises TimeoutError."""
        began, person = time.monotonic(), self.people[0]
        saying = Saying(person, What.NOTE, str(next(self._numbers[person.branch])), person.room)
        self.sayings.append(saying)
        await self.say_until_answered(saying, patience=IMPATIENCE, within=within)
        if not saying.answered:
            raise TimeoutError(f"nobody was answered for {within} s")
        return time.monotonic() - began
