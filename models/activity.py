"""Organisational life: what a branch held, who came, who asked leave, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member
from models.sealed import SealedModel, SealedTextField
from models.terms import Term

SHANGHAI = ZoneInfo("Asia/Shanghai")


class ActivityKind(Term):
    PARTY_DAY = "party_day", "主题党日", "主题党日活动", "党日活动", "党日"
    GENERAL_MEETING = "general_meeting", "党员大会", "支部党员大会", "支部大会", "全体党员大会"
    COMMITTEE_MEETING = "committee_meeting", "支委会", "支委会议", "支部委员会"
    GROUP_MEETING = "group_meeting", "党小组会", "党小组会议", "小组会"
    LECTURE = "lecture", "党课"
    REVIEW_MEETING = "review_meeting", "组织生活会"
    APPRAISAL = "appraisal", "民主评议", "民主评议党员", "评议"


# To these everybody of the branch may come. To the other kinds come those who belong to them (支部工作条例 第十一至
# 十八条: the committee, or the members of the Party), and whom the committee lets sit in (列席).
OPEN_TO_ALL = frozenset({ActivityKind.PARTY_DAY, ActivityKind.LECTURE})
# Not of the whole branch: what they are about is for those who belong to them, not for the group.
CONFIDENTIAL = frozenset({ActivityKind.COMMITTEE_MEETING, ActivityKind.GROUP_MEETING})


class ActivityState(Term):
    ANNOUNCED = "announced", "已发布"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class Activity(Model):
    """`number` is the branch's own serial number, which members type."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="activities", on_delete=fields.RESTRICT
    )
    branch_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(ActivityKind, max_length=20)
    start = fields.DatetimeField()
    topic = fields.CharField(max_length=200)
    url = fields.CharField(max_length=500, default="")
    organiser: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="activities_organised", on_delete=fields.RESTRICT
    )
    organiser_id: int
    state = fields.CharEnumField(ActivityState, max_length=10, default=ActivityState.ANNOUNCED)
    created_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    attendances: fields.ReverseRelation[Attendance]
    notes: fields.ReverseRelation[ActivityNote]

    class Meta:
        table = "activity"
        unique_together = (("branch", "number"),)
        indexes = (("branch_id", "start"),)

    @property
    def open_to_all(self) -> bool:
        return self.kind in OPEN_TO_ALL

    @property
    def confidential(self) -> bool:
        return self.kind in CONFIDENTIAL


class Attendance(SealedModel):
    """One member's part in one activity: signed up, signed in, on leave, each with its time.

    To what is not open to all only the committee signs up those who are not expected: that lets them sit in (列席).
    """

    id = fields.IntField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="attendances", on_delete=fields.RESTRICT
    )
    activity_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="attendances", on_delete=fields.RESTRICT
    )
    member_id: int
    signed_up_at = fields.DatetimeField(null=True)
    signed_in_at = fields.DatetimeField(null=True)
    leave_at = fields.DatetimeField(null=True)
    leave_reason = SealedTextField(default="")

    class Meta:
        table = "attendance"
        unique_together = (("activity", "member"),)
        indexes = (("member_id",),)


class ActivityNote(SealedModel):
    """What a member said or learned: 发言, 心得."""

    id = fields.IntField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="notes", on_delete=fields.RESTRICT
    )
    activity_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="activity_notes", on_delete=fields.RESTRICT
    )
    member_id: int
    text = SealedTextField()
    written_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "activity_note"
        indexes = (("activity_id",),)


@dataclass(frozen=True, slots=True)
class Quorum:
    """`present` of the `entitled` came, `needed` have to."""

    needed: int
    present: int
    entitled: int

    @property
    def reached(self) -> bool:
        return self.present >= self.needed


