"""Files that people send: WeCom tells where they lie, enciphered, for five minutes."""

from __future__ import annotations

import asyncio
import mimetypes
from typing import Any, Final

import aiohttp

from bot.channels.wecom.compatibility import decrypt_file
from bot.messages import File, FileUnavailable

SECONDS: Final = 60.0
PADDING: Final = 64  # bytes by which the enciphered file may be longer


async def load(media: dict[str, Any], name: str, limit: int) -> File:
    """The file that `media` tells of; raises `FileUnavailable`, also for more than `limit` bytes."""
    try:
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as client, client.get(media["url"]) as response:
            response.raise_for_status()
            data = await _bounded(response, limit + PADDING)
            told = response.content_disposition
        name = media.get("filename") or (told and told.filename) or name
        if media.get("aeskey"):
            data = await asyncio.to_thread(decrypt_file, data, media["aeskey"])
    except FileUnavailable:
        raise
    except Exception as failure:
        # Whatever it is, from a broken line to a wrong key: its words may hold the address.
        raise FileUnavailable(f"WeCom did not give the file ({type(failure).__name__})") from None
    if len(data) > limit:
        raise FileUnavailable(f"the file is above {limit} bytes", too_large=True)
    return File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", data)


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    data = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        data += part
        if len(data) > limit:
            raise FileUnavailable(f"the file is above {limit} bytes", too_large=True)
    return bytes(data)
