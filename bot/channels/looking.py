"""What `run_bot.py check` says of the channels. No client connects: a second one would throw out the bot that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

from bot.channels.configured import NAMES, builders
from bot.checking import Result
from bot.messages import ChannelMisconfigured
from bot.service import Way
from bot.settings import Settings

SECONDS = 5.0
WECOM = "wss://openws.work.weixin.qq.com"
PORTS = {"ws": 80, "http": 80, "wss": 443, "https": 443}

ELSEWHERE = "channels_of：{names} 不是这个进程的通道；写错了请改正，是另一个进程的就不用管"


async def look(settings: Settings) -> AsyncIterator[Result]:
    """One line a channel: whether it is configured, and whether something listens where it will connect to."""
    if settings.channel.puppet == "sandbox":
        yield Result(True, "通道：沙盒，不需要网关")
    endpoint = settings.service_endpoint.strip()
    places = {
        "wechaty": endpoint if "://" in endpoint else f"tcp://{endpoint}",
        "wecom": settings.wecom.url or WECOM,
        "wecom_webhook": settings.wecom_webhook.url,
        "onebot": settings.onebot.url,
        "sms": settings.sms.url,
    }
    for kind, build in builders(settings).items():
        yield await _look_at(NAMES[kind], build, places[kind])
    here = {settings.channel.name, *(section.name for section in settings.further)}
    elsewhere = dict.fromkeys(name for names in settings.channels_of.values() for name in names if name not in here)
    if elsewhere:
        yield Result(True, ELSEWHERE.format(names="、".join(elsewhere)))


async def _look_at(name: str, build: Callable[[], Way], address: str) -> Result:
    try:
        build()
    except ChannelMisconfigured as fault:
        return Result(False, str(fault))
    place = urlsplit(address)
    host, port = place.hostname, place.port or PORTS[place.scheme]
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return Result(False, f"{name}：{host}:{port} 连不上（{type(error).__name__}），请确认已经启动、地址和端口正确")
    writer.close()
    return Result(True, f"{name}：{host}:{port} 可以连接")
