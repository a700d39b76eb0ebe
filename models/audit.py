"""The trail: who did, read or changed what, when, from which conversation. Append-only; holds no body of a record.

Every line carries a digest of itself and of the line before it, all processes writing one chain: they take turns on
the row of `AuditHead`, from the last statement of their transaction until its end. The database refuses to change or
remove a line (a trigger, see the migration), and where somebody went past it, `run_bot.py audit verify` tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

HEAD = 1  # the id of the one row


class AuditEntry(Model):
    """One line, its id is its number, one more than that of the line before."""

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
    detail: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    digest = fields.CharField(max_length=64, default="", db_default="")

    class Meta:
        table = "audit_entry"
        indexes = (("member_id", "at"),)

    @classmethod
    def lately(cls, member_id: int, since: datetime) -> QuerySet[AuditEntry]:
        """What was done by a member since then, the latest first."""
        return cls.filter(member_id=member_id, at__gte=since, outcome="done").order_by("-id")

    @classmethod
    async def append(
        cls,
        *,
        at: datetime,
        command: str,
        outcome: str,
        channel: str,
        conversation: str = "",
        member_id: int | None = None,
        branch_id: int | None = None,
        message: str | None = None,
        subjects: Sequence[int] = (),
        detail: Mapping[str, Any] | None = None,
    ) -> AuditEntry:
        """Write the next line, as the last thing in the caller's transaction: until its end nobody else can."""
        head = await AuditHead.locked()
        line = cls(
            id=head.line + 1,
            at=at,
            command=command,
            outcome=outcome,
            channel=channel,
            conversation=conversation,
            member_id=member_id,
            branch_id=branch_id,
            message=message,
            subjects=list(subjects),
            detail=dict(detail or {}),
        )
        line.digest = line.digest_after(head.digest)
        await line.save(force_create=True)
        await AuditHead.filter(id=HEAD).update(line=line.id, digest=line.digest)
        return line

    def digest_after(self, previous: str) -> str:
        """SHA-256, in hexadecimal, of the digest of the line before and of all that stands in this one."""
        said = [
            previous,
            self.id,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.member_id,
            self.branch_id,
            self.command,
            self.outcome,
            self.channel,
            self.conversation,
            self.message,
            self.subjects,
            self.detail,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class AuditHead(Model):
    """Where the trail ends, kept apart from it, so that lines missing at the end are missed. There is one row."""

    id = fields.IntField(primary_key=True)
    line = fields.BigIntField()  # the number of the last line
    digest = fields.CharField(max_length=64)
    cut = fields.BigIntField()  # the last line that retention removed, 0 for none
    cut_signature = fields.CharField(max_length=64, default="", db_default="")  # by the key of the anchors

    class Meta:
        table = "audit_head"

    @classmethod
    async def locked(cls) -> AuditHead:
        """The row, which nobody else may change until the caller's transaction ends."""
        row = cls.select_for_update(no_key=True)
        if head := await row.get_or_none(id=HEAD):
            return head
        await cls.bulk_create([cls(id=HEAD, line=0, digest="", cut=0)], ignore_conflicts=True)
        return await row.get(id=HEAD)


class AuditAnchor(Model):
    """That the trail ended so on a day, signed with a key that is not in the database."""

    id = fields.IntField(primary_key=True)
    line = fields.BigIntField(unique=True)
    digest = fields.CharField(max_length=64)
    signed_at = fields.DatetimeField()
    signature = fields.CharField(max_length=64)

    class Meta:
        table = "audit_anchor"
