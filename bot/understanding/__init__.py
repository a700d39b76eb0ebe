"""Text into commands and typed values. Pure: no records, no clock, no channel."""

from bot.understanding.reader import Reader
from bot.understanding.reading import Reading

__all__ = ["Reader", "Reading"]
