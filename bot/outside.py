"""Asking other servers: an address that others could choose leads nowhere inside the network that the bot stands in."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

INSIDE: Final = "the address leads into an internal network"

GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")  # all that IANA assigns addresses of the internet from
TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
# Teredo and 6to4 (withdrawn, RFC 7526) lead to an IPv4 address that nobody needs to reach in this way.
TUNNELS: Final = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))


class Inside(aiohttp.ClientError):
    """Nothing was asked: the address, or one it redirects to, is of an internal network."""

    def __init__(self) -> None:
        super().__init__(INSIDE)


class _Trusting(ThreadedResolver):
    """Notes the addresses of the one host that may be anywhere."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self.trusted: set[str] = {host}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if host == self._host:
            self.trusted |= {one["host"] for one in found}
        return found


def connector(trusted: str) -> aiohttp.TCPConnector:
    """Connects to public addresses, and to the host of the address `trusted` wherever that is: an operator wrote it.

    What is looked at is the address that is connected to, whatever the name, a redirect or the name server says.
    Raises `Inside` for all others.
    """
    resolver = _Trusting((urlsplit(trusted).hostname or "").lower())

    def opened(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, where = info
        address = str(where[0])
        if address not in resolver.trusted and not is_public(address):
            raise Inside
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(resolver=resolver, socket_factory=opened)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's; one that holds an IPv4 address is taken for that one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    held = _held_by(ip)
    return is_public(str(held)) if held else _is_assigned(ip)


def _held_by(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is reached by an IPv6 one: mapped (RFC 4291), or by a translator (RFC 6052)."""
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in TRANSLATED else ip.ipv4_mapped


def _is_assigned(ip: ipaddress.IPv6Address) -> bool:
    """What `is_global` lets pass of other blocks is of old or local use: ::/96, fec0::/10, 64:ff9b:1::/48."""
    return ip.is_global and ip in GLOBAL_UNICAST and not any(ip in tunnels for tunnels in TUNNELS)
