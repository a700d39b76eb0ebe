"""Which recogniser reads the values of which slot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import partial

from bot.understanding.faults import FaultFinder, fault_of_money, fault_of_months, fault_of_time
from bot.understanding.forms import Form
from bot.understanding.found import Context, Fault, Found
from bot.understanding.identifiers import read_city, read_code, read_organisation, read_student_number, read_url
from bot.understanding.matching import enum_words, folded
from bot.understanding.moments import (
    DATE_PAST,
    NO_HOUR,
    names_whole_days,
    read_clock,
    read_date,
    read_hourless,
    read_moment,
    read_span,
)
from bot.understanding.months import read_month, read_months, read_period, read_recent_months, read_stretch
from bot.understanding.phrases import Fixed
from bot.understanding.quantities import read_minutes, read_money, read_number, read_places
from bot.understanding.values import (
    City,
    Code,
    Minutes,
    Money,
    Month,
    Months,
    Number,
    Organisation,
    PastDay,
    Period,
    Places,
    RecentMonths,
    StudentNumber,
    Url,
)

NO_HOURS = "请写明几点到几点"
_WITHOUT_YEAR = re.compile(r"\d{1,2}[月./-]\d")

Recogniser = Callable[[str, int, Context], Found | None]


@dataclass(frozen=True, slots=True)
class SlotReader:
    """Reads the values of one slot, or of the two that belong together, where none of `unless` has a value."""

    names: tuple[str, ...]
    read: Recogniser
    kind: type
    unless: tuple[str, ...] = ()


_SOON = 62  # days
DATE_AHEAD = "没有说哪一年，今年的还没有到"


def _read_day(text: str, at: int, context: Context) -> Found | None:
    """A day, with an hour behind it that is not kept."""
    found = read_date(text, at, context)
    clock = read_clock(text, found.end) if found and found.end < len(text) else None
    return Found(clock.end, found.value, found.doubt) if found and clock else found


def _read_past_day(text: str, at: int, context: Context) -> Found | None:
    """That it is past is what was expected; one that was read as ahead is last year's, where no year is said."""
    found = _read_day(text, at, context)
    if found is None:
        return None
    day: date = found.value  # type: ignore[assignment]
    ahead = (day - context.now.date()).days
    if ahead > 0 and _WITHOUT_YEAR.match(text, at) and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year - 1)
        if ahead <= _SOON:  # may be meant, though it has not come
            return Found(found.end, PastDay.fromordinal(day.toordinal()), DATE_AHEAD)
    return Found(found.end, PastDay.fromordinal(day.toordinal()), "" if found.doubt == DATE_PAST else found.doubt)


def _read_moment_or_day(text: str, at: int, context: Context) -> Found | None:
    return read_moment(text, at, context) or read_hourless(text, at, context)


def _read_moment_alone(text: str, at: int, context: Context) -> Found | None:
    """A moment, unless a span begins or ends with it: 3点以后."""
    return None if _read_stretch_of_time(text, at, context) else read_moment(text, at, context)


def _read_stretch_of_time(text: str, at: int, context: Context) -> Found | None:
    """A span that is said as one: 周五下午, 周四14-16点; no moment."""
    found = read_span(text, at, context)
    return found if found and isinstance(found.value, tuple) and found.value[1] is not None else None


def _read_word(words: dict[str, object], text: str, at: int, context: Context) -> Found | None:
    for word, value in words.items():
        if text.startswith(word, at):
            return Found(at + len(word), value)
    return None


def _read_passing(text: str, at: int, context: Context) -> Found | None:
    day = read_date(text, at, context)
    found = read_months(text, at, context) or day or read_money(text, at, context)
    return found and Found(found.end, None, day=day.value if day is found else None)  # type: ignore[arg-type]


def _read_time_in_passing(text: str, at: int, context: Context) -> Found | None:
    found = read_months(text, at, context) or read_date(text, at, context)
    return found and Found(found.end, None)


PASSING_READER = SlotReader((), _read_passing, type(None))
TIME_IN_PASSING = SlotReader((), _read_time_in_passing, type(None))

