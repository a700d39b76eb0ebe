"""Messages through the dispatcher and the outbox, timed one by one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.commands import Catalogue
from bot.database import opened
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from tests.chat import UNPACED, Chat, found_branch
from tests.databases import PostgresSource, SqliteSource

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
COMMANDS = ("我的", "我党费交到几月了", "组织生活", "谈心有哪些时段", "帮助")
TALK = ("早上好", "今天好冷，手都冻僵了", "党费交了没", "我思想汇报还没写完呢", "周五晚上党课大家别忘了", "[图片]")


@dataclass
class Figures:
    """How long each message took, in seconds, and all of them together."""

    seconds: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        return sum(self.seconds)


async def burst(source: SqliteSource | PostgresSource, folder: Path, catalogue: Catalogue, messages: int) -> Figures:
    """Private questions of four members, answered one after another and handed to a wire that takes everything."""
    EXECUTOR_CACHE.clear()
    figures = Figures()
    async with opened(await source.copy(folder)):
        chat = Chat(catalogue, Settings(outbox=UNPACED), NOON)
        await found_branch(chat)
        people = ("李书记", "张三", "李娜", "王强")
        for number in range(messages):
            message = chat.incoming(people[number % 4], COMMANDS[number % len(COMMANDS)], private=True)
            begun = time.perf_counter()
            sent = await chat.hear(message)
            figures.seconds.append(time.perf_counter() - begun)
            if not sent:
                raise RuntimeError(f"{message.text} was not answered")
    return figures


def ordinary_talk(catalogue: Catalogue, times: int = 2000) -> Figures:
    """What the bot does with a group's talk that is none of its business."""
    reader = reader_of(catalogue, Settings())
    figures = Figures()
    for number in range(times):
        begun = time.perf_counter()
        reading = reader.read(TALK[number % len(TALK)], now=NOON, private=False)
        figures.seconds.append(time.perf_counter() - begun)
        if reading.command is not None:
            raise RuntimeError(f"{TALK[number % len(TALK)]} was taken for a command")
    return figures
