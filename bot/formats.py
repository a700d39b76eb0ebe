"""Which files and photos are taken, told by their content: a name proves nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot import zips

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
GIF = Format("image/gif", ".gif", "动图")
# What members hand in: no moving pictures.
FORMATS = {kind.media_type: kind for kind in (PDF, DOCX, JPEG, PNG, HEIC, WEBP)}


def recognised(data: bytes) -> Format | None:
    """The format of a file that members hand in; None where it is none of `FORMATS`."""
    form = told_by_content(data)
    return form if form is not None and form.media_type in FORMATS else None


def named_as_taken(name: str) -> bool:
    """Whether a file is called what members hand in: where its content is something else, it is damaged or renamed."""
    return name.lower().endswith((".jpeg", *(kind.suffix for kind in FORMATS.values())))


def told_by_content(data: bytes) -> Format | None:
    """The format of any file that the bot knows."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return HEIC
    if data.startswith(b"PK\x03\x04") and _is_word(data):
        return DOCX
    return None


def _is_word(data: bytes) -> bool:
    """A docx is a zip that holds this part and no macros; only the list of its parts is read, nothing is unpacked."""
    try:
        with zips.looked_at(data) as package:
            names = {name.lower() for name in package.namelist()}
    except zips.Unsafe:
        return False
    return "word/document.xml" in names and not any(name.endswith("vbaproject.bin") for name in names)
