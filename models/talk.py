"""Heart-to-heart talks: slots offered, talks booked, and records that only the two can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from models.branch import Branch
from models.member import Member
from models.sealed import SealedModel, SealedTextField
from models.terms import Term

SHANGHAI = ZoneInfo("Asia/Shanghai")


class TalkState(Term):
    BOOKED = "booked", "已约"
    CANCELLED = "cancelled", "已取消"
    HELD = "held", "已谈"


class TalkSlot(Model):
    """A time at which `host` can be talked to, `number` is what members name it by, unique among those to come."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="talk_slots", on_delete=fields.RESTRICT
    )
    branch_id: int
    host: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="talk_slots", on_delete=fields.RESTRICT
    )
    host_id: int
    number = fields.IntField()
    start = fields.DatetimeField()
    end = fields.DatetimeField()
    opened_at = fields.DatetimeField()  # the same for those opened together, which one undoing takes back
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "talk_slot"
        unique_together = (("host", "start"),)
        indexes = (("branch_id", "start"),)


class Talk(SealedModel):
    """A talk of two. `claim` is the slot's id while it is booked and NULL once cancelled: no double booking."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="talks", on_delete=fields.RESTRICT
    )
    branch_id: int
    host: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="talks_hosted", on_delete=fields.RESTRICT
    )
    host_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="talks", on_delete=fields.RESTRICT
    )
    member_id: int
    slot: fields.ForeignKeyNullableRelation[TalkSlot] = fields.ForeignKeyField(
        "models.TalkSlot", related_name="talks", null=True, on_delete=fields.RESTRICT
    )
    slot_id: int | None
    claim = fields.IntField(unique=True, null=True)
    start = fields.DatetimeField()
    end = fields.DatetimeField()
    topic = SealedTextField(default="")
    state = fields.CharEnumField(TalkState, max_length=10)
    booked_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    records: fields.ReverseRelation[TalkRecord]

    class Meta:
        table = "talk"
        indexes = (("branch_id", "start"), ("member_id", "state"), ("host_id", "state"))

    @property
    def pair(self) -> frozenset[int]:
        """The ids of the two."""
        return frozenset((self.host_id, self.member_id))


class TalkRecord(SealedModel):
    """What one of the two wrote down of a talk."""

    id = fields.IntField(primary_key=True)
    talk: fields.ForeignKeyRelation[Talk] = fields.ForeignKeyField(
        "models.Talk", related_name="records", on_delete=fields.RESTRICT
    )
    talk_id: int
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="talk_records", on_delete=fields.RESTRICT
    )
    author_id: int
    text = SealedTextField()
    written_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "talk_record"
        indexes = (("talk_id",),)


async def coming_slots(branch_id: int, now: datetime) -> list[TalkSlot]:
    """Slots of a branch that are offered and not over, booked or not; soonest first, with `host`."""
    offered = TalkSlot.filter(branch_id=branch_id, withdrawn_at=None, end__gt=now)
    return await offered.order_by("start", "number").select_related("host")


async def free_slots(branch_id: int, now: datetime) -> list[TalkSlot]:
    """Those of `coming_slots` that nobody has booked and that have not begun."""
    slots = [slot for slot in await coming_slots(branch_id, now) if slot.start > now and slot.host.active]
    booked = await booked_slots(slots)
    return [slot for slot in slots if slot.id not in booked]


async def booked_slots(slots: Iterable[TalkSlot]) -> set[int]:
    """The ids of those slots that are booked."""
    talks = await Talk.filter(claim__in=[slot.id for slot in slots])
    return {talk.claim for talk in talks if talk.claim is not None}


async def talks_of_pair(one: int, other: int) -> list[Talk]:
    """All talks of two members that were not cancelled, whoever was the host, the latest first."""
    pair = Q(host_id=one, member_id=other) | Q(host_id=other, member_id=one)
    return await Talk.filter(pair, state__in=(TalkState.BOOKED, TalkState.HELD)).order_by("-start", "-id")


async def upcoming(member_id: int, now: datetime) -> list[Talk]:
    """Booked talks of a member, as guest or host, not over yet; soonest first, with `host`, `member` and `slot`."""
    mine = Talk.filter(Q(host_id=member_id) | Q(member_id=member_id), state=TalkState.BOOKED, end__gt=now)
    return await mine.order_by("start", "id").select_related("host", "member", "slot")


async def held_in_year(branch_ids: Iterable[int], year: int) -> list[Talk]:
    """Talks of these branches that were held in a calendar year of Shanghai, oldest first."""
    first, after = datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)
    held = Talk.filter(branch_id__in=list(branch_ids), state=TalkState.HELD, start__gte=first, start__lt=after)
    return await held.order_by("start", "id")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who has not been talked with in a year (支部工作条例 第十九条: at least once a year for each pair).

    `committee_pairs`: 委员–委员 still to talk. `without_committee`: 党员 with
    whom no 委员 has talked. `without_peer`: 党员 who have talked with no other
    党员 outside the committee.
    """

    committee_pairs: tuple[tuple[Member, Member], ...]
    without_committee: tuple[Member, ...]
    without_peer: tuple[Member, ...]


def coverage(branch_members: Iterable[Member], talks: Iterable[Talk]) -> Coverage:
    """What is left of a year's talks, given those held in it; applicants and 发展对象 are not in the rule."""
    party = [member for member in branch_members if member.active and member.is_party_member and not member.handed_over]
    committee = [member for member in party if member.in_committee]
    others = [member for member in party if not member.in_committee]
    pairs = {talk.pair for talk in talks}

    def alone(member: Member, among: list[Member]) -> bool:
        partners = [other for other in among if other.id != member.id]
        return bool(partners) and not any(frozenset((member.id, other.id)) in pairs for other in partners)

    return Coverage(
        tuple((a, b) for a, b in combinations(committee, 2) if frozenset((a.id, b.id)) not in pairs),
        tuple(member for member in others if alone(member, committee)),
        tuple(member for member in others if alone(member, others)),
    )
