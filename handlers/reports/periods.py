"""Which period a report is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.settings import ReportSettings
from bot.understanding.values import SHANGHAI, Period
from bot.wording import Public
from models import Member, Report, ReportState
from models.report import period_before, period_end, period_label, period_of, period_start, standing_reports

VOLUNTARY = "quarter"  # the period in which a report is filed by those whose category owes none


@dataclass(frozen=True, slots=True)
class Due:
    """The period that a report handed in now is for, and whether it is the one before the current."""

    period: str
    late: bool


def label(period: str) -> Public:
    """2026年第四季度: a period is no secret."""
    return Public(period_label(period))


async def due(member: Member, settings: ReportSettings, now: datetime) -> Due:
    """The current period; the one before while it is still open.

    It is open in the first `grace_days` of the new period where nothing was
    handed in for it or only just now, and as long again after it was returned.
    """
    current = period_of(now.date(), settings.period_kind(member.category) or VOLUNTARY)
    former = period_before(current)
    report = (await standing_reports([member.id], former)).get(member.id)
    if _still_open(member, former, report, settings, now):
        return Due(former, late=True)
    return Due(current, late=False)


def _still_open(member: Member, former: str, report: Report | None, settings: ReportSettings, now: datetime) -> bool:
    begun = period_end(former) + timedelta(days=1)
    in_grace = (now.date() - begun).days < settings.grace_days
    if report is None:
        return in_grace and was_member(member, former)
    if report.state is ReportState.RETURNED and report.reviewed_at is not None:
        return in_grace or now - report.reviewed_at < timedelta(days=settings.grace_days)
    filed_late = report.submitted_at is not None and report.submitted_at.astimezone(SHANGHAI).date() >= begun
    return in_grace and filed_late and report.state is ReportState.SUBMITTED


def was_member(member: Member, period: str) -> bool:
    """Nobody owes a report for a period that ended before they were on the roster."""
    return member.created_at.astimezone(SHANGHAI).date() <= period_end(period)


def owed(
    members: Iterable[Member], settings: ReportSettings, now: datetime, named: Period | None = None
) -> dict[str, list[Member]]:
    """Who owes a report, by period, the earliest first.

    Without a named period the current ones, in the first `grace_days` those
    before as well. A named one stands for the periods of each category that
    overlap it and have begun: 2026-11 is the fourth quarter for those who
    write quarterly.
    """
    found: dict[str, list[Member]] = {}
    for member in members:
        if kind := settings.period_kind(member.category):
            for period in _asked(kind, settings, now, named):
                if was_member(member, period):
                    found.setdefault(period, []).append(member)
    return dict(sorted(found.items(), key=lambda item: (period_start(item[0]), item[0])))


def _asked(kind: str, settings: ReportSettings, now: datetime, named: Period | None) -> list[str]:
    today = now.date()
    if named is None:
        current = period_of(today, kind)
        in_grace = (today - period_start(current)).days < settings.grace_days
        return [period_before(current), current] if in_grace else [current]
    first, last = period_start(named), period_end(named)
    months = (date(first.year, month, 1) for month in range(first.month, last.month + 1))
    return sorted({period_of(month, kind) for month in months if month <= today})
