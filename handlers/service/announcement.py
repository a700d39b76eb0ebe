"""公益和爱心传递的发起、取消、列表、查看。"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.by_words import ByWords, meant, services_ahead
from bot.commands import Ask, Instead, Refusal, Reply, Request, Role, ToGroup, ToMember, command, undo
from bot.formats import FORMATS
from bot.messages import File
from bot.people import called, secretaries
from bot.understanding.values import Number, Places, Text
from bot.wording import GroupText, Public, in_group, join, lines_in_group
from handlers.service.wording import CANCELLED, numbered, published, taken, title
from models import Room, Service, ServiceKind, ServicePart, ServicePicture
from models.numbering import next_number
from models.service import services_between, takers

LONGEST_TOPIC = 200  # characters, as wide as the column
MOST_PLACES = 1000
AHEAD = timedelta(days=366)

ANNOUNCEMENT = "【{kind}】{number}号\n时间：{start}\n内容：{topic}\n名额：{places}\n报名请发：报名公益 {number}"
PLACES = "{places} 人，满了可以排候补"
ANY_NUMBER = in_group("不限")
CREATED = "已发布：{title}，已在群里通知。发送“撤销”可取消。"
CREATED_UNHEARD = "已发布：{title}。本支部还没有绑定群，请您转告大家，或在群里发送“绑定本群”。"
BY_COMMITTEE = in_group("公益由支部委员发起。您想帮人、想找人帮，请发：爱心传递 周日下午2点 给养老院送冬衣 6人")
SUBMITTED = "已提交：{title}。支部同意后在群里通知，结果我私下告诉您。发送“撤销”可收回。"
SUBMITTED_TO = (
    "{name}想发起{title}：{topic}，名额：{places}。\n同意：同意爱心传递 {number}；不同意：退回爱心传递 {number} 原因"
)
WITHDRAWN = "已收回：{title}。"
PAST = in_group("开始时间已经过了。请写以后的时间，例如：发起公益 周六上午9点 社区清洁 10人")
TOO_MANY = "名额请写 1 到 {most} 人；不限人数就不用写。"

CALLED_OFF = "【取消】{title}取消了，不用参加。"
CALLED_OFF_DONE = "已取消：{title}，已在群里通知。"
REALLY_CALL_OFF = "{title}已有 {count} 人报名。取消后马上通知群里，不能恢复。要取消吗？"
SOME_COME = "{title}已有 {count} 人报名，不能撤销了。要取消请发：取消公益 {number}"
CALL_AGAIN = in_group("取消已经在群里通知了。要恢复请重新发起。")
BEGUN = "{title}已经开始或结束了，不能取消。"

TO_JOIN = "要报名请发：报名公益 {number}。看有哪些发：公益活动有哪些"
SIGNS_UP = re.compile(
    r"[\s,，。!！]*(?:我|给我|帮我|也|要|想|可以|能)*(?:报名|报上|参加|去|来|算我一个|加我一个)(?:了|吧|啊|呀|哈)*[\s,，。!！]*"
)
NONE_PLANNED = in_group("近期没有公益活动和爱心传递。")
PLANNED = "近期的公益：\n{lines}\n报名请发：报名公益 {number}"
LINE = "· {title}：{topic}，已报名 {taken}{waiting}"
WAITING = "，候补 {count} 人"
JOINED = "（您已报名）"
ON_LIST = "（您在候补）"

SHOWN = "{title}：{topic}，报名 {taken}{waiting}{result}"
RESULT = "\n结果：{text}"
PICTURES = "\n照片 {count} 张，在下面。"
WHO = "\n参加：{names}\n候补：{waiting}"


@command(
    "service.create",
    "(发起|组织|发布|新建|创建|招募) {kind=公益|公益活动|公益服务|志愿服务|志愿活动|爱心传递|爱心活动}",
    "{kind=爱心传递}",
    "@[再](发|搞|弄|办|整|建|发起)[一个|个|一次|一场|场]{kind=公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动}",
    offices=False,
    help="爱心传递 周日下午2点 给养老院送冬衣 6人 — 发起爱心传递或公益，想帮人、想找人帮都行，支部同意后通知群里；"
    "委员还能发：发起公益 周六上午9点 社区清洁 10人",
)
async def create(
    request: Request, kind: ServiceKind, start: datetime, topic: Text | None = None, places: Places | None = None
) -> Reply | Instead:
    """Call for helpers, or offer help, in the branch's group, under the branch's next number.

    What a member offers or calls for waits until the committee announces it.
    """
    if topic is not None and SIGNS_UP.fullmatch(topic):
        return await _joined_instead(request)
    branch, proposed = request.my_branch, not request.me.in_committee
    if proposed and kind is not ServiceKind.CARE:
        raise Refusal(BY_COMMITTEE)
    if start <= request.now:
        raise Refusal(PAST)
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise Refusal(in_group(TOO_MANY, most=MOST_PLACES))
    service = await Service.create(
        branch=branch,
        number=await next_number(Service, branch.id),
        kind=kind,
        start=start,
        topic=published(topic or kind.label, LONGEST_TOPIC),
        places=places,
        organiser=request.me,
        created_at=request.now,
        proposed=proposed,
    )
    return await _submit(request, service) if proposed else await announce(request, service)


async def _joined_instead(request: Request) -> Instead:
    """周日那个爱心传递 我报名 launches nothing."""
    ahead = await services_ahead(request)
    found = meant(request.text, request.now, ahead)
    if len(found) == 1:
        return Instead("service.join", {"number": ByWords(found[0].number)})
    raise Refusal(in_group(TO_JOIN, number=ahead[0].number) if ahead else NONE_PLANNED)


async def _submit(request: Request, service: Service) -> Reply:
    asked = SUBMITTED_TO.format(
        name=request.me.name,
        title=title(service),
        topic=service.topic,
        places=_places(service),
        number=service.number,
    )
    told = [ToMember(one.id, asked) for one in await secretaries(service.branch_id)]
    return Reply(in_group(SUBMITTED, title=title(service)), notices=told, record=service.id)


async def announce(request: Request, service: Service) -> Reply:
    """Tell the group of it, and who announces it that it was told."""
    if not await Room.exists(branch_id=service.branch_id, active=True):
        return Reply(in_group(CREATED_UNHEARD, title=title(service)), record=service.id)
    said, text = in_group(CREATED, title=title(service)), _announcement(service)
    if request.in_private:
        return Reply(said, notices=[_to_group(request, service, text)], record=service.id)
    return Reply(text, said if request.sender.friend else None, record=service.id)


def _announcement(service: Service) -> GroupText:
    return in_group(
        ANNOUNCEMENT,
        kind=service.kind,
        number=service.number,
        start=service.start,
        topic=Public(service.topic),
        places=_places(service),
    )


def _places(service: Service) -> GroupText:
    return in_group(PLACES, places=service.places) if service.places else ANY_NUMBER


def _to_group(request: Request, service: Service, text: GroupText) -> ToGroup:
    """Waits for the end of quiet hours, unless the service would not."""
    late = request.settings.reminders.quiet_hours.after(request.now) >= service.start
    return ToGroup(service.branch_id, text, urgent=late)


@undo(create)
async def create_back(request: Request, record: int) -> Reply:
    """Cancel what was announced by mistake, before anybody relies on it; of a proposal the group knows nothing."""
    return await take_back(request, record)


async def take_back(request: Request, service_id: int) -> Reply:
    """The same, whoever announced it. Raises Refusal."""
    service = await Service.select_for_update(no_key=True).get(id=service_id)
    if service.cancelled_at is not None:
        raise Refusal(in_group(CANCELLED, title=title(service)))
    if service.proposed:
        service.cancelled_at = request.now
        await service.save(update_fields=["cancelled_at"])
        return Reply(in_group(WITHDRAWN, title=title(service)))
    if count := await _joined(service):
        raise Refusal(in_group(SOME_COME, title=title(service), count=count, number=service.number))
    return await _call_off(request, service)


async def _joined(service: Service) -> int:
    return await ServicePart.filter(service_id=service.id, left_at=None).count()


@command(
    "service.cancel",
    "取消 (公益|公益活动|公益服务|志愿服务|志愿活动|爱心传递|爱心活动)",
    "@(公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动) & <不办>",
    role=Role.COMMITTEE,
    help="取消公益 2 — 取消还没开始的公益或爱心传递",
)
async def cancel(request: Request, number: Number) -> Reply:
    """Cancel what has not begun, and tell the group; asked first where somebody has joined."""
    service = await numbered(request, number)
    count = await _joined(service)
    if count and service.start > request.now and not request.confirmed:
        raise Ask(in_group(REALLY_CALL_OFF, title=title(service), count=count))
    return await _call_off(request, service)


async def _call_off(request: Request, service: Service) -> Reply:
    if service.start <= request.now:
        raise Refusal(in_group(BEGUN, title=title(service)))
    service.cancelled_at = request.now
    await service.save(update_fields=["cancelled_at"])
    told = in_group(CALLED_OFF, title=title(service))
    if not request.in_private:
        return Reply(told, record=service.id)
    return Reply(
        in_group(CALLED_OFF_DONE, title=title(service)),
        notices=[_to_group(request, service, told)],
        record=service.id,
    )


@undo(cancel)
async def call_on_again(request: Request, record: int) -> Reply:
    """The group has read it: a new announcement is clearer than a revived one."""
    raise Refusal(CALL_AGAIN)


@command(
    "service.list",
    "(公益活动|公益|志愿服务|志愿活动|公益服务) (有哪些|有什么|有啥|列表)",
    "[最近|近期|现在] (有|有哪些|有什么|有啥|看看|看|查看|查) (公益活动|公益|志愿服务|志愿活动)",
    "@(公益|公益活动|志愿服务|志愿活动)",
    "@(近期|最近|现在)[的|有](公益|公益活动|志愿服务|志愿活动)",
    "@<有没有> (公益|公益活动|志愿服务|志愿活动) [可以|能] [参加|报名]",
    "@<看> (公益|公益活动|志愿服务|志愿活动)[列表]",
    "@(公益|公益活动|志愿服务|志愿活动)(安排|列表|<什么>)",
    "@[这次|这周|周末]的[公益|公益活动|志愿服务|志愿活动|爱心传递][现在|到底][有](人报|人报名|几个人报|几个人|多少人|多少人报)[了]<吗>",
    "@(公益|公益活动|志愿服务|志愿活动|爱心传递)[现在|到底][有](人报|人报名|几个人报|几个人|多少人|多少人报)[了]<吗>",
    changes=False,
    help="公益活动有哪些 — 看近期的公益和爱心传递",
)
async def coming(request: Request) -> Reply:
    """What lies ahead, with how many have joined; privately also one's own part in it."""
    services = await services_between(request.my_branch.id, request.now, request.now + AHEAD)
    if not services:
        return Reply(NONE_PLANNED)
    parts = await takers(services)
    lines = [_line(service, parts[service.id]) for service in services]
    own = [line + _own(request, parts[one.id]) for line, one in zip(lines, services, strict=True)]
    number = services[0].number
    return Reply(
        in_group(PLANNED, lines=lines_in_group(lines), number=number),
        PLANNED.format(lines="\n".join(own), number=number) if request.in_private else None,
    )


