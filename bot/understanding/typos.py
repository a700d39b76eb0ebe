"""Mistyped words of phrases: homophones, look-alikes, near sounds, pinyin left unconverted, one slip of the finger."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, pinyin
from rapidfuzz.distance import OSA

from bot.understanding.lookalikes import seen_as

_LONGEST = 10
_LOOKED_AT = 60  # characters; a command's words stand at the beginning
_FOR_SLIPS = 4  # a shorter word with another character in it is another word: 交电费
_LATIN = re.compile(r"[a-z][a-z' ]{3,}")
_NEAR = ((re.compile("^([zcs])h"), r"\1"), (re.compile("ng$"), "n"), (re.compile("^n"), "l"), (re.compile("ue$"), "ve"))


@dataclass(frozen=True, slots=True)
class Correction:
    """``text[start:end]`` may stand for `word`."""

    start: int
    end: int
    word: str

    def spans(self, gaps: Collection[int]) -> bool:
        """Whether it reaches over a space."""
        return any(self.start < gap < self.end for gap in gaps)

    def part_of(self, other: Correction) -> bool:
        """Whether `other` corrects the same and more."""
        return other.start <= self.start and self.end <= other.end and self.word in other.word


@lru_cache(maxsize=1024)
def _near(syllable: str) -> str:
    """A syllable, with what southern speakers and pinyin keyboards confuse made one."""
    for pattern, near in _NEAR:
        syllable = pattern.sub(near, syllable)
    return syllable


@lru_cache(maxsize=8192)
def _readings(char: str) -> frozenset[str]:
    """How a character can sound."""
    return frozenset(_near(syllable) for syllable in pinyin(char, style=Style.NORMAL, heteronym=True)[0])


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    """How a character mostly sounds; letters and digits are their own sound."""
    return pinyin(char, style=Style.NORMAL)[0][0]


def _syllables(word: str) -> tuple[str, ...]:
    """Character by character: what is typed for one of them is compared in all its readings."""
    return tuple(map(_syllable, word))


class _Heard(dict[str, "_Heard"]):
    """A node of the tree of sounds: what may follow, and the words that end here."""

    __slots__ = ("words",)

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()


def _shortened(word: str) -> Iterator[str]:
    """The word, and the word without each of its characters."""
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


class Lexicon:
    """The words of all phrases, indexed by sound and by slip."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if 2 <= len(word) <= _LONGEST and not word.isascii())
        self._by_sound = _Heard()
        self._by_slip: dict[str, list[str]] = defaultdict(list)
        self._by_letters: dict[str, str] = {}
        for word in sorted(self._words):
            syllables = _syllables(word)
            self._hear(word, syllables)
            self._by_letters["".join(syllables)] = word
            if len(word) >= _FOR_SLIPS:
                for short in _shortened(word):
                    self._by_slip[short].append(word)
            elif len(word) == _FOR_SLIPS - 1:
                self._by_slip[word[1] + word[0] + word[2]].append(word)
                self._by_slip[word[0] + word[2] + word[1]].append(word)

    def _hear(self, word: str, syllables: tuple[str, ...]) -> None:
        node = self._by_sound
        for syllable in syllables:
            sound = _near(syllable)
            following = node.get(sound)
            if following is None:
                following = node[sound] = _Heard()
            node = following
        node.words += (word,)

    def corrections(self, text: str, gaps: Collection[int] = ()) -> list[Correction]:
        """What words of `text` may stand for, the most certain and longest first.

        `gaps`: before which characters a space was typed. What reaches over one does not keep away what does not:
        绑订 马超 may be 绑定 with a name behind it as well as 绑定码.
        """
        text = text[:_LOOKED_AT]
        heard = [*self._heard(text), *self._unconverted(text)]
        heard += (Correction(*seen) for seen in seen_as(text, self._words, _LONGEST))
        heard.sort(key=lambda correction: -len(correction.word))
        slips = sorted(self._slipped(text), key=lambda correction: -len(correction.word))
        kept: list[Correction] = []
        for correction in dict.fromkeys(heard + slips):
            if not any(correction.part_of(other) and not other.spans(gaps) for other in kept):
                kept.append(correction)
        return kept

    def put_right(self, text: str) -> list[Correction]:
        """What only sounds like one of the words, the longest first and none over another: 十一越的挡费."""
        found = sorted(self._heard(text[:_LOOKED_AT]), key=lambda correction: -len(correction.word))
        kept: list[Correction] = []
        for correction in found:
            apart = all(correction.end <= other.start or other.end <= correction.start for other in kept)
            if apart and text[correction.start : correction.end] not in self._words:
                kept.append(correction)
        return kept

    def _heard(self, text: str) -> Iterator[Correction]:
        readings = [_readings(char) for char in text]
        for start in range(len(text)):
            nodes = [self._by_sound]
            for end in range(start, min(len(text), start + _LONGEST)):
                nodes = [node[s] for node in nodes for s in readings[end] if s in node]
                if not nodes:
                    break
                for word in (word for node in nodes for word in node.words if word != text[start : end + 1]):
                    yield Correction(start, end + 1, word)

    def _unconverted(self, text: str) -> Iterator[Correction]:
        for match in _LATIN.finditer(text):
            letters = match[0]
            for length in range(len(letters), 3, -1):
                word = self._by_letters.get(re.sub("[ ']", "", letters[:length]))
                if word is not None:
                    yield Correction(match.start(), match.start() + length, word)
                    break

    def _slipped(self, text: str) -> Iterator[Correction]:
        for start in range(len(text)):
            for end in range(start + 3, min(len(text), start + _LONGEST) + 1):
                window = text[start:end]
                for short in _shortened(window) if len(window) >= _FOR_SLIPS - 1 else ():
                    for word in self._by_slip.get(short, ()):
                        if word != window and self._is_slip(window, word):
                            yield Correction(start, end, word)

    @staticmethod
    def _is_slip(window: str, word: str) -> bool:
        if len(word) < _FOR_SLIPS:
            return sorted(window) == sorted(word)
        return window[0] in word and OSA.distance(window, word, score_cutoff=1) == 1
