"""谈心：预约、改时间、取消、我的谈心。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tortoise.expressions import Q

from bot import questions
from bot.by_words import ByWords, clock_said, says_day, says_part_of_day
from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, ToMember, command, undo
from bot.understanding.about import asks_about_it
from bot.understanding.values import SHANGHAI, Number, Text
from bot.wording import GroupText, in_brackets, in_group, join
from handlers.talks.times import CHANGE_HOW, TO_BOOK, TO_CHANGE, day_of, free_between, listed, nearest, offered, span
from models import Member, Post, Talk, TalkSlot, TalkState
from models.talk import booked_slots, coming_slots, coverage, free_slots, held_in_year, upcoming

# 3点半那个吧 3点可能赶不上: why another time, not what it is to be about.
ONLY_WHY = re.compile(
    r"我?.{0,8}(?:赶不上|赶不到|来不及|才?下课|有事|没空|有课|上课|开会|加班|不方便)了?.{0,2}|.{0,6}[点半]可能.{0,8}"
)
IN_ORDER = re.compile(r"第[\d一二两三四五六七八九十]{1,3}个")  # a place in what was listed, no number
NO_TOPIC = re.compile("(?:不要|不用|去掉|删掉|没有?)(?:写)?话题|话题(?:就)?(?:不要|不写|去掉|删掉|不用)")
OF_ITS_TOPIC = re.compile("话题|谈心的?(?:主题|内容)")
TOPIC_STAYS = (
    "约好以后只能改时间。话题见面时直接说就行；要书记先看到，请先发“取消谈心”，再发：约谈心 {number}号 新的话题"
)
WHICH = "要约哪一个？\n{nearest}"
REALLY_BOOK = "约{when}（{number}号）谈心吗？"
REALLY_BOOK_ABOUT = "约{when}（{number}号）谈心，话题：{topic}，对吗？"
REALLY_MOVE = "把谈心改到{when}（{number}号）吗？"
PAST = "{start}已经过去了。\n{nearest}"
NO_SUCH = "没有{number}号时段，或者已经开始。\n{nearest}"
NOT_THEN = "{start}没有可约的时段。\n{nearest}"
TAKEN = "{when}（{number}号）已经有人约了。\n{nearest}"
OWN = "这是您自己开放的时段，不能自己约。\n{nearest}"
HAVE_ONE = "您已经约了{when}（{number}号）。要改请发：{how}；不谈了：取消谈心"
OVERLAPS = "这个时间与您约好的另一次谈心重叠：{when}。请换一个时段，或先取消那一次。"
BOOKED = "已约谈心：{when}（{number}号）。前一天晚上和一小时前会私聊提醒双方。{friend}\n发送“取消谈心”或“撤销”可取消。"
ADD_ME = in_group("请加我为好友，才收得到提醒。")
BOOKED_WITH = (
    "已约与{host}谈心：{when}（{number}号）{topic}。前一天晚上和一小时前会私聊提醒双方。\n"
    "发送“取消谈心”或“撤销”可取消，要改请发“{how}”。"
)
TOPIC = "，话题：{topic}"
TOLD = "{name}约了您的谈心：{when}（{number}号）{topic}"
CHANGED = "谈心已改到{when}（{number}号）。"
TOLD_CHANGED = "{name}把与您的谈心从{old}改到{new}（{number}号）{topic}"
NONE_BOOKED = in_group("您没有约好的谈心。约：约谈心 下周三下午3点，或先看：谈心有哪些时段")
HOST_CANNOT = "改时间由约的人来改。您可以发送“取消时段 {number}”，会通知对方另约。"
OTHER_HOST = "{number}号是另一位委员的时段。要换人谈，请先“取消谈心”，再约{number}号。"
SAME = in_group("本来就约在这个时段，没有改动。")
WHERE_TO = "{then}要改到哪一个？\n{nearest}"
NOT_THAT_DAY = "{day}没有可约的时段。"
WHERE_TO_ELSE = "换一天可以改到：\n{slots}\n例如：谈心改到{start}"
NO_OTHER_DAY = "别的日子现在没有可约的时段。您约的还是{when}，不谈了请发“取消谈心”，等书记开放了新的时段再约。"
NO_OTHER_SLOT = "现在没有别的可约的时段。您约的还是{when}，不谈了请发“取消谈心”，等书记开放了新的时段再约。"
ANOTHER_DAY = re.compile("改天|换一?天|另一?天|别的时候|改期")
FREE_THAT_DAY = "{day}可以改到：\n{slots}\n例如：谈心改到{start}"
WHICH_ONE = "您有几次约好的谈心，要取消哪一次？请回复号码，例如：{number}号\n{talks}"
WHICH_ONE_IN_GROUP = "您有几次约好的谈心，要取消哪一次？请回复号码，例如：{number}号"
NO_SUCH_TALK = "您在{number}号时段没有约好的谈心。发送“我的谈心”查看。"
CANCELLED = "已取消谈心：{when}（{number}号）。对方会收到通知。"
TOLD_CANCELLED = "{name}取消了与您的谈心：{when}（{number}号）。{how}"
HOW_MEMBER = "要另约请发送“谈心有哪些时段”。"
HOW_HOST = "这个时段仍然开放。"
ALREADY_BEGUN = "谈心{when}（{number}号）的时间已经到了，不用取消。谈过了请私聊记一笔，例如：谈心记录 姓名 谈了实习情况"
BEGUN = in_group("这次谈心已经开始或结束，不能撤销。请当面与对方说。")
CHANGED_BACK = "已撤销改期，谈心改回{when}（{number}号），对方会收到通知。"
TOLD_CHANGED_BACK = "{name}撤销了改期，与您的谈心改回{when}（{number}号）{topic}"
NOT_CHANGED_BACK = "原来的时段{when}（{number}号）已经约不上了，改期没有撤销。{stays}"
STAYS_CHANGED = "现在约的仍是{when}（{number}号），要改到别的时段请发“{how}”。"
NOTHING_TO_CHANGE_BACK = in_group("改期的那次谈心已经不在了，没有可撤销的改期。发送“我的谈心”查看。")
BOOKED_AGAIN = "取消已撤回，谈心仍在{when}（{number}号），对方会收到通知。"
TOLD_BOOKED_AGAIN = "{name}撤销了取消，与您的谈心仍在{when}（{number}号）{topic}"
NOT_BOOKED_AGAIN = "{when}（{number}号）已经约不上了，取消不能撤销。请另约：谈心有哪些时段"
MINE_IN_GROUP = "您有 {count} 次约好的谈心{first}。详细的请私聊发送“我的谈心”。"
UPCOMING = "{when}与{name}（{number}号）{topic}"
NO_TALKS = "没有约好的谈心。看时段：谈心有哪些时段"
THIS_YEAR = "今年已谈：{talks}"
NOT_YET = "今年还没有委员与您谈心，可以约：谈心有哪些时段"
NO_PEER = "今年还没有与支部其他党员谈心谈话。谈过了请记一下，例如：谈心记录 张三 谈了实习情况"
PAIRS = "今年还没有与这些委员谈心：{names}"
SHORT = 8  # characters: 8号那个吧
BOOKS = re.compile("[约谈聊唠订定选要占留]")  # 8号那个三点半，我三点有课: without such a word it is only told


@command(
    "talk.book",
    "(约|预约|想约|要约|申请) (谈心|谈话|谈谈心|谈心谈话)",
    "@(约|预约|想约|找|想找|和|跟|想和|想跟) 书记 (谈心|谈话|谈谈|聊聊|谈一谈|聊一聊|谈谈心|聊)",
    "@(约|预约|想约|申请|找)[个|一个|一次|一下][时间](谈心|谈话|谈一谈|聊一聊)",
    "@(约|预约) 书记",
    "@(谈心|谈话)(约|预约|定|约在)",
    "@(约|预约) (时段|时间段)",
    "@(谈心|谈话|谈心谈话) 预约",
    "@谈心{start}",
    "@(就|那就)约{number}",
    "@约{start}",
    "@(约|预约){from_}",
    "@(选|要|定|约|预约|占){number}[的](时段|时间段|时间)",
    "@(想|要|希望) (谈谈心|谈心|谈话|聊聊|谈一谈)",
    "@(谈心|谈话){number}",
    "@{number}(那个|的|的那个)[时段|时间][给我|帮我|替我](留着|留一下|留下|留)[吧|哈]",
    "@{number}(那个|的|的那个)[时段|时间][给我|帮我|替我](约|约上|约一下|订|订上|定|定下)[来|了][吧|哈]",
    "@{start}(那个|那场|的那个|的)[时段|时间][给我|帮我|替我](约|约上|约一下|订|订上|定|定下|留着|留下|留一下|占着)[了][吧|哈]",
    "@[那|那就](给|帮|替)我约{number}[号][那个|时段]",
    "@(那就约|就约|约|订){second=第二个|第2个|第二场}",
    "@(那就约|就约|约|订){third=第三个|第3个|第三场}",
    "@[就|那就|约]{start}(那个|那场|那次|那个时间|那个时段|的那个|的那场)[可以|行|吧]",
    "@[就|那就|约|选|要]{last=最后|最晚|最后面}[的](那个|那场|一个|一场|那)[时间|时段][给我|帮我][约|约上|定|定下|留着][吧]",
    "@{start}(那个|那场|的)我(要|要了|约|约了|选|定)[了]",
    "@(早点|晚点|换个早的|换个晚的|换早点|换晚点|早一点|晚一点)[的][时间|时段|那个]",
    "@[就|那就|约|选|要]{from_}[的]{first=第一个|头一个|最早|最早的|最前面}[那个]",
    "@[就|那就|约|选|要]{first=第一个|头一个|最早|最早的|最前面}[的](那个|那场|一个|一场|那|空档)[时间|时段][给我|帮我][约|约上|定|定下|留着][吧]",
    amended_by="talk.change",
    help="约谈心 下周三下午3点 — 约书记或委员谈心；也可以：约谈心 3号",
)
async def book(
    request: Request,
    start: datetime | None = None,
    from_: datetime | None = None,
    to: datetime | None = None,
    number: Number | None = None,
    topic: Text | None = None,
    last: bool | None = None,
    first: bool | None = None,
    second: bool | None = None,
    third: bool | None = None,
) -> Reply | Instead:
    """Book the slot of that number, or the one that is at `start`; the slot's claim decides between two.

    Where only a day or a part of it is said (`from_`, `to`), its free slots are offered to choose from. One that is not
    exactly then, or the `first` (second, third) or `last` of those offered, is asked about.
    """
    if topic is None or ONLY_WHY.fullmatch(topic) or asks_about_it(topic):
        topic = await _topic_that_waits(request)
    place = -1 if last else next((at for at, said in enumerate((first, second, third)) if said), None)
    if place is not None and number is None and len(free := await _choice(request, from_, to)) > place:
        return _instead("talk.book", free[place], topic)
    if start is None and number is None:
        raise AskFor(await _offered(request, from_, to), personal=bool(topic))
    if number is not None and not isinstance(number, ByWords) and IN_ORDER.search(request.text):
        free = await _choice(request, None, None)
        meant = free[number - 1] if 0 < number <= len(free) else None
        if meant is not None and request.matter is None:
            return _instead("talk.book", meant, topic)
        number = Number(meant.number) if meant is not None else number  # it was asked which one
    # One at a time for a member: one upcoming talk with each host.
    await Member.select_for_update(no_key=True).get(id=request.me.id)
    slot = await _slot(request, start, number)
    if await _is_booked_with(request, slot.host_id):
        return _instead("talk.change", slot)
    await _not_twice(request, slot)
    if number is None and start is not None and not slot.start <= start < slot.end:
        return _instead("talk.book", slot, topic)
    said = request.text.replace(topic, " ") if topic else request.text
    told = (topic is not None or len(said) > SHORT) and not BOOKS.search(said) and request.matter is None
    if (isinstance(number, ByWords) or told) and not request.confirmed:
        raise Ask(_really(request, slot, topic))
    talk = await Talk.create(
        branch=request.my_branch,
        host=slot.host,
        member=request.me,
        slot=slot,
        claim=slot.id,
        start=slot.start,
        end=slot.end,
        topic=str(topic or ""),
        state=TalkState.BOOKED,
        booked_at=request.now,
    )
    said = in_group(
        BOOKED, when=span(slot), number=slot.number, friend=in_group("") if request.sender.friend else ADD_ME
    )
    named = {"when": span(slot), "number": slot.number, "topic": _topic(talk)}
    return Reply(
        group=said,
        private=BOOKED_WITH.format(host=slot.host.name, how=CHANGE_HOW, **named) if request.in_private else None,
        notices=[ToMember(slot.host_id, TOLD.format(name=request.me.name, **named))],
        record=talk.id,
        personal=bool(topic),
    )


async def _topic_that_waits(request: Request) -> Text | None:
    """What was said of it before, where another time is said for the talk that the sender was asked about."""
    if NO_TOPIC.search(request.text):
        return None
    waiting = await questions.waiting_for(request, "talk.book")
    topic = waiting.content["values"].get("topic") if waiting is not None else None
    return Text(topic) if topic else None


def _really(request: Request, slot: TalkSlot, topic: Text | None) -> str:
    if topic and request.in_private:
        return REALLY_BOOK_ABOUT.format(when=span(slot), number=slot.number, topic=topic)
    return in_group(REALLY_BOOK, when=span(slot), number=slot.number)


def _instead(command: str, slot: TalkSlot, topic: Text | None = None) -> Instead:
    values: dict[str, object] = {"number": ByWords(slot.number)}
    return Instead(command, values | ({"topic": topic} if topic else {}))


async def _choice(request: Request, first: datetime | None, last: datetime | None) -> Sequence[TalkSlot]:
    """What is offered where somebody says 第一个, soonest first."""
    near = await offered(request.my_branch.id, request.now, first, but=request.me.id)
    return [slot for slot in near if first is None or last is None or (slot.start < last and slot.end > first)]


async def _offered(request: Request, first: datetime | None, last: datetime | None) -> GroupText:
    branch, me = request.my_branch.id, request.me.id
    if first is None or last is None:
        return in_group(WHICH, nearest=await nearest(branch, request.now, but=me))
    if last <= request.now:
        raise AskFor(in_group(PAST, start=first, nearest=await nearest(branch, request.now, but=me)))
    return await free_between(branch, request.now, first, last, but=me)


def _topic(talk: Talk) -> str:
    return TOPIC.format(topic=talk.topic) if talk.topic else ""


async def _slot(request: Request, start: datetime | None, number: Number | None, how: str = TO_BOOK) -> TalkSlot:
    """The free slot that is meant, the secretary's before another's; raises Refusal with the nearest free ones.

    Where none is at `start`, it may be one that the same words mean: see `_nearly`.
    """
    near = await nearest(request.my_branch.id, request.now, start, but=request.me.id, how=how)
    slots = [slot for slot in await coming_slots(request.my_branch.id, request.now) if slot.start > request.now]
    if number is not None:
        meant = [slot for slot in slots if slot.number == number]
        refusal = in_group(NO_SUCH, number=number, nearest=near)
    else:
        assert start is not None
        meant = [slot for slot in slots if slot.start <= start < slot.end] or _nearly(request, start, slots)
        if not meant and start <= request.now:
            raise AskFor(in_group(PAST, start=start, nearest=near))
        refusal = in_group(NOT_THEN, start=start, nearest=near)
    if not meant:
        raise AskFor(refusal)
    others = [slot for slot in meant if slot.host_id != request.me.id]
    if not others:
        raise AskFor(in_group(OWN, nearest=near))
    booked = await booked_slots(others)
    available = [slot for slot in others if slot.id not in booked]
    if not available:
        raise AskFor(in_group(TAKEN, when=span(others[0]), number=others[0].number, nearest=near))
    return min(available, key=lambda slot: (slot.host.post is not Post.SECRETARY, slot.number))


def _nearly(request: Request, start: datetime, slots: list[TalkSlot]) -> list[TalkSlot]:
    """Those twelve hours later, where nobody said on which side of noon (周五七点半, where it is evenings only); and
    where no day was said, those of the only day that has some at that hour."""
    if says_part_of_day(request.text):
        hours = [start]
    else:
        hours = [start, start + timedelta(hours=12), start - timedelta(hours=12)]
    if said := clock_said(request.text):
        if not says_day(request.text, request.now):
            clocks = {hour.astimezone(SHANGHAI).timetz() for hour in hours}
            found = [slot for slot in slots if slot.start.astimezone(SHANGHAI).timetz() in clocks]
            return found if len({day_of(slot.start) for slot in found}) == 1 else []
        if 7 <= said[0] <= 11 and len(hours) > 1:
            return [slot for slot in slots if slot.start == start + timedelta(hours=12)]
    return []


async def _is_booked_with(request: Request, host_id: int) -> bool:
    """Whether the sender has a talk to come with that host, which another slot would be instead of."""
    mine = [talk for talk in await upcoming(request.me.id, request.now) if talk.member_id == request.me.id]
    return any(talk.host_id == host_id and talk.start > request.now for talk in mine)


async def _not_twice(request: Request, slot: TalkSlot, but: int | None = None) -> None:
    """One upcoming talk for each host, and no two at one time; the talk `but` is the one that is moved."""
    for talk in await upcoming(request.me.id, request.now):
        if talk.id == but:
            continue
        if talk.host_id == slot.host_id and talk.member_id == request.me.id:
            raise Refusal(in_group(HAVE_ONE, when=span(talk), number=_number(talk), how=in_group(CHANGE_HOW)))
        if talk.start < slot.end and slot.start < talk.end:
            raise Refusal(in_group(OVERLAPS, when=span(talk)))


def _number(talk: Talk) -> int:
    """The slot's number: every booked talk has a slot."""
    assert talk.slot is not None
    return talk.slot.number


