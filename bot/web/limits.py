"""How often somebody may ask: so much at once, then so much a minute; with memory for so many and no more."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

# A dormitory or a company stands behind one address; a page and what belongs to it are three requests.
ADDRESS_BURST: Final = 300
ADDRESS_PER_MINUTE: Final = 300
MEMBER_BURST: Final = 60
MEMBER_PER_MINUTE: Final = 60
MOST_KNOWN: Final = 10_000
TOO_OFTEN: Final = "打开得太频繁了，请稍后再试。"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Limiter:
    """A bucket of `burst` tokens for each key, filled again at `per_minute`.

    Knows at most `most` keys: whom it has not seen for longest has a full bucket again.
    """

    def __init__(
        self,
        burst: int,
        per_minute: int,
        *,
        most: int = MOST_KNOWN,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token = 60 / per_minute  # seconds
        self._bucket = burst * self._token
        self._most = most
        self._monotonic = monotonic
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def check(self, key: str) -> None:
        """Take a token of `key`; raises 429, saying when to come again, where there is none."""
        now = self._monotonic()
        full_at = max(self._full_at.pop(key, now), now) + self._token
        wait = full_at - now - self._bucket
        self._full_at[key] = full_at if wait <= 0 else full_at - self._token
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        if wait > 0:
            raise web.HTTPTooManyRequests(text=TOO_OFTEN, headers={"Retry-After": str(ceil(wait))})


def limit_addresses(limiter: Limiter, proxies: Sequence[Network]) -> Middleware:
    """Hold each visitor's address to `limiter`."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        limiter.check(visitor(request, proxies))
        return await handler(request)

    return check


def visitor(request: web.Request, proxies: Sequence[Network]) -> str:
    """Where the request comes from; of IPv6 the network, since a single visitor has all of its addresses.

    Each proxy adds to X-Forwarded-For whom it saw, so of those that are ours, and of nobody else, the word is taken.
    """
    hops = [hop.strip() for said in request.headers.getall("X-Forwarded-For", []) for hop in said.split(",")]
    seen = _address(request.remote or "")
    while hops and seen is not None and any(seen in proxy for proxy in proxies):
        seen = _address(hops.pop())
    if seen is None:
        return "unknown"
    return str(ipaddress.ip_network((seen, 64), strict=False)) if seen.version == 6 else str(seen)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
