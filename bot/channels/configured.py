"""The channels that the settings switch on; each is imported only where it is used: Wechaty alone takes two seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bot.pace import DAY_SHARE_OF_NOTICES
from bot.service import Way
from bot.settings import OutboxSettings, Settings
from models import Phone

# WeCom lets a bot send 30 messages a minute to a chat, and limits neither its chats together nor its days.
WECOM_PACE = {"conversation_seconds": 2.0, "account_seconds": 0.0, "per_minute": 1000, "per_day": 1_000_000}
# A group's robot sends 20 messages a minute; each group has its own.
WEBHOOK_PACE = {**WECOM_PACE, "conversation_seconds": 3.1}
SMS_PACE = {"conversation_seconds": 0.0, "account_seconds": 0.0, "per_minute": 60}


NAMES = {
    "wechaty": "网关",
    "wecom": "企业微信",
    "wecom_webhook": "企业微信群机器人",
    "onebot": "QQ",
    "sms": "短信",
}


def configured(settings: Settings) -> list[Way]:
    """Every channel but the sandbox's, ready to be run. Raises `ChannelMisconfigured`."""
    return [build() for build in builders(settings).values()]


def builders(settings: Settings) -> dict[str, Callable[[], Way]]:
    """What makes each channel that is switched on, by its kind, a key of `NAMES`; it raises `ChannelMisconfigured`."""
    switched_on = {
        "wechaty": settings.channel.puppet == "service",
        "wecom": settings.wecom.enabled,
        "wecom_webhook": settings.wecom_webhook.enabled,
        "onebot": settings.onebot.enabled,
        "sms": settings.sms.enabled,
    }
    makers = {"wechaty": _wechaty, "wecom": _wecom, "wecom_webhook": _wecom_webhook, "onebot": _onebot, "sms": _sms}
    return {kind: partial(makers[kind], settings) for kind, on in switched_on.items() if on}


def accounts(settings: Settings) -> Iterator[str]:
    """What only one process may use: the channels' names, and the accounts behind them."""
    if settings.channel.puppet != "none":
        yield f"channel {settings.channel.name}"
        yield f"token {settings.service_token.get_secret_value()}"
    for section in settings.further:
        yield f"channel {section.name}"
    if settings.wecom.enabled:
        yield f"wecom {settings.wecom.bot_id}"
    if settings.onebot.enabled:
        yield f"onebot {settings.onebot.url}"


def _wechaty(settings: Settings) -> Way:
    from bot.channels.wechaty import service_channel

    channel = service_channel(
        settings.channel.name,
        settings.service_token.get_secret_value(),
        settings.service_endpoint,
        accept=settings.channel.accept_friends,
        cards=settings.channel.cards,
        file_limit=settings.files.max_bytes,
    )
    return Way(channel)


def _wecom(settings: Settings) -> Way:
    from bot.channels.wecom import wecom_channel

    wecom = settings.wecom
    channel = wecom_channel(
        wecom.name,
        wecom.bot_id,
        settings.wecom_secret.get_secret_value(),
        url=wecom.url,
        ca_file=wecom.ca_file,
        file_limit=settings.files.max_bytes,
    )
    return Way(channel, pace=_pace(settings, WECOM_PACE))


def _wecom_webhook(settings: Settings) -> Way:
    from bot.channels.wecom_webhook import wecom_webhook

    keys = {branch: key.get_secret_value() for branch, key in settings.webhook_keys.items()}
    channel = wecom_webhook(settings.wecom_webhook.name, keys, settings.wecom_webhook.url)
    return Way(channel, misses=False, pace=_pace(settings, WEBHOOK_PACE))


def _onebot(settings: Settings) -> Way:
    from bot.channels.onebot import onebot_channel

    channel = onebot_channel(
        settings.onebot.name,
        settings.onebot.url,
        settings.onebot_token.get_secret_value(),
        accept=settings.onebot.accept_friends,
        file_limit=settings.files.max_bytes,
    )
    return Way(channel)


def _sms(settings: Settings) -> Way:
    from bot.channels.sms import SmsCall, sms_channel

    sms = settings.sms
    call = SmsCall(
        sms.url,
        sms.method,
        sms.headers,
        sms.body,
        sms.success_field,
        sms.success_value,
        settings.sms_secret.get_secret_value(),
    )
    channel = sms_channel(sms.name, call, lambda member: Phone.number_of(int(member)))
    # An SMS is always a notice, and those may use only a share of the day's cap.
    day = round(sms.per_day / DAY_SHARE_OF_NOTICES)
    return Way(channel, misses=False, pace=_pace(settings, {**SMS_PACE, "per_day": day}))


def _pace(settings: Settings, pace: dict[str, Any]) -> OutboxSettings:
    return settings.outbox.model_copy(update=pace)
