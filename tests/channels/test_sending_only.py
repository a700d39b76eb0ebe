"""What only sends: the webhook of a 企业微信 group's robot, and SMS; over HTTP, against local servers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from bot.channels.sms import SmsCall, SmsChannel, sms_channel
from bot.channels.wecom_webhook import WeComWebhook, wecom_webhook
from bot.messages import (
    Card,
    ChannelMisconfigured,
    ChannelUnavailable,
    DeliveryUnknown,
    File,
    Outgoing,
    Undeliverable,
)

KEY, PHONE, SECRET = "a-robots-key", "13800000001", "a-services-secret"
ROOM = "智能制造流动党支部"


@dataclass
class Server:
    """Answers each call with `status` and `answer`, and keeps what it was asked."""

    url: str = ""
    status: int = 200
    answer: str = '{"errcode": 0}'
    silent: bool = False  # break the connection off in place of an answer
    asked: list[tuple[str, dict[str, str], dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append((request.path, dict(request.query), dict(request.headers), body))
        if self.silent and request.transport is not None:
            request.transport.abort()
        if request.path == "/upload_media" and self.answer == '{"errcode": 0}':
            return web.Response(text='{"errcode": 0, "media_id": "media-1"}')
        return web.Response(status=self.status, text=self.answer)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{path:.*}", server.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


def webhook(server: Server) -> WeComWebhook:
    return wecom_webhook("wecom_webhook", {ROOM: KEY}, server.url)


def body(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.asked[-1][3])
    return found


async def test_texts_and_cards_go_to_the_group(server: Server) -> None:
    channel = webhook(server)
    await channel.send(Outgoing(room=ROOM, text="提醒：明天开会", mentions=("zhang",)))
    assert server.asked[0][:2] == ("/send", {"key": KEY})
    assert body(server) == {"msgtype": "text", "text": {"content": "提醒：明天开会"}}
    await channel.send(Outgoing(room=ROOM, card=Card("题" * 100, "简介", "https://dj.example.edu.cn/1")))
    article = body(server)["news"]["articles"][0]
    assert article == {"title": "题" * 42, "description": "简介", "url": "https://dj.example.edu.cn/1"}


async def test_a_list_is_easier_to_read_and_a_sentence_stays_as_it_is(server: Server) -> None:
    channel = webhook(server)
    await channel.send(
        Outgoing(room=ROOM, text="【本周微课堂】\n3号【政策解读】公报*要点**\n链接：https://example.org/a")
    )
    assert body(server) == {
        "msgtype": "markdown",
        "markdown": {
            "content": "**【本周微课堂】**\n3号【政策解读】公报*要点\u200b*\u200b*\n"
            "链接：[https://example.org/a](https://example.org/a)"
        },
    }
    await channel.send(Outgoing(room=ROOM, text="等人帮忙的：\n· 1号：借书\n· 2号：搬家"))
    assert body(server)["msgtype"] == "markdown"
    for text in ("【取消】2号取消了。", "第一行\n· 只有一项", "两句话。\n# 第二句"):
        await channel.send(Outgoing(room=ROOM, text=text))
        assert body(server) == {"msgtype": "text", "text": {"content": text}}


async def test_files_and_pictures_go_to_the_group(server: Server) -> None:
    channel = webhook(server)
    await channel.send(Outgoing(room=ROOM, file=File("台账.xlsx", "application/zip", b"table")))
    (path, query, _, upload), (_, _, _, sent) = server.asked
    assert (path, query) == ("/upload_media", {"key": KEY, "type": "file"})
    assert 'filename="台账.xlsx"'.encode() in upload and b"table" in upload
    assert json.loads(sent) == {"msgtype": "file", "file": {"media_id": "media-1"}}
    await channel.send(Outgoing(room=ROOM, file=File("a.png", "image/png", b"picture")))
    picture = {"base64": base64.b64encode(b"picture").decode(), "md5": hashlib.md5(b"picture").hexdigest()}
    assert body(server) == {"msgtype": "image", "image": picture}
    with pytest.raises(Undeliverable):
        await channel.send(Outgoing(room=ROOM, file=File("大.zip", "application/zip", bytes(21_000_000))))
    assert len(server.asked) == 3


async def test_only_configured_groups_and_nobody_privately(server: Server) -> None:
    for message in (Outgoing(room="别的支部", text="a"), Outgoing(contact="zhang", text="a")):
        with pytest.raises(Undeliverable):
            await webhook(server).send(message)
    assert server.asked == []


Send = Callable[[Server], Awaitable[object]]


async def to_group(server: Server) -> None:
    await webhook(server).send(Outgoing(room=ROOM, text="提醒"))


async def to_phone(server: Server) -> None:
    await sms(server).send(Outgoing(contact="17", text="您有一条支部通知"))


@pytest.mark.parametrize("send", [to_group, to_phone])
@pytest.mark.parametrize(
    ("status", "error"),
    [(503, ChannelUnavailable), (500, DeliveryUnknown), (403, Undeliverable), (302, Undeliverable)],
)
async def test_what_http_says(server: Server, send: Send, status: int, error: type[Exception]) -> None:
    server.status = status
    with pytest.raises(error):
        await send(server)


@pytest.mark.parametrize("send", [to_group, to_phone])
async def test_a_line_that_breaks_and_a_server_that_is_down(server: Server, send: Send) -> None:
    server.silent = True
    with pytest.raises(DeliveryUnknown):
        await send(server)
    with pytest.raises(ChannelUnavailable):
        await send(Server(url="http://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"errcode": 45009}', ChannelUnavailable),
        ('{"errcode": 93000, "errmsg": "invalid webhook url"}', Undeliverable),
        ("<html>", DeliveryUnknown),
    ],
)
async def test_what_wecom_says(server: Server, answer: str, error: type[Exception]) -> None:
    server.answer = answer
    with pytest.raises(error):
        await to_group(server)


async def test_an_upload_that_broke_off_is_tried_again(server: Server) -> None:
    server.silent = True
    with pytest.raises(ChannelUnavailable):
        await webhook(server).send(Outgoing(room=ROOM, file=File("a.txt", "text/plain", b"a")))


# SMS

CALL = SmsCall(
    url="{server}/sms",
    headers={"Content-Type": "application/json", "Authorization": "Bearer {secret}"},
    body='{"to": ["{phone}"], "content": "{text}"}',
    success_field="data.code",
    success_value="0",
    secret=SECRET,
)


def sms(server: Server, call: SmsCall = CALL) -> SmsChannel:
    async def phone_of(contact: str) -> str | None:
        return PHONE if contact == "17" else None

    if server.answer == '{"errcode": 0}':
        server.answer = '{"data": {"code": 0}}'
    return sms_channel("sms", replace(call, url=call.url.replace("{server}", server.url)), phone_of)


async def test_a_text_reaches_a_phone(server: Server) -> None:
    await sms(server).send(Outgoing(contact="17", text='有"通知"\n请看'))
    [(path, _, headers, sent)] = server.asked
    assert (path, headers["Authorization"]) == ("/sms", f"Bearer {SECRET}")
    assert json.loads(sent) == {"to": [PHONE], "content": '有"通知"\n请看'}


async def test_what_a_text_says_is_not_filled_in_again(server: Server) -> None:
    await sms(server).send(Outgoing(contact="17", text="{secret} {phone}"))
    assert json.loads(server.asked[0][3])["content"] == "{secret} {phone}"


async def test_a_form_and_a_query(server: Server) -> None:
    form = replace(
        CALL, headers={"content-type": "application/x-www-form-urlencoded"}, body="mobile={phone}&content={text}"
    )
    await sms(server, form).send(Outgoing(contact="17", text="a&b 通知"))
    assert server.asked[-1][3] == f"mobile={PHONE}&content=a%26b+%E9%80%9A%E7%9F%A5".encode()
    query = SmsCall("{server}/send?to={phone}&text={text}", "GET")
    await sms(server, query).send(Outgoing(contact="17", text="a&b 通知"))
    assert server.asked[-1][:2] == ("/send", {"to": PHONE, "text": "a&b 通知"})


async def test_who_has_no_phone_number_gets_nothing(server: Server) -> None:
    for message in (Outgoing(contact="18", text="a"), Outgoing(room=ROOM, text="a")):
        with pytest.raises(Undeliverable):
            await sms(server).send(message)
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [('{"data": {"code": 7}}', Undeliverable), ('{"code": 0}', DeliveryUnknown), ("ok", DeliveryUnknown)],
)
async def test_what_the_service_says(server: Server, answer: str, error: type[Exception]) -> None:
    server.answer = answer
    with pytest.raises(error):
        await to_phone(server)


async def test_neither_keys_nor_numbers_are_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await to_group(server)
        await to_phone(server)
    assert not [secret for secret in (KEY, PHONE, SECRET) if secret in caplog.text]


async def test_nothing_is_heard_until_it_is_stopped(server: Server) -> None:
    async def deliver(incoming: object) -> None:
        raise AssertionError

    for channel in (webhook(server), sms(server)):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await channel.run(deliver)
        assert channel.health.ready


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "ftp://sms.example.com"}, r"sms\.url"),
        ({"body": '{"to": "{phone}"}'}, r"\{text\}"),
        ({"secret": ""}, "HONGYAN_SMS_SECRET"),
    ],
)
def test_what_is_not_configured_is_said(wrong: dict[str, Any], said: str) -> None:
    async def phone_of(contact: str) -> str | None:
        return None

    with pytest.raises(ChannelMisconfigured, match=said):
        sms_channel("sms", replace(CALL, **{"url": "https://sms.example.com", **wrong}), phone_of)


def test_a_group_without_a_key_is_named() -> None:
    with pytest.raises(ChannelMisconfigured, match=ROOM):
        wecom_webhook("wecom_webhook", {ROOM: ""})
    with pytest.raises(ChannelMisconfigured, match=r"wecom_webhook\.rooms"):
        wecom_webhook("wecom_webhook", {})