@undo(book)
async def unbook(request: Request, record: int) -> Reply:
    """Cancel a booking before its time."""
    talk = await Talk.get(id=record).select_related("host", "member", "slot")
    if talk.state is not TalkState.BOOKED:
        raise Refusal(NONE_BOOKED)
    if talk.start <= request.now:
        raise Refusal(BEGUN)
    return await _cancel(request, talk)


@command(
    "talk.change",
    "(谈心|谈话|谈心谈话)[的][时间] (改到|改成|改为|改期到|换到|换成|挪到|推迟到|提前到|推到|调到|延到|改在)",
    "@(改|换|调) (谈心|谈话) (时间|到)",
    "@(谈心|谈话) 改{same_time=同一时间|同样时间|老时间|原时间|时间不变|同一个时间|相同时间|同时间}",
    "@(把|将) (谈心|谈话) (改到|改成|换到|换成|挪到|推迟到|调到)",
    "@(谈心|谈话)[ ](改期|改时间|换时间|改个时间|换个时间)",
    "@我 (约的|预约的)(谈心|谈话) (改到|改成|换到|换成|挪到|推迟到|提前到|调到)",
    "@(谈心|谈话|谈心谈话)[的][时间][要|想|能|可以|需要|能不能|可不可以] <改到>",
    "@(把|将) (谈心|谈话)[的][时间] <改到>",
    "@(更改|变更|修改|调整|改|改一下|换一下|调一下) (谈心|谈话)[的][时间] [<改到>|到|为|成]",
    "@(谈心|谈话) (改期|改时间|换时间|改个时间|换个时间|延期|延后|推迟|提前|改天|改一下) [<改到>|到|为|成]",
    "@(约好|约|预约|约定|定|订)[好|了][的](谈心|谈话)[的][时间] <改到>",
    "@{_}[的](谈心|谈话)[时间] <改到>",
    "@{_}[的](谈心|谈话) <去不了> <改到>",
    "@(谈心|谈话) <去不了> <改到>",
    "@[谈心|谈话](换回|改回|换回到|改回到)",
    "@(换|换到|改|改到|换成|改成|挪到){start}(那个|那场|那次|的那个|的那场)[时间|时段]",
    "@{_}(不行|不行了|去不了|去不了了) (换|换到|改|改到|换成|改成){start}[那个|那场]",
    "@[要不|那就](换|换到|改|改到|换成|改成|挪到){last=最后|最晚|最后面}[的](那个|那场|一个|一场|那)[时间|时段]",
    "@[要不|那就](换|换到|改|改到|换成|改成|挪到){first=第一个|头一个|最早|最早的|最前面}[的|那个|那场][时间|时段]",
    "@要不(早点|早一点) {first=第一个|头一个|最早的|最早那个}[那个]",
    "@要不(晚点|晚一点) {last=最后一个|最晚的|最晚那个}[那个]",
    amended_by="talk.change",
    help="谈心改到周五10点 — 改约好的时间；也可以：谈心改到后天同一时间",
)
async def change(
    request: Request,
    start: datetime | None = None,
    day: date | None = None,
    same_time: bool | None = None,
    number: Number | None = None,
    last: bool | None = None,
    first: bool | None = None,
) -> Reply | Instead:
    """Move one's booked talk to another slot of the same host; one that is not exactly then is asked about."""
    await Member.select_for_update(no_key=True).get(id=request.me.id)
    talks = await upcoming(request.me.id, request.now)
    booked = [talk for talk in talks if talk.member_id == request.me.id and talk.start > request.now]
    if not booked:
        raise Refusal(in_group(HOST_CANNOT, number=_number(talks[0])) if talks else NONE_BOOKED)
    if day is not None and same_time and start is None:
        start = datetime.combine(day, booked[0].start.astimezone(SHANGHAI).timetz())
    if (first or last) and number is None:
        free = [slot for slot in await _choice(request, None, None) if slot.host_id == booked[0].host_id]
        if free:
            return _instead("talk.change", free[0 if first else -1])
    if start is None and number is None and OF_ITS_TOPIC.search(request.text):
        raise Refusal(TOPIC_STAYS.format(number=_number(booked[0])))
    if start is None and number is None and day is not None and (slot := await _numbered_so(request, day)) is not None:
        return _instead("talk.change", slot)
    if start is None and number is None:
        raise AskFor(await _where_to(request, booked[0], day))
    talk, slot = await _moved(request, booked, start, number)
    if number is None and start is not None and not slot.start <= start < slot.end:
        return _instead("talk.change", slot)
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(in_group(REALLY_MOVE, when=span(slot), number=slot.number))
    old, before = span(talk), talk.slot_id
    await _move(request, talk, slot)
    told = TOLD_CHANGED.format(name=request.me.name, old=old, new=span(slot), number=slot.number, topic=_topic(talk))
    return Reply(
        group=in_group(CHANGED, when=span(slot), number=slot.number),
        notices=[ToMember(talk.host_id, told)],
        record=before,
    )


