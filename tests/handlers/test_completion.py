"""An announcement in pieces: what was said of its time is not forgotten while the rest is asked for."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.values import SHANGHAI
from models import Activity, Service, TalkSlot
from tests.chat import Chat, found_branch

SECRETARY = "李书记"


@pytest.mark.parametrize(
    ("said", "topic"),
    [("发起党小组会 12月8日", "党小组会"), ("发起党课 12月8日 学习党章", "学习党章"), ("发起党课 下周二", "党课")],
)
async def test_an_hour_alone_is_of_the_day_that_was_said(chat: Chat, said: str, topic: str) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    asked = await chat.whisper(SECRETARY, said)
    assert asked.startswith("还差12月8日（周二）几点，直接发给我就行。")
    assert "12月8日周二19:30" in await chat.whisper(SECRETARY, "19:30")
    activity = await Activity.get()
    assert (activity.start, activity.topic) == (datetime(2026, 12, 8, 19, 30, tzinfo=SHANGHAI), topic)


async def test_day_and_hour_one_after_the_other(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    assert "还差时间" in await chat.whisper(SECRETARY, "发起党小组会")
    assert "还差12月8日（周二）几点" in await chat.whisper(SECRETARY, "12月8日")
    assert "12月8日周二15:00" in await chat.whisper(SECRETARY, "三点")


async def test_another_day_may_be_said_with_the_hour(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起公益 12月8日")
    await chat.whisper(SECRETARY, "12月9日上午9点")
    assert (await Service.get()).start == datetime(2026, 12, 9, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize("said", ["发起党课 12月8日，线上，19:30", "发起党课 12月8日 线上 19:30"])
async def test_day_and_hour_may_stand_apart_in_one_message(chat: Chat, said: str) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    assert "12月8日周二19:30" in await chat.whisper(SECRETARY, said)
    activity = await Activity.get()
    assert (activity.start, activity.topic) == (datetime(2026, 12, 8, 19, 30, tzinfo=SHANGHAI), "线上")


async def test_the_hours_of_a_day_alone(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    asked = await chat.whisper(SECRETARY, "开放时段 12月8日")
    assert asked.startswith("还差12月8日（周二）几点到几点，直接发给我就行。")
    assert "12月8日" in await chat.whisper(SECRETARY, "19点到20点")
    first = await TalkSlot.all().order_by("start").first()
    assert first is not None and first.start == datetime(2026, 12, 8, 19, tzinfo=SHANGHAI)


async def test_the_hour_may_come_with_the_topic_and_is_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起党课 12月8日")
    asked = await chat.whisper(SECRETARY, "19:30，学习党章")
    assert "2026年12月8日（周二）19:30，“学习党章”？" in asked and not await Activity.exists()
    await chat.whisper(SECRETARY, "确认")
    activity = await Activity.get()
    assert (activity.start, activity.topic) == (datetime(2026, 12, 8, 19, 30, tzinfo=SHANGHAI), "学习党章")


@pytest.mark.parametrize("said", ["学习", "好的稍等"])
async def test_what_is_no_answer_loses_nothing_of_what_was_said(chat: Chat, said: str) -> None:
    await found_branch(chat)
    chat.at("2026-12-03 12:00")
    await chat.whisper(SECRETARY, "发起党课 12月8日")
    await chat.whisper(SECRETARY, said)
    await chat.whisper(SECRETARY, "19:30")
    assert (await Activity.get()).start == datetime(2026, 12, 8, 19, 30, tzinfo=SHANGHAI)
