"""What Prometheus learns of a bot at work, and what it never learns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.commands import Catalogue, MonthlyJob, Reply, Request
from bot.messages import ChannelUnavailable, Deliver, DeliveryUnknown, Incoming, Kind, Outgoing, Undeliverable
from bot.service import Service, Way
from bot.settings import Settings
from bot.web import gateway_application, probe_of, serving
from models import Account, Category, OutboxState, Post, Presence
from tests.chat import CHANNEL, Chat, Wire, found_branch
from tests.conftest import NOON

MARKS = ("欧阳标记", "标记支部", "标记汇报", "标记意见", "mark-room", "mark-contact", "mark-message", "20230001")


class Line(Wire):
    """A wire on which a test speaks; it answers the next messages with these errors."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[Exception] = []
        self.deliver: asyncio.Future[Deliver] = asyncio.get_running_loop().create_future()

    async def run(self, deliver: object) -> None:
        self.deliver.set_result(deliver)  # type: ignore[arg-type]
        await asyncio.Event().wait()

    async def send(self, message: Outgoing) -> str | None:
        if self.errors:
            raise self.errors.pop(0)
        return await super().send(message)


@asynccontextmanager
async def at_work(service: Service) -> AsyncIterator[Deliver]:
    line = service.channels[CHANNEL]
    assert isinstance(line, Line)
    work = asyncio.create_task(service.run(asyncio.Event()))
    try:
        yield await line.deliver
    finally:
        work.cancel()
        await asyncio.wait([work])


async def everything_handled(service: Service) -> None:
    async with asyncio.timeout(20):
        await service.dispatcher.drain()


async def sent(service: Service, number: int) -> None:
    """Wait until `number` sendings have ended, one way or another."""

    def ended() -> float:
        states = (state.value for state in OutboxState)
        return sum(figure(service, "hongyan_sendings_total", channel=CHANNEL, outcome=state) for state in states)

    async with asyncio.timeout(20):
        while ended() < number:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def scraped(service: Service) -> str:
    async with (
        serving(gateway_application(probe_of(service), service.metrics, service.settings), "127.0.0.1", 0) as address,
        ClientSession() as client,
        client.get(f"{address}metrics") as response,
    ):
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain")
        return await response.text()


def figure(service: Service, name: str, **labels: str) -> float:
    return service.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
async def service(chat: Chat, catalogue: Catalogue, settings: Settings) -> Service:
    """A bot whose one member, branch, group and messages carry marks."""
    await found_branch(chat, "标记支部", [("欧阳标记", Post.SECRETARY, Category.FULL)], room="mark-room@chatroom")
    await Account.all().update(contact="mark-contact")
    return Service([Way(Line())], catalogue, settings, chat.clock)


def said(text: str, number: int, **more: object) -> Incoming:
    message = Incoming(CHANNEL, f"mark-message-{number}", Kind.TEXT, "mark-contact", "欧阳标记", NOON, text=text)
    return replace(message, **more)  # type: ignore[arg-type]


async def test_what_a_bot_at_work_is_counted_to_have_done(service: Service) -> None:
    async with at_work(service) as deliver:
        await deliver(said("我的", 1))
        await deliver(said("交党费 11月 0.2", 2, room="mark-room@chatroom", room_topic="标记支部"))
        await deliver(said("批阅 欧阳标记 合格", 3))
        await deliver(said("早上好，标记汇报", 4, room="mark-room@chatroom"))
        await deliver(said("", 5, kind=Kind.RESTRICTED))
        await everything_handled(service)
    assert figure(service, "hongyan_events_total", channel=CHANNEL, kind="text") == 4
    assert figure(service, "hongyan_events_total", channel=CHANNEL, kind="restricted") == 1
    assert figure(service, "hongyan_commands_total", command="me", outcome="done") == 1
    assert figure(service, "hongyan_commands_total", command="dues.pay", outcome="done") == 1
    assert figure(service, "hongyan_commands_total", command="report.review", outcome="refused") == 1
    assert figure(service, "hongyan_handling_seconds_count") == 3
    text = await scraped(service)
    assert 'hongyan_paused{channel="wechaty"} 1.0' in text
    assert 'hongyan_day_cap{channel="wechaty"} 1e+06' in text
    assert 'hongyan_channel_ready{channel="wechaty"} 1.0' in text
    assert "process_resident_memory_bytes" in text


