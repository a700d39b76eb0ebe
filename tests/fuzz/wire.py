"""Payloads of the three chat systems, well-formed and broken anywhere, read by the channels that read the real ones."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from random import Random
from types import SimpleNamespace
from typing import Any, Final

from bot.channels.onebot import Limits as OneBotLimits
from bot.channels.onebot import onebot_channel
from bot.channels.onebot.connection import Access as OneBotAccess
from bot.channels.onebot.connection import Connection
from bot.channels.supervision import Pauses
from bot.channels.wechaty.client import Event, WechatyChannel
from bot.channels.wecom.client import WeComChannel
from bot.channels.wecom.session import Access as WeComAccess
from bot.channels.wecom.session import Limits as WeComLimits
from bot.messages import Incoming
from tests.chat import CHANNEL
from tests.fuzz import hostile

NOWHERE: Final = "ws://127.0.0.1:9/"  # nothing is opened
LIMIT: Final = 100_000
ME: Final = "wxid-bot"
DEEP: Final = 40  # levels of lists in lists

Read = Coroutine[Any, Any, tuple[Incoming, ...]]


def broken(random: Random, payload: Any) -> Any:
    """A copy of `payload` with one to four of its values taken away or replaced by what nobody expects."""
    payload = deepcopy(payload)
    for _ in range(random.randint(1, 4)):
        holder, key = random.choice(list(_places(payload)) or [({"": payload}, "")])
        if isinstance(holder, dict) and random.random() < 0.3:
            del holder[key]
        else:
            holder[key] = _nonsense(random)
    return payload


def _places(payload: Any) -> list[tuple[Any, Any]]:
    """Every value in it, as what holds it and the key there."""
    if isinstance(payload, dict):
        pairs = list(payload.items())
    elif isinstance(payload, list):
        pairs = list(enumerate(payload))
    else:
        return []
    return [(payload, key) for key, _ in pairs] + [place for _, value in pairs for place in _places(value)]


def _nonsense(random: Random) -> Any:
    nested: Any = []
    for _ in range(DEEP):
        nested = [nested]
    return random.choice(
        (
            None,
            True,
            0,
            -1,
            10**400,
            1e308,
            float("nan"),
            float("inf"),
            [],
            {},
            nested,
            {"": {"": ""}},
            [[], {}, None],
            hostile.text(random),
            hostile.identifier(random),
        )
    )


class Wires:
    """The channels, and what arrives at them."""

    def __init__(self, random: Random, said: Sequence[str], people: Sequence[str]) -> None:
        self._random = random
        self._said = said
        self._people = people
        pauses = Pauses()
        self._onebot = onebot_channel(CHANNEL, NOWHERE, "token", file_limit=LIMIT, limits=OneBotLimits(), pauses=pauses)
        self._frames: list[Any] = []
        self._connection = Connection(OneBotAccess(NOWHERE, "token"), OneBotLimits(), self._frames.append)
        access = WeComAccess("bot", "secret", NOWHERE, None)
        self._wecom = WeComChannel(CHANNEL, access, file_limit=LIMIT, limits=WeComLimits(), pauses=pauses)
        self._wechaty = WechatyChannel(CHANNEL, _no_puppet, endpoint=NOWHERE, file_limit=LIMIT)
        self._gateway: dict[str, Any] = {}
        self._wechaty._connection = SimpleNamespace(me=ME, puppet=_Gateway(self._gateway))  # type: ignore[assignment]
        self._wechaty._logged_in.set()

    def next(self, now: datetime) -> tuple[str, Any, Read]:
        """The chat system, the payload, and the reading of it, to be awaited; never raises."""
        name, make, read = self._random.choice(
            (
                ("OneBot", self._onebot_event, self._read_onebot),
                ("WeCom", self._wecom_frame, self._read_wecom),
                ("Wechaty", self._wechaty_event, self._read_wechaty),
            )
        )
        payload = make(now)
        if self._random.random() < 0.7:
            payload = broken(self._random, payload)
        return name, payload, read(payload, now)

    def _text(self) -> str:
        said = self._random.choice(self._said)
        return said if self._random.random() < 0.3 else hostile.mutated(self._random, said, self._said)

    # OneBot

    def _onebot_event(self, now: datetime) -> dict[str, Any]:
        random = self._random
        common = {"time": int(now.timestamp()), "self_id": 10000, "user_id": random.choice((10000, 20001, 20002))}
        segments = [
            {"type": "text", "data": {"text": self._text()}},
            {"type": "at", "data": {"qq": "10000"}},
            {"type": "image", "data": {"file": "a.jpg", "file_size": "1", "url": "", "file_id": "x"}},
            {"type": "file", "data": {"name": "a.docx", "file_size": 1, "file_id": "x"}},
        ]
        message = {
            "post_type": "message",
            "message_type": random.choice(("group", "private")),
            "sub_type": "friend",
            "message_id": random.randrange(10**9),
            "group_id": 30001,
            "message": random.choice((segments, segments[:2], segments[:1], f"[CQ:at,qq=10000] {self._text()}")),
            "sender": {"nickname": "昵称", "card": ""},
        }
        notice = {
            "post_type": "notice",
            "notice_type": random.choice(
                ("group_recall", "friend_recall", "group_increase", "friend_add", "offline_file")
            ),
            "group_id": 30001,
            "message_id": random.randrange(10**9),
            "operator_id": 20001,
            "file": {"name": "a.docx", "size": 1, "url": ""},
        }
        beat = {"post_type": "meta_event", "meta_event_type": "heartbeat", "interval": 5000, "status": {"online": True}}
        return common | random.choices((message, notice, beat), (6, 3, 1))[0]

    async def _read_onebot(self, event: Any, now: datetime) -> tuple[Incoming, ...]:
        self._connection._hear(event)
        found: list[Incoming] = []
        for frame in self._frames:
            self._onebot._take(frame)
            found += await self._onebot._read(frame)
        self._frames.clear()
        return tuple(found)

    # WeCom

    def _wecom_frame(self, now: datetime) -> dict[str, Any]:
        random = self._random
        items = [
            {"msgtype": "text", "text": {"content": self._text()}},
            {"msgtype": "image", "image": {"url": NOWHERE, "aeskey": "k"}},
            {"msgtype": "file", "file": {"url": NOWHERE, "aeskey": "k"}},
            {"msgtype": "voice", "voice": {"content": self._text()}},
            {"msgtype": "event", "event": {"eventtype": "enter_chat"}},
        ]
        item = random.choice((*items, {"msgtype": "mixed", "mixed": {"msg_item": items[:3]}}))
        body = {
            "msgid": f"wecom-{random.randrange(10**9)}",
            "from": {"userid": random.choice(self._people)},
            "chatid": random.choice(("", "chat")),
            "create_time": int(now.timestamp()),
        }
        return {"headers": {"req_id": "r"}, "body": body | item}

    async def _read_wecom(self, frame: Any, now: datetime) -> tuple[Incoming, ...]:
        # Its clock is the machine's, and no two runs would be the same.
        return tuple(replace(one, sent_at=now) for one in await self._wecom._read(frame))

    # Wechaty

    def _wechaty_event(self, now: datetime) -> dict[str, Any]:
        random = self._random
        name = random.choices(("message", "room-join", "friendship", "dirty"), (8, 1, 1, 1))[0]
        return {
            "name": name,
            "event": {
                "message_id": f"wechaty-{random.randrange(10**9)}",
                "invited_ids": [random.choice(self._people)],
                "room_id": "room-1@chatroom",
                "timestamp": now.timestamp() * 1000,
                "friendship_id": "f",
                "payload_type": 3,
            },
            "message": {
                "type": random.choice((1, 5, 6, 13, 14, 99)),
                "text": self._text(),
                "filename": "a.docx",
                "timestamp": now.timestamp() * random.choice((1, 1000)),
                "from_id": random.choice((*self._people, ME, "weixin")),
                "to_id": ME,
                "room_id": random.choice(("", "room-1@chatroom")),
                "mention_ids": [ME],
            },
            "contact": {"id": "c", "name": self._text(), "alias": "", "friend": True, "type": 1},
            "room": {"id": "room-1@chatroom", "topic": self._text(), "member_ids": []},
            "friendship": {"id": "f", "contact_id": random.choice(self._people), "type": random.choice((1, 2, 3))},
        }

    async def _read_wechaty(self, told: Any, now: datetime) -> tuple[Incoming, ...]:
        self._gateway.clear()
        self._gateway.update({key: value for key, value in told.items() if isinstance(value, dict)})
        name, event = told.get("name"), self._gateway.get("event", {})
        connection: Any = self._wechaty._connection
        if name == "dirty":
            payload = {"payloadType": event.get("payload_type"), "payloadId": event.get("room_id")}
            self._wechaty._take(connection, name, payload)
            return ()
        return await self._wechaty._read(Event(str(name), SimpleNamespace(**event), now))


class _Gateway:
    """Answers what a puppet is asked with what it was told, whatever that is."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def answer(*_: object) -> Any:
            return SimpleNamespace(**self._told.get(name.partition("_")[0], {}))

        return answer


def _no_puppet() -> Any:
    raise AssertionError("nothing is connected")
