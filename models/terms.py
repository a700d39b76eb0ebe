"""Terms of the field: a code for the database and the Chinese words for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A member is declared as ``CODE = "code", "词", "别的词"``, the first word is its label."""

    words: tuple[str, ...]

    def __new__(cls, code: str, *words: str) -> Self:
        term = str.__new__(cls, code)
        term._value_ = code
        term.words = words
        return term

    @property
    def label(self) -> str:
        return self.words[0]

    @classmethod
    def of(cls, word: str) -> Self:
        """The term for one of its words; raises ValueError."""
        for term in cls:
            if word in term.words:
                return term
        raise ValueError(word)
