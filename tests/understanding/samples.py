"""Messages with what they mean: the shared ones and our own, in one format."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.understanding.values import SHANGHAI

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)  # a Monday; what the samples mean by now where they name none


def utterances() -> list[dict[str, Any]]:
    lines = [
        line
        for name in ("utterances", "own", "others", "more", "lot6", "lot7", "lot8")
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines]


def talk() -> list[str]:
    lines = [
        line
        for name in ("chatter", "own_talk", "others_talk", "more_talk", "lot6_talk", "lot7_talk", "lot8_talk")
        for line in (DATA / f"{name}.txt").read_text("utf-8").splitlines()
    ]
    return [line for line in lines if line.strip()]
