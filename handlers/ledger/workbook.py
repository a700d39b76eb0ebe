"""Tables become an .xlsx that Excel opens without harm: typed cells, bold frozen headers, nothing evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.storable import clean
from bot.understanding.values import SHANGHAI, Money

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A text that begins so is a formula to Excel, or becomes one when the cell is edited (OWASP: CSV injection).
DANGEROUS = tuple("=+-@＝＋－＠\t\r")

YUAN = "0.00"
DAY = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm"

Value = str | int | Money | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's header and its width in characters."""

    title: str
    width: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. The first `fixed` columns stay in sight when one scrolls to the right."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    fixed: int = 0


def xlsx(tables: Sequence[Table]) -> bytes:
    """The tables as the content of an .xlsx file, a sheet each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(table.title), table)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    sheet.append([_header(sheet, column.title) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"{get_column_letter(table.fixed + 1)}2"


def _header(sheet: Worksheet, title: str) -> Cell:
    cell = _cell(sheet, title)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(sheet: Worksheet, value: Value) -> Cell:
    cell = Cell(sheet, row=1, column=1)  # `append` puts it into its place
    if isinstance(value, Money):
        cell.value, cell.number_format = Decimal(int(value)) / 100, YUAN
    elif isinstance(value, datetime):
        # Excel knows no time zones.
        cell.value, cell.number_format = value.astimezone(SHANGHAI).replace(tzinfo=None), MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAY
    elif isinstance(value, str):
        _write_text(cell, value)
    else:
        cell.value = value
    return cell


def _write_text(cell: Cell, text: str) -> None:
    """As text, whatever it looks like: openpyxl would take a leading = for a formula."""
    cell.value = written = clean(text)
    cell.data_type = "s"
    if written.startswith(DANGEROUS):
        cell.quotePrefix = True
