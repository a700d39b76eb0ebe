"""延长预备期: that the general meeting lets a probationary member's probation go on, as the secretary recorded it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.member import Member


class ProbationExtension(Model):
    """`claim` is the member's id, NULL once it was taken back or another day was recorded, `until` is the new end."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="probation_extensions", on_delete=fields.RESTRICT
    )
    member_id: int
    claim = fields.IntField(unique=True, null=True)
    until = fields.DateField()
    recorded_by: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="probation_extensions_recorded", on_delete=fields.RESTRICT
    )
    recorded_by_id: int
    recorded_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "probation_extension"
        indexes = (("member_id",),)
