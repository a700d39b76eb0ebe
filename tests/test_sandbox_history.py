"""What the sandbox remembers from one start to the next."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.messages import File
from bot.sandbox import Message, World
from bot.sandbox_history import History, Past
from bot.understanding.values import SHANGHAI

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
LATER = NOON + timedelta(days=30)


async def lived(history: History, now: datetime) -> tuple[Message, ...]:
    """A text, a picture and a recall, kept until the sandbox stops."""
    world = World(lambda: now)
    world.add_contact("zhang", "张三")
    world.add_room("branch", "示范流动党支部", ["zhang"])
    keeping = asyncio.create_task(history.keep(world))
    await asyncio.sleep(0)
    taken = world.say("zhang", "大家好\n“引号”", room="branch@chatroom", mentions=["hongyan"])
    world.say("zhang", File("手稿.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff"))
    world.recall(taken.id)
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.wait([keeping])
    return world.messages()


async def test_what_was_said_is_there_again(tmp_path: Path) -> None:
    said = await lived(History(tmp_path / "new" / "chat.jsonl"), NOON)
    past = History(tmp_path / "new" / "chat.jsonl").read()
    assert (past.messages, past.stood_at) == (said, NOON)
    world = World(lambda: NOON)
    with world.listen() as events:
        world.remember(past.messages)
        assert world.messages() == said and world.message(said[1].id).file == said[1].file
        world.add_contact("li", "李娜")
        told = asyncio.ensure_future(anext(events))
        new = world.say("li", "你好")
        assert await told == new  # the past is told to nobody


async def test_the_clock_stands_where_it_was_moved_to_last(tmp_path: Path) -> None:
    history = History(tmp_path / "chat.jsonl")
    assert history.read() == Past()
    history.stands(LATER)
    assert history.read().stood_at == LATER
    history.stands(NOON)
    assert history.read().stood_at == NOON
    history.forget()
    assert history.read() == Past()


async def test_a_line_that_broke_off_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    said = await lived(History(path), NOON)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-11-')
    assert History(path).read().messages == said
    more = await lived(History(path), LATER)
    assert History(path).read() == Past((*said, *more), LATER)


@pytest.mark.parametrize(
    ("database", "name"),
    [
        ("sqlite://data/hongyan.sqlite3", "data/hongyan.sandbox.jsonl"),
        ("sqlite:///data/hongyan.sqlite3?timeout=5", "/data/hongyan.sandbox.jsonl"),
        ("postgres://user:secret@host/trial", "data/trial.sandbox.jsonl"),
    ],
)
def test_it_lies_beside_the_database(database: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = tmp_path / name.removeprefix("/")
    absolute = database.replace("sqlite:///", f"sqlite://{tmp_path}/")
    monkeypatch.chdir(tmp_path)
    History.beside(absolute).stands(NOON)
    assert list(tmp_path.rglob("*.jsonl")) == [moved]
