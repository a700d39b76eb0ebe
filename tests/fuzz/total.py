"""What came of all batches together."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from tests.fuzz.batch import Finding
from tests.fuzz.worker import Done

WARM: Final = 3  # batches after which everything that is made once is made


@dataclass
class Total:
    """`memory` is by process: what it held after its first batches, and after its last, in bytes."""

    events: int = 0
    said: int = 0
    refused: int = 0
    lost: int = 0
    findings: int = 0
    slowest: tuple[float, str] = (0.0, "")
    memory: dict[int, tuple[int, int]] = field(default_factory=dict)
    _seconds: array[float] = field(default_factory=lambda: array("f"))
    _batches: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    _said: set[str] = field(default_factory=set)

    def add(self, done: Done) -> list[Finding]:
        """Count a batch; returns those of its findings of which there was none before."""
        process, memory, figures = done.process, done.memory, done.figures
        self.events += figures.events
        self.said += figures.said
        self.refused += figures.refused
        self.lost += figures.lost
        self.findings += len(figures.findings)
        self.slowest = max(self.slowest, figures.slowest)
        self._seconds.extend(figures.seconds)
        self._batches[process] += 1
        first = self.memory.get(process, (memory, memory))[0]
        self.memory[process] = (memory if self._batches[process] <= WARM else first, memory)
        new = {one.fault: one for one in figures.findings if one.fault not in self._said}
        self._said |= new.keys()
        return list(new.values())

    @property
    def growth(self) -> float:
        """How many times as much memory a process held at its end."""
        return max((last / first for first, last in self.memory.values()), default=1.0)

    def quantile(self, share: float) -> float:
        """Processor seconds in which `share` of the events were done."""
        ordered = sorted(self._seconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
