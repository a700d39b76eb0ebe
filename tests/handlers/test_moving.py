"""What somebody sent without a name stays theirs in another branch: they find it, hear of it, and can let it go."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import anonymity
from bot.roster import import_roster
from models import Category, Member, Opinion, Post, Wish
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.handlers.copies import opened
from tests.test_roster import ZHANG, as_csv

BEFORE, NOW = "智能制造流动党支部", "数据科学流动党支部"
OPINION, WISH = "开会总在饭点", "想找人练口语"


@pytest.fixture(autouse=True)
async def moved(chat: Chat, tmp_path: Path) -> None:
    """李娜 said this in one branch and is in another now, where wishes have the same numbers."""
    await found_branch(chat, BEFORE)
    people = (("赵书记", Post.SECRETARY, Category.FULL), ("钱六六", Post.NONE, Category.FULL))
    await found_branch(chat, NOW, people, room="room-2@chatroom")
    await chat.whisper("李娜", f"匿名意见 {OPINION}")
    await chat.whisper("李娜", f"匿名微心愿 {WISH}")
    await chat.whisper("张三", "匿名意见 希望周末开会")
    await chat.whisper("钱六六", "微心愿 想学摄影")
    member = await Member.get(name="李娜")
    row = ZHANG | {"支部": NOW, "姓名": "李娜", "学号": member.student_no, "类别": "预备党员"}
    await import_roster(as_csv(tmp_path, row), now=NOON)
    assert (await Member.get(name="李娜").select_related("branch")).branch.name == NOW


async def test_they_find_it(chat: Chat) -> None:
    assert OPINION in await chat.whisper("李娜", "我的意见")
    assert f"· {BEFORE}的1号（匿名）：{WISH}" in await chat.whisper("李娜", "我的心愿")
    assert "周末" not in await chat.whisper("李娜", "我的意见")
    await chat.whisper("李娜", "导出我的信息")
    _, read, _ = opened(chat.files("李娜")[-1])
    assert OPINION in read and WISH in read and "周末" not in read and "摄影" not in read


async def test_however_much_others_have_sent(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anonymity, "BATCH", 1)
    await chat.whisper("李娜", "匿名意见 这里也一样")
    said = await chat.whisper("李娜", "我的意见")
    assert OPINION in said and "这里也一样" in said


async def test_they_hear_of_it(chat: Chat) -> None:
    said = await chat.whisper("李书记", "答复意见 1 以后七点开")
    assert chat.heard("李娜")[-1].endswith("以后七点开")
    assert "会私下告诉提意见的人（已经离开或删除了信息的收不到）" in said
    await chat.whisper("张三", "认领 1")
    assert "张三认领了您的1号心愿" in chat.heard("李娜")[-1]


async def test_nobody_is_said_to_have_been_told_who_is_not(chat: Chat) -> None:
    """And the answer does not tell that the author is gone."""
    await Member.filter(name="李娜").update(active=False)
    gone, here = [await chat.whisper("李书记", f"答复意见 {number} 好") for number in (1, 2)]
    assert gone == here.replace("2", "1") and "已私下告诉" not in gone


async def test_they_let_it_go(chat: Chat) -> None:
    await chat.whisper("李娜", "删除我的信息")
    await chat.whisper("李娜", "确认")
    assert [(one.text, one.seal is None) async for one in Opinion.all().order_by("id")] == [
        (OPINION, True),
        ("希望周末开会", False),
    ]
    assert (await Wish.get(id=1)).seal is None


async def test_they_take_it_back(chat: Chat) -> None:
    """A number means a wish of the branch; where that is not theirs to take down, one of their own."""
    assert "已收回1号意见" in await chat.whisper("李娜", "撤回意见 1")
    assert f"已撤下1号心愿“{WISH}”" in await chat.whisper("李娜", "撤下心愿 1")
    assert "只有许愿的人和支部委员能撤下" in await chat.whisper("李娜", "撤下心愿 1")
