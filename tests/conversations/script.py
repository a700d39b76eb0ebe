"""The script of a conversation: who says what when, and what has to come of it.

    # a comment
    【2026-11-30 12:10】
    王静：我这个月还差啥
      有 思想汇报
      无 没看懂
    张伟（群）：@鸿雁 交党费 11月 0.2
      记 dues.pay
    李芳（群）：党费大家记得交
      不出声

Everything without （群） is said privately; ``\\n`` in a line is a line break. An indented line is expected:
有, that the answer holds these words; 无, that it does not; 不出声, that there is none; 记, which commands record
something because of it. What records without a line that says so is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.understanding.values import SHANGHAI

_CLOCK = re.compile(r"【(\d{4}-\d\d-\d\d \d\d:\d\d)】")
_SAID = re.compile(r"(?P<who>[^\s：（]+)(?P<group>（群）)?：(?P<text>.+)")
_EXPECTED = re.compile(r"\s+(?P<what>有|无|记|不出声)(?: (?P<words>.+))?")


@dataclass(slots=True)
class Turn:
    """One message; `at` where the clock is set before it."""

    who: str
    text: str
    group: bool = False
    at: datetime | None = None
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    silent: bool = False

    @property
    def expects(self) -> bool:
        """Whether the script says what the answer has to be."""
        return bool(self.holds or self.lacks or self.records or self.silent)


def read(lines: Iterable[str]) -> Iterator[Turn]:
    """The turns of a script, in order. Raises ValueError, with the number of the line, for what is none."""
    at, turn = None, None
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        if clock := _CLOCK.fullmatch(line):
            at = datetime.fromisoformat(clock[1]).replace(tzinfo=SHANGHAI)
        elif said := _SAID.fullmatch(line):
            if turn is not None:
                yield turn
            turn = Turn(said["who"], said["text"].replace("\\n", "\n"), said["group"] is not None, at)
            at = None
        elif (expected := _EXPECTED.fullmatch(line)) and turn is not None:
            _expect(turn, expected["what"], expected["words"] or "")
        else:
            raise ValueError(f"line {number} is no part of a script: {line}")
    if turn is not None:
        yield turn


def _expect(turn: Turn, what: str, words: str) -> None:
    if what == "不出声":
        turn.silent = True
    elif what == "记":
        turn.records += words.split("、")
    else:
        (turn.holds if what == "有" else turn.lacks).append(words.replace("\\n", "\n"))
