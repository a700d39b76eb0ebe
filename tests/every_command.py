"""Values that fit a command's slots, and values that do not: what the inherited checks say to every command."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from bot.commands import Command
from bot.understanding.forms import Slot
from bot.understanding.reader import Reader
from bot.understanding.reading import Reading
from bot.understanding.values import (
    SHANGHAI,
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
from tests.chat import Chat
from tests.conftest import NOON

SECRET = "暗号丁香花"
PHONE = "13800001111"
AMOUNT = Money(123456)
SECRETS = (SECRET, PHONE, AMOUNT.yuan, "20239876", "王强")

LONG = "很长" * 6000
INNOCENT = "学习全会精神"

FITTING: dict[type, object] = {
    Months: Months([Month(2026, 11)]),
    RecentMonths: RecentMonths([Month(2026, 11)]),
    Month: Month(2026, 11),
    Period: Period("2026-Q4"),
    Money: AMOUNT,
    datetime: NOON + timedelta(days=3, hours=3),
    date: (NOON + timedelta(days=4)).date(),
    PastDay: PastDay(2026, 11, 20),
    Minutes: Minutes(20),
    Number: Number(1),
    Places: Places(10),
    Name: Name("王强"),
    bool: True,
    Url: Url(f"https://example.org/{PHONE}"),
    City: City("苏州"),
    Organisation: Organisation("智能制造流动党支部"),
    Code: Code("K7Q2MX"),
    StudentNumber: StudentNumber("20239876"),
    Word: Word(SECRET),
    Text: Text(f"{SECRET}，电话 {PHONE}，" + "在工地上学到很多。" * 5),
}

# The ends of what the understanding reads, and beyond where it sets none.
AWKWARD: dict[type, Sequence[object]] = {
    Months: [
        Months([Month(2000, 1)]),
        Months([Month(2099, 12)]),
        Months(Month(2020, 1) + ahead for ahead in range(240)),
        Months([Month(2026, 1), Month(2027, 12)]),
    ],
    RecentMonths: [RecentMonths([Month(2000, 1)]), RecentMonths([Month(2099, 12)])],
    Month: [Month(2000, 1), Month(2099, 12)],
    Period: [Period("2000-01"), Period("2099-Q4")],
    Money: [Money(0), Money(1), Money(999_999_999)],
    datetime: [
        datetime(1, 12, 30, 14, tzinfo=SHANGHAI),
        NOON - timedelta(days=400),
        NOON,
        datetime(9999, 12, 30, 16, tzinfo=SHANGHAI),
    ],
    date: [date(1, 1, 2), date(9999, 12, 30)],
    PastDay: [PastDay(1, 1, 2), PastDay(9999, 12, 30)],
    Minutes: [Minutes(0), Minutes(1), Minutes(10**15)],
    Number: [Number(0), Number(9999)],
    Places: [Places(0), Places(9999)],
    Name: [Name("陈无名"), Name("%"), Name(LONG), Name("张三"), Name("李书记")],
    bool: [False],
    Url: [Url("http://" + LONG)],
    City: [City(LONG)],
    Organisation: [Organisation("外语学院"), Organisation("/"), Organisation(LONG)],
    Code: [Code("ZZZZZ9"), Code(LONG)],
    StudentNumber: [StudentNumber("1" * 200)],
    Word: [Word("{0}%s"), Word(LONG)],
    Text: [Text(""), Text("。"), Text("{0} %s \\ ' \" <b> 😀\u0001"), Text(LONG)],
}


def fitting(slot: Slot) -> object:
    """An ordinary value for the slot; one of the secrets where its type can hold one."""
    return next(iter(slot.type)) if issubclass(slot.type, Enum) else FITTING[slot.type]


def ordinary(command: Command, *, whole: bool) -> dict[str, object]:
    """Values for every slot, or for the required ones only."""
    return {slot.name: fitting(slot) for slot in command.form.slots if whole or slot.required}


def discreet(command: Command, public: Collection[str], *, whole: bool) -> dict[str, object]:
    """The same, but innocent where the command's author makes the value public."""
    innocent: dict[type, object] = {Text: Text(INNOCENT), Word: Word(INNOCENT), Url: Url("https://example.org/a")}
    changed = {slot.name: innocent[slot.type] for slot in command.form.slots if slot.name in public}
    values = ordinary(command, whole=whole)
    return values | {name: value for name, value in changed.items() if name in values}


def readings(command: Command) -> Iterator[dict[str, object]]:
    """What the understanding could read: little, much, and each value in turn one that cannot be right."""
    yield ordinary(command, whole=False)
    yield ordinary(command, whole=True)
    for slot in command.form.slots:
        choices = list(slot.type) if issubclass(slot.type, Enum) else AWKWARD[slot.type]
        for value in choices:
            yield ordinary(command, whole=False) | {slot.name: value}
            yield ordinary(command, whole=True) | {slot.name: value}


class Understands(Reader):
    """Reads every message as the command and the values it was told to, or else as `reader` does."""

    def __init__(self, reader: Reader) -> None:
        vars(self).update(vars(reader))  # what has been compiled: to do it anew takes a second
        self.told: Reading | None = None

    def read(self, text: str, **more: Any) -> Reading:
        return self.told or super().read(text, **more)


def understanding(chat: Chat) -> Understands:
    """Make the bot of `chat` read what it is told."""
    reader = Understands(chat.reader)
    chat.read_by(reader)
    return reader
