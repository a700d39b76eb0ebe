"""The groups are told, once, from when to when nothing was heard."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from bot.messages import Health
from bot.presence import Attendance
from models import OutboxMessage
from tests.chat import Chat, found_branch


@pytest.fixture
async def watched(chat: Chat) -> tuple[Chat, Attendance]:
    await found_branch(chat)
    attendance = Attendance(chat.wire, chat.settings, chat.clock, lambda: None)
    await attendance.look()
    return chat, attendance


async def pass_by(chat: Chat, attendance: Attendance, seconds: int) -> None:
    for _ in range(seconds):
        chat.clock.moment += timedelta(seconds=1)
        await attendance.look()


async def test_a_bot_that_hears_says_nothing(watched: tuple[Chat, Attendance]) -> None:
    chat, attendance = watched
    await pass_by(chat, attendance, 200)
    await chat.send()
    assert chat.group() == []


async def test_a_gateway_that_was_away_is_told_of_once(watched: tuple[Chat, Attendance]) -> None:
    chat, attendance = watched
    chat.wire.health = Health(ready=False)
    await pass_by(chat, attendance, 300)
    chat.wire.health = Health(ready=True)
    await pass_by(chat, attendance, 30)
    await chat.send()
    (said,) = chat.group()
    assert "11月23日（周一）12:00到11月23日（周一）12:05不在线" in said


async def test_a_process_that_was_away_is_told_of_once(watched: tuple[Chat, Attendance]) -> None:
    chat, _ = watched
    chat.clock.moment += timedelta(hours=2)
    for _ in range(2):
        await Attendance(chat.wire, chat.settings, chat.clock, lambda: None).look()
    await chat.send()
    assert len(chat.group()) == 1


async def test_a_short_gap_is_not_worth_a_word(watched: tuple[Chat, Attendance]) -> None:
    chat, attendance = watched
    chat.wire.health = Health(ready=False)
    await pass_by(chat, attendance, 40)
    chat.wire.health = Health(ready=True)
    await attendance.look()
    assert await OutboxMessage.all().count() == 0


async def test_a_database_that_was_away_is_no_gap(
    watched: tuple[Chat, Attendance], monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, attendance = watched

    def away() -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as outage:
        outage.setattr("bot.presence.in_transaction", away)
        for _ in range(300):
            with contextlib.suppress(ConnectionRefusedError):
                await pass_by(chat, attendance, 1)
    await pass_by(chat, attendance, 10)
    assert await OutboxMessage.all().count() == 0


async def test_at_night_it_waits_for_the_morning(watched: tuple[Chat, Attendance]) -> None:
    chat, _ = watched
    chat.at("2026-11-24 03:00")
    await Attendance(chat.wire, chat.settings, chat.clock, lambda: None).look()
    await chat.send()
    assert chat.group() == []
    chat.at("2026-11-24 08:00")
    await chat.send()
    assert len(chat.group()) == 1


async def test_a_process_that_was_stopped_is_told_of(chat: Chat) -> None:
    await found_branch(chat)
    steady = [0.0]
    attendance = Attendance(chat.wire, chat.settings, chat.clock, lambda: None, steady=lambda: steady[0])
    await attendance.look()
    steady[0] += 7200
    chat.clock.moment += timedelta(hours=2)
    await attendance.look()
    await chat.send()
    assert len(chat.group()) == 1


async def test_a_clock_that_is_set_forwards_says_nothing(watched: tuple[Chat, Attendance]) -> None:
    chat, attendance = watched
    chat.clock.moment += timedelta(days=3)
    await pass_by(chat, attendance, 20)
    assert await OutboxMessage.all().count() == 0


async def test_a_clock_that_jumps_back_says_nothing(watched: tuple[Chat, Attendance]) -> None:
    chat, attendance = watched
    chat.clock.moment -= timedelta(days=3)
    await pass_by(chat, attendance, 20)
    assert await OutboxMessage.all().count() == 0
