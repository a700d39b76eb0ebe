"""When the bot could last hear what was said on a channel; messages from times it could not are lost."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Presence(Model):
    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=40, unique=True)
    heard_until = fields.DatetimeField()

    class Meta:
        table = "presence"
