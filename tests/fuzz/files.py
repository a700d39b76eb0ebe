"""Files that are not what they say, and some that are."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from random import Random
from typing import Final

from bot.messages import File
from tests.fuzz import hostile

BEGINNINGS: Final = (
    b"",
    b"%PDF-1.7\n",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"\x00\x00\x00\x18ftypheic",
    b"PK\x03\x04",
    b"MZ",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]>",
)


@lru_cache(maxsize=1)
def packages() -> tuple[bytes, ...]:
    """Zips that call themselves Word files: empty, inflated, with a thousand parts, with parts outside."""
    return (
        _zip({"word/document.xml": b"<w/>"}),
        _zip({"word/document.xml": b"0" * 5_000_000}),
        _zip({"word/document.xml": b"<w/>", **{f"word/{number}.xml": b"" for number in range(1000)}}),
        _zip({"../../word/document.xml": b"<w/>", "/etc/passwd": b""}),
        _zip({"[Content_Types].xml": b"", "word/document.xml": b"<w/>", "word/vbaProject.bin": b"\0" * 100}),
        _zip({"xl/workbook.xml": b"<w/>"}),
    )


def _zip(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return content.getvalue()


def file(random: Random) -> File | None:
    """A file; None for one that cannot be had."""
    kind = random.random()
    if kind < 0.05:
        return None
    if kind < 0.5:
        data = bytearray(random.choice(packages()))
        for _ in range(random.choice((0, 0, 1, 8))):
            data[random.randrange(len(data))] = random.randrange(256)
        content = bytes(data)
    else:
        content = random.choice(BEGINNINGS) + random.randbytes(random.randrange(200))
    return File(random.choice(hostile.PIECES), random.choice(("", "image/png", hostile.text(random))), content)