async def _numbered_so(request: Request, day: date) -> TalkSlot | None:
    """换回7号 names a slot, where there is none on the 7th."""
    slots = await coming_slots(request.my_branch.id, request.now)
    if any(day_of(slot.start) == day for slot in slots):
        return None
    return next((slot for slot in slots if slot.number == day.day), None)


async def _moved(
    request: Request, booked: list[Talk], start: datetime | None, number: Number | None
) -> tuple[Talk, TalkSlot]:
    """Which talk goes where; raises Refusal where it cannot."""
    own = {talk.claim: talk for talk in booked}
    slots = await coming_slots(request.my_branch.id, request.now)
    if any(slot.id in own and (slot.number == number if number is not None else slot.start == start) for slot in slots):
        raise Refusal(SAME)
    slot = await _slot(request, start, number, TO_CHANGE)
    talk = next((talk for talk in booked if talk.host_id == slot.host_id), None)
    if talk is None:
        raise Refusal(in_group(OTHER_HOST, number=slot.number))
    await _not_twice(request, slot, but=talk.id)
    return talk, slot


async def _move(request: Request, talk: Talk, slot: TalkSlot) -> None:
    talk.slot, talk.claim, talk.start, talk.end, talk.booked_at = slot, slot.id, slot.start, slot.end, request.now
    await talk.save(update_fields=["slot_id", "claim", "start", "end", "booked_at"])


