"""All that is known of an activity, a service or a wish, so that whatever is asked about it is answered."""

from __future__ import annotations

from bot.by_words import Family, Thing
from bot.commands import Reply, Request
from bot.wording import GroupText, Public, in_group, joined_in_group
from handlers.named.joining import TO_JOIN, joined_by, to_join
from models import Activity, Attendance, Service
from models.service import takers

OF_ACTIVITY = "{label}\n已报名 {count} 人，{places}。{where}"
EVERYBODY = in_group("名额不限，积极分子、发展对象也可以来")
LINK = "线上参加：{url}"
NO_LINK = in_group("没有登记会议链接和地点。")
OF_SERVICE = "{label}\n已报名 {count} 人，{places}。"
UNLIMITED = in_group("名额不限")
LEFT = "还有 {left} 个名额"
FULL = in_group("名额满了，再报名排在候补里")
THE_REST = "其他的（在哪集合、要带什么、多久）请问发起的{organiser}。"
HOW_TO_JOIN = "\n要报名请发：{how}"
HOW_TO_CLAIM = "\n要认领请发：{how}"
JOINED = "您已经报名了。"


async def told(request: Request, thing: Thing) -> Reply:
    """All of it, and how to take part."""
    said, private = await _facts(request, thing)
    if thing in await joined_by(request):
        return Reply(said, f"{said}{private}{JOINED}" if request.in_private else None, offer=to_join(thing))
    wording = HOW_TO_CLAIM if thing.family is Family.WISH else HOW_TO_JOIN
    how = in_group(wording, how=in_group(TO_JOIN[thing.family], number=thing.number))
    whole = f"{said}{private}{how}" if private and request.in_private else None
    return Reply(joined_in_group([said, how]), whole, offer=to_join(thing))


async def _facts(request: Request, thing: Thing) -> tuple[GroupText, str]:
    """How many take part, how many more can, and where: for the group; and whom to ask for the rest: privately."""
    branch = request.my_branch.id
    if thing.family is Family.LIFE:
        activity = await Activity.get(branch_id=branch, number=thing.number).select_related("organiser")
        said, organiser = await _of_activity(thing, activity), activity.organiser
    elif thing.family is Family.SERVICE:
        service = await Service.get(branch_id=branch, number=thing.number).select_related("organiser")
        said, organiser = await _of_service(thing, service), service.organiser
    else:
        return thing.label, ""
    return said, "" if organiser.id == request.me.id else THE_REST.format(organiser=organiser.name)


async def _of_activity(thing: Thing, activity: Activity) -> GroupText:
    count = await Attendance.filter(activity_id=activity.id, signed_up_at__isnull=False, leave_at=None).count()
    places = EVERYBODY if activity.open_to_all else UNLIMITED
    linked = bool(activity.url) and not activity.confidential
    where = in_group(LINK, url=Public(activity.url)) if linked else NO_LINK
    return in_group(OF_ACTIVITY, label=thing.label, count=count, where=where, places=places)


async def _of_service(thing: Thing, service: Service) -> GroupText:
    seated = sum(part.seat is not None for part in (await takers([service]))[service.id])
    if service.places is None:
        places = UNLIMITED
    else:
        places = in_group(LEFT, left=service.places - seated) if seated < service.places else FULL
    return in_group(OF_SERVICE, label=thing.label, count=seated, places=places)
