"""The notation of phrases (described in `bot.understanding.forms`), spelt out into plain sequences."""

from __future__ import annotations

import re
from dataclasses import dataclass

PASSING = "_"
LIMIT = 256  # variants of one phrase; more is a mistake of its author


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


Part = Literal | Place | Fixed | Gap


@dataclass(frozen=True, slots=True)
class Phrase:
    """One plain variant: `parts` in order, adjacent literals joined."""

    source: str
    parts: tuple[Part, ...]
    addressed_only: bool

    @property
    def slot_names(self) -> tuple[str, ...]:
        return tuple(part.slot for part in self.parts if isinstance(part, Place | Fixed) and part.slot != PASSING)

    @property
    def literals(self) -> tuple[str, ...]:
        return tuple(part.text for part in self.parts if isinstance(part, Literal))


_TOKEN = re.compile(r"\{(\w+)(?:=([^{}]*))?\}|([\[\](|)])|( +)|([^\[\](){}| ]+)")


def parse_phrase(source: str) -> tuple[Phrase, ...]:
    """Every plain variant of a phrase, the fullest first. Raises ValueError on a fault in the notation."""
    addressed_only = source.startswith("@")
    body = source[1:] if addressed_only else source
    tokens = _tokens(body, source)
    variants, end = _alternatives(tokens, 0, source)
    if end != len(tokens):
        raise ValueError(f"phrase {source!r}: a bracket closes that was never opened")
    if len(variants) > LIMIT:
        raise ValueError(f"phrase {source!r}: {len(variants)} variants, at most {LIMIT}")
    joined = dict.fromkeys(_join(variant) for variant in variants)
    if any(not parts or all(isinstance(part, Place | Gap) for part in parts) for parts in joined):
        raise ValueError(f"phrase {source!r}: a variant has no words of its own")
    return tuple(Phrase(source, parts, addressed_only) for parts in joined)


def _tokens(body: str, source: str) -> list[Part | str]:
    tokens: list[Part | str] = []
    at = 0
    while at < len(body):
        match = _TOKEN.match(body, at)
        if match is None:
            raise ValueError(f"phrase {source!r}: cannot be read from {body[at:]!r} on")
        slot, words, bracket, space, literal = match.groups()
        if slot and words is not None:
            tokens.append(Fixed(slot, tuple(words.split("|"))))
        elif slot:
            tokens.append(Place(slot))
        elif space:
            tokens.append(Gap())
        elif literal:
            tokens.append(Literal(literal))
        else:
            tokens.append(bracket)
        at = match.end()
    return tokens


def _alternatives(tokens: list[Part | str], at: int, source: str) -> tuple[list[tuple[Part, ...]], int]:
    """Variants up to the bracket that closes, or to the end."""
    done: list[tuple[Part, ...]] = []
    current: list[tuple[Part, ...]] = [()]
    while at < len(tokens):
        token = tokens[at]
        if token in (")", "]"):
            break
        if token == "|":
            done += current
            current = [()]
        elif token in ("(", "["):
            inner, at = _alternatives(tokens, at + 1, source)
            if at >= len(tokens) or tokens[at] != {"(": ")", "[": "]"}[str(token)]:
                raise ValueError(f"phrase {source!r}: {token} is not closed")
            options = [*inner, ()] if token == "[" else inner
            current = [head + tail for head in current for tail in options]
        elif not isinstance(token, str):
            current = [(*head, token) for head in current]
        at += 1
    return done + current, at


def _join(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, Literal) and joined and isinstance(joined[-1], Literal):
            joined[-1] = Literal(joined[-1].text + part.text)
        elif isinstance(part, Gap) and (not joined or isinstance(joined[-1], Gap | Place)):
            continue
        else:
            joined.append(part)
    return tuple(joined)
