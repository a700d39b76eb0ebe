"""Play a conversation and print it: ``python -m tests.conversations [FILE…]``; without a file, all that are kept.

What is not as the script has it is marked; exit status 1 where anything is. Without expectations it shows how the bot
answers: the quickest way to see how a change reads.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import handlers
from bot.catalogue import collect
from bot.database import opened
from bot.settings import Settings
from tests.chat import UNPACED
from tests.conversations.script import read
from tests.conversations.stage import PRESENT, Answered, play, staged
from tests.databases import SqliteSource
from tests.keys import give_key

TEXTS = Path(__file__).parent / "texts"


def shown(one: Answered) -> str:
    """A turn as a person reads it."""
    turn = one.turn
    lines = [f"{turn.who}{'（群）' if turn.group else ''}：{turn.text}"]
    lines += [f"    鸿雁：{text}".replace("\n", "\n        ") for text in one.answers] or ["    （不出声）"]
    lines += [f"    〔{told.room or told.contact}〕{told.text[:60]}".replace("\n", " ") for told in one.told]
    lines += [f"    记 {'、'.join(one.records)}"] if one.records else []
    lines += [f"    *** {fault}" for fault in one.faults()] if turn.expects else []
    return "\n".join(lines)


async def main(paths: list[Path]) -> int:
    """Play each of the scripts in a school of its own; the number of turns that are not as they should be."""
    give_key()
    catalogue, faults = collect(handlers), 0
    with tempfile.TemporaryDirectory() as folder:
        source = SqliteSource(Path(folder))
        settings = Settings(
            outbox=UNPACED,
            anonymity={"key_file": Path(folder) / "anonymity.key"},
            audit={"key_file": Path(folder) / "audit.key"},
        )
        for path in paths:
            async with opened(await source.copy(Path(folder))):
                chat = await staged(catalogue, settings, PRESENT)
                with path.open(encoding="utf-8") as script:
                    async for one in play(chat, read(script)):
                        print(shown(one), flush=True)
                        faults += bool(one.turn.expects and one.faults())
    print(f"\n{faults} 处与脚本不符")
    return faults


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main([Path(name) for name in sys.argv[1:]] or sorted(TEXTS.glob("*.txt")))) else 0)
