"""支部情况: a branch in numbers, and privately the names where something is missing; above the branches, what is
directly below in a line each, and the sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.commands import Figure, Reply, Request, Role, Survey, command
from bot.organisation import branches_in, meant, names_are_for, parts_of
from bot.people import called
from bot.picture import DuesDue, Picture, by_deadline, of_parts, summed
from bot.understanding.values import Month, Months, Organisation, RecentMonths
from bot.wording import GroupText, Public, in_brackets, in_group, join, joined_in_group, lines_in_group
from models import Branch, Category, Level, PaymentState
from models.report import period_label

HEAD = "{name}：支部情况（{months}）"
HEAD_SUM = "{name} {count} 个支部的情况（{months}）"
MEMBERS = "党员 {party} 人（预备 {probationary}）{others}，未绑定 {unbound} 人"
OTHERS = "，{category} {count} 人"
REPORTS = "思想汇报（{period}）：应交 {owed}，已交 {handed}{waiting}{returned}，未交 {missing}"
WAITING = "（待批阅 {count}）"
RETURNED_COUNT = "，退回 {count}"
DUES = "党费（{month}）：应交 {owed}，已登记 {declared}（已确认 {confirmed}），未交 {missing}"
TALKS = "谈心谈话：谈了 {talks} 次，今年还有 {unreached} 人没谈过"
ACTIVITY = "{number}号{kind}（{start}）：应到 {expected}，实到 {present}，请假 {leave}，缺席 {absent}"
ACTIVITIES = "组织生活：开展 {count} 次，应到 {expected} 人次，实到 {present} 人次"
NO_ACTIVITY = in_group("组织生活：没有开展")
TO_HOLD_SUM = "{activities}；还要开展 {count} 项"
TO_HOLD = "还要开展：\n{lines}"

NO_REPORT = "未交汇报（{period}）：{names}"
RETURNED = "{name}（已退回）"
NO_DUES = "未交党费：{names}"
NOT_BOUND = "未绑定：{names}"
NOT_TALKED = "今年没谈过：{names}"
PART = "· {name}：{members} 人{parts}"
PART_REPORTS = "，未交汇报 {count}"
PART_DUES = "，未交党费 {count}"
PART_TO_HOLD = "，还要开展 {count} 项"
NEXT_BELOW = "细看一个：支部情况 {name}；看一个人：看看张三；表格：导出台账"
NEXT = "提醒：催党费、催汇报；看一个人：看看张三；表格：导出台账"


@command(
    "branch.status",
    "(支部情况|支部统计|支部概况|支部状态|支部进度)[怎么样|如何]",
    "@(支部情况|支部统计|支部概况|支部状态|支部进度)<情况>",
    "{branch}[的](支部情况|支部统计|支部概况)",
    "(看看|查看|看一下|查一下|查|看|看下|查下|了解|了解一下){branch}",
    "(看看|查看|看一下|查一下|查|看|看下|查下|了解|了解一下){branch}[的][支部](情况|统计|概况|进度)",
    "@{branch}[现在|最近|目前|那边](怎么样|怎样|如何|什么情况)[了]",
    "@{branch}[的|支部]{months=本月|这个月|上月|上个月|本季度}[的](统计|情况|汇总|完成情况|总结|进度)",
    "@{branch}[的](情况|统计|概况)",
    "@(支部|我们支部) (情况|进度)",
    "@(支部|我们支部) <情况>",
    "{months=本月|这个月|上月|上个月|本季度}[的] (统计|情况|汇总|完成情况|总结|进度)",
    "{months}[的] (统计|完成情况|汇总)",
    "@(看|看看|查看|查|统计) {months}",
    "@[我们]支部 (完成|做|办)得<情况>",
    "@[我们|咱们|咱]支部[里][现在|目前|一共|总共][有]<多少人>",
    role=Role.COMMITTEE,
    changes=False,
    help="支部情况 — 看本支部的统计",
)
async def status(request: Request, months: RecentMonths | None = None, branch: Organisation | None = None) -> Reply:
    """Numbers for `months`, the present one where none is named, of the sender's branch, or of all below a college or
    the school; these can name one of theirs.

    What is below comes in a line each, in the order of the roster, never in that of the figures. Who reads names:
    `names_are_for`.
    """
    node = await meant(request, branch)
    asked = Months(months or (Month.of(request.now),))
    parts = await parts_of(node)
    if not parts:
        return Reply(group=in_group("还没有支部。"))
    below = await of_parts(parts, asked, request.settings, request.now)
    total = summed([part for _, part in below])
    survey = Survey(node, branches_in(parts), asked, request.settings, request.now)
    shares = [await declared.handler(survey) for declared in request.figures]
    counts = in_counts(shares)
    if node.level is not Level.BRANCH:
        said = lines_in_group([*in_numbers(node, total, asked), *counts, *(part_in_numbers(*one) for one in below)])
        return Reply(said, "\n".join([said, NEXT_BELOW.format(name=parts[0].node.name)]), about=node.id)
    numbers = lines_in_group([*in_numbers(node, total, asked), *counts])
    if not names_are_for(request, node):
        return Reply(numbers, "\n".join([numbers, *_in_detail(total)]), about=node.id)
    return replace(_with_names(request, numbers, total, shares), about=node.id)


def in_counts(shares: Iterable[Figure]) -> list[GroupText]:
    """What every part counts."""
    return [count for share in shares for count in share.counts]


def _with_names(request: Request, numbers: GroupText, total: Picture, shares: Sequence[Figure]) -> Reply:
    names = [*_names(total), *(line for share in shares for line in share.names)]
    private = "\n".join([numbers, *_in_detail(total), *(["", *names] if names else []), NEXT])
    shown = {*(member.id for member in total.members), *(id_ for share in shares for id_ in share.members)}
    return Reply(group=numbers, private=private, subjects=sorted(shown - {request.me.id}))


def _head(node: Branch, total: Picture, months: Months) -> GroupText:
    name = Public(node.name)
    if node.level is Level.BRANCH:
        return in_group(HEAD, name=name, months=months)
    return in_group(HEAD_SUM, name=name, count=len(total.branches), months=months)


def part_in_numbers(node: Branch, total: Picture) -> GroupText:
    """· 机电学院：80 人，未交汇报 3，未交党费 5"""
    reports = sum(not due.handed_in for due in total.reports)
    dues = len({due.member.id for due in total.dues if due.state is None})
    counted = ((PART_REPORTS, reports), (PART_DUES, dues), (PART_TO_HOLD, len(total.to_hold)))
    parts = joined_in_group(in_group(text, count=count) for text, count in counted if count)

    return in_group(PART, name=Public(node.name), members=len(total.members), parts=parts)


def in_numbers(node: Branch, total: Picture, months: Months) -> list[GroupText]:
    """The sums of `node`, under its name."""
    return [
        _head(node, total, months),
        _members(total),
        *_reports(total),
        *_dues(total, months),
        in_group(TALKS, talks=len(total.talks), unreached=len(total.unreached)),
        _activity_sums(total),
    ]


def _members(total: Picture) -> GroupText:
    count = {category: sum(member.category is category for member in total.members) for category in Category}
    others = [
        in_group(OTHERS, category=category, count=count[category])
        for category in (Category.CANDIDATE, Category.APPLICANT)
        if count[category]
    ]
    return in_group(
        MEMBERS,
        party=count[Category.FULL] + count[Category.PROBATIONARY],
        probationary=count[Category.PROBATIONARY],
        others=joined_in_group(others),
        unbound=len(total.unbound),
    )


def _reports(total: Picture) -> list[GroupText]:
    lines = []
    for period in sorted({due.period for due in total.reports}):
        owed = [due for due in total.reports if due.period == period]
        handed, returned = sum(due.handed_in for due in owed), sum(due.returned for due in owed)
        lines.append(
            in_group(
                REPORTS,
                period=Public(period_label(period)),
                owed=len(owed),
                handed=handed,
                waiting=_some(WAITING, sum(due.waits for due in owed)),
                returned=_some(RETURNED_COUNT, returned),
                missing=len(owed) - handed - returned,
            )
        )
    return lines


def _some(text: str, count: int) -> GroupText:
    return in_group(text, count=count) if count else in_group("")


def _dues(total: Picture, months: Months) -> list[GroupText]:
    lines = []
    for month in months:
        states = [due.state for due in total.dues if due.month == month]
        if states:
            missing, confirmed = states.count(None), states.count(PaymentState.CONFIRMED)
            declared = len(states) - missing
            lines.append(
                in_group(DUES, month=month, owed=len(states), declared=declared, confirmed=confirmed, missing=missing)
            )
    return lines


def _in_detail(total: Picture) -> list[str]:
    """Each activity, and what is still to be held by when; too long for a group."""
    held = [
        ACTIVITY.format(
            number=activity.number,
            kind=activity.kind.label,
            start=in_brackets(activity.start),
            expected=came.expected,
            present=came.present,
            leave=came.on_leave,
            absent=came.absent,
        )
        for activity, came in total.activities
    ]
    wanting = [TO_HOLD.format(lines="\n".join(by_deadline(total.to_hold)))] if total.to_hold else []
    return held + wanting


def _activity_sums(total: Picture) -> GroupText:
    turnouts = [came for _, came in total.activities]
    held = in_group(
        ACTIVITIES,
        count=len(turnouts),
        expected=sum(came.expected for came in turnouts),
        present=sum(came.present for came in turnouts),
    )
    said = held if turnouts else NO_ACTIVITY
    return in_group(TO_HOLD_SUM, activities=said, count=len(total.to_hold)) if total.to_hold else said


def _names(total: Picture) -> list[str]:
    """Who is missing where; for the committee alone."""
    lines, calling = [], called(total.members)
    for period in sorted({due.period for due in total.reports}):
        missing = [due for due in total.reports if due.period == period and not due.handed_in]
        if missing:
            named = [(calling[due.member.id], due.returned) for due in missing]
            names = join(RETURNED.format(name=name) if returned else name for name, returned in named)
            lines.append(NO_REPORT.format(period=period_label(period), names=names))
    lacking: dict[int, list[DuesDue]] = {}
    for due in total.dues:
        if due.state is None:
            lacking.setdefault(due.member.id, []).append(due)
    if lacking:
        months = {calling[id_]: Months(due.month for due in dues) for id_, dues in lacking.items()}
        names = join(f"{name}（{theirs.label}）" for name, theirs in months.items())
        lines.append(NO_DUES.format(names=names))
    if total.unbound:
        lines.append(NOT_BOUND.format(names=join(calling[member.id] for member in total.unbound)))
    if total.unreached:
        lines.append(NOT_TALKED.format(names=join(calling[member.id] for member in total.unreached)))
    return lines
