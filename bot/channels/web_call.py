"""One call over HTTP by which something is sent, and how it may end."""

from __future__ import annotations

from typing import Any, Final

import aiohttp

from bot.messages import ChannelUnavailable, DeliveryUnknown, Undeliverable

CONNECT_SECONDS: Final = 10.0
SECONDS: Final = 60.0
BUSY: Final = frozenset({429, 502, 503})


async def call(method: str, url: str, **more: Any) -> str:
    """What was answered. Raises what a channel may raise; the address, which may hold a key, is in no error."""
    timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.request(method, url, allow_redirects=False, **more) as response,
        ):
            status, text = response.status, await response.text(errors="replace")
    except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as failure:
        raise ChannelUnavailable(f"no connection ({type(failure).__name__})") from None
    except (aiohttp.InvalidURL, ValueError) as failure:
        raise Undeliverable(f"the address is wrong ({type(failure).__name__})") from None
    except (aiohttp.ClientError, OSError) as failure:
        raise DeliveryUnknown(f"the connection broke off ({type(failure).__name__})") from None
    if status in BUSY:
        raise ChannelUnavailable(f"HTTP {status}")
    if status >= 500:
        raise DeliveryUnknown(f"HTTP {status}")
    if status >= 300:
        raise Undeliverable(f"HTTP {status}")
    return text
