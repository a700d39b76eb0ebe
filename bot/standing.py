"""How members stand: what a branch asks of them in a month, what is done and what is open.

Shared by the queries, the to-do list and the reminders, so that all of them mean the same by "open".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.people import called
from bot.periods import Due, due_of, period_in, reports_for
from bot.settings import ReportSettings, Settings
from bot.understanding.values import SHANGHAI, Month, Months
from models import Account, Activity, ActivityKind, ActivityState, Attendance, Branch, Member, PaymentState, Report
from models.activity import expected_members, held
from models.dues import owed_months, paid_to, settled
from models.report import period_end

AHEAD = timedelta(days=30)  # activities further away are not yet spoken of


@dataclass(frozen=True, slots=True)
class Dues:
    """`missing` are the months up to this one that are neither declared nor confirmed, `unconfirmed` those that wait
    for the secretary, `paid_to` is the last month up to which nothing is missing."""

    missing: Months
    unconfirmed: Months
    paid_to: Month | None


@dataclass(frozen=True, slots=True)
class Invitations:
    """The activities ahead: which the member is expected at and has not answered, signed up for, asked leave from."""

    unanswered: tuple[Activity, ...]
    joined: tuple[Activity, ...]
    excused: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One member's part in a month.

    `due` is what a thought report is owed for, None where none is; `report` stands
    for it. `friend` says whether the bot can write to the member privately; `name` tells from those of the same name.
    """

    member: Member
    name: str
    due: Due | None
    report: Report | None
    dues: Dues
    life: Invitations
    bound: bool
    friend: bool

    @property
    def report_open(self) -> bool:
        """A report is owed that has not been handed in, or has been returned."""
        return self.due is not None and (self.report is None or not self.report.handed_in)

    @property
    def open_count(self) -> int:
        """How many things wait for the member."""
        return self.report_open + bool(self.dues.missing) + len(self.life.unanswered)


@dataclass(frozen=True, slots=True)
class BranchStanding:
    """A branch in a month: its members in the order of the roster, and what it holds in the next 30 days."""

    branch: Branch
    month: Month
    members: tuple[Standing, ...]
    ahead: tuple[Activity, ...]

    @property
    def without_report(self) -> list[Standing]:
        return [standing for standing in self.members if standing.report_open]

    @property
    def without_dues(self) -> list[Standing]:
        return [standing for standing in self.members if standing.dues.missing]

    @property
    def without_answer(self) -> list[Standing]:
        """Who is expected at an activity ahead and has neither signed up nor asked leave."""
        return [standing for standing in self.members if standing.life.unanswered]


async def of_branch(branch: Branch, settings: Settings, now: datetime, month: Month | None = None) -> BranchStanding:
    """How every active member of `branch` stands in `month`, the present one where none is named.

    Those handed over to another organisation are left out: nothing is asked of them here.
    """
    members = await Member.filter(branch_id=branch.id, active=True, handed_over_on=None).order_by("id")
    month = month or Month.of(now)
    ahead = await activities_ahead(branch, now)
    return BranchStanding(branch, month, await _standings(members, branch, settings, now, month, ahead), tuple(ahead))


async def of_member(member: Member, branch: Branch, settings: Settings, now: datetime) -> Standing:
    """How one member stands in the present month."""
    ahead = await activities_ahead(branch, now)
    (standing,) = await _standings([member], branch, settings, now, Month.of(now), ahead)
    return standing


async def behind(branches: Sequence[Branch], settings: Settings, now: datetime) -> tuple[set[int], set[int]]:
    """The members of these branches who have a report open, and those who have dues open, as `Standing` means it.

    By id; in as many queries for a hundred branches as for one.
    """
    places = {branch.id: branch for branch in branches}
    members = await Member.filter(branch_id__in=list(places), active=True, handed_over_on=None)
    this = Month.of(now)
    due = await _reports_due(members, settings.reports, now, this)
    reports = await reports_for({id_: theirs.period for id_, theirs in due.items()})
    late = {id_ for id_ in due if id_ not in reports or not reports[id_].handed_in}
    payments = await settled(member.id for member in members)
    owing = {member.id: owed_months(member, places[member.branch_id], str(this)) for member in members}
    return late, {id_ for id_, months in owing.items() if any(month not in payments[id_] for month in months)}


