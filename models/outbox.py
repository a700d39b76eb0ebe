"""What is to be sent: written with the records it speaks of, sent afterwards, each once."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields

from models.sealed import SealedBinaryField, SealedJSONField, SealedModel, SealedTextField
from models.terms import Term


class OutboxState(Term):
    PENDING = "pending", "待发"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发"
    UNKNOWN = "unknown", "不明"  # it may or may not have arrived; sent again only by a person's decision
    FAILED = "failed", "未送达"


class Urgency(Term):
    ANSWER = "answer", "答复"  # at once, at any hour
    NOTICE = "notice", "通知"  # outside quiet hours, after answers


class OutboxMessage(SealedModel):
    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=40)
    conversation = fields.CharField(max_length=128)  # order is kept within it
    room = fields.CharField(max_length=128, null=True)
    contact = fields.CharField(max_length=128, null=True)
    # Whom a private notice is for, whatever account is theirs by the time it goes. No foreign key: a row that has a key
    # outlives the member.
    member_id = fields.IntField(null=True)
    text = SealedTextField(default="")
    file_name = SealedTextField(null=True)
    file_type = fields.CharField(max_length=100, null=True)
    file_data = SealedBinaryField(null=True)
    # A link that is shown in place of the text where the channel can: title, description, url, thumbnail_url.
    card: fields.Field[dict[str, str] | None] = SealedJSONField(null=True)
    mentions: fields.Field[list[str]] = fields.JSONField(default=list)
    urgency = fields.CharEnumField(Urgency, max_length=10, default=Urgency.ANSWER)
    # Deleted once it has gone out: it would tell who sent what nameless.
    fleeting = fields.BooleanField(default=False, db_default=False)
    key = fields.CharField(max_length=200, unique=True, null=True)  # what happens once: a reminder and its period
    state = fields.CharEnumField(OutboxState, max_length=10, default=OutboxState.PENDING)
    attempts = fields.IntField(default=0)
    not_before = fields.DatetimeField()
    created_at = fields.DatetimeField()
    sending_at = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True)
    sent_id = fields.CharField(max_length=128, null=True)
    error = fields.CharField(max_length=200, null=True)
    emptied_at = fields.DatetimeField(null=True)  # when its content was too old; the row stays, for its key

    class Meta:
        table = "outbox_message"
        indexes = (("channel", "state", "not_before"), ("channel", "conversation", "state"))

    @classmethod
    async def withdraw(cls, prefix: str) -> bool:
        """Take out what waits under keys that begin with `prefix`; whether all of it was still waiting."""
        of_it = cls.filter(key__startswith=prefix)
        await of_it.filter(state=OutboxState.PENDING).delete()
        return not await of_it.exists()

    @classmethod
    async def keyed_since(cls, prefix: str, since: datetime) -> bool:
        """Whether a message whose key begins with `prefix` was written after `since`."""
        return await cls.filter(key__startswith=prefix, created_at__gt=since).exists()
