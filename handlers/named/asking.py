"""养老院是几点来着；报上了没；车间那个。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.by_words import (
    Family,
    Thing,
    activities_ahead,
    lessons_readable,
    meant,
    says_what,
    services_ahead,
    wishes_open,
)
from bot.commands import Instead, Refusal, Reply, Request, command
from bot.understanding.values import SHANGHAI, Text, Word
from bot.wording import GroupText, in_group, lines_in_group
from handlers.named.facts import told
from handlers.named.joining import AT_THAT_TIME, COPY, KIND_SAID, TO_JOIN, joined_by, on_leave, to_join
from handlers.named.which import instead, the_one
from models import Attendance, Talk
from models.talk import upcoming

NOTHING = in_group("近期没有活动和公益。")
NOTHING_LISTED = in_group("没有找到。发送“组织生活”“公益活动有哪些”“微课堂”“看看微心愿”看有哪些。")
NOTHING_MINE = in_group("您那天没有约好的谈心，也没有报名的活动。发送“组织生活”看近期安排。")
LINE = "· {label}"
SIGNED_UP = "您已经报名：\n{lines}"
STANDS_JOINED = "{label}：您已经报名。"
STANDS_AWAY = "{label}：您请了假。又能去了请发：{how}"
STANDS_OPEN = "{label}：您还没有报名。要报名请发：{how}"
NOT_SIGNED_UP = "您还没有报名。近期的有：\n{lines}"
TALK = "· 谈心：{start}"
SO_MANY_GO = "{label}：已报名 {count} 人。"

WHEN = "((几点|几点钟)[开始|去|到|集合]|(什么|啥)时(候|间)[开始|去]|何时|哪天|几号|周几|星期几)"
THAT_ONE = (
    "({about}那个|{about}这个|{about}那场|{about}的会|{about}的活动|{about}的公益|{about}的爱心传递"
    "|{about}的主题党日|{about}的党课)"
)
KIND = "[公益|公益活动|志愿服务|爱心传递|活动|主题党日|党课|会]"


@command(
    "named.when",
    f"@{THAT_ONE}{KIND}[是|在|定在]{WHEN}[来着]",
    f"@({{about}}是){WHEN}来着",
    f"@({{about}}{WHEN}来着)",
    f"@(那个|这个|那场){{about}}的[会|活动|公益|课][是|在]{WHEN}[来着]",
    f"@(那个|这个|那场){KIND}[是|在]{WHEN}[来着]",
    f"@{KIND_SAID}[是|定在|在]{{start}}[开|开始](吧|对吧|吗|么|不|没错吧|是吧)",
    changes=False,
    listed=False,
    offices=False,
    help="养老院那个几点 — 看活动、公益的时间",
)
async def when(request: Request, about: Word | None = None, start: datetime | None = None) -> Reply:
    """When the activities or services are that the message means, else what lies ahead."""
    things = [*await activities_ahead(request), *await services_ahead(request)]
    if OWN.search(request.text):
        things = await joined_by(request) or things
    if not things:
        raise Refusal(NOTHING)
    found = meant(request.text, request.now, things) or things
    return Reply(found[0].label, offer=to_join(found[0])) if len(found) == 1 else Reply(_listed(found))


@command(
    "named.mine_then",
    f"@[那]我{{day}}[跟|和][书记|您|你]{WHEN}[去|来|到|谈|开始][来着]",
    f"@[那]我{{day}}[是|要|该]{WHEN}[去|来|到|谈|开始][来着]",
    f"@{{day}}[那]我[是|要|该]{WHEN}[去|来|到|谈|开始][来着]",
    changes=False,
    listed=False,
    offices=False,
    help="我周四几点去来着 — 看自己那天约好的、报了名的",
)
async def mine_then(request: Request, day: date | None = None) -> Reply:
    """One's talks and what one has signed up for, of that day where one was named; privately."""
    talks = [talk for talk in await upcoming(request.me.id, request.now) if day in (None, _day(talk.start))]
    joined = [one for one in await joined_by(request) if one.start is not None and day in (None, _day(one.start))]
    if not talks and not joined:
        return Reply(private=NOTHING_MINE)
    return Reply(private="\n".join([*map(_talk, talks), *(in_group(LINE, label=one.label) for one in joined)]))


