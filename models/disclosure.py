"""党务公开: the decisions and plans that a branch publishes to its members."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.branch import Branch
from models.member import Member
from models.terms import Term


class DisclosureKind(Term):
    DECISION = "decision", "决议", "支部决议", "决定", "大会决议"
    PLAN = "plan", "工作计划", "计划", "年度计划"
    SUMMARY = "summary", "工作总结", "总结", "述职报告"
    PUBLICITY = "publicity", "公示", "发展公示", "转正公示"


class Disclosure(Model):
    """What a branch, a college or the school published to those below it, its id is what members name it by."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="disclosures", on_delete=fields.RESTRICT
    )
    branch_id: int
    kind = fields.CharEnumField(DisclosureKind, max_length=20)
    text = fields.TextField()
    publisher: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="disclosures", on_delete=fields.RESTRICT
    )
    publisher_id: int
    published_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "disclosure"
        indexes = (("branch_id", "published_at"),)

    @classmethod
    def read_in(cls, branch: Branch) -> QuerySet[Disclosure]:
        """What the branch and those above it have published and not withdrawn."""
        return cls.filter(branch__path__in=branch.lineage, withdrawn_at=None).select_related("branch")
