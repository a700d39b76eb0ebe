"""The roster's file as rows of text and dates: .xlsx, or .csv as Excel and WPS write it."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot import zips
from bot.roster.faults import RosterFaulty

COLUMNS = ("学校", "学院", "支部", "支部类型", "姓名", "学号", "类别", "职务", "入党日期")

OPTIONAL = ("转正日期", "手机")  # read where they are there

HEADER_WITHIN = 10  # rows: a title may stand above the header
LARGEST = 20 * 1024 * 1024  # bytes; a school's roster has less than one megabyte
MOST_ROWS = 50_000  # that are not blank: a university's members
LAST_ROW = 1_048_576  # of a sheet; blank ones are no fault
MOST_COLUMNS = 100
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # an encrypted .xlsx, or an .xls that was renamed
# What zipfile, zlib, the XML readers and openpyxl raise for books that are none.
UNREADABLE_BOOK = (
    *(zips.Unsafe, zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, ValueError, NotImplementedError),
    *(LookupError, TypeError, AttributeError, OverflowError, OSError, EOFError, RuntimeError, AssertionError),
)
EXACT_DIGITS = 15  # Excel's numbers; what is longer has lost its end

MISSING_FILE = "找不到文件：{path}。请检查路径。"
TOO_LARGE = "文件超过 {megabytes} MB，不像是名册。"
TOO_MANY_ROWS = "超过 {most} 行，不像是名册。人确实这么多的，请分成几个文件导入。"
UNREADABLE = "文件读不了：{path}。请检查权限，并先在 Excel 里关闭它。"
WRONG_EXTENSION = "只能导入 .xlsx 或 .csv，这个文件是“{suffix}”。请在 Excel 里“另存为”.xlsx。"
ENCRYPTED = "这个 .xlsx 有打开密码（或其实是旧的 .xls 格式）。请去掉密码，另存为 .xlsx 再导入。"
CORRUPT = "这个 .xlsx 打不开，可能没有传完或已损坏。请用 Excel 打开，另存为一份再导入。"
ENCODING = "看不懂这个 .csv 的编码。请在 Excel 里“另存为”→“CSV UTF-8”，或存为 .xlsx。"
BROKEN_CSV = "这个 .csv 第 {line} 行附近的格式不对（常见原因：引号不成对）。请存为 .xlsx 再导入。"
EMPTY = "文件里没有人员：表头下面要有至少一行。"
NO_HEADER = "没有找到表头。表头这一行要有这些列（顺序不限）：{columns}。"
NO_COLUMN = "缺少列：{columns}。没有内容也要保留这一列。"
TWICE = "列“{column}”出现了两次，请只留一列。"

Value = str | date
Line = tuple[int, list[Value]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the file, from 1; every column of `COLUMNS` is there, "" where its cell is empty, and
    those of `OPTIONAL` that the file has."""

    number: int
    cells: dict[str, Value]


def read_sheet(path: Path) -> list[Row]:
    """The rows below the header that are not blank; raises RosterFaulty."""
    return _below_header(read_lines(path))


def read_lines(path: Path) -> list[Line]:
    """Every row of a .xlsx or .csv that is not blank, with its number, whatever its columns; raises RosterFaulty."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise RosterFaulty([WRONG_EXTENSION.format(suffix=path.suffix or path.name)])
    content = _content(path)
    return _workbook(content) if suffix == ".xlsx" else _separated(content)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise RosterFaulty([TOO_LARGE.format(megabytes=LARGEST // 1024 // 1024)])
        return path.read_bytes()
    except FileNotFoundError:
        raise RosterFaulty([MISSING_FILE.format(path=path)]) from None
    except OSError:
        raise RosterFaulty([UNREADABLE.format(path=path)]) from None


def _workbook(content: bytes) -> list[Line]:
    """The first sheet that holds anything."""
    if content.startswith(OLE):
        raise RosterFaulty([ENCRYPTED])
    try:
        with zips.looked_at(content), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells which decorations it leaves out
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write them wrongly
                rows = sheet.iter_rows(max_row=LAST_ROW + 1, max_col=MOST_COLUMNS, values_only=True)
                if lines := _filled(rows):
                    return lines
    except UNREADABLE_BOOK:
        raise RosterFaulty([CORRUPT]) from None
    return []


def _filled(rows: Iterable[Sequence[object]]) -> list[Line]:
    """The rows that are not blank; raises RosterFaulty for more than anybody has, so that none fill the memory."""
    lines: list[Line] = []
    for number, values in enumerate(rows, 1):
        if any(values) and any(cells := _plain(values)):
            lines.append((number, cells))
        if len(lines) > MOST_ROWS or number > LAST_ROW:
            raise RosterFaulty([TOO_MANY_ROWS.format(most=MOST_ROWS)])
    return lines


def _plain(values: Iterable[object]) -> list[Value]:
    return [_value(value) for value in values]


def _value(value: object) -> Value:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, str):
        return clean(value)
    return "="  # an array formula, which openpyxl gives as an object


def _number(value: float) -> str:
    """20230101.0 is 20230101; what Excel cannot hold exactly is worded as Excel shows it."""
    if abs(value) >= 10**EXACT_DIGITS:
        return f"{value:.4E}"
    return str(int(value)) if value == int(value) else str(value)


def _separated(content: bytes) -> list[Line]:
    text = _decoded(content)
    head = next((line for line in text.splitlines() if "姓名" in line), "")
    delimiter = max(",\t;，", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _filled(row[:MOST_COLUMNS] for row in reader)
    except csv.Error:
        raise RosterFaulty([BROKEN_CSV.format(line=reader.line_num)]) from None


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one ("Unicode text"), else GB18030, which older Excels write."""
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterFaulty([ENCODING])


def clean(text: str) -> str:
    """Without the spaces around it, of any width, and without what cannot be seen."""
    return "".join(char for char in text if char not in "\u200b\u200c\u200d\u2060\ufeff").strip()


def _below_header(lines: Sequence[Line]) -> list[Row]:
    position = next((at for at, (_, cells) in enumerate(lines[:HEADER_WITHIN]) if _is_header(cells)), None)
    if position is None:
        filled = any(any(cells) for _, cells in lines)
        raise RosterFaulty([NO_HEADER.format(columns="、".join(COLUMNS)) if filled else EMPTY])
    places = _places(lines[position][1])
    rows = [
        Row(number, {column: cells[at] if at < len(cells) else "" for column, at in places.items()})
        for number, cells in lines[position + 1 :]
    ]
    rows = [row for row in rows if any(row.cells.values())]
    if not rows:
        raise RosterFaulty([EMPTY])
    return rows


def _is_header(cells: Sequence[Value]) -> bool:
    words = {_heading(cell) for cell in cells}
    return len(words & set(COLUMNS)) >= 2


def _places(header: Sequence[Value]) -> dict[str, int]:
    """Where each column stands. Others are not read: what is not needed is not kept."""
    words = [_heading(cell) for cell in header]
    missing = [column for column in COLUMNS if column not in words]
    faults = [NO_COLUMN.format(columns="、".join(missing))] if missing else []
    faults += [TWICE.format(column=column) for column in (*COLUMNS, *OPTIONAL) if words.count(column) > 1]
    if faults:
        raise RosterFaulty(faults)
    return {column: words.index(column) for column in (*COLUMNS, *OPTIONAL) if column in words}


def _heading(cell: Value) -> str:
    return "".join(str(cell).split())
