"""支部情况: a branch in numbers, and privately the names where something is missing; above the branch, the sums."""

from __future__ import annotations

from tortoise.expressions import Q

from bot.commands import Reply, Request, Role, Survey, command
from bot.people import called
from bot.understanding.values import Month, Months, RecentMonths
from bot.wording import GroupText, Public, in_brackets, in_group, join, lines_in_group
from handlers.overview.picture import DuesDue, Picture, by_deadline, picture
from models import Branch, Category, Level, PaymentState
from models.report import period_label

HEAD = "支部情况（{months}）"
HEAD_SUM = "{count} 个支部的情况（{months}）"
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
NEXT = "提醒：催党费、催汇报；看一个人：看看张三；表格：导出台账"


@command(
    "branch.status",
    "(支部情况|支部统计|支部概况|支部状态|支部进度)[怎么样|如何]",
    "@(支部|我们支部) (情况|进度|怎么样|怎样|如何)",
    "{months=本月|这个月|上月|上个月|本季度}[的] (统计|情况|汇总|完成情况|总结|进度)",
    "{months}[的] (统计|完成情况|汇总)",
    "@(看|看看|查看|查|统计) {months}",
    role=Role.COMMITTEE,
    changes=False,
    help="支部情况 — 看本支部的统计",
)
async def status(request: Request, months: RecentMonths | None = None) -> Reply:
    """Numbers of the branch for `months`, the present one where none is named; the college and the school see sums."""
    asked = Months(months or (Month.of(request.now),))
    branches = await branches_under(request)
    total = None
    for branch in branches:
        part = await picture(branch, asked, request.settings, request.now)
        total = total + part if total else part
    if total is None:
        return Reply(group=in_group("还没有支部。"))
    survey = Survey(branches, asked, request.settings, request.now)
    shares = [await declared.handler(survey) for declared in request.figures]
    numbers = lines_in_group([_numbers(total, asked), *(count for share in shares for count in share.counts)])
    if request.role >= Role.COLLEGE:
        return Reply(group=numbers)
    members = [member.id for member in total.members if member.id != request.me.id]
    names = [*_names(total), *(line for share in shares for line in share.names)]
    private = "\n".join([numbers, *_in_detail(total), *(["", *names] if names else []), NEXT])
    subjects = sorted({*members, *(id_ for share in shares for id_ in share.members)} - {request.me.id})
    return Reply(group=numbers, private=private, subjects=subjects)


async def branches_under(request: Request) -> list[Branch]:
    """The sender's own branch; for the college and the school all those below it."""
    branch = request.my_branch
    level = {Role.COLLEGE: Level.COLLEGE, Role.SCHOOL: Level.SCHOOL}.get(request.role)
    if level is None:
        return [branch]
    parts = branch.path.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    root = await Branch.get_or_none(path__in=above, level=level) or branch
    below = Q(path=root.path) | Q(path__startswith=f"{root.path}/")
    return await Branch.filter(below, level=Level.BRANCH).order_by("path")


def _numbers(total: Picture, months: Months) -> GroupText:
    several = len(total.branches) > 1
    head = in_group(HEAD_SUM, count=len(total.branches), months=months) if several else in_group(HEAD, months=months)
    return lines_in_group(
        [
            head,
            _members(total),
            *_reports(total),
            *_dues(total, months),
            in_group(TALKS, talks=len(total.talks), unreached=len(total.unreached)),
            _activity_sums(total),
        ]
    )


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
        others=GroupText("".join(others)),
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
            expected=len(came.expected),
            present=len(came.present),
            leave=len(came.on_leave),
            absent=len(came.absent),
        )
        for activity, came in total.activities
    ]
    wanting = [TO_HOLD.format(lines="\n".join(by_deadline(total.to_hold)))] if total.to_hold else []
    return held + wanting


def _activity_sums(total: Picture) -> GroupText:
    tallies = [came for _, came in total.activities]
    held = in_group(
        ACTIVITIES,
        count=len(tallies),
        expected=sum(len(came.expected) for came in tallies),
        present=sum(len(came.present) for came in tallies),
    )
    said = held if tallies else NO_ACTIVITY
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