@undo(change)
async def change_back(request: Request, record: int) -> Reply:
    """Move the talk with this host back to the slot `record`, where it is still to be had."""
    await Member.select_for_update(no_key=True).get(id=request.me.id)
    slot = await TalkSlot.get(id=record)
    talks = [talk for talk in await upcoming(request.me.id, request.now) if talk.start > request.now]
    talk = next((one for one in talks if (one.host_id, one.member_id) == (slot.host_id, request.me.id)), None)
    if talk is None or talk.slot_id == slot.id:
        raise Refusal(NOTHING_TO_CHANGE_BACK)
    if not await _to_be_had(request, slot, talks, but=talk.id):
        stays = in_group(STAYS_CHANGED, when=span(talk), number=_number(talk), how=in_group(CHANGE_HOW))
        raise Refusal(in_group(NOT_CHANGED_BACK, when=span(slot), number=slot.number, stays=stays))
    await _move(request, talk, slot)
    told = TOLD_CHANGED_BACK.format(name=request.me.name, when=span(slot), number=slot.number, topic=_topic(talk))
    return Reply(
        group=in_group(CHANGED_BACK, when=span(slot), number=slot.number), notices=[ToMember(talk.host_id, told)]
    )


async def _to_be_had(request: Request, slot: TalkSlot, talks: list[Talk], but: int | None = None) -> bool:
    """Whether `slot` is offered, free and ahead, and none of `talks`, without `but`, lies in its way."""
    offered = {free.id for free in await free_slots(request.my_branch.id, request.now)}
    clear = all(talk.end <= slot.start or slot.end <= talk.start for talk in talks if talk.id != but)
    return slot.id in offered and clear


