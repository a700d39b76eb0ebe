"""What looks at what comes in and needs no database, clock or channel: each part takes any bytes and raises nothing.

`guided` fuzzes them, `test_fuzz_short` gives them what it begins with.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from openpyxl import Workbook

import handlers
from bot.catalogue import collect
from bot.feeds import FeedUnreadable, feed_entries
from bot.formats import told_by_content
from bot.messages import File
from bot.roster.faults import RosterFaulty
from bot.roster.rows import read_people
from bot.roster.sheet import read_sheet
from bot.settings import Settings
from bot.storable import clean
from bot.understanding.normal import Normal
from bot.understanding.reader import Reader
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from tests.fuzz import files

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
Part = Callable[[bytes], object]

FEED: Final = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><title>&lt;b&gt;\xe5\x85\x9a</title>"
    b"<link>https://news.example.edu.cn/1</link><pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate></item></channel></rss>"
)
ROSTER: Final = (
    "学校,学院,支部,支部类型,姓名,学号,类别,职务,入党日期\n"
    "示范大学,信息学院,一支部,流动,张伟,20230105,正式党员,书记,2024-06-01\n"
)
SPOKEN: Final = (
    "交党费 11月 0.2",
    "约谈心 周五下午三点",
    "发起主题党日 11月28日 14:00 学习新党章",
    "请假 2 加班，去不了",
)


def understood(data: bytes) -> object:
    """A message, in private and as talk in the group."""
    text = clean(data.decode("utf-8", "replace"))
    return [_reader().read(text, now=NOW, private=private) for private in (True, False)]


def normal(data: bytes) -> object:
    """A message in plain form: each character has its place in what was typed."""
    made = Normal.of(clean(data.decode("utf-8", "replace")))
    assert len(made.text) == len(made.starts) == len(made.ends)
    assert all(0 <= start <= end <= len(made.raw) for start, end in zip(made.starts, made.ends, strict=True))
    return made


def inspected(data: bytes) -> object:
    """A file that a member hands in, by its content: zips among them; and one named as its bytes would have it."""
    name = File(data[:300].decode("utf-8", "replace"), "", b"").name
    assert name.strip(" .") == name and not set(name) & set("/\\\0")
    return told_by_content(data)


def sheet(data: bytes) -> object:
    """A roster as the operator's file: the first byte says which kind it calls itself."""
    path = _folder() / ("roster.xlsx" if data[:1] == b"P" else "roster.csv")
    path.write_bytes(data)
    with suppress(RosterFaulty):
        return read_people(read_sheet(path), NOW.date())
    return None


def feed(data: bytes) -> object:
    """What an address of a feed answers with."""
    with suppress(FeedUnreadable):
        return feed_entries(data, "application/rss+xml", "https://news.example.edu.cn/rss.xml", NOW.astimezone(UTC))
    return None


PARTS: Final[Mapping[str, Part]] = {part.__name__: part for part in (understood, normal, inspected, sheet, feed)}


def beginnings(name: str) -> list[bytes]:
    """What the fuzzer starts from."""
    if name in ("understood", "normal"):
        examples = [command.example for command in collect(handlers).commands.values()]
        return [said.encode() for said in (*SPOKEN, *examples)]
    if name == "sheet":
        return [ROSTER.encode(), ROSTER.encode("gb18030"), _workbook()]
    return [FEED] if name == "feed" else [*files.packages(), *files.BEGINNINGS]


def _workbook() -> bytes:
    book, made = Workbook(), BytesIO()
    for line in ROSTER.splitlines():
        book.active.append(line.split(","))
    book.save(made)
    return made.getvalue()


@cache
def _reader() -> Reader:
    return reader_of(collect(handlers), Settings())


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-pure-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
