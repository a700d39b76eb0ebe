"""SMS through whatever service the school has, by a configurable call over HTTP: it only sends, and to members alone.

The outbox and the log know a member's number in the records, never a phone number: that is looked up when it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, quote_plus

from bot.channels.sending_only import SendingOnly
from bot.channels.web_call import call
from bot.messages import (
    Capabilities,
    ChannelMisconfigured,
    DeliveryUnknown,
    Outgoing,
    Undeliverable,
)

JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"

_PLACE: Final = re.compile(r"\{(phone|text|secret)\}")

PhoneOf = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class SmsCall:
    """The call that sends one message.

    ``{phone}``, ``{text}`` and ``{secret}`` in `url`, `headers` and `body` are
    filled in, each as its place needs it. It went well where the answer is
    HTTP 2xx and, with a `success_field` (``data.code``, a path into the
    answer's JSON), that field is `success_value`.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    success_field: str = ""
    success_value: str = ""
    secret: str = ""


class SmsChannel(SendingOnly):
    """A `bot.messages.Channel`; a contact is what `phone_of` knows the phone number of."""

    def __init__(self, name: str, sms: SmsCall, phone_of: PhoneOf) -> None:
        super().__init__(name)
        self._sms = sms
        self._phone_of = phone_of

    @property
    def capabilities(self) -> Capabilities:
        """Texts to single people."""
        return Capabilities(groups=False, mentions=False, files=False, friends=False)

    async def send(self, message: Outgoing) -> str | None:
        """Send a text to a member's phone. Raises `ChannelUnavailable`, `Undeliverable` or `DeliveryUnknown`."""
        if message.room is not None or message.file is not None or message.contact is None:
            raise Undeliverable("only texts to single people can be sent")
        phone = await self._phone_of(message.contact)
        if phone is None:
            raise Undeliverable("no phone number is known")
        sms = self._sms
        values = {"phone": phone, "text": message.text, "secret": sms.secret}
        headers = {name: _filled(value, values, str) for name, value in sms.headers.items()}
        body = _filled(sms.body, values, _escape_for(sms.headers)).encode() if sms.body else None
        url = _filled(sms.url, values, lambda value: quote(value, safe=""))
        self._judge(await call(sms.method, url, headers=headers, data=body))
        return None

    def _judge(self, answer: str) -> None:
        if not self._sms.success_field:
            return
        try:
            found: Any = json.loads(answer)
            for part in self._sms.success_field.split("."):
                found = found[part]
        except (ValueError, KeyError, TypeError):
            raise DeliveryUnknown("the answer has no such field") from None
        told = json.dumps(found) if isinstance(found, bool) else str(found)
        if told != self._sms.success_value:
            raise Undeliverable("the service did not take it")


def sms_channel(name: str, sms: SmsCall, phone_of: PhoneOf) -> SmsChannel:
    """A channel that sends by `sms`. Raises `ChannelMisconfigured`."""
    if not sms.url.startswith(("http://", "https://")):
        raise ChannelMisconfigured("短信：没有地址，请把 sms.url 写成短信服务的网址")
    written = [sms.url, sms.body, *sms.headers.values()]
    for place in ("{phone}", "{text}"):
        if not any(place in part for part in written):
            raise ChannelMisconfigured(f"短信：sms.url 和 sms.body 里都没有 {place}")
    if not sms.secret and any("{secret}" in part for part in written):
        raise ChannelMisconfigured("短信：没有密钥，请设置环境变量 HONGYAN_SMS_SECRET")
    return SmsChannel(name, sms, phone_of)


def _escape_for(headers: Mapping[str, str]) -> Callable[[str], str]:
    """How a value stands in a body of this type."""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if kind.startswith(JSON_TYPE):
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    return quote_plus if kind.startswith(FORM_TYPE) else str


def _filled(template: str, values: Mapping[str, str], escaped: Callable[[str], str]) -> str:
    """Not `str.format`: a JSON body is full of braces. In one pass: a text that says {secret} must not be told it."""
    return _PLACE.sub(lambda place: escaped(values[place[1]]), template)
