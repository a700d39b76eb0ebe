"""Spacing within a conversation, between conversations, and per minute."""

from datetime import date, timedelta

from bot.pace import Pace
from bot.settings import OutboxSettings

SETTINGS = OutboxSettings(
    conversation_seconds=1, account_seconds=4, per_minute=3, jitter=0, per_day=10, pause_minutes=30
)
TODAY = date(2026, 11, 23)


def test_the_same_conversation_may_go_on_sooner_than_another() -> None:
    pace = Pace(SETTINGS)
    pace.sent("a", 100.0, TODAY)
    assert pace.free_at("a") == 101.0
    assert pace.free_at("b") == 104.0


def test_a_minute_holds_so_many() -> None:
    pace = Pace(SETTINGS)
    for moment in (100.0, 110.0, 120.0):
        pace.sent("a", moment, TODAY)
    assert pace.free_at("a") == 160.0


def test_a_conversation_that_is_held_keeps_nobody_else_waiting() -> None:
    pace = Pace(SETTINGS)
    pace.hold("a", 100.0, 60.0)
    assert pace.free_at("a") == 160.0
    assert pace.free_at("b") == 0.0


def test_what_is_long_past_is_forgotten() -> None:
    pace = Pace(SETTINGS)
    for number in range(1000):
        pace.hold(f"conversation {number}", float(number), 1.0)
    assert len(pace._held) <= 2


def test_a_day_keeps_its_last_messages_for_answers() -> None:
    pace = Pace(SETTINGS)
    pace.remember(TODAY, 7)
    assert pace.notices_allowed(TODAY)
    pace.sent("a", 100.0, TODAY)
    assert not pace.notices_allowed(TODAY)
    assert pace.answers_allowed(TODAY)
    pace.remember(TODAY, 10)
    assert not pace.answers_allowed(TODAY)
    assert pace.notices_allowed(TODAY + timedelta(days=1))


def test_when_wechat_says_too_fast_nothing_goes_and_each_time_longer() -> None:
    pace = Pace(SETTINGS)
    assert pace.pause(100.0) == 1800
    assert pace.free_at("a") == 1900
    assert pace.pause(1000.0) == 900  # said again meanwhile: the same pause
    assert pace.pause(1901.0) == 3600
    assert pace.pause(5600.0) == 7200


def test_after_a_quiet_while_a_pause_is_forgotten() -> None:
    pace = Pace(SETTINGS)
    pace.pause(100.0)
    pace.sent("a", 1900.0 + 1801, TODAY)
    assert pace.pause(10_000.0) == 1800


def test_a_pause_said_to_another_process_goes_on_and_counts() -> None:
    pace = Pace(SETTINGS)
    pace.resume_pause(100.0, 60.0, pauses=2)
    assert (pace.paused(159.0), pace.paused(161.0)) == (True, False)
    assert pace.pause(161.0) == 4 * 1800
