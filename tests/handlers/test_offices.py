"""A college looks at its branches; it owes nothing and holds nothing itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.values import SHANGHAI
from models import Account, Branch, Category, Level, Member, Post
from tests.chat import CHANNEL, Chat, contact, found_branch


@pytest.fixture
async def college(chat: Chat) -> Branch:
    """孙老师 of the college, above one branch."""
    founded = datetime(2026, 9, 1, tzinfo=SHANGHAI)
    college = await Branch.create(name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=founded)
    officer = await Member.create(
        name="孙老师",
        student_no="T001",
        branch=college,
        category=Category.FULL,
        post=Post.COLLEGE,
        dues_from="2026-09",
        created_at=founded,
    )
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=officer, friend=True)
    await found_branch(chat)
    return college


@pytest.mark.parametrize("text", ["我的", "待办"])
async def test_what_can_be_done_there_is_said(chat: Chat, college: Branch, text: str) -> None:
    answer = await chat.whisper("孙老师", text)
    assert "信息学院（学院党委），可以看下属 1 个支部" in answer and "绑定码 智能制造流动党支部" in answer
    assert "还没交，请在" not in answer and "支委会" not in answer


async def test_an_officer_owes_neither_dues_nor_reports(chat: Chat, college: Branch) -> None:
    assert "党费（2026年11月）：应交 4" in await chat.whisper("孙老师", "支部情况")
    assert "不在这里收党费" in await chat.whisper("孙老师", "交党费 11月 0.2")


async def test_a_member_below_is_found(chat: Chat, college: Branch) -> None:
    answer = await chat.whisper("孙老师", "看看张三")
    assert answer.startswith("张三（正式党员）的情况") and "未交：2026年9–11月" in answer
    assert "下属各支部里没有找到“周九”" in await chat.whisper("孙老师", "看看周九")


@pytest.mark.parametrize(
    "text",
    [
        "催党费",
        "谁还没谈心",
        "组织生活提醒",
    ],
)
async def test_what_each_branch_does_is_left_to_it(chat: Chat, college: Branch, text: str) -> None:
    assert "由各支部的书记和委员来办" in await chat.whisper("孙老师", text)
    assert chat.heard("张三") == chat.group() == []
