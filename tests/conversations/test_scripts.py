"""The conversations that are kept, whole, as if typed into the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import Catalogue
from bot.settings import Settings
from tests.conversations.script import read
from tests.conversations.stage import PRESENT, play, staged

FOLDER = Path(__file__).parent / "texts"
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.txt"))}


def test_there_are_some() -> None:
    assert TEXTS


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_every_answer_is_as_written(database: str, name: str, catalogue: Catalogue, settings: Settings) -> None:
    chat = await staged(catalogue, settings, PRESENT)
    turns = list(read(TEXTS[name].splitlines()))
    faults = [f"{one.turn.text}: {one.faults()} {one.answers}" async for one in play(chat, turns) if one.faults()]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("line", ["  有 什么", "张三 你好", "张三：好\n  应有 什么"])
def test_what_is_no_script_says_where(line: str) -> None:
    with pytest.raises(ValueError, match="is no part of a script"):
        list(read(line.splitlines()))
