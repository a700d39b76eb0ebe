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
    """Whether an IP address is one of the internet's; IPv4 written as IPv6 is taken for what it is."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_global and not (mapped or ip).is_multicast
