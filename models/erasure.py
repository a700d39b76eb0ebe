"""删除我的信息: that a member had their data deleted and withdrew their consent, in counts; no word of what it was."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member


class Erasure(Model):
    """`deleted` and `kept` are counts by what was counted, never what it was."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="erasures", on_delete=fields.RESTRICT
    )
    member_id: int
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
