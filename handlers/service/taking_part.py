"""报名、候补、退出。"""

from __future__ import annotations

from bot.by_words import ByWords, by_its_words, of_service, on_its_day, services_ahead
from bot.commands import Ask, Instead, Missing, Notice, Refusal, Reply, Request, ToMember, command, undo
from bot.understanding.values import Number
from bot.wording import GroupText, Public, in_group, lines_in_group
from handlers.service.wording import numbered, taken, title
from models import Account, Member, Service, ServicePart

JOINED = "已报名{title}，共 {taken}。去不了请发：退出公益 {number}"
JOINED_ALREADY = "您已经报名{title}，共 {taken}。"
ON_LIST = "{title}名额已满，您排在候补第 {place} 位，有人退出就轮到您，我私下告诉您。不等了请发：退出公益 {number}"
ON_LIST_ALREADY = "您在{title}的候补第 {place} 位，有人退出就轮到您。"
REALLY_JOIN = "报名{what}吗？"
REALLY_LEAVE = "退出{what}吗？"
WHICH = "是哪一个？请回复编号：\n{lines}"
LINE = "· {label}"
NONE_AHEAD = "现在没有可以报名的公益。"
BEGUN = "{title}已经开始，不能再报名或退出。如有变动请联系书记。"
JOIN_AGAIN = "退出不能撤销：名额可能已经给了候补的同志。要再参加请发：报名公益 {number}"
LEFT = "已退出{title}，现在 {taken}。{moved}"
MOVED = in_group("候补的第一位已递补。")
NOT_IN = "您没有报名{title}。"
MOVED_UP = "有人退出，您递补上了：{title}，{topic}。去不了请发：退出公益 {number}"
TELL_THEM = "{name}递补上了{title}，但还不是我的好友，收不到通知，请您转告。"


def _which(command: str) -> Missing:
    async def ask(request: Request) -> GroupText | Instead:
        """Which there are, where no number was said and the words mean none."""
        ahead = await services_ahead(request)
        lines = lines_in_group([in_group(LINE, label=one.label) for one in ahead])
        asked = in_group(WHICH, lines=lines) if ahead else in_group(NONE_AHEAD)
        return by_its_words(request, command, ahead) or asked

    return ask


@command(
    "service.join",
    "(报名|参加|加入) (公益|公益活动|志愿服务|志愿活动|公益服务)",
    "@(公益|公益活动|志愿服务|志愿活动) 报名",
    "@(报名|参加|加入){number}[的](公益|公益活动|志愿服务|志愿活动)",
    "@(报名|参加|加入|报名参加) {number}[的|个][的](公益|公益活动|志愿服务|志愿活动)",
    "@{number}[的|个][的](公益|公益活动|志愿服务|志愿活动) (报名|参加|加入|去|算我一个|加我一个)",
    "@(报名参加|想参加|要参加) (公益|公益活动|志愿服务|志愿活动)",
    "@(公益|公益活动|志愿服务|志愿活动){number} (报名|参加|算我一个)",
    "@(公益|公益活动|志愿服务|志愿活动|爱心传递){number} (给|帮)我[也](报上|报上名|报名|报个名|报)",
    "(报名|参加|加入) (爱心传递|爱心活动)",
    "@{number}[的|个](公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动) & <报名>",
    "@报[个|一个|一下|上|上个] (公益|公益活动|志愿服务|志愿活动|爱心传递)",
    missing=_which("service.join"),
    help="报名公益 2 — 报名公益或爱心传递，满了自动排候补",
)
async def join(request: Request, number: Number) -> Reply | Instead:
    """Take the lowest free seat, else a place on the waiting list."""
    try:
        service = await numbered(request, number)
        _refuse_begun(request, service)
    except Refusal:
        dated = on_its_day(request.text, number, request.now, await services_ahead(request))
        if dated is None or isinstance(number, ByWords):
            raise
        return Instead("service.join", {"number": ByWords(dated.number)})
    part = await ServicePart.get_or_none(service_id=service.id, member_id=request.me.id)
    before = part is not None and part.left_at is None
    if isinstance(number, ByWords) and not before and not request.confirmed:
        raise Ask(in_group(REALLY_JOIN, what=of_service(service).label))
    if part is None:
        part = ServicePart(service=service, member=request.me)
    if not before:
        part.joined_at, part.left_at, part.seat = request.now, None, await _free_seat(service)
        await part.save()
    record = None if before else part.id
    if part.seat is None:
        place = await _place(part)
        template = ON_LIST_ALREADY if before else ON_LIST
        return Reply(in_group(template, title=title(service), place=place, number=service.number), record=record)
    template = JOINED_ALREADY if before else JOINED
    count = taken(service, await _seated(service))
    return Reply(in_group(template, title=title(service), taken=count, number=service.number), record=record)


