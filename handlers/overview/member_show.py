"""看看张三: one member as the committee may see them; never a talk's topic or record, never a report's text."""

from __future__ import annotations

from datetime import datetime

from tortoise.expressions import Q

from bot.commands import Reply, Request, Role, command
from bot.people import find_member
from bot.standing import Standing, of_member
from bot.understanding.values import SHANGHAI, Name
from bot.whereabouts import place
from bot.wording import when
from models import Activity, Branch, Member, Placement, Report, ReportState, Talk, TalkState
from models.activity import held, tally
from models.report import period_label

HEAD = "{name}（{category}{post}）的情况："
BOUND = "微信：已绑定，{friend}"
FRIEND = "可以私聊"
NO_FRIEND = "还不是我的好友，私聊不到"
NOT_BOUND = "微信：未绑定。请把绑定码给本人，或让本人私聊我发送“绑定 姓名 学号”"
PROBATION = "预备期：到{end:%Y-%m-%d}"
PROBATION_EXTENDED = "预备期：延长到{end:%Y-%m-%d}"
REPORT_NONE = "思想汇报：不用交"
REPORT_MISSING = "思想汇报（{period}）：未交"
REPORT = "思想汇报（{period}）：{state}，{day}"
REPORT_NEXT = "  批阅发送“批阅 {name} 合格 意见”，退回发送“退回 {name} 原因”"
DUES_NONE = "党费：不用交"
DUES = "党费：交到{month}"
DUES_NEVER = "党费：还没有登记"
DUES_BEHIND = "党费：没有交齐"
DUES_MISSING = "  未交：{months}"
DUES_WAIT = "  待确认：{months}。发送“确认党费 {name} {month}月”"
ATTENDANCE = "组织生活（{year}年）：应到 {expected} 次，实到 {present} 次，请假 {leave} 次，缺席 {absent} 次"
TALK = "最近一次谈心谈话：{day}"
PLACEMENT = "去向：{place}"
PLACEMENT_NONE = "去向：还没有登记"
HANDED_OVER = "{day}转出，不再提醒。回来了发送“转回 {name}”"
TALK_NONE = "最近一次谈心谈话：还没有记录"


@command(
    "member.show",
    "(看看|查看|看一下|查一下|查|查询|看下|查下){member}",
    "(看看|查看|看一下|查一下|查|查询|看下|查下|看){member}[的](情况|记录|进度|档案)",
    "{member}[的](情况|记录|进度|档案|完成情况|近况)",
    "@{member}(怎么样|怎么样了|最近怎么样|表现怎么样)",
    "@(了解|了解一下|关注|看){member}[的](情况|近况|进度)",
    "@(了解|了解一下|关注一下){member}",
    "@{member}[现在|目前|最近|人][人](在|去了)<哪里>[实习|上班|工作|呢|啊]",
    "@{member}[现在|最近|目前](完成|做|表现|干)[得]<情况>",
    "@{member}[现在|最近|目前](怎么样|怎样|如何|咋样|什么情况|啥情况)[了]",
    role=Role.COMMITTEE,
    changes=False,
    help="看看张三 — 看一位党员的情况",
)
async def show(request: Request, member: Name) -> Reply:
    """One member's standing; always privately, and on the trail."""
    who = await find_member(request.my_branch, member)
    branch = await Branch.get(id=who.branch_id)
    standing = await of_member(who, branch, request.settings, request.now)
    lines = [
        HEAD.format(name=who.name, category=who.category.label, post=f"，{who.post.label}" if who.post.label else ""),
        _account(standing),
        *_probation(who),
        *await _report(standing),
        *_dues(branch, standing),
        await _attendance(who, request.now),
        await _talk(who),
        await _placement(who),
    ]
    return Reply(private="\n".join(lines), subjects=[who.id])


def _account(standing: Standing) -> str:
    return BOUND.format(friend=FRIEND if standing.friend else NO_FRIEND) if standing.bound else NOT_BOUND


def _probation(who: Member) -> list[str]:
    end = who.probation_ends
    return [(PROBATION_EXTENDED if who.probation_until else PROBATION).format(end=end)] if end else []


async def _report(standing: Standing) -> list[str]:
    if standing.due is None:
        return [REPORT_NONE]
    earlier = Report.filter(member_id=standing.member.id, claim__isnull=False).exclude(period=standing.due.period)
    reports = await earlier.order_by("-submitted_at").limit(3)
    missing = REPORT_MISSING.format(period=period_label(standing.due.period))
    current = [_said(standing.report) if standing.report else missing]
    if standing.report and standing.report.state is ReportState.SUBMITTED:
        current.append(REPORT_NEXT.format(name=standing.member.name))
    return current + [_said(report) for report in reports]


def _said(report: Report) -> str:
    day = when(report.reviewed_at or report.submitted_at or report.started_at)
    return REPORT.format(period=period_label(report.period), state=report.state.label, day=day)


def _dues(branch: Branch, standing: Standing) -> list[str]:
    if not (standing.member.owes_dues and branch.collects_dues):
        return [DUES_NONE]
    dues = standing.dues
    standing_at = DUES_BEHIND if dues.missing else DUES_NEVER
    lines = [DUES.format(month=dues.paid_to.label) if dues.paid_to else standing_at]
    if dues.missing:
        lines.append(DUES_MISSING.format(months=dues.missing.label))
    if dues.unconfirmed:
        first = dues.unconfirmed[0]
        lines.append(DUES_WAIT.format(months=dues.unconfirmed.label, name=standing.member.name, month=first.month))
    return lines


async def _attendance(who: Member, now: datetime) -> str:
    today = now.astimezone(SHANGHAI).date()
    activities = [one for one in await held([who.branch_id], today.replace(month=1, day=1), today) if one.start <= now]
    marks = [mark for one in activities if (mark := await _mark(one, who))]
    return ATTENDANCE.format(
        year=today.year,
        expected=len(marks),
        present=marks.count("present"),
        leave=marks.count("leave"),
        absent=marks.count("absent"),
    )


async def _mark(activity: Activity, who: Member) -> str | None:
    came = await tally(activity)
    for mark, members in (("present", came.present), ("leave", came.on_leave), ("absent", came.absent)):
        if any(member.id == who.id for member in members):
            return mark
    return None


async def _talk(who: Member) -> str:
    talks = Talk.filter(Q(host_id=who.id) | Q(member_id=who.id), state=TalkState.HELD)
    last = await talks.order_by("-start").first()
    return TALK.format(day=when(last.start.astimezone(SHANGHAI).date())) if last else TALK_NONE


async def _placement(who: Member) -> str:
    if who.handed_over_on is not None:
        return HANDED_OVER.format(day=when(who.handed_over_on), name=who.name)
    said = await Placement.get_or_none(claim=who.id)
    return PLACEMENT.format(place=place(said)) if said else PLACEMENT_NONE
