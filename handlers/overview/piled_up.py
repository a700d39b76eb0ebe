"""What waits in the branches below a college or the school, in counts; whose it is, the branches know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from tortoise.functions import Count
from tortoise.models import Model
from tortoise.queryset import QuerySet

from bot.commands import Request
from bot.organisation import branches_in, parts_of
from bot.picture import still_to_hold
from bot.wording import GroupText, Public, in_group, joined_in_group
from models import Activity, ActivityState, DuesPayment, PaymentState, Report, ReportState

RowOf = TypeVar("RowOf", bound=Model)

HEAD = in_group("下属等着处理的：")
LINE = "· {name}：{parts}"
WAITING = (
    "待批阅汇报 {count}",
    "待确认党费 {count}",
    "签到没结束 {count}",
    "组织生活还要开展 {count} 项",
)


async def piled_up(request: Request) -> list[GroupText]:
    """A line for each of those directly below where something waits; [] where nothing does. As many queries for all."""
    parts = await parts_of(request.my_branch)
    counted = await _counted([branch.id for branch in branches_in(parts)], request)
    lines = []
    for part in parts:
        sums = [sum(counts[branch.id] for branch in part.branches) for counts in counted]
        said = [in_group(text, count=count) for text, count in zip(WAITING, sums, strict=True) if count]
        if said:
            lines.append(in_group(LINE, name=Public(part.node.name), parts=joined_in_group(said, "，")))
    return [HEAD, *lines] if lines else []


async def _counted(ids: list[int], request: Request) -> list[Counter[int]]:
    """In the order of `WAITING`, by branch."""
    reports = Report.filter(
        state=ReportState.SUBMITTED, claim__isnull=False, member__branch_id__in=ids, member__active=True
    )
    dues = DuesPayment.filter(state=PaymentState.DECLARED, member__branch_id__in=ids)
    running = Activity.filter(branch_id__in=ids, state=ActivityState.ANNOUNCED, start__lte=request.now)
    to_hold = await still_to_hold(ids, request.settings, request.now)
    return [
        Counter(dict(await _grouped(reports, "member__branch_id"))),
        Counter(dict(await _grouped(dues, "member__branch_id"))),
        Counter(dict(await _grouped(running, "branch_id"))),
        Counter({id_: len(wanting) for id_, wanting in to_hold.items()}),
    ]


async def _grouped(rows: QuerySet[RowOf], branch: str) -> Sequence[tuple[int, int]]:
    """Branch and count."""
    return await rows.annotate(count=Count("id")).group_by(branch).values_list(branch, "count")
