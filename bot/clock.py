"""The time of the machine: the computer's own, or in the sandbox one that a person moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.understanding.values import SHANGHAI


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, Asia/Shanghai."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(SHANGHAI)


class MovableClock:
    """The computer's clock plus what somebody moved it by."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._watchers: list[Callable[[], None]] = []

    def watch(self, moved: Callable[[], None]) -> None:
        """Have `moved` called after each move."""
        self._watchers.append(moved)

    def now(self) -> datetime:
        return datetime.now(SHANGHAI) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Let the present be `moment` (aware); from there it goes on at its usual speed."""
        self._ahead = moment - datetime.now(SHANGHAI)
        for moved in self._watchers:
            moved()
