"""Thought reports: one per member and period, reviewed by the branch's committee."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.member import Member
from models.terms import Term


class ReportState(Term):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待批阅"
    APPROVED = "approved", "合格"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class Report(Model):
    """`claim` is ``member:period`` while the report stands for its period and NULL once it was replaced or withdrawn."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reports", on_delete=fields.RESTRICT
    )
    member_id: int
    period = fields.CharField(max_length=7)  # 2026-11, 2026-Q4 or, for four-month periods, 2026-T3
    claim = fields.CharField(max_length=40, unique=True, null=True)
    state = fields.CharEnumField(ReportState, max_length=10)
    text = fields.TextField(default="")
    started_at = fields.DatetimeField()
    submitted_at = fields.DatetimeField(null=True)
    reviewer: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reviews", null=True, on_delete=fields.RESTRICT
    )
    reviewer_id: int | None
    reviewed_at = fields.DatetimeField(null=True)
    comment = fields.TextField(default="")
    paper_received_on = fields.DateField(null=True)

    files: fields.ReverseRelation[ReportFile]

    class Meta:
        table = "report"
        indexes = (("member_id", "state"),)


class ReportFile(Model):
    id = fields.IntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="files", on_delete=fields.RESTRICT
    )
    report_id: int
    position = fields.IntField()
    name = fields.CharField(max_length=200)
    media_type = fields.CharField(max_length=100)
    data = fields.BinaryField()

    class Meta:
        table = "report_file"
        unique_together = (("report", "position"),)
