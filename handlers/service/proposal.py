"""党员发起的爱心传递：支部同意后通知群里，或者说明原因退回。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.by_words import ByWords, of_service, on_its_day
from bot.commands import Ask, Instead, Refusal, Reply, Request, Role, ToMember, Waiting, command, todo, undo
from bot.matters import family_spoken_of
from bot.understanding.values import Number, Text, Word
from bot.wording import in_group
from handlers.service.announcement import announce, take_back
from handlers.service.wording import standing, title
from models import Service, ServiceKind

NOT_PROPOSED = "{title}不用再同意，已经在群里通知过了。"
PAST = "{title}的时间已经过了。请退回，让发起的同志改个时间：退回爱心传递 {number} 请改个时间"
REALLY_AGREE = "同意{what}吗？同意后马上通知群里。"
AGREED = "支部同意了您发起的{title}，已在群里通知。谁报名了请发：看公益名单 {number}"
DECLINED = "已退回：{title}，原因已私下告诉发起的同志。发送“撤销”可恢复。"
TO_AUTHOR = "您发起的{title}，支部没有同意。原因：{reason}"
OWN = "{title}：{state}"
NONE_OWN = "您最近没有发起过爱心传递。想发起可以发：爱心传递 周日下午2点 给养老院送冬衣 6人"
OF_A_REPORT = re.compile("汇报|评语")
SHOWN_AFTER = timedelta(days=30)
PUT_BACK = "已恢复：{title}，等支部同意。"
WAITING = (
    "爱心传递待同意：{number}号{topic}（{name}发起）。\n  发送：同意爱心传递 {number}；或：退回爱心传递 {number} 原因"
)


@command(
    "service.approve",
    "(同意|批准|通过) (爱心传递|爱心活动)",
    "@(同意|批准|通过){number}[的](爱心传递|爱心活动)",
    "@(爱心传递|爱心活动){number}[号](同意|批准|通过)",
    role=Role.COMMITTEE,
    help="同意爱心传递 3 — 同意党员发起的爱心传递，马上通知群里",
)
async def approve(request: Request, number: Number) -> Reply | Instead:
    """Announce what a member proposed, as the committee announces its own; the member remains its organiser."""
    try:
        service = await _proposed(request, number)
    except Refusal:
        if isinstance(number, ByWords) or (dated := await _on_its_day(request, number)) is None:
            raise
        return Instead("service.approve", {"number": dated})
    if service.start <= request.now:
        raise Refusal(in_group(PAST, title=title(service), number=service.number))
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(in_group(REALLY_AGREE, what=of_service(service).label))
    service.proposed, service.created_at = False, request.now
    await service.save(update_fields=["proposed", "created_at"])
    said = await announce(request, service)
    told = ToMember(service.organiser_id, AGREED.format(title=title(service), number=service.number))
    return replace(said, notices=[*said.notices, told], subjects=_others(request, service))


async def _on_its_day(request: Request, number: Number) -> ByWords | None:
    """The proposal on the day of the month that was read as a number: 把6号那个准了."""
    waiting = await Service.filter(branch_id=request.my_branch.id, proposed=True, cancelled_at=None)
    found = on_its_day(request.text, number, request.now, [of_service(one) for one in waiting])
    return ByWords(found.number) if found is not None else None


@undo(approve)
async def approve_back(request: Request, record: int) -> Reply:
    """As what the committee announced itself; the group is told, its organiser with it."""
    return await take_back(request, record)


@command(
    "service.decline",
    "(退回|不同意|谢绝) (爱心传递|爱心活动)",
    role=Role.COMMITTEE,
    help="退回爱心传递 3 和党课时间冲突 — 不同意党员发起的爱心传递，原因只告诉本人",
)
async def decline(request: Request, number: Number, reason: Text) -> Reply:
    """Say no, and why, to who proposed it; the group hears nothing."""
    service = await _proposed(request, number)
    service.cancelled_at = request.now
    await service.save(update_fields=["cancelled_at"])
    told = ToMember(service.organiser_id, TO_AUTHOR.format(title=title(service), reason=reason))
    said = in_group(DECLINED, title=title(service))
    return Reply(said, notices=[told], record=service.id, subjects=_others(request, service))


@undo(decline)
async def decline_back(request: Request, record: int) -> Reply:
    """Waiting again, and its author knows."""
    service = await Service.get(id=record)
    service.cancelled_at = None
    await service.save(update_fields=["cancelled_at"])
    said = in_group(PUT_BACK, title=title(service))
    return Reply(said, notices=[ToMember(service.organiser_id, said)], subjects=_others(request, service))


async def _proposed(request: Request, number: int) -> Service:
    service = await standing(request, number)
    if not service.proposed:
        raise Refusal(in_group(NOT_PROPOSED, title=title(service)))
    return service


def _others(request: Request, service: Service) -> list[int]:
    return [service.organiser_id] if service.organiser_id != request.me.id else []


@command(
    "service.proposed",
    "@我[去|的|提的|发起的|想去|那个]{about}(那个|的爱心传递|的公益|的活动)[爱心传递|公益|活动][书记|支部|学校](批|同意|通过|批准|审)[了|过|下来]<吗>",
    "@我[的|发起的|提的|提交的](爱心传递|公益)[书记|支部](批|同意|通过|批准|审)[了|过|下来]<吗>",
    "@我[的|那个|发起的]{about}的[爱心传递|公益|活动][书记|支部](批|同意|通过|批准)[了|下来|过]<吗>",
    "@({about}的|{about}那个|{about}的那个|{about})[不是|是不是]还[在](等着|等|没)[支部|书记](批|同意|审|通过)[<吗>]",
    "@({about}那个|{about}的那个|{about}的)[爱心传递|公益|活动][刚才|现在|到底][书记|支部](批|同意|通过|批准|审)[上][了|过|下来](<吗>|是吧|吧|对吧|是不是)[啊|呀]",
    changes=False,
    listed=False,
    offices=False,
    help="我发起的爱心传递批了吗 — 看自己发起的爱心传递",
)
async def own(request: Request, about: Word | None = None) -> Reply | Instead:
    """The proposals of the last weeks and whether the committee has agreed: one's own, to the committee everybody's."""
    if OF_A_REPORT.search(request.text) or await _after_reports(request, about):
        of_all = request.me.in_committee and "我" not in request.text
        return Instead("report.missing" if of_all else "report.mine", {})
    whose = Service.filter(organiser_id=request.me.id)
    if request.me.in_committee:
        whose = Service.filter(branch_id=request.my_branch.id, kind=ServiceKind.CARE)
    recent = await whose.filter(start__gte=request.now - SHOWN_AFTER).order_by("start", "id")
    lines = [OWN.format(title=title(one), state=_state(one)) for one in recent]
    others = sorted({one.organiser_id for one in recent} - {request.me.id})
    return Reply(private="\n".join(lines) if lines else NONE_OWN, subjects=others)


async def _after_reports(request: Request, about: Word | None) -> bool:
    """赵磊的还没批吧: whether reports were spoken of last, and no proposal is meant by its words."""
    if about is None or await family_spoken_of(request.me, request.room, request.now) != "report":
        return False
    waiting = await Service.filter(branch_id=request.my_branch.id, proposed=True, cancelled_at=None)
    said = str(about)
    return not any(said[at : at + 2] in one.topic for one in waiting for at in range(len(said) - 1))


def _state(service: Service) -> str:
    if service.cancelled_at is not None:
        return "没有同意，或者已取消"
    return "等支部同意" if service.proposed else "已同意，通知过群里了"


@todo("service.proposal", order=64)
async def to_approve(request: Request) -> Sequence[Waiting]:
    """What members proposed and the committee has not answered."""
    proposed = Service.filter(branch_id=request.my_branch.id, proposed=True, cancelled_at=None)
    return [
        Waiting(
            WAITING.format(number=one.number, topic=one.topic, name=one.organiser.name),
            [one.organiser_id],
        )
        for one in await proposed.order_by("start", "id").select_related("organiser")
    ]
