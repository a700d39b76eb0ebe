"""A local OneBot v11 implementation with a forward WebSocket, as NapCat and its like are."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web

TOKEN = "a-token-of-the-tests"
ME = 10000
NOW = 1795406400

Body = dict[str, Any]


@dataclass
class OneBot:
    """One account with `friends`; what is called is in `calls` (action, parameters)."""

    token: str = TOKEN
    friends: tuple[int, ...] = (20001,)
    heartbeat: float = 0  # seconds; 0 for none
    refuse_late: bool = False  # take any connection, and then say that the token is wrong
    calls: list[tuple[str, Body]] = field(default_factory=list)
    fail: dict[str, Body] = field(default_factory=dict)  # action → what is answered
    mute: set[str] = field(default_factory=set)  # actions that get no answer
    found: Body = field(default_factory=dict)  # what get_file answers
    file: bytes = b""
    connections: int = 0

    def __post_init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self.beating = True
        self.online = True
        self._ids = itertools.count(1)
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/", self._talk)
        application.router.add_get("/file", self._give)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        self.url, self.shelf = f"ws://127.0.0.1:{self._port}/", f"http://127.0.0.1:{self._port}/file"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()
        await self._runner.cleanup()

    # What people do

    async def say(self, who: int, *parts: str | Body, group: int | None = None, **more: Any) -> int:
        """Somebody writes texts and segments; returns the message's number."""
        number = next(self._ids)
        segments = [text(part) if isinstance(part, str) else part for part in parts]
        await self.event(
            post_type="message",
            message_type="group" if group else "private",
            sub_type="normal" if group else "friend",
            message_id=number,
            user_id=who,
            message=segments,
            sender={"nickname": f"昵称{who}", "card": ""},
            **({"group_id": group} if group else {}),
            **more,
        )
        return number

    async def event(self, **event: Any) -> None:
        assert self.socket is not None
        await self.socket.send_str(json.dumps({"time": NOW, "self_id": ME, **event}))

    async def cut(self) -> None:
        if self.socket is not None and not self.socket.closed:
            await self.socket.close()

    # What the bot does

    def called(self, action: str) -> list[Body]:
        return [parameters for name, parameters in self.calls if name == action]

    async def expect(self, action: str, count: int = 1, within: float = 10) -> list[Body]:
        """The parameters of the calls of `action`, once there are so many."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self.called(action)) >= count)
        return self.called(action)

    async def _give(self, _: web.Request) -> web.Response:
        return web.Response(body=self.file)

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        self.connections += 1
        if request.headers.get("Authorization") != f"Bearer {self.token}" and not self.refuse_late:
            raise web.HTTPForbidden
        self.socket = socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        if self.refuse_late:
            await socket.send_str(json.dumps({"status": "failed", "retcode": 1403, "message": "token", "echo": None}))
        beats = asyncio.create_task(self._beat(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._answer(socket, json.loads(message.data))
        finally:
            beats.cancel()
        return socket

    async def _beat(self, socket: web.WebSocketResponse) -> None:
        while self.heartbeat:
            if self.beating:
                status = {"online": self.online, "good": self.online}
                beat = {"meta_event_type": "heartbeat", "status": status, "interval": self.heartbeat * 1000}
                await socket.send_str(json.dumps({"time": NOW, "self_id": ME, "post_type": "meta_event", **beat}))
            await asyncio.sleep(self.heartbeat)

    async def _answer(self, socket: web.WebSocketResponse, call: Body) -> None:
        action = call["action"]
        async with self._news:
            self.calls.append((action, call["params"]))
            self._news.notify_all()
        if action in self.mute:
            return
        answer = self.fail.get(action) or {"status": "ok", "retcode": 0, "data": self._data(action)}
        await socket.send_str(json.dumps({**answer, "echo": call["echo"]}))

    def _data(self, action: str) -> Any:
        match action:
            case "get_login_info":
                return {"user_id": ME, "nickname": "鸿雁"}
            case "get_friend_list":
                return [{"user_id": number} for number in self.friends]
            case "send_group_msg" | "send_private_msg":
                return {"message_id": next(self._ids)}
            case "get_file":
                return self.found
            case _:
                return None


def text(words: str) -> Body:
    return {"type": "text", "data": {"text": words}}


def at(number: int) -> Body:
    return {"type": "at", "data": {"qq": str(number)}}
