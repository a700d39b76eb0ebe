"""How things are said: what a group may read is a type of its own, and dates and lists have one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.messages import Card
from bot.understanding.values import SHANGHAI, Code, Minutes, Month, Months, Name, Number, Places, StudentNumber
from models.terms import Term

WEEKDAYS = "一二三四五六日"


class Public(str):
    """A wording that its author has made public in the group: an activity's topic, a branch's name.

    Raises TypeError for what says who somebody is, whoever means to make it public.
    """

    __slots__ = ()

    def __new__(cls, words: str) -> Public:
        if not isinstance(words, str) or isinstance(words, Name | StudentNumber | Code):
            raise TypeError(f"a {type(words).__name__} may not be made public")
        return super().__new__(cls, words)


class GroupText(str):
    """A sentence that may stand in a group; made by `in_group` only, and a copy of one is a text as any other."""

    __slots__ = ()

    def __new__(cls, *_: object) -> GroupText:
        raise TypeError("what may stand in a group is made by in_group")

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


@dataclass(frozen=True, slots=True)
class GroupCard(Card):
    """A card that may stand in a group; raises TypeError where a part of it was not made for one."""

    def __post_init__(self) -> None:
        for part in (self.title, self.description, self.url, self.thumbnail_url):
            if part and not isinstance(part, Public | GroupText):
                raise TypeError(f"a {type(part).__name__} may not be shown on a card in a group")


PublicValue = Public | GroupText | int | Number | Places | Minutes | Month | Months | date | datetime | Term


def in_group(template: str, /, **values: PublicValue) -> GroupText:
    """Fill `template` for a group.

    Only counts, numbers, months, days, times, terms of the field and `Public`
    wordings can be put in; anything else (a name, an amount, a report's text)
    raises TypeError, whoever wrote the handler (DOMAIN: what is said where).
    """
    return _made(template.format(**{name: _public(name, value) for name, value in values.items()}))


def _made(text: str) -> GroupText:
    return str.__new__(GroupText, text)


def _public(name: str, value: object) -> str:
    if isinstance(value, datetime | date):
        return when(value)
    if isinstance(value, Month | Months | Term):
        return value.label
    if type(value) in (int, Places, Minutes, Public, GroupText) or isinstance(value, Number):
        return str(value)
    raise TypeError(f"{name}: a {type(value).__name__} may not be said in a group")


def lines_in_group(lines: Iterable[GroupText]) -> GroupText:
    """One under the other; raises TypeError where a line was not made for a group."""
    return joined_in_group(lines, "\n")


def joined_in_group(parts: Iterable[GroupText], between: Literal["", "，", "\n"] = "") -> GroupText:
    """One behind the other; raises TypeError where a part was not made for a group."""
    texts = list(parts)
    for text in texts:
        for_group(text)
    return _made(between.join(texts))


def for_group(text: object) -> None:
    """Raise TypeError where `text` was not made for a group; for what writes to one."""
    if not isinstance(text, GroupText):
        raise TypeError(f"a {type(text).__name__} may not be said in a group")


def when(moment: date) -> str:
    """11月28日（周六）19:30 for a moment, 11月28日（周六） for a day, as Shanghai's calendar has it."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(SHANGHAI)
        return f"{when(moment.date())}{moment:%H:%M}"
    return f"{moment.month}月{moment.day}日（周{WEEKDAYS[moment.weekday()]}）"


def in_brackets(moment: date) -> GroupText:
    """11月28日周六19:30: as `when` has it, for a place that stands in brackets itself."""
    return _made(when(moment).replace("（", "").replace("）", ""))


def typed(months: Months, now: datetime, to: str = "到") -> str:
    """Months as a member can type them: 9到11月, with the year where they would be read as another one's."""
    this = Month.of(now)
    plain = all(month.year == this.year and month - this <= 6 for month in months)
    said = (_run(first, last, to) for first, last in months.runs)
    return "、".join(
        run if plain else f"{first.year}年{run}" for (first, _), run in zip(months.runs, said, strict=True)
    )


def _run(first: Month, last: Month, to: str) -> str:
    return f"{last.month}月" if first == last else f"{first.month}{to}{last.month}月"


def join(things: Iterable[str]) -> str:
    """张三、李四; 无 where there is nothing."""
    return "、".join(things) or "无"
