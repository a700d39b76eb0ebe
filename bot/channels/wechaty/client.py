"""The Wechaty channel: one supervised client for the service puppet and the sandbox puppet alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

from grpclib import GRPCError, Status
from grpclib.exceptions import StreamTerminatedError
from wechaty_puppet import FriendshipType, MessageType

from bot.channels.cache import Cache
from bot.channels.intake import Intake
from bot.channels.supervision import Condition, supervise
from bot.channels.wechaty import conversion
from bot.channels.wechaty.connection import Connection
from bot.channels.wechaty.directory import Directory, Group, Person, is_service
from bot.channels.wechaty.puppets import (
    ConnectionOver,
    FileTooLarge,
    GatedPuppet,
    NoCards,
    PuppetFactory,
    PuppetRefusal,
)
from bot.channels.wechaty.supervision import StreamEnded, Timing, Watchdog, diagnose
from bot.messages import (
    Capabilities,
    ChannelUnavailable,
    Deliver,
    DeliveryUnknown,
    File,
    FileUnavailable,
    Health,
    Incoming,
    Kind,
    Outgoing,
    Undeliverable,
)

FILE_LIMIT: Final = 10 * 1024 * 1024  # bytes

# The call did not reach an end that could be seen.
BROKEN: Final = (OSError, StreamTerminatedError)  # TimeoutError is an OSError

# Nothing went out, and the same call may do better later.
NOT_SENT: Final = frozenset({Status.UNAUTHENTICATED, Status.RESOURCE_EXHAUSTED})
# Nothing went out, and the same call will do no better.
HOPELESS: Final = frozenset(
    {
        Status.INVALID_ARGUMENT,
        Status.NOT_FOUND,
        Status.PERMISSION_DENIED,
        Status.FAILED_PRECONDITION,
        Status.OUT_OF_RANGE,
        Status.UNIMPLEMENTED,
    }
)

# Event names that take a question to the gateway, and so go through the intake.
QUESTIONS: Final = frozenset({"message", "friendship", "room-invite", "room-join"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """An event that waits to be read. `at` is when it arrived."""

    name: str
    payload: Any
    at: datetime


def wall_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class WechatyChannel:
    """A `bot.messages.Channel` over Wechaty puppets.

    `factory` makes a puppet for each connection; `endpoint` is what the log
    calls the other side. With `accept` requests to become friends and
    invitations to rooms are accepted. Without `cards` a link goes as text; so it
    does from when the gateway has said that its puppet sends none. A file above `file_limit` bytes is not
    loaded. `now` is for events that bring no time of their own.
    """

    def __init__(
        self,
        name: str,
        factory: PuppetFactory,
        *,
        endpoint: str,
        accept: bool = True,
        cards: bool = True,
        file_limit: int = FILE_LIMIT,
        timing: Timing | None = None,
        now: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._name = name
        self._factory = factory
        self._endpoint = endpoint
        self._accept = accept
        self._cards = cards
        self._file_limit = file_limit
        self._timing = timing or Timing()
        self._now = now
        self._condition = Condition("wechaty", name, partial(diagnose, endpoint=endpoint))
        self._connection: Connection | None = None
        self._logged_in = asyncio.Event()
        self._watchdog = Watchdog(self._timing)
        self._directory = Directory()
        self._intake: Intake[Event] = Intake(self._read)
        # Confirmation follows acceptance, and some puppets tell only one of them.
        self._befriended: Cache[bool] = Cache()
        # Whoever wrote privately can be answered privately, whatever the puppet knows of friends.
        self._correspondents: Cache[bool] = Cache(seconds=7 * 86400)

    @property
    def name(self) -> str:
        """The channel's name in the database."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What a WeChat account can do."""
        return Capabilities(cards=self._cards)

    @property
    def health(self) -> Health:
        """Whether the account is connected and logged in; `since` is in UTC."""
        return self._condition.health

    async def run(self, deliver: Deliver) -> None:
        """Connect and stay connected until cancelled; every end of a connection is a failure, and tried again."""
        await supervise(self._intake.run(deliver), self._connect, self._timing, self._condition)

    # The connection

    async def _connect(self) -> None:
        try:
            await self._attend(Connection(self._factory(), self._take))
        finally:
            self._logged_in.clear()
            self._connection = None

    async def _attend(self, connection: Connection) -> None:
        """Run one connection under the watchdog; raises what ended it."""
        puppet: GatedPuppet = connection.puppet
        puppet.gate = self._intake.has_room
        self._connection = connection
        tasks = [asyncio.create_task(connection.start()), asyncio.create_task(self._watchdog.watch(puppet))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # Before anything is waited for: a second cancellation must not leave it open.
            await connection.stop()
            await asyncio.gather(*tasks, return_exceptions=True)
        raise done.pop().exception() or StreamEnded

    # Events

    def _take(self, connection: Connection, name: str, payload: Any) -> None:
        self._watchdog.feed()
        if name in QUESTIONS:
            self._intake.offer(Event(name, payload, self._now()))
        match name:
            case "login":
                self._login(connection, payload.contact_id)
            case "logout":
                connection.me = None
                self._logged_in.clear()
                self._condition.ill("the account is logged out: log it in at the gateway (scan its QR code)")
            case "scan" if connection.me is None:
                self._condition.ill("the gateway waits for a login: scan its QR code with the account's phone")
            case "error":
                self._condition.warn("the gateway reported an error; see its log")
            case "dirty":
                self._directory.changed(payload.get("payloadType"), str(payload.get("payloadId", "")))
            case "room-join" | "room-leave" | "room-topic":
                self._directory.room_changed(payload.room_id)

    def _login(self, connection: Connection, account: str) -> None:
        connection.me = account
        self._directory.clear()
        self._logged_in.set()
        self._condition.well(f"connected to {self._endpoint} and logged in")

    # Reading

    async def _read(self, event: Event) -> tuple[Incoming, ...]:
        """What an event is; nothing, where that cannot be found out. Never raises."""
        readers = {
            "message": self._message,
            "friendship": self._friendship,
            "room-invite": self._invitation,
            "room-join": self._joins,
        }
        try:
            return await readers[event.name](event)
        except Exception as failure:
            # Only the kind of failure: its text may hold what people wrote.
            self._condition.warn(f"lost a {event.name} event ({type(failure).__name__})")
            return ()

    async def _ask(self, question: Callable[[GatedPuppet], Awaitable[T]]) -> T:
        """Ask the gateway; where the connection breaks, its next one. Raises `TimeoutError` when patience ends."""
        async with asyncio.timeout(self._timing.patience):
            while True:
                await self._logged_in.wait()
                connection = self._connection
                try:
                    if connection:
                        return await question(connection.puppet)
                except BROKEN:
                    self._watchdog.suspect()
                await asyncio.sleep(self._timing.first_delay)

    async def _message(self, event: Event) -> tuple[Incoming, ...]:
        message_id: str = event.payload.message_id
        payload = await self._ask(lambda puppet: puppet.message_payload(message_id))
        me = self._me()
        sender = await self._person(payload.from_id or "")
        if (sender.service or sender.id == me) and conversion.says_too_fast(payload.text or ""):
            return (conversion.incoming_restriction(self._name, message_id, sender, event.at),)
        if sender.service or is_service(payload.to_id or ""):
            return ()
        group = await self._group(payload.room_id) if payload.room_id else None
        if group is None and sender.id != me and payload.type != MessageType.MESSAGE_TYPE_UNSPECIFIED:
            self._correspondents.put(sender.id, True)
        incoming = conversion.incoming_message(self._name, message_id, payload, sender, group, me=me, now=event.at)
        if incoming.kind in (Kind.IMAGE, Kind.FILE):
            incoming = replace(incoming, load=lambda: self._load(message_id, incoming.text))
        return (incoming,)

    async def _joins(self, event: Event) -> tuple[Incoming, ...]:
        group = await self._group(event.payload.room_id)
        people = [await self._person(contact) for contact in event.payload.invited_ids]
        return conversion.incoming_joins(self._name, event.payload, people, group, me=self._me(), now=event.at)

    async def _friendship(self, event: Event) -> tuple[Incoming, ...]:
        friendship_id: str = event.payload.friendship_id
        payload = await self._ask(lambda puppet: puppet.friendship_payload(friendship_id))
        kind = int(payload.type or 0)
        if kind == FriendshipType.FRIENDSHIP_TYPE_RECEIVE and self._accept:
            await self._ask(lambda puppet: puppet.friendship_accept(friendship_id))
        elif kind != FriendshipType.FRIENDSHIP_TYPE_CONFIRM:
            return ()
        if self._befriended.get(payload.contact_id):
            return ()
        self._befriended.put(payload.contact_id, True)
        self._correspondents.put(payload.contact_id, True)
        self._directory.person_changed(payload.contact_id)
        person = replace(await self._person(payload.contact_id), friend=True)
        return (conversion.incoming_friend(self._name, friendship_id, person, event.at),)

    async def _invitation(self, event: Event) -> tuple[Incoming, ...]:
        if self._accept:
            await self._ask(lambda puppet: puppet.room_invitation_accept(event.payload.room_invitation_id))
        return ()

    async def _person(self, contact_id: str) -> Person:
        """The contact; a nameless stranger where the gateway does not know it: its message counts all the same."""
        try:
            return await self._ask(lambda puppet: self._directory.person(puppet, contact_id))
        except (GRPCError, PuppetRefusal):
            return Person(contact_id, "", friend=False, service=is_service(contact_id))

    async def _group(self, room_id: str) -> Group:
        try:
            return await self._ask(lambda puppet: self._directory.group(puppet, room_id))
        except (GRPCError, PuppetRefusal):
            return Group(room_id, "")

    async def _load(self, message_id: str, name: str) -> File:
        try:
            box = await self._ask(lambda puppet: puppet.message_file(message_id))
        except FileTooLarge:
            raise FileUnavailable(f"the file is above {self._file_limit} bytes", too_large=True) from None
        except (GRPCError, PuppetRefusal, TimeoutError) as failure:
            raise FileUnavailable(f"the gateway did not give the file ({type(failure).__name__})") from None
        file = conversion.file_of(box, name)
        if len(file.data) > self._file_limit:
            raise FileUnavailable(f"the file is above {self._file_limit} bytes", too_large=True)
        return file

    def _me(self) -> str:
        return (self._connection and self._connection.me) or ""

    # Sending

    async def send(self, message: Outgoing) -> str | None:
        """Send to a room or a friend; returns the message's id where the puppet tells it (many do not).

        Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`.
        """
        connection = self._connection
        if connection is None or connection.me is None:
            raise ChannelUnavailable(self._condition.health.detail)
        puppet: GatedPuppet = connection.puppet
        target, text = await self._address(puppet, message)
        try:
            if message.file:
                sent = await puppet.message_send_file(target, conversion.box_of(message.file))
            elif message.card and self._cards:
                sent = await puppet.message_send_card(target, message.card)
            else:
                sent = await puppet.message_send_text(target, text, list(message.mentions))
        except NoCards:
            self._cards = False
            self._condition.warn("the puppet sends no cards; links go as text")
            return await self.send(replace(message, card=None))
        except Exception as failure:
            self._watchdog.suspect()
            raise _sending_failed(failure) from None
        return sent or None

    async def _address(self, puppet: GatedPuppet, message: Outgoing) -> tuple[str, str]:
        """The conversation's id, and the text with those mentioned in front; nothing is sent yet."""
        try:
            if message.room is not None:
                await self._directory.group(puppet, message.room)
                return message.room, await self._mention(puppet, message)
            if message.contact is not None:
                await self._check_friend(puppet, message.contact)
                return message.contact, message.text
        except (GRPCError, PuppetRefusal):
            raise Undeliverable("the gateway knows no such room or contact") from None
        except BROKEN:
            self._watchdog.suspect()
            raise ChannelUnavailable("the gateway does not answer") from None
        raise Undeliverable("neither a room nor a contact is named")

    async def _check_friend(self, puppet: GatedPuppet, contact_id: str) -> None:
        if self._correspondents.get(contact_id) or (await self._directory.person(puppet, contact_id)).friend:
            return
        if not (await self._directory.person_afresh(puppet, contact_id)).friend:
            raise Undeliverable("the contact is no friend of the bot's account")

    async def _mention(self, puppet: GatedPuppet, message: Outgoing) -> str:
        """WeChat shows a mention only where the text holds @name and U+2005 too."""
        names = [(await self._directory.person(puppet, contact)).name for contact in message.mentions]
        missing = [f"@{name}\u2005" for name in names if name and f"@{name}" not in message.text]
        return "".join(missing) + message.text


def _sending_failed(failure: Exception) -> Exception:
    match failure:
        case FileTooLarge():
            return Undeliverable("the file is larger than the gateway takes")
        case PuppetRefusal():
            return Undeliverable("the puppet refuses to write there")
        case GRPCError(status=status) if status in HOPELESS:
            return Undeliverable(f"the gateway answered {status.name}")
        case GRPCError(status=status) if status in NOT_SENT:
            return ChannelUnavailable(f"the gateway answered {status.name}")
        case ConnectionOver():
            return ChannelUnavailable("the connection to the gateway has ended")
        case _:
            return DeliveryUnknown(f"the call to the gateway broke off ({type(failure).__name__})")
