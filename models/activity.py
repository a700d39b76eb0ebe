"""Organisational life: what a branch held, who came, who asked leave, what was said."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.branch import Branch
from models.member import Member
from models.terms import Term


class ActivityKind(Term):
    PARTY_DAY = "party_day", "主题党日"
    GENERAL_MEETING = "general_meeting", "党员大会"
    COMMITTEE_MEETING = "committee_meeting", "支委会"
    GROUP_MEETING = "group_meeting", "党小组会"
    LECTURE = "lecture", "党课"
    REVIEW_MEETING = "review_meeting", "组织生活会"
    APPRAISAL = "appraisal", "民主评议"


class ActivityState(Term):
    ANNOUNCED = "announced", "已发布"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class Activity(Model):
    """`number` is the branch's own serial number, which members type."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="activities", on_delete=fields.RESTRICT
    )
    branch_id: int
    number = fields.IntField()
    kind = fields.CharEnumField(ActivityKind, max_length=20)
    start = fields.DatetimeField()
    topic = fields.CharField(max_length=200)
    url = fields.CharField(max_length=500, default="")
    organiser: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="activities_organised", on_delete=fields.RESTRICT
    )
    organiser_id: int
    state = fields.CharEnumField(ActivityState, max_length=10, default=ActivityState.ANNOUNCED)
    created_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    attendances: fields.ReverseRelation[Attendance]
    notes: fields.ReverseRelation[ActivityNote]

    class Meta:
        table = "activity"
        unique_together = (("branch", "number"),)
        indexes = (("branch_id", "start"),)


class Attendance(Model):
    """One member's part in one activity: signed up, signed in, on leave, each with its time."""

    id = fields.IntField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="attendances", on_delete=fields.RESTRICT
    )
    activity_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="attendances", on_delete=fields.RESTRICT
    )
    member_id: int
    signed_up_at = fields.DatetimeField(null=True)
    signed_in_at = fields.DatetimeField(null=True)
    leave_at = fields.DatetimeField(null=True)
    leave_reason = fields.TextField(default="")

    class Meta:
        table = "attendance"
        unique_together = (("activity", "member"),)


class ActivityNote(Model):
    """What a member said or learned: 发言, 心得."""

    id = fields.IntField(primary_key=True)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "models.Activity", related_name="notes", on_delete=fields.RESTRICT
    )
    activity_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="activity_notes", on_delete=fields.RESTRICT
    )
    member_id: int
    text = fields.TextField()
    written_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "activity_note"
