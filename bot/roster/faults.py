"""What is wrong with a roster, in the operator's language."""

from __future__ import annotations

from collections.abc import Sequence


class RosterFaulty(Exception):
    """Nothing was imported. `faults` holds one Chinese sentence per fault, with its row and column."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"{len(faults)} fault(s) in the roster")  # the sentences quote names, so they stay out
        self.faults = list(faults)
