"""A small make-believe WeChat in memory: what the sandbox puppet and the sandbox page are built on.

It knows contacts, rooms and messages, and holds to WeChat's own rules where
they matter to the bot: only members speak in a room, only friends of the bot's
account and the bot write to each other privately. It knows nothing of Wechaty.

Everything runs in one event loop; nothing here is safe to call from threads.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.messages import Card, File

ROOM_SUFFIX: Final = "@chatroom"  # a room's id holds "@", a contact's never does


class NotAllowed(Exception):
    """WeChat itself would not let this happen; the text says why, in Chinese, for the page."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An account. `friend` says whether it is a friend of the bot's account."""

    id: str
    name: str
    friend: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """A group chat; `members` are contact ids, in the order in which they came."""

    id: str
    topic: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message: a text, a file, a card, or the recall of an earlier message.

    Exactly one of `room` and `to` (a contact's id) is set. `recalls` names the
    message that this one takes back. `sent_at` is aware.
    """

    id: str
    sender: str
    sent_at: datetime
    room: str | None = None
    to: str | None = None
    text: str = ""
    file: File | None = None
    card: Card | None = None
    mentions: tuple[str, ...] = ()
    recalls: str | None = None

    @property
    def conversation(self) -> frozenset[str]:
        """What two messages of one conversation have in common: the room, or the two who write privately."""
        return frozenset({self.room}) if self.room else frozenset({self.sender, self.to or ""})


@dataclass(frozen=True, slots=True)
class Befriended:
    """`contact` became a friend of the bot's account."""

    id: str
    contact: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """`contact` entered `room`, brought in by `inviter`."""

    room: str
    contact: str
    inviter: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Staged:
    """A scene began to be played in the world, or is over: meanwhile nobody else says anything."""


Event = Message | Befriended | Joined | Staged


class World:
    """The contacts, rooms and messages of a sandbox.

    `now` gives the time of everything that happens (aware; it may be moved).
    Message ids never repeat, not even after a restart; contact and room ids
    are the caller's, so that what the database holds about them stays true.
    """

    def __init__(self, now: Callable[[], datetime], *, bot: Contact | None = None) -> None:
        self.now = now
        self.bot = bot or Contact("hongyan", "鸿雁")
        self._contacts: dict[str, Contact] = {self.bot.id: self.bot}
        self._rooms: dict[str, Room] = {}
        self._messages: dict[str, Message] = {}
        self._listeners: set[asyncio.Queue[Event]] = set()
        self.staged = False  # a scene is being played

    # Who and where

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Everybody but the bot, in the order in which they were added."""
        return tuple(contact for contact in self._contacts.values() if contact.id != self.bot.id)

    @property
    def rooms(self) -> tuple[Room, ...]:
        """All rooms, in the order in which they were added."""
        return tuple(self._rooms.values())

    def contact(self, contact_id: str) -> Contact:
        """The contact, the bot's own account included; `KeyError` where there is none."""
        return self._contacts[contact_id]

    def room(self, room_id: str) -> Room:
        """The room; `KeyError` where there is none."""
        return self._rooms[room_id]

    def add_contact(self, contact_id: str, name: str, *, friend: bool = True) -> Contact:
        """Create a contact. `ValueError` for an id that is taken or holds "@"."""
        if contact_id in self._contacts or "@" in contact_id or not contact_id:
            raise ValueError(f"not a free contact id: {contact_id!r}")
        contact = self._contacts[contact_id] = Contact(contact_id, name, friend)
        return contact

    def add_room(self, room_id: str, topic: str, members: Iterable[str]) -> Room:
        """Create a room of `members` (contact ids) and the bot.

        The id gets the suffix ``@chatroom`` where it has none. `ValueError` for
        an id that is taken, `KeyError` for a member that does not exist.
        """
        room_id = room_id if "@" in room_id else room_id + ROOM_SUFFIX
        if room_id in self._rooms:
            raise ValueError(f"not a free room id: {room_id!r}")
        present = tuple(dict.fromkeys((self.bot.id, *(self._contacts[member].id for member in members))))
        room = self._rooms[room_id] = Room(room_id, topic, present)
        return room

    def rename(self, contact_id: str, name: str) -> Contact:
        """Give a contact another nickname."""
        contact = self._contacts[contact_id] = replace(self._contacts[contact_id], name=name)
        return contact

    def befriend(self, contact_id: str) -> Contact:
        """Make a contact a friend of the bot's account; listeners get `Befriended` where it was none before."""
        contact = self._contacts[contact_id]
        if not contact.friend:
            contact = self._contacts[contact_id] = replace(contact, friend=True)
            self._tell(Befriended(_new_id(), contact_id, self.now()))
        return contact

    def join(self, room_id: str, contact_id: str, *, inviter: str | None = None) -> Room:
        """Bring a contact into a room; listeners get `Joined` where it was not in it before."""
        room, contact = self._rooms[room_id], self._contacts[contact_id]
        if contact.id not in room.members:
            room = self._rooms[room_id] = replace(room, members=(*room.members, contact.id))
            self._tell(Joined(room_id, contact_id, inviter or self.bot.id, self.now()))
        return room

    @contextmanager
    def staging(self) -> Iterator[None]:
        """While a scene is played; listeners get `Staged` when it begins and when it is over."""
        self.staged = True
        self._tell(Staged())
        try:
            yield
        finally:
            self.staged = False
            self._tell(Staged())

    # What is said

    def say(
        self,
        sender: str,
        content: str | File | Card,
        *,
        room: str | None = None,
        to: str | None = None,
        mentions: Sequence[str] = (),
    ) -> Message:
        """Say a text, or send a file or a card, as `sender`, in a room or privately.

        Without `room` it goes to the contact `to`, which is the bot unless
        named; the bot itself has to name one. `mentions` are contact ids.
        Raises `NotAllowed` as WeChat would, `KeyError` for what does not exist.
        """
        if room is not None:
            self._check_member(sender, room)
        else:
            to = to or self.bot.id
            self._check_private(sender, to)
        return self._record(
            Message(
                id=_new_id(),
                sender=sender,
                sent_at=self.now(),
                room=room,
                to=None if room is not None else to,
                text=content if isinstance(content, str) else "",
                file=content if isinstance(content, File) else None,
                card=content if isinstance(content, Card) else None,
                mentions=tuple(mentions),
            )
        )

    def recall(self, message_id: str) -> Message:
        """Take a message back as its sender; returns the recall, which is a message of its own."""
        taken = self._messages[message_id]
        if taken.recalls is not None:
            raise NotAllowed("撤回的消息不能再撤回。")
        return self._record(
            Message(
                id=_new_id(),
                sender=taken.sender,
                sent_at=self.now(),
                room=taken.room,
                to=taken.to,
                recalls=taken.id,
            )
        )

    def remember(self, messages: Iterable[Message]) -> None:
        """Know of what was said before; nobody is told."""
        self._messages.update((message.id, message) for message in messages)

    def message(self, message_id: str) -> Message:
        """The message; `KeyError` where there is none."""
        return self._messages[message_id]

    def messages(self, *, room: str | None = None, contact: str | None = None) -> tuple[Message, ...]:
        """Past messages, oldest first: of a room, of the private chat between a contact and the bot, or all."""
        if room is not None:
            return tuple(message for message in self._messages.values() if message.room == room)
        if contact is not None:
            chat = frozenset({contact, self.bot.id})
            return tuple(message for message in self._messages.values() if message.conversation == chat)
        return tuple(self._messages.values())

    # Listening

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[Event]]:
        """Everything that happens from now on, in order, what the bot says included.

        ``with world.listen() as events: async for event in events: ...`` The
        iterator never ends by itself. What is not yet read waits in memory, as
        the messages themselves do.
        """
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield _drain(queue)
        finally:
            self._listeners.discard(queue)

    def _record(self, message: Message) -> Message:
        self._messages[message.id] = message
        self._tell(message)
        return message

    def _tell(self, event: Event) -> None:
        for queue in self._listeners:
            queue.put_nowait(event)

    def _check_member(self, sender: str, room_id: str) -> None:
        if self._contacts[sender].id not in self._rooms[room_id].members:
            raise NotAllowed("不在这个群里，不能发言。")

    def _check_private(self, sender: str, to: str) -> None:
        ends = self._contacts[sender], self._contacts[to]
        if sender == to or self.bot.id not in (sender, to):
            raise NotAllowed("沙盒里只能和机器人私聊。")
        if not all(contact.friend for contact in ends):
            raise NotAllowed("还不是机器人的好友，不能私聊。")


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()


def _new_id() -> str:
    return uuid.uuid4().hex
