"""The trail: who did, read or changed what, when, from which conversation. Append-only; holds no body of a record."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from models.sealed import SealedJSONField, SealedModel


class AuditEntry(SealedModel):
    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    member_id = fields.IntField(null=True)  # no foreign key: the trail outlives what it speaks of
    branch_id = fields.IntField(null=True, db_index=True)
    command = fields.CharField(max_length=60)
    outcome = fields.CharField(max_length=20)  # done, refused, asked, failed
    channel = fields.CharField(max_length=40)
    conversation = fields.CharField(max_length=128)
    message = fields.CharField(max_length=128, null=True)
    subjects: fields.Field[list[int]] = fields.JSONField(default=list)  # members whose records were read or changed
    detail: fields.Field[dict[str, Any]] = SealedJSONField(default=dict)

    class Meta:
        table = "audit_entry"
        indexes = (("member_id", "at"),)
