"""A local 企业微信 that speaks the smart bot's protocol, as WeCom's own clients do, over TLS."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import ipaddress
import itertools
import json
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import WSMsgType, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import NameOID

BOT, SECRET = "aib-test", "a-secret-of-the-tests"
MARGIN = dt.timedelta(days=1)

Frame = dict[str, Any]


@dataclass
class WeCom:
    """Knows one bot; what it gets is in `sent` (chat, body), uploaded files in `files`, greetings in `greetings`."""

    folder: Path
    sent: list[tuple[str, Frame]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)  # the id of the message that is answered, the text
    greetings: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of uploaded files
    refuse: dict[str, int] = field(default_factory=dict)  # command → error code
    mute: set[str] = field(default_factory=set)  # commands that get no answer
    subscriptions: int = 0

    def __post_init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self._ids = itertools.count(1)
        self._asked: dict[str, str] = {}
        self._uploads: dict[str, list[bytes]] = {}
        self._kept: dict[str, bytes] = {}
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self.ca_file = self.folder / "authority.pem"
        application = web.Application()
        application.router.add_get("/", self._talk)
        application.router.add_get("/files/{name}", self._give)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=certified(self.ca_file)).start()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        secure, plain = (address[1] for address in self._runner.addresses)
        self.url, self.shelf = f"wss://127.0.0.1:{secure}/", f"http://127.0.0.1:{plain}/files/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()
        await self._runner.cleanup()

    # What people do

    async def say(self, who: str, text: str, room: str | None = None, **more: Any) -> str:
        """Somebody writes; returns the message's id."""
        return await self.message(who, {"msgtype": "text", "text": {"content": text}}, room, **more)

    async def send_file(self, who: str, data: bytes, name: str = "汇报.txt", kind: str = "file") -> str:
        """Somebody sends a file privately, enciphered as WeCom does."""
        key = os.urandom(32)
        padding = 32 - len(data) % 32
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        self._kept["1"] = encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()
        media = {"url": f"{self.shelf}1", "aeskey": base64.b64encode(key).decode(), "filename": name}
        return await self.message(who, {"msgtype": kind, kind: media})

    async def message(self, who: str, content: Frame, room: str | None = None, **more: Any) -> str:
        number = f"message-{next(self._ids)}"
        place = {"chatid": room, "chattype": "group"} if room else {"chattype": "single"}
        body = {"msgid": number, "aibotid": BOT, "from": {"userid": who}, **place, **content, **more}
        await self._call("aibot_msg_callback", number, body)
        return number

    async def enter(self, who: str) -> None:
        """Somebody opens the chat with the bot for the first time of the day."""
        await self.event({"eventtype": "enter_chat"}, who)

    async def event(self, event: Frame, who: str | None = None) -> None:
        number = f"event-{next(self._ids)}"
        sender = {"from": {"userid": who}, "chattype": "single"} if who else {}
        await self._call(
            "aibot_event_callback", number, {"msgid": number, "msgtype": "event", "event": event, **sender}
        )

    async def _call(self, command: str, number: str, body: Frame) -> None:
        assert self.socket is not None
        self._asked[f"req-{number}"] = number
        await self.socket.send_str(json.dumps({"cmd": command, "headers": {"req_id": f"req-{number}"}, "body": body}))

    async def cut(self, *, orderly: bool = True) -> None:
        """End the connection, with or without a word."""
        if self.socket is not None and not self.socket.closed:
            if orderly:
                await self.socket.close()
            elif self.socket._req is not None and self.socket._req.transport is not None:
                self.socket._req.transport.abort()

    # What the bot does

    async def expect(self, count: int, within: float = 10) -> list[tuple[str, Frame]]:
        """The messages that were pushed, once there are so many."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self.sent) >= count)
        return self.sent

    async def answered(self, count: int, within: float = 10) -> list[tuple[str, str]]:
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self.answers) >= count)
        return self.answers

    async def _give(self, request: web.Request) -> web.Response:
        return web.Response(body=self._kept[request.match_info["name"]])

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                command, headers = frame["cmd"], frame["headers"]
                if command in self.mute:
                    continue
                code, body = await self._act(command, headers["req_id"], frame.get("body") or {})
                told = {"headers": headers, "errcode": code, "errmsg": "told by the test", "body": body}
                await socket.send_str(json.dumps(told))
        return socket

    async def _act(self, command: str, request: str, body: Frame) -> tuple[int, Frame]:
        if command in self.refuse:
            return self.refuse[command], {}
        match command:
            case "aibot_subscribe":
                self.subscriptions += 1
                return (0 if body == {"bot_id": BOT, "secret": SECRET} else 853000), {}
            case "ping":
                return 0, {}
            case "aibot_upload_media_init":
                self._uploads["upload-1"] = []
                self.names["upload-1"] = body["filename"]
                return 0, {"upload_id": "upload-1"}
            case "aibot_upload_media_chunk":
                chunks = self._uploads[body["upload_id"]]
                assert body["chunk_index"] == len(chunks)
                chunks.append(base64.b64decode(body["base64_data"]))
                return 0, {}
            case "aibot_upload_media_finish":
                self.files["media-1"] = b"".join(self._uploads[body["upload_id"]])
                return 0, {"media_id": "media-1", "type": "file"}
        async with self._news:
            match command:
                case "aibot_respond_msg":
                    self.answers.append((self._asked[request], body["stream"]["content"]))
                case "aibot_respond_welcome_msg":
                    self.greetings.append(body["text"]["content"])
                case "aibot_send_msg":
                    self.sent.append((body["chatid"], body))
                case _:
                    return 40058, {}
            self._news.notify_all()
        return 0, {}


def certified(ca_file: Path) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1 by an authority of its own, which is written to `ca_file`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"tests {os.urandom(8).hex()}")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - MARGIN, now + MARGIN)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    ca_file.write_bytes(pem)
    secret = ca_file.with_suffix(".key")
    secret.write_bytes(
        pem
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secret)
    return context