async def _where_to(request: Request, talk: Talk, day: date | None) -> GroupText:
    """The free slots of the host, of `day` where one was named and has some."""
    free = [slot for slot in await free_slots(request.my_branch.id, request.now) if slot.host_id == talk.host_id]
    if day == day_of(talk.start) and ANOTHER_DAY.search(request.text):
        others = [slot for slot in free if day_of(slot.start) != day]
        if not others:
            return in_group(NO_OTHER_DAY, when=span(talk))
        return in_group(WHERE_TO_ELSE, slots=listed(others), start=others[0].start)
    if day is not None and (that_day := [slot for slot in free if day_of(slot.start) == day]):
        return in_group(FREE_THAT_DAY, day=day, slots=listed(that_day), start=that_day[0].start)
    if day is not None and not free:
        return in_group(NO_OTHER_SLOT, when=span(talk))
    then = in_group(NOT_THAT_DAY, day=day) if day is not None else in_group("")
    near = await nearest(request.my_branch.id, request.now, talk.start, host=talk.host_id, how=TO_CHANGE)
    return in_group(WHERE_TO, then=then, nearest=near)


@command(
    "talk.cancel",
    "(取消|退掉|不约|撤销|撤掉) [预约] (谈心|谈话|谈心预约|谈话预约)",
    "@(谈心|谈话|预约) (取消|不去|不约|去不了)[了]",
    "@(谈心|谈话|预约) (取消|不去|不谈|不约|来不|去不|退|算|参加不|不了)[成|了|啦|掉|吧]",
    "@(谈心|谈话) (不去|来不了|去不了|来不及|没空|没时间|参加不了) 取消",
    "@取消 (谈心|谈话|预约)",
    "@[那|先]不(谈|约|聊)了[吧|啦] (取消|退掉|撤掉|退)[了|掉|一下|下|吧]",
    "@不(约|谈|去)[了]取消 (谈心|谈话)",
    "@(取消|退掉|撤销|撤掉) {number}[个|的] (谈心|谈话|预约)",
    "@{_}[的](谈心|谈话) (取消|不去了|不约了|去不了)",
    "@(谈心|谈话) (不用|不用了|不谈了|先不约|不约)",
    "@(谈心|谈话) <去不了> [取消]",
    before_consent=True,
    help="取消谈心 — 取消约好的谈心，对方会收到通知",
)
async def cancel(request: Request, number: Number | None = None) -> Reply:
    """Cancel one's talk, as guest or as host; the other one is told."""
    talks = [talk for talk in await upcoming(request.me.id, request.now) if talk.start > request.now]
    fitting = [talk for talk in talks if number in (None, _number(talk))]
    if not fitting:
        await _refuse_begun(request, number)
        raise Refusal(in_group(NO_SUCH_TALK, number=number) if number is not None and talks else NONE_BOOKED)
    talks = fitting
    if len(talks) > 1:
        raise AskFor(_which_one(request, talks))
    return await _cancel(request, talks[0])


