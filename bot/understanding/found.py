"""What a recogniser returns, and what it may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.understanding.values import Month


@dataclass(frozen=True, slots=True)
class Found:
    """A value that ends before `end`; `doubt` is why it should be confirmed, in words for its author.

    `day`: only that was said where a moment was wanted.
    """

    end: int
    value: object
    doubt: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands for a value where something was said that does not exist; `said` tells its author, in words."""

    said: str


@dataclass(slots=True)
class Context:
    """What recognisers may know besides the text: `now` is aware, Asia/Shanghai."""

    now: datetime
    people: Sequence[str] = ()
    ahead: bool = False  # the message speaks of paying in advance
    strict: bool = False  # nothing may be guessed: ordinary talk in a group
    day: date | None = None  # of which an hour alone is meant, where it was named before
    only: frozenset[str] | None = None  # the commands that are looked at; all, where None
    cache: dict[tuple[object, ...], object] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of an hour that is said alone."""
        return self.day or self.now.date()

    @property
    def month(self) -> Month:
        return Month.of(self.now)
