"""A row becomes a person; what is wrong is named by row and column, all of it at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from openpyxl.utils.datetime import from_excel

from bot.roster.faults import RosterFaulty
from bot.roster.sheet import Row, Value
from models import BranchKind, Category, Level, Post, Term
from models.member import OFFICES

FIRST_YEAR = 1921
LONGEST = {"学校": 100, "学院": 100, "支部": 100, "姓名": 50}
LONGEST_LEVELS = 190  # characters of all between the school and the branch: a path has 400
STUDENT_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{3,29}")
DATE = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?: 0{1,2}:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
EXCEL_DAYS = re.compile(r"[2-6]\d{4}")  # a date whose cell lost its format: days since 1900
SEVERAL_POSTS = re.compile("[兼、，,;；/+和及]")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")

AT = "第 {row} 行“{column}”：{fault}"
IS_EMPTY = "空着，请填写。"
IS_FORMULA = "是公式，请复制这一列，再“选择性粘贴”为数值。"
IS_ERROR = "是 Excel 的错误值“{value}”，请改正。"
TOO_LONG = "太长，最多 {most} 个字。"
HAS_SLASH = "不能有斜杠“/”。"
HAS_GAP = "斜杠“/”的两边都要有名称，例如：机电学院/智能制造党总支。"
NO_TERM = "不认识“{value}”，只能填：{known}。"
NO_NAME = "“{value}”不像姓名。"
NO_NUMBER = "“{value}”不像学号，只能有数字、字母和“-”，4 到 30 位。"
LOST_DIGITS = "“{value}”被 Excel 改成了科学计数，数字可能丢了。请把这一列设为“文本”再重新填写。"
NO_DATE = "“{value}”不是日期，请写成 2024-06-01 这样。"
FUTURE = "{value} 在今天以后，请检查年份。"
ANCIENT = "{value} 早于 1921 年，请检查年份。"
NEEDS_ADMISSION = "空着。{category}的党费从支部大会通过那天算起，请填写。"
NOT_ADMITTED = "{category}还没有入党日期，请留空，或改正类别。"
NOT_FULL = "{category}还没有转正日期，请留空，或改正类别。"
BEFORE_ADMISSION = "{value} 不在入党日期以后，请检查。"
NO_PHONE = "“{value}”不像手机号码，要 11 位数字；不用填就留空。"
TWICE = "{value} 与第 {other} 行重复，一个学号只能有一行；在两个支部任职的，只填组织关系所在的支部。"
TWO_SECRETARIES = "这个支部在第 {other} 行已有书记，一个支部只有一位书记。"
TWO_KINDS = "与第 {other} 行不一致，同一个支部的类型要相同。"
TWO_LEVELS = "“{name}”在第 {other} 行是{level}，同一个名称在同一个上级下面只能有一个组织。"
NOT_FOR_OFFICE = "职务是{post}的，这一格请留空。"
NO_BRANCH = "空着。只有学院党委、党总支、学校党委可以不填支部。"

TermOf = TypeVar("TermOf", bound=Term)


@dataclass(frozen=True, slots=True)
class Person:
    """What one row says of somebody. `colleges` and `branch` are empty for those who stand above them.

    `colleges` are the levels between the school and the branch, the college's first.
    """

    row: int
    school: str
    colleges: tuple[str, ...]
    branch: str
    kind: BranchKind | None
    name: str
    student_no: str
    category: Category
    post: Post
    admitted_on: date | None
    full_since: date | None  # None too where the file has no such column
    phone: str | None = None  # "" for an empty cell, None where the file has no such column

    @property
    def places(self) -> list[tuple[Level, str]]:
        """Level and name from the school down to where they belong."""
        between = zip([Level.COLLEGE, *[Level.GENERAL_BRANCH] * len(self.colleges)], self.colleges, strict=False)
        places = [(Level.SCHOOL, self.school), *between]
        return [*places, (Level.BRANCH, self.branch)] if self.branch else places

    @property
    def path(self) -> str:
        return "/".join(name for _, name in self.places)

    @property
    def paths(self) -> list[tuple[str, Level]]:
        """Path and level from the school down."""
        names = [name for _, name in self.places]
        return [("/".join(names[: depth + 1]), level) for depth, (level, _) in enumerate(self.places)]


def read_people(rows: Sequence[Row], today: date) -> list[Person]:
    """Everybody in `rows`; raises RosterFaulty with every fault there is."""
    faults: list[tuple[int, str]] = []
    people = []
    for row in rows:
        reader = _RowReader(row, today)
        person = reader.person()
        faults += [(row.number, fault) for fault in reader.faults]
        if person is not None:
            people.append(person)
    faults += _between(people)
    if faults:
        raise RosterFaulty([fault for _, fault in sorted(faults, key=lambda fault: fault[0])])
    return people


class _Fault(Exception):
    """A cell cannot be read; the text says why."""


class _RowReader:
    """Reads one row and collects what is wrong with it."""

    def __init__(self, row: Row, today: date) -> None:
        self._row = row
        self._today = today
        self.faults: list[str] = []

    def person(self) -> Person | None:
        """None where a cell is wrong."""
        post = self._read("职务", _post)
        office = post if post in OFFICES else None
        school = self._read("学校", lambda value: _place("学校", value))
        colleges = self._read("学院", lambda value: _levels(value, post is Post.SCHOOL, office))
        branch = self._read("支部", lambda value: _branch(value, office))
        kind = self._read("支部类型", lambda value: None if office else _term(BranchKind, value))
        name = self._read("姓名", _name)
        student_no = self._read("学号", _student_number)
        category = self._read("类别", lambda value: _term(Category, value))
        admitted_on = self._read("入党日期", lambda value: _admission(value, category, self._today))
        full_since = None
        if "转正日期" in self._row.cells:
            full_since = self._read("转正日期", lambda value: _full(value, category, admitted_on, self._today))
        phone = self._read("手机", _phone) if "手机" in self._row.cells else None
        if self.faults:
            return None
        assert school and name and student_no and category and post is not None  # or else there were faults
        place = (school, colleges or (), branch or "")
        return Person(self._row.number, *place, kind, name, student_no, category, post, admitted_on, full_since, phone)

    def _read(self, column: str, read: Callable[[Value], _Read]) -> _Read | None:
        value = self._row.cells[column]
        try:
            if isinstance(value, str) and value.startswith("="):
                raise _Fault(IS_FORMULA)
            if isinstance(value, str) and value.startswith("#"):
                raise _Fault(IS_ERROR.format(value=value))
            return read(value)
        except _Fault as fault:
            self.faults.append(AT.format(row=self._row.number, column=column, fault=fault))
            return None


_Read = TypeVar("_Read")


def _needed(value: Value) -> str:
    if not value:
        raise _Fault(IS_EMPTY)
    return str(value)


def _term(kind: type[TermOf], value: Value) -> TermOf:
    word = "".join(str(value).split())
    try:
        return kind.of(word)
    except ValueError:
        known = "、".join(term.label or "（空着）" for term in kind)
        raise _Fault(NO_TERM.format(value=word, known=known) if word else IS_EMPTY) from None


def _post(value: Value) -> Post:
    """The first known post of somebody who holds several: 组织委员兼宣传委员."""
    parts = SEVERAL_POSTS.split("".join(str(value or "").split()))
    known = {post.label: post for post in Post if post.label}
    several = [known[part] for part in parts if part in known]
    return several[0] if len(parts) > 1 and several else _term(Post, value)


def _place(column: str, value: Value) -> str:
    name = "".join(_needed(value).split())
    if len(name) > LONGEST[column]:
        raise _Fault(TOO_LONG.format(most=LONGEST[column]))
    if "/" in name:
        raise _Fault(HAS_SLASH)
    return name


def _levels(value: Value, above: bool, office: Post | None) -> tuple[str, ...]:
    """机电学院/智能制造党总支: the college and what lies between it and the branch; () for an office `above` them."""
    if above and office is not None:
        return _left_empty(value, office)
    names = _needed(value).replace("／", "/").split("/")
    if len(names) > 1 and not all(name.strip() for name in names):
        raise _Fault(HAS_GAP)
    if len("/".join(names)) > LONGEST_LEVELS:
        raise _Fault(TOO_LONG.format(most=LONGEST_LEVELS))
    return tuple(_place("学院", name) for name in names)


def _branch(value: Value, office: Post | None) -> str:
    """The branch's name; empty for an office, which stands above the branches."""
    if office is not None:
        _left_empty(value, office)
        return ""
    if not value:
        raise _Fault(NO_BRANCH)
    return _place("支部", value)


