"""One connection to WeCom, from the subscription to whatever ends it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.channels.wecom.compatibility import Silent, WSClient, WSClientOptions, generate_req_id, trust
from bot.messages import ChannelUnavailable, DeliveryUnknown, File, Undeliverable

Frame = dict[str, Any]

SEND: Final = "aibot_send_msg"
UPLOAD_BEGINS: Final = "aibot_upload_media_init"
UPLOAD: Final = "aibot_upload_media_chunk"
UPLOAD_ENDS: Final = "aibot_upload_media_finish"

CHUNK: Final = 512 * 1024  # bytes
SINGLE, GROUP = 1, 2  # chat_type
# Nothing went out, and the same call may do better later: WeCom is busy, or this bot was too quick.
BUSY: Final = frozenset({-1, 45009, 45033, 846607})
ERROR_CODE: Final = re.compile(r"errcode=(-?\d+)")
NOT_CONNECTED: Final = "not connected"


@dataclass(frozen=True, slots=True)
class Access:
    """Who the bot is, and where WeCom is; `url` "" means WeCom's own."""

    bot_id: str
    secret: str
    url: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds: how long WeCom may take to accept the bot, how often it is asked for a sign of life (three times in
    vain end the connection), how often it is looked whether the connection is still open."""

    subscribe: float = 10
    heartbeat: float = 30
    look: float = 0.5


class SubscriptionRefused(Exception):
    """WeCom does not accept the bot's id and secret."""


class TakenOver(Exception):
    """Another connection of the same bot has replaced this one."""


class ConnectionEnded(Exception):
    """The connection is open no longer."""


class Refused(Undeliverable):
    """WeCom has answered with an error: nothing was sent, and trying again will not help."""


class Session:
    """A client, used once. `take` gets every message and event, in order, and must neither wait nor raise."""

    def __init__(self, access: Access, limits: Limits, take: Callable[[Frame], None]) -> None:
        self._limits = limits
        self._failure: Exception | None = None
        self._changed = asyncio.Event()  # it was accepted, or it failed
        if access.ca_file is not None:
            trust(access.ca_file)
        self._client = client = WSClient(
            WSClientOptions(
                access.bot_id,
                access.secret,
                max_reconnect_attempts=0,
                heartbeat_interval=int(limits.heartbeat * 1000),
                ws_url=access.url,
                logger=Silent(),
            )
        )
        client.on("authenticated", self._changed.set)
        client.on("error", self._failed)
        client.on("disconnected", lambda reason: self._failed(ConnectionEnded()))
        client.on("event.disconnected_event", lambda frame: self._failed(TakenOver()))
        client.on("message", take)
        client.on("event", take)

    async def open(self) -> None:
        """Connect and subscribe; raises why it cannot be had."""
        await self._client.connect()
        async with asyncio.timeout(self._limits.subscribe):
            await self._changed.wait()
        if self._failure is not None:
            raise self._failure
        self._changed.clear()

    async def hold(self) -> None:
        """Wait until it ends; raises why."""
        while self._failure is None and self._client.is_connected:  # noqa: ASYNC110 - an orderly end makes no event
            await asyncio.sleep(self._limits.look)
        raise self._failure or ConnectionEnded

    async def close(self) -> None:
        """Close it; does nothing where it is closed."""
        self._client.disconnect()
        while self._client.is_connected:  # noqa: ASYNC110 - the client closes in a task of its own, and keeps it
            await asyncio.sleep(0.05)

    def _failed(self, failure: Exception) -> None:
        if self._failure is None:
            refused = str(failure).startswith("Authentication failed")
            self._failure = SubscriptionRefused() if refused else failure
            self._changed.set()

    # Sending

    async def answer(self, question: Frame, text: str) -> None:
        """Answer a message, which WeCom shows beside it. Raises what the channel may raise, `Refused` for most."""
        stream = generate_req_id("stream")
        await _settled(self._client.reply_stream(question, stream, text, True))

    async def greet(self, entrance: Frame, text: str) -> None:
        """Welcome somebody who has just opened the chat; WeCom gives five seconds."""
        await _settled(self._client.reply_welcome(entrance, {"msgtype": "text", "text": {"content": text}}))

    async def push(self, chat: str, chat_type: int, body: Frame) -> None:
        """Send to a group or a person, who have spoken to the bot before."""
        await _settled(self._client.send_message(chat, {"chat_type": chat_type, **body}))

    async def upload(self, file: File, kind: str) -> str:
        """Bring a file to WeCom and return its id, good for three days; nobody sees anything yet."""
        chunks = [file.data[start : start + CHUNK] for start in range(0, len(file.data), CHUNK)]
        about = {
            "type": kind,
            "filename": file.name,
            "total_size": len(file.data),
            "total_chunks": len(chunks),
            "md5": hashlib.md5(file.data, usedforsecurity=False).hexdigest(),
        }
        try:
            upload = (await self._call(UPLOAD_BEGINS, about))["upload_id"]
            for index, chunk in enumerate(chunks):
                data = base64.b64encode(chunk).decode()
                await self._call(UPLOAD, {"upload_id": upload, "chunk_index": index, "base64_data": data})
            return str((await self._call(UPLOAD_ENDS, {"upload_id": upload}))["media_id"])
        except DeliveryUnknown as failure:
            raise ChannelUnavailable("the file was not taken in time") from failure
        except KeyError:
            raise Undeliverable("WeCom took the file and gave no id for it") from None

    async def _call(self, command: str, body: Frame) -> Frame:
        headers = {"headers": {"req_id": generate_req_id(command)}}
        acknowledged = await _settled(self._client.reply(headers, body, command))
        answer: Frame = acknowledged.get("body") or {}
        return answer


async def _settled(call: Awaitable[Frame]) -> Frame:
    """What WeCom answered; the client's errors as the channel's."""
    try:
        return await call
    except TimeoutError:
        raise DeliveryUnknown("WeCom did not acknowledge it in time") from None
    except Exception as failure:
        raise _meant(failure) from None


def _meant(failure: Exception) -> Exception:
    """The client tells its errors apart by their words only."""
    if code := ERROR_CODE.search(str(failure)):
        number = int(code[1])
        return ChannelUnavailable(f"WeCom answered {number}") if number in BUSY else Refused(f"WeCom answered {number}")
    if NOT_CONNECTED in str(failure):
        return ChannelUnavailable("the connection to WeCom has ended")
    return DeliveryUnknown(f"the connection to WeCom broke off ({type(failure).__name__})")
