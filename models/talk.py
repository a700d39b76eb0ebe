"""Heart-to-heart talks: slots offered, talks booked, and records that only the two can read."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member
from models.terms import Term


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
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "talk_slot"
        unique_together = (("host", "start"),)
        indexes = (("branch_id", "start"),)


class Talk(Model):
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
    topic = fields.TextField(default="")
    state = fields.CharEnumField(TalkState, max_length=10)
    booked_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    records: fields.ReverseRelation[TalkRecord]

    class Meta:
        table = "talk"
        indexes = (("branch_id", "start"), ("member_id", "state"))


class TalkRecord(Model):
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
    text = fields.TextField()
    written_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "talk_record"
