"""Characters that are taken for each other by their looks: 撒销 for 撤销.

Only such as stand in commands' words, or are typed for those; what sounds alike is known from its sound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.understanding.lexicon import words_of

_MEANT: dict[str, frozenset[str]] = {}
for _group in words_of("lookalikes"):
    for _char in _group:
        _MEANT[_char] = _MEANT.get(_char, frozenset()) | frozenset(_group) - {_char}


def seen_as(text: str, words: Collection[str], longest: int) -> Iterator[tuple[int, int, str]]:
    """Where a word stands in `text` but for one character that only looks like its own: begin, end, word."""
    for place, char in enumerate(text):
        for meant in sorted(_MEANT.get(char, ())):
            changed = text[:place] + meant + text[place + 1 :]
            for start in range(max(0, place - longest + 1), place + 1):
                for end in range(max(place + 1, start + 2), min(len(text), start + longest) + 1):
                    if changed[start:end] in words:
                        yield start, end, changed[start:end]
