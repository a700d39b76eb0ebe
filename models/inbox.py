"""The ids of messages that were acted on: a second delivery ends at the unique key. No text is kept."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class InboxMessage(Model):
    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    message = fields.CharField(max_length=128)
    conversation = fields.CharField(max_length=128)
    sender = fields.CharField(max_length=128)
    received_at = fields.DatetimeField()

    class Meta:
        table = "inbox_message"
        unique_together = (("channel", "message"),)
