"""What the sandbox's school has lived through when somebody opens it: on an awkward day too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.channels.wechaty import sandbox_channel
from bot.clock import MovableClock
from bot.commands import Catalogue
from bot.lessons import import_lessons
from bot.sandbox import Message, World
from bot.sandbox_branch import PROJECT, begins, contact_of, furnish, play, populate, scene
from bot.service import Service, Way
from bot.settings import SandboxSettings, Settings
from bot.understanding.values import SHANGHAI
from models import Branch, Bulletin, Level, Member, OutboxMessage, OutboxState
from tests.chat import CHANNEL

SUNDAY_OF_NEW_YEAR = datetime(2027, 1, 3, 9, 0, tzinfo=SHANGHAI)  # the scene crosses a month, a quarter and a year
NOT_UNDERSTOOD = ("没看懂", "没有找到", "请写", "只有支部委员能用", "还没有开始", "出错")
SEEN = (  # who asks, what, and what there is to see
    ("张伟", "微课堂", "实习生也能上讲台"),
    ("张伟", "微课堂 4", "图 1 张"),
    ("王静", "我学过的课", "共 1 课"),
    ("张伟", "找课 讲台", "找到 1 课"),
    ("张伟", "资讯", "图书馆延长开放"),
    ("张伟", "看通知", "核对名册"),
    ("张伟", "看看微心愿", "想有人陪我练一次面试"),
    ("周洋", "我的心愿", "想有人陪我练一次面试"),
    ("孙倩", "我的心愿", "书记撤下"),
    ("张伟", "公益活动有哪些", "给新生讲实习"),
    ("张伟", "看公益结果 1", "照片 1 张"),
    ("周洋", "我的公益时长", "3小时"),
    ("张伟", "党务公开", "下半年活动计划"),
    ("张伟", "看公开 1", "三次线上主题党日"),
    ("张伟", "公开党费 2026年", "合计 0.60元"),
    ("王静", "我的意见", "从下周起提前三天"),
    ("张伟", "意见办理情况", "公开了的"),
    ("张伟", "我的去向", "苏州"),
    ("张伟", "开活动证", "流动党员活动证见附件"),
    ("张伟", "开证明信", "证明信见附件"),
    ("李芳", "去向", "苏州 ■■ 2"),
    ("李芳", "考勤 1", "实到 4"),
    ("李芳", "看心得 1", "把手上这道工序做到最好"),
    ("李芳", "会议纪要 1", "纪要"),
    ("李芳", "看考察 周洋", "表现稳定"),
    ("李芳", "看考察", "还没考察"),
    ("李芳", "看意见", "匿名"),
    ("李芳", "待办", "爱心传递待同意"),
    ("郑丽", "去向", "转出"),
    ("高志远", "12月统计", "开展 2 次"),
    ("唐建军", "支部情况 机电学院", "智能装备党总支"),
    ("罗文", "去向", "无锡 ■ 1"),
)


@asynccontextmanager
async def lived(catalogue: Catalogue, settings: Settings, present: datetime) -> AsyncIterator[World]:
    """The sandbox as `run_bot.py` opens it on `present`, after the scene."""
    sandbox, lines, clock = SandboxSettings(), scene(SandboxSettings()), MovableClock()
    began = begins(lines, present)
    clock.move_to(began)
    await furnish(sandbox, CHANNEL, began, settings.privacy.version)
    await import_lessons(PROJECT / sandbox.lessons, None, settings=settings, now=began)
    world = World(clock.now)
    await populate(world, sandbox, CHANNEL)
    channel = sandbox_channel(CHANNEL, world)
    service = Service([Way(channel, misses=False)], catalogue, settings, clock)
    clock.watch(service.schedule.look_now)
    stop, played = asyncio.Event(), asyncio.Event()

    async def playing() -> None:
        await play(world, sandbox, channel, clock, lines, present)
        played.set()

    work = asyncio.create_task(service.run(stop, [playing()]))
    async with asyncio.timeout(120):
        try:
            await played.wait()
            yield world
        finally:
            stop.set()
            await work


async def answer(world: World, who: str, said: str) -> str:
    """What the bot tells `who` privately."""
    contact = contact_of(await Member.get(name=who))
    with world.listen() as events:
        world.say(contact, said)
        async for event in events:
            if isinstance(event, Message) and event.sender == world.bot.id and event.to == contact and event.text:
                return event.text
    raise AssertionError


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_there_is_something_to_see_of_everything(database: str, catalogue: Catalogue, settings: Settings) -> None:
    async with lived(catalogue, settings, SUNDAY_OF_NEW_YEAR) as world:
        told = [one.text for one in world.messages() if one.sender == world.bot.id]
        assert not [text for text in told if any(words in text for words in NOT_UNDERSTOOD)]
        missing = [(said, heard) for who, said, seen in SEEN if seen not in (heard := await answer(world, who, said))]
        assert not missing, missing
        digests = {one.room for one in world.messages() if one.text.startswith("【资讯】")}
        lessons = {one.room for one in world.messages() if one.text.startswith("【本周微课堂】")}
        assert len(digests) == len(lessons) == 7
        assert await Bulletin.all().count() == 2 and await Branch.filter(level=Level.BRANCH).count() == 5
    assert not await OutboxMessage.filter(state__in=(OutboxState.FAILED, OutboxState.UNKNOWN)).exists()
