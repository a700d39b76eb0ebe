"""通知: what a committee, a college or the school lets the groups below it know."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member


class PublishedNotice(Model):
    """What `branch` told its own group and those of all below it."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="notices", on_delete=fields.RESTRICT
    )
    branch_id: int
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="notices", on_delete=fields.RESTRICT
    )
    author_id: int
    text = fields.TextField()
    published_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "published_notice"
        indexes = (("branch_id", "published_at"),)
