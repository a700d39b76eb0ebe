"""养老院那个我也去；那个不去了；两个都报。"""

from __future__ import annotations

import re
from datetime import datetime

from bot import questions
from bot.by_words import (
    ByWords,
    Family,
    Thing,
    activities_ahead,
    meant,
    services_ahead,
    wishes_open,
)
from bot.commands import Instead, Refusal, Reply, Request, command
from bot.consent import asking, is_lacking
from bot.understanding.values import Number, Word
from bot.wording import GroupText, in_group, lines_in_group
from handlers.named.which import JOINED_BY, instead, the_one
from models import Attendance, ServicePart

NOTHING = in_group("近期没有可以报名的活动、公益，也没有等人认领的心愿。")
NOTHING_JOINED = in_group("您现在没有报名的活动和公益。")
ONE_AT_A_TIME = "一次报一个，请一条一条发：\n{lines}"
TO_JOIN = {Family.LIFE: "报名 {number}", Family.SERVICE: "报名公益 {number}", Family.WISH: "认领 {number}"}
LEFT_BY = {Family.LIFE: "life.sign_off", Family.SERVICE: "service.leave"}
JOINED_ALREADY = "{label}：您已经报名了。"
COPY = "{how}（{label}）"

THING = (
    "[公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动|心愿|会|活动"
    "|主题党日|党日|党课|党员大会|支委会|党小组会|组织生活会]"
)
THAT = "({about}那个|{about}这个|{about}那场|{about}这场|{about}那次)"
DENIES = re.compile("[去来报]不了|不[去来报参取想]|没空|没时间|别报")
NOT_TO_JOIN = in_group("去不了的，请假请发：请假 编号 原因；已经报了名的，取消请发：取消报名 编号。")
FOR_ANOTHER = re.compile(
    "我?(?:室友|舍友|同事|同学|同桌|朋友|师兄|师姐|学长|学姐)[^,，。 ]{0,4}(?:想|要|说|问|也)|[他她]想[报去参]"
)
BY_THEMSELVES = in_group("报名要本人来：本支部的请本人私聊我，或在群里发“报名 编号”。我没有给您报。")
SIGNS_UP = re.compile("报|参加")  # for an activity or a service: a wish is claimed
AT_THAT_TIME = "(那个|这个|那场|这场|那次)"
OF_THAT = "({about}的公益|{about}的爱心传递|{about}的活动|{about}的主题党日|{about}的党课|{about}的会|{about}的心愿)"
COME = (
    "(我[也|要|想|也想|能|可以|还是](去|来|报|报名|参加|认领|报个名|报一个|报上)|我参加|[我][也]算[上]我一个|我也算一个|报[个|一个]名|[给我|帮我](抱个名|抱名|报个明)|报上|认领|(算|加|带)[上]我一个"
    "|(给|帮)我(报|报上|报名)|我[来|能|可以]帮[忙])"
)
WHETHER_ALLOWED = "[[我][是|作为][积极分子|发展对象|预备党员|党员|群众](能|可以)(报|去|参加|报名)<吗>]"
LIFE_SAID = "(主题党日|党日|党课|党员大会|支委会|党小组会|组织生活会)"
KIND_SAID = "(主题党日|党日|党课|党员大会|支委会|党小组会|组织生活会|公益|公益活动|爱心传递)"
NOT_COME = "([我](不去|不参加|不报|不来)[了]|[我]退出|取消报名|退掉)"


@command(
    "named.join",
    f"@{THAT}[的]{THING}{COME} {WHETHER_ALLOWED}",
    f"@[那|就|那就]{AT_THAT_TIME}[的]{THING}{COME} {WHETHER_ALLOWED}",
    "@我{about}也(想去|要去|想参加|要参加|想报名|想报)",
    f"@{OF_THAT}{COME} {WHETHER_ALLOWED}",
    f"@{LIFE_SAID}[的|那个]{COME}",
    "@(不是这个|不是那个|不对) 我(要|想|想要|是要)(报|报名|参加|去){about}(的|那个|的那个)",
    "@心愿(那个|那条|里那个|里面那个|里){about}的我(能|可以|来|去)[帮][忙]",
    "@那个{about}的[心愿|活动|公益]我(来|去|能来|可以来|能帮|可以帮|来帮忙|接了|接)[吧|了]",
    f"@{THAT}[的]{THING} & 我(可以|能|来|去|帮|陪)",
    "@{about}我(有|这有|这儿有|这里有) [我|可以|我可以|能|我能|我来][借|送|给|借给](你|您|他|她|ta)[吧]",
    "@{about}我(有|这有|这儿有|这里有) (我来借|我来送|可以借|我可以借|能借|我能借|我借|我送)",
    "@[给我|帮我|我要|我想](报|报上|报名|参加|认领)(那个|这个|那场){about}",
    f"@[给我|帮我|我要|我想](报|报上|报名|参加) {AT_THAT_TIME}[的]{THING}",
    "@({about}的是不|{about}的是吧|{about}的是不是|{about}的对吧)我(来|去|可以|能帮)",
    "@(心愿|公益|活动)(那块|那块儿|那边|那里)({about}的是不|{about}的是吧|{about}的)我(来|去|可以|能帮)",
    "@(那个|这个|那场)(会|活动|公益)[我](去|参加|报名|也去)",
    "@(那我|我|那|这下)[又](可以|能)(去|来|参加)[了]",
    "@(行|好|好的|可以|嗯) [那]我[也](去|参加|报名|报)",
    changes=False,
    listed=False,
    offices=False,
    help="养老院那个我也去 — 按说的内容报名或认领",
)
async def join(request: Request, about: Word | None = None, start: datetime | None = None) -> Instead | Reply:
    """Sign up for the activity or service, or claim the wish, that the message means; it is asked about first."""
    if is_lacking(request.me, request.settings):
        return asking(request, waits=False)
    if DENIES.search(request.text):
        raise Refusal(NOT_TO_JOIN)
    if FOR_ANOTHER.search(request.text):
        raise Refusal(BY_THEMSELVES)
    things = [*await activities_ahead(request), *await services_ahead(request)]
    if not SIGNS_UP.search(request.text):
        things += await wishes_open(request)
    found = await the_one(request, things, about, NOTHING)
    if found in await joined_by(request):
        return Reply(in_group(JOINED_ALREADY, label=found.label))
    return instead(JOINED_BY[found.family], found)