GOES = "[都|都有|还有|有]<谁>[都][要|会|能](去|来|参加|报名|报|报了|报了名|报名了)[呀]"
HOW_MANY_GO = (
    "[现在|目前|已经|一共|总共][有](<多少人>(报|报了|报名|报名了|报了名)"
    "|(报|报名|报名了|报了|去|要去|会来|能来|要来)[了]<多少人>[了])"
)


@command(
    "named.who",
    f"@{THAT_ONE}{KIND}{GOES}",
    f"@{THAT_ONE}{KIND}{HOW_MANY_GO}",
    f"@{AT_THAT_TIME}{KIND}{GOES}",
    f"@{AT_THAT_TIME}{KIND}{HOW_MANY_GO}",
    f"@[{{day}}[的]]{KIND_SAID}{GOES}",
    f"@[{{day}}[的]]{KIND_SAID}{HOW_MANY_GO}",
    f"@{{day}}{AT_THAT_TIME}[的]{KIND}{HOW_MANY_GO}",
    changes=False,
    listed=False,
    offices=False,
    help="周日那个都有谁去 — 看活动、公益报了多少人",
)
async def who_goes(request: Request, about: Word | None = None, day: date | None = None) -> Instead | Reply:
    """How many have signed up for the activity or service that the message means; names are for the committee."""
    things = [*await activities_ahead(request), *await services_ahead(request)]
    found = await the_one(request, things, about, NOTHING)
    if found.family is Family.SERVICE:
        return instead("service.show", found)
    if request.me.in_committee:
        return instead("life.sign_ups", found)
    count = await Attendance.filter(
        activity__branch_id=request.my_branch.id,
        activity__number=found.number,
        signed_up_at__isnull=False,
        leave_at=None,
    ).count()
    return Reply(in_group(SO_MANY_GO, label=found.label, count=count), offer=to_join(found))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _talk(talk: Talk) -> GroupText:
    return in_group(TALK, start=talk.start)


SIGNED_UP_TO = (
    "[我]((报了名|报了|报过|报过名|报上|报上名|报名|报名上|报成功|报名成功)[了](没|没有|吗|么)"
    "|(报没报|有没有报|是不是报)[过|了][名|上])"
)


@command(
    "named.signed_up",
    "@(报上|报上名|报名上|报到名|报名成功|报好)[了](没|没有|吗|么)",
    "@我[的](报名|报上|报上名|报成功)[了|成功|成](没|没有|吗|么)",
    "@(那个|这个|那场)(会|活动|公益)[我](报上|报上名|报名|报名成功)[了](没|没有|吗|么)",
    "@{about}我(报上|报上名|报名|报名成功)[了](没|没有|吗|么)",
    "@[我]{day}[的|那个|那天|那场][我](报上|报上名|报名|报名成功|报|报了)[了](没|没有|吗|么)[来着]",
    f"@{THAT_ONE}[的]{KIND}{SIGNED_UP_TO}",
    f"@{AT_THAT_TIME}[的]{KIND}{SIGNED_UP_TO}",
    f"@{KIND_SAID}{SIGNED_UP_TO}",
    "@我[现在|目前|一共|都](报了|报名了|报过)(哪些|什么|啥|几个|哪几个)[活动|公益]",
    "@我(有没有|是不是|是否)[已经](报上|报名|报了名|报上名)",
    changes=False,
    listed=False,
    offices=False,
    help="我报上名了没 — 看自己报了哪些活动、公益",
)
async def signed_up(request: Request, about: Word | None = None, day: date | None = None) -> Reply:
    """Whether one is signed up for what the message means; else what lies ahead and one has signed up for, and where
    that is nothing, what there is to sign up for."""
    things = [*await activities_ahead(request), *await services_ahead(request)]
    joined = await joined_by(request)
    if says_what(request.text) or day is not None:
        said = [thing for thing in things if day is not None and thing.start is not None and _day(thing.start) == day]
        said = said or meant(f"{request.text}\n{about or ''}", request.now, things)
        if said and len(said) < len(things):
            away = await on_leave(request)
            only = to_join(said[0]) if len(said) == 1 else None
            return Reply(private="\n".join(_how_it_stands(thing, joined, away) for thing in said), offer=only)
    if joined:
        return Reply(private=SIGNED_UP.format(lines=_listed(joined)))
    if not things:
        raise Refusal(NOTHING)
    lines = [in_group(COPY, how=in_group(TO_JOIN[one.family], number=one.number), label=one.label) for one in things]
    return Reply(private=NOT_SIGNED_UP.format(lines="\n".join(lines)))


