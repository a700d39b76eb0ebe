"""Which command a message resembles most, by its words alone: a complement naive Bayes classifier.

It counts in which commands' sentences runs of one to four characters stand. A run speaks for a command as far as the
sentences of all others lack it (Rennie et al. 2003), so that a command with few known sentences is not outvoted.
Numerals are one and the same sign: words decide, not values. How others compare: docs/understanding.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

_NUMERAL = re.compile(
    r"\d+(?:[.:]\d+)*|[一二两三四五六七八九十]+(?=[月号点块毛元分个天次日周人名篇课])|(?<=[周第月])[一二三四五六日天]"
)
_ALPHA = 0.3  # how surely a run that stands in one command's sentences only belongs to it
_LOOKED_AT = 80  # characters


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a message resembles a command: `score` is an average over its runs, greater where more speaks for it."""

    command: str
    score: float


def worded(text: str) -> str:
    """The words of a normalised text: numerals are one and the same sign, spaces at the ends are none."""
    return _NUMERAL.sub("0", text[:_LOOKED_AT].strip())


def runs_of(text: str) -> set[str]:
    """The runs of one to four characters of a normalised text, with a sign for its ends."""
    said = f" {worded(text)} "
    size = len(said)
    runs = {said[at : at + 2] for at in range(size - 1)}
    runs.update(said[at : at + 3] for at in range(size - 2))
    runs.update(said[at : at + 4] for at in range(size - 3))
    runs.update(said[1:-1])
    return runs


class Resemblance:
    """What is known from sentences with their commands; made once."""

    def __init__(self, sentences: Iterable[tuple[str, str]]) -> None:
        """`sentences`: a command and a normalised text."""
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        sizes: dict[str, int] = defaultdict(int)
        for command, text in sentences:
            runs = runs_of(text)
            sizes[command] += len(runs)
            for run in runs:
                by_command = counts[run]
                by_command[command] = by_command.get(command, 0) + 1
        self._counts = dict(counts)
        smoothing = _ALPHA * len(counts)
        whole = sum(sizes.values()) + smoothing
        self._base = {command: log(whole - size) for command, size in sizes.items()}

    def known(self, text: str) -> float:
        """Which share of the runs of a normalised text stands in any sentence."""
        runs = runs_of(text)
        return sum(run in self._counts for run in runs) / len(runs)

    def ranked(self, text: str) -> list[Likeness]:
        """The commands by their likeness to a normalised text, the nearest first; empty where no run is known."""
        known = [by_command for run in runs_of(text) if (by_command := self._counts.get(run)) is not None]
        if not known:
            return []
        scores = {command: base * len(known) for command, base in self._base.items()}
        for by_command in known:
            total = sum(by_command.values()) + _ALPHA
            whole = log(total)
            for command, count in by_command.items():
                scores[command] += whole - log(total - count)
        return sorted(
            (Likeness(command, score / len(known)) for command, score in scores.items()),
            key=lambda likeness: -likeness.score,
        )