async def test_how_sendings_end(service: Service) -> None:
    line = service.channels[CHANNEL]
    assert isinstance(line, Line)
    line.errors = [Undeliverable(), DeliveryUnknown(), ChannelUnavailable()]
    async with at_work(service) as deliver:
        for number in (1, 2, 3):
            await deliver(said("我的", number))
            await sent(service, number)
    for outcome in ("failed", "unknown", "pending"):
        assert figure(service, "hongyan_sendings_total", channel=CHANNEL, outcome=outcome) == 1, outcome
    text = await scraped(service)
    for state in ("failed", "unknown"):
        assert f'hongyan_outbox_messages{{channel="wechaty",state="{state}"}} 1.0' in text


async def test_jobs_are_counted_by_how_they_ended(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-25 09:00")
    await chat.tick()
    registry = chat.schedule._metrics.registry
    monthly = next(job for job in chat.catalogue.jobs if isinstance(job, MonthlyJob))
    assert registry.get_sample_value("hongyan_job_runs_total", {"job": monthly.name, "outcome": "done"}) == 1


async def test_being_away_is_counted(chat: Chat) -> None:
    service = Service([Way(chat.wire)], chat.catalogue, chat.settings, chat.clock)
    await Presence.create(channel=CHANNEL, heard_until=NOON - timedelta(minutes=5))
    [attendance] = service._attendances
    await attendance.look()
    await attendance.look()
    assert figure(service, "hongyan_away_seconds_total", channel=CHANNEL) == 300
    assert figure(service, "hongyan_channel_connects_total", channel=CHANNEL) == 1


async def test_nothing_that_people_are_called_or_say_is_shown(service: Service) -> None:
    lines = (
        "我的", "帮助 标记意见", "标记汇报标记汇报", "提意见 标记意见", "匿名意见 标记意见", "绑定 欧阳标记 20230001",
        "看看欧阳标记", "报到 苏州标记支部公司 到明年6月", "交思想汇报 标记汇报" + "字" * 40, "撤销", "微心愿 标记意见",
        "发起主题党日 11月28日19:30 标记意见", "约谈心 下周三下午3点 标记意见", "谈心记录 欧阳标记 标记意见",
        "退回 欧阳标记 标记意见",
    )  # fmt: skip
    numbers = iter(range(10_000))
    async with at_work(service) as deliver:
        for text in lines:
            for room in (None, "mark-room@chatroom"):
                await deliver(said(text, next(numbers), room=room, room_topic="标记支部", addressed=True))
        for kind in Kind:
            await deliver(said("标记意见", next(numbers), kind=kind, recalled="mark-message-1"))
        await everything_handled(service)
    text = await scraped(service)
    assert figure(service, "hongyan_handling_seconds_count") > len(lines)
    assert [mark for mark in MARKS if mark in text] == []
    assert "wxid" not in text


async def test_a_handler_that_fails_is_counted(chat: Chat, catalogue: Catalogue) -> None:
    async def broken(request: Request) -> Reply:
        raise ZeroDivisionError

    await found_branch(chat)
    commands = {**catalogue.commands, "me": replace(catalogue.commands["me"], handler=broken)}
    broken_chat = Chat(replace(catalogue, commands=commands), chat.settings, NOON)
    await broken_chat.whisper("张三", "我的")
    registry = broken_chat.dispatcher._metrics.registry
    assert registry.get_sample_value("hongyan_commands_total", {"command": "me", "outcome": "failed"}) == 1
