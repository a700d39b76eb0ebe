"""转出、转回：another organisation looks after a member for a time, as the secretary records it."""

from __future__ import annotations

from datetime import date

from bot.commands import Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.personal import papers
from bot.understanding.values import SHANGHAI, Name, PastDay, Text
from bot.wording import in_brackets, in_group, when
from models import Erasure, Handover, Member

LONGEST_NOTE = 200

OUT = "已登记转出：{name}，{day}{note}。以后不再催{name}的党费、汇报和活动，也不计入应到；回来了发送“转回 {name}”。"
OUT_IN_GROUP = in_group("已登记 1 人转出。发送“撤销”可收回。")
OUT_TOLD = "书记登记了您的组织关系转出（{day}）。这以后本支部不再提醒您党费、汇报和活动。如有疑问请联系书记。"
BACK = "已登记转回：{name}，{day}{note}。党费从{month}起在本支部交。"
BACK_IN_GROUP = in_group("已登记 1 人转回。发送“撤销”可收回。")
BACK_TOLD = "书记登记了您的组织关系转回（{day}），欢迎回来。党费从{month}起在本支部交。发送“我的”看自己的情况。"
NOTE = "，{note}"
PAPERS = "附件是移交给对方党组织的材料。"
UNDO = "发送“撤销”可收回。"
OUT_ALREADY = "{name}已登记在{day}转出。回来了发送“转回 {name}”。"
NOT_OUT = "{name}没有登记转出。要登记转出请发：转出 {name} 11月20日 转到苏州的党组织"
OWN = in_group("自己的转出转回，请支部其他委员登记。")
FUTURE = "{day}还没有到，请到了那天再登记。"
BEFORE_OUT = "转回的日子（{day}）在转出（{left}）以前，请检查日期。"
TOO_LONG = "备注请写在 {most} 字以内。"
TAKEN_BACK_OUT = in_group("已撤销：没有转出。")
TAKEN_BACK = in_group("已撤销：还是转出的。")
TOLD_NOT_OUT = "书记收回了您组织关系转出的登记（登记有误），您仍在本支部。如有疑问请联系书记。"
TOLD_NOT_BACK = "书记收回了您组织关系转回的登记（登记有误），现在还是转出的。如有疑问请联系书记。"
CHANGED_SINCE = in_group("这以后又登记过转出或转回，这一条收不回了，请重新登记。")


@command(
    "placement.hand_over",
    "(转出|组织关系转出|登记转出){member}",
    "@{member}[的]组织关系转出",
    role=Role.COMMITTEE,
    offices=False,
    help="转出 张三 11月20日 转到苏州的党组织 — 登记组织关系转出，以后不再催",
)
async def hand_over(request: Request, member: Name, day: PastDay | None = None, note: Text | None = None) -> Reply:
    """From `day` on (today) another organisation looks after `member`."""
    person = await _somebody(request, member, note)
    if person.handed_over_on is not None:
        raise Refusal(OUT_ALREADY.format(name=person.name, day=when(person.handed_over_on)))
    on = _day(request, day)
    row = await Handover.create(
        member=person,
        claim=person.id,
        left_on=on,
        note=note or "",
        recorded_by=request.me,
        recorded_at=request.now,
        dues_from=person.dues_from,
    )
    await Member.filter(id=person.id).update(handed_over_on=on)
    text = OUT.format(name=person.name, day=when(on), note=NOTE.format(note=note) if note else "")
    return Reply(
        OUT_IN_GROUP,
        f"{text}\n{PAPERS}{UNDO}",
        file=await papers(person, request.settings, request.now),
        notices=[ToMember(person.id, OUT_TOLD.format(day=in_brackets(on)))],
        record=row.id,
        subjects=[person.id],
        personal=True,
    )


@command(
    "placement.return",
    "(转回|组织关系转回|登记转回){member}",
    "@{member}[的]组织关系转回",
    role=Role.COMMITTEE,
    offices=False,
    help="转回 张三 — 登记组织关系转回本支部",
)
async def take_in(request: Request, member: Name, day: PastDay | None = None, note: Text | None = None) -> Reply:
    """`member` is back since `day` (today); dues are owed here from that month on."""
    person = await _somebody(request, member, note)
    row = await Handover.get_or_none(claim=person.id)
    if row is None:
        raise Refusal(NOT_OUT.format(name=person.name))
    on = _day(request, day)
    if on < row.left_on:
        raise Refusal(BEFORE_OUT.format(day=in_brackets(on), left=in_brackets(row.left_on)))
    row.claim, row.returned_on, row.return_note = None, on, note or ""
    row.dues_from = person.dues_from
    await row.save(update_fields=["claim", "returned_on", "return_note", "dues_from"])
    dues_from = Member.first_dues_month(on, on)
    await Member.filter(id=person.id).update(handed_over_on=None, dues_from=dues_from)
    await Erasure.filter(claim=person.id).update(claim=None)
    month = f"{on.year}年{on.month}月"
    note_said = NOTE.format(note=note) if note else ""
    return Reply(
        BACK_IN_GROUP,
        BACK.format(name=person.name, day=when(on), note=note_said, month=month) + UNDO,
        notices=[ToMember(person.id, BACK_TOLD.format(day=in_brackets(on), month=month))],
        record=row.id,
        subjects=[person.id],
        personal=True,
    )


async def _somebody(request: Request, name: Name, note: str | None) -> Member:
    """Another member of the sender's branch; raises Refusal."""
    person = await find_member(request.my_branch, name)
    if person.id == request.me.id:
        raise Refusal(OWN)
    if note is not None and len(note) > LONGEST_NOTE:
        raise Refusal(TOO_LONG.format(most=LONGEST_NOTE))
    return person


def _day(request: Request, day: PastDay | None) -> date:
    """The named day, or today; raises Refusal for one to come."""
    today = request.now.astimezone(SHANGHAI).date()
    said = day.plain if day else today
    if said > today:
        raise Refusal(FUTURE.format(day=when(said)))
    return said


@undo(hand_over)
async def not_handed_over(request: Request, record: int) -> Reply:
    """The member is here as before."""
    row = await Handover.get(id=record)
    if row.claim is None:
        raise Refusal(CHANGED_SINCE)
    row.claim, row.voided_at = None, request.now
    await row.save(update_fields=["claim", "voided_at"])
    await Member.filter(id=row.member_id).update(handed_over_on=None)
    return Reply(TAKEN_BACK_OUT, notices=[ToMember(row.member_id, TOLD_NOT_OUT)], subjects=[row.member_id])


@undo(take_in)
async def not_returned(request: Request, record: int) -> Reply:
    """The member is away as before, and owes what they owed then."""
    row = await Handover.get(id=record)
    if await Handover.exists(claim=row.member_id) or row.returned_on is None:
        raise Refusal(CHANGED_SINCE)
    row.claim, row.returned_on, row.return_note = row.member_id, None, ""
    await row.save(update_fields=["claim", "returned_on", "return_note"])
    await Member.filter(id=row.member_id).update(handed_over_on=row.left_on, dues_from=row.dues_from)
    return Reply(TAKEN_BACK, notices=[ToMember(row.member_id, TOLD_NOT_BACK)], subjects=[row.member_id])
