"""谈心时段：开放、查看、取消。"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from bot.commands import Notice, Refusal, Reply, Request, Role, ToGroup, ToMember, command, undo
from bot.understanding.values import Minutes, Number
from bot.wording import GroupText, in_group, lines_in_group
from handlers.talks.times import FREE, NONE_FREE, free_between, listed, nearest, span
from models import Branch, Post, Talk, TalkSlot, TalkState
from models.talk import booked_slots, coming_slots, free_slots, upcoming

MOST_AT_ONCE = 48
LONGEST = timedelta(hours=14)
# For as long a number is not given again: what the group once read of it, “约谈心 4号”, must not mean another time.
REMEMBERED = timedelta(days=30)

ENDS_FIRST = in_group("结束时间要在开始之后，请再说一次，例如：开放时段 周四14-16点 每人20分钟")
PAST = in_group("这段时间已经过去了，请换一个，例如：开放时段 周四14-16点 每人20分钟")
TOO_LONG = in_group("一次只能开放同一天的时段。几天就分几次说，例如：开放时段 周四14-16点 每人20分钟")
TOO_SHORT = "从{start}到{end}不够一个 {minutes} 分钟的时段。请改短，例如：开放时段 周四14-16点 每人20分钟"
ALL_TAKEN = in_group("这段时间您已经开放过，或者已有约好的谈心，没有新增。发送“谈心有哪些时段”查看。")
TOO_MANY = "一次最多开放 {most} 个时段，这里有 {asked} 个。请分几次，或把每人的时间写长一些。"
ONLY_MINUTES = in_group("每人的时间写 5 到 240 分钟，例如：开放时段 周四14-16点 每人20分钟")
OPENED = "已开放 {count} 个谈心时段，每个 {minutes} 分钟：\n{slots}{skipped}\n约：私聊我或在群里说“约谈心 {number}号”。"
UNDO = "发送“撤销”可收回没有人约的时段。"
SKIPPED = "\n跳过 {count} 个：已经过去，或与您已有的时段、谈心重叠。"
ANNOUNCED = "{host}开放了 {count} 个谈心时段，每个 {minutes} 分钟：\n{slots}\n约：私聊我或在群里说“约谈心 {number}号”。"
TAKEN_BACK = "已收回 {count} 个时段：\n{slots}"
STAY = "另有 {count} 个已有人约，没有动；要取消请发送“取消时段 {number}”。"
ALL_BOOKED = "这些时段都有人约了，不能一起收回。要取消其中一个，请发送“取消时段 {number}”。"
WHICH = "要取消哪一个时段？请回复号码，例如：{number}号\n{slots}"
NONE_OPEN = in_group("您现在没有开放的时段。")
NO_SLOT = "没有{number}号时段。发送“谈心有哪些时段”查看。"
NOT_YOURS = in_group("这个时段不是您开放的，请由开放的委员或书记取消。")
CLOSED = "已取消{number}号时段：{when}。{told}"
TOLD_MEMBER = "约的人已私聊通知。"
TOLD_HOST = "您开放的谈心时段{when}（{number}号）由{post}取消了；有人约的话，对方已收到通知。"
REOPENED = "{number}号时段重新开放：{when}。{told}"
TELL_THEM = "约的人已经收到取消通知，谈心没有恢复，请本人再约。"
NOT_REOPENED = "{number}号时段（{when}）不能重新开放：已经过去，或这段时间另有安排。要开放请另说时间。"
CANCELLED = "您约的谈心{when}（{number}号）取消了：对方不能按时谈。请另约：\n{nearest}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The slots that a stretch of time gives, and how many were left out."""

    starts: tuple[datetime, ...]
    skipped: int


