"""The whole bot on each channel, through the real dispatcher, outbox and schedule; and on several at once."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr

from bot.channels.configured import accounts, configured
from bot.channels.looking import look
from bot.clock import Clock, MovableClock
from bot.commands import Catalogue, ToMember
from bot.outbox import put_notice
from bot.roster import codes_for
from bot.service import Service, Way
from bot.settings import QuietHours, Settings
from bot.understanding.values import SHANGHAI
from bot.web import gateway_application, probe_of, serving
from models import Account, DuesPayment, DuesShare, Member, OutboxMessage, OutboxState, Phone, Report, Room
from tests.channels.line import until
from tests.channels.onebot_peer import ME, TOKEN, OneBot, at
from tests.channels.wecom_peer import BOT, SECRET, WeCom
from tests.chat import Chat, SetClock, found_branch

NAME = "智能制造流动党支部"
ROOM, GROUP = "wr-1", 30001
LI, ZHANG = 20001, 20002
REPORT = "交思想汇报 这个季度我在公司实习，学习了新的思想，参加了支部的活动，今后继续努力，请支部批评指正。"
REMINDER = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
BETWEEN = datetime(2026, 11, 10, 12, 0, tzinfo=SHANGHAI)  # no reminder is due, whatever day the tests are run on


@pytest.fixture
async def wecom(tmp_path: Path) -> AsyncIterator[WeCom]:
    async with WeCom(tmp_path) as wecom:
        yield wecom


@pytest.fixture
async def qq() -> AsyncIterator[OneBot]:
    async with OneBot(friends=(LI, ZHANG)) as qq:
        yield qq


@pytest.fixture
async def posts() -> AsyncIterator[tuple[str, list[tuple[str, Any]]]]:
    """A server that takes what is posted as JSON, and what it was: (path, body)."""
    taken: list[tuple[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((request.path, await request.json()))
        return web.json_response({"errcode": 0})

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", taken
    await runner.cleanup()


def on_wecom(settings: Settings, wecom: WeCom) -> Settings:
    section = {"enabled": True, "bot_id": BOT, "url": wecom.url, "ca_file": wecom.ca_file}
    return with_section(settings, "wecom", section, wecom_secret=SecretStr(SECRET))


def on_qq(settings: Settings, qq: OneBot) -> Settings:
    return with_section(settings, "onebot", {"enabled": True, "url": qq.url}, onebot_token=SecretStr(TOKEN))


def with_section(settings: Settings, name: str, section: dict[str, object], **more: object) -> Settings:
    """`settings` without WeChat, and with no quiet hours: these tests run at any time of the day."""
    channel = settings.channel.model_copy(update={"puppet": "none"})
    reminders = settings.reminders.model_copy(update={"quiet_hours": QuietHours(start=time(), end=time())})
    changed = getattr(settings, name).model_copy(update=section)
    return settings.model_copy(update={"channel": channel, "reminders": reminders, name: changed, **more})


def going() -> Clock:
    """A clock that goes, from a day on which nothing comes by itself."""
    clock = MovableClock()
    clock.move_to(BETWEEN)
    return clock


@asynccontextmanager
async def at_work(settings: Settings, catalogue: Catalogue, clock: Clock | None = None) -> AsyncIterator[Service]:
    """The channels that the settings switch on, without the pace that the real ones need."""
    ways = [Way(way.channel, way.misses) for way in configured(settings)]
    service = Service(ways, catalogue, settings, clock or going())
    stop = asyncio.Event()
    work = asyncio.create_task(service.run(stop))
    try:
        await until(lambda: all(channel.health.ready for channel in service.channels.values()))
        yield service
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await work


async def unbound(chat: Chat, names: Sequence[str] = ("李书记", "张三")) -> dict[str, str]:
    """A branch nobody of which is bound, and codes for these."""
    await found_branch(chat)
    await Account.all().delete()
    await Room.all().delete()
    members = [await Member.get(name=name) for name in names]
    return {member.name: code for member, code in await codes_for(members, now=BETWEEN, days=1)}


async def all_sent(count: int = 1) -> None:
    """Wait until so many messages have gone out and none waits."""
    async with asyncio.timeout(20):
        while await OutboxMessage.filter(state=OutboxState.SENT).count() < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_conversation_on_wecom(chat: Chat, catalogue: Catalogue, settings: Settings, wecom: WeCom) -> None:
    codes = await unbound(chat)
    async with at_work(on_wecom(settings, wecom), catalogue):
        await wecom.enter("li")
        await until(lambda: bool(wecom.greetings))
        assert "我是鸿雁" in wecom.greetings[0]
        await wecom.say("li", f"绑定 {codes['李书记']}")
        assert "李书记，绑定好了" in (await wecom.answered(1))[0][1]
        await wecom.say("zhang", f"绑定 {codes['张三']}")
        await wecom.answered(2)
        await wecom.say("li", "@鸿雁 绑定本群", ROOM)
        assert "本群已绑定" in (await wecom.answered(3))[2][1]
        asked = await wecom.say("zhang", f"@鸿雁 {REPORT}", ROOM)
        answers = await wecom.answered(4)
        assert answers[3][0] == asked and "思想汇报" in answers[3][1] and "张三" not in answers[3][1]
        await until(lambda: "li" in {chat for chat, _ in wecom.sent})  # whoever reviews it is told privately
        await wecom.cut()
        await until(lambda: wecom.subscriptions == 2)
        await wecom.say("zhang", "我的")
        assert "张三" in (await wecom.answered(5))[4][1]
    assert await Report.all().count() == 1
    assert {account.channel for account in await Account.all()} == {"wecom"}


async def test_a_conversation_on_qq(chat: Chat, catalogue: Catalogue, settings: Settings, qq: OneBot) -> None:
    codes = await unbound(chat)

    def texts(action: str) -> list[str]:
        return ["".join(part["data"].get("text", "") for part in call["message"]) for call in qq.called(action)]

    now = int(BETWEEN.timestamp())
    async with at_work(on_qq(settings, qq), catalogue):
        await qq.say(LI, f"绑定 {codes['李书记']}", time=now)
        await qq.expect("send_private_msg")
        await qq.say(ZHANG, f"绑定 {codes['张三']}", time=now)
        await qq.expect("send_private_msg", 2)
        assert [text for text in texts("send_private_msg") if "绑定好了" in text]
        await qq.say(LI, at(ME), " 绑定本群", group=GROUP, time=now)
        [bound] = await qq.expect("send_group_msg")
        assert bound["message"][0] == {"type": "at", "data": {"qq": str(LI)}}
        await qq.say(ZHANG, "早上好", group=GROUP, time=now)
        number = await qq.say(ZHANG, "交党费 本月", group=GROUP, time=now)
        await qq.expect("send_group_msg", 2)
        assert "已登记" in texts("send_group_msg")[1] and "张三" not in texts("send_group_msg")[1]
        recall = {"message_id": number, "user_id": ZHANG, "operator_id": ZHANG}
        await qq.event(post_type="notice", notice_type="group_recall", group_id=GROUP, time=now, **recall)
        await qq.expect("send_group_msg", 3)
        await qq.cut()
        await until(lambda: qq.connections == 2)
        await until(lambda: qq.socket is not None and not qq.socket.closed)
        await qq.say(ZHANG, "我的", time=now)
        await until(lambda: any("张三" in text for text in texts("send_private_msg")[2:]))
    # The day's reminder may have come beside them: the clock is the machine's.
    assert len([call for call in qq.called("send_group_msg") if call["message"][0]["type"] == "at"]) == 3
    assert await DuesPayment.all().count() == 1 and not await DuesShare.exclude(claim=None).exists()


async def test_a_member_with_two_accounts_gets_one_reminder_and_each_group_its_own(
    chat: Chat, catalogue: Catalogue, settings: Settings, wecom: WeCom, qq: OneBot
) -> None:
    branch = await found_branch(chat)
    await Room.all().update(channel="wecom", room=ROOM)
    await Room.create(channel="onebot", room=f"group:{GROUP}", branch=branch, bound_at=branch.created_at)
    contacts = {"李书记": "li", "张三": "zhang", "李娜": "lina", "王强": "wang"}
    for account in await Account.all().select_related("member"):
        assert account.member is not None
        account.channel, account.contact = "wecom", contacts[account.member.name]
        await account.save()
    zhang = await Member.get(name="张三")
    await Account.create(
        channel="onebot", contact=str(ZHANG), member=zhang, friend=True, bound_at=branch.created_at + timedelta(days=1)
    )
    both = on_qq(on_wecom(settings, wecom), qq)
    both = both.model_copy(update={"channels_of": {NAME: ("wecom", "onebot")}})
    async with at_work(both, catalogue, SetClock(REMINDER)) as service:
        await until(lambda: bool(qq.called("send_group_msg")) and len(wecom.sent) >= 5)
        await all_sent(6)
        report = await asked(service)
    to = [chat for chat, _ in wecom.sent]
    assert sorted(set(to)) == sorted([ROOM, *contacts.values()])
    assert (to.count(ROOM), to.count("zhang")) == (1, 1)
    assert len(qq.called("send_group_msg")) == 1 and not qq.called("send_private_msg")
    assert {name: channel["ready"] for name, channel in report["channels"].items()} == {"wecom": True, "onebot": True}


async def test_one_member_has_one_record_whichever_channel_is_used(
    chat: Chat, catalogue: Catalogue, settings: Settings, wecom: WeCom, qq: OneBot
) -> None:
    codes = await unbound(chat)
    now = int(BETWEEN.timestamp())

    async def on_qq_says(said: str, told: str) -> None:
        await qq.say(ZHANG, said, time=now)
        await until(lambda: told in json.dumps(qq.called("send_private_msg"), ensure_ascii=False))

    async def on_wecom_says(said: str, told: str) -> str:
        """What is told; another notice may come between."""
        await wecom.say("zhang", said)
        await until(lambda: any(told in answer for _, answer in wecom.answers))
        return next(answer for _, answer in wecom.answers if told in answer)

    async with at_work(on_qq(on_wecom(settings, wecom), qq), catalogue):
        await on_wecom_says(f"绑定 {codes['张三']}", "绑定好了")
        code = re.search(r"绑定 ([A-Z0-9]{6})", await on_wecom_says("我的绑定码", "您的绑定码"))
        assert code is not None
        await on_wecom_says("交党费 本月", "已登记")
        await on_qq_says(f"绑定 {code[1]}", "绑定好了")
        await on_qq_says("交党费 本月", "已经登记过")
        await on_qq_says("撤销", "已撤销")
        await on_wecom_says("我的党费", "还没有登记")
    assert await DuesPayment.all().count() == 1 and not await DuesShare.exclude(claim=None).exists()
    accounts_of = {account.channel: account.member_id for account in await Account.exclude(member_id=None)}
    assert set(accounts_of) == {"wecom", "onebot"} and len(set(accounts_of.values())) == 1


async def asked(service: Service) -> dict[str, Any]:
    application = gateway_application(probe_of(service), service.metrics, service.settings)
    async with (
        serving(application, "127.0.0.1", 0) as address,
        ClientSession() as client,
        client.get(f"{address}healthz") as response,
    ):
        found: dict[str, Any] = json.loads(await response.text())
        return found


async def test_a_webhook_and_sms_carry_reminders(
    chat: Chat, catalogue: Catalogue, settings: Settings, posts: tuple[str, list[tuple[str, Any]]]
) -> None:
    branch = await found_branch(chat)
    address, taken = posts
    await Room.all().update(channel="wecom_webhook", room=NAME)
    zhang = await Member.get(name="张三")
    await Account.filter(member=zhang).delete()
    await Phone.create(member=zhang, number="13800000001")
    webhook = {"enabled": True, "rooms": {NAME: "KEY"}, "url": f"{address}/webhook"}
    chosen = with_section(settings, "wecom_webhook", webhook, webhook_keys={NAME: SecretStr("key")})
    chosen = with_section(chosen, "sms", {"enabled": True, "url": f"{address}/sms"}, sms_secret=SecretStr("secret"))
    async with at_work(chosen, catalogue, SetClock(REMINDER)) as service:
        await until(lambda: len(taken) >= 2)
        for _ in range(2):
            await put_notice(ToMember(zhang.id, "再提醒"), now=REMINDER, settings=chosen)
        service.wake()
    told = dict(taken)
    assert len(taken) == 2
    assert "思想汇报" in told["/webhook/send"]["markdown"]["content"]
    assert told["/sms"] == {"phone": "13800000001", "text": settings.sms.text, "key": "secret"}
    assert branch.name == NAME


async def test_one_channel_that_is_away_does_not_hold_the_other_up(
    chat: Chat, catalogue: Catalogue, settings: Settings, wecom: WeCom, qq: OneBot
) -> None:
    codes = await unbound(chat)
    qq.token = "another"
    ways = [Way(way.channel) for way in configured(on_qq(on_wecom(settings, wecom), qq))]
    service = Service(ways, catalogue, settings, going())
    stop = asyncio.Event()
    work = asyncio.create_task(service.run(stop))
    await until(lambda: service.channels["wecom"].health.ready and qq.connections > 1)
    await wecom.say("li", f"绑定 {codes['李书记']}")
    assert "绑定好了" in (await wecom.answered(1))[0][1]
    assert (await asked(service))["status"] == "unavailable"
    stop.set()
    async with asyncio.timeout(20):
        await work


async def test_what_check_says(settings: Settings, wecom: WeCom, qq: OneBot) -> None:
    async def lines(settings: Settings) -> list[tuple[bool, str]]:
        return [(result.good, result.line) async for result in look(settings)]

    assert [good for good, _ in await lines(on_qq(on_wecom(settings, wecom), qq))] == [True, True]
    bare = with_section(settings, "onebot", {"enabled": True, "url": "ws://127.0.0.1:1"}, onebot_token=SecretStr("t"))
    bare = with_section(bare, "wecom", {"enabled": True}, channels_of={NAME: ("wecom", "elsewhere")})
    first, second, third, *_ = await lines(with_section(bare, "sms", {"enabled": True}))
    assert not first[0] and "wecom.bot_id" in first[1]
    assert not second[0] and "连不上" in second[1]
    assert not third[0] and "sms.url" in third[1]
    assert "elsewhere" in (await lines(bare))[-1][1]
    assert await lines(settings) == [(True, "通道：沙盒，不需要网关")]


def test_an_account_is_used_by_one_process(settings: Settings, tmp_path: Path) -> None:
    several = with_section(settings, "wecom", {"enabled": True, "bot_id": BOT})
    assert set(accounts(several)) == {"channel wecom", f"wecom {BOT}"}
    assert "channel wechaty" in set(accounts(settings))
