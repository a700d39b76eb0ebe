"""Messages that each stand alone: what only asks, tells or quotes, and what is said to a question that was asked back.

    张伟：要是没人我再约          records nothing
    问 张伟：交挡费 12月 两毛     is asked back; then, each time as if nothing else had been said:
      否 现在不交会怎样           is no yes, and records nothing
      是 嗯呢 登吧                is one, and does what was asked about

Each is said in the sandbox's school as it was found. ``python -m tests.conversations.alone FILE…`` plays such files and
prints what is not so; a few thousand of them, written by people who do not know the program, tell more than any test.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.transactions import in_transaction

import handlers
from bot.catalogue import collect
from bot.commands import Catalogue
from bot.database import opened
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from tests.chat import UNPACED
from tests.conversations.script import Turn
from tests.conversations.stage import PRESENT, Answered, enter, play, staged
from tests.databases import SqliteSource
from tests.keys import give_key

NOW = datetime(2026, 11, 30, 12, 10, tzinfo=SHANGHAI)
FIRST_ID = 10_000  # of a message; those of the scene are below
_ASKED = re.compile(r"问 (?P<who>[^\s：]+)：(?P<text>.+)")
_SAID = re.compile(r"(?P<who>[^\s：]+)：(?P<text>.+)")
_REPLY = re.compile(r"\s+(?P<yes>[是否]) (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Alone:
    """What is said, and whether its last message records something."""

    turns: tuple[Turn, ...]
    records: bool = False


def read(lines: Iterable[str]) -> Iterator[Alone]:
    """What stands in a file. Raises ValueError, with the number of the line, for what is none of it."""
    asked = None
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        if match := _ASKED.fullmatch(line):
            asked = Turn(match["who"], match["text"])
            yield Alone((asked,))
        elif (match := _REPLY.fullmatch(line)) and asked is not None:
            yield Alone((asked, Turn(asked.who, match["text"])), records=match["yes"] == "是")
        elif match := _SAID.fullmatch(line):
            asked = None
            yield Alone((Turn(match["who"], match["text"]),))
        else:
            raise ValueError(f"line {number} is none: {line}")


async def said(
    catalogue: Catalogue, settings: Settings, address: str, told: Iterable[Alone]
) -> AsyncIterator[tuple[Alone, Answered]]:
    """Each of them with what came of its last message, in a SQLite database at `address`, which is empty and closed."""
    EXECUTOR_CACHE.clear()  # kept by the name of the connection, whatever it is a connection to
    async with opened(address):
        chat = await staged(catalogue, settings, PRESENT)
        chat.clock.moment = NOW
        await chat.tick()
        for alone in told:
            async with in_transaction() as school:  # which is left as it was found
                chat = await enter(catalogue, settings, NOW)
                chat.count_from(FIRST_ID)
                *_, last = [one async for one in play(chat, alone.turns)]
                await school.rollback()
            yield alone, last


def fault(alone: Alone, last: Answered) -> str:
    """What is not as it should be; empty where it is."""
    if bool(last.records) == alone.records:
        return ""
    before = "".join(f"{turn.who}：{turn.text} → " for turn in alone.turns[:-1])
    recorded = f"登记了 {'、'.join(last.records)}" if last.records else "没有登记"
    answer = " ".join(last.answers).replace("\n", " ")
    return f"{before}{last.turn.who}：{last.turn.text}\n    {recorded}：{answer}"


async def main(paths: list[Path]) -> int:
    """Play the files; the number of messages that are not as they should be."""
    give_key()
    catalogue, faults, count = collect(handlers), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        keys = {name: {"key_file": Path(folder) / f"{name}.key"} for name in ("anonymity", "audit")}
        settings = Settings(outbox=UNPACED, **keys)
        lines = itertools.chain.from_iterable(path.read_text("utf-8").splitlines() for path in paths)
        address = await SqliteSource(Path(folder)).copy(Path(folder))
        async for alone, last in said(catalogue, settings, address, read(lines)):
            count += 1
            if told := fault(alone, last):
                faults += 1
                print(told, flush=True)
    print(f"\n{count} 条，{faults} 条不对")
    return faults


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main([Path(name) for name in sys.argv[1:]])) else 0)
