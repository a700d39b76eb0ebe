"""A chat group and the branch whose group it is."""

from __future__ import annotations

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.branch import Branch


class Room(Model):
    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    room = fields.CharField(max_length=128)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="rooms", on_delete=fields.RESTRICT
    )
    branch_id: int
    active = fields.BooleanField(default=True)  # false once the branch has been bound to another group
    bound_at = fields.DatetimeField()

    class Meta:
        table = "room"
        unique_together = (("channel", "room"),)
        indexes = (("branch_id",),)

    @classmethod
    def below(cls, above: Branch) -> QuerySet[Room]:
        """The groups in use of a branch, college or school and of all below it, by path."""
        at_or_below = Q(branch__path=above.path) | Q(branch__path__startswith=f"{above.path}/")
        return cls.filter(at_or_below, active=True).order_by("branch__path", "id")
