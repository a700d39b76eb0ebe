"""Who a contact is and what a room is called, remembered for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wechaty_puppet import ContactPayload, ContactType, PayloadType, RoomPayload

from bot.channels.cache import Cache
from bot.channels.wechaty.puppets import GatedPuppet

# WeChat's own accounts: what they write is never for the bot. Official accounts' ids begin with gh_.
SERVICE_ACCOUNTS: Final = frozenset(
    {
        *("weixin", "fmessage", "medianote", "floatbottle", "newsapp", "filehelper", "qqmail", "qmessage", "qqsync"),
        *("tmessage", "notifymessage", "mphelper", "brandsessionholder", "voip", "feedsapp", "blogapp"),
        *("facebookapp", "masssendapp", "weibo", "exmail_tool"),
    }
)


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

    def changed(self, kind: object, key: str) -> None:
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
