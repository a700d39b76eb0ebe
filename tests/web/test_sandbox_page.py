"""What the page posts, and what it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData

from bot.messages import File
from bot.settings import ReminderTime
from bot.understanding.values import SHANGHAI
from bot.web.desk import STAGED, next_reminder
from tests.web.small_world import FILE_LIMIT, GROUP, SmallWorld

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def client(address: str) -> AsyncIterator[ClientSession]:
    async with ClientSession(address, headers={"Origin": address.rstrip("/")}) as client:
        yield client


async def post(client: ClientSession, path: str, body: object) -> tuple[int, str]:
    """The status, and the sentence where it is not 204."""
    if not isinstance(body, FormData):
        body = BytesIO(body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode())
    async with client.post(path, data=body) as response:
        return response.status, await response.text()


def form(data: bytes, name: str = "思想汇报.docx", media_type: str = "application/octet-stream") -> FormData:
    made = FormData(quote_fields=False)  # names as browsers send them
    made.add_field("file", data, filename=name, content_type=media_type)
    return made


async def test_saying_something_in_the_group_and_privately(small: SmallWorld, client: ClientSession) -> None:
    said = {"sender": "zhang", "room": GROUP, "text": "@鸿雁 你好", "mentions": ["hongyan"]}
    assert await post(client, "messages", said) == (204, "")
    assert await post(client, "messages", {"sender": "zhang", "text": "我的"}) == (204, "")
    first = small.world.messages(room=GROUP)[0]
    assert (first.sender, first.text, first.mentions) == ("zhang", "@鸿雁 你好", ("hongyan",))
    assert small.world.messages(contact="zhang")[0].text == "我的"


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"sender": "zhang", "text": "  "}, 400, "没有内容，请先输入文字。"),
        ({"sender": "zhang", "text": "字" * 20_001}, 400, "一条消息最多 20000 字，请分几条发送。"),
        ({"sender": "zhang", "text": "字" * 200_000}, 413, "一条消息最多 20000 字，请分几条发送。"),
        ({"sender": "zhou", "text": "你好"}, 403, "还不是机器人的好友，不能私聊。"),
        ({"sender": "zhou", "room": GROUP, "text": "你好"}, 403, "不在这个群里，不能发言。"),
        ({"sender": "hongyan", "room": GROUP, "text": "你好"}, 404, "没有这个人、群或消息，请刷新页面。"),
        ({"sender": "nobody", "text": "你好"}, 404, "没有这个人、群或消息，请刷新页面。"),
        ({"sender": "zhang", "room": "none@chatroom", "text": "你好"}, 404, "没有这个人、群或消息，请刷新页面。"),
        ({"sender": ["zhang"], "text": "你好"}, 400, "请求的格式不对。"),
        ({"sender": "zhang", "text": "你好", "mentions": "li"}, 400, "请求的格式不对。"),
        (["zhang"], 400, "请求的格式不对。"),
        (b"\xff", 400, "请求的格式不对。"),
        (b"[" * 50_000, 400, "请求的格式不对。"),
    ],
)
async def test_what_cannot_be_said_is_refused_with_a_sentence(
    small: SmallWorld, client: ClientSession, body: object, status: int, sentence: str
) -> None:
    assert await post(client, "messages", body) == (status, sentence)
    assert small.world.messages() == ()


async def test_a_file_comes_through_whole(small: SmallWorld, client: ClientSession) -> None:
    data = bytes(range(256)) * 1000
    assert await post(client, f"files?sender=zhang&room={GROUP}", form(data, "C:\\夹\\汇报\u200b.docx")) == (204, "")
    message = small.world.messages(room=GROUP)[0]
    assert message.file == File("汇报.docx", "application/octet-stream", data)
    async with client.get(f"files/{message.id}") as response:
        assert await response.read() == data
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%B1%87")


async def test_a_file_above_the_limit_is_refused_with_a_sentence(small: SmallWorld, client: ClientSession) -> None:
    assert await post(client, "files?sender=zhang", form(b"x" * (FILE_LIMIT + 1))) == (
        413,
        "文件超过 0.3 MB，没有发送。",
    )
    assert await post(client, "files?sender=zhang", form(b"x" * FILE_LIMIT)) == (204, "")
    assert [len(message.file.data) for message in small.world.messages() if message.file] == [FILE_LIMIT]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (form(b""), "文件是空的，没有发送。"),
        (b"no form", "请求的格式不对。"),
        ({"file": "no form"}, "请求的格式不对。"),
    ],
)
async def test_what_is_no_file_is_refused(client: ClientSession, body: object, sentence: str) -> None:
    assert await post(client, "files?sender=zhang", body) == (400, sentence)


@pytest.mark.parametrize("boundary", ["", "; boundary=b"])
@pytest.mark.parametrize("head", ["A: \x1e", f"A: {'x' * 9000}", "none", "Content-Type: multipart/mixed; boundary=c"])
async def test_a_form_that_is_none_is_refused(client: ClientSession, boundary: str, head: str) -> None:
    body, headers = f"--b\r\n{head}\r\n\r\nx\r\n--b--\r\n", {"Content-Type": f"multipart/form-data{boundary}"}
    async with client.post("files?sender=zhang", data=body.encode(), headers=headers) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("media_type", "served_as", "way"),
    [
        ("image/png", "image/png", "inline"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
    ],
)
async def test_only_images_without_scripts_are_shown(
    small: SmallWorld, client: ClientSession, media_type: str, served_as: str, way: str
) -> None:
    message = small.world.say("zhang", File("a.png", media_type, b"<script>"))
    async with client.get(f"files/{message.id}") as response:
        assert response.content_type == served_as
        assert response.headers["Content-Disposition"].startswith(way)
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_recalling_within_two_minutes_of_the_sandbox(small: SmallWorld, client: ClientSession) -> None:
    early, late = small.world.say("zhang", "第一条"), small.world.say("zhang", File("a.pdf", "application/pdf", b"x"))
    assert await post(client, f"messages/{early.id}/recall", {"sender": "li"}) == (403, "只能撤回自己发的消息。")
    small.clock.move_to(early.sent_at + timedelta(seconds=110))
    assert await post(client, f"messages/{late.id}/recall", {"sender": "zhang"}) == (204, "")
    assert await post(client, f"messages/{late.id}/recall", {"sender": "zhang"}) == (409, "这条消息已经撤回。")
    small.clock.move_to(early.sent_at + timedelta(seconds=130))
    assert await post(client, f"messages/{early.id}/recall", {"sender": "zhang"}) == (409, "超过两分钟的消息不能撤回。")
    assert [message.recalls for message in small.world.messages(contact="zhang") if message.recalls] == [late.id]
    async with client.get(f"files/{late.id}") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("to", "then"),
    [
        ("hour", "2026-11-25 09:30"),
        ("tomorrow", "2026-11-26 09:00"),
        ("reminder", "2026-11-25 09:00"),
        ("2026-12-31T23:59", "2026-12-31 23:59"),
        ("2026-11-01T00:00", "2026-11-01 00:00"),  # back
        ("2026-12-01T00:00:00Z", "2026-12-01 08:00"),
    ],
)
async def test_moving_the_clock(small: SmallWorld, client: ClientSession, to: str, then: str) -> None:
    small.clock.move_to(datetime(2026, 11, 25, 8, 30, tzinfo=SHANGHAI))
    assert await post(client, "clock", {"to": to}) == (204, "")
    assert small.moves == ["2026-11-25 08:30", then]
    assert f"{small.clock.now():%Y-%m-%d %H:%M}" == then


@pytest.mark.parametrize("to", ["", "later", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T00:00", 5])
async def test_no_such_time(small: SmallWorld, client: ClientSession, to: object) -> None:
    status, sentence = await post(client, "clock", {"to": to})
    assert status == 400 and sentence.endswith("。")
    assert small.moves == []


async def test_the_next_reminder_is_always_ahead() -> None:
    reminder = ReminderTime(day=31)
    assert next_reminder(reminder, datetime(2026, 11, 30, 8, 59, tzinfo=SHANGHAI)).day == 30
    assert next_reminder(reminder, datetime(2026, 11, 30, 9, 0, tzinfo=SHANGHAI)) == datetime(
        2026, 12, 31, 9, 0, tzinfo=SHANGHAI
    )


async def test_a_tab_gets_the_world_and_then_each_change(small: SmallWorld, client: ClientSession) -> None:
    secret = small.world.say("zhang", "写错了")
    small.world.recall(secret.id)
    async with client.ws_connect("live") as tab:
        world: dict[str, Any] = await tab.receive_json(timeout=5)
        assert [person["name"] for person in world["people"]] == ["张三", "李娜", "周小雨"]
        assert world["people"][0]["note"] == "正式党员"
        assert world["rooms"] == [{"id": GROUP, "topic": "示范流动党支部", "members": ["hongyan", "zhang", "li"]}]
        assert (world["messages"][0]["recalled"], world["messages"][0]["text"]) == (True, "")
        small.world.say("li", "大家好", room=GROUP)
        event = await tab.receive_json(timeout=5)
        while event["type"] != "message" or event["message"]["sender"] != "li":
            event = await tab.receive_json(timeout=5)
        assert event["message"]["text"] == "大家好"
        await post(client, "friends", {"sender": "zhou"})
        while event["type"] != "world":
            event = await tab.receive_json(timeout=5)
        assert event["people"][2]["friend"] is True


async def test_closing_does_not_wait_for_open_tabs(small: SmallWorld) -> None:
    async with ClientSession() as client:
        async with small.open() as address:
            tab = await client.ws_connect(f"{address}live", origin=address.rstrip("/"))
            await tab.receive_json(timeout=5)
            before = datetime.now(SHANGHAI)
        assert datetime.now(SHANGHAI) - before < timedelta(seconds=2)
        assert (await tab.receive(timeout=5)).data == 1001


async def test_nobody_speaks_between_the_lines_of_a_scene(small: SmallWorld, client: ClientSession) -> None:
    said = {"sender": "zhang", "text": "我的"}
    async with client.ws_connect("live") as tab:
        assert (await tab.receive_json())["staged"] is False
        with small.world.staging():
            assert (await tab.receive_json())["staged"] is True
            assert await post(client, "messages", said) == (409, STAGED)
            assert (await post(client, "clock", {"to": "hour"}))[0] == 409
            assert (await post(client, "files?sender=zhang", form(b"PK")))[0] == 409
        assert (await tab.receive_json())["staged"] is False
    assert not small.world.messages(contact="zhang")
    assert await post(client, "messages", said) == (204, "")
