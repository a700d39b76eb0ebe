"""WeCom's smart bot: WeCom's own client against a local peer that speaks the protocol."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.supervision import Pauses
from bot.channels.wecom import Limits, WeComChannel, wecom_channel
from bot.channels.wecom_markdown import as_written
from bot.messages import (
    Card,
    ChannelMisconfigured,
    ChannelUnavailable,
    DeliveryUnknown,
    File,
    FileUnavailable,
    Kind,
    Outgoing,
    Undeliverable,
)
from tests.channels.line import running
from tests.channels.wecom_peer import BOT, SECRET, WeCom

QUICK = Pauses(first_delay=0.05, longest_delay=0.1)
ROOM = "wr-room-1"
LIMIT = 1024 * 1024


@pytest.fixture
async def wecom(tmp_path: Path) -> AsyncIterator[WeCom]:
    async with WeCom(tmp_path) as wecom:
        yield wecom


def channel_to(wecom: WeCom, secret: str = SECRET, limits: Limits | None = None) -> WeComChannel:
    limits = limits or Limits(look=0.05)
    return wecom_channel(
        "wecom", BOT, secret, url=wecom.url, ca_file=wecom.ca_file, file_limit=LIMIT, limits=limits, pauses=QUICK
    )


async def test_what_people_say_in_groups_and_privately(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        first = await wecom.say("zhang", "@鸿雁 交党费 11月", ROOM, create_time=1763868000)
        await wecom.say("li", "我的")
        await wecom.message("li", {"msgtype": "voice", "voice": {"content": "帮助"}})
        await wecom.message("li", {"msgtype": "video", "video": {"url": "x"}})
        await wecom.enter("wang")
        await wecom.event({"eventtype": "feedback_event"}, "wang")
        parts = [
            {"msgtype": "text", "text": {"content": "汇报"}},
            {"msgtype": "image", "image": {"url": "x", "aeskey": "y"}},
        ]
        last = await wecom.message("li", {"msgtype": "mixed", "mixed": {"msg_item": parts}})
        await line.expect(lambda one: one.id == f"{last}:1")
    group, private, voice, video, entrance, text, picture = line.received
    assert (group.id, group.room, group.sender, group.text) == (first, ROOM, "zhang", "交党费 11月")
    assert group.addressed and group.friend and group.sent_at == datetime.fromtimestamp(1763868000, UTC)
    assert (private.room, private.text, private.addressed) == (None, "我的", False)
    assert (voice.kind, voice.text, video.kind) == (Kind.TEXT, "帮助", Kind.OTHER)
    assert (entrance.kind, entrance.sender, entrance.id) == (Kind.FRIEND, "wang", "friend:wang")
    assert (text.text, picture.kind, picture.load is None) == ("汇报", Kind.IMAGE, False)


async def test_answers_go_beside_what_they_answer_once_and_the_rest_is_pushed(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        asked = await wecom.say("zhang", "@鸿雁 我的", ROOM)
        await wecom.say("li", "@鸿雁 我的", ROOM)
        await line.expect(lambda one: one.sender == "li")
        await line.channel.send(Outgoing(room=ROOM, text="提醒张三", mentions=("zhang",), notice=True))
        await line.channel.send(Outgoing(room=ROOM, text="已登记", mentions=("zhang",)))
        await line.channel.send(Outgoing(room=ROOM, text="提醒：明天开会"))
        await line.channel.send(Outgoing(contact="zhang", text="私下说"))
        assert wecom.answers == [(asked, "已登记")]
        [_, (room, notice), (contact, whisper)] = wecom.sent
        assert (room, notice["chat_type"], notice["markdown"]["content"]) == (ROOM, 2, "提醒：明天开会")
        assert (contact, whisper["chat_type"], whisper["markdown"]["content"]) == ("zhang", 1, "私下说")


async def test_an_answer_that_comes_too_late_is_pushed(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await wecom.say("li", "我的")
        await line.expect(lambda one: one.sender == "li")
        wecom.refuse["aibot_respond_msg"] = 846608
        await line.channel.send(Outgoing(contact="li", text="答复"))
        assert [chat for chat, _ in wecom.sent] == ["li"]


async def test_who_opens_the_chat_is_greeted_in_it(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await wecom.enter("wang")
        await line.expect(lambda one: one.kind is Kind.FRIEND)
        await line.channel.send(Outgoing(contact="wang", text="您好"))
        assert (wecom.greetings, wecom.sent) == (["您好"], [])


async def test_a_link_is_a_card(wecom: WeCom) -> None:
    card = Card("民法典十讲", "每周五", "https://dj.example.edu.cn/lessons/1")
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await line.channel.send(Outgoing(room=ROOM, card=card))
        await line.channel.send(
            Outgoing(room=ROOM, card=replace(card, thumbnail_url="https://dj.example.edu.cn/1.png"))
        )
    plain, pictured = (body["template_card"] for _, body in wecom.sent)
    assert plain["card_type"] == "text_notice" and plain["sub_title_text"] == "每周五"
    assert plain["main_title"]["title"] == "民法典十讲" and plain["card_action"]["url"] == card.url
    assert pictured["card_type"] == "news_notice" and pictured["card_image"]["url"].endswith("1.png")


async def test_files_go_both_ways(wecom: WeCom) -> None:
    content = bytes(range(256)) * 2500  # two chunks
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await wecom.send_file("li", content)
        incoming = await line.expect(lambda one: one.kind is Kind.FILE)
        assert incoming.load is not None
        file = await incoming.load()
        assert (file.name, file.media_type, file.data) == ("汇报.txt", "text/plain", content)
        await line.channel.send(Outgoing(contact="li", file=file))
        [(chat, body)] = wecom.sent
        assert (chat, body["file"]) == ("li", {"media_id": "media-1"})
        assert (wecom.files["media-1"], wecom.names["upload-1"]) == (content, "汇报.txt")


async def test_a_file_that_is_too_large_is_neither_loaded_nor_sent(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await wecom.send_file("li", bytes(LIMIT + 1000))
        incoming = await line.expect(lambda one: one.kind is Kind.FILE)
        assert incoming.load is not None
        with pytest.raises(FileUnavailable) as caught:
            await incoming.load()
        assert caught.value.too_large
        with pytest.raises(Undeliverable):
            await line.channel.send(Outgoing(contact="li", file=File("大.zip", "application/zip", bytes(11_000_000))))
        assert wecom.files == {}


@pytest.mark.parametrize(("code", "error"), [(40003, Undeliverable), (45009, ChannelUnavailable)])
async def test_what_wecom_refuses(wecom: WeCom, code: int, error: type[Exception]) -> None:
    wecom.refuse["aibot_send_msg"] = code
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        with pytest.raises(error):
            await line.channel.send(Outgoing(contact="nobody", text="您好"))


async def test_what_is_not_acknowledged_may_have_arrived_and_a_file_has_not(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        wecom.mute = {"aibot_send_msg", "aibot_upload_media_chunk"}
        texts = line.channel.send(Outgoing(contact="li", text="您好"))
        files = line.channel.send(Outgoing(contact="li", file=File("a.txt", "text/plain", b"a")))
        said, sent = await asyncio.gather(texts, files, return_exceptions=True)
        assert isinstance(said, DeliveryUnknown) and isinstance(sent, ChannelUnavailable)


@pytest.mark.parametrize("orderly", [True, False])
async def test_it_comes_back_after_the_peer_was_cut(wecom: WeCom, orderly: bool) -> None:
    async with running(channel_to(wecom)) as line:
        for number in range(1, 4):
            await line.health(True)
            assert wecom.subscriptions == number
            await wecom.cut(orderly=orderly)
            await line.health(False)
        await line.health(True)
        await wecom.say("li", "我的")
        await line.expect(lambda one: one.text == "我的")


async def test_a_peer_that_is_frozen_is_noticed(wecom: WeCom) -> None:
    async with running(channel_to(wecom, limits=Limits(heartbeat=0.1, look=0.05))) as line:
        await line.health(True)
        wecom.mute = {"ping"}
        await line.health(False)
        wecom.mute = set()
        await line.health(True)


async def test_another_connection_of_the_same_bot_is_said(wecom: WeCom) -> None:
    async with running(channel_to(wecom)) as line:
        await line.health(True)
        await wecom.event({"eventtype": "disconnected_event"})
        await line.health(False)
        assert "another process uses the same WeCom bot" in line.channel.health.detail


async def test_a_refused_secret_is_one_clear_line_without_it(wecom: WeCom, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running(channel_to(wecom, "a-wrong-secret")) as line:
            while wecom.subscriptions < 3:  # noqa: ASYNC110 - the peer counts
                await asyncio.sleep(0.02)
            assert "HONGYAN_WECOM_SECRET" in line.channel.health.detail
            with pytest.raises(ChannelUnavailable):
                await line.channel.send(Outgoing(contact="li", text="您好"))
    [record] = [record for record in caplog.records if record.name.startswith("bot")]
    assert "refuses the bot" in record.getMessage()
    assert "a-wrong-secret" not in caplog.text


async def test_neither_messages_nor_secrets_are_logged(wecom: WeCom, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running(channel_to(wecom)) as line:
            await line.health(True)
            await wecom.say("li", "悄悄话")
            await line.expect(lambda one: one.sender == "li")
            await line.channel.send(Outgoing(contact="li", text="悄悄的答复"))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert SECRET not in ours and "悄悄" not in ours


async def test_what_is_not_configured_is_said() -> None:
    with pytest.raises(ChannelMisconfigured, match=r"wecom\.bot_id"):
        wecom_channel("wecom", "", SECRET, file_limit=LIMIT)
    with pytest.raises(ChannelMisconfigured, match="HONGYAN_WECOM_SECRET"):
        wecom_channel("wecom", BOT, "", file_limit=LIMIT)


def test_markdown_shows_a_text_as_it_was_written() -> None:
    def shown(text: str) -> str:
        return text.replace("\u200b", "")

    for text in (
        "# 标题",
        "a**b**c",
        "> 引用",
        "`代码`",
        "[链接](https://example.com)",
        "<font>",
        "1. 一\n  # 二",
        "a_b*c",
    ):
        assert shown(as_written(text)) == text
    for text in ("**", "\n#", "\n>", "](", "``"):
        assert text not in as_written("a\n# 标题\n> 引用 **粗** [链接](x) ``码``")
    assert as_written("交党费 11月 0.2") == "交党费 11月 0.2"