def _line(service: Service, parts: list[ServicePart]) -> GroupText:
    counts = _counts(service, parts)
    return in_group(LINE, title=title(service), topic=Public(service.topic), **counts)


def _counts(service: Service, parts: list[ServicePart]) -> dict[str, GroupText]:
    seated = sum(part.seat is not None for part in parts)
    waiting = len(parts) - seated
    said = in_group(WAITING, count=waiting) if waiting else in_group("")
    return {"taken": taken(service, seated), "waiting": said}


def _own(request: Request, parts: list[ServicePart]) -> str:
    mine = next((part for part in parts if part.member_id == request.me.id), None)
    if mine is None:
        return ""
    return ON_LIST if mine.seat is None else JOINED


@command(
    "service.show",
    "(看|看看|查看) (公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动)(结果|照片|情况|名单)",
    "@<看> (公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动)[的](结果|照片|名单)",
    changes=False,
    help="看公益结果 2 — 看 2 号公益的结果和照片",
)
async def show(request: Request, number: Number) -> Reply:
    """What came of it, with its pictures privately; who takes part is for the committee and who organises it."""
    service = await numbered(request, number)
    parts = (await takers([service]))[service.id]
    result = in_group(RESULT, text=Public(service.result)) if service.result else in_group("")
    said = in_group(SHOWN, title=title(service), topic=Public(service.topic), result=result, **_counts(service, parts))
    pictures = await ServicePicture.filter(service_id=service.id).order_by("position")
    private = said + (PICTURES.format(count=len(pictures)) if pictures else "")
    subjects: list[int] = []
    if request.me.in_committee or service.organiser_id == request.me.id:
        names = called([part.member for part in parts])
        seated = [names[part.member_id] for part in parts if part.seat is not None]
        waiting = [names[part.member_id] for part in parts if part.seat is None]
        private += WHO.format(names=join(seated), waiting=join(waiting))
        subjects = sorted({part.member_id for part in parts} - {request.me.id})
    files = [ToMember(request.me.id, "", _named(service, picture), urgent=True) for picture in pictures]
    return Reply(said, private if private != said else None, notices=files, subjects=subjects)


def _named(service: Service, picture: ServicePicture) -> File:
    """A picture under a name that says whose it is: a chat system's own names of photos say nothing."""
    name = f"{service.number}号{service.kind.label}_{picture.position}{FORMATS[picture.media_type].suffix}"
    return File(name, picture.media_type, bytes(picture.data))
