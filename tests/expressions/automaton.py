"""A regular expression as the automaton of its positions (Glushkov's), with every way from one to the next counted.

Python tries one way after another. How many it can have to try follows from the
automaton: exponentially many where a loop can be gone round in two ways with the
same text, a power of the length where two loops can share a text between them
(Weber and Seidl, On the degree of ambiguity of finite automata, 1991).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

MANY: Final = 40  # repetitions that count as endless; up to so many only lengthen the expression
COPIES: Final = 3  # of what is repeated a few times: enough to meet itself
SAMPLE: Final = "\n\t \x00aZ09_-.,。、，@#/:中一二三日月年号张ａ①é😀\u00b2\u200b"

_WORD, _DIGIT, _SPACE = re.compile(r"\w"), re.compile(r"\d"), re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Part:
    """Where a piece of an expression can begin and end, and whether it can be nothing."""

    nullable: bool
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()


EMPTY: Final = Part(True)


@dataclass
class Automaton:
    """`letters` says for each position which characters of the sample it takes; `ways` counts steps between two."""

    sample: str
    ignore_case: bool
    letters: list[frozenset[int]] = field(default_factory=list)
    ways: Counter[tuple[int, int]] = field(default_factory=Counter)

    def next(self, position: int) -> list[int]:
        return self._next().get(position, [])

    def _next(self) -> dict[int, list[int]]:
        if not hasattr(self, "_made"):
            made: dict[int, list[int]] = {}
            for before, after in self.ways:
                made.setdefault(before, []).append(after)
            self._made = made
        return self._made

    def meet(self, one: int, other: int) -> bool:
        """Whether some character is taken by both."""
        return not self.letters[one].isdisjoint(self.letters[other])


def automata(pattern: str, flags: int) -> list[Automaton]:
    """That of the expression, and one for each of its looks ahead or behind."""
    parsed = _parser.parse(pattern, flags)
    made: list[Automaton] = []
    waiting = [parsed]
    sample = "".join(sorted(set(SAMPLE) | set(_characters(parsed))))
    while waiting:
        builder = _Builder(Automaton(sample, bool(parsed.state.flags & re.IGNORECASE)), waiting)
        builder.sequence(waiting.pop())
        made.append(builder.automaton)
    return made


def _characters(tokens: Iterable[Any]) -> Iterator[str]:
    """Characters that an expression names, and the neighbours of its ranges."""
    for token, value in tokens:
        if token in (op.LITERAL, op.NOT_LITERAL):
            yield chr(value)
        elif token is op.RANGE:
            yield from (chr(code) for end in value for code in (end - 1, end, end + 1) if 0 < code < 0x110000)
        elif token is op.IN:
            yield from _characters(value)
        else:
            for inner in _inner(token, value):
                yield from _characters(inner)


def _inner(token: Any, value: Any) -> list[Any]:
    if token is op.BRANCH:
        return list(value[1])
    if token is op.SUBPATTERN:
        return [value[3]]
    if token in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [value[2]]
    if token in (op.ASSERT, op.ASSERT_NOT):
        return [value[1]]
    if token is op.ATOMIC_GROUP:
        return [value]
    if token is op.GROUPREF_EXISTS:
        return [one for one in value[1:] if one is not None]
    return []


class _Builder:
    def __init__(self, automaton: Automaton, waiting: list[Any]) -> None:
        self.automaton = automaton
        self._waiting = waiting

    def sequence(self, tokens: Iterable[Any]) -> Part:
        whole = EMPTY
        for token, value in tokens:
            whole = self._joined(whole, self._part(token, value))
        return whole

    def _joined(self, one: Part, other: Part) -> Part:
        self._step(one.last, other.first)
        return Part(
            one.nullable and other.nullable,
            one.first + (other.first if one.nullable else ()),
            other.last + (one.last if other.nullable else ()),
        )

    def _step(self, before: Iterable[int], after: Iterable[int]) -> None:
        after = tuple(after)
        for one in before:
            for other in after:
                self.automaton.ways[one, other] += 1

    def _part(self, token: Any, value: Any) -> Part:
        if token in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN, op.GROUPREF):
            return self._position(token, value)
        if token in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeated(*value)
        if token is op.POSSESSIVE_REPEAT:
            # Never gone back into, so that only what is repeated can be slow.
            return self.sequence(value[2])
        if token in (op.ASSERT, op.ASSERT_NOT):
            self._waiting.append(value[1])
            return EMPTY
        if token is op.AT:
            return EMPTY
        parts = [self.sequence(inner) for inner in _inner(token, value)]
        nullable = any(part.nullable for part in parts) or (token is op.GROUPREF_EXISTS and len(parts) < 2)
        return Part(nullable, sum((p.first for p in parts), ()), sum((p.last for p in parts), ()))

    def _repeated(self, least: int, most: Any, tokens: Any) -> Part:
        endless = most is op.MAXREPEAT or most > MANY
        whole = EMPTY
        for _ in range(min(least, COPIES)):
            piece = self.sequence(tokens)
            whole = self._joined(whole, piece)
        if endless:
            if not least:
                piece = self.sequence(tokens)
                whole = Part(True, piece.first, piece.last)
            self._step(piece.last, piece.first)
            return whole
        for _ in range(min(most - least, COPIES)):
            piece = self.sequence(tokens)
            whole = self._joined(whole, Part(True, piece.first, piece.last))
        return whole

    def _position(self, token: Any, value: Any) -> Part:
        taken = (index for index, char in enumerate(self.automaton.sample) if self._takes(token, value, char))
        self.automaton.letters.append(frozenset(taken))
        position = len(self.automaton.letters) - 1
        return Part(False, (position,), (position,))

    def _takes(self, token: Any, value: Any, char: str) -> bool:
        if token in (op.ANY, op.GROUPREF):
            return True
        ways = {char, char.lower(), char.upper()} if self.automaton.ignore_case else {char}
        codes = {ord(one) for one in ways if len(one) == 1}
        if token is op.LITERAL:
            return value in codes
        if token is op.NOT_LITERAL:
            return value not in codes
        negated = value[0][0] is op.NEGATE
        return any(_holds(one, codes) for one in value) is not negated


def _holds(item: Any, codes: set[int]) -> bool:
    kind, value = item
    if kind is op.LITERAL:
        return value in codes
    if kind is op.RANGE:
        return any(value[0] <= code <= value[1] for code in codes)
    if kind is op.CATEGORY:
        name = str(value)
        known = _DIGIT if "DIGIT" in name else _SPACE if "SPACE" in name else _WORD
        return any(bool(known.match(chr(code))) is not ("NOT" in name) for code in codes)
    return False
