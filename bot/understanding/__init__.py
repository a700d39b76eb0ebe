"""Text into commands and typed values. Pure: no records, no clock, no channel."""

from bot.understanding.reader import Reader, Reading

__all__ = ["Reader", "Reading"]
