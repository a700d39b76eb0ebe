"""No text makes an expression of ours slow: told from the expressions themselves, whatever is said to them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.expressions.ambiguity import is_exponential, is_polynomial
from tests.expressions.nesting import nests_repeats

PROJECT = Path(__file__).parents[2]
# What is read there has `bot.hearing.LONGEST_READ` characters at most, with one space for a run of them;
# tests/understanding/test_long_messages.py measures it.
BOUNDED = "bot/understanding/"


@pytest.mark.parametrize(
    ("expression", "exponential", "polynomial"),
    [
        (r"(a+)+b", True, False),
        (r"(a*)*b", True, False),
        (r"(?:a|b|ab)*c", True, False),
        (r"(?:了|哈+|嗯+)+(?=[ ,]|\Z)", True, False),
        (r"(?:刚刚|刚)*\Z", True, False),
        (r"(\w+\s?)*x", True, False),
        (r"x(?=(?:a|aa)*b)", True, False),
        (r"(?:了|哈|嗯)+(?=[ ,]|\Z)", False, False),
        (r"(?:a|aa)*+b", False, False),
        (r"(?:ab|cd)*e", False, False),
        (r"\d+\d+", False, True),
        (r"\s*,?\s*x", False, True),
        (r"[^)]+\s*[^)]*x", False, True),
        (r"\d+\.\d+", False, False),
        (r"[a-z]+[^a-z]+", False, False),
        (r"(?:20)?\d{2}年?\d{1,2}月", False, False),
    ],
)
def test_the_judge(expression: str, exponential: bool, polynomial: bool) -> None:
    assert is_exponential(expression) is exponential
    assert exponential or is_polynomial(expression) is polynomial


@pytest.mark.parametrize(
    ("expression", "nested"),
    [
        (r"(?:第?\d+|都){0,6}", True),
        (r"(?:a(?:b|c+)){2,3}?", True),
        (r"(?:第?\d++|都){0,6}", False),
        (r"(?:\d+)?x", False),
        (r"(?:ab|a){0,6}\d+", False),
    ],
)
def test_the_judge_of_nesting(expression: str, nested: bool) -> None:
    assert nests_repeats(expression) is nested


@pytest.fixture(scope="module")
def expressions() -> list[tuple[str, str, int]]:
    """Place, text and flags of every expression that the project's code makes, those of the commands' phrases too."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.expressions.collected"]
    printed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return [(place, text, flags) for place, text, flags in map(json.loads, printed.splitlines())]


def test_none_can_take_exponential_time(expressions: list[tuple[str, str, int]]) -> None:
    assert len(expressions) > 1000 and len({place.partition(":")[0] for place, _, _ in expressions}) > 25
    assert [one for one in expressions if is_exponential(one[1], one[2])] == []


def test_only_what_is_short_may_take_polynomial_time(expressions: list[tuple[str, str, int]]) -> None:
    assert [one for one in expressions if not one[0].startswith(BOUNDED) and is_polynomial(one[1], one[2])] == []


def test_no_limited_repetition_holds_an_unlimited_one(expressions: list[tuple[str, str, int]]) -> None:
    """Short as a text may be: 22 digits behind 发起党小组会 once took 14 seconds."""
    assert [one for one in expressions if nests_repeats(one[1], one[2])] == []
