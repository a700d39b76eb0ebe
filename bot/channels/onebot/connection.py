"""One WebSocket connection to a OneBot implementation: calls with their answers, and events."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

import aiohttp

from bot.messages import ChannelUnavailable, DeliveryUnknown, Undeliverable

Body = dict[str, Any]

TOKEN_REFUSED: Final = frozenset({1401, 1403})
LARGEST_FRAME: Final = 64 * 1024 * 1024  # bytes; a file can come inside of one
HEARTBEATS_MISSED: Final = 3
LONGEST_HEARTBEAT: Final = 3_600_000  # milliseconds; what is longer is none
CLOSE_SECONDS: Final = 1.0  # for the other side's farewell


@dataclass(frozen=True, slots=True)
class Access:
    """Where the implementation is, and its access token."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds: how long connecting and a call may take, and how often the other side is asked for a sign of life."""

    connect: float = 10
    call: float = 20
    ping: float = 20


class TokenRefused(Exception):
    """The implementation does not accept the access token."""


class Frozen(Exception):
    """The implementation's heartbeats stay away."""


class ConnectionEnded(Exception):
    """The implementation has ended the connection."""


class Connection:
    """Used once. `take` gets every event, in order, and must neither wait nor raise."""

    def __init__(self, access: Access, limits: Limits, take: Callable[[Body], None]) -> None:
        self._access = access
        self._limits = limits
        self._take = take
        self._silence: float | None = None  # seconds that may pass without a word; None while no heartbeat is known
        self._echoes = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Body]] = {}

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(self._limits.connect):
                self._socket = await self._client.ws_connect(
                    self._access.url,
                    headers={"Authorization": f"Bearer {self._access.token}"},
                    heartbeat=self._limits.ping,
                    max_msg_size=LARGEST_FRAME,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
                )
        except BaseException as failure:
            await self._client.close()
            if isinstance(failure, aiohttp.WSServerHandshakeError) and failure.status in (401, 403):
                raise TokenRefused from None
            raise
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        try:
            # Not to be raised: `ended` has, or what ended us was quicker.
            await asyncio.gather(self._reading, return_exceptions=True)
            await self._socket.close()
        finally:
            # A cancellation that comes meanwhile must not leave it open.
            await self._client.close()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._reading.done()

    async def ended(self) -> None:
        """Wait until it ends; raises why."""
        await asyncio.shield(self._reading)

    async def call(self, action: str, **parameters: object) -> Any:
        """What the implementation answers. Raises what a channel may raise where it sends something."""
        echo = str(next(self._echoes))
        self._waiting[echo] = answer = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_json({"action": action, "params": parameters, "echo": echo})
            async with asyncio.timeout(self._limits.call):
                return _data(await answer)
        except TimeoutError:
            raise DeliveryUnknown("the implementation did not answer in time") from None
        except aiohttp.ClientConnectionResetError:
            raise ChannelUnavailable("the connection has ended") from None
        except ConnectionEnded:
            raise DeliveryUnknown("the connection broke off") from None
        finally:
            del self._waiting[echo]

    async def _read(self) -> None:
        try:
            while True:
                async with asyncio.timeout(self._silence):
                    message = await self._socket.receive()
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._hear(_frame(message.data))
                elif message.type is not aiohttp.WSMsgType.BINARY:
                    raise ConnectionEnded
        except TimeoutError:
            raise Frozen from None
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionEnded())

    def _hear(self, frame: Body) -> None:
        if "post_type" in frame:
            if frame.get("meta_event_type") == "heartbeat":
                self._silence = _silence(frame.get("interval"))
            self._take(frame)
        elif (answer := self._waiting.get(str(frame.get("echo")))) is not None:
            if not answer.done():
                answer.set_result(frame)
        elif _is_refusal(frame.get("retcode")):
            # Some accept the connection first, and then say so.
            raise TokenRefused


def _frame(text: str) -> Body:
    """What was said; nothing, where it is no JSON object: one bad frame is no reason to lose the connection."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def _silence(interval: object) -> float | None:
    """Seconds without a word after which it is frozen, for heartbeats every `interval` milliseconds."""
    if isinstance(interval, int | float) and 0 < interval < LONGEST_HEARTBEAT:
        return HEARTBEATS_MISSED * interval / 1000
    return None


def _is_refusal(code: object) -> bool:
    return isinstance(code, int) and code in TOKEN_REFUSED


def _data(answer: Body) -> Any:
    """The data of a call that went well; raises for one that did not."""
    if answer.get("status") in ("ok", "async"):
        return answer.get("data")
    code = answer.get("retcode")
    if _is_refusal(code):
        raise ChannelUnavailable(f"the implementation answered {code}")
    if "timeout" in f"{answer.get('message')}{answer.get('wording')}".lower():
        # QQ has not told the implementation in time whether it took the message.
        raise DeliveryUnknown(f"the implementation answered {code}")
    raise Undeliverable(f"the implementation answered {code}")
