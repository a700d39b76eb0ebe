"""For which period a thought report counts, and who owes one.

Shared by handing in, the queries and the reminders, so that all of them mean the same period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.settings import ReportSettings
from bot.understanding.values import SHANGHAI, Month, Period
from bot.wording import Public
from models import Member, Report, ReportState
from models.report import period_before, period_end, period_label, period_of, period_start, standing_reports

VOLUNTARY = "quarter"  # the period in which a report is filed by those whose category owes none


@dataclass(frozen=True, slots=True)
class Due:
    """The period that a report handed in now is for, until which day, and whether it is the one before the current."""

    period: str
    until: date
    late: bool = False


def label(period: str) -> Public:
    """2026年第四季度: a period is no secret."""
    return Public(period_label(period))


async def due(member: Member, settings: ReportSettings, now: datetime) -> Due:
    """The current period; the one before while it is still open.

    It is open in the first `grace_days` of the new period where nothing was
    handed in for it or only just now, and as long again after it was returned.
    """
    return (await due_of([member], settings, now))[member.id]


async def due_of(members: Sequence[Member], settings: ReportSettings, now: datetime) -> dict[int, Due]:
    """`due` of each member, by id."""
    kinds = {member.id: settings.period_kind(member.category) or VOLUNTARY for member in members}
    current = {id_: period_of(_day(now), kind) for id_, kind in kinds.items()}
    former = {id_: period_before(period) for id_, period in current.items()}
    reports = await reports_for(former)
    found = {}
    for member in members:
        period = former[member.id]
        until = _still_open(member, period, reports.get(member.id), settings, _day(now))
        this = current[member.id]
        found[member.id] = Due(period, until, late=True) if until else Due(this, period_end(this))
    return found


def _still_open(
    member: Member, former: str, report: Report | None, settings: ReportSettings, today: date
) -> date | None:
    """The last day on which a report still counts for the period before; None where none does."""
    grace = timedelta(days=settings.grace_days)
    until = period_end(former) + grace
    if report is None:
        counts = was_member(member, former)
    elif report.state is ReportState.RETURNED and report.reviewed_at is not None:
        until, counts = max(until, _day(report.reviewed_at) + grace), True
    else:
        filed_late = report.submitted_at is not None and _day(report.submitted_at) > period_end(former)
        counts = filed_late and report.state is ReportState.SUBMITTED
    return until if counts and today <= until else None


def was_member(member: Member, period: str) -> bool:
    """Nobody owes a report for a period that ended before they were on the roster."""
    return _day(member.created_at) <= period_end(period)


def owed_each(member: Member, settings: ReportSettings) -> str:
    """month, quarter or four_months; "" for who owes no reports here: their category, an office, or handed over."""
    return "" if member.in_office or member.handed_over else settings.period_kind(member.category)


def period_in(member: Member, settings: ReportSettings, month: Month, now: datetime) -> str:
    """The period of `member` that a month is reckoned to; "" where no report is owed for it.

    That is the period in which a past month ended, today lies, or a month to come begins.
    """
    kind = owed_each(member, settings)
    period = period_of(_reckoning_day(month, _day(now)), kind) if kind else ""
    return period if period and was_member(member, period) else ""


def _reckoning_day(month: Month, today: date) -> date:
    if month > Month.of(today):
        return month.first_day
    return min(today, (month + 1).first_day - timedelta(days=1))


async def reports_for(periods: Mapping[int, str]) -> dict[int, Report]:
    """The report that stands for each member's own period, by the member's id."""
    found: dict[int, Report] = {}
    for period in set(periods.values()):
        found |= await standing_reports([id_ for id_, theirs in periods.items() if theirs == period], period)
    return found


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
        if kind := owed_each(member, settings):
            for period in _asked(kind, settings, _day(now), named):
                if was_member(member, period):
                    found.setdefault(period, []).append(member)
    return dict(sorted(found.items(), key=lambda item: (period_start(item[0]), item[0])))


def _asked(kind: str, settings: ReportSettings, today: date, named: Period | None) -> list[str]:
    if named is None:
        current = period_of(today, kind)
        in_grace = (today - period_start(current)).days < settings.grace_days
        return [period_before(current), current] if in_grace else [current]
    first, last = period_start(named), period_end(named)
    months = (date(first.year, month, 1) for month in range(first.month, last.month + 1))
    return sorted({period_of(month, kind) for month in months if month <= today})


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
