"""What a channel delivers and accepts, and what a channel is.

Nothing above `bot.channels` knows more of a chat system than stands here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol

from bot import storable

LONGEST_ID: Final = 128  # characters, as wide as its columns
EARLIEST: Final = datetime(2011, 1, 1, tzinfo=UTC)  # there was no WeChat before
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What an incoming event is."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    RECALL = "recall"  # `Incoming.recalled` names the message taken back
    FRIEND = "friend"  # somebody became a friend of the bot's account
    JOIN = "join"  # somebody entered a group, the bot itself included
    RESTRICTED = "restricted"  # the chat system says that this account sends too fast
    OTHER = "other"  # whatever no command can use: a sticker, a location, a post


@dataclass(frozen=True, slots=True)
class File:
    """A file with its content in memory. `name` becomes one that names no place, whatever it was made with."""

    name: str
    media_type: str
    data: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", storable.file_name(self.name))
        object.__setattr__(self, "media_type", storable.media_type(self.media_type))


@dataclass(frozen=True, slots=True)
class Card:
    """A link as chat systems show it: a title, a line or two below, a picture. `url` and `thumbnail_url` are public."""

    title: str
    description: str
    url: str
    thumbnail_url: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event from a chat system.

    `id` is unique within `channel` for ever; `sent_at` is aware and is when the
    person sent it, not when it arrived. `sender_name` and `room_topic` are for
    display only: they prove nothing. `addressed` says that the chat system
    itself marked the bot as mentioned; a textual ``@name`` is left in `text`.
    `friend` says whether the bot can write to the sender privately.

    Texts are cleaned of what cannot be stored (`bot.storable`). Raises
    ValueError for ids and times that no chat system gives.
    """

    channel: str
    id: str
    kind: Kind
    sender: str
    sender_name: str
    sent_at: datetime
    room: str | None = None
    room_topic: str = ""
    text: str = ""
    addressed: bool = False
    friend: bool = True
    own: bool = False  # an echo of what this account sent
    to: str | None = None  # whom a private message of our own went to
    recalled: str | None = None
    load: Callable[[], Awaitable[File]] | None = None  # of IMAGE and FILE; bounded in time and size: `FileUnavailable`

    def __post_init__(self) -> None:
        ids = (self.id, self.sender, *(one for one in (self.room, self.to, self.recalled) if one is not None))
        if not all(storable.is_identifier(one, LONGEST_ID) for one in ids):
            raise ValueError("an event with an id that is none")
        if not EARLIEST <= self.sent_at < LATEST:
            raise ValueError("an event of a time that cannot be")
        object.__setattr__(self, "text", storable.text(self.text))
        object.__setattr__(self, "sender_name", storable.line(self.sender_name))
        object.__setattr__(self, "room_topic", storable.line(self.room_topic))

    @property
    def conversation(self) -> str:
        """The key by which order is kept: the room's id, else that of the other end of a private chat."""
        return self.room or self.to or self.sender


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a room or to a contact: a text or a file, never both.

    `card` stands for the text; only a channel whose `Capabilities.cards` holds is given one.
    """

    room: str | None = None
    contact: str | None = None
    text: str = ""
    file: File | None = None
    mentions: tuple[str, ...] = ()  # contact ids, in a room only
    card: Card | None = None
    notice: bool = False  # nobody asked for it: it takes no answer's place


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do."""

    groups: bool = True
    private: bool = True
    mentions: bool = True
    files: bool = True
    cards: bool = False
    recall: bool = False
    friends: bool = True  # private messages reach friends only


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the channel is connected and logged in; `detail` is for the operator and holds no personal data."""

    ready: bool
    since: datetime | None = None
    detail: str = ""


class ChannelUnavailable(Exception):
    """Nothing was sent; the same message may be tried again later."""


class Undeliverable(Exception):
    """Nothing was sent and trying again will not help: no such room, no friend of the bot."""


class DeliveryUnknown(Exception):
    """The call broke off after it may have been sent; sending again could say it twice."""


class FileUnavailable(Exception):
    """The file of a message cannot be had: it is `too_large`, or the chat system did not give it in time."""

    def __init__(self, reason: str, *, too_large: bool = False) -> None:
        super().__init__(reason)
        self.too_large = too_large


class ChannelMisconfigured(Exception):
    """A setting is missing or wrong; the text is one English sentence that tells the operator what to do."""


Deliver = Callable[[Incoming], Awaitable[None]]


class Channel(Protocol):
    """A way to people."""

    @property
    def name(self) -> str:
        """The channel's name in the database; ids are unique within it."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def health(self) -> Health: ...

    async def run(self, deliver: Deliver) -> None:
        """Connect, and stay connected, until cancelled.

        `deliver` is awaited once per event, in the order of arrival per
        conversation; awaiting it is the back-pressure.
        """

    async def send(self, message: Outgoing) -> str | None:
        """Send one message and return its id where the chat system tells it.

        Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`.
        """
