"""A term of a school over a real Wechaty gateway: 3 colleges, 12 branches, 240 members, September to January."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Catalogue
from bot.settings import Settings
from models import OutboxMessage, OutboxState
from tests.chat import SetClock
from tests.gateway.control import Gateway
from tests.month.chatlog import Cast, bot_on
from tests.term import beginning, everyday, levels, outside, together
from tests.term.chatlog import TermLog, each
from tests.term.school import BRANCHES, CONTACTS, ROOMS, populate

pytestmark = pytest.mark.gateway

AT_ONCE = {
    "conversation_seconds": 0,
    "account_seconds": 0,
    "per_minute": 1_000_000,
    "per_day": 1_000_000,
    "answered_per_hour": 1_000_000,
    "strangers_per_hour": 1_000_000,
    "jitter": 0,
}


@asynccontextmanager
async def configured(folder: Path) -> AsyncIterator[Settings]:
    """The term's settings: no pace, a section of the school's own, a feed and a folder, a festival in October."""
    news = folder / "news"
    news.mkdir()
    async with outside.campus_news() as feed:
        feeds = [
            {"source": feed, "section": "校园信息"},
            {"source": str(outside.bulletins(news, beginning.TERM + timedelta(days=7))), "section": "党的资讯"},
        ]
        yield Settings(
            outbox=AT_ONCE,
            reminders={"again_days": 0},
            anonymity={"key_file": folder / "anonymity.key"},
            audit={"key_file": folder / "audit.key"},
            lessons={"sections": [beginning.OWN_SECTION]},
            bulletins={"feeds": feeds},
            festivals={"enabled": True},
        )


async def test_a_term(database: str, catalogue: Catalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await beginning.the_roster(tmp_path)
    async with configured(tmp_path) as settings, Gateway() as gateway:
        await populate(gateway)
        clock = SetClock(beginning.TERM)
        async with bot_on(gateway, catalogue, settings, clock, TermLog, Cast(CONTACTS, ROOMS)) as log:
            await the_beginning(log, settings, tmp_path)
            await the_autumn(log)
            await the_winter(log)
            await what_came_of_it(log)
    await everyday.recorded()
    # Each group has heard exactly what was meant for it.
    heard = [one for one in gateway.heard if one.room]
    assert len(heard) == sum(log.groups.values())
    assert not await OutboxMessage.exclude(state=OutboxState.SENT).exists()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert together.NAMELESS not in caplog.text and gateway.token not in caplog.text


async def the_beginning(log: TermLog, settings: Settings, folder: Path) -> None:
    """The first days of September."""
    lessons = folder / "lessons"
    lessons.mkdir()
    await beginning.the_groups(log)
    await beginning.the_welcome(log)
    await beginning.notices(log)
    await beginning.lessons(log, settings, lessons)
    await beginning.bulletins(log, settings)


async def the_autumn(log: TermLog) -> None:
    """September and October."""
    await everyday.dues(log, "09-10")
    await beginning.selection(log)
    await everyday.placements(log)
    await everyday.papers(log)
    await together.a_service(log)
    await everyday.reports(log, "09-20 20:00", "2026-Q3")
    await everyday.reminder(log, "2026-09")
    await together.the_service_is_done(log)
    await levels.summary(log, "10-01 09:05", "2026年9月", each([branch.name for branch in BRANCHES], "国庆节"))
    await together.wishes(log)
    await everyday.dues(log, "10-10")
    await together.birthdays(log, "10-15 09:05", 3)
    await together.a_wish_is_brought_up(log)
    await together.opinions(log)
    await together.openness(log)
    await everyday.placements_end(log)
    await everyday.reminder(log, "2026-10")


async def the_winter(log: TermLog) -> None:
    """November to January."""
    await levels.summary(log, "11-01 09:05", "2026年10月")
    await together.a_day_of_all(log)
    await everyday.asked_again(log)
    await everyday.dues(log, "11-10")
    await together.the_day_is_held(log)
    await log.at("11-13 09:05")
    await everyday.confirmed(log)
    await together.open_dues(log)
    await together.birthdays(log, "11-20 09:05", 13)
    await everyday.reports(log, "11-20 20:00", "2026-Q4")
    await everyday.reviewed(log)
    await together.probation_ends(log)
    await everyday.reminder(log, "2026-11")
    await levels.summary(log, "12-01 09:05", "2026年11月")
    await together.birthdays(log, "12-10 09:05", 4)
    await everyday.dues(log, "12-10")
    await everyday.not_heard_of(log)
    await everyday.half_year(log)
    await everyday.reminder(log, "2026-12")
    await levels.summary(log, "2027-01-01 09:05", "2026年12月")
    await together.handed_over(log)
    await everyday.dues(log, "2027-01-10")
    await everyday.reminder(log, "2027-01")


async def what_came_of_it(log: TermLog) -> None:
    """Asked at each level, and counted without the bot."""
    await levels.rolled_up(log)
    await levels.part_by_part(log)
    await levels.in_their_groups(log)
    await levels.what_is_missing(log)
    await levels.the_table(log)
    await levels.of_autumn(log)
