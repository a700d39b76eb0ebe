"""组织生活频次：what the rules ask for this month, quarter and year, and what has been held.

Figures in the settings (`life.yearly`), from the 支部工作条例: 党员大会 quarterly (第十一条), 支委会 and
党小组会 monthly (第十二、十三条), 主题党日 monthly (第十六条), 组织生活会 and 民主评议 at least yearly
(第十七、十八条); 党课 has no figure there and is a custom.
"""

from __future__ import annotations

from bot.commands import Reply, Request, Role, command
from bot.wording import GroupText, in_group
from handlers.life.wording import stacked
from models import Activity
from models.activity import Due, due_kinds, held, without_anybody

HEAD = in_group("组织生活完成情况：")
DONE = "· {kind}（{period}应开 {needed} 次）：已开 {done} 次，已完成。{nobody}"
OPEN = "· {kind}（{period}应开 {needed} 次）：已开 {done} 次，还差 {missing} 次{planned}。{nobody}"
PLANNED = "，已安排在{start}"
NOBODY = "{start}那次没有人签到，不算；到了没签上的可发：补签 姓名 {number}"
HOW = in_group("发起可以发：发起主题党日 周六19:30 学习内容")
MONTH = in_group("本月")
QUARTER = in_group("本季度")
YEAR = in_group("今年")


@command(
    "life.due",
    "组织生活提醒",
    "组织生活 (还差什么|还差哪些|还缺什么|完成情况|频次)",
    "@还差什么",
    "@[还有]<什么>会[还](没|没有|未|要)(开|召开)",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="组织生活提醒 — 看本月、本季度、今年还差哪些组织生活",
)
async def due(request: Request) -> Reply:
    """What is due in the current month, quarter and year, and what of it was held or is planned."""
    dues = due_kinds(request.settings.life.yearly, request.now.date())
    lines = [await _line(request, one) for one in dues]
    return Reply(group=stacked(HEAD, *lines, HOW))


async def _line(request: Request, due: Due) -> GroupText:
    activities = await held([request.my_branch.id], due.first, due.last)
    of_kind = [activity for activity in activities if activity.kind is due.kind]
    empty = await without_anybody(of_kind, request.now)
    done = sum(activity.start <= request.now and activity.id not in empty for activity in of_kind)
    ahead = [activity for activity in of_kind if activity.start > request.now]
    return in_group(
        DONE if done >= due.needed else OPEN,
        kind=due.kind,
        period=_period(due),
        needed=due.needed,
        done=done,
        missing=due.needed - done,
        planned=_planned(ahead),
        nobody=_nobody_came([activity for activity in of_kind if activity.id in empty]),
    )


def _planned(ahead: list[Activity]) -> GroupText:
    return in_group(PLANNED, start=ahead[0].start) if ahead else in_group("")


def _nobody_came(empty: list[Activity]) -> GroupText:
    """About the last of those to which nobody came."""
    return in_group(NOBODY, start=empty[-1].start, number=empty[-1].number) if empty else in_group("")


def _period(due: Due) -> GroupText:
    months = due.last.month - due.first.month + 1
    return {1: MONTH, 3: QUARTER}.get(months, YEAR)
