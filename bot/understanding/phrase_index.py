"""Which phrases may stand in a message: those whose first words do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.understanding.forms import Form
from bot.understanding.matching import Matcher, compile_phrase, edge_variants, first_characters

REACH = 200  # characters in which a command's phrase must stand
ANCHORED = 60  # characters in which its first words must stand
_LONGEST_ANCHOR = 8
TIME_STARTS = frozenset("0123456789一二三四五六七八九十第上下这本今明去q")


class PhraseIndex:
    """The phrases of all commands, found by their first words."""

    def __init__(self, forms: Iterable[Form]) -> None:
        matchers = [
            compile_phrase(form, variant)
            for form in forms
            for phrase in form.parsed()
            for variant in edge_variants(phrase)
        ]
        self._by_anchor: dict[str, list[Matcher]] = defaultdict(list)
        for matcher in matchers:
            for anchor in matcher.anchors:
                self._by_anchor[anchor].append(matcher)
        self._anchor_lengths = tuple(sorted({len(anchor) for anchor in self._by_anchor}))
        self.starts = self._first_characters(matchers)

    @staticmethod
    def _first_characters(matchers: list[Matcher]) -> frozenset[str]:
        starts = {char for m in matchers if not m.phrase.addressed_only for char in first_characters(m.form, m.phrase)}
        return frozenset(starts) | TIME_STARTS

    def matching(self, compact: str) -> Iterable[Matcher]:
        """The phrases that may stand in a text without spaces."""
        found: dict[int, Matcher] = {}
        head = compact[: ANCHORED + _LONGEST_ANCHOR]
        for start in range(min(len(compact), ANCHORED)):
            for length in self._anchor_lengths:
                for matcher in self._by_anchor.get(head[start : start + length], ()):
                    found[id(matcher)] = matcher
        return found.values()


def compact_of(text: str) -> tuple[str, list[int]]:
    """The beginning of a text without its spaces, and where each character stands in it."""
    places = [index for index, char in enumerate(text[:REACH]) if not char.isspace()]
    return "".join(text[index] for index in places), places