@command(
    "talk.open",
    "(开放|发布|新增|设置|添加|增加) [谈心|谈话](时段|时间段|时间)",
    "@(开放|发布) (谈心|谈话)",
    "@(放出|放|开|新开|开个|设|加) [谈心|谈话][的](时段|时间段)",
    "@[把|将] [谈心|谈话](时段|时间|时间段) (开放|放出来|发布|打开)",
    "@开放{start}",
    "@[再](加|开|放|开放|加开)[几个|一些|点|个|一下](谈心|谈话)[时段|时间]",
    role=Role.COMMITTEE,
    offices=False,
    help="开放时段 周四14-16点 每人20分钟 — 开放谈心时段，成员来约",
)
async def open_slots(request: Request, start: datetime, end: datetime, minutes: Minutes | None = None) -> Reply:
    """Offer one's own time from `start` to `end` in slots of `minutes`."""
    minutes = minutes or Minutes(request.settings.talks.default_minutes)
    _check(start, end, minutes, request.now)
    # One at a time in a branch: two hosts must not give the same numbers.
    await Branch.select_for_update(no_key=True).get(id=request.my_branch.id)
    plan = await _plan(request, start, end, timedelta(minutes=minutes))
    slots = await _create(request, plan, timedelta(minutes=minutes))
    skipped = in_group(SKIPPED, count=plan.skipped) if plan.skipped else in_group("")
    said = in_group(
        OPENED, count=len(slots), minutes=minutes, slots=listed(slots), skipped=skipped, number=slots[0].number
    )
    announced = in_group(
        ANNOUNCED,
        host=request.me.post,
        count=len(slots),
        minutes=minutes,
        slots=listed(slots),
        number=slots[0].number,
    )
    receipt = lines_in_group([said, in_group(UNDO)])
    if request.in_private:
        return Reply(receipt, notices=[ToGroup(request.my_branch.id, announced)], record=slots[0].id)
    # Said in the group, the announcement itself is the answer there.
    return Reply(announced, receipt if request.sender.friend else None, record=slots[0].id)


def _check(start: datetime, end: datetime, minutes: Minutes, now: datetime) -> None:
    if end <= start:
        raise Refusal(ENDS_FIRST)
    if end <= now:
        raise Refusal(PAST)
    if end - start > LONGEST:
        raise Refusal(TOO_LONG)
    if not 5 <= minutes <= 240:
        raise Refusal(ONLY_MINUTES)
    fitting = (end - start) // timedelta(minutes=minutes)
    if fitting < 1:
        raise Refusal(in_group(TOO_SHORT, start=start, end=end, minutes=minutes))
    if fitting > MOST_AT_ONCE:
        raise Refusal(in_group(TOO_MANY, most=MOST_AT_ONCE, asked=fitting))


