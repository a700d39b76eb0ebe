"""Word files: made for paper, with nothing in them that Word cannot hold."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document as new_document
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from bot.storable import clean

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "宋体"


def document(title: str, author: str) -> Document:
    """An empty document in the type of Chinese papers, with its title as the heading."""
    made = new_document()
    made.core_properties.author = author
    made.core_properties.title = title
    made.core_properties.comments = ""
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    made.add_heading(title, level=1)
    return made


def add_table(to: Document, rows: Sequence[tuple[str, str]]) -> None:
    """A table of labels and what stands beside them."""
    table = to.add_table(rows=0, cols=2, style="Table Grid")
    for label, content in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, clean(content)


def content(of: Document) -> bytes:
    """The document as a .docx."""
    file = io.BytesIO()
    of.save(file)
    return file.getvalue()
