"""Where the members of branches are, as they said, and about whom something is open: shared by lists and reminders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from tortoise.expressions import Q

from bot.people import called
from bot.settings import Settings
from bot.understanding.values import Month
from models import (
    Account,
    Attendance,
    AuditEntry,
    Branch,
    BranchKind,
    DuesPayment,
    Member,
    Placement,
    Report,
    Talk,
    TalkState,
)

KNOWN_MONTHS = 6  # without a known end, what was said holds for so long

PLACE = "{city}{company}，{since}起{until}"
UNTIL = "，到{month}"
AT_SCHOOL = "在校"
ENDED = "{city}{company}，{day:%Y-%m-%d}结束"


class Open(Enum):
    """What is open about a member."""

    UNKNOWN = auto()  # never said where they are, or so long ago that it is no longer sure
    OVER = auto()  # the placement's last month is past, and nobody said what then
    SILENT = auto()  # no word at all for a long time


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One member: what holds (None: never said), what is open; `name` tells from those of the same name, `friend`
    whether the bot can write to them privately."""

    member: Member
    name: str
    placement: Placement | None
    open: Open | None
    friend: bool

    @property
    def away(self) -> bool:
        return self.placement is not None and self.placement.away

    def mobile(self, now: datetime) -> bool:
        """A 流动党员: a Party member who is away for six months or more."""
        return self.member.is_party_member and self.placement is not None and self.placement.is_mobile(_month(now))


async def of_branches(branches: Sequence[Branch], settings: Settings, now: datetime) -> list[Whereabouts]:
    """Everybody of these branches who was not handed over, in the order of the roster; as many queries for all."""
    kinds = {branch.id: branch.kind for branch in branches}
    everybody = await Member.filter(branch_id__in=list(kinds), active=True, handed_over_on=None).order_by("id")
    members = [member for member in everybody if not member.in_office]
    ids = [member.id for member in members]
    placements = await Placement.current(ids)
    friends = {account.member_id for account in await Account.filter(member_id__in=ids, friend=True)}
    silent = {one.id for one in await not_heard_of(members, now - timedelta(days=settings.reminders.silent_days))}
    calling = called(members)
    found = []
    for member in members:
        placement = placements.get(member.id)
        asked = kinds[member.branch_id] is BranchKind.MOBILE or (placement is not None and placement.away)
        open_ = _open(placement, member.id in silent, now) if asked and member.is_party_member else None
        found.append(Whereabouts(member, calling[member.id], placement, open_, member.id in friends))
    return found


def _open(placement: Placement | None, silent: bool, now: datetime) -> Open | None:
    if placement is None:
        return Open.UNKNOWN
    if Month.of(now) > holds_until(placement):
        return Open.OVER if placement.away else Open.UNKNOWN
    return Open.SILENT if silent else None


def holds_until(placement: Placement) -> Month:
    """The last month for which what was said is taken to hold."""
    if placement.away and placement.until:
        return Month.parse(placement.until)
    return Month.of(placement.confirmed_at) + KNOWN_MONTHS


async def not_heard_of(members: Iterable[Member], since: datetime) -> list[Member]:
    """Party members who have been on the roster since then, and from whom there was no word in all that time: no
    command, no record of their own. (What they sent anonymously does not tell of them.)"""
    party = [member for member in members if member.is_party_member and member.created_at <= since]
    heard = await _heard_of([member.id for member in party], since) if party else set()
    return [member for member in party if member.id not in heard]


async def _heard_of(ids: Sequence[int], since: datetime) -> set[int]:
    said = await AuditEntry.filter(member_id__in=ids, at__gte=since).distinct().values("member_id")
    placements = await Placement.filter(member_id__in=ids, confirmed_at__gte=since, voided_at=None)
    reports = await Report.filter(member_id__in=ids, submitted_at__gte=since).only("id", "member_id")
    payments = await DuesPayment.filter(payer_id__in=ids, declared_at__gte=since)
    answered = Q(signed_up_at__gte=since) | Q(signed_in_at__gte=since) | Q(leave_at__gte=since)
    parts = await Attendance.filter(answered, member_id__in=ids)
    both = Q(member_id__in=ids) | Q(host_id__in=ids)
    talks = await Talk.filter(both, Q(start__gte=since) | Q(booked_at__gte=since)).exclude(state=TalkState.CANCELLED)
    return (
        {row["member_id"] for row in said}
        | {placement.member_id for placement in placements}
        | {report.member_id for report in reports}
        | {part.member_id for part in parts}
        | {payment.payer_id for payment in payments}
        | {id_ for talk in talks for id_ in talk.pair}
    )


def place(placement: Placement) -> str:
    """苏州汇川技术，2026年11月起，到2027年6月; for private messages only."""
    if placement.at_school:
        return AT_SCHOOL
    company = f" {placement.company}" if placement.company else ""
    if placement.ended_on is not None:
        return ENDED.format(city=placement.city, company=company, day=placement.ended_on)
    until = UNTIL.format(month=Month.parse(placement.until).label) if placement.until else ""
    return PLACE.format(city=placement.city, company=company, since=Month.parse(placement.since).label, until=until)


def _month(now: datetime) -> str:
    return str(Month.of(now))
