"""QQ groups over OneBot v11, against a local peer that speaks it."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.onebot import Limits, OneBotChannel, onebot_channel
from bot.channels.supervision import Pauses
from bot.messages import (
    ChannelMisconfigured,
    ChannelUnavailable,
    DeliveryUnknown,
    File,
    FileUnavailable,
    Kind,
    Outgoing,
    Undeliverable,
)
from tests.channels.line import running, until
from tests.channels.onebot_peer import ME, NOW, TOKEN, OneBot, at

QUICK = Pauses(first_delay=0.05, longest_delay=0.1)
LIMIT = 100_000
ZHANG, STRANGER, GROUP = 20001, 20002, 30001
ROOM = f"group:{GROUP}"


@pytest.fixture
async def qq() -> AsyncIterator[OneBot]:
    async with OneBot() as qq:
        yield qq


def channel_to(qq: OneBot, token: str = TOKEN, limits: Limits | None = None, **more: Any) -> OneBotChannel:
    return onebot_channel(
        "onebot", qq.url, token, file_limit=LIMIT, limits=limits or Limits(call=1), pauses=QUICK, **more
    )


async def test_what_people_say_in_groups_and_privately(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        await line.health(True)
        number = await qq.say(STRANGER, at(ME), " 交党费 11月", group=GROUP)
        await qq.say(ZHANG, "看看 ", at(STRANGER), "的", group=GROUP)
        await qq.say(ZHANG, "我的")
        await qq.say(ZHANG, {"type": "face", "data": {"id": "1"}})
        await qq.say(ME, "已登记", group=GROUP)
        await line.expect(lambda one: one.own)
    first, second, private, face, own = line.received
    assert (first.id, first.room, first.sender, first.text) == (f"{GROUP}:{number}", ROOM, "20002", "交党费 11月")
    assert first.addressed and not first.friend and first.sender_name == "昵称20002"
    assert first.sent_at == datetime.fromtimestamp(NOW, UTC)
    assert (second.text, second.addressed, second.friend) == ("看看 @20002 的", False, True)
    assert (private.room, private.text, private.friend) == (None, "我的", True)
    assert (face.kind, own.text) == (Kind.OTHER, "已登记")


async def test_messages_that_are_written_with_codes(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        await line.health(True)
        said = f"[CQ:at,qq={ME}] 交党费 11月 &#91;补&#93; a&amp;b"
        await qq.event(
            post_type="message", message_type="group", message_id=1, user_id=ZHANG, group_id=GROUP, message=said
        )
        heard = await line.expect(lambda one: one.kind is Kind.TEXT)
        assert heard.addressed and heard.text == "交党费 11月 [补] a&b"


async def test_what_happens_in_groups_and_among_friends(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        await line.health(True)
        number = await qq.say(ZHANG, "交党费 11月", group=GROUP)
        recall = {"message_id": number, "user_id": ZHANG}
        await qq.event(post_type="notice", notice_type="group_recall", group_id=GROUP, operator_id=ZHANG, **recall)
        await qq.event(post_type="notice", notice_type="friend_recall", **recall)
        await qq.event(post_type="notice", notice_type="group_increase", group_id=GROUP, user_id=ME)
        await qq.event(post_type="notice", notice_type="friend_add", user_id=STRANGER)
        await qq.event(post_type="notice", notice_type="notify", sub_type="poke", user_id=STRANGER)
        await qq.say(STRANGER, "您好", group=GROUP)
        await line.expect(lambda one: one.text == "您好")
    said, recalled, taken, join, friend, now_a_friend = line.received
    assert (recalled.kind, recalled.recalled, recalled.room, recalled.sender) == (Kind.RECALL, said.id, ROOM, "20001")
    assert (taken.kind, taken.recalled, taken.room) == (Kind.RECALL, f"{ZHANG}:{number}", None)
    assert (join.kind, join.own, join.room) == (Kind.JOIN, True, ROOM)
    assert (friend.kind, friend.sender) == (Kind.FRIEND, "20002")
    assert now_a_friend.friend


async def test_requests_are_accepted_where_that_is_wished(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        await line.health(True)
        await qq.event(post_type="request", request_type="friend", user_id=STRANGER, flag="f")
        await qq.event(post_type="request", request_type="group", sub_type="add", user_id=STRANGER, flag="no")
        await qq.event(post_type="request", request_type="group", sub_type="invite", user_id=STRANGER, flag="g")
        assert await qq.expect("set_group_add_request") == [{"flag": "g", "sub_type": "invite", "approve": True}]
        assert qq.called("set_friend_add_request") == [{"flag": "f", "approve": True}]
    async with running(channel_to(qq, accept=False)) as line:
        await line.health(True)
        await qq.event(post_type="request", request_type="friend", user_id=STRANGER, flag="f")
        await qq.say(ZHANG, "我的")
        await line.expect(lambda one: one.text == "我的")
        assert len(qq.called("set_friend_add_request")) == 1


async def test_what_the_bot_says(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        await line.health(True)
        sent = await line.channel.send(Outgoing(room=ROOM, text="已登记", mentions=(str(ZHANG),)))
        await line.channel.send(Outgoing(contact=str(ZHANG), text="私下说"))
    [group], [private] = qq.called("send_group_msg"), qq.called("send_private_msg")
    assert sent == f"{GROUP}:1"
    assert group["group_id"] == GROUP
    assert [part["data"] for part in group["message"]] == [{"qq": "20001"}, {"text": " 已登记"}]
    assert (private["user_id"], [part["data"] for part in private["message"]]) == (ZHANG, [{"text": "私下说"}])


async def test_files_go_both_ways(qq: OneBot) -> None:
    qq.file = b"the report"
    segment = {"type": "file", "data": {"file": "汇报.txt", "name": "汇报.txt", "url": qq.shelf}}
    by_id = {"type": "image", "data": {"file": "abc.jpg", "file_id": "abc"}}
    qq.found = {"base64": base64.b64encode(b"a picture").decode()}
    async with running(channel_to(qq)) as line:
        await line.health(True)
        await qq.say(ZHANG, segment, by_id)
        await qq.event(
            post_type="notice", notice_type="offline_file", user_id=ZHANG, file={"name": "b", "url": qq.shelf}
        )
        await line.expect(lambda one: one.id.startswith("file:"))
        loaded = [await one.load() for one in line.received if one.load]
        assert [(file.name, file.data) for file in loaded] == [
            ("汇报.txt", b"the report"), ("图片.jpg", b"a picture"), ("b", b"the report"),
        ]  # fmt: skip
        await line.channel.send(Outgoing(contact=str(ZHANG), file=File("台账.xlsx", "application/zip", b"table")))
        await line.channel.send(Outgoing(room=ROOM, file=File("a.png", "image/png", b"picture")))
    inline = "base64://" + base64.b64encode(b"table").decode()
    assert qq.called("upload_private_file") == [{"user_id": ZHANG, "file": inline, "name": "台账.xlsx"}]
    assert qq.called("send_group_msg")[0]["message"][0]["type"] == "image"


async def test_a_file_that_is_too_large_is_neither_loaded_nor_sent(qq: OneBot) -> None:
    qq.file = bytes(LIMIT + 1)
    unnamed = {"type": "file", "data": {"file": "大", "url": qq.shelf}}
    told = {"type": "file", "data": {"file": "大", "file_size": str(LIMIT + 1), "url": "http://127.0.0.1:1/"}}
    async with running(channel_to(qq)) as line:
        await line.health(True)
        await qq.say(ZHANG, unnamed, told)
        await line.expect(lambda one: one.id.endswith(":1"))
        for incoming in line.received:
            assert incoming.load is not None
            with pytest.raises(FileUnavailable) as caught:
                await incoming.load()
            assert caught.value.too_large
        with pytest.raises(Undeliverable):
            await line.channel.send(Outgoing(contact="1", file=File("大.zip", "application/zip", bytes(21_000_000))))
        assert not qq.called("upload_private_file")


async def test_a_file_that_is_gone(qq: OneBot) -> None:
    qq.fail["get_file"] = {"status": "failed", "retcode": 1200, "message": "gone"}
    async with running(channel_to(qq)) as line:
        await line.health(True)
        await qq.say(ZHANG, {"type": "file", "data": {"file_id": "x"}})
        incoming = await line.expect(lambda one: one.kind is Kind.FILE)
        assert incoming.load is not None
        with pytest.raises(FileUnavailable):
            await incoming.load()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": "failed", "retcode": 100, "message": "not a friend"}, Undeliverable),
        ({"status": "failed", "retcode": 1200, "message": "Timeout: NTEvent"}, DeliveryUnknown),
        ({"status": "failed", "retcode": 1403}, ChannelUnavailable),
    ],
)
async def test_what_is_refused(qq: OneBot, answer: dict[str, Any], error: type[Exception]) -> None:
    qq.fail["send_private_msg"] = answer
    async with running(channel_to(qq)) as line:
        await line.health(True)
        with pytest.raises(error):
            await line.channel.send(Outgoing(contact=str(STRANGER), text="您好"))
        with pytest.raises(Undeliverable):
            await line.channel.send(Outgoing(room="room@chatroom", text="您好"))


async def test_what_is_not_answered_may_have_arrived(qq: OneBot) -> None:
    qq.mute = {"send_private_msg"}
    async with running(channel_to(qq, limits=Limits(call=0.2))) as line:
        await line.health(True)
        with pytest.raises(DeliveryUnknown):
            await line.channel.send(Outgoing(contact=str(ZHANG), text="您好"))
    async with running(channel_to(qq, limits=Limits(call=10))) as line:
        await line.health(True)
        saying = asyncio.create_task(line.channel.send(Outgoing(contact=str(ZHANG), text="您好")))
        await qq.expect("send_private_msg", 2)
        await qq.cut()
        with pytest.raises(DeliveryUnknown):
            await saying


async def test_it_comes_back_after_the_peer_was_cut(qq: OneBot) -> None:
    async with running(channel_to(qq)) as line:
        for number in range(1, 4):
            await line.health(True)
            assert qq.connections == number
            await qq.cut()
            await line.health(False)
            with pytest.raises(ChannelUnavailable):
                await line.channel.send(Outgoing(contact=str(ZHANG), text="您好"))
        await line.health(True)
        await qq.say(ZHANG, "我的")
        await line.expect(lambda one: one.text == "我的")


async def test_heartbeats_that_stay_away_are_noticed(qq: OneBot) -> None:
    qq.heartbeat = 0.05
    async with running(channel_to(qq)) as line:
        await line.health(True)
        await until(lambda: qq.beating)
        await asyncio.sleep(0.2)
        assert qq.connections == 1
        qq.beating = False
        await line.health(False)
        qq.beating = True
        await line.health(True)


async def test_an_account_that_is_offline(qq: OneBot) -> None:
    qq.heartbeat = 0.05
    async with running(channel_to(qq)) as line:
        await line.health(True)
        qq.online = False
        await line.health(False)
        assert "offline" in line.channel.health.detail
        with pytest.raises(ChannelUnavailable):
            await line.channel.send(Outgoing(contact=str(ZHANG), text="您好"))
        qq.online = True
        await line.health(True)


@pytest.mark.parametrize("late", [False, True])
async def test_a_refused_token_is_one_clear_line_without_it(
    qq: OneBot, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    qq.refuse_late = late
    with caplog.at_level(logging.DEBUG, "bot"):
        async with running(channel_to(qq, "a-wrong-token")) as line:
            await until(lambda: qq.connections >= 3)
            await until(lambda: "HONGYAN_ONEBOT_TOKEN" in line.channel.health.detail)
    lines = {record.getMessage() for record in caplog.records if "refuses" in record.getMessage()}
    assert len(lines) == 1 and "a-wrong-token" not in caplog.text


def test_what_is_not_configured_is_said() -> None:
    with pytest.raises(ChannelMisconfigured, match=r"onebot\.url"):
        onebot_channel("onebot", "http://127.0.0.1:3001", TOKEN, file_limit=LIMIT)
    with pytest.raises(ChannelMisconfigured, match="HONGYAN_ONEBOT_TOKEN"):
        onebot_channel("onebot", "ws://127.0.0.1:3001", "", file_limit=LIMIT)
