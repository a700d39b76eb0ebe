"""半年考察: that the branch looked at an applicant, a 发展对象 or a probationary member in a half-year."""

from __future__ import annotations

from datetime import date

from tortoise import fields

from models.member import Category, Member
from models.sealed import SealedModel, SealedTextField

# 发展党员工作细则: applicants (第十三条) and probationary members (第三十条) are looked at; here each half-year.
REVIEWED = (Category.PROBATIONARY, Category.CANDIDATE, Category.APPLICANT)


class HalfYearReview(SealedModel):
    """`half` is 2026-H1 or 2026-H2, `claim` is the member's id and the half, NULL once taken back."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="half_year_reviews", on_delete=fields.RESTRICT
    )
    member_id: int
    half = fields.CharField(max_length=7)
    claim = fields.CharField(max_length=20, unique=True, null=True)
    text = SealedTextField(default="")
    reviewer: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="half_year_reviews_given", on_delete=fields.RESTRICT
    )
    reviewer_id: int
    reviewed_at = fields.DatetimeField()
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "half_year_review"
        indexes = (("member_id",),)


def half_of(day: date) -> str:
    """2026-H2 for a day from July to December."""
    return f"{day.year}-H{1 if day.month <= 6 else 2}"


def end_of_half(day: date) -> date:
    """The last day of the half-year in which `day` lies."""
    return date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)