async def _refuse_begun(request: Request, number: int | None) -> None:
    """Raise a Refusal about the last talk that has begun and that nobody has recorded, where it is the one meant."""
    mine = Q(host_id=request.me.id) | Q(member_id=request.me.id)
    begun = Talk.filter(mine, state=TalkState.BOOKED, start__lte=request.now).order_by("-start")
    for talk in await begun.select_related("slot"):
        if number in (None, _number(talk)):
            raise Refusal(in_group(ALREADY_BEGUN, when=span(talk), number=_number(talk)))


def _which_one(request: Request, talks: list[Talk]) -> str:
    if not request.in_private:
        return in_group(WHICH_ONE_IN_GROUP, number=_number(talks[0]))
    return WHICH_ONE.format(number=_number(talks[0]), talks="\n".join(_upcoming(talk, request.me.id) for talk in talks))


async def _cancel(request: Request, talk: Talk) -> Reply:
    talk.state, talk.claim, talk.closed_at = TalkState.CANCELLED, None, request.now
    await talk.save(update_fields=["state", "claim", "closed_at"])
    by_host = talk.host_id == request.me.id
    other = talk.member_id if by_host else talk.host_id
    told = TOLD_CANCELLED.format(
        name=request.me.name, when=span(talk), number=_number(talk), how=HOW_MEMBER if by_host else HOW_HOST
    )
    return Reply(
        group=in_group(CANCELLED, when=span(talk), number=_number(talk)),
        notices=[ToMember(other, told)],
        record=talk.id,
    )


