"""The missing piece alone, put where it belongs in what was understood before it.

“约谈心 下周三” is asked back, and “三点” answers: it is an hour of that day. A
piece takes the place of what was said of the same kind: another day, another month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.understanding.forms import Form
from bot.understanding.found import Context
from bot.understanding.moments import read_clock, read_day
from bot.understanding.people import TITLES
from bot.understanding.values import SHANGHAI, Money, Month, Months, Name, Number, Period

SAME_HOUR = "几点还照原来说的"
_TIMES = (datetime, date)
_LONG = 15  # characters
_SURE = (Months, Month, Period, Money, Number, *_TIMES)


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
        kept = {name: value for name, value in self.values.items() if not isinstance(value, replaced)}
        return kept | dict(said)

    def at_the_same_hour(self, form: Form, text: str, context: Context) -> dict[str, object]:
        """Another day alone (周四) moves the one moment that was said; else nothing."""
        moments = {name: value for name, value in self.values.items() if isinstance(value, datetime)}
        days = [day for at in range(len(text)) if (day := read_day(text, at, context)) is not None and not day.bare]
        if len(moments) != 1 or not days or any(read_clock(text, at) for at in range(len(text))):
            return {}
        ((name, moment),) = moments.items()
        hour = moment.astimezone(SHANGHAI).timetz()
        return self.with_piece(form, {name: datetime.combine(days[0].day, hour)})


def is_sure(said: Mapping[str, object]) -> bool:
    """Whether these can be nothing but values: months, amounts, times and numbers, no names."""
    return all(isinstance(value, _SURE) for value in said.values())
