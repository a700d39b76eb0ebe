"""Files that members send, and the text of Word files that the bot writes."""

from __future__ import annotations

import io
import struct
import zlib

from docx import Document

from bot.messages import File


def docx(name: str, *paragraphs: str) -> File:
    """A Word file."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    packed = io.BytesIO()
    document.save(packed)
    return File(name, "application/octet-stream", packed.getvalue())


def photo(name: str, shade: int) -> File:
    """A picture of one point."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes([0, shade]))),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return File(name, "image/png", b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def words_of(file: File) -> str:
    """All that a Word file says, its tables too."""
    document = Document(io.BytesIO(file.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
