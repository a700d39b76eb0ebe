"""A message as the reader reads it, to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Incoming
from bot.understanding.reader import Reader
from bot.understanding.reading import Reading
from bot.understanding.values import SHANGHAI, Text

LONGEST_READ = 20_000  # characters; WeChat lets through 16,384


def heard(
    reader: Reader,
    message: Incoming,
    open_matters: tuple[str, ...],
    people: Sequence[str] = (),
    only: frozenset[str] | None = None,
) -> Reading:
    """Only the beginning of what nobody types is read; a text that it holds, a report's, is kept to its end."""
    reading = reader.read(
        message.text[:LONGEST_READ],
        now=message.sent_at.astimezone(SHANGHAI),
        private=message.room is None,
        addressed=message.addressed,
        open=open_matters,
        people=people,
        only=only,
    )
    return to_its_end(reading, message)


def to_its_end(reading: Reading, message: Incoming) -> Reading:
    """Free text goes to the end of its message, so what was not read belongs to it."""
    if not (rest := message.text[LONGEST_READ:]):
        return reading
    values = {name: Text(value + rest) if type(value) is Text else value for name, value in reading.values.items()}
    return replace(reading, values=values)
