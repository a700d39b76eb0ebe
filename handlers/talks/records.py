"""谈心记录：写、看，只有谈话的两个人能看。"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tortoise.expressions import Q

from bot.commands import Refusal, Reply, Request, ToMember, Where, command, undo
from bot.people import called as calling
from bot.people import find_member, one_of
from bot.understanding.values import SHANGHAI, Name, Text
from bot.wording import in_brackets, in_group, join, when
from handlers.talks.times import day_of, day_told
from models import Member, Talk, TalkRecord, TalkState
from models.talk import talks_of_pair

SHOWN = 5
NOON = time(12)  # of a day whose hour nobody said

WITH_ONESELF = "谈心记录写的是与您谈话的那位同志，例如：谈心记录 张三 思想稳定，实习压力较大"
TOO_OLD = (
    "{day}已经超过 {days} 天，不能补记，什么都没有记下。要记的是近 {days} 天里的谈心，请把那一天写在最前面，"
    "例如：谈心记录 {name} 昨天 …；{day}不是谈心的日子，请把它写到后面去。"
)
RECORDED = (
    "已记下与{name}在{day}的谈心，只有你们两人能看。发送“看谈心记录 {name}”查看，“撤销”可收回。"
    "不是这一天的，请撤销后把日子写在前面，例如：谈心记录 {name} 昨天 …"
)
TOLD = "{name}写了与您在{day}谈心的记录，只有你们两人能看。查看：看谈心记录 {name}"
TOLD_VOIDED = "{name}收回了与您在{day}谈心的记录。"
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
    "@{member}[刚|今天|下午|上午|昨天|晚上]找我(谈|聊)[过|完]了 [给我|帮我][记一下|记下|记上|记一笔|记]",
    "@(和|与|跟){member}(谈|聊)(完|过)了 [给我|帮我][记一下|记下|记上|记一笔|记]",
    "@{member}也(谈|聊)[过|完]了 [给我|帮我][记一下|记下|记上|记一笔|记]",
    where=Where.PRIVATELY,
    help="谈心记录 张三 思想稳定，实习压力较大 — 私聊记下谈心，只有两人能看",
)
async def record(request: Request, member: Name, text: Text) -> Reply:
    """Write down a talk that was held, booked or not; never in a group."""
    other = await find_member(request.my_branch, member)
    if other.id == request.me.id:
        raise Refusal(WITH_ONESELF)
    told = day_told(text, request.now)
    days = request.settings.talks.record_window_days
    if told is not None and told < request.now.date() - timedelta(days=days):
        raise Refusal(TOO_OLD.format(day=f"{told.year}年{told.month}月{told.day}日", days=days, name=other.name))
    talk = await _talk(request, other, told)
    written = await TalkRecord.create(talk=talk, author=request.me, text=str(text), written_at=request.now)
    day = when(day_of(talk.start))
    return Reply(
        private=RECORDED.format(name=other.name, day=day),
        notices=[ToMember(other.id, TOLD.format(name=request.me.name, day=day))],
        record=written.id,
        subjects=[other.id],
    )


async def _talk(request: Request, other: Member, told: date | None) -> Talk:
    """The talk that is meant, now held: of the day that was `told`, else a booked one, else one of today.

    What the other has recorded is the same talk where it was booked or is of that day.
    """
    today = request.now.date()
    recent = [talk for talk in await talks_of_pair(request.me.id, other.id) if _fits(request, talk, told)]
    if booked := next((talk for talk in recent if talk.state is TalkState.BOOKED), None):
        booked.state, booked.closed_at = TalkState.HELD, request.now
        await booked.save(update_fields=["state", "closed_at"])
        return booked
    for talk in recent:
        if day_of(talk.start) == (told or today):
            return talk
        mine = await TalkRecord.exists(talk_id=talk.id, author_id=request.me.id, voided_at=None)
        if talk.slot_id is not None and not mine:
            return talk
    held_at = request.now if told in (None, today) else datetime.combine(told or today, NOON, SHANGHAI)
    return await _held(request, other, held_at)


def _fits(request: Request, talk: Talk, told: date | None) -> bool:
    """Begun, not too long ago, and of the day that was told."""
    window = timedelta(days=request.settings.talks.record_window_days)
    recent = request.now - window <= talk.start <= request.now
    return day_of(talk.start) == told if told else recent


async def _held(request: Request, other: Member, at: datetime) -> Talk:
    """A talk that nobody had booked, of which the day alone is known; the one of the committee is its host."""
    host, guest = (other, request.me) if other.in_committee and not request.me.in_committee else (request.me, other)
    return await Talk.create(
        branch=request.my_branch,
        host=host,
        member=guest,
        start=at,
        end=at,
        state=TalkState.HELD,
        booked_at=request.now,
        closed_at=request.now,
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
    return Reply(
        group=in_group("已收回 1 条谈心记录。"),
        private=VOIDED.format(name=other.name),
        notices=[ToMember(other.id, TOLD_VOIDED.format(name=request.me.name, day=when(day_of(talk.start))))],
        subjects=[other.id],
    )


@command(
    "talk.read",
    "(看|看看|查看|读|查) (谈心|谈话|谈心谈话)记录",
    "(看|看看|查看|读|查){member}的(谈心|谈话|谈心谈话)记录",
    "@我的(谈心|谈话|谈心谈话)记录",
    "@(看|看看|查看|读|查)(和|与|跟){member}的(谈心|谈话|谈心谈话)记录",
    changes=False,
    own_secrets=True,
    help="看谈心记录 张三 — 私聊看您与对方的谈心记录",
)
async def read(request: Request, member: Name | None = None, called: Text | None = None) -> Reply:
    """The records of one's own talks with `member`, privately; whoever else asks finds none.

    With whom one has records is looked at first: they stay the two's, whichever branch either has moved to.
    `called` is what nobody's name looks like (某某, 阿强): taken for one all the same, as it must not be written down.
    """
    name = member or called
    if name is None:
        return await _listed(request)
    partners = await _partners(request.me)
    other = one_of(partners, Name(name)) or await find_member(request.my_branch, Name(name))
    talks = {talk.id: talk for talk in await talks_of_pair(request.me.id, other.id)}
    records = await TalkRecord.filter(talk_id__in=list(talks), voided_at=None)
    if not records:
        return Reply(private=NONE.format(name=other.name))
    records.sort(key=lambda written: (talks[written.talk_id].start, written.written_at), reverse=True)
    names = {request.me.id: "您", other.id: other.name}
    said = [_shown(written, talks[written.talk_id], names[written.author_id]) for written in records[:SHOWN]]
    return Reply(private="\n\n".join(said), subjects=[other.id])


def _shown(written: TalkRecord, talk: Talk, author: str) -> str:
    return ONE.format(
        day=when(day_of(talk.start)),
        topic=f"，话题：{talk.topic}" if talk.topic else "",
        author=author,
        written=in_brackets(day_of(written.written_at)),
        text=written.text,
    )


async def _partners(me: Member) -> list[Member]:
    """With whom `me` has records, of whatever branch they are, and who have left too."""
    records = await TalkRecord.filter(Q(talk__host_id=me.id) | Q(talk__member_id=me.id), voided_at=None).select_related(
        "talk__host", "talk__member"
    )
    talks = [written.talk for written in records]
    partners = [talk.member if talk.host_id == me.id else talk.host for talk in talks]
    return sorted({partner.id: partner for partner in partners}.values(), key=lambda partner: partner.id)


async def _listed(request: Request) -> Reply:
    partners = await _partners(request.me)
    if not partners:
        return Reply(private=NO_RECORDS)
    names = sorted(calling(partners).values())
    return Reply(private=PARTNERS.format(names=join(names), name=names[0]))
