"""谁还没交：thought reports and dues in one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.commands import Reply, Request, Role, command
from bot.organisation import branches_in, meant, names_are_for, parts_of
from bot.periods import label
from bot.standing import BranchStanding, Standing, behind, of_branch
from bot.understanding.values import Month, Organisation
from bot.wording import GroupText, Public, in_group, join, lines_in_group
from models import Branch, Level, Member

REPORTS = "{period}思想汇报：还有 {count} 人没交。"
REPORTS_NAMED = "{period}思想汇报没交的（{count} 人）：{names}"
REPORTS_DONE = in_group("本期思想汇报都交了。")
DUES = "党费：到{month}还有 {count} 人没交齐。"
DUES_NAMED = "党费没交齐的（{count} 人）：{names}"
DUES_DONE = "党费：到{month}都交齐了。"
NAMED = "{name}（{months}）"
RETURNED = "{name}（已退回）"
HEAD_BELOW = "{name}下属，{month}还没交的："
PART = "· {name}：思想汇报 {reports} 人，党费 {dues} 人"
REMIND = "要提醒他们，发送“催汇报”或“催党费”。"


@command(
    "missing",
    "谁还没[有]交",
    "@[还有|有](谁|哪些人|哪几个|哪些同志|哪些同学) [还](没|没有|未)(交|缴|交齐)[了]",
    "@(没|没有|未)交[的](名单|有哪些|有哪些人|有谁|人|是谁)",
    "@<谁><未交>",
    role=Role.COMMITTEE,
    changes=False,
    help="谁还没交 — 看谁还没交思想汇报和党费",
)
async def missing(request: Request, branch: Organisation | None = None) -> Reply:
    """Who owes what in the present month: counts in the group, names privately (see `names_are_for`).

    Above the branches how many owe what in each of those directly below.
    """
    node = await meant(request, branch)
    if node.level is not Level.BRANCH:
        return await _below(request, node)
    standing = await of_branch(node, request.settings, request.now)
    late = _by_period(standing)
    counts = [in_group(REPORTS, period=label(period), count=len(those)) for period, those in late.items()]
    said = lines_in_group([*(counts or [REPORTS_DONE]), *_dues(standing)])
    open_ = [*standing.without_report, *standing.without_dues]
    if not open_ or not names_are_for(request, node):
        return Reply(group=said, about=node.id)
    subjects = {one.member.id for one in open_} - {request.me.id}
    return Reply(
        group=said, private="\n".join([*_named(standing, late), REMIND]), subjects=sorted(subjects), about=node.id
    )


async def _below(request: Request, node: Branch) -> Reply:
    parts = await parts_of(node)
    branches = branches_in(parts)
    late, owing = await behind(branches, request.settings, request.now)
    members = await Member.filter(id__in=list(late | owing)).values_list("id", "branch_id")
    lines = [in_group(HEAD_BELOW, name=Public(node.name), month=Month.of(request.now))]
    for part in parts:
        inside = {branch.id for branch in part.branches}
        theirs = {id_ for id_, branch_id in members if branch_id in inside}
        name, reports, dues = Public(part.node.name), len(late & theirs), len(owing & theirs)
        lines.append(in_group(PART, name=name, reports=reports, dues=dues))
    return Reply(group=lines_in_group(lines), about=node.id)


def _by_period(standing: BranchStanding) -> dict[str, list[Standing]]:
    late: dict[str, list[Standing]] = defaultdict(list)
    for one in standing.without_report:
        if one.due is not None:
            late[one.due.period].append(one)
    return dict(sorted(late.items()))


def _dues(standing: BranchStanding) -> Sequence[GroupText]:
    """[] for a branch that collects none."""
    if not standing.branch.collects_dues:
        return []
    count = len(standing.without_dues)
    return [in_group(DUES if count else DUES_DONE, month=standing.month, count=count)]


def _named(standing: BranchStanding, late: dict[str, list[Standing]]) -> list[str]:
    lines = []
    for period, those in late.items():
        names = join(RETURNED.format(name=one.name) if one.report else one.name for one in those)
        lines.append(REPORTS_NAMED.format(period=label(period), count=len(those), names=names))
    if owing := standing.without_dues:
        names = join(NAMED.format(name=one.name, months=one.dues.missing.label) for one in owing)
        lines.append(DUES_NAMED.format(count=len(owing), names=names))
    return lines
