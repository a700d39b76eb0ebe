"""Which command a message resembles most, by its words alone: a linear classifier over runs of characters.

How much a run of one to three characters speaks for a command or against it was learned from examples beforehand, by
an averaged passive-aggressive perceptron (Crammer et al. 2006): ``tests/understanding/training.py``. Numerals are one
and the same sign: words decide, not values. How others compare: docs/understanding.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

_NUMERAL = re.compile(
    r"\d+(?:[.:]\d+)*|[一二两三四五六七八九十]+(?=[月号点块毛元分个天次日周人名篇课])|(?<=[周第月])[一二三四五六日天]"
)
_LOOKED_AT = 80  # characters
_LONGEST_RUN = 3
_OWN = 0.2  # the weight of a run that only a command's own sentences tell of
_SCALE = 100  # weights are kept in hundredths

# By run: the weight for each command.
Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a message resembles a command: greater where more speaks for it; what is learned aims at a lead of 1."""

    command: str
    score: float


def worded(text: str) -> str:
    """The words of a normalised text: numerals are one and the same sign, spaces at the ends are none."""
    return _NUMERAL.sub("0", text[:_LOOKED_AT].strip())


def runs_of(text: str) -> set[str]:
    """The runs of one to three characters of a normalised text, with a sign for its ends."""
    said = f" {worded(text)} "
    lengths = range(1, _LONGEST_RUN + 1)
    return {said[at : at + length] for length in lengths for at in range(len(said) - length + 1)} - {" "}


def read_weights(lines: Collection[str], commands: Collection[str]) -> Weights:
    """The weights as `write_weights` wrote them, of these commands only."""
    _, names, *rows = lines
    kept = dict(enumerate(names.split(" ")))
    weights: dict[str, dict[str, float]] = {}
    for row in rows:
        run, _, pairs = row.partition("\t")
        said = (pair.split(":") for pair in pairs.split(" "))
        own = {kept[int(place)]: int(weight) / _SCALE for place, weight in said if kept[int(place)] in commands}
        if own:
            weights[run] = own
    return weights


def with_sentences(weights: Weights, said: Iterable[tuple[str, str]]) -> Weights:
    """The weights, and those of commands that nothing was learned of: what their own sentences hold speaks for them."""
    learned = {command for row in weights.values() for command in row}
    more: dict[str, dict[str, float]] = {}
    for command, sentence in said:
        if command not in learned:
            for run in runs_of(sentence):
                more.setdefault(run, {})[command] = _OWN
    return {run: {**weights.get(run, {}), **more.get(run, {})} for run in {**weights, **more}} if more else weights


def write_weights(weights: Weights, digest: str) -> str:
    """The file's text: the digest of what was learned from, the commands, and a line for each run."""
    names = sorted({command for row in weights.values() for command in row})
    places = {name: place for place, name in enumerate(names)}
    rows = []
    for run in sorted(weights):
        pairs = (f"{places[name]}:{round(weight * _SCALE)}" for name, weight in sorted(weights[run].items()))
        rows.append(f"{run}\t{' '.join(pairs)}")
    return "\n".join([digest, " ".join(names), *rows]) + "\n"


class Resemblance:
    """What was learned; made once."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._commands = {command for row in weights.values() for command in row}

    def known(self, text: str) -> float:
        """Which share of the runs of a normalised text was learned of."""
        runs = runs_of(text)
        return sum(run in self._weights for run in runs) / len(runs)

    def ranked(self, text: str) -> list[Likeness]:
        """The commands by their likeness to a normalised text, the nearest first; empty where no run is known."""
        rows = [row for run in runs_of(text) if (row := self._weights.get(run)) is not None]
        if not rows:
            return []
        scores = defaultdict[str, float](float, dict.fromkeys(self._commands, 0.0))
        for row in rows:
            for command, weight in row.items():
                scores[command] += weight
        length = sqrt(len(rows))
        likenesses = (Likeness(command, score / length) for command, score in scores.items())
        return sorted(likenesses, key=lambda likeness: (-likeness.score, likeness.command))
