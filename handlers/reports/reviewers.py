"""Who reviews thought reports, and which of them a named period means."""

from __future__ import annotations

from bot.commands import Refusal, Request
from bot.wording import in_group
from models.report import period_end, period_start

COMMITTEE_ONLY = in_group("汇报只有本人和本支部委员能看。")


def of_the_committee(request: Request) -> None:
    """The college and the school may do more than a committee elsewhere, not here (DOMAIN: who reads a report)."""
    if not request.me.in_committee:
        raise Refusal(COMMITTEE_ONLY)


def overlap(one: str, other: str) -> bool:
    """Whether two periods share a day: who asks for 2026-11 means the fourth quarter of those who write quarterly."""
    return period_start(one) <= period_end(other) and period_start(other) <= period_end(one)
