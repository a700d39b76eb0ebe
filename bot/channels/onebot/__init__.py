"""QQ groups through an implementation of OneBot v11 (NapCat, LLOneBot, Lagrange …), which the bot connects to.

The client is our own: the libraries that are kept up are frameworks of their
own (nonebot2) or wait for the implementation to call them behind a web server
(aiocqhttp); a connection that the bot opens, and its calls, are all that is needed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.channels.onebot.client import OneBotChannel
from bot.channels.onebot.connection import Access, Limits
from bot.channels.supervision import Pauses
from bot.messages import ChannelMisconfigured

__all__ = ["Limits", "OneBotChannel", "onebot_channel"]


def onebot_channel(
    name: str,
    url: str,
    token: str,
    *,
    accept: bool = True,
    file_limit: int,
    limits: Limits | None = None,
    pauses: Pauses | None = None,
) -> OneBotChannel:
    """A channel to the implementation at `url` (its forward WebSocket); `accept` requests of friends and invitations.

    Raises `ChannelMisconfigured`.
    """
    if urlsplit(url).scheme not in ("ws", "wss"):
        raise ChannelMisconfigured(
            "QQ：没有地址，请把 onebot.url 写成 OneBot 的正向 WebSocket 地址，例如 ws://127.0.0.1:3001"
        )
    if not token:
        raise ChannelMisconfigured("QQ：没有令牌，请在 OneBot 里设置 access token，并写进环境变量 HONGYAN_ONEBOT_TOKEN")
    access = Access(url, token)
    return OneBotChannel(
        name, access, accept=accept, file_limit=file_limit, limits=limits or Limits(), pauses=pauses or Pauses()
    )