async def _plan(request: Request, start: datetime, end: datetime, each: timedelta) -> Plan:
    """Every slot that fits, without those past or in the way of what the host has already."""
    mine = [slot for slot in await coming_slots(request.my_branch.id, request.now) if slot.host_id == request.me.id]
    busy = [(slot.start, slot.end) for slot in mine]
    busy += [(talk.start, talk.end) for talk in await upcoming(request.me.id, request.now)]
    starts = [start + number * each for number in range((end - start) // each)]
    fitting = [
        begin
        for begin in starts
        if begin > request.now and not any(begin < last and first < begin + each for first, last in busy)
    ]
    if not fitting:
        raise Refusal(ALL_TAKEN if starts[-1] > request.now else PAST)
    return Plan(tuple(fitting), len(starts) - len(fitting))


async def _create(request: Request, plan: Plan, each: timedelta) -> list[TalkSlot]:
    """The slots, numbered one after another; one that was withdrawn is offered anew under the number it had."""
    known = await TalkSlot.filter(branch_id=request.my_branch.id, end__gt=request.now - REMEMBERED)
    withdrawn = {slot.start: slot for slot in await TalkSlot.filter(host_id=request.me.id, start__in=list(plan.starts))}
    new = [start for start in plan.starts if start not in withdrawn]
    numbers = iter(_unused({slot.number for slot in known}, len(new)))
    slots = []
    for start in plan.starts:
        slot = withdrawn.get(start)
        if slot is None:
            slot = TalkSlot(branch=request.my_branch, host=request.me, start=start, number=next(numbers))
        slot.end, slot.opened_at, slot.withdrawn_at = start + each, request.now, None
        await slot.save()
        slots.append(slot)
    return slots


def _unused(used: Collection[int], length: int) -> range:
    """The lowest `length` numbers in a row of which none is in `used`."""
    first = next(first for first in count(1) if not any(first + step in used for step in range(length)))
    return range(first, first + length)


@undo(open_slots)
async def take_back(request: Request, record: int) -> Reply:
    """Withdraw those of the slots opened together that nobody has booked."""
    first = await TalkSlot.get(id=record)
    together = await TalkSlot.filter(host_id=first.host_id, opened_at=first.opened_at, withdrawn_at=None)
    booked_ids = await booked_slots(together)
    booked = [slot for slot in together if slot.id in booked_ids]
    free = [slot for slot in together if slot.id not in booked_ids]
    if not free:
        raise Refusal(in_group(ALL_BOOKED, number=first.number))
    await TalkSlot.filter(id__in=[slot.id for slot in free]).update(withdrawn_at=request.now)
    said = [in_group(TAKEN_BACK, count=len(free), slots=listed(free))]
    if booked:
        said.append(in_group(STAY, count=len(booked), number=booked[0].number))
    return Reply(group=lines_in_group(said))


@command(
    "talk.free",
    "@书记[ ]{from_}[ ](有空|有没有空|有时间|有没有时间|在不在|方便)",
    "@书记[ ]{from_}[ ]在(吗|不|么)",
    "@书记 (有空|有没有空|有时间|有没有时间|方便)",
    "@书记(什么时候|啥时候|哪天|几点|何时) (有空|有时间|方便)",
    "(谈心|谈话) (有哪些|有什么|有啥|哪些|什么|还有哪些|还剩哪些) (时段|时间|空档|时间段)",
    "@[还](有|有没有|有哪些|有什么|剩|剩哪些) [可约] [的] (谈心|谈话)[的](时段|时间|空档|时间段) [可以约|可约]",
    "(谈心|谈话)(时段|时间|时间段|空档|安排)[有](哪些|什么|多少|几个)",
    "(谈心|谈话)(时段|时间|时间段|空档|安排)",
    "@(什么时候|哪天|啥时候|何时|几点) (可以|能) (谈心|约谈|找书记谈|谈话|约谈心)",
    "@(可约|空闲|可以约)[的](时段|时间)",
    "@(谈心|谈话) (什么时候|啥时候|哪天) (有空|可以|能约|方便|可约)",
    "@[ ](有|有没有|还有|有哪些|有什么) (空闲|可约|能约)[的](时段|时间)",
    "@书记 <何时> [<有空>|能谈|可以谈|在] ",
    "@书记 (能不能|可不可以|方便不方便)(谈心|谈话|谈谈|聊聊|谈|聊)",
    "@[能|可以|能不能|可不可以|有没有空|有空](谈心|谈话)<吗>",
    "@[还]<有没有>[可约|空|空余|空的|空闲] [的] [谈心|谈话] (时段|时间|空档|时间段) [<吗>]",
    "@(可约|可以约|能约|空闲|空的|剩下|剩余)[的] (谈心|谈话)[的](时段|时间|时间段)",
    "@(可约|可以约|能约|空闲|空的|剩下|剩余)[的](时段|时间|时间段) [有]<什么>",
    "@(谈心|谈话) (能|可以)约<什么>时间",
    "@(谈心|谈话)[有]<什么>(时段|时间|空档)(可以|能|可)约",
    "@(能|可以)约<什么>(时间|时段) [谈心|谈话]",
    "@<看> (谈心|谈话|空闲|可约)[的](时段|时间|时间段|安排)",
    "@书记 (忙|能|可以|能不能|可不可以|有没有)[谈心|谈话|谈谈|聊聊|谈|聊|空|时间]<吗>",
    "@[可以|能|能够](约|预约) <什么>(时间|时段)(谈心|谈话)",
    "@<什么>(时间|时段|时候) (可以|能|能够)(约|预约|谈)[谈心|谈话]",
    "@[还](能|可以|能不能|可不可以)约[谈心|谈话]<吗>",
    "@书记 (谈心|谈话|谈谈|聊聊) <有空>",
    "@{from_}[那个|那场|的][谈心|谈话|时段][还](空着|空|没人约|有空|能约|可约)<吗>",
    "@书记 & <有空>[<吗>] [谈心|谈话|谈谈|聊聊|谈谈心]",
    "@[能|可以|能不能|可不可以](找|和|跟) 书记 (谈心|谈话|谈谈|聊聊|谈|聊)<吗>",
    "@(谈心|谈话) [还]<有没有>(空|空的|可约|空余)[的](时段|时间|时间段)",
    "@(谈心|谈话){from_}[还]<有没有>(位子|位置|名额|空位|空)[了]<吗>",
    "@(谈心|谈话)[还]<有没有>(位子|位置|名额|空位)[了]<吗>",
    changes=False,
    help="谈心有哪些时段 — 看可约的谈心时段；也可以问：书记周三下午有空吗",
)
async def free(request: Request, from_: datetime | None = None, to: datetime | None = None) -> Reply:
    """Free slots, all or those that begin from `from_` to `to`."""
    slots = await free_slots(request.my_branch.id, request.now)
    if not slots:
        return Reply(group=NONE_FREE)
    if from_ is None:
        return Reply(group=in_group(FREE, slots=listed(slots), number=slots[0].number))
    last = to or from_ + timedelta(minutes=1)
    return Reply(group=await free_between(request.my_branch.id, request.now, from_, last))


async def _close_which(request: Request) -> GroupText:
    """One's own slots that have not begun, so that a number alone answers."""
    slots = await coming_slots(request.my_branch.id, request.now)
    own = [slot for slot in slots if slot.host_id == request.me.id and slot.start > request.now]
    return in_group(WHICH, slots=listed(own), number=own[0].number) if own else NONE_OPEN


@command(
    "talk.close",
    "(取消|关闭|撤回|撤销|收回|关掉) [谈心|谈话](时段|时间段)",
    "@[谈心|谈话](时段|时间段) & (不开|不开放|不要|取消|关闭|关掉|收回|撤回|撤掉)[了]",
    role=Role.COMMITTEE,
    missing=_close_which,
    help="取消时段 3 — 收回开放的时段，已有人约的会通知对方",
)
async def close(request: Request, number: Number) -> Reply:
    """Withdraw a slot; the talk booked in it is cancelled and its member told."""
    slots = await coming_slots(request.my_branch.id, request.now)
    slot = next((slot for slot in slots if slot.number == number), None)
    if slot is None:
        raise Refusal(in_group(NO_SLOT, number=number))
    if slot.host_id != request.me.id and request.me.post not in (Post.SECRETARY, Post.DEPUTY):
        raise Refusal(NOT_YOURS)
    slot.withdrawn_at = request.now
    await slot.save(update_fields=["withdrawn_at"])
    notices: list[Notice] = []
    talk = await Talk.select_for_update(no_key=True).get_or_none(claim=slot.id)
    if talk is not None and talk.state is TalkState.BOOKED:
        talk.state, talk.claim, talk.closed_at = TalkState.CANCELLED, None, request.now
        await talk.save(update_fields=["state", "claim", "closed_at"])
        near = await nearest(request.my_branch.id, request.now, slot.start)
        text = CANCELLED.format(when=span(slot), number=slot.number, nearest=near)
        notices.append(ToMember(talk.member_id, text))
    if slot.host_id != request.me.id:
        told_host = TOLD_HOST.format(post=request.me.post.label, when=span(slot), number=slot.number)
        notices.append(ToMember(slot.host_id, told_host))
    told = in_group(TOLD_MEMBER) if talk is not None else in_group("")
    return Reply(group=in_group(CLOSED, number=number, when=span(slot), told=told), notices=notices, record=slot.id)


@undo(close)
async def open_again(request: Request, record: int) -> Reply:
    """Offer the slot again; a talk that was cancelled with it stays so, as its member has been told."""
    slot = await TalkSlot.get(id=record)
    slots = await coming_slots(slot.branch_id, request.now)
    busy: list[TalkSlot | Talk] = [one for one in slots if one.host_id == slot.host_id]
    busy += await upcoming(slot.host_id, request.now)
    taken = any(one.start < slot.end and slot.start < one.end for one in busy)
    if slot.withdrawn_at is None or slot.start <= request.now or taken:
        raise Refusal(in_group(NOT_REOPENED, number=slot.number, when=span(slot)))
    had = await Talk.exists(slot_id=slot.id, state=TalkState.CANCELLED, closed_at=slot.withdrawn_at)
    slot.withdrawn_at = None
    await slot.save(update_fields=["withdrawn_at"])
    told = in_group(TELL_THEM) if had else in_group("")
    return Reply(group=in_group(REOPENED, number=slot.number, when=span(slot), told=told))
