"""A lesson as a file has it, checked: every fault is told with the file, or the row, that it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.formats import GIF, JPEG, PNG, WEBP, told_by_content
from bot.messages import File

COLUMNS: Final = ("栏目", "标题", "摘要", "正文", "链接", "图片")
PICTURE_TYPES: Final = frozenset(form.media_type for form in (PNG, JPEG, GIF, WEBP))
LONGEST: Final = {"标题": 100, "摘要": 300, "正文": 20_000, "链接": 500}  # characters
MOST_PICTURES: Final = 9

NO_SECTION: Final = "没有“{section}”这个栏目，可以是：{known}（另加栏目见 config.yaml 的 lessons.sections）"
NO_TITLE: Final = "没有标题"
NOTHING: Final = "正文、链接、图片都没有"
TOO_LONG: Final = "{column}有 {length} 字，最多 {most} 字"
NO_ADDRESS: Final = "链接不是网址：{url}"
TOO_MANY: Final = "图片最多 {most} 张"
NO_PICTURE: Final = "找不到图片：{name}"
NOT_A_PICTURE: Final = "不是图片（png、jpg、gif、webp）：{name}"
OUTSIDE: Final = "图片要和课放在同一个文件夹里：{name}"
TOO_LARGE: Final = "图片超过 {megabytes} MB：{name}"


class LessonsFaulty(Exception):
    """Nothing was imported. `faults` holds one Chinese sentence per fault, with its file or row."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"{len(faults)} fault(s) in the lessons")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson to be stored; `source` tells it from the others of its import, and is the same the next time."""

    source: str
    section: str
    title: str
    summary: str
    text: str
    url: str
    pictures: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a draft has to hold to: `sections` by name, pictures of at most `picture_bytes` each."""

    sections: Sequence[str]
    picture_bytes: int


def draft(
    where: str, source: str, cells: Mapping[str, str], pictures: Sequence[str], folder: Path, rules: Rules
) -> Draft:
    """The lesson in `cells` (by `COLUMNS`) and its `pictures`, named from `folder`.

    Raises LessonsFaulty with all that is wrong; `where` stands before each.
    """
    faults = list(_faults(cells, pictures, rules))
    files: list[File] = []
    for name in pictures[:MOST_PICTURES]:
        picture = _picture(folder, name, rules)
        if isinstance(picture, File):
            files.append(picture)
        else:
            faults.append(picture)
    if faults:
        raise LessonsFaulty([f"{where}：{fault}。" for fault in faults])
    return Draft(source, cells["栏目"], cells["标题"], cells["摘要"], cells["正文"], cells["链接"], tuple(files))


def _faults(cells: Mapping[str, str], pictures: Sequence[str], rules: Rules) -> list[str]:
    faults = []
    if cells["栏目"] not in rules.sections:
        faults.append(NO_SECTION.format(section=cells["栏目"], known="、".join(rules.sections)))
    if not cells["标题"]:
        faults.append(NO_TITLE)
    if not cells["正文"] and not cells["链接"] and not pictures:
        faults.append(NOTHING)
    faults += [
        TOO_LONG.format(column=column, length=len(cells[column]), most=most)
        for column, most in LONGEST.items()
        if len(cells[column]) > most
    ]
    if cells["链接"] and not is_address(cells["链接"]):
        faults.append(NO_ADDRESS.format(url=cells["链接"]))
    if len(pictures) > MOST_PICTURES:
        faults.append(TOO_MANY.format(most=MOST_PICTURES))
    return faults


def is_address(url: str) -> bool:
    """Whether it is a web address that people can open."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _picture(folder: Path, name: str, rules: Rules) -> File | str:
    """The picture, or what is wrong with it."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            return OUTSIDE.format(name=name)
        if path.stat().st_size > rules.picture_bytes:
            return TOO_LARGE.format(megabytes=rules.picture_bytes // 1024 // 1024, name=name)
        data = path.read_bytes()
    except (OSError, ValueError):  # a name with NUL is a ValueError
        return NO_PICTURE.format(name=name)
    form = told_by_content(data)
    if form is None or form.media_type not in PICTURE_TYPES:
        return NOT_A_PICTURE.format(name=name)
    return File(path.name, form.media_type, data)
