"""Writes the examples that the last resort learns from, out of the samples: python -m tests.understanding.examples.

A line is a command and a normalised message; ordinary talk, and what is no command, has a sign of its own. What only
answers something that is open is left out, for it means nothing without it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bot.understanding import lexicon
from bot.understanding.last_resort import TALK
from bot.understanding.normal import Normal
from bot.understanding.reading import UNKNOWN
from tests.understanding.samples import sayings, talk, utterances

FILE = Path(str(files(lexicon).joinpath("examples.txt")))


def examples() -> str:
    """The file's whole text."""
    said = {_line(TALK, text) for text in talk()}
    for line in utterances():
        command = line["expect"]["command"]
        if command is not None and not line.get("open"):
            said.add(_line(TALK if command == UNKNOWN else command, line["text"]))
    said.update(_line(command, text) for command, text in sayings())
    return "\n".join(sorted(said)) + "\n"


def _line(command: str, text: str) -> str:
    return f"{command}\t{' '.join(Normal.of(text).text.replace('@鸿雁', ' ').split())[:80]}"


if __name__ == "__main__":
    FILE.write_text(examples(), "utf-8")
