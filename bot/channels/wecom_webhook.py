"""企业微信 groups through the webhook of a group's own robot: it only sends, twenty messages a minute and group."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from bot.channels.sending_only import SendingOnly
from bot.channels.web_call import call
from bot.channels.wecom_markdown import Body, as_list, markdown
from bot.messages import (
    Capabilities,
    ChannelMisconfigured,
    ChannelUnavailable,
    DeliveryUnknown,
    File,
    Outgoing,
    Undeliverable,
)

URL: Final = "https://qyapi.weixin.qq.com/cgi-bin/webhook"
# Nothing went out, and the same call may do better later: WeCom is busy, or this robot was too quick.
BUSY: Final = frozenset({-1, 45009, 45033, 130101})
PICTURES: Final = frozenset({"image/jpeg", "image/png"})
PICTURE_LIMIT, FILE_LIMIT = 2 * 1024 * 1024, 20 * 1024 * 1024  # bytes, WeCom's own
TITLE, DESCRIPTION = 128, 512  # bytes that a card may have


class WeComWebhook(SendingOnly):
    """A `bot.messages.Channel`; its rooms are the names in `keys`, whose values are the robots' secret keys."""

    def __init__(self, name: str, keys: Mapping[str, str], url: str = URL) -> None:
        super().__init__(name)
        self._keys = keys
        self._url = url

    @property
    def capabilities(self) -> Capabilities:
        """Groups, and nobody privately."""
        return Capabilities(private=False, mentions=False, cards=True, friends=False)

    async def send(self, message: Outgoing) -> str | None:
        """Send to a group; WeCom tells no ids. Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`."""
        key = self._keys.get(message.room or "")
        if key is None:
            raise Undeliverable("no webhook is configured for this room")
        if message.file is not None:
            body = await self._file(key, message.file)
        elif message.card is not None:
            body = _card(message)
        else:
            body = _text(message.text)
        await self._post("send", key, json=body)
        return None

    async def _file(self, key: str, file: File) -> Body:
        if file.media_type in PICTURES and len(file.data) <= PICTURE_LIMIT:
            digest = hashlib.md5(file.data, usedforsecurity=False).hexdigest()
            return {"msgtype": "image", "image": {"base64": base64.b64encode(file.data).decode(), "md5": digest}}
        if len(file.data) > FILE_LIMIT:
            raise Undeliverable("the file is larger than WeCom takes")
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", file.data, filename=file.name, content_type=file.media_type)
        try:
            uploaded = await self._post("upload_media", key, data=form, type="file")
        except DeliveryUnknown as failure:
            raise ChannelUnavailable("the file was not taken") from failure  # nobody has seen anything yet
        return {"msgtype": "file", "file": {"media_id": uploaded["media_id"]}}

    async def _post(self, path: str, key: str, *, type: str = "", **content: Any) -> Body:
        kind = {"type": type} if type else {}
        answer = await call("POST", f"{self._url}/{path}", params={"key": key, **kind}, **content)
        try:
            body: Body = json.loads(answer)
            code = int(body["errcode"])
        except (ValueError, KeyError, TypeError):
            raise DeliveryUnknown("this was no answer of WeCom's") from None
        if code in BUSY:
            raise ChannelUnavailable(f"WeCom answered {code}")
        if code:
            raise Undeliverable(f"WeCom answered {code}")
        return body


def wecom_webhook(name: str, keys: Mapping[str, str], url: str = URL) -> WeComWebhook:
    """A channel to the groups in `keys` (a room's name → the key of its robot). Raises `ChannelMisconfigured`."""
    if not keys:
        raise ChannelMisconfigured("企业微信群机器人：没有群，请在 wecom_webhook.rooms 里写上支部和放密钥的环境变量")
    if missing := [room for room, key in keys.items() if not key]:
        raise ChannelMisconfigured(
            f"企业微信群机器人：{'、'.join(missing)}没有密钥，请设置 wecom_webhook.rooms 里写的环境变量"
            "（Webhook 地址里 key= 后面的那一段）"
        )
    return WeComWebhook(name, keys, url)


def _text(text: str) -> Body:
    """A list or a summary as Markdown; what is a sentence or two as it is, which every client shows and can copy."""
    listed = as_list(text)
    return {"msgtype": "text", "text": {"content": text}} if listed is None else markdown(listed)


def _card(message: Outgoing) -> Body:
    assert message.card is not None
    shown = message.card
    article = {
        "title": _cut(shown.title, TITLE),
        "description": _cut(shown.description, DESCRIPTION),
        "url": shown.url,
        "picurl": shown.thumbnail_url,
    }
    return {"msgtype": "news", "news": {"articles": [{key: value for key, value in article.items() if value}]}}


def _cut(text: str, size: int) -> str:
    """At most `size` bytes, never half a character."""
    return text.encode()[:size].decode(errors="ignore")
