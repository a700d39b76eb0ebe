"""Spacing within a conversation, between conversations, and per minute."""

from bot.pace import Pace
from bot.settings import OutboxSettings

SETTINGS = OutboxSettings(conversation_seconds=1, account_seconds=4, per_minute=3, jitter=0)


def test_the_same_conversation_may_go_on_sooner_than_another() -> None:
    pace = Pace(SETTINGS)
    pace.sent("a", 100.0)
    assert pace.free_at("a") == 101.0
    assert pace.free_at("b") == 104.0


def test_a_minute_holds_so_many() -> None:
    pace = Pace(SETTINGS)
    for moment in (100.0, 110.0, 120.0):
        pace.sent("a", moment)
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
