"""What is open in a conversation, so that a bare 到, 交了 or 确认 can answer it."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from models.sealed import SealedJSONField, SealedModel
from models.terms import Term


class MatterKind(Term):
    MEETING = "meeting", "签到"
    DUES_REMINDER = "dues_reminder", "党费提醒"
    CONFIRMATION = "confirmation", "待确认"
    REPORT_DRAFT = "report_draft", "汇报草稿"
    PLACEMENT_END = "placement_end", "实习到期"
    SERVICE_RESULT = "service_result", "公益结果"
    LESSON_PICTURES = "lesson_pictures", "微课配图"
    CONSENT = "consent", "征求同意"
    DONE = "done", "刚办好的"


class OpenMatter(SealedModel):
    """Open for a branch (everybody in its group) or for one contact in one conversation, within its time.

    `content` is what is needed to go on: the reading that waits for 确认 or that
    was just acted on, the draft's id, the activity's number.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(MatterKind, max_length=20)
    branch_id = fields.IntField(null=True, db_index=True)
    channel = fields.CharField(max_length=40, null=True)
    conversation = fields.CharField(max_length=128, null=True)
    contact = fields.CharField(max_length=128, null=True)
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    content: fields.Field[dict[str, Any]] = SealedJSONField(default=dict)

    class Meta:
        table = "open_matter"
        indexes = (("channel", "contact"),)