def _left_empty(value: Value, office: Post) -> tuple[str, ...]:
    if value:
        raise _Fault(NOT_FOR_OFFICE.format(post=office.label))
    return ()


def _name(value: Value) -> str:
    """Spaces inside a Chinese name are for looks (张　三); between Latin letters they are kept."""
    name = " ".join(_needed(value).split())
    name = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", name)
    if len(name) > LONGEST["姓名"]:
        raise _Fault(TOO_LONG.format(most=LONGEST["姓名"]))
    if len(name) < 2 or not all(char.isalpha() or char in " ·.-'’" for char in name):
        raise _Fault(NO_NAME.format(value=name))
    return name


def _student_number(value: Value) -> str:
    if isinstance(value, date):
        raise _Fault(NO_NUMBER.format(value=value))
    number = "".join(unicodedata.normalize("NFKC", _needed(value)).split()).lstrip("'").upper()
    if SCIENTIFIC.fullmatch(number):
        raise _Fault(LOST_DIGITS.format(value=value))
    if not STUDENT_NUMBER.fullmatch(number):
        raise _Fault(NO_NUMBER.format(value=value))
    return number


def _phone(value: Value) -> str:
    """Eleven digits, "" where the cell is empty."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", str(value))).lstrip("'")
    if not number:
        return ""
    match = PHONE.fullmatch(number)
    if match is None:
        raise _Fault(NO_PHONE.format(value=value))
    return match[1]


def _admission(value: Value, category: Category | None, today: date) -> date | None:
    if not value:
        if category is Category.PROBATIONARY:
            raise _Fault(NEEDS_ADMISSION.format(category=category.label))
        return None
    day = _date(value)
    if category in (Category.CANDIDATE, Category.APPLICANT):
        raise _Fault(NOT_ADMITTED.format(category=category.label))
    if day > today:
        raise _Fault(FUTURE.format(value=day))
    if day.year < FIRST_YEAR:
        raise _Fault(ANCIENT.format(value=day))
    return day


def _full(value: Value, category: Category | None, admitted_on: date | None, today: date) -> date | None:
    if not value:
        return None
    day = _date(value)
    if category not in (Category.FULL, None):
        raise _Fault(NOT_FULL.format(category=category.label))
    if day > today:
        raise _Fault(FUTURE.format(value=day))
    if admitted_on is not None and day <= admitted_on:
        raise _Fault(BEFORE_ADMISSION.format(value=day))
    return day


def _date(value: Value) -> date:
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    if EXCEL_DAYS.fullmatch(text):
        return date.fromordinal(from_excel(int(text)).toordinal())
    match = DATE.fullmatch(re.sub(r"\s*([-/.年月])\s*", r"\1", text))
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) for part in match.groups() if part)
        return date(year, month, day)
    except ValueError:
        raise _Fault(NO_DATE.format(value=value)) from None


def _between(people: Sequence[Person]) -> list[tuple[int, str]]:
    """What is wrong between rows that are right alone."""
    numbers: dict[str, int] = {}
    secretaries: dict[str, int] = {}
    kinds: dict[str, tuple[int, BranchKind]] = {}
    levels: dict[str, tuple[int, Level]] = {}
    faults = []
    for person in people:

        def found(column: str, fault: str, row: int = person.row) -> None:
            faults.append((row, AT.format(row=row, column=column, fault=fault)))

        if other := numbers.get(person.student_no):
            found("学号", TWICE.format(value=person.student_no, other=other))
        numbers.setdefault(person.student_no, person.row)
        if person.post is Post.SECRETARY:
            if other := secretaries.get(person.path):
                found("职务", TWO_SECRETARIES.format(other=other))
            secretaries.setdefault(person.path, person.row)
        if person.kind is not None:
            first, kind = kinds.setdefault(person.path, (person.row, person.kind))
            if kind is not person.kind:
                found("支部类型", TWO_KINDS.format(other=first))
        for path, level in person.paths:
            first, known = levels.setdefault(path, (person.row, level))
            if known is not level:
                column = "支部" if level is Level.BRANCH else "学院"
                found(column, TWO_LEVELS.format(name=path.rpartition("/")[2], other=first, level=known.label))
    return faults
