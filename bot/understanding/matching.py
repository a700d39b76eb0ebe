"""Phrases as regular expressions over a message without its spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import islice, product

from bot.understanding.forms import Form
from bot.understanding.normal import plain
from bot.understanding.phrases import PASSING, Choice, Fixed, Gap, Literal, Part, Phrase, Place

_GAP = ".{0,24}?"
_PLACE = ".{1,24}?"
_VARIANTS = 400  # spellings of one phrase that are searched for typos
_REACH = 8  # the longest anchor


@lru_cache(maxsize=8192)
def folded(words: str) -> str:
    """Words of a phrase as they stand in a normalised message."""
    return "".join(plain(char) for char in words).replace(" ", "")


def enum_words(kind: type) -> dict[str, Enum]:
    """How the members of an Enum are said, the longest first."""
    if not issubclass(kind, Enum):
        return {}
    words: dict[str, Enum] = {}
    for member in kind:
        words.update({folded(word): member for word in getattr(member, "words", ()) if word})
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


@dataclass(frozen=True, slots=True)
class Matcher:
    """One phrase, compiled. `groups` tells what a group of `pattern` is: ``gap``, a place's slot or a fixed one."""

    form: Form
    phrase: Phrase
    pattern: re.Pattern[str]
    groups: dict[str, Part]
    anchors: frozenset[str]
    before: str | None  # the slot whose value must stand before the phrase
    after: str | None
    question: bool


def edge_variants(phrase: Phrase) -> Iterator[Phrase]:
    """The phrase with and without what may be missing at its edges: a place there is the surroundings' to read.

    Each variant is found apart; in one pattern a gap would swallow what may stand before it.
    """
    parts = phrase.parts
    for first, last in product(_edge(parts[0], parts), _edge(parts[-1], parts) if len(parts) > 1 else [()]):
        yield Phrase(phrase.source, (*first, *parts[1:-1], *last), phrase.addressed_only)


