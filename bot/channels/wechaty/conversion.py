"""From Wechaty's payloads to `Incoming`: kinds, times, recalled ids, files."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from datetime import UTC, datetime
from typing import Final

from wechaty_puppet import EventRoomJoinPayload, FileBox, MessagePayload, MessageType

from bot.channels.wechaty.directory import Group, Person
from bot.messages import File, Incoming, Kind

KINDS: Final = {
    MessageType.MESSAGE_TYPE_TEXT: Kind.TEXT,
    MessageType.MESSAGE_TYPE_IMAGE: Kind.IMAGE,
    MessageType.MESSAGE_TYPE_ATTACHMENT: Kind.FILE,
    MessageType.MESSAGE_TYPE_RECALLED: Kind.RECALL,
}

# Some puppets pass WeChat's own notice on: <sysmsg type="revokemsg">…<newmsgid>123</newmsgid>…
REVOKED: Final = re.compile(r"<newmsgid>\s*([^<\s]+)\s*</newmsgid>")

TOO_FAST: Final = re.compile("(操作|发送|添加)(过于|太)频繁")

# In seconds this is the year 5138, in milliseconds 1973.
SECONDS_END: Final = 100_000_000_000


def aware(timestamp: float, otherwise: datetime) -> datetime:
    """The time of a payload, in UTC. Puppets give milliseconds, some of them seconds, some 0 (then `otherwise`)."""
    if timestamp <= 0:
        return otherwise
    seconds = timestamp / 1000 if timestamp > SECONDS_END else timestamp
    return datetime.fromtimestamp(seconds, tz=UTC)


def incoming_message(
    channel: str,
    message_id: str,
    payload: MessagePayload,
    sender: Person,
    group: Group | None,
    *,
    me: str,
    now: datetime,
) -> Incoming:
    """A message as an `Incoming`, its file still to be attached. `me` is the bot's own id."""
    kind = KINDS.get(payload.type, Kind.OTHER)
    text = payload.text or ""
    own = sender.id == me
    return Incoming(
        channel=channel,
        id=message_id,
        kind=kind,
        sender=sender.id,
        sender_name=sender.name,
        sent_at=aware(payload.timestamp or 0, now),
        room=group.id if group else None,
        room_topic=group.topic if group else "",
        text=(payload.filename or "") if kind in (Kind.IMAGE, Kind.FILE) else "" if kind is Kind.RECALL else text,
        addressed=me in (payload.mention_ids or []),
        # Only friends can write privately, whatever the puppet knows of them.
        friend=sender.friend or group is None,
        own=own,
        to=(payload.to_id or None) if own and group is None else None,
        recalled=recalled_id(text) if kind is Kind.RECALL else None,
    )


def says_too_fast(text: str) -> bool:
    """Whether WeChat tells the account that it sends too fast; to be believed of WeChat and of the account itself."""
    return bool(TOO_FAST.search(text))


def incoming_restriction(channel: str, message_id: str, sender: Person, now: datetime) -> Incoming:
    """WeChat's notice as an `Incoming`."""
    return Incoming(channel, message_id, Kind.RESTRICTED, sender.id, sender.name, now)


def recalled_id(text: str) -> str:
    """The id of the message that a recall takes back."""
    revoked = REVOKED.search(html.unescape(text))
    return revoked.group(1) if revoked else text.strip()


def incoming_joins(
    channel: str, event: EventRoomJoinPayload, people: list[Person], group: Group, *, me: str, now: datetime
) -> tuple[Incoming, ...]:
    """One `Incoming` for each of those who entered."""
    at = aware(float(event.timestamp or 0), now)
    return tuple(
        Incoming(
            channel=channel,
            id=f"join:{group.id}:{person.id}:{int(at.timestamp() * 1000)}",
            kind=Kind.JOIN,
            sender=person.id,
            sender_name=person.name,
            sent_at=at,
            room=group.id,
            room_topic=group.topic,
            friend=person.friend,
            own=person.id == me,
        )
        for person in people
    )


def incoming_friend(channel: str, friendship_id: str, person: Person, now: datetime) -> Incoming:
    """Somebody became a friend of the bot's account."""
    return Incoming(
        channel=channel,
        id=f"friend:{person.id}:{friendship_id}",
        kind=Kind.FRIEND,
        sender=person.id,
        sender_name=person.name,
        sent_at=now,
    )


def file_of(box: FileBox, name: str) -> File:
    """The file in a buffer; its type follows from its name, as WeChat tells none."""
    name = box.name or name
    return File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", bytes(box.buffer))


def box_of(file: File) -> FileBox:
    """A file as what puppets send."""
    box = FileBox.from_base64(base64.b64encode(file.data), file.name)
    box.mediaType = file.media_type
    return box
