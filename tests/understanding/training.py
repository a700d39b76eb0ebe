"""Learns how much runs of characters speak for commands: python -m tests.understanding.training.

From the examples and from sentences of the commands' own phrases, in half a minute. To be run anew whenever the
examples change; where only phrases do, the weights stay good.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from math import sqrt
from pathlib import Path

import handlers
from bot.catalogue import collect
from bot.settings import Settings
from bot.understanding import lexicon
from bot.understanding.forms import Form
from bot.understanding.matching import sentences
from bot.understanding.resemblance import Weights, runs_of, write_weights
from bot.vocabulary import reader_of
from tests.understanding.examples import FILE as EXAMPLES

FILE = Path(str(files(lexicon).joinpath("weights.txt")))
EPOCHS = 5
OF_A_PHRASE = 6  # sentences
SELDOM = 2  # a run that stands in fewer sentences is not learned of
STEP = 0.25  # the greatest
LEAD = 1.0  # by which the right command is to be before the others
NOTHING = 0.08  # a weight so small decides nothing and is not kept


def learned(said: Iterable[tuple[str, str]]) -> Weights:
    """The weights, from pairs of a command and a normalised text; the same for the same pairs."""
    pairs = sorted(said)
    stands_in = Counter(run for _, text in pairs for run in runs_of(text))
    rows = [(command, sorted(run for run in runs_of(text) if stands_in[run] >= SELDOM)) for command, text in pairs]
    rows = [(command, runs) for command, runs in rows if runs]
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    summed: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    shuffle = random.Random(1).shuffle
    seen = 1
    for _ in range(EPOCHS):
        shuffle(rows)
        for command, runs in rows:
            _step(weights, summed, command, runs, seen)
            seen += 1
    averaged = {run: {name: w - summed[run][name] / seen for name, w in row.items()} for run, row in weights.items()}
    kept = {run: {name: w for name, w in row.items() if abs(w) >= NOTHING} for run, row in averaged.items()}
    return {run: row for run, row in kept.items() if row and len(run.splitlines()) == 1}


def _step(
    weights: dict[str, dict[str, float]], summed: dict[str, dict[str, float]], command: str, runs: list[str], seen: int
) -> None:
    share = 1 / sqrt(len(runs))
    scores: dict[str, float] = defaultdict(float)
    for run in runs:
        for name, weight in weights[run].items():
            scores[name] += weight * share
    rival = max((name for name in sorted(scores) if name != command), key=scores.__getitem__, default=None)
    loss = LEAD - (scores[command] - (scores[rival] if rival else 0.0))
    if loss <= 0:
        return
    step = min(STEP, loss / 2) * share
    for run in runs:
        for name, change in ((command, step), *(((rival, -step),) if rival else ())):
            weights[run][name] += change
            summed[run][name] += seen * change


def own_sentences(forms: Iterable[Form]) -> list[tuple[str, str]]:
    """Some sentences of the commands' own phrases."""
    return [
        (form.command, sentence)
        for form in forms
        for phrase in form.parsed()
        for sentence in sentences(form, phrase, OF_A_PHRASE)
    ]


def digest() -> str:
    """Of the examples that are learned from."""
    return sha256(EXAMPLES.read_bytes()).hexdigest()


def examples() -> list[tuple[str, str]]:
    """The examples: a command, or "-" for talk, and a normalised text."""
    pairs = (line.partition("\t") for line in EXAMPLES.read_text("utf-8").splitlines())
    return [(command, text) for command, _, text in pairs]


if __name__ == "__main__":
    forms = reader_of(collect(handlers), Settings()).forms.values()
    FILE.write_text(write_weights(learned([*examples(), *own_sentences(forms)]), digest()), "utf-8")
