"""Handing in, the queries and the reminder mean the same period of thought reports."""

from __future__ import annotations

import pytest

from bot.settings import ReminderSettings
from models import Branch
from tests.chat import Chat, found_branch
from tests.handlers.branch_records import reported

BODY = "交思想汇报 这个季度我在车间轮岗，跟着师傅学会了排产，也参加了支部的线上学习，体会很深。"


@pytest.fixture
async def branch(chat: Chat) -> Branch:
    """All but 李娜 have handed in for the fourth quarter of 2026."""
    branch = await found_branch(chat, dues_from="2027-01")
    for name in ("李书记", "张三", "王强"):
        await reported(name, "2026-Q4", "2026-12-10 20:00")
    return branch


@pytest.fixture
def reminding(chat: Chat) -> Chat:
    """The bot reminds on the 5th, when a report still counts for the period before."""
    reminders = ReminderSettings.model_validate(chat.settings.reminders.model_dump() | {"day": 5})
    return Chat(chat.catalogue, chat.settings.model_copy(update={"reminders": reminders}), chat.now)


async def test_the_period_before_is_meant_while_it_is_open(reminding: Chat, branch: Branch) -> None:
    chat = reminding.at("2027-01-05 09:00")
    await chat.tick()
    (group,) = chat.group()
    assert "思想汇报（2026年第四季度）：还有 1 人未交，请在1月10日" in group
    assert "思想汇报（2027年第一季度）：还有 3 人未交，请在3月31日" in group
    (told,) = chat.heard("李娜")
    assert "思想汇报（2026年第四季度）还没交，请在1月10日" in told
    assert "思想汇报（2026年第四季度）：还没交，请在1月10日" in await chat.whisper("李娜", "我的")
    assert "2026年第四季度" in await chat.whisper("李娜", "我的汇报")
    assert "2026年第四季度）：未交" in await chat.whisper("李书记", "看看李娜")
    status = await chat.whisper("李书记", "支部情况")
    assert "思想汇报（2026年第四季度）：应交 4，已交 3" in status and "未交汇报（2026年第四季度）：李娜" in status
    assert "2026年第四季度" in await chat.whisper("李娜", BODY)
    assert "李娜（2026年第四季度）" in await chat.whisper("李书记", "待办")
    mine = await chat.whisper("李娜", "我的")
    assert "思想汇报（2026年第四季度）" in mine and "等待批阅" in mine
    await chat.whisper("李书记", "批阅 李娜 合格")
    assert "思想汇报（2027年第一季度）：还没交，请在3月31日" in await chat.whisper("李娜", "我的")


async def test_after_the_first_days_the_current_one_is_meant(chat: Chat, branch: Branch) -> None:
    chat.at("2027-01-11 09:00")
    assert "思想汇报（2027年第一季度）：还没交" in await chat.whisper("李娜", "我的")
    assert "2026年" not in await chat.whisper("李书记", "支部情况")
    assert "2027年第一季度" in await chat.whisper("李娜", BODY)


async def test_a_reminder_that_was_missed_asks_for_what_its_month_asked(chat: Chat, branch: Branch) -> None:
    await chat.at("2027-01-01 09:00").tick()
    (group,) = chat.group()
    assert group.startswith("【2026年12月提醒】")
    assert "思想汇报（2026年第四季度）：还有 1 人未交，请在1月10日" in group and "2027年第一季度" not in group
