"""Thought reports: one per member and period, reviewed by the branch's committee."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tortoise import fields

from models.member import Member
from models.sealed import SealedBinaryField, SealedModel, SealedTextField
from models.terms import Term

MONTHS_OF = {"month": 1, "quarter": 3, "four_months": 4}  # how long a period of each kind is
LETTERS = {"Q": 3, "T": 4}
ORDINALS = "一二三四"


class ReportState(Term):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待批阅"
    APPROVED = "approved", "合格"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class Report(SealedModel):
    """`claim` is ``member:period`` while the report stands for its period and NULL once replaced or withdrawn."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reports", on_delete=fields.RESTRICT
    )
    member_id: int
    period = fields.CharField(max_length=7)  # 2026-11, 2026-Q4 or, for four-month periods, 2026-T3
    claim = fields.CharField(max_length=40, unique=True, null=True)
    state = fields.CharEnumField(ReportState, max_length=10)
    text = SealedTextField(default="")
    started_at = fields.DatetimeField()
    submitted_at = fields.DatetimeField(null=True)
    reviewer: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="reviews", null=True, on_delete=fields.RESTRICT
    )
    reviewer_id: int | None
    reviewed_at = fields.DatetimeField(null=True)
    comment = SealedTextField(default="")
    paper_received_on = fields.DateField(null=True)

    files: fields.ReverseRelation[ReportFile]

    class Meta:
        table = "report"
        indexes = (("member_id", "state"),)

    @staticmethod
    def claim_of(member_id: int, period: str) -> str:
        """The `claim` of the one report that stands for a member and period."""
        return f"{member_id}:{period}"

    @property
    def handed_in(self) -> bool:
        """Whether the member has done their part: a returned report has to be written again."""
        return self.state in (ReportState.SUBMITTED, ReportState.APPROVED)


class ReportFile(SealedModel):
    id = fields.IntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="files", on_delete=fields.RESTRICT
    )
    report_id: int
    position = fields.IntField()
    name = SealedTextField()
    media_type = fields.CharField(max_length=100)
    data = SealedBinaryField()

    class Meta:
        table = "report_file"
        unique_together = (("report", "position"),)


def period_of(day: date, kind: str) -> str:
    """The period of `kind` (month, quarter, four_months) in which `day` lies: 2026-11, 2026-Q4, 2026-T3."""
    if kind == "month":
        return f"{day:%Y-%m}"
    letter = "Q" if kind == "quarter" else "T"
    return f"{day.year:04d}-{letter}{(day.month - 1) // MONTHS_OF[kind] + 1}"


def period_label(period: str) -> str:
    """2026年11月, 2026年第四季度, 2026年9–12月."""
    first, last = period_start(period), period_end(period)
    if "Q" in period:
        return f"{first.year}年第{ORDINALS[first.month // 3]}季度"
    return (
        f"{first.year}年{first.month}月" if first.month == last.month else f"{first.year}年{first.month}–{last.month}月"
    )


def period_start(period: str) -> date:
    """The first day of a period."""
    year, _, part = period.partition("-")
    length = LETTERS.get(part[0])
    return date(int(year), (int(part[1:]) - 1) * length + 1 if length else int(part), 1)


def period_end(period: str) -> date:
    """The last day of a period."""
    first = period_start(period)
    after = first.year * 12 + first.month - 1 + LETTERS.get(period.partition("-")[2][0], 1)
    return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def period_before(period: str) -> str:
    """The period of the same kind that came before."""
    kinds = {"Q": "quarter", "T": "four_months"}
    return period_of(period_start(period) - timedelta(days=1), kinds.get(period.partition("-")[2][0], "month"))


async def standing_reports(member_ids: Iterable[int], period: str) -> dict[int, Report]:
    """The report that stands for `period` by member id: submitted, approved or returned, never a draft.

    `Report.handed_in` tells the returned ones, which are still owed.
    """
    claims = [Report.claim_of(member_id, period) for member_id in member_ids]
    return {report.member_id: report for report in await Report.filter(claim__in=claims)}