_FAULTS: dict[type, FaultFinder] = {
    datetime: fault_of_time,
    date: fault_of_time,
    PastDay: fault_of_time,
    Months: fault_of_months,
    RecentMonths: fault_of_months,
    Month: fault_of_months,
    Period: fault_of_months,
    Money: fault_of_money,
}
_SIMPLE: dict[type, Recogniser] = {
    Months: read_months,
    RecentMonths: read_recent_months,
    Period: read_period,
    Money: read_money,
    Minutes: read_minutes,
    Number: read_number,
    Places: read_places,
    City: read_city,
    Organisation: read_organisation,
    Code: read_code,
    StudentNumber: read_student_number,
    Url: read_url,
}


def slot_readers(form: Form) -> tuple[SlotReader, ...]:
    """The readers of a form's slots; people, single words and free text are read apart."""
    readers: list[SlotReader] = []
    for kind, pair, single in ((datetime, read_span, None), (Month, read_stretch, read_month)):
        names = tuple(slot.name for slot in form.slots if slot.type is kind)
        if len(names) == 3 and kind is datetime:
            # What is listed says its time by its number.
            numbers = tuple(slot.name for slot in form.slots if slot.type is Number)
            readers.append(SlotReader(names[:1], _read_moment_alone, kind, unless=names[1:]))
            readers.append(SlotReader(names[1:], _read_stretch_of_time, kind, unless=(*names[:1], *numbers)))
        elif len(names) == 2:
            readers.append(SlotReader(names, _ended(form, names, pair), kind))
        elif names:
            days = any(slot.type is date for slot in form.slots)
            readers.append(SlotReader(names, single or (read_moment if days else _read_moment_or_day), kind))
    for slot in form.slots:
        if slot.type is date:
            readers.append(SlotReader((slot.name,), _read_day, date))
        elif slot.type is PastDay:
            readers.append(SlotReader((slot.name,), _read_past_day, PastDay))
        elif slot.type in _SIMPLE:
            readers.append(SlotReader((slot.name,), _SIMPLE[slot.type], slot.type))
        elif issubclass(slot.type, Enum):
            words: dict[str, object] = dict(enum_words(slot.type))
            readers.append(SlotReader((slot.name,), partial(_read_word, words), slot.type))
        elif slot.type is bool:
            flags: dict[str, object] = dict.fromkeys(_flag_words(form, slot.name), True)
            readers.append(SlotReader((slot.name,), partial(_read_word, flags), bool))
    return tuple(_with_faults(reader) for reader in readers)


def _with_faults(reader: SlotReader) -> SlotReader:
    """The reader that also knows what only looks like its values."""
    fault = _FAULTS.get(reader.kind)
    if fault is None:
        return reader

    def read(text: str, at: int, context: Context) -> Found | None:
        return fault(text, at, context) or reader.read(text, at, context)

    return replace(reader, read=read)


def _flag_words(form: Form, name: str) -> list[str]:
    words = {
        folded(word)
        for phrase in form.parsed()
        for node in phrase.nodes()
        if isinstance(node, Fixed) and node.slot == name
        for word in node.words
    }
    return sorted(words, key=len, reverse=True)


def _ended(form: Form, names: tuple[str, ...], pair: Recogniser) -> Recogniser:
    """Where only a moment is said, a span that is optional ends an hour later; a required end is asked for."""
    if pair is not read_span:
        return pair
    if form.slot(names[1]).required:
        return _read_hours_of_day

    def read(text: str, at: int, context: Context) -> Found | None:
        found = read_span(text, at, context)
        if found is None or not isinstance(found.value, tuple) or found.value[1] is not None:
            return found
        start = found.value[0]
        return Found(found.end, (start, start.replace(hour=min(start.hour + 1, 23))), found.doubt)

    return read


def _read_hours_of_day(text: str, at: int, context: Context) -> Found | None:
    """A span that is needed has hours: a day alone is no offer of all of it, and several days have none in common."""
    found = read_span(text, at, context)
    if found is None or not names_whole_days(text, at, found, context):
        return found
    first, last = (moment.date() for moment in found.value)  # type: ignore[attr-defined]
    if first != last:
        return Found(found.end, Fault(NO_HOURS))
    return Found(found.end, (None, None), NO_HOUR, first)
