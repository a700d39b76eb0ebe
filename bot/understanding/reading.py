"""What a message was understood as."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message was understood as.

    `command` is None for ordinary talk and ``"unknown"`` for what was meant for
    the bot and not understood; then `suggestions` names the nearest commands, none where it was most likely talk.
    `values` are typed, by slot name. `confirm`: repeat it and wait for 确认;
    `problem` says why, in words for its author. `fault`: something was said that
    does not exist (2月30日, 13月, -5元); it is to be answered instead of acted on,
    and is missing in `values`. `day`: a moment is missing, and this is its day.
    `guessed`: read by resemblance alone, so that what answers an open question
    comes before it. `apart`: what was not understood as a whole, in two parts of
    which each is a command for sure.
    """

    command: str | None
    values: dict[str, object] = field(default_factory=dict)
    confirm: bool = False
    suggestions: tuple[str, ...] = ()
    addressed: bool = False
    problem: str = ""
    fault: str = ""
    day: date | None = None
    guessed: bool = False
    apart: tuple[str, ...] = ()


SILENCE = Reading(None)
