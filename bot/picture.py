"""What branches did in some months, member by member; the pictures of several branches add up.

Shared by 支部情况, the lists of who owes what, the summary and its table, so that all of them count the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeVar

from bot.organisation import Part, branches_in
from bot.periods import owed, period_in
from bot.settings import Settings
from bot.understanding.values import SHANGHAI, Month, Months
from bot.wording import GroupText, Public, in_group, join
from models import Account, Activity, ActivityKind, Branch, Member, PaymentState, Report, ReportState, Talk
from models.activity import Turnout, due_kinds, held, turnouts, without_anybody
from models.dues import owed_months, settled
from models.report import standing_reports
from models.talk import coverage, held_in_year

T = TypeVar("T")

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
    activities: tuple[tuple[Activity, Turnout], ...]
    to_hold: tuple[StillToHold, ...]


async def pictures(branches: Sequence[Branch], months: Months, settings: Settings, now: datetime) -> list[Picture]:
    """What each of `branches` did from the first to the last of `months`, in their order.

    In as many queries for a hundred branches as for one.
    """
    ids = [branch.id for branch in branches]
    everybody = await Member.filter(branch_id__in=ids, active=True, handed_over_on=None).order_by("id")
    members = _by_branch(everybody, lambda member: member.branch_id)
    bound = {account.member_id for account in await Account.filter(member_id__in=[one.id for one in everybody])}
    reports = _by_branch(await _reports(everybody, months, settings, now), lambda due: due.member.branch_id)
    past = Months(month for month in months if month <= Month.of(now))
    dues = _by_branch(await _dues(everybody, branches, past), lambda due: due.member.branch_id)
    talks = _by_branch(await held_in_year(ids, months[-1].year), lambda talk: talk.branch_id)
    turned_out = await turnouts(await _held(ids, months, now))
    activities = _by_branch(turned_out, lambda pair: pair[0].branch_id)
    to_hold = await still_to_hold(ids, settings, now)
    return [
        Picture(
            branches=(branch,),
            members=tuple(members[branch.id]),
            unbound=tuple(member for member in members[branch.id] if member.id not in bound),
            reports=tuple(reports[branch.id]),
            dues=tuple(dues[branch.id]),
            talks=tuple(talk for talk in talks[branch.id] if Month.of(talk.start) in months),
            unreached=coverage(members[branch.id], talks[branch.id]).without_committee,
            activities=tuple(activities[branch.id]),
            to_hold=tuple(to_hold[branch.id]),
        )
        for branch in branches
    ]


async def of_parts(
    parts: Sequence[Part], months: Months, settings: Settings, now: datetime
) -> list[tuple[Branch, Picture]]:
    """What is directly below somebody, each with the sum of its branches, in as many queries as one branch takes."""
    each = {one.branches[0].id: one for one in await pictures(branches_in(parts), months, settings, now)}
    return [(part.node, summed([each[branch.id] for branch in part.branches])) for part in parts]


def summed(parts: Sequence[Picture]) -> Picture:
    """One picture of all of them, in their order; an empty one where there are none."""
    return Picture(*(tuple(chain.from_iterable(getattr(part, one.name) for part in parts)) for one in fields(Picture)))


def _by_branch(rows: Iterable[T], branch_of: Callable[[T], int]) -> defaultdict[int, list[T]]:
    sorted_: defaultdict[int, list[T]] = defaultdict(list)
    for row in rows:
        sorted_[branch_of(row)].append(row)
    return sorted_


async def still_to_hold(
    branch_ids: Sequence[int], settings: Settings, now: datetime
) -> defaultdict[int, list[StillToHold]]:
    """By branch, the kinds that are due in the present month, quarter or year and have not been held or announced
    often enough."""
    today = now.astimezone(SHANGHAI).date()
    dues = due_kinds(settings.life.yearly, today)
    first = min((due.first for due in dues), default=today)
    last = max((due.last for due in dues), default=today)
    activities = await held(branch_ids, first, last)
    empty = await without_anybody(activities, now)
    planned = Counter(
        (activity.branch_id, due.kind, due.first)
        for activity in activities
        for due in dues
        if activity.id not in empty
        and activity.kind is due.kind
        and due.first <= activity.start.astimezone(SHANGHAI).date() <= due.last
    )
    wanting: defaultdict[int, list[StillToHold]] = defaultdict(list)
    for id_ in branch_ids:
        for due in dues:
            done = planned[id_, due.kind, due.first]
            if done < due.needed:
                wanting[id_].append(StillToHold(due.kind, done, due.needed, due.last))
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


async def _held(branch_ids: Sequence[int], months: Months, now: datetime) -> list[Activity]:
    last = (months[-1] + 1).first_day - timedelta(days=1)
    begun = [activity for activity in await held(branch_ids, months[0].first_day, last) if activity.start <= now]
    empty = await without_anybody(begun, now)
    return [activity for activity in begun if activity.id not in empty]


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


async def _dues(members: Sequence[Member], branches: Sequence[Branch], months: Months) -> list[DuesDue]:
    if not months:
        return []
    places = {branch.id: branch for branch in branches}
    states = await settled(member.id for member in members)
    due = []
    for member in members:
        owed = set(owed_months(member, places[member.branch_id], str(months[-1])))
        due += [DuesDue(member, one, states[member.id].get(str(one))) for one in months if str(one) in owed]
    return due
