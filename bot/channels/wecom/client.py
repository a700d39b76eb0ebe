"""The WeCom channel: supervised sessions, and what is said over them."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from bot.channels.cache import Cache
from bot.channels.intake import Intake
from bot.channels.supervision import Condition, Pauses, supervise
from bot.channels.wecom import conversion, files
from bot.channels.wecom.session import (
    GROUP,
    SINGLE,
    Access,
    Frame,
    Limits,
    Refused,
    Session,
    SubscriptionRefused,
    TakenOver,
)
from bot.channels.wecom_markdown import as_written
from bot.messages import (
    Capabilities,
    ChannelUnavailable,
    Deliver,
    File,
    Health,
    Incoming,
    Kind,
    Outgoing,
    Undeliverable,
)

UPLOAD_LIMIT: Final = 10 * 1024 * 1024  # bytes, WeCom's own
PICTURES: Final = frozenset({"image/jpeg", "image/png"})
# WeCom takes an answer for longer, but what is late is read better as a message of its own.
ANSWER_SECONDS: Final = 240.0
WELCOME_SECONDS: Final = 4.0  # WeCom gives five


class WeComChannel:
    """A `bot.messages.Channel` for one smart bot. A file above `file_limit` bytes is not loaded."""

    def __init__(self, name: str, access: Access, *, file_limit: int, limits: Limits, pauses: Pauses) -> None:
        self._name = name
        self._access = access
        self._file_limit = file_limit
        self._limits = limits
        self._pauses = pauses
        self._condition = Condition("wecom", name, diagnose)
        self._session: Session | None = None
        self._intake: Intake[Frame] = Intake(self._read)
        # The last message of each person in each chat, while it can be answered; each is answered once.
        self._questions: Cache[Frame] = Cache(seconds=ANSWER_SECONDS)
        self._entrances: Cache[Frame] = Cache(seconds=WELCOME_SECONDS)

    @property
    def name(self) -> str:
        """The channel's name in the database."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What WeCom's smart bots can do. Everybody who has spoken to one can be written to."""
        return Capabilities(cards=True, friends=False)

    @property
    def health(self) -> Health:
        """Whether WeCom has accepted the bot; `since` is in UTC."""
        return self._condition.health

    async def run(self, deliver: Deliver) -> None:
        """Connect and stay connected until cancelled."""
        await supervise(self._intake.run(deliver), self._attend, self._pauses, self._condition)

    async def _attend(self) -> None:
        session = Session(self._access, self._limits, self._take)
        try:
            await session.open()
            self._session = session
            self._condition.well("connected to WeCom and subscribed")
            await session.hold()
        finally:
            self._session = None
            await session.close()

    # Reading

    def _take(self, frame: Frame) -> None:
        """WeCom's client cannot be held back; what is beyond the limit is lost, as it would be while away."""
        if self._intake.full:
            self._condition.warn("lost a message: too many wait")
        else:
            self._intake.offer(frame)

    async def _read(self, frame: Frame) -> tuple[Incoming, ...]:
        """What a frame is for the bot; nothing, where it cannot be read. Never raises."""
        try:
            found = conversion.incoming(self._name, frame["body"], self._loader, datetime.now(UTC))
        except Exception as failure:
            # Only the kind of failure: its text may hold what people wrote.
            self._condition.warn(f"lost a message ({type(failure).__name__})")
            return ()
        for one in found:
            if one.kind is Kind.FRIEND:
                self._entrances.put(one.sender, frame)
            else:
                self._questions.put(_key(one.room, one.sender), frame)
        return found

    def _loader(self, media: Frame, name: str) -> Callable[[], Awaitable[File]]:
        return lambda: files.load(media, name, self._file_limit, system=self._access.url)

    # Sending

    async def send(self, message: Outgoing) -> str | None:
        """Send to a group or a person; WeCom tells no ids. Answers go beside what they answer, the rest by itself.

        Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`.
        """
        session = self._session
        if session is None:
            raise ChannelUnavailable(self.health.detail)
        chat, chat_type = (message.room, GROUP) if message.room else (message.contact, SINGLE)
        if chat is None:
            raise Undeliverable("neither a room nor a contact is named")
        if message.file is not None:
            await session.push(chat, chat_type, await self._uploaded(session, message.file))
        elif message.card is not None:
            await session.push(chat, chat_type, conversion.card(message.card))
        elif message.notice or not await self._answered(session, message):
            await session.push(chat, chat_type, conversion.pushed(message.text))
        return None

    async def _answered(self, session: Session, message: Outgoing) -> bool:
        """Whether `message` could be said as the answer to the last that its reader wrote there."""
        reader = message.contact or next(iter(message.mentions), "")
        entrance = self._entrances.pop(reader) if message.room is None else None
        question = self._questions.pop(_key(message.room, reader))
        try:
            if question is not None:
                await session.answer(question, as_written(message.text))
            elif entrance is not None:
                await session.greet(entrance, message.text)
        except Refused:
            return False  # it has become too late for an answer
        return (question or entrance) is not None

    async def _uploaded(self, session: Session, file: File) -> Frame:
        if len(file.data) > UPLOAD_LIMIT:
            raise Undeliverable("the file is larger than WeCom takes")
        kind = "image" if file.media_type in PICTURES else "file"
        return {"msgtype": kind, kind: {"media_id": await session.upload(file, kind)}}


def _key(room: str | None, sender: str) -> str:
    return f"{room or ''}\n{sender}"


def diagnose(failure: Exception) -> str:
    """One line for the operator: what happened, and what to do. Never WeCom's own words, which could repeat secrets."""
    match failure:
        case SubscriptionRefused():
            return "WeCom refuses the bot: correct wecom.bot_id and HONGYAN_WECOM_SECRET, and choose 长连接 for its API"
        case TakenOver():
            return "another process uses the same WeCom bot: stop that one, or this one"
        case ssl.SSLError():
            return "WeCom's certificate is not trusted: set wecom.ca_file to that of its authority"
        case TimeoutError():
            return "WeCom does not answer: check the network"
        case OSError():
            return f"WeCom cannot be reached ({type(failure).__name__}): check the network and wecom.url"
        case _:
            return f"the connection to WeCom ended ({type(failure).__name__})"
