"""预备期、转正：the end of a year's probation is noticed in time; who became a full member is recorded.

The general meeting decides; the bot reminds, and records what the secretary says was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import itemgetter

from tortoise.expressions import Q

from bot.commands import (
    Ask,
    Audience,
    MomentTick,
    Notice,
    Refusal,
    Reply,
    Request,
    Role,
    ToMember,
    Waiting,
    command,
    job,
    todo,
    undo,
)
from bot.people import calls, find_member, secretaries
from bot.understanding.values import SHANGHAI, Name, PastDay
from bot.wording import in_group, join, when
from models import Category, FullMembership, Member
from models.member import years_after

OWN = (
    "{name}同志，您的预备期到{end:%Y-%m-%d}{over}。请在期满前写好转正申请书，交给书记；"
    "手续由支部办理。想当面谈谈可以发送“约谈心”。"
)
OF_OTHERS = (
    "【只发给书记】{name}的预备期到{end:%Y-%m-%d}{over}（还有 {days} 天）。请提醒本人写转正申请，"
    "安排支委会审查和支部大会讨论。通过以后发送：转正 {name} 12月1日（写支部大会的日子）"
)
OVER, OVER_EXTENDED = "满一年", "期满（延长过）"
OPEN = (
    "预备期快满或已满的 {count} 人：{names}。\n  支部大会通过后发送“转正 {example} {month}月{day}日”（写开会的日子）；"
    "延长的发送“延长预备期 {example}”加新的日子"
)
OPEN_ONE = "{name}（{end:%Y-%m-%d}满）"

DONE = "已登记转正：{name}，{day:%Y-%m-%d}，从预备党员转为正式党员。发送“撤销”可收回。"
DONE_IN_GROUP = in_group("已登记 1 人转正。发送“撤销”可收回。")
TOLD = "{name}同志，书记登记了：支部大会{day:%Y-%m-%d}通过您转为正式党员。祝贺您！"
NO_PROBATION = "{name}是{category}，不是预备党员，不用登记转正。名册不对的话请管理员更新名册。"
FUTURE = "{day}还没有到，请在支部大会通过以后再登记。"
TOO_EARLY = "{name}的预备期到{end:%Y-%m-%d}才满一年。确定支部大会{day}通过了转正吗？"
BEFORE_ADMISSION = "{name}是{admitted:%Y-%m-%d}入党的，转正不会在那以前，请检查日期。"
TAKEN_BACK = in_group("已撤销：还是预备党员。")
NEVER_RECORDED = "{name}的转正不是在这里登记的，请管理员更新名册。"
CANCELLED = "已取消{name}的转正登记，还是预备党员。"
CANCELLED_IN_GROUP = in_group("已取消 1 人的转正登记。")
TOLD_CANCELLED = "{name}同志，书记取消了您的转正登记（登记有误）。如有疑问请联系书记。"
RECORD_AGAIN = "取消不能撤销。要再登记请发：转正 {name} {day:%Y-%m-%d}"
CHANGED_SINCE = in_group("这一条已经撤销过了。")


@job(
    "membership.probation",
    tells=(Audience.MEMBERS, Audience.COMMITTEE),
    at=lambda settings, now: settings.membership.daily(now),
)
async def remind(tick: MomentTick) -> Sequence[Notice]:
    """So many days before the end, each once: the member and the secretary, privately."""
    today = tick.now.astimezone(SHANGHAI).date()
    before = sorted(tick.settings.membership.probation_days)
    if not before:
        return []
    notices: list[Notice] = []
    for member, end in await _ending(today, today + timedelta(days=before[-1])):
        days = next(number for number in before if end - today <= timedelta(days=number))
        key = f"probation:{member.id}:{end:%Y%m%d}:{days}"
        over = OVER_EXTENDED if member.probation_until else OVER
        notices.append(ToMember(member.id, OWN.format(name=member.name, end=end, over=over), key=f"{key}:own"))
        text = OF_OTHERS.format(name=member.name, end=end, over=over, days=(end - today).days)
        told = [person for person in await secretaries(member.branch_id) if person.id != member.id]
        notices += [ToMember(person.id, text, key=f"{key}:{person.id}") for person in told]
    return notices


async def _ending(first: date, last: date, branch_id: int | None = None) -> list[tuple[Member, date]]:
    """Probationary members whose probation ends from `first` to `last`, both included, the earliest first."""
    rows = Member.filter(
        Q(probation_until__isnull=False)
        | Q(
            admitted_on__gte=years_after(first, -1) - timedelta(days=1),
            admitted_on__lte=years_after(last, -1) + timedelta(days=1),
        ),
        category=Category.PROBATIONARY,
        active=True,
        handed_over_on=None,
    )
    if branch_id is not None:
        rows = rows.filter(branch_id=branch_id)
    ends = [(member, end) for member in await rows.order_by("id") if (end := member.probation_ends)]
    return sorted([(member, end) for member, end in ends if first <= end <= last], key=itemgetter(1))


@todo("membership.probation", order=90)
async def to_decide(request: Request) -> Sequence[Waiting]:
    """Whose probation ends soon, or ended and nobody said what was decided."""
    today = request.now.astimezone(SHANGHAI).date()
    ahead = max(request.settings.membership.probation_days, default=0)
    found = await _ending(date(1922, 1, 1), today + timedelta(days=ahead), request.my_branch.id)
    if not found:
        return []
    calling = await calls(request.my_branch.id)
    text = OPEN.format(
        count=len(found),
        names=join(OPEN_ONE.format(name=calling[member.id], end=end) for member, end in found),
        example=calling[found[0][0].id],
        month=today.month,
        day=today.day,
    )
    return [Waiting(text, [member.id for member, _ in found])]


@command(
    "member.full",
    "(转正|登记转正){member}",
    "@{member}[已|已经](转正|转正了|转为正式党员)",
    "@{member} (转正|转为正式党员)[了]",
    role=Role.COMMITTEE,
    offices=False,
    help="转正 李娜 11月20日 — 登记转正，支部大会通过以后",
)
async def make_full(request: Request, member: Name, day: PastDay | None = None) -> Reply:
    """The general meeting of `day` (today) made `member` a full member."""
    person = await find_member(request.my_branch, member)
    if person.category is not Category.PROBATIONARY:
        raise Refusal(NO_PROBATION.format(name=person.name, category=person.category.label))
    on = _decided(request, person, day)
    row = await FullMembership.create(
        member=person, claim=person.id, decided_on=on, recorded_by=request.me, recorded_at=request.now
    )
    await Member.filter(id=person.id).update(category=Category.FULL, full_since=on)
    return Reply(
        DONE_IN_GROUP,
        DONE.format(name=person.name, day=on),
        notices=[ToMember(person.id, TOLD.format(name=person.name, day=on))] if person.id != request.me.id else (),
        record=row.id,
        subjects=[person.id] if person.id != request.me.id else (),
    )


def _decided(request: Request, person: Member, day: PastDay | None) -> date:
    """The day of the meeting; raises Refusal where it cannot be, Ask where it is before the end of the year."""
    today = request.now.astimezone(SHANGHAI).date()
    on = day.plain if day else today
    if on > today:
        raise Refusal(FUTURE.format(day=when(on)))
    if person.admitted_on is not None and on <= person.admitted_on:
        raise Refusal(BEFORE_ADMISSION.format(name=person.name, admitted=person.admitted_on))
    if person.probation_ends is not None and on < person.probation_ends and not request.confirmed:
        raise Ask(TOO_EARLY.format(name=person.name, end=person.probation_ends, day=when(on)))
    return on


@undo(make_full)
async def not_full(request: Request, record: int) -> Reply:
    """Probationary as before."""
    row = await FullMembership.get(id=record)
    if row.claim is None:
        raise Refusal(CHANGED_SINCE)
    await _take_back(request, row)
    person = await Member.get(id=row.member_id)
    told = [ToMember(person.id, TOLD_CANCELLED.format(name=person.name))] if person.id != request.me.id else []
    return Reply(TAKEN_BACK, notices=told, subjects=[person.id])


async def _take_back(request: Request, row: FullMembership) -> None:
    row.claim, row.voided_at = None, request.now
    await row.save(update_fields=["claim", "voided_at"])
    await Member.filter(id=row.member_id).update(category=Category.PROBATIONARY, full_since=None)


@command(
    "member.not_full",
    "(取消|撤回|收回|更正)转正{member}",
    "@(取消|撤回|收回|更正){member}[的]转正",
    "@{member}[的]转正 (取消|撤回|登记错)[了]",
    role=Role.COMMITTEE,
    offices=False,
    help="取消转正 李娜 — 收回登记错了的转正，改回预备党员",
)
async def cancel_full(request: Request, member: Name) -> Reply:
    """What was recorded by mistake, however long ago: a roster alone does not turn it back."""
    person = await find_member(request.my_branch, member)
    row = await FullMembership.get_or_none(claim=person.id)
    if row is None or person.category is not Category.FULL:
        raise Refusal(NEVER_RECORDED.format(name=person.name))
    await _take_back(request, row)
    subjects = [person.id] if person.id != request.me.id else []
    told = [ToMember(id_, TOLD_CANCELLED.format(name=person.name)) for id_ in subjects]
    return Reply(CANCELLED_IN_GROUP, CANCELLED.format(name=person.name), notices=told, record=row.id, subjects=subjects)


@undo(cancel_full)
async def full_again(request: Request, record: int) -> Reply:
    """A new entry is clearer than a revived one."""
    row = await FullMembership.get(id=record).select_related("member")
    raise Refusal(RECORD_AGAIN.format(name=row.member.name, day=row.decided_on))
