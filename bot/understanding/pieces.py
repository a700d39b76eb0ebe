"""The missing piece alone, put where it belongs in what was understood before it.

“约谈心 下周三” is asked back, and “三点” answers: it is an hour of that day. A
piece takes the place of what was said of the same kind: another day, another month.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.understanding.courtesy import only_courtesy
from bot.understanding.forms import Form
from bot.understanding.found import Context
from bot.understanding.moments import moment_of, read_clock, read_day
from bot.understanding.people import TITLES
from bot.understanding.values import SHANGHAI, City, Money, Month, Months, Name, Number, Period

SAME_HOUR = "几点还照原来说的"
_BESIDE = re.compile("也|加上|连同?|一起|一并|还有")
_TO = re.compile("(?:开)?(?:到|至) *")
_UP_TO = re.compile("到(?=[^到]{0,4}月)")
_FROM = re.compile("改到|挪到|换到")
_TIMES = (datetime, date)
_LONG = 15  # characters
_SURE = (Months, Month, Period, Money, Number, City, bool, *_TIMES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked back: a command with the `values` it has so far.

    `slot` names the value that was asked for, where it was one; `choices` are
    what a number in the answer means for that slot, in order. `said_day`: a moment
    is missing, and this is its day.
    """

    command: str
    values: Mapping[str, object] = field(default_factory=dict)
    slot: str = ""
    choices: tuple[str, ...] = ()
    said_day: date | None = None

    @property
    def day(self) -> date | None:
        """The day that is spoken of, of which an hour alone is meant."""
        if self.said_day is not None:
            return self.said_day
        for value in self.values.values():
            if isinstance(value, datetime):
                return value.astimezone(SHANGHAI).date()
            if isinstance(value, date):
                return value
        return None

    def lacks_text(self, form: Form, length: int) -> bool:
        """Whether a free text of `length` characters is what the command still lacks.

        Where nothing at all was said of it yet, and no text need be, what is long is one.
        """
        text = form.free_text
        if text is None or text.name in self.values:
            return False
        at_all = not (self.values or self.slot) and length >= _LONG
        return text.required or text.name == self.slot or at_all

    def may_name(self, said: Mapping[str, object], people: Sequence[str]) -> bool:
        """Whether the names in a piece are of people that are known, or a name was asked for: not any word is one."""
        return all(
            not isinstance(value, Name) or name == self.slot or value in people or value in TITLES
            for name, value in said.items()
        )

    def with_piece(self, form: Form, said: Mapping[str, object]) -> dict[str, object]:
        """All values, where those of the piece stand for what was said of the same kind before."""
        replaced: tuple[type, ...] = ()
        # What is listed says its time by its number.
        numbered = sum(slot.type is datetime for slot in form.slots) == 3
        if any(isinstance(value, _TIMES) for value in said.values()):
            replaced = (*_TIMES, Number) if numbered else _TIMES
        elif numbered and any(isinstance(value, Number) for value in said.values()):
            replaced = _TIMES
        elif numbered and True in said.values():  # 最后一个 is another one of those listed
            replaced = (*_TIMES, Number)
        kept = {name: value for name, value in self.values.items() if not isinstance(value, replaced)}
        return kept | dict(said) | self._moved_with(form, said)

    def _moved_with(self, form: Form, said: Mapping[str, object]) -> dict[str, object]:
        """The end of a span whose beginning alone is moved."""
        names = [slot.name for slot in form.slots if slot.type is datetime]
        if len(names) != 2 or names[1] in said:
            return {}
        start, end, moved = self.values.get(names[0]), self.values.get(names[1]), said.get(names[0])
        whole = isinstance(start, datetime) and isinstance(end, datetime) and isinstance(moved, datetime)
        return {names[1]: moved + (end - start)} if whole else {}  # type: ignore[operator]

    def at_the_same_hour(self, form: Form, text: str, context: Context) -> dict[str, object]:
        """Another day alone (周四) moves the one moment that was said; else nothing."""
        moments = {name: value for name, value in self.values.items() if isinstance(value, datetime)}
        days = [day for at in range(len(text)) if (day := read_day(text, at, context)) is not None and not day.bare]
        if len(moments) != 1 or not days or any(read_clock(text, at) for at in range(len(text))):
            return {}
        ((name, moment),) = moments.items()
        hour = moment.astimezone(SHANGHAI).timetz()
        return self.with_piece(form, {name: datetime.combine(days[0].day, hour)})

    def near_what_was_said(self, text: str, said: Mapping[str, object]) -> dict[str, object]:
        """What was `said` in `text`, near what it takes the place of: a month without its year, and 八点 on the same
        side of noon."""
        if _BESIDE.search(text):
            said = {name: _together(value, self.values.get(name)) for name, value in said.items()}
            said = said | self.as_much_each(said)
        elif "年" not in text:
            said = {name: _year_of(value, self.values.get(name)) for name, value in said.items()}
        clocks = [clock for at in range(len(text)) if (clock := read_clock(text, at)) is not None]
        if not clocks or any(clock.part or clock.colon or clock.padded for clock in clocks):
            return dict(said)
        return {name: _behind_noon(value, self.values.get(name)) for name, value in said.items()}

    def up_to(self, text: str, said: Mapping[str, object]) -> dict[str, object]:
        """What was `said` in `text`, where a month behind 到 is the last of those that were said: 一块交到明年3月."""
        if not _UP_TO.search(text) or _FROM.search(text):
            return dict(said)
        return {name: _run_to(value, self.values.get(name)) for name, value in said.items()}

    def as_much_each(self, said: Mapping[str, object]) -> dict[str, object]:
        """1月的也一起, beside an amount that was said for the months so far: as much for each of the `said`."""
        before = next((value for value in self.values.values() if isinstance(value, Months)), None)
        now = next((value for value in said.values() if isinstance(value, Months)), None)
        if before is None or now is None or any(isinstance(value, Money) for value in said.values()):
            return {}
        amounts = {name: value for name, value in self.values.items() if isinstance(value, Money)}
        each = {name: value // len(before) for name, value in amounts.items() if value % len(before) == 0}
        return {name: Money(value * len(now)) for name, value in each.items()}

    def with_another_end(self, form: Form, text: str, begin: int) -> dict[str, object]:
        """到五点 alone moves the end of the span that was said; else nothing."""
        names = [slot.name for slot in form.slots if slot.type is datetime]
        first, last = (self.values.get(name) for name in names) if len(names) == 2 else (None, None)
        to = _TO.match(text, begin)
        clock = (
            read_clock(text, to.end()) if to and isinstance(first, datetime) and isinstance(last, datetime) else None
        )
        if clock is None or not only_courtesy(text, clock.end, len(text)):
            return {}
        assert isinstance(first, datetime)
        start = first.astimezone(SHANGHAI)
        hour, minute = clock.resolved()
        if hour <= start.hour and not clock.part and hour < 12:
            hour += 12
        end = moment_of(start.date(), hour, minute)
        return self.with_piece(form, {names[0]: first, names[1]: end}) if end > start else {}


def _together(value: object, before: object) -> object:
    """10月的也一起 is both months."""
    if isinstance(value, Months) and isinstance(before, Months):
        return Months(sorted({*before, *value}))
    return value


def _run_to(value: object, before: object) -> object:
    """All months from the first that was said before to the one that is said."""
    if not (isinstance(value, Months) and isinstance(before, Months)) or len(value) != 1:
        return value
    return Months(before[0] + each for each in range(value[0] - before[0] + 1)) or value


def _year_of(value: object, before: object) -> object:
    """1月 in the place of December is that of the next year."""
    if isinstance(value, Month) and isinstance(before, Month):
        return value + 12 * round((before - value) / 12)
    if isinstance(value, Months) and isinstance(before, Months):
        years = round((before[-1] - value[-1]) / 12)
        return Months(month + 12 * years for month in value)
    return value


def _behind_noon(value: object, before: object) -> object:
    if not (isinstance(value, datetime) and isinstance(before, datetime)):
        return value
    late = before.astimezone(SHANGHAI).hour >= 12 > value.astimezone(SHANGHAI).hour
    return value + timedelta(hours=12) if late else value


def is_sure(said: Mapping[str, object]) -> bool:
    """Whether these can be nothing but values: months, amounts, times, numbers, cities, flags; no names."""
    return all(isinstance(value, _SURE) for value in said.values())
