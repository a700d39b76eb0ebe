"""Lessons in a folder of Markdown files, or in a table (.xlsx, .csv) with pictures beside it.

A file begins with its columns between two lines of ``---``::

    ---
    栏目: 政策解读
    标题: 二十届四中全会公报要点
    摘要: 十分钟看懂公报
    链接: https://example.org/a
    ---
    正文，可以用 Markdown……
    ![](图一.png)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import yaml

from bot.lessons.drafts import COLUMNS, Draft, LessonsFaulty, Rules, draft
from bot.roster.faults import RosterFaulty
from bot.roster.sheet import read_lines

NAMED: Final = COLUMNS[:-1]  # a file's text and pictures stand below them
PICTURE: Final = re.compile(r"!\[[^\[\]]{0,200}\]\( {0,9}<?([^)>\s]{1,300})(?:[>\s][^)]{0,300})?\)")
FRONT: Final = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.S)
SEVERAL: Final = re.compile("[、,，;；\n]+")
LARGEST: Final = 512 * 1024  # bytes of a file: several times the longest text
HEADER_WITHIN: Final = 10  # rows: a title may stand above the header

MISSING: Final = "找不到：{path}。请检查路径。"
EMPTY_FOLDER: Final = "{path} 里没有 .md 文件。"
EMPTY_TABLE: Final = "{path} 里没有课：表头下面要有至少一行。"
NO_FRONT: Final = "{name}：开头要有两行 --- 夹着的栏目、标题。"
BROKEN_FRONT: Final = "{name}：--- 之间不是正确的 YAML。"
UNKNOWN: Final = "{name}：没有“{key}”这一项，可以写：{known}。"
TOO_LARGE: Final = "{name}：超过 {kilobytes} KB，不像是一课的文字；图片请放在旁边的文件里。"
NOT_TEXT: Final = "{name}：不是 UTF-8 的文字。"
NO_HEADER: Final = "没有找到表头。表头这一行要有：栏目、标题；可以有：摘要、正文、链接、图片。"
TWICE: Final = "{where}：标题和别的课重复了。"


def read_lessons(path: Path, rules: Rules) -> list[Draft]:
    """The lessons at `path`, in the order of names or rows. Raises LessonsFaulty with every fault."""
    if not path.exists():
        raise LessonsFaulty([MISSING.format(path=path)])
    found = _collected(_folder(path, rules) if path.is_dir() else _table(path, rules))
    if not found:
        raise LessonsFaulty([(EMPTY_FOLDER if path.is_dir() else EMPTY_TABLE).format(path=path)])
    return found


def _collected(readings: Iterable[Callable[[], Draft]]) -> list[Draft]:
    drafts: list[Draft] = []
    faults: list[str] = []
    for read in readings:
        try:
            drafts.append(read())
        except LessonsFaulty as faulty:
            faults += faulty.faults
    if faults:
        raise LessonsFaulty(faults)
    return drafts


def _folder(folder: Path, rules: Rules) -> Iterator[Callable[[], Draft]]:
    for file in sorted(folder.rglob("*.md")):
        yield partial(_file, folder, file, rules)


def _file(folder: Path, file: Path, rules: Rules) -> Draft:
    name = file.relative_to(folder).as_posix()
    try:
        if file.stat().st_size > LARGEST:
            raise LessonsFaulty([TOO_LARGE.format(name=name, kilobytes=LARGEST // 1024)])
        content = file.read_text("utf-8-sig").replace("\r\n", "\n")
    except (UnicodeDecodeError, OSError):
        raise LessonsFaulty([NOT_TEXT.format(name=name)]) from None
    front = FRONT.match(content)
    if front is None:
        raise LessonsFaulty([NO_FRONT.format(name=name)])
    body = content[front.end() :]
    cells = _columns(name, front[1]) | {"正文": PICTURE.sub("", body).strip()}
    return draft(name, name, cells, PICTURE.findall(body), file.parent, rules)


def _columns(name: str, text: str) -> dict[str, str]:
    try:
        said = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError, RecursionError):  # 2026-13-40 is a ValueError
        said = None
    # Lists are no words, and a few lines of references to each other can mean gigabytes of them.
    if not isinstance(said, dict) or any(isinstance(value, list | dict | set) for value in said.values()):
        raise LessonsFaulty([BROKEN_FRONT.format(name=name)])
    known = [column for column in NAMED if column != "正文"]
    if unknown := [str(key) for key in said if key not in known]:
        faults = [UNKNOWN.format(name=name, key=key, known="、".join(known)) for key in unknown]
        raise LessonsFaulty(faults)
    return {column: _text(said.get(column)) for column in known}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _table(path: Path, rules: Rules) -> Iterator[Callable[[], Draft]]:
    rows = list(_rows(path))
    titles = [cells["标题"] for _, cells in rows]
    for position, (number, cells) in enumerate(rows):
        yield partial(_row, path, f"第{number}行", cells, cells["标题"] in titles[:position], rules)


def _row(path: Path, where: str, cells: Mapping[str, str], repeated: bool, rules: Rules) -> Draft:
    if repeated:
        raise LessonsFaulty([TWICE.format(where=where)])
    pictures = [name.strip() for name in SEVERAL.split(cells["图片"]) if name.strip()]
    return draft(where, f"{path.name}#{cells['标题']}", cells, pictures, path.parent, rules)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        lines = read_lines(path)
    except RosterFaulty as faulty:
        raise LessonsFaulty(faulty.faults) from None
    headings = [["".join(str(cell).split()) for cell in cells] for _, cells in lines[:HEADER_WITHIN]]
    at = next((at for at, words in enumerate(headings) if {"栏目", "标题"} <= set(words)), None)
    if at is None:
        raise LessonsFaulty([NO_HEADER])
    words = headings[at]
    for number, values in lines[at + 1 :]:
        told = dict(zip(words, map(str, values), strict=False))
        cells = {column: told.get(column, "") for column in COLUMNS}
        if any(cells.values()):
            yield number, cells
