"""Files that people send: WeCom tells where they lie, enciphered, for five minutes."""

from __future__ import annotations

import asyncio
import mimetypes
from typing import Any, Final

from bot.channels.download import download
from bot.channels.wecom.compatibility import decrypt_file
from bot.messages import File, FileUnavailable

PADDING: Final = 64  # bytes by which the enciphered file may be longer


async def load(media: dict[str, Any], name: str, limit: int, *, system: str) -> File:
    """The file that `media` tells of; raises `FileUnavailable`, also for more than `limit` bytes.

    `system` is WeCom's own address.
    """
    data, told = await download(str(media["url"]), limit + PADDING, system=system)
    if media.get("aeskey"):
        data = await asyncio.to_thread(_deciphered, data, str(media["aeskey"]))
    if len(data) > limit:
        raise FileUnavailable(f"the file is above {limit} bytes", too_large=True)
    name = media.get("filename") or told or name
    return File(name, mimetypes.guess_type(name)[0] or "application/octet-stream", data)


def _deciphered(data: bytes, key: str) -> bytes:
    try:
        return bytes(decrypt_file(data, key))
    except (RuntimeError, ValueError) as failure:
        raise FileUnavailable(f"the file could not be deciphered ({type(failure).__name__})") from None
