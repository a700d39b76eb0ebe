"""WeChat through Wechaty: the only folder that imports it.

`service_channel` speaks to a Wechaty gateway, `sandbox_channel` to the
make-believe WeChat of `bot.sandbox`; what stands between is the same client.
Importing this takes about two seconds, because Wechaty does.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.channels.wechaty import compatibility  # noqa: F401  # first: it makes wechaty importable
from bot.channels.wechaty.client import FILE_LIMIT, WechatyChannel
from bot.channels.wechaty.sandbox_puppet import SandboxPuppet
from bot.channels.wechaty.service_puppet import ServicePuppet, TimeLimits
from bot.channels.wechaty.supervision import Timing
from bot.messages import ChannelMisconfigured
from bot.sandbox import World

__all__ = ["TimeLimits", "Timing", "WechatyChannel", "sandbox_channel", "service_channel"]


def service_channel(
    name: str,
    token: str | None,
    endpoint: str | None,
    *,
    accept: bool = True,
    cards: bool = True,
    file_limit: int = FILE_LIMIT,
    limits: TimeLimits | None = None,
    timing: Timing | None = None,
) -> WechatyChannel:
    """A channel through the Wechaty gateway at `endpoint` (host:port, no TLS: loopback or a tunnel).

    `accept` friend requests and invitations to rooms; show links as `cards`. Raises
    `ChannelMisconfigured` for a missing or malformed token or endpoint.
    """
    secret = _token(token)
    host, port = _host_and_port(endpoint)
    limits = limits or TimeLimits()
    return WechatyChannel(
        name,
        lambda: ServicePuppet(host, port, secret, limits=limits, file_limit=file_limit),
        endpoint=f"{host}:{port}",
        accept=accept,
        cards=cards,
        file_limit=file_limit,
        timing=timing,
    )


def sandbox_channel(
    name: str, world: World, *, file_limit: int = FILE_LIMIT, timing: Timing | None = None
) -> WechatyChannel:
    """A channel into `world`, by the same client; needs nothing but the process."""
    return WechatyChannel(
        name,
        lambda: SandboxPuppet(world),
        endpoint="the sandbox",
        file_limit=file_limit,
        timing=timing,
        now=world.now,
    )


def _token(token: str | None) -> str:
    token = (token or "").strip()
    if not token:
        raise ChannelMisconfigured("网关：没有令牌，请设置环境变量 WECHATY_PUPPET_SERVICE_TOKEN")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ChannelMisconfigured("网关：令牌里有令牌不会有的字符，请检查环境变量 WECHATY_PUPPET_SERVICE_TOKEN")
    return token


def _host_and_port(endpoint: str | None) -> tuple[str, int]:
    endpoint = (endpoint or "").strip()
    if not endpoint:
        raise ChannelMisconfigured(
            "网关：没有地址，请把环境变量 WECHATY_PUPPET_SERVICE_ENDPOINT 设为 主机:端口，例如 127.0.0.1:8788"
        )
    try:
        parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise ChannelMisconfigured(
            "网关：地址不是 主机:端口，请改正环境变量 WECHATY_PUPPET_SERVICE_ENDPOINT，例如 127.0.0.1:8788"
        )
    return host, port
