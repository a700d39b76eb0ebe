"""Saying how far long work has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from rich.console import Console
from rich.progress import Progress, TaskID


class Step(StrEnum):
    """What is being done."""

    SAVE = "备份"
    CHECK = "检查备份文件"
    LOAD = "装入"
    COMPARE = "核对"
    UPGRADE = "建立数据库"
    REPLACE = "替换"
    SEAL = "加密"


Told = Callable[[Step, int, int], None]  # how many rows (or bytes, of a file that is checked) of how many are done


def nobody(step: Step, done: int, total: int) -> None:
    """For whoever does not want to know."""


class Bars:
    """Shows each step as a bar, on standard error and only where somebody can see it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[Step, TaskID] = {}

    def told(self, step: Step, done: int, total: int) -> None:
        if step not in self._bars:
            self._bars[step] = self._progress.add_task(step.value)
        self._progress.update(self._bars[step], completed=done, total=total)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """While something is asked."""
        self._progress.stop()
        yield
        self._progress.start()


@contextmanager
def bars() -> Iterator[Bars]:
    """``with bars() as shown: await backup(..., told=shown.told)``"""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bars(progress)
