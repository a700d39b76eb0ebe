"""Messages that nothing was developed against: neither the phrases nor the classifier's sentences come from them.

They were written by people who knew the rules and had not seen the program, and were read once, after the last mending.
Whoever mends for one of them takes its whole lot into data/, and has a new one written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.understanding import right
from bot.explain import explain_line
from bot.understanding import Reader
from tests.understanding.samples import NOW

HELD_OUT = Path(__file__).parent / "held_out"
GOAL = 0.97  # of the messages, wholly right
TALK_GOAL = 0.001  # of ordinary talk, answered


def _lots() -> list[dict[str, Any]]:
    return [
        json.loads(line) for lot in sorted(HELD_OUT.glob("*.jsonl")) for line in lot.read_text("utf-8").splitlines()
    ]


def test_they_are_read_wholly_right(reader: Reader) -> None:
    lines = _lots()
    assert len(lines) > 700
    wrong = [line["text"] for line in lines if not right(explain_line(reader, line, NOW), line["expect"])]
    assert len(wrong) <= (1 - GOAL) * len(lines), wrong


def test_ordinary_talk_draws_no_answer(reader: Reader) -> None:
    talk = [line for lot in sorted(HELD_OUT.glob("*_talk.txt")) for line in lot.read_text("utf-8").splitlines()]
    assert len(talk) > 1000
    answered = [line for line in talk if explain_line(reader, {"text": line}, NOW)["command"] is not None]
    assert len(answered) <= TALK_GOAL * len(talk), answered
