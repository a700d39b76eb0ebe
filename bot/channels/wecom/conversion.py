"""What WeCom says, as `Incoming`; what the bot says, as WeCom shows it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from bot.channels.wecom_markdown import as_written, markdown
from bot.messages import Card, File, Incoming, Kind

Body = dict[str, Any]
Load = Callable[[Body, str], Callable[[], Awaitable[File]]]

ENTERED: Final = "enter_chat"
PICTURE_NAME: Final = "图片.jpg"
FILE_NAME: Final = "文件"
# In a group only what mentions the bot arrives, and mostly begins with that.
MENTION: Final = re.compile(r"\A\s*@\S+\s+")
TITLE, DESCRIPTION, LINK = 26, 112, "点开看全文"  # characters that a card shows


def incoming(channel: str, body: Body, load: Load, now: datetime) -> tuple[Incoming, ...]:
    """What a message or an event is for the bot; of text with pictures, each by itself."""
    if body["msgtype"] == "event" and body["event"].get("eventtype") != ENTERED:
        return ()
    sender, room = str(body["from"]["userid"]), str(body.get("chatid") or "") or None
    at = _moment(body.get("create_time"), now)
    if body["msgtype"] == "event":
        # Once for ever, not once a day: whoever knows the bot need not be greeted again.
        return (Incoming(channel, f"friend:{sender}", Kind.FRIEND, sender, "", at),)
    items = body["mixed"]["msg_item"] if body["msgtype"] == "mixed" else [body]
    found = []
    for position, item in enumerate(items):
        kind, text, media = _content(item)
        found.append(
            Incoming(
                channel,
                id=f"{body['msgid']}:{position}" if position else str(body["msgid"]),
                kind=kind,
                sender=sender,
                sender_name="",
                sent_at=at,
                room=room,
                text=MENTION.sub("", text, count=1) if room else text,
                addressed=room is not None,
                load=load(*media) if media else None,
            )
        )
    return tuple(found)


def _content(item: Body) -> tuple[Kind, str, tuple[Body, str] | None]:
    match item["msgtype"]:
        case "text":
            return Kind.TEXT, str(item["text"]["content"]), None
        case "voice":  # WeCom has written down what was said
            return Kind.TEXT, str(item["voice"]["content"]), None
        case "image":
            return Kind.IMAGE, "", (item["image"], PICTURE_NAME)
        case "file":
            return Kind.FILE, "", (item["file"], FILE_NAME)
        case _:
            return Kind.OTHER, "", None


def _moment(seconds: object, now: datetime) -> datetime:
    """When it was sent, as WeCom says; when it arrived, where that is missing or nonsense."""
    if isinstance(seconds, int | float) and 0 < seconds <= now.timestamp() + 60:
        return datetime.fromtimestamp(seconds, UTC)
    return now


def pushed(text: str) -> Body:
    """A text to be pushed: WeCom pushes Markdown only."""
    return markdown(as_written(text))


def card(shown: Card) -> Body:
    """A link with its title, description and picture."""
    kind = "news_notice" if shown.thumbnail_url else "text_notice"
    body: Body = {
        "card_type": kind,
        "main_title": {"title": shown.title[:TITLE]},
        "jump_list": [{"type": 1, "title": LINK, "url": shown.url}],
        "card_action": {"type": 1, "url": shown.url},
    }
    if shown.thumbnail_url:
        body["card_image"] = {"url": shown.thumbnail_url}
        body["vertical_content_list"] = [{"title": shown.title[:TITLE], "desc": shown.description[:DESCRIPTION]}]
    else:
        body["sub_title_text"] = shown.description[:DESCRIPTION]
    return {"msgtype": "template_card", "template_card": body}
