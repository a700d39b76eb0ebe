"""公益提醒：the group the evening before and shortly before; 待办 and 支部情况."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.advance import Advance, advance
from bot.commands import Audience, Figure, Notice, Request, Survey, Tick, ToGroup, Waiting, figures, job, todo
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_brackets, in_group
from handlers.service.wording import taken, title
from models import Service, ServicePart
from models.service import services_between, takers

AHEAD = "【{day}】{title}\n{topic}\n已报名 {taken}{room}。去不了请发：退出公益 {number}"
SOON = "【马上开始】{title}\n{topic}\n已报名 {taken}，请准时到。"
ROOM = "，还可以报名"
ASKED = timedelta(days=30)  # what lies further back is not asked after
NO_RESULT = "{kind}结果还没写：{number}号{topic}（{start}）。\n  发送：公益结果 {number} 一句话；照片随后发来"
FIGURES = "公益和爱心传递：开展 {count} 次，参加 {parts} 人次"


@job("service.reminders", tells=(Audience.GROUP,))
async def remind(tick: Tick) -> Sequence[Notice]:
    """One message to the group the evening before and one shortly before."""
    ahead = await Service.announced().filter(start__gt=tick.now, start__lte=tick.now + timedelta(days=2))
    due = [(one, when) for one in ahead if (when := advance(tick, one.start, one.created_at))]
    if not due:
        return []
    parts = await takers([service for service, _ in due])
    return [
        ToGroup(one.branch_id, _reminder(when, one, parts[one.id]), key=when.key("service", one.id))
        for one, when in due
    ]


def _reminder(due: Advance, service: Service, parts: Sequence[ServicePart]) -> GroupText:
    seated = sum(part.seat is not None for part in parts)
    return in_group(
        SOON if due.soon else AHEAD,
        day=due.day,
        title=title(service),
        topic=Public(service.topic),
        taken=taken(service, seated),
        room=in_group(ROOM) if service.places is None or seated < service.places else in_group(""),
        number=service.number,
    )


@todo("service.result", order=65)
async def without_result(request: Request) -> list[Waiting]:
    """What was held and has no result yet; one's own branch's of the last 30 days, a day after it began."""
    now = request.now
    services = await services_between(request.my_branch.id, now - ASKED, now - timedelta(days=1))
    return [
        Waiting(NO_RESULT.format(kind=one.kind.label, number=one.number, topic=one.topic, start=in_brackets(one.start)))
        for one in services
        if not one.result
    ]


@figures("service", order=90)
async def counted(survey: Survey) -> Figure:
    """What was held in those months, and how many took part."""
    begin = datetime.combine(survey.months[0].first_day, time(), SHANGHAI)
    end = min(datetime.combine((survey.months[-1] + 1).first_day, time(), SHANGHAI), survey.now)
    branches = [branch.id for branch in survey.branches]
    held = Service.announced().filter(branch_id__in=branches, start__gte=begin, start__lt=end)
    ids = await held.values_list("id", flat=True)
    if not ids:
        return Figure()
    parts = await ServicePart.filter(service_id__in=list(ids), seat__isnull=False).count()
    return Figure([in_group(FIGURES, count=len(ids), parts=parts)])
