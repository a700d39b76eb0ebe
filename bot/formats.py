"""Which files and photos are taken, told by their content: a name proves nothing."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media type, its suffix and what members call it."""

    media_type: str
    suffix: str
    word: str

    @property
    def is_photo(self) -> bool:
        return self.media_type.startswith("image/")


PDF = Format("application/pdf", ".pdf", "PDF")
DOCX = Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", "Word 文件")
JPEG = Format("image/jpeg", ".jpg", "照片")
PNG = Format("image/png", ".png", "照片")
HEIC = Format("image/heic", ".heic", "照片")
WEBP = Format("image/webp", ".webp", "照片")
FORMATS = {kind.media_type: kind for kind in (PDF, DOCX, JPEG, PNG, HEIC, WEBP)}


def recognised(data: bytes) -> Format | None:
    """The format of a file; None where it is none of `FORMATS`."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return HEIC
    if data.startswith(b"PK\x03\x04") and _is_word(data):
        return DOCX
    return None


def _is_word(data: bytes) -> bool:
    """A docx is a zip that holds this part; only the list of its parts is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return "word/document.xml" in package.namelist()
    except zipfile.BadZipFile:
        return False
