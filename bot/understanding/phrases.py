"""The notation of phrases (described in `bot.understanding.forms`) as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from bot.understanding.synonyms import SYNONYMS

PASSING = "_"  # the name of a place whose value is not kept


@dataclass(frozen=True, slots=True)
class Literal:
    """Words that stand there."""

    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value of `slot` stands; `PASSING` for a time that is not kept."""

    slot: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """One of `words` stands there and is the value of `slot`."""

    slot: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Values and superfluous words may stand here; written as a space."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`, each a sequence; an empty one means that nothing need stand there."""

    options: tuple[tuple[Part, ...], ...]


Part = Literal | Place | Fixed | Gap | Choice


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a command, as written and as read."""

    source: str
    parts: tuple[Part, ...]
    addressed_only: bool

    def nodes(self) -> Iterator[Part]:
        """Every node of the tree."""
        yield from _nodes(self.parts)

    @property
    def slot_names(self) -> frozenset[str]:
        return frozenset(node.slot for node in self.nodes() if isinstance(node, Place | Fixed)) - {PASSING}


_TOKEN = re.compile(r"\{(\w+)(?:=([^{}]*))?\}|<([^<>]+)>|([\[\](|)])|( +)|([^\[\](){}<>| ]+)")
_CLOSING = {"(": ")", "[": "]"}
_ANY_ORDER = re.compile(" *& *")


def parse_phrase(source: str) -> list[Phrase]:
    """Read the notation: one phrase for each order of its pieces. Raises ValueError on a fault in it."""
    addressed_only = source.startswith("@")
    pieces = [_parts(piece, source) for piece in _ANY_ORDER.split(source[1:] if addressed_only else source)]
    phrases = []
    for order in permutations(pieces):
        parts = order[0]
        for piece in order[1:]:
            parts = (*parts, Gap(), *piece)
        phrases.append(Phrase(source, parts, addressed_only))
    if not any(isinstance(node, Literal | Fixed) for node in phrases[0].nodes()):
        raise ValueError(f"phrase {source!r}: it has no words of its own")
    return phrases


def _parts(body: str, source: str) -> tuple[Part, ...]:
    tokens = list(_tokens(body, source))
    options, end = _options(tokens, 0, source)
    if end != len(tokens):
        raise ValueError(f"phrase {source!r}: a bracket closes that was never opened")
    return options[0] if len(options) == 1 else (Choice(tuple(options)),)


@lru_cache
def _said_as(name: str, source: str) -> Choice:
    """The words of the language that are said for `name`."""
    if name not in SYNONYMS:
        raise ValueError(f"phrase {source!r}: nothing is said for <{name}>")
    return Choice((_parts(SYNONYMS[name], source),))


def _tokens(body: str, source: str) -> Iterator[Part | str]:
    at = 0
    while at < len(body):
        match = _TOKEN.match(body, at)
        if match is None:
            raise ValueError(f"phrase {source!r}: cannot be read from {body[at:]!r} on")
        slot, words, name, bracket, space, literal = match.groups()
        if slot:
            yield Place(slot) if words is None else Fixed(slot, tuple(words.split("|")))
        elif name:
            yield _said_as(name, source)
        elif space:
            yield Gap()
        else:
            yield Literal(literal) if literal else bracket
        at = match.end()


def _options(tokens: list[Part | str], at: int, source: str) -> tuple[list[tuple[Part, ...]], int]:
    """Alternatives up to the bracket that closes, or to the end."""
    options: list[list[Part]] = [[]]
    while at < len(tokens):
        token = tokens[at]
        if token in (")", "]"):
            break
        if token == "|":
            options.append([])
        elif isinstance(token, str):
            inner, at = _options(tokens, at + 1, source)
            if at >= len(tokens) or tokens[at] != _CLOSING[token]:
                raise ValueError(f"phrase {source!r}: {token} is not closed")
            options[-1].append(Choice((*inner, ()) if token == "[" else tuple(inner)))
        else:
            options[-1].append(token)
        at += 1
    return [tuple(option) for option in options], at


def _nodes(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Choice):
            for option in part.options:
                yield from _nodes(option)
