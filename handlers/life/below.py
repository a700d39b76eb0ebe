"""考勤 above the branches: what each of those directly below held in a month, in counts."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request
from bot.organisation import parts_of
from bot.picture import of_parts
from bot.understanding.values import Month, Months, Number
from bot.wording import GroupText, Public, in_group, lines_in_group
from models import ActivityKind, Branch
from models.activity import Turnout

HEAD = "{name}，{month}的{kind}："
ALL_KINDS = in_group("组织生活")
PART = "· {name}：开展 {count} 次，应到 {expected} 人次，实到 {present} 人次，请假 {leave} 人次"
NONE = "· {name}：没有开展"
BY_NUMBER = in_group("编号是各支部自己的。发送“考勤”看下属本月的组织生活，“考勤 主题党日”只看一类。")


async def attendance_below(request: Request, node: Branch, number: Number | None, kind: ActivityKind | None) -> Reply:
    """The present month's, all kinds or one; in as many queries for a hundred branches as for one."""
    if number is not None:
        raise Refusal(BY_NUMBER)
    this = Month.of(request.now)
    named = in_group("{kind}", kind=kind) if kind else ALL_KINDS
    lines = [in_group(HEAD, name=Public(node.name), month=this, kind=named)]
    for part, total in await of_parts(await parts_of(node), Months([this]), request.settings, request.now):
        lines.append(_part(part, [came for activity, came in total.activities if kind in (None, activity.kind)]))
    return Reply(group=lines_in_group(lines), about=node.id)


def _part(node: Branch, turnouts: list[Turnout]) -> GroupText:
    if not turnouts:
        return in_group(NONE, name=Public(node.name))
    return in_group(
        PART,
        name=Public(node.name),
        count=len(turnouts),
        expected=sum(came.expected for came in turnouts),
        present=sum(came.present for came in turnouts),
        leave=sum(came.on_leave for came in turnouts),
    )
