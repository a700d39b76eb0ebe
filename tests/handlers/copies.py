"""Reading the copies of what is kept of a member."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from docx import Document

from bot.messages import File


def opened(file: File) -> tuple[dict[str, Any], str, list[str]]:
    """The data, the text to read, and the names in a copy."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        names = archive.namelist()
        data = json.loads(archive.read(next(name for name in names if name.endswith(".json"))))
        document = Document(io.BytesIO(archive.read(next(name for name in names if name.endswith(".docx")))))
    return data, "\n".join(one.text for one in document.paragraphs), names
