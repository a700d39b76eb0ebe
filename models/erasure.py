"""That what need not be kept of a member was deleted: they asked for it, or have left; no word of what it was."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member


class Erasure(Model):
    """`deleted` and `kept` are counts, `claim` is the id of a member who left, NULL once they are back."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="erasures", on_delete=fields.RESTRICT
    )
    member_id: int
    claim = fields.IntField(unique=True, null=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="erasures", on_delete=fields.RESTRICT
    )
    branch_id: int
    deleted: fields.Field[dict[str, int]] = fields.JSONField(default=dict)
    kept: fields.Field[dict[str, int]] = fields.JSONField(default=dict)
    erased_at = fields.DatetimeField()

    class Meta:
        table = "erasure"
        indexes = (("branch_id", "erased_at"), ("member_id",))