async def activities_ahead(branch: Branch, now: datetime) -> list[Activity]:
    """What begins in the next 30 days and can still be signed up for, in order of time."""
    today = now.astimezone(SHANGHAI).date()
    activities = await held([branch.id], today, today + AHEAD)
    return [one for one in activities if one.start > now and one.state is ActivityState.ANNOUNCED]


def months_of(values: Iterable[str]) -> Months:
    """``YYYY-MM`` strings as months."""
    return Months(Month.parse(value) for value in sorted(values))


async def _standings(
    members: Sequence[Member],
    branch: Branch,
    settings: Settings,
    now: datetime,
    month: Month,
    ahead: Sequence[Activity],
) -> tuple[Standing, ...]:
    due = await _reports_due(members, settings.reports, now, month)
    reports = await reports_for({id_: theirs.period for id_, theirs in due.items()})
    ids = [member.id for member in members]
    payments = await settled(ids)
    invitations = await _invitations(branch, members, ahead)
    accounts = await Account.filter(member_id__in=ids)
    bound = {account.member_id for account in accounts}
    calling = called(members)
    friends = {account.member_id for account in accounts if account.friend}
    return tuple(
        Standing(
            member=member,
            name=calling[member.id],
            due=due.get(member.id),
            report=reports.get(member.id),
            dues=_dues(owed_months(member, branch, str(month)), payments[member.id]),
            life=invitations[member.id],
            bound=member.id in bound,
            friend=member.id in friends,
        )
        for member in members
    )


async def _reports_due(
    members: Sequence[Member], settings: ReportSettings, now: datetime, month: Month
) -> dict[int, Due]:
    """What is due of those who owe reports: what one handed in now is for, in a past month what that month asked."""
    owing = {member.id: period for member in members if (period := period_in(member, settings, month, now))}
    by_now = await due_of([member for member in members if member.id in owing], settings, now)
    if month == Month.of(now):
        return by_now
    return {
        id_: by_now[id_] if by_now[id_].period == period else Due(period, period_end(period))
        for id_, period in owing.items()
    }


def _dues(owed: Sequence[str], states: Mapping[str, PaymentState]) -> Dues:
    last = paid_to(owed, states)
    return Dues(
        missing=months_of(month for month in owed if month not in states),
        unconfirmed=months_of(month for month, state in states.items() if state is PaymentState.DECLARED),
        paid_to=Month.parse(last) if last else None,
    )


async def _invitations(branch: Branch, members: Sequence[Member], ahead: Sequence[Activity]) -> dict[int, Invitations]:
    rows = await Attendance.filter(activity_id__in=[one.id for one in ahead]) if ahead else []
    parts = {(row.activity_id, row.member_id): row for row in rows}
    expected = {kind: await _expected(branch, kind) for kind in {one.kind for one in ahead}}
    return {member.id: _sorted(member.id, ahead, parts, expected) for member in members}


async def _expected(branch: Branch, kind: ActivityKind) -> set[int]:
    return {member.id for member in await expected_members(branch.id, kind)}


def _sorted(
    member_id: int,
    ahead: Sequence[Activity],
    parts: Mapping[tuple[int, int], Attendance],
    expected: Mapping[ActivityKind, set[int]],
) -> Invitations:
    unanswered, joined, excused = [], [], []
    for activity in ahead:
        part = parts.get((activity.id, member_id))
        if part is not None and part.leave_at:
            excused.append(activity)
        elif part is not None and (part.signed_up_at or part.signed_in_at):
            joined.append(activity)
        elif member_id in expected[activity.kind]:
            unanswered.append(activity)
    return Invitations(tuple(unanswered), tuple(joined), tuple(excused))
