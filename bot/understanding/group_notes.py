"""接龙, WeChat's group notes: a headline and numbered lines, one a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.understanding.found import Context, Found
from bot.understanding.months import read_recent_months
from bot.understanding.normal import Normal
from bot.understanding.quantities import read_number
from bot.understanding.values import SHANGHAI, Months, Name, Number

_Read = Callable[[str, int, Context], Found | None]
MARK = "#接龙"
_HEADLINE = 60  # characters
_LINE = re.compile(r"(?:^|(?<=\s))\d{1,3} ?(?:[.、)] ?(?=[^\d\s])|[.、)] )\s*")
_EXAMPLE = re.compile(r"例[:如\s]")
_NAME = re.compile(r"@?([^\s,:;、()]+)")


@dataclass(frozen=True, slots=True)
class GroupNote:
    """`names` are the first words of the numbered lines, `lines` all of each; both in plain form and in order.

    `months` and `number` are what the headline names, None where it names none.
    """

    headline: str
    lines: tuple[str, ...]
    names: tuple[Name, ...]
    months: Months | None
    number: Number | None


def read_group_note(text: str, now: datetime) -> GroupNote:
    """Read a message that begins with #接龙; `now` is aware."""
    plain = Normal.of(text).text.strip().removeprefix(MARK)
    starts = list(_LINE.finditer(plain))
    ends = [*[match.start() for match in starts[1:]], len(plain)][: len(starts)]
    lines = [plain[match.end() : end].strip() for match, end in zip(starts, ends, strict=True)]
    lines = [line for line in lines if _NAME.match(line)]
    headline = _EXAMPLE.split(plain[: starts[0].start()] if starts else plain)[0].strip()[:_HEADLINE]
    context = Context(now.astimezone(SHANGHAI))
    months = next((found.value for found in _found(read_recent_months, headline, context)), None)
    number = next((found.value for found in _found(read_number, headline, context)), None)
    return GroupNote(
        headline,
        tuple(lines),
        tuple(Name(match[1]) for line in lines if (match := _NAME.match(line))),
        months if isinstance(months, Months) else None,
        number if isinstance(number, Number) else None,
    )


def _found(read: _Read, text: str, context: Context) -> Iterator[Found]:
    return (found for at in range(len(text)) if (found := read(text, at, context)) is not None)
