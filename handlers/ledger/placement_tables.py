"""去向 and 转出转回: where members were in some months, and who was looked after by another organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q

from bot.understanding.values import Month, Months
from handlers.ledger.workbook import Column, Table, Value
from models import Handover, Member, Placement

COLUMNS = (
    Column("姓名"),
    Column("学号", 16),
    Column("类别", 14),
    Column("城市", 12),
    Column("单位", 30),
    Column("起", 10),
    Column("止", 10),
    Column("月数", 8),
    Column("流动党员", 10),
    Column("结束日期", 12),
    Column("登记时间", 18),
    Column("现状", 10),
)
HANDOVER_COLUMNS = (
    Column("姓名"),
    Column("学号", 16),
    Column("转出日期", 12),
    Column("转出说明", 30),
    Column("转回日期", 12),
    Column("转回说明", 30),
    Column("登记人"),
)
AT_SCHOOL, HOLDS, REPLACED, UNKNOWN = "在校", "当前", "以前", "未登记"


async def placement_table(members: Sequence[Member], months: Months, now: datetime) -> Table:
    """A row for each placement that touches `months`, and one for each Party member who never said."""
    first, last = str(months[0]), str(months[-1])
    in_time = Q(since__lte=last) & (Q(until=None) | Q(until__gte=first))
    said = Placement.filter(in_time, member_id__in=[member.id for member in members], voided_at=None)
    by_member: dict[int, list[Placement]] = {}
    for placement in await said.order_by("id"):
        by_member.setdefault(placement.member_id, []).append(placement)
    known = await Placement.current([member.id for member in members])
    rows: list[Sequence[Value]] = []
    for member in members:
        theirs = by_member.get(member.id, [])
        rows += [_row(member, placement, str(Month.of(now))) for placement in theirs]
        if not theirs and member.id not in known and member.active and member.is_party_member:
            rows.append([*_who(member), *[None] * 8, UNKNOWN])
    return Table("去向", COLUMNS, rows, fixed=2)


def _who(member: Member) -> list[Value]:
    return [member.name, member.student_no, member.category.label]


def _row(member: Member, placement: Placement, this: str) -> list[Value]:
    mobile = member.is_party_member and not placement.at_school and placement.is_mobile(this)
    return [
        *_who(member),
        AT_SCHOOL if placement.at_school else placement.city,
        placement.company or None,
        placement.since,
        placement.until,
        None if placement.at_school else placement.months(this),
        "是" if mobile else None,
        placement.ended_on,
        placement.registered_at,
        HOLDS if placement.claim is not None else REPLACED,
    ]


async def handover_table(members: Sequence[Member], months: Months) -> Table:
    """Who was handed over or came back in `months`, or is away since before."""
    begin, end = months[0].first_day, (months[-1] + 1).first_day - timedelta(days=1)
    away = Q(left_on__lte=end) & (Q(returned_on=None) | Q(returned_on__gte=begin))
    found = Handover.filter(away, member_id__in=[member.id for member in members], voided_at=None)
    rows = [
        (
            one.member.name,
            one.member.student_no,
            one.left_on,
            one.note or None,
            one.returned_on,
            one.return_note or None,
            one.recorded_by.name,
        )
        for one in await found.order_by("left_on", "id").select_related("member", "recorded_by")
    ]
    return Table("转出转回", HANDOVER_COLUMNS, rows, fixed=2)
