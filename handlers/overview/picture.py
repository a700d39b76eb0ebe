"""What a branch did in some months, member by member; the pictures of several branches add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from bot.periods import owed, period_in
from bot.settings import Settings
from bot.understanding.values import SHANGHAI, Month, Months
from bot.wording import GroupText, Public, in_group, join
from models import Account, Activity, ActivityKind, Branch, Member, PaymentState, Report, ReportState, Talk
from models.activity import Tally, due_kinds, held, tally
from models.dues import owed_months, settled
from models.report import standing_reports
from models.talk import coverage, held_in_year

BEFORE = "{month}月{day}日前：{parts}"


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A thought report that `member` owes for `period`, and the one that stands for it."""

    member: Member
    period: str
    report: Report | None

    @property
    def handed_in(self) -> bool:
        return self.report is not None and self.report.handed_in

    @property
    def waits(self) -> bool:
        """The committee has yet to read it."""
        return self.report is not None and self.report.state is ReportState.SUBMITTED

    @property
    def returned(self) -> bool:
        """The author has to write it again."""
        return self.report is not None and self.report.state is ReportState.RETURNED


@dataclass(frozen=True, slots=True)
class DuesDue:
    """One month's dues of `member`, and how far they have come; None where nothing was declared."""

    member: Member
    month: Month
    state: PaymentState | None


@dataclass(frozen=True, slots=True)
class StillToHold:
    """A kind of organisational life that is due: held `done` times of `needed` until `last`."""

    kind: ActivityKind
    done: int
    needed: int
    last: date


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, as lists to be counted or named. `unreached` are those with whom nobody of the committee has had this
    year's talk."""

    branches: tuple[Branch, ...]
    members: tuple[Member, ...]
    unbound: tuple[Member, ...]
    reports: tuple[ReportDue, ...]
    dues: tuple[DuesDue, ...]
    talks: tuple[Talk, ...]
    unreached: tuple[Member, ...]
    activities: tuple[tuple[Activity, Tally], ...]
    to_hold: tuple[StillToHold, ...]

    def __add__(self, other: Picture) -> Picture:
        return Picture(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


async def picture(branch: Branch, months: Months, settings: Settings, now: datetime) -> Picture:
    """What `branch` did from the first to the last of `months`."""
    members = await Member.filter(branch_id=branch.id, active=True, handed_over_on=None).order_by("id")
    bound = {account.member_id for account in await Account.filter(member_id__in=[one.id for one in members])}
    year_talks = await held_in_year(branch.id, months[-1].year)
    return Picture(
        branches=(branch,),
        members=tuple(members),
        unbound=tuple(member for member in members if member.id not in bound),
        reports=tuple(await _reports(members, months, settings, now)),
        dues=tuple(await _dues(members, branch, Months(month for month in months if month <= Month.of(now)))),
        talks=tuple(talk for talk in year_talks if Month.of(talk.start) in months),
        unreached=coverage(members, year_talks).without_committee,
        activities=tuple([(one, await tally(one)) for one in await _held(branch, months, now)]),
        to_hold=tuple(await still_to_hold(branch, settings, now)),
    )


async def still_to_hold(branch: Branch, settings: Settings, now: datetime) -> list[StillToHold]:
    """The kinds that are due in the present month, quarter or year and have not been held or announced often enough."""
    wanting = []
    for due in due_kinds(settings.life.yearly, now.astimezone(SHANGHAI).date()):
        done = sum(activity.kind is due.kind for activity in await held(branch.id, due.first, due.last))
        if done < due.needed:
            wanting.append(StillToHold(due.kind, done, due.needed, due.last))
    return wanting


def by_deadline(wanting: Sequence[StillToHold]) -> list[GroupText]:
    """11月30日前：支委会、主题党日各 1 次; one line a deadline, the nearest first."""
    lines = []
    for last in sorted({due.last for due in wanting}):
        kinds: dict[int, list[ActivityKind]] = {}
        for due in wanting:
            if due.last == last and due.kind not in kinds.setdefault(due.needed - due.done, []):
                kinds[due.needed - due.done].append(due.kind)
        parts = [_times(of_count, count) for count, of_count in sorted(kinds.items())]
        lines.append(in_group(BEFORE, month=last.month, day=last.day, parts=Public(join(parts))))
    return lines


def _times(kinds: Sequence[ActivityKind], count: int) -> str:
    each = "各" if len(kinds) > 1 else ""
    return f"{join(kind.label for kind in kinds)}{each} {count} 次"


async def _held(branch: Branch, months: Months, now: datetime) -> list[Activity]:
    last = (months[-1] + 1).first_day - timedelta(days=1)
    return [activity for activity in await held(branch.id, months[0].first_day, last) if activity.start <= now]


async def _reports(members: Sequence[Member], months: Months, settings: Settings, now: datetime) -> list[ReportDue]:
    """Of each month's period, and now in the first days of a period of the one before as well."""
    owing: dict[str, dict[int, Member]] = {}
    for month in months:
        for member in members:
            if period := period_in(member, settings.reports, month, now):
                owing.setdefault(period, {})[member.id] = member
    if Month.of(now) in months:
        for period, late in owed(members, settings.reports, now).items():
            owing.setdefault(period, {}).update({member.id: member for member in late})
    due = []
    for period, authors in owing.items():
        reports = await standing_reports(authors, period)
        due += [ReportDue(member, period, reports.get(member.id)) for member in authors.values()]
    return due


async def _dues(members: Sequence[Member], branch: Branch, months: Months) -> list[DuesDue]:
    if not months:
        return []
    states = await settled(member.id for member in members)
    return [
        DuesDue(member, month, states[member.id].get(str(month)))
        for member in members
        for month in months
        if str(month) in owed_months(member, branch, str(months[-1]))
    ]
