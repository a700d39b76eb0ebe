"""思想汇报: when handed in and reviewed; never a text or a comment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.periods import period_in
from bot.settings import Settings
from bot.understanding.values import Months
from handlers.ledger.workbook import Column, Table, Value
from models import Member, Report
from models.report import period_label, standing_reports

COLUMNS = (
    Column("周期", 16),
    Column("姓名"),
    Column("学号", 16),
    Column("类别", 14),
    Column("提交时间", 18),
    Column("结果", 10),
    Column("批阅人"),
    Column("批阅时间", 18),
    Column("收到纸质稿", 12),
)
MISSING = "未交"


async def report_table(members: Sequence[Member], months: Months, settings: Settings, now: datetime) -> Table:
    """A row for each period that touches `months` and each member who owes a report for it or handed one in."""
    rows: list[Sequence[Value]] = []
    for period, owing in sorted(_periods(members, months, settings, now).items()):
        reports = await standing_reports([member.id for member in members], period)
        await Report.fetch_for_list(list(reports.values()), "reviewer")
        authors = [member for member in members if member.id in reports or (member.active and member.id in owing)]
        rows += [_row(period, member, reports.get(member.id)) for member in authors]
    return Table("思想汇报", COLUMNS, rows, fixed=2)


def _periods(members: Sequence[Member], months: Months, settings: Settings, now: datetime) -> dict[str, set[int]]:
    """By period, the ids of those who owe a report for it."""
    found: dict[str, set[int]] = {}
    for month in months:
        for member in members:
            if period := period_in(member, settings.reports, month, now):
                found.setdefault(period, set()).add(member.id)
    return found


def _row(period: str, member: Member, report: Report | None) -> list[Value]:
    who: list[Value] = [period_label(period), member.name, member.student_no, member.category.label]
    if report is None:
        return [*who, None, MISSING, None, None, None]
    reviewer = report.reviewer.name if report.reviewer else None
    return [
        *who,
        report.submitted_at,
        report.state.label,
        reviewer,
        report.reviewed_at,
        report.paper_received_on,
    ]