@undo(cancel)
async def book_again(request: Request, record: int) -> Reply:
    """Let a cancelled talk be booked again, where its slot is still to be had and neither has booked another."""
    talk = await Talk.get(id=record).select_related("host", "member", "slot")
    await Member.select_for_update(no_key=True).filter(id__in=sorted(talk.pair)).order_by("id")
    both = [*await upcoming(talk.host_id, request.now), *await upcoming(talk.member_id, request.now)]
    twice = any((other.host_id, other.member_id) == (talk.host_id, talk.member_id) for other in both)
    if talk.slot is None or twice or not await _to_be_had(request, talk.slot, both):
        raise Refusal(in_group(NOT_BOOKED_AGAIN, when=span(talk), number=_number(talk)))
    talk.state, talk.claim, talk.closed_at = TalkState.BOOKED, talk.slot_id, None
    await talk.save(update_fields=["state", "claim", "closed_at"])
    other = min(talk.pair - {request.me.id})
    told = TOLD_BOOKED_AGAIN.format(name=request.me.name, when=span(talk), number=_number(talk), topic=_topic(talk))
    return Reply(group=in_group(BOOKED_AGAIN, when=span(talk), number=_number(talk)), notices=[ToMember(other, told)])


@command(
    "talk.mine",
    "我的(谈心|谈话)",
    "@我 (约|预约|定)[了][的](谈心|谈话) (是|在) (几点|什么时候|哪天|何时|啥时候|几号|什么时间)",
    "@我[的](谈心|谈话) (是|在) (几点|什么时候|哪天|何时|啥时候|几号|什么时间)",
    "@(查|看|查看|看看) 我 (谈心|谈话)",
    "@我 (约|预约)[了](什么时候|几点|哪天)[的](谈心|谈话)",
    "@我(约|预约)(谈心|谈话)了(没|吗|没有)",
    "@我 (谈心|谈话)[是|在|约|约在|约的|安排] <何时>",
    "@我 <何时> (谈心|谈话)",
    "@我[和书记|跟书记] (约|预约|定)[了|的|好] [是|在] <何时>",
    "@我(有没有|是不是|是否)[已经](约|预约)[了|过] [谈心|谈话]",
    "@我[已经](约|预约)[了|过|上|好][谈心|谈话]<吗>",
    "@我[现在|目前](约|预约|约好)的[是|书记]<何时>[来着]",
    "@我[的](谈心|谈话)(预约|安排|时间|记录|情况)",
    "@我的预约",
    "@<看> 我[的] [预约|约好|约] [的] (谈心|谈话|预约)[安排|时间]",
    "@[我][的](谈心|谈话)[我](约|预约|定)(上|好|成)[了]<吗>[啊|呀]",
    "@我[的] (约|预约|约好|定好|预约好)[了]的(谈心|谈话)",
    "@我[的](谈心|谈话) (约|约到|约在|定在|安排在)<何时>[了]",
    "@我 (约|预约)了<什么>[的] (谈心|谈话)",
    "@我[和书记|跟书记][的](约的|约的谈心|约的谈话|谈心|谈话|谈心约)[是|在]<何时>来着",
    "@<谁> (约|预约)了 (谈心|谈话)",
    "@(有|有没有)人(约|预约|找)[了|过]我 [谈心|谈话|聊][吗|没|没有|么]",
    "@我 (约|预约)了<谁> [谈心|谈话]",
    "@{_}[的](谈心|谈话)[有](约|约了|约出去|约出去了)(几个|多少|几位)[人][了]",
    "@[{_}|这周|本周|下周|最近][的](谈心|谈话)[现在|到底]有人(约|来|报)[了]<吗>",
    "@(谈心|谈话)[有](约|约了|约出去|约出去了)(几个|多少|几位)[人][了]",
    "@(谈心|谈话)[现在|到底]有人(约|来|报)[了]<吗>",
    "@{_}[都|都有|有]谁约了[我] [是|都][几点|什么时候]",
    "@[是|就是](和|跟|与)(书记|李书记|您|委员)(谈|聊)[对]<吗>",
    changes=False,
    own_secrets=True,
    help="我的谈心 — 看约好的谈心，和今年与谁谈过",
)
async def mine(request: Request) -> Reply:
    """Talks to come, those of this year, and with whom one is still to talk; in a group the count and the next time."""
    talks = await upcoming(request.me.id, request.now)
    said = [_upcoming(talk, request.me.id) for talk in talks] or [NO_TALKS]
    said += await _year(request)
    first = in_group("，最近一次在{when}", when=span(talks[0])) if talks else in_group("")
    return Reply(group=in_group(MINE_IN_GROUP, count=len(talks), first=first), private="\n".join(said))


