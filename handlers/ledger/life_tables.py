"""组织生活 and 考勤: what was held, and who came; the reasons of leave stay with those who asked it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.understanding.values import SHANGHAI, Months
from handlers.ledger.workbook import Column, Table, Value
from models import Activity, Branch, Member
from models.activity import Quorum, Tally, held, tally

COLUMNS = (
    Column("编号", 6),
    Column("类别", 12),
    Column("时间", 18),
    Column("主题", 40),
    Column("组织者"),
    Column("应到", 8),
    Column("实到", 8),
    Column("请假", 8),
    Column("缺席", 8),
    Column("列席", 8),
    Column("有表决权实到/应到", 18),
    Column("法定人数", 12),
)
PRESENT, LEAVE, ABSENT, GUEST = "到", "假", "缺", "列席"

Held = Sequence[tuple[Activity, Tally]]


async def held_in(branch: Branch, months: Months, now: datetime) -> Held:
    """What the branch held in `months` up to now, with who came."""
    last = (months[-1] + 1).first_day - timedelta(days=1)
    activities = [one for one in await held([branch.id], months[0].first_day, last) if one.start <= now]
    await Activity.fetch_for_list(activities, "organiser")
    return [(activity, await tally(activity)) for activity in activities]


def life_table(activities: Held) -> Table:
    """One activity a row."""
    rows = [
        (
            activity.number,
            activity.kind.label,
            activity.start,
            activity.topic,
            activity.organiser.name,
            len(came.expected),
            len(came.present),
            len(came.on_leave),
            len(came.absent),
            len(came.guests),
            f"{came.quorum.present}/{came.quorum.entitled}" if came.quorum else None,
            _quorum(came.quorum),
        )
        for activity, came in activities
    ]
    return Table("组织生活", COLUMNS, rows, fixed=1)


def _quorum(quorum: Quorum | None) -> str:
    if quorum is None:
        return "不要求"
    return "达到" if quorum.reached else "未达到"


def attendance_table(members: Sequence[Member], activities: Held) -> Table:
    """One member a row, one activity a column, and how often they came."""
    columns = [Column("姓名"), Column("学号", 16), *(Column(_head(one), 14) for one, _ in activities)]
    columns += [Column("应到", 8), Column("实到", 8), Column("请假", 8), Column("缺席", 8)]
    rows = [
        _attendance(member, activities)
        for member in members
        if member.active or any(_mark(member, came) for _, came in activities)
    ]
    return Table("考勤", columns, rows, fixed=2)


def _head(activity: Activity) -> str:
    start = activity.start.astimezone(SHANGHAI)
    return f"{activity.number}号{activity.kind.label}\n{start:%Y-%m-%d}"


def _attendance(member: Member, activities: Held) -> list[Value]:
    marks = [_mark(member, came) for _, came in activities]
    present, leave, absent = (marks.count(mark) for mark in (PRESENT, LEAVE, ABSENT))
    return [member.name, member.student_no, *marks, present + leave + absent, present, leave, absent]


def _mark(member: Member, came: Tally) -> str | None:
    """None where the member was not counted on and did not come."""
    lists = ((PRESENT, came.present), (LEAVE, came.on_leave), (ABSENT, came.absent), (GUEST, came.guests))
    return next((mark for mark, listed in lists if any(one.id == member.id for one in listed)), None)
