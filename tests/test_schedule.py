"""Jobs: each once per branch and period, whatever happens to the process or the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.commands import Audience, Catalogue, MonthlyTick, Notice, Tick, ToGroup, ToMember, job
from bot.schedule import Schedule
from bot.settings import ReminderSettings, Settings
from bot.wording import in_group
from models import Account, Branch, JobRun
from tests.chat import Chat, contact, found_branch
from tests.conftest import NOON


@job("tests.monthly", tells=(Audience.GROUP,), monthly=ReminderSettings.first)
async def monthly(tick: MonthlyTick) -> Sequence[Notice]:
    return [ToGroup(tick.branch.id, in_group("{month} 提醒", month=tick.month))]


@job("tests.again", tells=(Audience.GROUP,), monthly=ReminderSettings.again, a_day_after="tests.monthly")
async def again(tick: MonthlyTick) -> Sequence[Notice]:
    return [ToGroup(tick.branch.id, in_group("{month} 再提醒", month=tick.month))]


@job("tests.minute", tells=(Audience.MEMBERS,))
async def every_minute(tick: Tick) -> Sequence[Notice]:
    account = await Account.get(contact=contact("张三"))
    return [ToMember(account.member_id or 0, "明天谈心", key="talk:1:day")]


@job("tests.faulty")
async def faulty(tick: Tick) -> Sequence[Notice]:
    raise RuntimeError("a job of ours fails")


@job("tests.overheard", tells=(Audience.MEMBERS,))
async def overheard(tick: Tick) -> Sequence[Notice]:
    return [ToGroup(1, in_group("{count} 次谈心", count=1), key="overheard")]


@job("tests.unheard", tells=(Audience.GROUP,))
async def unheard(tick: Tick) -> Sequence[Notice]:
    return [ToMember(1, "明天谈心", key="unheard")]


@pytest.fixture
async def chat(database: str, settings: Settings) -> Chat:
    reminders = settings.reminders.model_copy(update={"day": 31})
    settings = settings.model_copy(update={"reminders": reminders})
    chat = Chat(Catalogue({}, jobs=[faulty, monthly, every_minute]), settings, NOON)
    await found_branch(chat)
    return chat


async def test_once_a_month_at_its_day_and_time(chat: Chat) -> None:
    await chat.at("2026-11-30 08:59").tick()
    assert chat.group() == []
    await chat.at("2026-11-30 09:00").tick()
    assert chat.group() == ["2026年11月 提醒"]
    for moment in ("2026-11-30 09:01", "2026-12-01 09:00", "2026-12-31 08:59"):
        await chat.at(moment).tick()
    assert chat.group() == []
    await chat.at("2026-12-31 09:00").tick()
    assert chat.group() == ["2026年12月 提醒"]


@pytest.mark.parametrize(("month", "last"), [("2027-02", 28), ("2028-02", 29), ("2027-04", 30)])
async def test_day_31_in_shorter_months(chat: Chat, month: str, last: int) -> None:
    await chat.at(f"{month}-{last - 1} 23:59").tick()
    assert chat.group() == []
    await chat.at(f"{month}-{last} 09:00").tick()
    assert len(chat.group()) == 1


async def test_a_process_that_was_away_sends_it_once_on_return(chat: Chat) -> None:
    await chat.at("2026-12-03 10:00").tick()
    await chat.tick()
    assert chat.group() == ["2026年11月 提醒"]


async def test_what_is_long_past_is_not_sent(chat: Chat) -> None:
    await chat.at("2026-12-20 10:00").tick()
    assert chat.group() == []


async def test_nothing_from_before_the_branch_was_there(chat: Chat) -> None:
    await Branch.all().update(created_at=datetime.fromisoformat("2026-11-30T12:00+08:00"))
    await chat.at("2026-11-30 13:00").tick()
    assert chat.group() == []


async def test_a_clock_that_jumps_back_sends_nothing_again(chat: Chat) -> None:
    await chat.at("2026-11-30 09:00").tick()
    await chat.at("2026-11-29 09:00").tick()
    await chat.at("2026-11-30 09:00").tick()
    assert chat.group() == ["2026年11月 提醒"]


async def test_a_branch_may_have_its_own_day(chat: Chat, settings: Settings) -> None:
    own = settings.reminders.model_copy(
        update={"branches": {"智能制造流动党支部": settings.reminders.model_copy(update={"day": 3})}}
    )
    chat.schedule = Schedule(Catalogue({}, jobs=[monthly]), settings.model_copy(update={"reminders": own}), chat.clock)
    await chat.at("2026-12-03 09:00").tick()
    assert chat.group() == ["2026年12月 提醒"]


async def test_several_at_once_send_it_once(chat: Chat, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    reminders = settings.reminders.model_copy(update={"day": 20, "again_days": 3})
    settings = settings.model_copy(update={"reminders": reminders})
    schedules = [Schedule(Catalogue({}, jobs=[monthly, again]), settings, chat.clock) for _ in range(4)]
    for moment in ("2026-12-20 09:00", "2026-12-23 09:00"):
        chat.at(moment)
        await asyncio.gather(*(schedule.tick() for schedule in schedules))
        await chat.send()
    assert chat.group() == ["2026年12月 提醒", "2026年12月 再提醒"]
    assert await JobRun.all().count() == 2
    assert "failed" not in caplog.text


async def test_what_comes_a_day_after_another_job_waits_for_it(chat: Chat, settings: Settings) -> None:
    reminders = settings.reminders.model_copy(update={"day": 20, "again_days": 3})
    chat.schedule = Schedule(
        Catalogue({}, jobs=[monthly, again]), settings.model_copy(update={"reminders": reminders}), chat.clock
    )
    await chat.at("2026-12-23 12:00").tick()
    await chat.at("2026-12-24 11:59").tick()
    assert chat.group() == ["2026年12月 提醒"]
    await chat.at("2026-12-24 12:00").tick()
    assert chat.group() == ["2026年12月 再提醒"]


async def test_a_notice_of_every_minute_goes_once_and_a_faulty_job_stops_nobody(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    for minute in range(3):
        chat.clock.moment = NOON + timedelta(minutes=minute)
        await chat.tick()
    assert chat.heard("张三") == ["明天谈心"]
    assert "tests.faulty" in caplog.text


async def test_it_can_be_stopped_at_the_moment_the_clock_is_moved(chat: Chat) -> None:
    schedule = Schedule(Catalogue({}), chat.settings, chat.clock)
    work = asyncio.create_task(schedule.run())
    await asyncio.sleep(0.1)  # it has looked, and waits
    schedule.look_now()
    work.cancel()
    done, _ = await asyncio.wait([work], timeout=5)
    assert done == {work}


async def test_a_job_tells_nobody_but_those_whom_it_declares(
    chat: Chat, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await Schedule(Catalogue({}, jobs=[overheard, unheard]), settings, chat.clock).tick()
    await chat.send()
    assert chat.group() == chat.heard("张三") == []
    assert [record.message.split(":")[1].strip()[:10] for record in caplog.records] == ["ValueError"] * 2
