"""Zip files from outside (docx, xlsx): looked at before anything in them is unpacked.

Python's zipfile gives no more of a part than its entry says, so that what the
entries say together bounds what unpacking can cost.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

MOST_PARTS: Final = 2_000
LARGEST_LIST: Final = 512 * 1024  # bytes of the list of parts: with a 10 MB list zipfile is busy for a second
LARGEST_UNPACKED: Final = 100 * 1024 * 1024  # bytes of all parts together
LARGEST_RATIO: Final = 200  # XML of tables is packed to a fiftieth at best
SMALL: Final = 1024 * 1024  # bytes unpacked; below it no ratio does harm

_END: Final = b"PK\x05\x06"  # of the record that says where the list of parts is (APPNOTE 4.3.16)
_FAR_END: Final = b"PK\x06\x07"  # before it in a zip64 (4.3.15), which no document is
_END_SIZE, _FAR_SIZE, _LONGEST_COMMENT = 22, 20, 65_535


class Unsafe(Exception):
    """It is no zip that can be opened without harm."""


@contextmanager
def looked_at(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The zip, opened; raises Unsafe for too many parts, too much in them, parts out of place, and what is no zip."""
    if not 0 < _length_of_list(content) <= LARGEST_LIST:
        raise Unsafe
    try:
        package = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise Unsafe from None
    with package:
        if not _is_harmless(package.infolist(), len(content)):
            raise Unsafe
        yield package


def _length_of_list(content: bytes) -> int:
    """Bytes, as the end of the zip says; 0 where there is no end, or one that only large zips have."""
    at = content.rfind(_END, max(0, len(content) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or len(content) < at + _END_SIZE or content[max(0, at - _FAR_SIZE) : at].startswith(_FAR_END):
        return 0
    return int(struct.unpack_from("<I", content, at + 12)[0])


def _is_harmless(parts: list[zipfile.ZipInfo], packed: int) -> bool:
    unpacked = sum(part.file_size for part in parts)
    return (
        len(parts) <= MOST_PARTS
        and unpacked <= LARGEST_UNPACKED
        and (unpacked <= SMALL or unpacked <= LARGEST_RATIO * packed)
        and not any(_leads_out(part.filename) or part.flag_bits & 1 for part in parts)
    )


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name
