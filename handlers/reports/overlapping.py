"""Which reports a named period means, for those who review them."""

from __future__ import annotations

from models.report import period_end, period_start


def overlap(one: str, other: str) -> bool:
    """Whether two periods share a day: who asks for 2026-11 means the fourth quarter of those who write quarterly."""
    return period_start(one) <= period_end(other) and period_start(other) <= period_end(one)
