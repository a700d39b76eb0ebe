"""A file at an address that a chat system tells, bounded in time and in size."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp

from bot.messages import FileUnavailable
from bot.outside import connector

SECONDS: Final = 60.0


async def download(url: str, limit: int, *, system: str) -> tuple[bytes, str]:
    """The content, and its name where it is told, else ""; raises `FileUnavailable`, also for more than `limit` bytes.

    `system` is the address of the chat system that told `url`: inside our network only its host is asked, since the
    address stands in a message. It may hold a key, so it is in no error.
    """
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(connector=connector(system)) as client,
            client.get(url) as response,
        ):
            response.raise_for_status()
            data = await _bounded(response, limit)
            told = response.content_disposition
            return data, (told.filename if told is not None else None) or ""
    except (aiohttp.ClientError, OSError, ValueError) as failure:
        raise FileUnavailable(f"the file could not be had ({type(failure).__name__})") from None


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    data = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        data += part
        if len(data) > limit:
            raise FileUnavailable(f"the file is above {limit} bytes", too_large=True)
    return bytes(data)
