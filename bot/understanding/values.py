"""The types of values that a message can hold.

A handler annotates its parameters with these; the understanding fills them.
Each value has `label`, the wording in which it is repeated to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import total_ordering
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; `str()` gives ``YYYY-MM``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day, or of an aware moment as Shanghai's calendar has it."""
        if isinstance(day, datetime):
            day = day.astimezone(SHANGHAI)
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``; raises ValueError."""
        year, month = text.split("-")
        value = cls(int(year), int(month))
        value.first_day  # noqa: B018 - refuses month 13
        return value

    def __add__(self, months: int) -> Month:
        ordinal = self.year * 12 + self.month - 1 + months
        return Month(ordinal // 12, ordinal % 12 + 1)

    def __sub__(self, other: Month) -> int:
        """How many months `self` lies after `other`."""
        return (self.year - other.year) * 12 + self.month - other.month

    def __lt__(self, other: Month) -> bool:
        return (self.year, self.month) < (other.year, other.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"


class Months(tuple[Month, ...]):
    """Months in ascending order, each once."""

    __slots__ = ()

    @property
    def runs(self) -> list[tuple[Month, Month]]:
        """First and last of the months of one year that follow each other."""
        runs: list[tuple[Month, Month]] = []
        for month in self:
            if runs and month - runs[-1][1] == 1 and month.year == runs[-1][0].year:
                runs[-1] = (runs[-1][0], month)
            else:
                runs.append((month, month))
        return runs

    @property
    def label(self) -> str:
        """Runs joined: 2026年9–11月、2027年1月."""
        return "、".join(
            first.label if first == last else f"{first.year}年{first.month}–{last.month}月" for first, last in self.runs
        )


class RecentMonths(Months):
    """Months that a query or an export names: without a year the most recent ones are meant."""

    __slots__ = ()


class PastDay(date):
    """A day on which something happened: it is not ahead, and without a year the most recent one is meant."""

    __slots__ = ()

    @property
    def plain(self) -> date:
        """As a record keeps it: databases know no other kind."""
        return date.fromordinal(self.toordinal())


class Money(int):
    """An amount in fen."""

    __slots__ = ()

    @property
    def yuan(self) -> str:
        """Two decimals, no unit: ``0.20``."""
        return f"{self // 100}.{self % 100:02d}"

    @property
    def label(self) -> str:
        return f"{self.yuan}元"


class Period(str):
    """A month ``2026-11`` or a quarter ``2026-Q4``, as reports are due."""

    __slots__ = ()


class Minutes(int):
    """A duration in minutes."""

    __slots__ = ()


class Number(int):
    """The number of a listed thing: 3号, 第3个, 3."""

    __slots__ = ()


class Places(int):
    """How many people can take part: 10人."""

    __slots__ = ()


class Name(str):
    """A person as the message names them, not yet looked up: 张三, 书记."""

    __slots__ = ()


class Text(str):
    """Free text: what is left when everything else has been read. Kept as typed, without the spaces around it."""

    __slots__ = ()


class Url(str):
    """A link; it is not repeated in a `Text` beside it."""

    __slots__ = ()


class Word(str):
    """One word of free text, between spaces: a title, a company, a branch."""

    __slots__ = ()


class City(str):
    """A city in which people work."""

    __slots__ = ()


class Organisation(str):
    """A branch, college or school as the message names it, not yet looked up: 机电学院, 智能制造流动党支部."""

    __slots__ = ()


class Code(str):
    """A one-time binding code, upper case."""

    __slots__ = ()


class StudentNumber(str):
    """A student number, ASCII digits and letters."""

    __slots__ = ()
