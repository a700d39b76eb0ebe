"""转出、转回: that a member's membership was handed over to another organisation for a time, and came back."""

from __future__ import annotations

from tortoise import fields

from models.member import Member
from models.sealed import SealedModel, SealedTextField


class Handover(SealedModel):
    """`claim` is the member's id while they are away, NULL once they are back or it was taken back."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="handovers", on_delete=fields.RESTRICT
    )
    member_id: int
    claim = fields.IntField(unique=True, null=True)
    left_on = fields.DateField()
    note = SealedTextField(default="")
    recorded_by: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="handovers_recorded", on_delete=fields.RESTRICT
    )
    recorded_by_id: int
    recorded_at = fields.DatetimeField()
    returned_on = fields.DateField(null=True)
    return_note = SealedTextField(default="")
    dues_from = fields.CharField(max_length=7)  # the member's before the return, which sets it anew
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "handover"
        indexes = (("member_id",),)