@command(
    "named.offered",
    "@[那|那就|就|行|好|顺便|顺手][也](给|帮)我[也](报上|报上名|报个名|报一个|报名)[吧]",
    "@[那|那就|就](加上|算上|带上|加)我[一个][吧]",
    "@[那|那就](我来|我去|我也去|我接|我接了|我领了)[吧]",
    "@[那]我[也]报(一个|个名|一个名)",
    "@(那|那就|就)报[名|上|了]吧",
    "@[我还没报呢][那]报上[吧]",
    changes=False,
    listed=False,
    offices=False,
    help="那给我报上 — 报名刚才说的那个",
)
async def offered(request: Request) -> Instead:
    """Sign up for what the last answer was about; where it was about none alone, the one is asked for."""
    last = await questions.offered(request, *JOINED_BY.values())
    if last is None:
        return Instead("named.join", {})
    return Instead(last.content["command"], {"number": ByWords(last.content["values"]["number"])})


@command(
    "named.leave",
    f"@{THAT}[的]{THING}{NOT_COME}",
    f"@{AT_THAT_TIME}[的]{THING}{NOT_COME}",
    f"@{OF_THAT}{NOT_COME}",
    "@[那|那就|算了|还是][我]不去了[吧]",
    "@取消{about}报名",
    "@[我][说][那个|这个]{about}(那个|的那个)[现在|还](能|可以|能不能|可不可以)(退|退出|退掉|取消|取消报名)<吗>",
    "@[我说|我是说][那个|这个](公益|公益活动|爱心传递|志愿服务|主题党日|党课|活动)[那个](能|可以|能不能|可不可以)(退|退出|退掉|取消|取消报名)<吗>",
    "@取消[我的|了|掉]报名",
    "@{about}报名 (取消|取消掉|撤掉|撤了|退掉|不要了)",
    "@[的]报名 (取消|撤掉|撤了|退掉|不要了)",
    "@(报错了|报名报错了|报名错了|点错了) [把|报名] (撤掉|撤了|取消|撤销|撤回|退掉|不报了)",
    "@不是报名 [我|是|我是] (不去了|不去|要取消|取消|退出|要退出|不参加了)",
    changes=False,
    before_consent=True,
    listed=False,
    offices=False,
    help="养老院那个不去了 — 按说的内容取消报名",
)
async def leave(request: Request, about: Word | None = None, start: datetime | None = None) -> Instead:
    """Take back one's sign-up for the activity or service that the message means; it is asked about first."""
    joined = await joined_by(request)
    found = await the_one(request, joined, about, NOTHING_JOINED)
    return instead(LEFT_BY[found.family], found)


def to_join(thing: Thing) -> Instead:
    """The command to sign up for it, or to claim it."""
    return instead(JOINED_BY[thing.family], thing)


async def joined_by(request: Request) -> list[Thing]:
    """What lies ahead and the sender has signed up for."""
    mine = Attendance.filter(member_id=request.me.id, signed_up_at__isnull=False, leave_at=None)
    ahead = mine.filter(activity__start__gt=request.now).select_related("activity")
    activities = {part.activity.number for part in await ahead}
    taken = ServicePart.filter(member_id=request.me.id, left_at=None, service__start__gt=request.now)
    services = {part.service.number for part in await taken.select_related("service")}
    return [
        *(thing for thing in await activities_ahead(request) if thing.number in activities),
        *(thing for thing in await services_ahead(request) if thing.number in services),
    ]


async def on_leave(request: Request) -> list[Thing]:
    """What lies ahead and the sender has asked leave from."""
    away = Attendance.filter(member_id=request.me.id, leave_at__isnull=False, activity__start__gt=request.now)
    numbers = {part.activity.number for part in await away.select_related("activity")}
    return [thing for thing in await activities_ahead(request) if thing.number in numbers]


@command(
    "named.several",
    "@(两个|两场|这两个|两个活动|几个|全部|三个)[我][都|全|全都|都要](报|报名|参加|去|报上)",
    "@{number}(和|跟|与|、){second}",
    "@{number}(和|跟|与){second} (都报|报名|都去|我都报|都要|都参加)",
    "@报名{number}(和|跟|与){second}",
    changes=False,
    listed=False,
    offices=False,
    help="两个都报 — 一次报一个",
)
async def several(request: Request, number: Number | None = None, second: Number | None = None) -> Reply:
    """One at a time goes; with lines to copy."""
    things = [*await activities_ahead(request), *await services_ahead(request)]
    numbers = {number, second} - {None}
    said = [thing for thing in things if thing.number in numbers] or meant(request.text, request.now, things) or things
    if not said:
        raise Refusal(NOTHING)
    return Reply(in_group(ONE_AT_A_TIME, lines=lines_in_group([_copied(thing) for thing in said])))


def _copied(thing: Thing) -> GroupText:
    how = in_group(TO_JOIN[thing.family], number=thing.number)
    return in_group(COPY, how=how, label=thing.label)
