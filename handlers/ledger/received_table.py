"""党费实收: what money came in during the months of the sheet, whichever months it was for.

党费收缴 tells what stands for its own months, so what was paid in them for earlier or later ones is in none of its
sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from bot.understanding.values import SHANGHAI, Money, Month, Months
from handlers.ledger.workbook import Column, Table, Value
from models import DuesPayment, Member, PaymentState

COLUMNS = (
    Column("姓名"),
    Column("学号", 16),
    Column("本期月份（元）", 14),
    Column("补以前月份（元）", 16),
    Column("预交以后月份（元）", 18),
    Column("自愿多交（元）", 14),
    Column("合计（元）"),
    Column("其中待确认（元）", 16),
)
SUM = "合计"


async def received_table(members: Sequence[Member], months: Months) -> Table:
    """A row for each member for whom something was declared in `months` that was not voided, and their sum; yuan."""
    payments = DuesPayment.filter(
        member_id__in=[member.id for member in members],
        declared_at__gte=datetime.combine(months[0].first_day, time.min, SHANGHAI),
        declared_at__lt=datetime.combine((months[-1] + 1).first_day, time.min, SHANGHAI),
    ).exclude(state=PaymentState.VOID)
    sums: dict[int, Counter[str]] = {}
    for payment in await payments.prefetch_related("shares"):
        of_member = sums.setdefault(payment.member_id, Counter())
        for share in payment.shares:
            of_member[_column(Month.parse(share.month), months)] += share.amount
        of_member["自愿多交（元）"] += payment.extra
        of_member["合计（元）"] += payment.amount
        if payment.state is not PaymentState.CONFIRMED:
            of_member["其中待确认（元）"] += payment.amount
    rows = [_row(member.name, member.student_no, sums[member.id]) for member in members if member.id in sums]
    total = sum(sums.values(), Counter[str]())
    return Table("党费实收", COLUMNS, [*rows, _row(SUM, None, total)], fixed=2)


def _column(month: Month, months: Months) -> str:
    if month < months[0]:
        return "补以前月份（元）"
    return "预交以后月份（元）" if month > months[-1] else "本期月份（元）"


def _row(name: str, student_no: str | None, sums: Counter[str]) -> list[Value]:
    return [name, student_no, *(Money(sums[column.title]) for column in COLUMNS[2:])]
