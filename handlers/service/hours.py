"""公益时长：where the school counts them. Known to oneself and the committee; nobody is compared with anybody."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.understanding.values import SHANGHAI, Minutes, Name, Number
from bot.wording import in_group, when
from handlers.service.past import which_past
from handlers.service.wording import numbered, title
from models import Service, ServicePart

MOST = 24 * 60  # minutes of one service

NOT_COUNTED = in_group("本校不登记公益时长。")
NOT_BEGUN = "{title}还没有开始，结束后再登记时长。"
UNLIKELY = in_group("时长请写一天以内，例如：登记时长 2 张三 3小时")
FOR_WHOM = in_group("请写给谁登记，例如：登记时长 2 张三 3小时，或：登记时长 2 全部 3小时")
NOT_THERE = "{name}没有参加{title}。看名单请发：看公益名单 {number}"
NOBODY = "{title}没有人报名，没有时长可以登记。"
DONE = "已登记{title} {count} 人的时长。"
DONE_PRIVATELY = "已登记{title}的时长：{names}，各{hours}。登记错了，照样再发一次就改过来。"
COUNT_AGAIN = "{title}的时长已经告诉本人，不能撤销。登记错了，照样再发一次就改过来，例如：登记时长 {number} 全部 2小时"
TOLD = "您参加{title}的公益时长已登记：{hours}。看全部请发：我的公益时长"
SENT = in_group("已私聊发给您。")
MINE = "您的公益时长：{year}年 {this_year}，累计 {total}。\n{lines}"
LINE = "· {day} {topic}：{hours}"
NONE = "您还没有登记过公益时长。参加以后由书记登记。"
HOURS, MINUTES = "{hours}小时", "{minutes}分钟"


def spoken(minutes: int) -> str:
    """3小时, 2小时30分钟, 45分钟, 0小时."""
    hours, rest = divmod(minutes, 60)
    parts = [HOURS.format(hours=hours)] if hours or not rest else []
    return "".join([*parts, MINUTES.format(minutes=rest)] if rest else parts)


@command(
    "service.hours",
    "(登记|记|录入|更正) [公益|服务|志愿|志愿服务](时长|工时|学时)",
    "@(公益|服务|志愿)(时长|工时|学时)登记",
    "登记时长 {everyone=全部|全体|所有人}",
    "@[{_}][公益|活动]{everyone=去的|参加的|来的}[人|同学|同志]都[给](记|登记|算|登){minutes}[吧]",
    "@给{member}(记|登记|算){minutes}[吧]",
    role=Role.COMMITTEE,
    missing=which_past("service.hours"),
    help="登记时长 2 张三 3小时 — 登记公益时长；参加的都一样就发：登记时长 2 全部 3小时",
)
async def count(
    request: Request, number: Number, minutes: Minutes, member: Name | None = None, everyone: bool | None = None
) -> Reply:
    """Count the time of one or of all who took part; said again, it replaces what was said before."""
    _refuse_uncounted(request)
    service = await numbered(request, number)
    if service.start > request.now:
        raise Refusal(in_group(NOT_BEGUN, title=title(service)))
    if not 0 < minutes <= MOST:
        raise Refusal(UNLIKELY)
    parts = await _those(request, service, member, everyone)
    ids = [part.id for part in parts]
    await ServicePart.filter(id__in=ids).update(minutes=int(minutes))
    hours = spoken(minutes)
    names = "、".join(part.member.name for part in parts)
    told = TOLD.format(title=title(service), hours=hours)
    others = [part.member_id for part in parts if part.member_id != request.me.id]
    return Reply(
        in_group(DONE, title=title(service), count=len(parts)),
        DONE_PRIVATELY.format(title=title(service), names=names, hours=hours),
        notices=[ToMember(id_, told) for id_ in others],
        record=service.id,
        subjects=others,
    )


@undo(count)
async def count_back(request: Request, record: int) -> Reply:
    """What was counted before is not kept."""
    service = await Service.get(id=record)
    raise Refusal(in_group(COUNT_AGAIN, title=title(service), number=service.number))


def _refuse_uncounted(request: Request) -> None:
    if not request.settings.services.count_hours:
        raise Refusal(NOT_COUNTED)


async def _those(request: Request, service: Service, member: Name | None, everyone: bool | None) -> list[ServicePart]:
    """Whose time is counted: everybody with a seat, or the one named; raises Refusal."""
    seated = ServicePart.filter(service_id=service.id, seat__isnull=False).order_by("seat").select_related("member")
    if member is None:
        if not everyone:
            raise Refusal(FOR_WHOM)
        if not (parts := await seated):
            raise Refusal(in_group(NOBODY, title=title(service)))
        return parts
    one = await find_member(request.my_branch, member)
    parts = await seated.filter(member_id=one.id)
    if not parts:
        raise Refusal(NOT_THERE.format(name=one.name, title=title(service), number=service.number))
    return parts


@command(
    "service.mine",
    "我的(公益|志愿|服务|志愿服务)(时长|工时|学时|记录)",
    "@我(做了|有)(多少|几)[个]小时[的](公益|志愿|志愿服务)",
    "@我[都](做了|做过|参加了|参加过)(多少|几次|哪些)(公益|志愿|志愿服务)",
    "@我 (公益|志愿|志愿服务) (时长|工时|学时|多少小时|几小时|几个小时|多长时间)",
    changes=False,
    help="我的公益时长 — 看自己的公益时长",
)
async def mine(request: Request) -> Reply:
    """One's own hours, privately."""
    _refuse_uncounted(request)
    counted = ServicePart.filter(member_id=request.me.id, minutes__isnull=False, service__cancelled_at=None)
    parts = await counted.order_by("service__start").select_related("service")
    if not parts:
        return Reply(SENT, NONE)
    year = request.now.year
    of_year = [part for part in parts if part.service.start.astimezone(SHANGHAI).year == year]
    text = MINE.format(
        year=year,
        this_year=spoken(_sum(of_year)),
        total=spoken(_sum(parts)),
        lines="\n".join(_line(part) for part in parts),
    )
    return Reply(SENT, text)


def _sum(parts: list[ServicePart]) -> int:
    return sum(part.minutes or 0 for part in parts)


def _line(part: ServicePart) -> str:
    day = when(part.service.start.astimezone(SHANGHAI).date())
    return LINE.format(day=day, topic=part.service.topic, hours=spoken(part.minutes or 0))
