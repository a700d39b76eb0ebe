"""What a message recorded, so that 撤销, or recalling the message, can take it back."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.member import Member


class Deed(Model):
    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="deeds", on_delete=fields.RESTRICT
    )
    member_id: int
    command = fields.CharField(max_length=60)
    record = fields.BigIntField()  # the id of what was recorded, known to the command that recorded it
    channel = fields.CharField(max_length=40)
    message = fields.CharField(max_length=128)
    done_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "deed"
        indexes = (("channel", "message"), ("member_id", "done_at"))

    @classmethod
    async def last_of(cls, member_id: int, since: datetime) -> Deed | None:
        """The member's last deed since then that has not been undone."""
        return await cls.filter(member_id=member_id, undone_at__isnull=True, done_at__gte=since).order_by("-id").first()
