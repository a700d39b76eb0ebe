"""转正: the day on which the general meeting made a probationary member a full one, as the secretary recorded it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.member import Member


class FullMembership(Model):
    """`claim` is the member's id, NULL once it was taken back."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="full_memberships", on_delete=fields.RESTRICT
    )
    member_id: int
    claim = fields.IntField(unique=True, null=True)
    decided_on = fields.DateField()
    recorded_by: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="full_memberships_recorded", on_delete=fields.RESTRICT
    )
    recorded_by_id: int
    recorded_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "full_membership"
        indexes = (("member_id",),)
