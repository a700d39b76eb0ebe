"""How many messages are read wholly right, by command; takes a file of utterances and one of ordinary talk."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.explain import explain_line
from bot.understanding.reader import Reader
from bot.understanding.values import SHANGHAI
from tests.understanding.forms_table import FORMS

NOW = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)  # what the utterances mean by now where they name none


def right(said: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Command and every value, and the question where one is expected."""
    keys = ["command", "values", *(["confirm"] if "confirm" in expected else [])]
    return all(said[key] == expected[key] for key in keys)


def timed(reader: Reader, line: dict[str, Any], times: list[float]) -> dict[str, Any]:
    begun = time.thread_time()  # of the processor: other processes on the machine do not count
    said = explain_line(reader, line, NOW)
    times.append(time.thread_time() - begun)
    return said


def show_times(name: str, times: list[float]) -> None:
    slowest = statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]
    print(f"{name}: median {statistics.median(times) * 1e6:.0f} µs, 99th percentile {slowest * 1e6:.0f} µs")


def show_fault(text: str, expected: dict[str, Any], said: dict[str, Any]) -> None:
    print(f"  {text!r}")
    for name, reading in (("expected", expected), ("said", said)):
        print(f"    {name:8} {json.dumps(reading, ensure_ascii=False)}")


def measure(reader: Reader, lines: list[dict[str, Any]]) -> float:
    """Print the figures of the utterances; the share read wholly right."""
    total: Counter[str] = Counter()
    correct: Counter[str] = Counter()
    times: list[float] = []
    faults = []
    for line in lines:
        expected = line["expect"]
        name = str(expected["command"])
        said = timed(reader, line, times)
        total[name] += 1
        if right(said, expected):
            correct[name] += 1
        else:
            faults.append((line["text"], expected, said))
    for name in sorted(total):
        print(f"{name:20} {correct[name]:4} / {total[name]}")
    for fault in faults:
        show_fault(*fault)
    share = correct.total() / total.total()
    print(f"wholly right: {correct.total()} of {total.total()}, {share:.1%}")
    show_times("utterances", times)
    return share


def measure_talk(reader: Reader, lines: list[str]) -> int:
    """Print and count the answers to ordinary talk."""
    times: list[float] = []
    answered = []
    for text in lines:
        said = timed(reader, {"text": text}, times)
        if said["command"] is not None:
            answered.append((text, said["command"]))
    print(f"false answers to ordinary talk: {len(answered)} of {len(lines)} {answered or ''}")
    show_times("ordinary talk", times)
    return len(answered)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("utterances", type=Path)
    parser.add_argument("chatter", type=Path)
    options = parser.parse_args()
    reader = Reader(FORMS)
    share = measure(reader, [json.loads(line) for line in options.utterances.read_text("utf-8").splitlines() if line])
    false = measure_talk(reader, [line for line in options.chatter.read_text("utf-8").splitlines() if line.strip()])
    return 0 if share >= 0.97 and false == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
