"""An announcement in pieces: what was said of its time is not forgotten while the rest is asked for."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.values import SHANGHAI
from models import Activity, Service
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
