"""待办: what waits for the secretary, each with the line to type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from tortoise.expressions import Q

from bot.commands import Reply, Request, Role, Waiting, command, todo
from bot.people import answering_for, calls, others_who_confirm
from bot.picture import by_deadline, still_to_hold
from bot.standing import of_branch
from bot.understanding.values import Month, Months
from bot.wording import in_brackets, in_group, join, lines_in_group, typed, when
from handlers.overview.office import of_office
from handlers.overview.piled_up import piled_up
from models import (
    Activity,
    ActivityState,
    BindingRequest,
    DuesPayment,
    DuesShare,
    Level,
    PaymentState,
    Report,
    ReportState,
    Talk,
    TalkState,
)
from models.report import period_label

HEAD = "{day}待办："
NOTHING = in_group("没有待办，都处理好了。")
GROUP = "待办 {count} 件，已私聊发给您。"

BINDINGS = "绑定申请 {count} 件：{names}。\n  核实是本人后发送“同意绑定 {example}”，不是发送“拒绝绑定 {example}”"
BINDINGS_BELOW = "下属的绑定申请 {count} 件，由那里的书记核实：{parts}。"
PART = "{name} {count} 件"
REPORTS = "待批阅的思想汇报 {count} 份：{names}。\n  发送“批阅 {example} 合格 意见”或“退回 {example} 原因”"
DUES = "待确认的党费 {count} 笔：{names}。{how}{own}"
CONFIRM_DUES = "\n  收到后发送“确认党费 {example}”，都收到了发送“确认党费 全部”"
OWN_DUES = "\n  您自己的由{others}确认"
TALKS = "本周的谈心谈话 {count} 次：{times}"
TALK = "{start}与{name}"
UNRECORDED = "谈完还没记录的谈心谈话 {count} 次：{times}。\n  发送“谈心记录 {example} 内容”"
SIGN_INS = "签到还没结束的活动：{activities}。\n  发送“结束签到 {example}”"
ACTIVITY = "{number}号{kind}（{start}）"
TO_HOLD = "还要开展的组织生活：\n{lines}\n  发送“发起{example}”"
EXAMPLE = "{kind} {month}月{day}日19:30 主题"
ARREARS = "党费 {months} 个月以上未交：{names}。\n  发送“催党费”提醒，建议约谈心了解情况"

WEEK = timedelta(days=7)


@command(
    "todo",
    "(待办|待办事项|待处理|代办事项)[有哪些|有什么]",
    "@(看|看看|查看|查|有哪些|有什么|我的) (待办|待办事项|待处理)",
    "@(有|还有)(什么|哪些|啥) (要处理|待处理|要办|要批|没处理|要我处理|需要处理)",
    "@待办(列表|清单|事项|任务)[<什么>]",
    "@[有]<什么> (要|需要|等|待)[我](批|审|处理|办|确认|回复)",
    "@<有没有> (待办|待处理|要处理)",
    "@(待办|待处理)[的]<什么>",
    role=Role.COMMITTEE,
    changes=False,
    help="待办 — 看有什么等着处理",
)
async def what_waits(request: Request) -> Reply:
    """What is waiting in the branch; names privately, in the group the count."""
    if request.my_branch.level is not Level.BRANCH:
        return await _of_office(request)
    found = await waiting_in(request)
    if not found:
        return Reply(group=NOTHING)
    lines = [f"{number}. {waiting.text}" for number, waiting in enumerate(found, 1)]
    others = {member for waiting in found for member in waiting.members} - {request.me.id}
    return Reply(
        group=in_group(GROUP, count=len(found)),
        private="\n".join([HEAD.format(day=when(request.now.date())), *lines]),
        subjects=sorted(others),
    )


async def waiting_in(request: Request) -> list[Waiting]:
    """What is waiting in the sender's own branch."""
    return [waiting for declared in request.todos for waiting in await declared.handler(request)]


async def _of_office(request: Request) -> Reply:
    """Above the branches only little waits: their affairs are their own, of which the counts are told."""
    found = [waiting for declared in request.todos if declared.offices for waiting in await declared.handler(request)]
    below = await piled_up(request)
    texts = [*(waiting.text for waiting in found), *below, await of_office(request)]
    subjects = sorted({id_ for waiting in found for id_ in waiting.members})
    group = lines_in_group([in_group(GROUP, count=len(found)) if found else NOTHING, *below])
    return Reply(group, "\n".join(texts), subjects=subjects)


@todo("binding", order=10, offices=True)
async def bindings(request: Request) -> list[Waiting]:
    """Above the branches the names that were referred to the sender, see `answering_for`; of the rest counts."""
    asked = await BindingRequest.pending(request.my_branch.path, request.now)
    mine = asked if request.my_branch.level is Level.BRANCH else [one for one in asked if await _is_for(request, one)]
    others = Counter(one.member.branch.name for one in asked if one not in mine)
    items = []
    if mine:
        calling = await calls(request.my_branch.id)
        names = [calling.get(one.member_id, one.member.name) for one in mine]
        text = BINDINGS.format(count=len(mine), names=join(dict.fromkeys(names)), example=names[0])
        items.append(Waiting(text, [one.member_id for one in mine]))
    if others:
        parts = join(PART.format(name=name, count=count) for name, count in others.items())
        items.append(Waiting(BINDINGS_BELOW.format(count=others.total(), parts=parts)))
    return items