def _edge(part: Part, parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """What can stand at the edge instead of `part`."""
    if not isinstance(part, Choice) or () not in part.options or len(parts) == 1:
        return [(part,)]
    return [(Choice(tuple(option for option in part.options if option)),), ()]


def compile_phrase(form: Form, phrase: Phrase) -> Matcher:
    """Compile one phrase of a form."""
    parts = _without_gaps_beside_places(form, list(phrase.parts))
    before = _outer(form, parts[0])
    after = _outer(form, parts[-1])
    inner = parts[1 if before is not None else 0 : len(parts) - (1 if after is not None else 0)]
    groups: dict[str, Part] = {}
    pattern = re.compile("".join(_pattern(form, part, groups) for part in inner), re.S)
    words = "".join(node.text for node in phrase.nodes() if isinstance(node, Literal))
    question = re.search("谁|什么|哪|几|多少|有没有|吗|啥", words) is not None
    return Matcher(form, phrase, pattern, groups, _anchors(form, inner), before or None, after or None, question)


def _without_gaps_beside_places(form: Form, parts: list[Part]) -> list[Part]:
    """A place reads values and superfluous words beside its own, so that a gap there would only share them badly."""
    kept: list[Part] = []
    for part in parts:
        if kept and _is_gap(part) and _is_open_place(form, kept[-1]):
            continue
        if _is_open_place(form, part):
            while kept and _is_gap(kept[-1]):
                kept.pop()
        kept.append(part)
    return kept


def _is_gap(part: Part) -> bool:
    return isinstance(part, Gap) or (isinstance(part, Choice) and set(part.options) == {(Gap(),), ()})


def _is_open_place(form: Form, part: Part) -> bool:
    return isinstance(part, Place) and not _is_enum(form, part)


def _outer(form: Form, part: Part) -> str | None:
    """The slot of a place at the phrase's edge, "" for a gap there; what stands there belongs to the surroundings."""
    if isinstance(part, Gap):
        return ""
    if isinstance(part, Place) and not _is_enum(form, part):
        return part.slot
    return None


def _is_enum(form: Form, part: Place) -> bool:
    return part.slot != PASSING and issubclass(form.slot(part.slot).type, Enum)


def _pattern(form: Form, part: Part, groups: dict[str, Part]) -> str:
    if isinstance(part, Literal):
        return re.escape(folded(part.text))
    if isinstance(part, Choice):
        options = sorted(part.options, key=_option_length, reverse=True)
        return "(?:" + "|".join("".join(_pattern(form, inner, groups) for inner in option) for option in options) + ")"
    name = f"g{len(groups)}"
    groups[name] = part
    if isinstance(part, Gap):
        return f"(?P<{name}>{_GAP})"
    if isinstance(part, Fixed):
        words = sorted((folded(word) for word in part.words), key=len, reverse=True)
    elif _is_enum(form, part):
        words = list(enum_words(form.slot(part.slot).type))
        groups[name] = Fixed(part.slot, tuple(words))
    else:
        return f"(?P<{name}>{_PLACE})"
    return f"(?P<{name}>{'|'.join(map(re.escape, words))})"


def _option_length(option: tuple[Part, ...]) -> int:
    return sum(len(part.text) if isinstance(part, Literal) else 1 for part in option)


def _anchors(form: Form, parts: list[Part]) -> frozenset[str]:
    """Strings of which one must stand in a message that the phrase matches; the most telling part's."""
    best: frozenset[str] = frozenset()
    for part in parts:
        words = _openings(form, part)
        if words and (not best or min(map(len, words)) > min(map(len, best))):
            best = words
    if not best:
        raise ValueError(f"{form.command}: a phrase without a fixed word")
    return frozenset(word[:_REACH] for word in best)


def _openings(form: Form, part: Part) -> frozenset[str]:
    """What the part begins with in each of its spellings; empty where it may be missing."""
    if isinstance(part, Literal):
        return frozenset({folded(part.text)})
    if isinstance(part, Fixed):
        return frozenset(folded(word) for word in part.words)
    if isinstance(part, Place) and _is_enum(form, part):
        return frozenset(enum_words(form.slot(part.slot).type))
    if not isinstance(part, Choice):
        return frozenset()
    words: set[str] = set()
    for option in part.options:
        first = next(filter(None, (_openings(form, inner) for inner in option)), frozenset())
        if not first:
            return frozenset()
        words |= first
    return frozenset(words)


def spellings(form: Form, phrase: Phrase) -> Iterator[str]:
    """The runs of words of every spelling of a phrase: what a typo is compared with."""
    for variant in _variants(phrase.parts):
        run = ""
        for part in (*variant, Gap()):
            if isinstance(part, Literal):
                run += folded(part.text)
                continue
            if len(run) > 1:
                yield run
            run = ""
            if isinstance(part, Fixed):
                yield from (folded(word) for word in part.words if len(word) > 1)


def sentences(form: Form, phrase: Phrase, count: int) -> Iterator[str]:
    """Some of the sentences that a phrase stands for, each of other words; values are left out."""
    said = {_sentence(form, phrase.parts, turn) for turn in range(count)}
    yield from sorted(said)


def _sentence(form: Form, parts: tuple[Part, ...], turn: int) -> str:
    """The sentence in which every choice takes its next option with the next turn, each at its own pace."""
    words = []
    for place, part in enumerate(parts):
        if isinstance(part, Literal):
            words.append(folded(part.text))
        elif isinstance(part, Choice):
            words.append(_sentence(form, part.options[turn * (place + 1) % len(part.options)], turn + place))
        elif isinstance(part, Fixed):
            words.append(folded(part.words[turn % len(part.words)]))
        elif isinstance(part, Place) and _is_enum(form, part):
            said = list(enum_words(form.slot(part.slot).type))
            words.append(said[turn % len(said)])
    return "".join(words)


def _variants(parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """The first spellings: some phrases have millions."""
    tails: list[tuple[Part, ...]] = [()]
    for part in reversed(parts):
        heads = (
            [head for option in part.options for head in _variants(option)] if isinstance(part, Choice) else [(part,)]
        )
        tails = list(islice(((*head, *tail) for head in heads for tail in tails), _VARIANTS))
    return tails


def first_characters(form: Form, phrase: Phrase) -> frozenset[str]:
    """With which characters a message that begins with the phrase can begin; empty where with any."""
    for part in phrase.parts:
        if isinstance(part, Place) and not _is_enum(form, part):
            return frozenset()
        words = _openings(form, part)
        if words:
            return frozenset(word[0] for word in words)
        if isinstance(part, Choice):
            optional = {word[0] for option in part.options for inner in option[:1] for word in _openings(form, inner)}
            rest = Phrase(phrase.source, phrase.parts[phrase.parts.index(part) + 1 :], phrase.addressed_only)
            return frozenset(optional) | first_characters(form, rest)
    return frozenset()
