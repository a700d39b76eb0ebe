"""The OneBot channel: supervised connections, and what is said over them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import mimetypes
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.channels.download import download
from bot.channels.intake import Intake
from bot.channels.onebot import conversion
from bot.channels.onebot.connection import Access, Body, Connection, Frozen, Limits, TokenRefused
from bot.channels.supervision import Condition, Pauses, supervise
from bot.messages import (
    Capabilities,
    ChannelUnavailable,
    Deliver,
    DeliveryUnknown,
    File,
    FileUnavailable,
    Health,
    Incoming,
    Kind,
    Outgoing,
    Undeliverable,
)

UPLOAD_LIMIT: Final = 20 * 1024 * 1024  # bytes; it goes as text inside of one frame
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif"})
NAMES: Final = {Kind.IMAGE: "图片.jpg", Kind.FILE: "文件"}
RECALLS: Final = frozenset({"group_recall", "friend_recall"})
OFFLINE: Final = "the QQ account is offline: log it in again at the OneBot implementation"


class OneBotChannel:
    """A `bot.messages.Channel` for one QQ account.

    With `accept` requests to become friends and invitations to groups are
    accepted. A file above `file_limit` bytes is not loaded.
    """

    def __init__(
        self, name: str, access: Access, *, accept: bool, file_limit: int, limits: Limits, pauses: Pauses
    ) -> None:
        self._name = name
        self._access = access
        self._accept = accept
        self._file_limit = file_limit
        self._limits = limits
        self._pauses = pauses
        self._condition = Condition("onebot", name, diagnose)
        self._connection: Connection | None = None
        self._connected = asyncio.Event()
        self._online = True
        self._friends: set[str] = set()
        self._intake: Intake[Body] = Intake(self._read)

    @property
    def name(self) -> str:
        """The channel's name in the database."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What QQ can do; cards are shown by few implementations."""
        return Capabilities(recall=True)

    @property
    def health(self) -> Health:
        """Whether the account is logged in; `since` is in UTC."""
        return self._condition.health

    async def run(self, deliver: Deliver) -> None:
        """Connect and stay connected until cancelled."""
        await supervise(self._intake.run(deliver), self._attend, self._pauses, self._condition)

    async def _attend(self) -> None:
        try:
            async with Connection(self._access, self._limits, self._take) as connection:
                self._friends = await _log_in(connection)
                self._connection, self._online = connection, True
                self._connected.set()
                self._condition.well("connected to the OneBot implementation and logged in")
                await connection.ended()
        finally:
            self._connected.clear()
            self._connection = None

    # Reading

    def _take(self, event: Body) -> None:
        if event.get("post_type") == "meta_event":
            self._beat(event)
        elif self._intake.full:
            self._condition.warn("lost an event: too many wait")
        else:
            self._intake.offer(event)

    def _beat(self, event: Body) -> None:
        told = event.get("status")
        status = told if isinstance(told, dict) else {}
        online = status.get("online") is not False and status.get("good") is not False
        if self._connection is None or online is self._online:
            return
        self._online = online
        if online:
            self._condition.well("the account is online again")
        else:
            self._condition.ill(OFFLINE)

    async def _read(self, event: Body) -> tuple[Incoming, ...]:
        """What an event is for the bot; nothing, where it cannot be read. Never raises."""
        try:
            if event["post_type"] in ("message", "message_sent"):
                return self._message(event)
            if event["post_type"] == "notice":
                return self._notice(event)
            if event["post_type"] == "request" and self._accept:
                await self._accepted(event)
        except Exception as failure:
            # Only the kind of failure: its text may hold what people wrote.
            self._condition.warn(f"lost an event ({type(failure).__name__})")
        return ()

    def _message(self, event: Body) -> tuple[Incoming, ...]:
        if event["message_type"] == "private" and event.get("sub_type") == "friend":
            self._friends.add(str(event["user_id"]))
        return conversion.incoming_message(self._name, event, self._friends, self._loader)

    def _notice(self, event: Body) -> tuple[Incoming, ...]:
        match event["notice_type"]:
            case kind if kind in RECALLS:
                return (conversion.incoming_recall(self._name, event, self._friends),)
            case "group_increase":
                return (conversion.incoming_join(self._name, event, self._friends),)
            case "friend_add":
                self._friends.add(str(event["user_id"]))
                return (conversion.incoming_friend(self._name, event),)
            case "offline_file":
                return (conversion.incoming_file(self._name, event, self._friends, self._loader),)
            case _:
                return ()

    async def _accepted(self, event: Body) -> None:
        if event["request_type"] == "friend":
            await self._ask("set_friend_add_request", flag=event["flag"], approve=True)
        elif event["request_type"] == "group" and event.get("sub_type") == "invite":
            await self._ask("set_group_add_request", flag=event["flag"], sub_type="invite", approve=True)

    def _loader(self, segment: Body, kind: Kind) -> Callable[[], Awaitable[File]]:
        return lambda: self._load(segment["data"], NAMES[kind])

    async def _load(self, data: Body, name: str) -> File:
        """The file at the address that a segment tells, or else asked for by its id."""
        if int(data.get("file_size") or data.get("size") or 0) > self._file_limit:
            raise FileUnavailable(f"the file is above {self._file_limit} bytes", too_large=True)
        told = data if data.get("url") else await self._found(str(data.get("file_id") or data.get("file") or ""))
        if told.get("url"):
            content, filename = await download(str(told["url"]), self._file_limit, system=self._access.url)
        else:
            content, filename = _decoded(told), ""
        if len(content) > self._file_limit:
            raise FileUnavailable(f"the file is above {self._file_limit} bytes", too_large=True)
        name = data.get("name") or data.get("file_name") or filename or name
        return File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)

    async def _found(self, file_id: str) -> Body:
        try:
            found: Body = await self._ask("get_file", file_id=file_id) or {}
        except (ChannelUnavailable, Undeliverable, DeliveryUnknown) as failure:
            raise FileUnavailable(f"the file could not be had ({type(failure).__name__})") from None
        return found

    async def _ask(self, action: str, **parameters: object) -> Any:
        """Call it on this connection, or on the next one."""
        try:
            async with asyncio.timeout(self._limits.call):
                await self._connected.wait()
        except TimeoutError:
            raise ChannelUnavailable(self.health.detail) from None
        return await self._call(action, **parameters)

    # Sending

    async def send(self, message: Outgoing) -> str | None:
        """Send to a group or a friend; returns the message's id where the implementation tells it.

        Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`.
        """
        try:
            if message.room is not None:
                target, where = {"group_id": conversion.group_of(message.room)}, "group"
            else:
                target, where = {"user_id": int(message.contact or "")}, "private"
        except ValueError:
            raise Undeliverable("this is no number of a group or of a person") from None
        if message.file is None:
            segments = conversion.outgoing_text(message.text, message.mentions if message.room else ())
        elif len(message.file.data) > UPLOAD_LIMIT:
            raise Undeliverable("the file is larger than what is sent")
        elif message.file.media_type in PICTURES:
            segments = conversion.outgoing_picture(message.file)
        else:
            content = conversion.inline(message.file)
            await self._call(f"upload_{where}_file", **target, file=content, name=message.file.name)
            return None
        sent = await self._call(f"send_{where}_msg", **target, message=segments) or {}
        return conversion.message_id({**target, **sent}) if "message_id" in sent else None

    async def _call(self, action: str, **parameters: object) -> Any:
        if self._connection is None or not self._online:
            raise ChannelUnavailable(self.health.detail)
        return await self._connection.call(action, **parameters)


async def _log_in(connection: Connection) -> set[str]:
    """Who the account's friends are, once it is logged in; raises what keeps it from that."""
    try:
        await connection.call("get_login_info")
        return {str(one["user_id"]) for one in await connection.call("get_friend_list") or ()}
    except DeliveryUnknown:
        if connection.over:
            await connection.ended()
        raise


def _decoded(told: Body) -> bytes:
    try:
        return base64.b64decode(str(told["base64"]), validate=True)
    except (KeyError, binascii.Error):
        raise FileUnavailable("the implementation gave neither the file nor its address") from None


def diagnose(failure: Exception) -> str:
    """One line for the operator: what happened, and what to do."""
    match failure:
        case TokenRefused():
            return "the OneBot implementation refuses the token: set HONGYAN_ONEBOT_TOKEN to its access token"
        case Frozen() | TimeoutError():
            return "the OneBot implementation does not answer: it hangs or is out of reach; restart it"
        case OSError():
            kind = type(failure).__name__
            return f"the OneBot implementation cannot be reached ({kind}): start it, or correct onebot.url"
        case _:
            return f"the connection to the OneBot implementation ended ({type(failure).__name__})"
