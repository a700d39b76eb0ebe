"""What the payer, the member and the secretary are told of a declaration, each privately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.commands import Notice, Request, ToMember
from bot.people import secretaries
from bot.understanding.values import Month
from handlers.dues.planning import Plan, is_told, months_ahead, whose
from handlers.dues.standards import spoken, yuan
from models import DuesPayment, Member
from models.dues import owed_months, paid_to, settled, shares_of

IN_FULL = "{whose}{months}党费{amount}，待书记确认。"
AMOUNT = " {amount}{extra}"
EXTRA = "（其中自愿多交 {extra}）"
PAID_TO = "交至：{month}。"
STILL_OWED = "还没有交：{months}。"
HANDED_IN = "{payer}替您登记了：{months}党费 {amount}，待书记确认。如果不对，请联系书记。"
TELL_GIFT = (
    "{payer}登记了一笔大额党费：{months}，共 {amount}，其中自愿多交 {extra}。"
    "一次多交 1000 元以上的要上缴中央组织部，请按规定办理。"
)
TELL_AHEAD = (
    "{payer}登记了预交党费：{months}，超过 {limit} 个月，请您看是否同意。不同意可发：退回党费 {member} {months}"
)
TELL_LATE = "{payer}补交了较早的党费：{months}，超过 {limit} 个月（补交一般不超过六个月），请您留意。"
TELL_TAKEN_BACK = "{payer}撤销了先前告诉过您的{whose}党费登记：{months}，共 {amount}。那笔不用办了。"
TELL_CORRECTED = (
    "{payer}更正了先前告诉过您的{whose}党费登记：原来是{months}，共 {amount}；现在是{now}，共 {now_amount}。"
)


async def receipt(
    request: Request, member: Member, plan: Plan, begin: str, end: str, *, amount_said: bool = False
) -> str:
    """The private receipt: everything, and up to which month nothing is missing; of another the months, and the amount
    where `amount_said` it themselves."""
    now = str(Month.of(request.now))
    owed = owed_months(member, request.my_branch, now)
    months = (await settled([member.id]))[member.id]
    extra = EXTRA.format(extra=yuan(plan.extra)) if plan.extra else ""
    known = amount_said or is_told(request, member)
    amount = AMOUNT.format(amount=yuan(plan.amount), extra=extra) if known else ""
    lines = [begin + IN_FULL.format(whose=whose(request, member), months=plan.months.label, amount=amount)]
    if member.id == request.me.id:
        last = paid_to(owed, months)
        lines += [PAID_TO.format(month=Month.parse(last).label)] if last else []
        missing = [month for month in owed if month not in months]
        lines += [STILL_OWED.format(months=spoken(missing).label)] if missing else []
    return "\n".join([*lines, end])


async def notices_about(
    request: Request, member: Member, plan: Plan, *, instead_of: DuesPayment | None = None
) -> list[Notice]:
    """To the member somebody else paid for (第十四条), and to the secretary where a rule leaves it to a person, or left
    the declaration to them `instead_of` which this one stands now."""
    notices: list[Notice] = []
    if member.id != request.me.id:
        words = {"payer": request.me.name, "months": plan.months.label, "amount": yuan(plan.amount)}
        notices.append(ToMember(member.id, HANDED_IN.format(**words)))
    lines = _for_a_person(request, member, plan, request.now)
    if instead_of is not None and (before := await _told_of(request, member, instead_of)):
        now = {"now": plan.months.label, "now_amount": yuan(plan.amount)}
        lines = [TELL_CORRECTED.format(payer=request.me.name, whose=whose(request, member), **before, **now), *lines]
    return notices + await _to_secretaries(request, lines)


async def notices_of_taking_back(request: Request, member: Member, payment: DuesPayment) -> list[Notice]:
    """To the secretary who was told of `payment`: it need not be seen to any more."""
    before = await _told_of(request, member, payment)
    words = {"payer": request.me.name, "whose": whose(request, member)}
    return await _to_secretaries(request, [TELL_TAKEN_BACK.format(**words, **before)] if before else [])


async def _told_of(request: Request, member: Member, payment: DuesPayment) -> dict[str, str]:
    """Months and amount of a declaration of which the secretary was told when it was made; empty for any other."""
    plan = Plan(await shares_of(payment), payment.extra, ())
    if not _for_a_person(request, member, plan, payment.declared_at):
        return {}
    return {"months": plan.months.label, "amount": yuan(plan.amount)}


def _for_a_person(request: Request, member: Member, plan: Plan, at: datetime) -> list[str]:
    """What the secretary is told of a declaration made `at` that time."""
    words = {"payer": request.me.name, "months": plan.months.label, "amount": yuan(plan.amount)}
    told = []
    dues = request.settings.dues
    if plan.extra > dues.large_gift:  # 第十一条
        told.append(TELL_GIFT.format(extra=yuan(plan.extra), **words))
    if months_ahead(at, list(plan.shares)) > dues.prepay_months:
        told.append(TELL_AHEAD.format(limit=dues.prepay_months, member=member.name, **words))
    if -months_ahead(at, [min(plan.shares)]) > dues.arrears_months:  # 第十二条
        told.append(TELL_LATE.format(limit=dues.arrears_months, **words))
    return told


async def _to_secretaries(request: Request, lines: Sequence[str]) -> list[Notice]:
    if not lines:
        return []
    return [ToMember(person.id, "\n".join(lines)) for person in await secretaries(request.my_branch.id)]


def others(request: Request, member: Member) -> tuple[int, ...]:
    """For the trail: the member, where it is not the sender."""
    return () if member.id == request.me.id else (member.id,)
