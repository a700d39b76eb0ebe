"""公益服务: what was held and who took part, with the minutes that were counted."""

from __future__ import annotations

from datetime import datetime, time

from bot.understanding.values import SHANGHAI, Months
from handlers.ledger.workbook import Column, Table, Value
from models import Branch
from models.service import services_between, takers

COLUMNS = (
    Column("编号", 6),
    Column("类别", 12),
    Column("时间", 18),
    Column("内容", 40),
    Column("姓名"),
    Column("学号", 16),
    Column("时长（分钟）", 14),
)


async def service_table(branch: Branch, months: Months, now: datetime) -> Table:
    """One row for each who took part in `months` up to now; what nobody took part in has a row of its own."""
    begin = datetime.combine(months[0].first_day, time(), SHANGHAI)
    end = min(datetime.combine((months[-1] + 1).first_day, time(), SHANGHAI), now)
    services = await services_between(branch.id, begin, end)
    parts = await takers(services)
    rows: list[tuple[Value, ...]] = []
    for service in services:
        what = (service.number, service.kind.label, service.start, service.topic)
        seated = [part for part in parts[service.id] if part.seat is not None]
        rows += [(*what, part.member.name, part.member.student_no, part.minutes) for part in seated]
        if not seated:
            rows.append((*what, None, None, None))
    return Table("公益服务", COLUMNS, rows, fixed=1)
