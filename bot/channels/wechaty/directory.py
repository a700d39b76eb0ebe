"""Who a contact is and what a room is called, remembered for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from wechaty_puppet import ContactPayload, ContactType, PayloadType, RoomPayload

from bot.channels.wechaty.puppets import GatedPuppet

# WeChat's own accounts: what they write is never for the bot. Official accounts' ids begin with gh_.
SERVICE_ACCOUNTS: Final = frozenset(
    {
        *("weixin", "fmessage", "medianote", "floatbottle", "newsapp", "filehelper", "qqmail", "qmessage", "qqsync"),
        *("tmessage", "notifymessage", "mphelper", "brandsessionholder", "voip", "feedsapp", "blogapp"),
        *("facebookapp", "masssendapp", "weibo", "exmail_tool"),
    }
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `service` says that it is an official or service account and nobody who could use the bot."""

    id: str
    name: str
    friend: bool
    service: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A room."""

    id: str
    topic: str


class Cache(Generic[T]):
    """Up to `size` values, each for up to `seconds`."""

    def __init__(self, *, size: int = 10_000, seconds: float = 600) -> None:
        self._size = size
        self._seconds = seconds
        self._values: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        """The value, unless it is unknown or too old."""
        until, value = self._values.get(key, (0.0, None))
        return value if time.monotonic() < until else None

    def put(self, key: str, value: T) -> T:
        """Remember a value; the oldest one makes room for it."""
        self._values.pop(key, None)
        if len(self._values) >= self._size:
            del self._values[next(iter(self._values))]
        self._values[key] = time.monotonic() + self._seconds, value
        return value

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget all values."""
        self._values.clear()


def is_service(contact_id: str) -> bool:
    """Whether the id alone tells that this is no person."""
    return contact_id in SERVICE_ACCOUNTS or contact_id.startswith("gh_")


class Directory:
    """Looks contacts and rooms up, and forgets them when the gateway says that they changed."""

    def __init__(self) -> None:
        self._people: Cache[Person] = Cache()
        self._groups: Cache[Group] = Cache()

    async def person(self, puppet: GatedPuppet, contact_id: str) -> Person:
        """The contact; raises what the puppet raises."""
        return self._people.get(contact_id) or self._meet(await puppet.contact_payload(contact_id), contact_id)

    async def person_afresh(self, puppet: GatedPuppet, contact_id: str) -> Person:
        """The contact as it is now: the gateway is told to forget it too."""
        await puppet.dirty_payload(PayloadType.PAYLOAD_TYPE_CONTACT, contact_id)
        self._people.drop(contact_id)
        return await self.person(puppet, contact_id)

    async def group(self, puppet: GatedPuppet, room_id: str) -> Group:
        """The room; raises what the puppet raises."""
        known = self._groups.get(room_id)
        if known:
            return known
        payload: RoomPayload = await puppet.room_payload(room_id)
        return self._groups.put(room_id, Group(room_id, payload.topic or ""))

    def changed(self, kind: int, key: str) -> None:
        """Forget what the gateway calls dirty; `kind` is a `PayloadType`."""
        if kind == PayloadType.PAYLOAD_TYPE_CONTACT:
            self._people.drop(key)
        elif kind == PayloadType.PAYLOAD_TYPE_ROOM:
            self._groups.drop(key)

    def person_changed(self, contact_id: str) -> None:
        """Forget a contact."""
        self._people.drop(contact_id)

    def room_changed(self, room_id: str) -> None:
        """Forget a room."""
        self._groups.drop(room_id)

    def clear(self) -> None:
        """Forget everything: what happened while nobody listened is unknown."""
        self._people.clear()
        self._groups.clear()

    def _meet(self, payload: ContactPayload, contact_id: str) -> Person:
        official = int(payload.type or 0) == ContactType.CONTACT_TYPE_OFFICIAL
        return self._people.put(
            contact_id,
            Person(contact_id, payload.name or "", bool(payload.friend), service=official or is_service(contact_id)),
        )
