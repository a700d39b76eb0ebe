"""What the page for members and secretaries tells them to send is understood, each line of it as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.commands import Catalogue, Role
from bot.hearing import ALL_MATTERS
from bot.understanding.reader import Reader
from tests.conftest import NOON

PAGE = (Path(__file__).parent.parent / "docs" / "members.zh-CN.md").read_text("utf-8")

# The page's way of pointing at the bot: no line to send.
MENTION = "@鸿雁"
PEOPLE = ("张三", "李娜", "王强", "李芳")


def lines_of(part: str) -> list[str]:
    """What stands in backticks under the heading `part`, in the page's order."""
    text = PAGE.split(f"\n## {part}\n")[1].split("\n## ")[0]
    return [line for line in dict.fromkeys(re.findall(r"`([^`]+)`", text)) if line != MENTION]


@pytest.mark.parametrize(
    ("part", "role"),
    [("党员", Role.MEMBER), ("书记和委员", Role.COMMITTEE), ("学院党委、党总支、学校党委", Role.COLLEGE)],
)
def test_every_line_of_the_page_is_understood(catalogue: Catalogue, reader: Reader, part: str, role: Role) -> None:
    said = lines_of(part)
    assert len(said) > 20
    for line in said:
        reading = reader.read(line, now=NOON, private=True, open=ALL_MATTERS, people=PEOPLE)
        command = catalogue.commands.get(reading.command or "")
        assert command is not None and not reading.confirm, line
        assert command.role <= role, line
        assert {slot.name for slot in command.form.slots if slot.required} <= set(reading.values), line


def test_where_a_line_is_not_heard_in_the_group_the_page_says_so(catalogue: Catalogue, reader: Reader) -> None:
    heading = before = ""
    unheard = []
    for line in filter(None, PAGE.splitlines()):
        heading = line if line.startswith("#") else heading
        said = [each for each in re.findall(r"`([^`]+)`", line) if each != MENTION]
        told = any(word in place for place in (line, before, heading) for word in ("私聊", "@"))
        silent = [
            each
            for each in said
            if reader.read(each, now=NOON, private=False, open=ALL_MATTERS, people=PEOPLE).command is None
        ]
        unheard += [] if told else silent
        before = line
    assert unheard == []


@pytest.mark.parametrize("said", ["谁还没交", "谁还没有交？", "我的", "我的！"])
def test_a_question_that_is_the_whole_message_is_heard_in_the_group(reader: Reader, said: str) -> None:
    assert reader.read(said, now=NOON, private=False).command in ("missing", "me")
    for talk in (f"{said}的抓紧", f"大家说{said}", f"{said}作业"):
        assert reader.read(talk, now=NOON, private=False).command is None, talk


def test_the_page_names_every_command_that_stands_in_the_menu(catalogue: Catalogue, reader: Reader) -> None:
    named = {
        reader.read(line, now=NOON, private=True, open=ALL_MATTERS).command
        for part in ("党员", "书记和委员")
        for line in lines_of(part)
    }
    listed = {name for name, command in catalogue.commands.items() if command.listed}
    assert listed - named == set()
