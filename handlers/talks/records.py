"""谈心记录：写、看，只有谈话的两个人能看。"""

from __future__ import annotations

from datetime import datetime, timedelta

from tortoise.expressions import Q

from bot.commands import Refusal, Reply, Request, ToMember, command, undo
from bot.people import find_member
from bot.understanding.values import Name, Text
from bot.wording import in_brackets, in_group, join, when
from handlers.talks.times import day_of
from models import Member, Talk, TalkRecord, TalkState
from models.talk import talks_of_pair

SHOWN = 5

ONLY_IN_PRIVATE = in_group("谈心记录只在私聊里登记，刚才的没有登记。请在两分钟内撤回那条消息，再私聊发给我。")
WITH_ONESELF = "谈心记录写的是与您谈话的那位同志，例如：谈心记录 张三 思想稳定，实习压力较大"
RECORDED = "已记下与{name}在{day}的谈心，只有你们两人能看。发送“看谈心记录 {name}”查看，“撤销”可收回。"
TOLD = "{name}写了与您在{day}谈心的记录，只有你们两人能看。查看：看谈心记录 {name}"
VOIDED = "已收回与{name}的这条谈心记录。"
NONE = "您与{name}还没有谈心记录。写一条：谈心记录 {name} 思想稳定，实习压力较大"
ONE = "{day}谈心{topic}（{author}记于{written}）\n{text}"
PARTNERS = "您有这些谈心记录：{names}。看其中一位的：看谈心记录 {name}"
NO_RECORDS = "您还没有谈心记录。写一条：谈心记录 张三 思想稳定，实习压力较大"


@command(
    "talk.record",
    "(谈心|谈话|谈心谈话)记录",
    "(记录|登记|补记) (谈心|谈话)",
    "(记录|登记|补记){member}[的](谈心|谈话)",
    "@{member}[的](谈心|谈话)记录",
    "@(和|与|跟){member}[的](谈心|谈话)记录",
    "@(记|记一下|记下|记录|登记|写)[和|与|跟]{member}[的](谈心|谈话)",
    "@[和|与|跟]{member}(谈心|谈话) (记录|记一下|记)",
    "@(和|与|跟){member} (谈心|谈话)了",
    help="谈心记录 张三 思想稳定，实习压力较大 — 私聊记下谈心，只有两人能看",
)
async def record(request: Request, member: Name, text: Text) -> Reply:
    """Write down a talk that was held, booked or not; never in a group."""
    if not request.in_private:
        raise Refusal(ONLY_IN_PRIVATE)
    other = await find_member(request.my_branch, member)
    if other.id == request.me.id:
        raise Refusal(WITH_ONESELF)
    talk = await _talk(request, other)
    written = await TalkRecord.create(talk=talk, author=request.me, text=str(text), written_at=request.now)
    day = when(day_of(talk.start))
    return Reply(
        private=RECORDED.format(name=other.name, day=day),
        notices=[ToMember(other.id, TOLD.format(name=request.me.name, day=day))],
        record=written.id,
        subjects=[other.id],
    )


async def _talk(request: Request, other: Member) -> Talk:
    """The talk that is meant, now held: a booked one, one that the other has recorded, or a new one of today."""
    window = timedelta(days=request.settings.talks.record_window_days)
    recent = [
        talk
        for talk in await talks_of_pair(request.me.id, other.id)
        if request.now - window <= talk.start <= request.now
    ]
    if booked := next((talk for talk in recent if talk.state is TalkState.BOOKED), None):
        booked.state, booked.closed_at = TalkState.HELD, request.now
        await booked.save(update_fields=["state", "closed_at"])
        return booked
    for talk in recent:
        mine = await TalkRecord.exists(talk_id=talk.id, author_id=request.me.id, voided_at=None)
        if not mine or day_of(talk.start) == request.now.date():
            return talk
    return await _held_now(request, other, request.now)


async def _held_now(request: Request, other: Member, now: datetime) -> Talk:
    """A talk that nobody had booked; the one of the committee is its host."""
    host, guest = (other, request.me) if other.in_committee and not request.me.in_committee else (request.me, other)
    return await Talk.create(
        branch=request.my_branch,
        host=host,
        member=guest,
        start=now,
        end=now,
        state=TalkState.HELD,
        booked_at=now,
        closed_at=now,
    )


@undo(record)
async def unrecord(request: Request, record: int) -> Reply:
    """Void a record; without any left a booked talk is booked again, any other was not held."""
    written = await TalkRecord.get(id=record).select_related("talk__host", "talk__member")
    written.voided_at = request.now
    await written.save(update_fields=["voided_at"])
    talk = written.talk
    if not await TalkRecord.exists(talk_id=talk.id, voided_at=None):
        talk.state = TalkState.BOOKED if talk.slot_id is not None else TalkState.CANCELLED
        talk.closed_at = None if talk.slot_id is not None else request.now
        await talk.save(update_fields=["state", "closed_at"])
    other = talk.member if talk.host_id == request.me.id else talk.host
    return Reply(group=in_group("已收回 1 条谈心记录。"), private=VOIDED.format(name=other.name), subjects=[other.id])


@command(
    "talk.read",
    "(看|看看|查看|读|查)(谈心|谈话|谈心谈话)记录",
    "(看|看看|查看|读|查){member}的(谈心|谈话|谈心谈话)记录",
    "@我的(谈心|谈话|谈心谈话)记录",
    "@(看|看看|查看|读|查)(和|与|跟){member}的(谈心|谈话|谈心谈话)记录",
    changes=False,
    help="看谈心记录 张三 — 私聊看您与对方的谈心记录",
)
async def read(request: Request, member: Name | None = None) -> Reply:
    """The records of one's own talks with `member`, privately; whoever else asks finds none."""
    if member is None:
        return await _partners(request)
    other = await find_member(request.my_branch, member)
    talks = {talk.id: talk for talk in await talks_of_pair(request.me.id, other.id)}
    records = await TalkRecord.filter(talk_id__in=list(talks), voided_at=None).order_by("-written_at").limit(SHOWN)
    if not records:
        return Reply(private=NONE.format(name=other.name))
    names = {request.me.id: "您", other.id: other.name}
    said = [_shown(written, talks[written.talk_id], names[written.author_id]) for written in records]
    return Reply(private="\n\n".join(said), subjects=[other.id])


def _shown(written: TalkRecord, talk: Talk, author: str) -> str:
    return ONE.format(
        day=when(day_of(talk.start)),
        topic=f"，话题：{talk.topic}" if talk.topic else "",
        author=author,
        written=in_brackets(day_of(written.written_at)),
        text=written.text,
    )


async def _partners(request: Request) -> Reply:
    """With whom one has records."""
    records = await TalkRecord.filter(
        Q(talk__host_id=request.me.id) | Q(talk__member_id=request.me.id), voided_at=None
    ).select_related("talk__host", "talk__member")
    names = sorted(
        {
            (written.talk.member if written.talk.host_id == request.me.id else written.talk.host).name
            for written in records
        }
    )
    if not names:
        return Reply(private=NO_RECORDS)
    return Reply(private=PARTNERS.format(names=join(names), name=names[0]))
