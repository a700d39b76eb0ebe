"""OneBot's events as `Incoming`, and what the bot says as OneBot's message segments."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Any, Final

from bot.messages import File, Incoming, Kind

Body = dict[str, Any]
Segment = dict[str, Any]
Load = Callable[[Segment, Kind], Callable[[], Awaitable[File]]]

GROUP: Final = "group:"  # numbers of groups and of people are not of one kind
CODE: Final = re.compile(r"\[CQ:(?P<type>[^,\]]+)(?P<data>(?:,[^,\]]*)*)\]")
ESCAPED: Final = (("&#91;", "["), ("&#93;", "]"), ("&#44;", ","), ("&amp;", "&"))
MEDIA: Final = {"image": Kind.IMAGE, "file": Kind.FILE}


def room_of(group: object) -> str:
    """A group's number as a room's id."""
    return f"{GROUP}{group}"


def group_of(room: str) -> int:
    """The number of a group; raises ValueError where `room` is none."""
    return int(room.removeprefix(GROUP))


def incoming_message(channel: str, event: Body, friends: Collection[str], load: Load) -> tuple[Incoming, ...]:
    """A message, an own one too; of text with pictures or files, each by itself."""
    me, sender = str(event["self_id"]), str(event["user_id"])
    own = sender == me
    grouped = event["message_type"] == "group"
    room = room_of(event["group_id"]) if grouped else None
    segments = _segments(event["message"])
    person = event.get("sender") or {}
    text = _text(segments, me)
    contents: list[tuple[Kind, Segment | None]] = [(Kind.TEXT, None)] if text else []
    contents += [(MEDIA[one["type"]], one) for one in segments if one["type"] in MEDIA]
    return tuple(
        Incoming(
            channel,
            id=message_id(event) + (f":{position}" if position else ""),
            kind=kind,
            sender=sender,
            sender_name=str(person.get("card") or person.get("nickname") or ""),
            sent_at=moment(event),
            room=room,
            text=text if kind is Kind.TEXT else "",
            addressed=grouped and any(one["type"] == "at" and str(one["data"].get("qq")) == me for one in segments),
            friend=sender in friends,
            own=own,
            to=str(event.get("target_id") or "") or None if own and not grouped else None,
            load=load(segment, kind) if segment else None,
        )
        for position, (kind, segment) in enumerate(contents or [(Kind.OTHER, None)])
    )


def incoming_recall(channel: str, event: Body, friends: Collection[str]) -> Incoming:
    """Somebody took a message back."""
    grouped = "group_id" in event
    return Incoming(
        channel,
        id=f"recall:{message_id(event)}",
        kind=Kind.RECALL,
        sender=str(event.get("operator_id") or event["user_id"]),
        sender_name="",
        sent_at=moment(event),
        room=room_of(event["group_id"]) if grouped else None,
        friend=str(event["user_id"]) in friends,
        recalled=message_id(event),
    )


def incoming_join(channel: str, event: Body, friends: Collection[str]) -> Incoming:
    """Somebody entered a group, perhaps the bot itself."""
    sender = str(event["user_id"])
    return Incoming(
        channel,
        id=f"join:{event['group_id']}:{sender}:{event['time']}",
        kind=Kind.JOIN,
        sender=sender,
        sender_name="",
        sent_at=moment(event),
        room=room_of(event["group_id"]),
        friend=sender in friends,
        own=sender == str(event["self_id"]),
    )


def incoming_friend(channel: str, event: Body) -> Incoming:
    """Somebody became a friend of the account."""
    sender = str(event["user_id"])
    return Incoming(channel, f"friend:{sender}:{event['time']}", Kind.FRIEND, sender, "", moment(event))


def incoming_file(channel: str, event: Body, friends: Collection[str], load: Load) -> Incoming:
    """A file, where the implementation tells of it in a notice and not in a message."""
    sender = str(event["user_id"])
    segment = {"type": "file", "data": event["file"]}
    return Incoming(
        channel,
        id=f"file:{sender}:{event['time']}:{event['file'].get('name', '')}"[:128],
        kind=Kind.FILE,
        sender=sender,
        sender_name="",
        sent_at=moment(event),
        friend=sender in friends,
        load=load(segment, Kind.FILE),
    )


def message_id(event: Body) -> str:
    """OneBot's own ids are numbers of 32 bits, unique within a chat at best."""
    return f"{event.get('group_id') or event['user_id']}:{event['message_id']}"


def moment(event: Body) -> datetime:
    """When it happened."""
    return datetime.fromtimestamp(float(event["time"]), UTC)


def _text(segments: list[Segment], me: str) -> str:
    parts = []
    for one in segments:
        data = one["data"]
        if one["type"] == "text":
            parts.append(str(data.get("text", "")))
        elif one["type"] == "at" and str(data.get("qq")) != me:
            parts.append(f"@{data.get('name') or data.get('qq')} ")
    return "".join(parts).strip()


def _segments(message: str | list[Segment]) -> list[Segment]:
    """A message as segments, also where the implementation was set to write it with codes (``[CQ:at,qq=1]``)."""
    if not isinstance(message, str):
        return message
    segments, at = [], 0
    for code in CODE.finditer(message):
        segments.append(_plain(message[at : code.start()]))
        pairs = (pair.partition("=") for pair in code["data"].split(",") if pair)
        data = {key: _unescaped(value) for key, _, value in pairs}
        segments.append({"type": code["type"], "data": data})
        at = code.end()
    return [*segments, _plain(message[at:])]


def _plain(text: str) -> Segment:
    return {"type": "text", "data": {"text": _unescaped(text)}}


def _unescaped(text: str) -> str:
    for code, char in ESCAPED:
        text = text.replace(code, char)
    return text


def outgoing_text(text: str, mentions: Collection[str]) -> list[Segment]:
    """A text with those mentioned in front of it."""
    ats = [{"type": "at", "data": {"qq": contact}} for contact in mentions]
    return [*ats, {"type": "text", "data": {"text": f" {text}" if ats else text}}]


def outgoing_picture(file: File) -> list[Segment]:
    """A picture that is seen in the chat."""
    return [{"type": "image", "data": {"file": inline(file)}}]


def inline(file: File) -> str:
    """A file's content as OneBot takes it where the two share no disk."""
    return f"base64://{base64.b64encode(file.data).decode()}"