async def _is_for(request: Request, asked: BindingRequest) -> bool:
    return request.me.id in {person.id for person in await answering_for(asked.member)}


@todo("report", order=20)
async def reports(request: Request) -> list[Waiting]:
    waiting = Report.filter(
        state=ReportState.SUBMITTED, claim__isnull=False, member__branch_id=request.my_branch.id, member__active=True
    )
    reports = await waiting.order_by("submitted_at", "id").select_related("member")
    if not reports:
        return []
    calling = await calls(request.my_branch.id)
    names = join(f"{calling[report.member_id]}（{period_label(report.period)}）" for report in reports)
    text = REPORTS.format(count=len(reports), names=names, example=calling[reports[0].member_id])
    return [Waiting(text, [report.member_id for report in reports])]


@todo("dues", order=30)
async def dues(request: Request) -> list[Waiting]:
    waiting = DuesPayment.filter(state=PaymentState.DECLARED, member__branch_id=request.my_branch.id)
    payments = await waiting.order_by("id").select_related("member")
    if not payments:
        return []
    listed = sorted([(payment.member_id, await _months(payment)) for payment in payments])
    calling = await calls(request.my_branch.id)
    names = join(f"{calling[id_]}（{months.label}）" for id_, months in listed)
    others = await others_who_confirm(request.me) if request.me.id in dict(listed) else ""
    theirs = [one for one in listed if one[0] != request.me.id or not others]
    example = f"{calling[theirs[0][0]]} {typed(theirs[0][1], request.now)}" if theirs else ""
    how = CONFIRM_DUES.format(example=example) if theirs else ""
    own = OWN_DUES.format(others=others) if others else ""
    text = DUES.format(count=len(payments), names=names, how=how, own=own)
    return [Waiting(text, [payment.member_id for payment in payments])]


async def _months(payment: DuesPayment) -> Months:
    shares = await DuesShare.filter(payment_id=payment.id).order_by("month")
    return Months(Month.parse(share.month) for share in shares)


@todo("talk", order=40)
async def talks(request: Request) -> list[Waiting]:
    """Only the sender's own: who talks with whom is between the two. What is too old to be recorded waits no more."""
    me, now = request.me.id, request.now
    mine = Talk.filter(Q(host_id=me) | Q(member_id=me), state=TalkState.BOOKED, start__lt=now + WEEK)
    talks = await mine.order_by("start", "id").select_related("host", "member")
    ahead = [talk for talk in talks if talk.end > now]
    since = now - timedelta(days=request.settings.talks.record_window_days)
    past = [talk for talk in talks if since <= talk.start and talk.end <= now and talk.host_id == me]
    calling = await calls(request.my_branch.id)
    items = []
    if ahead:
        items.append(Waiting(TALKS.format(count=len(ahead), times=_times(ahead, me, calling))))
    if past:
        example = calling[past[0].member_id]
        text = UNRECORDED.format(count=len(past), times=_times(past, me, calling), example=example)
        items.append(Waiting(text))
    return items


def _times(talks: Sequence[Talk], me: int, calling: Mapping[int, str]) -> str:
    others = [talk.member if talk.host_id == me else talk.host for talk in talks]
    return join(
        TALK.format(start=when(talk.start), name=calling.get(other.id, other.name))
        for talk, other in zip(talks, others, strict=True)
    )


@todo("life.sign_in", order=50)
async def sign_ins(request: Request) -> list[Waiting]:
    running = Activity.filter(branch_id=request.my_branch.id, state=ActivityState.ANNOUNCED, start__lte=request.now)
    activities = await running.order_by("start", "id")
    if not activities:
        return []
    named = join(
        ACTIVITY.format(number=one.number, kind=one.kind.label, start=in_brackets(one.start)) for one in activities
    )
    return [Waiting(SIGN_INS.format(activities=named, example=activities[0].number))]


@todo("life.to_hold", order=60)
async def to_hold(request: Request) -> list[Waiting]:
    wanting = (await still_to_hold([request.my_branch.id], request.settings, request.now))[request.my_branch.id]
    if not wanting:
        return []
    lines = "\n".join(f"  {line}" for line in by_deadline(wanting))
    day = request.now + timedelta(days=3)
    example = EXAMPLE.format(kind=wanting[0].kind.label, month=day.month, day=day.day)
    return [Waiting(TO_HOLD.format(lines=lines, example=example))]


@todo("dues.arrears", order=70)
async def arrears(request: Request) -> list[Waiting]:
    least = request.settings.dues.warn_from_month
    standing = await of_branch(request.my_branch, request.settings, request.now)
    late = [one for one in standing.without_dues if len(one.dues.missing) >= least]
    if not late:
        return []
    names = join(f"{one.name}（{one.dues.missing.label}）" for one in late)
    return [Waiting(ARREARS.format(months=least, names=names), [one.member.id for one in late])]