def _upcoming(talk: Talk, me: int) -> str:
    other = talk.member if talk.host_id == me else talk.host
    return UPCOMING.format(when=span(talk), name=other.name, number=_number(talk), topic=_topic(talk))


async def _year(request: Request) -> list[str]:
    """This year's talks, and what the rule of once a year still asks of the member."""
    members = await Member.filter(branch_id=request.my_branch.id, active=True).order_by("id")
    names = {member.id: member.name for member in members}
    held = await held_in_year([request.my_branch.id], request.now.year)
    mine = [talk for talk in held if request.me.id in talk.pair]
    said = []
    if mine:
        others = [(min(talk.pair - {request.me.id}), talk) for talk in mine]
        shown = join(
            f"{names.get(other, '已转出的同志')}（{in_brackets(day_of(talk.start))}）" for other, talk in others
        )
        said.append(THIS_YEAR.format(talks=shown))
    left = coverage(members, held)
    if request.me.id in {member.id for member in left.without_committee}:
        said.append(NOT_YET)
    if request.me.id in {member.id for member in left.without_peer}:
        said.append(NO_PEER)
    pairs = [a if b.id == request.me.id else b for a, b in left.committee_pairs if request.me.id in (a.id, b.id)]
    if pairs:
        said.append(PAIRS.format(names=join(member.name for member in pairs)))
    return said
