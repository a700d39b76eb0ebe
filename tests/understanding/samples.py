"""Messages with what they mean: the shared ones and our own, in one format."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.understanding.values import SHANGHAI

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)  # a Monday; what the samples mean by now where they name none


LOTS = tuple(f"lot{number}" for number in (6, 7, 8, 9, 10, 11, 14, 16))


def utterances() -> list[dict[str, Any]]:
    names = ("utterances", "own", "others", "more", *LOTS)
    return [json.loads(line) for name in names for line in _lines(f"{name}.jsonl")]


def talk() -> list[str]:
    names = ("chatter", *(f"{name}_talk" for name in ("own", "others", "more", *LOTS)))
    return [line for name in names for line in _lines(f"{name}.txt") if line.strip()]


def sayings() -> list[tuple[str, str]]:
    """Commands, or "-" for talk, with what people may say for them in the middle of a conversation; no values."""
    pairs = (line.partition("\t") for line in _lines("sayings.tsv"))
    return [(command, text) for command, _, text in pairs]


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()
