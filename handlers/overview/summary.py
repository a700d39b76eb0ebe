"""每月小结: what the branches did in the month that is over, to each office above them, by itself and privately."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import Audience, MomentTick, Notice, Survey, ToMember, job
from bot.organisation import branches_in, parts_of
from bot.picture import of_parts, summed
from bot.understanding.values import Month, Months
from bot.wording import lines_in_group
from handlers.overview.branch_status import in_counts, in_numbers, part_in_numbers
from models import Branch, Member
from models.member import OFFICES

SUMMARY = "【{month}小结】{numbers}\n细看发送“上个月统计 {name}”，汇总表发送“导出{number}月台账”。"


@job("summary.month", tells=(Audience.OFFICES,), at=lambda settings, now: settings.summary.due(now))
async def send(tick: MomentTick) -> Sequence[Notice]:
    """Once a month, in numbers; nothing to an office that has come since."""
    month = Month.of(tick.moment) + -1
    offices: dict[int, list[Member]] = {}
    for member in await Member.filter(post__in=list(OFFICES), active=True).order_by("id"):
        offices.setdefault(member.branch_id, []).append(member)
    notices: list[Notice] = []
    for node in await Branch.filter(id__in=list(offices), created_at__lt=tick.moment).order_by("path"):
        text = await _text(node, month, tick)
        notices += [ToMember(member.id, text) for member in offices[node.id]] if text else []
    return notices


async def _text(node: Branch, month: Month, tick: MomentTick) -> str:
    """The sums, and a line for each of those directly below; empty where there is no branch."""
    parts = await parts_of(node)
    if not parts:
        return ""
    months = Months([month])
    below = await of_parts(parts, months, tick.settings, tick.now)
    total = summed([part for _, part in below])
    survey = Survey(node, branches_in(parts), months, tick.settings, tick.now)
    counts = in_counts([await declared.handler(survey) for declared in tick.figures])
    numbers = lines_in_group([*in_numbers(node, total, months), *counts, *(part_in_numbers(*one) for one in below)])
    return SUMMARY.format(month=month.label, numbers=numbers, name=parts[0].node.name, number=month.month)
