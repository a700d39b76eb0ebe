"""Files that were made to do harm, or look so: each is refused with its line, and fills no memory."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot import storable, zips
from bot.formats import DOCX, recognised
from bot.lessons import LessonsFaulty, import_lessons
from bot.messages import File
from bot.roster import RosterFaulty
from bot.roster.sheet import COLUMNS, MOST_COLUMNS, MOST_ROWS, read_lines, read_sheet
from bot.settings import Settings
from models import Lesson
from tests.conftest import NOON

MEMORY = 64 * 1024 * 1024  # bytes that a file of some kilobytes may take to be refused


def packed(parts: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return content.getvalue()


def workbook(**parts: bytes | str) -> bytes:
    """A roster with one row, some of its parts replaced: `sheet` is the sheet's."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    sheet.append(["示范大学"] * len(COLUMNS))
    content = io.BytesIO()
    book.save(content)
    places = {"sheet": "xl/worksheets/sheet1.xml", "macros": "xl/vbaProject.bin"}
    with zipfile.ZipFile(content) as package:
        all_of_it: dict[str, bytes | str] = {name: package.read(name) for name in package.namelist()}
    return packed(all_of_it | {places.get(name, name): data for name, data in parts.items()})


def rows(*inner: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(inner)}</sheetData></worksheet>'


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = f'<!DOCTYPE a [<!ENTITY l0 "哈">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
FAR = '<c r="XFD1" t="inlineStr"><is><t>远</t></is></c>'

BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "a part that unpacks to a gigabyte": (lambda: workbook(sheet=b" " * (200 << 20)), "打不开"),
    "very many parts": (lambda: workbook(**{f"x/{n}": b"" for n in range(zips.MOST_PARTS + 1)}), "打不开"),
    "parts that lead out": (lambda: workbook(**{"../../etc/passwd": b""}), "打不开"),
    "entities in the sheet": (lambda: workbook(sheet=ENTITIES + rows("<row><c><v>&l9;</v></c></row>")), "打不开"),
    "a file of ours as an entity": (lambda: workbook(sheet=OUTSIDE + rows("<row><c><v>&l9;</v></c></row>")), "打不开"),
    "rows of sixteen thousand columns": (lambda: workbook(sheet=rows(*[f"<row>{FAR}</row>"] * 9000)), "没有人员"),
    "a row beyond every sheet": (lambda: workbook(sheet=rows(f'<row r="99999999999">{FAR}</row>')), "行，不像是名册"),
    "no XML": (lambda: workbook(sheet=b"\0" * 999), "打不开"),
    "no workbook": (lambda: packed({"word/document.xml": b"<w/>"}), "打不开"),
    "a list of parts that is cut off": (lambda: workbook()[:-30], "打不开"),
    "an end that lies": (lambda: workbook()[:-10] + struct.pack("<IIH", 2**31, 0, 0), "打不开"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_workbooks_that_do_harm(tmp_path: Path, kind: str) -> None:
    make, said = BROKEN[kind]
    path = tmp_path / "名册.xlsx"
    path.write_bytes(make())
    tracemalloc.start()
    try:
        with pytest.raises(RosterFaulty) as faulty:
            read_sheet(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert said in faulty.value.faults[0]


def test_macros_and_links_of_a_workbook_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    link = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    path.write_bytes(workbook(macros=b"\0" * 100, **{"xl/externalLinks/_rels/externalLink1.xml.rels": link}))
    assert read_sheet(path)[0].cells["学校"] == "示范大学"


def test_tables_of_more_than_anybody_has(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("一\n" * (MOST_ROWS + 1), "utf-8")
    with pytest.raises(RosterFaulty) as faulty:
        read_lines(path)
    assert f"超过 {MOST_ROWS} 行" in faulty.value.faults[0]
    path.write_text("\n" * (2 * MOST_ROWS) + ",".join("一" * (2 * MOST_COLUMNS)), "utf-8")
    ((number, cells),) = read_lines(path)
    assert (number, len(cells)) == (2 * MOST_ROWS + 1, MOST_COLUMNS)


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def test_what_is_no_word_file() -> None:
    assert recognised(packed({**WORD})) is DOCX
    for parts in (
        WORD | {"word/vbaProject.bin": b""},
        WORD | {"word/media/image1.png": b"\0" * (150 << 20)},
        WORD | {f"word/{n}.xml": b"" for n in range(zips.MOST_PARTS)},
        WORD | {"../../../root/.ssh/authorized_keys": b""},
        {"xl/workbook.xml": b""},
    ):
        assert recognised(packed({**parts})) is None


def test_a_list_of_parts_is_not_read_where_it_is_long() -> None:
    many = packed({f"{n:0200}": b"" for n in range(3000)} | WORD)
    with pytest.raises(zips.Unsafe), zips.looked_at(many):
        pass
    for cut in range(1, len(many), 4999):
        assert recognised(many[:cut]) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\a.exe", "a.exe"),
        ("C:\\汇报.docx", "汇报.docx"),
        ("汇报\u202excod.exe", "汇报xcod.exe"),
        ("a\x00.docx", "a.docx"),
        ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
        ("..", "文件"),
        ("", "文件"),
        (".htaccess", "htaccess"),
        ("长" * 500 + ".docx", "长" * (storable.LONGEST_NAME - 5) + ".docx"),
        ("二0二六年 汇报（终稿）.docx", "二0二六年 汇报（终稿）.docx"),
    ],
)
def test_a_file_has_a_name_that_leads_nowhere(given: str, kept: str) -> None:
    assert File(given, "x/y\r\nz", b"").name == kept
    assert File(given, "x/y\r\nz", b"").media_type == storable.ANY_MEDIA_TYPE


YAML = "a: &a [哈, 哈]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"---\n{YAML}栏目: *y\n---\n", "不是正确的 YAML"),
        ("---\n栏目: 2026-99-99\n---\n", "YAML"),
        ("---\n" + "[" * 5000 + "\n---\n", "YAML"),
        ("---\n栏目: !!python/object/apply:os.system [ls]\n---\n", "YAML"),
        ("长" * 600_000, "不像是一课的文字"),
        ("---\n栏目: 政策解读\n标题: 一\n---\n![](a%00.png)![](\0.png)", "找不到图片"),
        ("---\n栏目: 政策解读\n标题: 一\n---\n![](script.png)", "不是图片"),
    ],
)
async def test_lessons_that_do_harm(database: str, settings: Settings, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "课.md").write_text(text, "utf-8")
    (tmp_path / "script.png").write_text("<svg onload=alert(1)>", "utf-8")
    with pytest.raises(LessonsFaulty) as faulty:
        await import_lessons(tmp_path, None, settings=settings, now=NOON)
    assert said in "".join(faulty.value.faults)
    assert not await Lesson.exists()
