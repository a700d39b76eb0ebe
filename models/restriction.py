"""That WeChat restricted an account: it must not send again too soon, not even after a restart."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Restriction(Model):
    """The last 操作过于频繁 on a channel. `times`: the how-manieth in a row, since each lasts longer."""

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40, unique=True)
    paused_until = fields.DatetimeField()
    times = fields.IntField()

    class Meta:
        table = "restriction"
