"""Thousands of messages at once from hundreds of groups."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.hearing import HearingGateway, Sent
from tests.faults.process import Account, Bot, Starter
from tests.faults.reckoning import Reckoning, at_rest, reckon
from tests.faults.scene import UNLIMITED
from tests.faults.talking import Crowd, Saying, What
from tests.faults.town import Person, Town

NUMBER = re.compile(r"已收到 ?(\d+)号")
WITHOUT_JOBS = {"reminders": {"catch_up_days": 0}, "outbox": UNLIMITED}
LONGEST = 600.0  # seconds for all of it


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of it: resident bytes before and at most, seconds from the first message to the last answer."""

    reckoning: Reckoning
    before: int
    most: int
    seconds: float


async def burst(starter: Starter, folder: Path, url: str, *, groups: int, messages: int) -> Burst:
    """So many messages for each of so many groups, all at once, to a bot that has just got to work."""
    town = Town(branches=groups, members=1, activities=messages + 1, ahead=0)
    await town.furnish(url)
    async with HearingGateway() as gateway:
        await town.populate(gateway)
        crowd = Crowd(town, gateway, seed=0)
        bot = await starter.start(Account.on(folder, "wechaty", url, gateway, **WITHOUT_JOBS))
        try:
            first = _saying(town.people[0], 1)
            await crowd.say_until_answered(first)
            crowd.received.clear()  # what was said before it listened is lost
            memory = [bot.memory()]
            watching = asyncio.create_task(_watch(bot, memory))
            began = time.monotonic()
            sayings = [_saying(person, number + 2) for number in range(messages) for person in town.people]
            for some in range(0, len(sayings), groups):
                await asyncio.gather(*(crowd.say(saying) for saying in sayings[some : some + groups]))
            await _all_answered(gateway, sayings)
            watching.cancel()
            await at_rest(url, [bot], [gateway])
        finally:
            await bot.kill()
        result = await reckon(url, [first, *sayings], gateway.sent, received=crowd.received)
        result.lost += _out_of_order(gateway.sent)
        return Burst(result, memory[0], max(memory), gateway.sent[-1].at - began)


def _saying(person: Person, number: int) -> Saying:
    return Saying(person, What.NOTE, str(number), person.room)


async def _watch(bot: Bot, memory: list[int]) -> None:
    while True:
        memory.append(bot.memory())
        await asyncio.sleep(0.2)


async def _all_answered(gateway: HearingGateway, sayings: Sequence[Saying]) -> None:
    """Wait until all are, or nothing has been heard for a while."""
    read, open_ = 0, {(saying.place, saying.mark): saying for saying in sayings}
    deadline = time.monotonic() + LONGEST
    while open_ and time.monotonic() < min(deadline, gateway.sent[-1].at + 30):
        await asyncio.sleep(0.2)
        news, read = gateway.sent[read:], len(gateway.sent)
        for sent in news:
            for mark in NUMBER.findall(sent.text):
                if saying := open_.pop((sent.place, mark), None):
                    saying.answered = True


def _out_of_order(sent: Sequence[Sent]) -> list[str]:
    """Groups in which an answer overtook another."""
    heard: dict[str, list[int]] = defaultdict(list)
    for one in sent:
        heard[one.place] += [int(mark) for mark in NUMBER.findall(one.text)]
    return [f"{place} was answered out of order" for place, marks in heard.items() if marks != sorted(marks)]