def _refuse_begun(request: Request, service: Service) -> None:
    if service.start <= request.now:
        raise Refusal(in_group(BEGUN, title=title(service)))


async def _seated(service: Service) -> int:
    return await ServicePart.filter(service_id=service.id, seat__isnull=False).count()


async def _free_seat(service: Service) -> int | None:
    """The lowest seat that nobody has; None where all are taken."""
    seats = {part.seat for part in await ServicePart.filter(service_id=service.id, seat__isnull=False)}
    free = next(seat for seat in range(1, len(seats) + 2) if seat not in seats)
    return free if service.places is None or free <= service.places else None


async def _place(part: ServicePart) -> int:
    """Where on the waiting list, from 1 on."""
    waiting = ServicePart.filter(service_id=part.service_id, seat=None, left_at=None).order_by("joined_at", "id")
    return [one.id for one in await waiting].index(part.id) + 1


@command(
    "service.leave",
    "(退出|不参加|取消报名|退报) (公益|公益活动|志愿服务|志愿活动|公益服务|爱心传递|爱心活动)",
    "@(公益|公益活动|志愿服务|志愿活动) (去不了|来不了|参加不了|不去|不参加)",
    "@(退出|取消报名){number}[的](公益|公益活动|志愿服务|志愿活动)",
    "@(公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动) <去不了>",
    "@(公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动) & (退出|退报|取消报名)",
    before_consent=True,
    missing=_which("service.leave"),
    help="退出公益 2 — 退出报了名的公益，让候补的同志去",
)
async def leave(request: Request, number: Number) -> Reply:
    """Give the seat, or the place on the waiting list, to whoever is next."""
    service = await numbered(request, number)
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(in_group(REALLY_LEAVE, what=of_service(service).label))
    return await _leave(request, service)


@undo(leave)
async def leave_back(request: Request, record: int) -> Reply:
    """The seat may have gone to somebody else."""
    service = await Service.get(id=record)
    raise Refusal(in_group(JOIN_AGAIN, number=service.number))


@undo(join)
async def join_back(request: Request, record: int) -> Reply:
    """The same, for who has just joined."""
    part = await ServicePart.get(id=record)
    return await _leave(request, await Service.select_for_update(no_key=True).get(id=part.service_id))


async def _leave(request: Request, service: Service) -> Reply:
    _refuse_begun(request, service)
    part = await ServicePart.get_or_none(service_id=service.id, member_id=request.me.id, left_at=None)
    if part is None:
        raise Refusal(in_group(NOT_IN, title=title(service)))
    seat, part.seat, part.left_at = part.seat, None, request.now
    await part.save(update_fields=["seat", "left_at"])
    notices = await _move_up(service, seat) if seat is not None else []
    count = taken(service, await _seated(service))
    moved = MOVED if notices else in_group("")
    said = in_group(LEFT, title=title(service), taken=count, moved=moved)
    return Reply(said, notices=notices, record=service.id)


async def _move_up(service: Service, seat: int) -> list[Notice]:
    """Give the seat to the first on the waiting list, and tell them; who cannot be reached is told by the organiser."""
    waiting = ServicePart.filter(service_id=service.id, seat=None, left_at=None)
    first = await waiting.order_by("joined_at", "id").select_related("member").first()
    if first is None:
        return []
    first.seat = seat
    await first.save(update_fields=["seat"])
    text = MOVED_UP.format(title=title(service), topic=Public(service.topic), number=service.number)
    return [ToMember(first.member_id, text), *await _unreached(service, first.member)]


async def _unreached(service: Service, member: Member) -> list[Notice]:
    if await Account.reaches(member.id):
        return []
    return [ToMember(service.organiser_id, TELL_THEM.format(name=member.name, title=title(service)))]
