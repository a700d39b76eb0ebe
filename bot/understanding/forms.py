"""What a command looks like to the understanding: its phrases and its slots.

For authors of handlers
=======================
A command is declared by phrases (how people say it) and by the parameters of
its function (what it needs). The understanding finds the phrase in the message
and reads what else stands there by the parameters' types, **in any order**;
polite and superfluous words (书记好, 我想, 一下, 的, 谢谢, 吗 …), punctuation,
width, numerals, emoji and typos are its business: never list them as phrases.

Phrases
-------
``交党费``                 literal text
``替{for_}交{months}``     ``{slot}``: this slot's value stands here
``交 党费``                a space: values and superfluous words *may* stand here (交党费, 交一下11月的党费)
``谁[还]没[有]交 党费``   ``[…]``: may be missing; may hold slots and alternatives
``(交|缴|补交)党费``       ``(a|b)``: one of these
``{verdict=退回}{member}`` ``{slot=word|word}``: this word stands here and *is* the slot's
                           value (``退回`` is read as an enum member; for a ``bool`` it sets the flag;
                           for a ``Text`` the text begins with it: ``{text=敬爱的党组织}``)
``<谁>``                   a word of everybody's language in all its forms: 谁, 还有谁, 哪些人, 哪几个 …
                           (`bot.understanding.synonyms` lists what there is)
``党费 & <未交> & <谁>``   pieces in any order, with values and superfluous words between them
``交{_}思想汇报``          ``{_}``: a month, quarter or day named in passing, which is not kept
``@签到``                  a phrase that begins with ``@`` counts only in private or where the
                           bot was addressed: for words that are ordinary talk in a group

Write the shortest wording that is the command's own. Values need not be placed
in a phrase to be read: ``交党费`` alone reads 交党费 0.2 11月 and 11月交党费 0.2.
Where they stand *inside* the phrase (交11月党费), write a space there, or the
slot's place where the phrase makes no sense without it (补交{months}).
In a group, a message that does not address the bot must begin with a phrase and
be wholly understood, so a phrase should not be something people say by the way.

Slots
-----
One per parameter; the slot has the parameter's name. A Python keyword ends in
an underscore (``for_``, ``from_``); JSON drops it. ``X | None = None`` is optional.

=================  ==========================================================
``Months``         11月 · 9到11月 · 10、11月 · 三季度 · 上半年 · 上个月. Without a year: this year
                   unless that is more than six months ahead; with 预交: after the current month
``RecentMonths``   the same in a query or an export: without a year the most recent one
``Month``          one month. **Two** of them are the two ends of a stretch, first and last:
                   到明年6月 fills the second, 9月起 the first, 9月到6月 both
``Period``         2026-11 or 2026-Q4: what thought reports are due for
``Money``          0.2 · 两毛 · 一块二 · ¥0.2 · 每月0.2 (times the months)
``datetime``       下周三下午3点 · 11.28 19:30; aware, Asia/Shanghai. **Two** of them are the ends of
                   a span: 周四14-16点; 周三下午 is 12:00–18:00, a whole day 08:00–22:00.
                   In a phrase the first one's place stands for both: ``书记{from_}有空``.
                   **Three** are a moment, or else the ends of a span: 周五下午3点, else 周五下午
``date``           周五 · 11月28日, where no hour is said (an hour makes it a ``datetime``)
``PastDay``        11月20日 · 昨天: the day on which something happened; without a year the most recent one
``Minutes``        20分钟 · 半小时
``Number``         3 · 3号 · 第三个: the number of something listed
``Places``         10人 · 限8名
``Name``           a person: 张三 · 书记 · @张三; not yet looked up. A slot called ``for_`` is read
                   with a question unless 替/帮/代 stands before it
``Enum``           members with ``.words`` (how it is said) and ``.value`` (its code)
``bool``           a flag: set by the words given in phrases as ``{anonymous=匿名}``; once named in one
                   phrase they are recognised beside every phrase of the command
``Url``            a link, anywhere
``City``           苏州 · 苏州市; also the beginning of a company's name
``Code``           K7Q2MX, a one-time code; upper-cased. Alone in private or addressed it is its command
``StudentNumber``  20230101
``Organisation``   机电学院 · 智能制造流动党支部: a word of its own that ends as such names do; not yet looked up
``Word``           one word that is nothing else: a title, a company, a branch
``Text``           what is left, as typed. At most one per command. Values stand before it (心得 3 今天…);
                   a *required* one of another type is also looked for inside and behind it. One called
                   ``reason`` or ``comment`` is also the one clause beside the command (要加班，周五党课请假)
=================  ==========================================================

Faults
------
What is shaped like a month, an amount, a day or an hour and is none (13月, -5元, 0.001元, 2月30日, 25点, 11月到9月),
and a day without hours where both ends of a span are required, is told to its author; the handler is not called.

Answers
-------
``answers={"meeting": ("到", "1", "签到")}``: while a matter of that name is open for
this person here, these bare words are this command. ``"*"`` is any text in
private that is no command. `COURTESY` is always open, to what is addressed to the
bot alone (你好, 谢谢). A word that is a value of the command (合格) answers
only where it stands alone, and is a guess. A word that shall also work in private while nothing
is open is a phrase ``@到`` besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from bot.understanding.phrases import Phrase, parse_phrase
from bot.understanding.values import (
    City,
    Code,
    Minutes,
    Money,
    Month,
    Months,
    Name,
    Number,
    Organisation,
    PastDay,
    Period,
    Places,
    RecentMonths,
    StudentNumber,
    Text,
    Url,
    Word,
)

SLOT_TYPES: frozenset[type] = frozenset(
    {
        Months,
        RecentMonths,
        Month,
        Period,
        Money,
        datetime,
        date,
        PastDay,
        Minutes,
        Number,
        Places,
        Name,
        bool,
        Url,
        City,
        Organisation,
    }
    | {Code, StudentNumber, Word, Text}
)

ANY_TEXT = "*"
REASONS = frozenset({"reason", "comment"})
COURTESY = "courtesy"  # open to everybody, always
ASKED_HERE = "asked_here"  # what waits for an answer was asked in this very conversation


@dataclass(frozen=True, slots=True)
class Slot:
    """One value that a command takes; `type` is one of `SLOT_TYPES` or an Enum class with `.words`."""

    name: str
    type: type
    required: bool = False

    def __post_init__(self) -> None:
        if self.type in SLOT_TYPES:
            return
        if isinstance(self.type, type) and issubclass(self.type, Enum) and hasattr(next(iter(self.type)), "words"):
            return
        raise ValueError(f"slot {self.name}: nobody can read a {self.type!r} from a message")

    @property
    def json_name(self) -> str:
        """The name in JSON: a keyword without its underscore."""
        return self.name.rstrip("_")


@dataclass(frozen=True)
class Form:
    """One command as the understanding sees it. Raises ValueError where a phrase cannot be read."""

    command: str
    phrases: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    role: str | None = None  # for suggestions only: None is every member
    changes: bool = True  # False where it only asks: words that ask, months and days in passing do no harm then
    guessed: bool = True  # False where nothing but its own words may mean it
    example: str = ""  # a line that can be copied; the first phrase where empty

    def __post_init__(self) -> None:
        by_name = {slot.name: slot for slot in self.slots}
        if len(by_name) != len(self.slots):
            raise ValueError(f"{self.command}: two slots of one name")
        if sum(slot.type is Text for slot in self.slots) > 1:
            raise ValueError(f"{self.command}: at most one Text")
        for phrase in self.parsed():
            for name in phrase.slot_names:
                if name not in by_name:
                    raise ValueError(f"{self.command}: {phrase.source!r} names {name}, which is no parameter")

    def parsed(self) -> tuple[Phrase, ...]:
        """The phrases, read, each in every order in which its pieces may stand."""
        return self._parsed

    @cached_property
    def _parsed(self) -> tuple[Phrase, ...]:
        return tuple(order for phrase in self.phrases for order in parse_phrase(phrase))

    @property
    def may_be_all_text(self) -> bool:
        """Whether a message can be its text and nothing else, as a report's."""
        return self.free_text is not None and not self.free_text.required and len(self.slots) == 1

    @property
    def wording(self) -> str:
        """All phrases, to ask whether a word is one of the command's own."""
        return "\n".join(self.phrases)

    def slot(self, name: str) -> Slot:
        """The slot of that name; raises KeyError."""
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise KeyError(name)

    @property
    def free_text(self) -> Slot | None:
        """The slot that takes what is left."""
        return next((slot for slot in self.slots if slot.type is Text), None)