def _how_it_stands(thing: Thing, joined: Sequence[Thing], away: Sequence[Thing]) -> str:
    how = STANDS_JOINED if thing in joined else STANDS_AWAY if thing in away else STANDS_OPEN
    return how.format(label=thing.label, how=in_group(TO_JOIN[thing.family], number=thing.number))


IN_A_LESSON = re.compile("(?:讲|关于|说|介绍).+课")
OWN = re.compile("我报的|我报了的|我报名的|我参加的")


@command(
    "named.show",
    "@[现在|那]{about}(那个|的那个)呢",
    "@(来个|来|看|看看|学|打开|听|读|想看|点)[一下]({about}那个课|{about}那个微课|{about}那个吧|{about}那节|{about}那堂)[课]",
    "@({about}那个课|{about}那个微课|{about}那节课|{about}那堂课|{about}那个吧|{about}那课)",
    "@(来个|看看|学学|听听|打开|想看){about}那个",
    "@<有没有>(讲|关于|说){about}的[微]课",
    "@{_}[里|里面](有没|有没有|有无|有)(讲|关于|说){about}的[微]课",
    "@有没(讲|关于|说){about}的[微]课",
    "@[那个|这个|咱们|学习](资料|材料|微课|微课堂|课程)(里|里头|里面|库里)(有没|有没有|有)[啥](讲|关于|说|介绍){about}的[微]课<吗>",
    "@[那个|这个|咱们|学习](资料|材料|微课|微课堂|课程)(里|里头|里面|库里)(有没|有没有|有)[啥](讲|关于|说|介绍){about}的[微]课",
    "@{about}(那个|那场|的那个|的活动|的公益)[活动|公益|会][是](干嘛|干啥|做什么|做啥|什么|啥|讲什么|讲啥)[的][呀]",
    "@{about}是(干嘛|干啥|做什么|做啥)的[呀]",
    "@(那个|这个|那场){about}[的][活动|公益|会]是(干嘛|干啥|做什么|做啥|什么|啥)[的]",
    changes=False,
    listed=False,
    offices=False,
    help="车间那个课 — 按说的内容找课、活动、公益或心愿",
)
async def show(request: Request, about: Word | None = None) -> Instead | Reply:
    """What the message means: a lesson is read; of an activity, a service or a wish all is told that is known."""
    if about is not None and IN_A_LESSON.search(request.text):
        return Instead("lesson.search", {"text": Text(about)})
    things = [*await lessons_readable(request), *await activities_ahead(request), *await services_ahead(request)]
    found = await the_one(request, [*things, *await wishes_open(request)], about, NOTHING_LISTED)
    if found.family is Family.LESSON:
        return instead("lesson.read", found)
    return await told(request, found)


def _listed(things: list[Thing]) -> GroupText:
    return lines_in_group([in_group(LINE, label=thing.label) for thing in things])