@dataclass(frozen=True, slots=True)
class Tally:
    """Who was to come (应到), came (实到), asked leave (请假) and did neither (未到), in the order of the roster.

    `guests` came without being counted on (列席); `quorum` is None for kinds that have none. `signed_up` are those
    expected who said that they come, `guests_signed_up` and `guests_on_leave` are the answers of the others.
    """

    expected: list[Member]
    present: list[Member]
    on_leave: list[Member]
    absent: list[Member]
    guests: list[Member]
    signed_up: list[Member]
    guests_signed_up: list[Member]
    guests_on_leave: list[Member]
    quorum: Quorum | None

    @property
    def unanswered(self) -> list[Member]:
        """Those expected who have neither signed up, nor in, nor asked leave."""
        answered = {member.id for member in self.signed_up}
        return [member for member in self.absent if member.id not in answered]


@dataclass(frozen=True, slots=True)
class Due:
    """A kind that is to be held `needed` times from `first` to `last`, both days included."""

    kind: ActivityKind
    first: date
    last: date
    needed: int


async def tally(activity: Activity) -> Tally:
    """Who came to `activity`, so far. Whoever came in spite of leave counts as present."""
    parts = await Attendance.filter(activity_id=activity.id).order_by("member_id").select_related("member")
    came = {part.member_id for part in parts if part.signed_in_at}
    away = {part.member_id for part in parts if part.leave_at} - came
    coming = {part.member_id for part in parts if part.signed_up_at} - away
    expected = await expected_members(activity.branch_id, activity.kind)
    expected_ids = {member.id for member in expected}
    others = [part.member for part in parts if part.member_id not in expected_ids]
    present = [member for member in expected if member.id in came]
    return Tally(
        expected=expected,
        present=present,
        on_leave=[member for member in expected if member.id in away],
        absent=[member for member in expected if member.id not in came | away],
        guests=[member for member in others if member.id in came],
        signed_up=[member for member in expected if member.id in coming],
        guests_signed_up=[member for member in others if member.id in coming],
        guests_on_leave=[member for member in others if member.id in away],
        quorum=_quorum(activity.kind, expected, present),
    )


async def expected_members(branch_id: int, kind: ActivityKind) -> list[Member]:
    """应到: the committee for a 支委会, every full and probationary member of the branch for the other kinds.

    Those handed over to another organisation are expected there.
    """
    members = await Member.filter(branch_id=branch_id, active=True, handed_over_on=None).order_by("id")
    return _expected(members, kind)


async def circle(activity: Activity) -> list[Member]:
    """Those who belong to `activity`: who is expected, then whom the committee lets sit in, or who signed up."""
    expected = await expected_members(activity.branch_id, activity.kind)
    ids = {member.id for member in expected}
    signed_up = Attendance.filter(activity_id=activity.id, signed_up_at__isnull=False, member__active=True)
    parts = await signed_up.order_by("member_id").select_related("member")
    return [*expected, *(part.member for part in parts if part.member_id not in ids)]


async def may_take_part(activity: Activity, member_id: int) -> bool:
    """Whether a member of the branch may sign up for, sign in to and speak at `activity`, and read what it is about."""
    return activity.open_to_all or member_id in {member.id for member in await circle(activity)}


