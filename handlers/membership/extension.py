"""延长预备期：what the general meeting decided, as the secretary records it.

Once, by half a year at least and a year at most (党章第七条, 发展党员工作细则 第三十二条).
"""

from __future__ import annotations

from datetime import date

from bot.commands import Ask, Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.understanding.values import Name
from bot.wording import in_group
from models import Category, Member, ProbationExtension
from models.member import years_after

SHORTEST = 181  # days of a half-year, whichever it is

DONE = "已登记：{name}的预备期延长到{until:%Y-%m-%d}。期满前照样提醒本人和您。发送“撤销”可收回。"
DONE_IN_GROUP = in_group("已登记 1 人延长预备期。发送“撤销”可收回。")
TOLD_TAKEN_BACK = "{name}同志，书记取消了延长您预备期的登记（登记有误），预备期仍到{end:%Y-%m-%d}。如有疑问请联系书记。"
TOLD = "{name}同志，书记登记了：支部大会决定您的预备期延长到{until:%Y-%m-%d}。如有疑问请联系书记。"
NO_PROBATION = "{name}是{category}，不是预备党员，没有预备期可以延长。"
NO_ADMISSION = "名册里没有{name}的入党日期，算不出预备期。请管理员更新名册。"
NOT_LATER = "{name}的预备期本来就到{end:%Y-%m-%d}，请写以后的日子。"
TOO_LATE = "预备期延长最多一年：{name}最晚到{latest:%Y-%m-%d}。请检查日期。"
SHORT = "延长不能少于半年，{name}的预备期本来到{end:%Y-%m-%d}满。确定支部大会决定延长到{until:%Y-%m-%d}吗？"
EXTENDED_ALREADY = "{name}的预备期已登记延长到{known:%Y-%m-%d}，只能延长一次。是登记错了，要改成{until:%Y-%m-%d}吗？"
TAKEN_BACK = "已撤销：{name}的预备期到{end:%Y-%m-%d}。"
TAKEN_BACK_IN_GROUP = in_group("已撤销 1 人的延长预备期。")
CHANGED_SINCE = in_group("这一条后来改过了，不能撤销。要改请再发一次：延长预备期 李娜 到2027年5月20日")


@command(
    "member.extend",
    "(延长预备期|预备期延长){member}",
    "(延长预备期|预备期延长){member}(到|至){until}",
    "延长{member}[的]预备期[到|至]",
    "@{member}[的]预备期(延长|延长到|延长至|延到)",
    role=Role.COMMITTEE,
    offices=False,
    help="延长预备期 李娜 到2027年5月20日 — 登记支部大会决定的延长",
)
async def extend(request: Request, member: Name, until: date) -> Reply:
    """The general meeting lets the probation of `member` go on to `until`."""
    person = await find_member(request.my_branch, member)
    _refuse_what_cannot_be(request, person, until)
    await ProbationExtension.filter(claim=person.id).update(claim=None)
    row = await ProbationExtension.create(
        member=person, claim=person.id, until=until, recorded_by=request.me, recorded_at=request.now
    )
    await Member.filter(id=person.id).update(probation_until=until)
    others = [person.id] if person.id != request.me.id else []
    return Reply(
        DONE_IN_GROUP,
        DONE.format(name=person.name, until=until),
        notices=[ToMember(id_, TOLD.format(name=person.name, until=until)) for id_ in others],
        record=row.id,
        subjects=others,
    )


def _refuse_what_cannot_be(request: Request, person: Member, until: date) -> None:
    """Raises Refusal, or Ask where it can be and is unusual."""
    if person.category is not Category.PROBATIONARY:
        raise Refusal(NO_PROBATION.format(name=person.name, category=person.category.label))
    if person.admitted_on is None:
        raise Refusal(NO_ADMISSION.format(name=person.name))
    end = years_after(person.admitted_on, 1)
    latest = years_after(end, 1)
    if until <= end:
        raise Refusal(NOT_LATER.format(name=person.name, end=end))
    if until > latest:
        raise Refusal(TOO_LATE.format(name=person.name, latest=latest))
    if request.confirmed:
        return
    if person.probation_until is not None:
        raise Ask(EXTENDED_ALREADY.format(name=person.name, known=person.probation_until, until=until))
    if (until - end).days < SHORTEST:
        raise Ask(SHORT.format(name=person.name, end=end, until=until))


@undo(extend)
async def take_back(request: Request, record: int) -> Reply:
    """As it was: the day recorded before it, or none."""
    row = await ProbationExtension.get(id=record).select_related("member")
    if row.claim is None:
        raise Refusal(CHANGED_SINCE)
    row.claim, row.voided_at = None, request.now
    await row.save(update_fields=["claim", "voided_at"])
    before = await ProbationExtension.filter(member_id=row.member_id, voided_at=None).order_by("-id").first()
    if before is not None:
        before.claim = row.member_id
        await before.save(update_fields=["claim"])
    person = row.member
    person.probation_until = before.until if before else None
    await person.save(update_fields=["probation_until"])
    said = TAKEN_BACK.format(name=person.name, end=person.probation_ends)
    others = [person.id] if person.id != request.me.id else []
    told = [ToMember(id_, TOLD_TAKEN_BACK.format(name=person.name, end=person.probation_ends)) for id_ in others]
    return Reply(TAKEN_BACK_IN_GROUP, said, notices=told, subjects=others)
