"""企业微信's smart bot (智能机器人) by WeCom's own client: the only folder that imports it.

Groups in which the bot is mentioned, and private chats; answers, pushes, cards
and files. The bot opens the connection, so that it needs no public address.
"""

from __future__ import annotations

from pathlib import Path

from bot.channels.supervision import Pauses
from bot.channels.wecom.client import WeComChannel
from bot.channels.wecom.session import Access, Limits
from bot.messages import ChannelMisconfigured

__all__ = ["Limits", "WeComChannel", "wecom_channel"]


def wecom_channel(
    name: str,
    bot_id: str,
    secret: str,
    *,
    url: str = "",
    ca_file: Path | None = None,
    file_limit: int,
    limits: Limits | None = None,
    pauses: Pauses | None = None,
) -> WeComChannel:
    """A channel for the smart bot `bot_id`; `url` and `ca_file` are those of a 企业微信 of one's own, "" for WeCom's.

    Raises `ChannelMisconfigured`.
    """
    if not bot_id:
        raise ChannelMisconfigured("企业微信：没有机器人 ID，请填写 wecom.bot_id（企业微信后台“智能机器人”里有）")
    if not secret:
        raise ChannelMisconfigured("企业微信：没有密钥，请设置环境变量 HONGYAN_WECOM_SECRET（机器人的 Secret）")
    access = Access(bot_id, secret, url, ca_file)
    return WeComChannel(name, access, file_limit=file_limit, limits=limits or Limits(), pauses=pauses or Pauses())