def _quorum(kind: ActivityKind, expected: list[Member], present: list[Member]) -> Quorum | None:
    """党员大会: half of those entitled to vote (支部工作条例 第十一条); 支委会: more than half of the committee."""
    if kind is ActivityKind.GENERAL_MEETING:
        entitled = sum(member.votes for member in expected)
        return Quorum((entitled + 1) // 2, sum(member.votes for member in present), entitled)
    if kind is ActivityKind.COMMITTEE_MEETING:
        return Quorum(len(expected) // 2 + 1, len(present), len(expected))
    return None


async def next_number(branch_id: int) -> int:
    """The branch's next serial number; two at once end at the unique key."""
    last = await Activity.filter(branch_id=branch_id).order_by("-number").first()
    return last.number + 1 if last else 1


async def announced(branch_id: int, since: datetime) -> list[Activity]:
    """The branch's activities that begin at or after `since` and are neither closed nor cancelled, in order of time."""
    activities = Activity.filter(branch_id=branch_id, start__gte=since, state=ActivityState.ANNOUNCED)
    return await activities.order_by("start", "id")


async def latest(branch_id: int, until: datetime, kind: ActivityKind | None = None) -> Activity | None:
    """The branch's last activity (of `kind`) that begins at or before `until` and was not cancelled."""
    activities = Activity.filter(branch_id=branch_id, start__lte=until).exclude(state=ActivityState.CANCELLED)
    if kind is not None:
        activities = activities.filter(kind=kind)
    return await activities.order_by("-start", "-id").first()


async def held(branch_ids: Iterable[int], first: date, last: date) -> list[Activity]:
    """The activities of these branches that begin from `first` to `last` (Shanghai's days, both included) and were not
    cancelled, in order of time; those that still lie ahead are among them."""
    begin = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    activities = Activity.filter(branch_id__in=list(branch_ids), start__gte=begin, start__lt=end)
    return await activities.exclude(state=ActivityState.CANCELLED).order_by("start", "id")


async def without_anybody(activities: Iterable[Activity], now: datetime) -> set[int]:
    """The ids of those that have begun and to which nobody came, so far: they were not held."""
    begun = {activity.id for activity in activities if activity.start <= now}
    if not begun:
        return set()
    came = Attendance.filter(activity_id__in=list(begun), signed_in_at__isnull=False)
    return begun - {part.activity_id for part in await came}


def due_kinds(yearly: Mapping[ActivityKind, int], today: date) -> list[Due]:
    """What is due in the period that `today` lies in, by how often a year each kind is to be held.

    12 a year (or 24 …) are due by the month, 4 (or 8) by the quarter, anything else by the year; 0 is not due.
    """
    return [_due(kind, times, today) for kind, times in yearly.items() if times]


def _due(kind: ActivityKind, times: int, today: date) -> Due:
    span = 1 if times % 12 == 0 else 3 if times % 4 == 0 else 12  # months
    begin = (today.month - 1) // span * span + 1
    after = date(today.year + (begin + span > 12), (begin + span - 1) % 12 + 1, 1)
    return Due(kind, date(today.year, begin, 1), after - timedelta(days=1), times * span // 12)


def _expected(members: Iterable[Member], kind: ActivityKind) -> list[Member]:
    """Of the members of a branch those who are expected."""
    if kind is ActivityKind.COMMITTEE_MEETING:
        return [member for member in members if member.in_committee]
    return [member for member in members if member.is_party_member]


@dataclass(frozen=True, slots=True)
class Turnout:
    """A `Tally` in numbers: how many were to come, came, asked leave and did neither."""

    expected: int
    present: int
    on_leave: int
    absent: int


async def turnouts(activities: Iterable[Activity]) -> list[tuple[Activity, Turnout]]:
    """Of each, so far; in two queries, of however many branches they are."""
    listed = list(activities)
    if not listed:
        return []
    branch_ids = {activity.branch_id for activity in listed}
    everybody = await Member.filter(branch_id__in=list(branch_ids), active=True, handed_over_on=None)
    members: dict[int, list[Member]] = {id_: [] for id_ in branch_ids}
    for member in everybody:
        members[member.branch_id].append(member)
    came: dict[int, set[int]] = {activity.id: set() for activity in listed}
    away: dict[int, set[int]] = {activity.id: set() for activity in listed}
    for part in await Attendance.filter(activity_id__in=list(came)):
        if part.signed_in_at:
            came[part.activity_id].add(part.member_id)
        elif part.leave_at:
            away[part.activity_id].add(part.member_id)
    return [(one, _turnout(_expected(members[one.branch_id], one.kind), came[one.id], away[one.id])) for one in listed]


def _turnout(expected: Iterable[Member], came: set[int], away: set[int]) -> Turnout:
    ids = {member.id for member in expected}
    return Turnout(len(ids), len(ids & came), len(ids & away), len(ids - came - away))
