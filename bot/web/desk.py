"""What people do on the sandbox page: what they post becomes something said in the world, or one sentence why not."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.clock import MovableClock
from bot.messages import File
from bot.sandbox import Message, NotAllowed, World
from bot.settings import ReminderTime
from bot.understanding.values import SHANGHAI, Month
from bot.web.live import SHOWN_IMAGES

TEXT_LIMIT: Final = 20_000  # characters
CHUNK: Final = 65_536  # bytes
RECALL_WITHIN: Final = timedelta(minutes=2)  # WeChat's own rule
YEARS: Final = range(2000, 2101)  # that the clock can be moved to
MORNING: Final = time(9, 0)

MALFORMED: Final = "请求的格式不对。"
STAGED: Final = "示例学校还在演最近三周的事，大约半分钟，演完就可以说话了。"
TOO_LONG: Final = f"一条消息最多 {TEXT_LIMIT} 字，请分几条发送。"


class Rejected(Exception):
    """What was posted cannot be done; the text is one Chinese sentence for the page."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person can do on the page."""

    world: World
    clock: MovableClock
    reminder: ReminderTime
    file_limit: int

    async def say(self, request: web.Request) -> None:
        """``{"sender", "room"?, "text", "mentions"?}``: say it in the room, or to the bot."""
        self._refuse_while_staged()
        body = await _json(request)
        text = _text(body, "text").strip()
        if not text:
            raise Rejected("没有内容，请先输入文字。")
        if len(text) > TEXT_LIMIT:
            raise Rejected(TOO_LONG)
        mentions = body.get("mentions") or []
        if not isinstance(mentions, list) or not all(isinstance(mention, str) for mention in mentions):
            raise Rejected(MALFORMED)
        self.world.say(self._person(_text(body, "sender")), text, room=_text(body, "room") or None, mentions=mentions)

    async def send_file(self, request: web.Request) -> None:
        """A form with one ``file``; who and where stand in the address: ``?sender=…&room=…``."""
        self._refuse_while_staged()
        if not request.content_type.startswith("multipart/"):
            raise Rejected(MALFORMED)
        try:
            part = await (await request.multipart()).next()
        except (ValueError, HttpProcessingError):  # no boundary, or headers that are none
            raise Rejected(MALFORMED) from None
        if not isinstance(part, BodyPartReader) or not part.filename:
            raise Rejected("没有收到文件，请重新选择。")
        data = bytearray()
        while chunk := await part.read_chunk(CHUNK):
            data += chunk
            if len(data) > self.file_limit:
                raise Rejected(f"文件超过 {self.file_limit / 1_000_000:g} MB，没有发送。", 413)
        if not data:
            raise Rejected("文件是空的，没有发送。")
        media_type = part.headers.get("Content-Type", "application/octet-stream")
        file = File(part.filename, media_type, bytes(data))
        self.world.say(self._person(request.query.get("sender", "")), file, room=request.query.get("room") or None)

    async def recall(self, request: web.Request) -> None:
        """``{"sender"}``: take back one's own message, within WeChat's two minutes."""
        self._refuse_while_staged()
        body = await _json(request)
        message = self.world.message(request.match_info["message"])
        if message.sender != _text(body, "sender"):
            raise Rejected("只能撤回自己发的消息。", 403)
        if self.clock.now() - message.sent_at > RECALL_WITHIN:
            raise Rejected("超过两分钟的消息不能撤回。", 409)
        if self._recalled(message):
            raise Rejected("这条消息已经撤回。", 409)
        self.world.recall(message.id)

    async def file(self, request: web.Request) -> web.Response:
        """The file of a message: an image to be shown, anything else to be saved."""
        try:
            message = self.world.message(request.match_info["message"])
        except KeyError:
            raise web.HTTPNotFound(text="没有这个文件。") from None
        if message.file is None or self._recalled(message):
            raise web.HTTPNotFound(text="没有这个文件。")
        image = message.file.media_type in SHOWN_IMAGES
        way = "inline" if image and "save" not in request.query else "attachment"
        return web.Response(
            body=message.file.data,
            headers={
                "Content-Type": message.file.media_type if image else "application/octet-stream",
                "Content-Disposition": f"{way}; filename*=UTF-8''{quote(message.file.name, safe='')}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "private, max-age=3600",
            },
        )

    async def befriend(self, request: web.Request) -> None:
        """``{"sender"}``: become a friend of the bot's account."""
        self._refuse_while_staged()
        self.world.befriend(self._person(_text(await _json(request), "sender")))

    async def move_clock(self, request: web.Request) -> None:
        """``{"to": "hour" | "tomorrow" | "reminder" | "today" | "2026-11-25T09:00"}``, Asia/Shanghai."""
        self._refuse_while_staged()
        moment = self._moment(_text(await _json(request), "to"))
        if moment.year not in YEARS:
            raise Rejected(f"时间请选在 {YEARS.start} 年到 {YEARS.stop - 1} 年之间。")
        self.clock.move_to(moment)

    def _refuse_while_staged(self) -> None:
        """What is said between the scene's lines would change what becomes of them, and be lost in time."""
        if self.world.staged:
            raise Rejected(STAGED, 409)

    def _person(self, contact_id: str) -> str:
        """An id of somebody whom a tab can be: anybody but the bot; `KeyError` else."""
        if contact_id == self.world.bot.id:
            raise KeyError(contact_id)
        return self.world.contact(contact_id).id

    def _recalled(self, message: Message) -> bool:
        return any(later.recalls == message.id for later in self.world.messages())

    def _moment(self, to: str) -> datetime:
        now = self.clock.now()
        match to:
            case "hour":
                return now + timedelta(hours=1)
            case "tomorrow":
                return datetime.combine(now.date() + timedelta(days=1), MORNING, SHANGHAI)
            case "reminder":
                return next_reminder(self.reminder, now)
            case "today":
                return datetime.now(SHANGHAI)
        try:
            moment = datetime.fromisoformat(to)
        except ValueError:
            raise Rejected("时间的格式不对，例如 2026-11-25T09:00。") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def next_reminder(reminder: ReminderTime, now: datetime) -> datetime:
    """The first moment after `now` at which the month's reminder is due."""
    month = Month.of(now)
    moment = reminder.moment(month)
    return moment if moment > now else reminder.moment(month + 1)


def told(act: Callable[[web.Request], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """`act` as a handler: 204, or its refusal as one sentence."""

    async def handle(request: web.Request) -> web.Response:
        try:
            await act(request)
        except Rejected as refusal:
            return web.Response(text=str(refusal), status=refusal.status)
        except NotAllowed as refusal:
            return web.Response(text=str(refusal), status=403)
        except KeyError:
            return web.Response(text="没有这个人、群或消息，请刷新页面。", status=404)
        return web.Response(status=204)

    return handle


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except web.HTTPRequestEntityTooLarge:
        raise Rejected(TOO_LONG, 413) from None
    except (ValueError, RecursionError):  # what is nested too deeply raises the latter
        raise Rejected(MALFORMED) from None
    if not isinstance(body, dict):
        raise Rejected(MALFORMED)
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise Rejected(MALFORMED)
    return value
