"""Starts, steers and breaks a real Wechaty gateway on loopback (gateway.mjs, Node.js)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.messages import Card, File

HERE = Path(__file__).parent

# Numbers of the gateway's own message types (PUPPET.types.Message).
EMOTICON, IMAGE, TEXT, GROUP_NOTE, RECALLED, POST = 5, 6, 7, 10, 13, 16


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the bot sent: to a `room`, or privately to the contact `to`."""

    id: str
    room: str | None
    to: str | None
    text: str
    file: File | None
    card: Card | None = None


class Gateway:
    """One gateway process with one account logged in, and the people and rooms it knows.

    People and rooms added here are known again after `restart`; what was said
    is not, as with any gateway. Use it as an async context manager.
    """

    def __init__(
        self,
        *,
        token: str = "a-token-of-the-tests",
        bot: tuple[str, str] = ("hongyan", "鸿雁"),
        login: bool = True,
        cards: bool = True,
        port: int | None = None,
    ) -> None:
        self.token = token
        self.bot = bot[0]
        self.heard: list[Heard] = []
        self.accepted: list[str] = []  # ids of friendship requests
        self._bot_name = bot[1]
        self._login = login
        self._cards = cards
        self._port = port or free_port()
        self._contacts: dict[str, dict[str, Any]] = {}
        self._rooms: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._told = asyncio.Condition()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def endpoint(self) -> str:
        """host:port; the same after a restart."""
        return f"127.0.0.1:{self._port}"

    # The process

    async def __aenter__(self) -> Gateway:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start the process and wait until it serves."""
        node = shutil.which("node")
        assert node, "the gateway tests need Node.js: https://nodejs.org (Debian: apt-get install nodejs npm)"
        assert (HERE / "node_modules").is_dir(), "run `make setup`: the gateway's packages are not installed"
        self._process = await asyncio.create_subprocess_exec(
            node,
            str(HERE / "gateway.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "WECHATY_LOG": "silent"},
            limit=64 * 1024 * 1024,  # a file comes as one line
        )
        ready = asyncio.get_running_loop().create_future()
        self._answers[0] = ready
        self._reader = asyncio.create_task(self._read(self._process))
        self._write(
            {
                "port": self._port,
                "token": self.token,
                "login": self._login,
                "cards": self._cards,
                "bot": {"id": self.bot, "name": self._bot_name},
                "contacts": list(self._contacts.values()),
                "rooms": list(self._rooms.values()),
            }
        )
        async with asyncio.timeout(30):
            await ready

    async def kill(self) -> None:
        """End the process at once (SIGKILL), frozen or not."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        if self._reader:
            await self._reader
        self._process = None

    async def restart(self) -> None:
        """Kill it and start it again on the same port."""
        await self.kill()
        await self.start()

    def freeze(self) -> None:
        """Stop the process (SIGSTOP): its sockets stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    # People and rooms

    async def add_contact(self, contact_id: str, name: str, *, friend: bool = True, type: int = 1) -> None:
        """Create a contact; `type` is 1 for people, 2 for official accounts."""
        contact = {"id": contact_id, "name": name, "friend": friend, "type": type}
        self._contacts[contact_id] = contact
        await self._do("contact", contact=contact)

    async def add_room(self, room_id: str, topic: str, members: Sequence[str]) -> None:
        """Create a room of `members` and the bot; its id has to hold "@"."""
        assert "@" in room_id
        room = {"id": room_id, "topic": topic, "memberIdList": [self.bot, *members]}
        self._rooms[room_id] = room
        await self._do("room", room=room)

    async def join(self, room_id: str, contact_id: str, *, inviter: str) -> None:
        """Bring a contact into a room, which raises `room-join`."""
        self._rooms[room_id]["memberIdList"].append(contact_id)
        await self._do("join", room=room_id, contact=contact_id, inviter=inviter)

    async def rename_room(self, room_id: str, topic: str, *, by: str) -> None:
        """Change a room's topic, which raises `room-topic`."""
        self._rooms[room_id]["topic"] = topic
        await self._do("topic", room=room_id, topic=topic, by=by)

    async def befriend(self, contact_id: str, *, friend: bool = True) -> None:
        """Make a contact a friend of the bot, or no friend any more, which raises `dirty`."""
        self._contacts[contact_id]["friend"] = friend
        await self._do("friend", contact=contact_id, friend=friend)

    async def friendship(self, friendship_id: str, contact_id: str, *, kind: str = "Receive") -> None:
        """Raise a friendship event: "Receive" asks, "Confirm" says that it is done."""
        await self._do("friendship", id=friendship_id, contact=contact_id, type=kind)

    # What is said

    async def say(
        self,
        sender: str,
        text: str = "",
        *,
        room: str | None = None,
        file: File | None = None,
        mentions: Sequence[str] = (),
        **payload: Any,
    ) -> str:
        """Say a text or send a file as a contact, in a room or privately to the bot; returns the message's id.

        `payload` overrides `type` (a number, see above), `timestamp`, `id`, `to`. With the id of an earlier message
        that one is delivered once more.
        """
        if file:
            payload["file"] = {"name": file.name, "base64": base64.b64encode(file.data).decode()}
            payload.setdefault("type", IMAGE if file.media_type.startswith("image/") else 1)
        answer = await self._do("say", **{"from": sender}, text=text, room=room, mentions=list(mentions), **payload)
        return str(answer["id"])

    async def recall(self, sender: str, message_id: str, *, room: str | None = None) -> str:
        """Take a message back; returns the id of the recall, which is a message of its own."""
        return await self.say(sender, message_id, room=room, type=RECALLED)

    async def expect(self, matches: Callable[[Heard], bool], *, within: float = 15) -> Heard:
        """The first thing the bot sent, before or after this call, that matches; it is then taken out of `heard`."""

        def found() -> Heard | None:
            return next((heard for heard in self.heard if matches(heard)), None)

        async with asyncio.timeout(within), self._told:
            await self._told.wait_for(found)
            heard = found()
            assert heard
            self.heard.remove(heard)
            return heard

    async def until_heard(self, count: int, *, within: float = 15) -> None:
        """Wait until `heard` holds so many."""
        async with asyncio.timeout(within), self._told:
            await self._told.wait_for(lambda: len(self.heard) >= count)

    async def expect_text(
        self, text: str, *, room: str | None = None, to: str | None = None, within: float = 15
    ) -> Heard:
        """Wait until the bot has said something that holds `text` to a room or a contact (anywhere, where neither)."""
        return await self.expect(
            lambda heard: text in heard.text and room in (None, heard.room) and to in (None, heard.to), within=within
        )

    async def expect_file(self, *, room: str | None = None, to: str | None = None, within: float = 15) -> File:
        """Wait until the bot has sent a file."""
        heard = await self.expect(
            lambda heard: heard.file is not None and room in (None, heard.room) and to in (None, heard.to),
            within=within,
        )
        assert heard.file
        return heard.file

    # What goes wrong

    async def error(self, text: str = "made up by the tests") -> None:
        """Raise an `error` event."""
        await self._do("error", text=text)

    async def end_stream(self) -> None:
        """End the event stream cleanly, as a gateway does that another client takes over."""
        await self._do("end")

    async def raw_event(self, type: int, payload: Any) -> None:
        """Send an event as it is, of any type (a number) and payload (made to JSON)."""
        await self._do("raw", type=type, payload=payload)

    async def caught_up(self) -> None:
        """Wait until all that the gateway has heard so far stands in `heard`."""
        await self._do("nothing")

    async def logout(self) -> None:
        """Log the account out, as a phone can."""
        await self._do("logout")

    async def login(self) -> None:
        """Log the account in again."""
        await self._do("login")

    # The wire

    def _signal(self, number: signal.Signals) -> None:
        assert self._process, "the gateway does not run"
        self._process.send_signal(number)

    def _write(self, line: dict[str, Any]) -> None:
        assert self._process and self._process.stdin, "the gateway does not run"
        self._process.stdin.write(json.dumps(line).encode() + b"\n")

    async def _do(self, name: str, **arguments: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._write({"n": number, "do": name, **arguments})
        async with asyncio.timeout(30):
            result: dict[str, Any] = await answer
        if "error" in result:
            raise RuntimeError(f"the gateway could not {name}: {result['error']}")
        return result

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        async for line in process.stdout:
            if line.startswith(b"{"):
                await self._take(json.loads(line))
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(RuntimeError("the gateway's process ended"))
                answer.exception()  # nobody may be waiting any more
        self._answers.clear()

    async def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"event": "ready"}:
                self._answers.pop(0).set_result(line)
            case {"event": "accepted", "friendship": friendship}:
                await self._note(lambda: self.accepted.append(friendship))
            case {"event": "heard"}:
                await self._note(lambda: self.heard.append(_heard(line)))
            case {"re": number}:
                self._answers.pop(number).set_result(line)

    async def _note(self, change: Callable[[], None]) -> None:
        async with self._told:
            change()
            self._told.notify_all()


def free_port() -> int:
    """A port on loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _heard(line: dict[str, Any]) -> Heard:
    file = line.get("file")
    return Heard(
        id=line["id"],
        room=line.get("room"),
        to=line.get("to"),
        text=line.get("text") or "",
        file=File(file["name"], "", base64.b64decode(file["base64"])) if file else None,
        card=_card(line["card"]) if "card" in line else None,
    )


def _card(payload: dict[str, str]) -> Card:
    return Card(payload["title"], payload["description"], payload["url"], payload.get("thumbnailUrl", ""))
