"""What a declaration of dues comes to: months and an amount against the rules, with what has to be asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands import Ask, AskFor, Refusal, Request, Role
from bot.understanding.values import Money, Month, Months
from bot.wording import GroupText, Public, in_group
from handlers.dues.standards import each, shares_for, spoken, yuan
from models import DuesPayment, Member, PaymentState
from models.dues import months_between, standing

ALREADY = "{months}已经登记过，不用再交。"
ONLY_THE_REST = "{taken}已经登记过，不用再交。只记{months}吗？"
THE_REST = "{taken}已经登记过，不用再交。其余的可以发：{how}{months}"
PAY = "{who}交党费 "
BEFORE_ADMISSION = "{months}在{whose}入党（{admitted}）之前，不用交。请去掉这几个月再发，例如：{who}交党费 {example}"
NEXT_YEAR = "是{later}的吗？{months}在{whose}入党之前，不用交。"
TOO_LITTLE = "{months}应交 {required}（{each}），收到的是 {amount}，不够。补足后回复金额就行，例如：{yuan}"
NO_STANDARD = "{whose}党费标准还没有定。请回复金额，例如：0.2"
ABOVE = "{months}应交 {required}，{amount}多出 {extra}，多出的记为自愿多交。"
ABOVE_UNEVEN = "{amount}不是标准的整数倍：{months}应交 {required}，多出的 {extra} 记为自愿多交。"
NOT_FOR_ANOTHER = "{name}的党费不能这样登记。请让本人自己登记，或者联系书记。"  # whatever the reason is
FAR_AHEAD_FOR_ANOTHER = "{months}的最后一个月在 {limit} 个月以后，预交这么久要书记同意，我会告诉书记。"
FAR_AHEAD = "{months}共 {amount}，最后一个月在 {limit} 个月以后，预交这么久要书记同意，我会告诉书记。"
VOID_ALREADY = in_group("这笔已经作废，不用再撤销。")
CONFIRMED_ALREADY = in_group("书记已经确认了这笔，不能自己撤销。请联系书记，由书记发送“退回党费 姓名 月份”。")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to be declared: fen by month, fen above them, and what has to be asked first."""

    shares: Mapping[str, int]
    extra: int
    questions: tuple[str, ...]

    @property
    def months(self) -> Months:
        return spoken(self.shares)

    @property
    def amount(self) -> int:
        return sum(self.shares.values()) + self.extra


def whose(request: Request, member: Member) -> str:
    """The member's name where somebody else speaks for them, else nothing."""
    return "" if member.id == request.me.id else member.name


def typed_for(request: Request, member: Member) -> Public:
    """How the command begins when it is typed again."""
    return Public("" if member.id == request.me.id else f"替{member.name}")


def is_told(request: Request, member: Member) -> bool:
    """Whether the sender may read how `member` stands: oneself, and the committee of the branch.

    Whoever else hands dues in for them (第十四条) is told no more than they have said themselves.
    """
    in_charge = request.role >= Role.COMMITTEE and member.branch_id == request.my_branch.id
    return member.id == request.me.id or in_charge


def not_for_another(member: Member) -> Refusal:
    """The same for whatever stands in the way: each reason would tell how the member stands."""
    return Refusal(NOT_FOR_ANOTHER.format(name=member.name))


def said_to(request: Request, member: Member, text: str, **values: Month | Months | GroupText) -> str:
    """A sentence that the group may hear where it concerns the sender alone."""
    if member.id == request.me.id:
        return in_group(text, **values)
    return text.format(**{name: getattr(value, "label", value) for name, value in values.items()})


def without_taken(
    request: Request,
    member: Member,
    chosen: Sequence[str],
    taken: Mapping[str, PaymentState],
    amount: Money | None,
    how: GroupText | None = None,
) -> Sequence[str]:
    """The chosen months that are not taken; where some are, it is asked whether only the others are meant.

    Raises Refusal where all are, and where an `amount` was said of them together: the rest is then to be said anew,
    as `how` and the months, or as a declaration of its own.
    """
    known = [month for month in chosen if month in taken]
    if not known:
        return chosen
    if not is_told(request, member):
        raise not_for_another(member)
    rest = [month for month in chosen if month not in taken]
    if not rest:
        raise Refusal(said_to(request, member, ALREADY, months=spoken(known)))
    words = {"taken": spoken(known), "months": spoken(rest)}
    if amount is None and months_ahead(request.now, rest) <= request.settings.dues.prepay_months:
        if not request.confirmed:
            raise Ask(said_to(request, member, ONLY_THE_REST, **words))
        return rest
    how = how or in_group(PAY, who=typed_for(request, member))
    raise Refusal(said_to(request, member, THE_REST, how=how, **words))


async def plan_of(request: Request, member: Member, months: Sequence[str], amount: int | None) -> Plan:
    """Check months and amount against the rules; raises Refusal, and gathers what has to be asked."""
    shares = await shares_for(member, months, request.settings.dues)
    if not is_told(request, member):
        return _plan_for_another(request, member, shares, amount)
    _refuse_before_admission(request, member, months)
    required = sum(shares.values())
    words = {"months": spoken(months).label, "whose": whose(request, member)}
    if amount is None and required == 0:
        raise AskFor(NO_STANDARD.format(**words))
    given = required if amount is None else amount
    if given < required:
        figures = {"required": yuan(required), "amount": yuan(given), "yuan": Money(required).yuan}
        raise AskFor(TOO_LITTLE.format(each=each(shares), **figures, **words))
    questions = []
    extra = given - required
    if extra:
        uneven = any(extra % share for share in shares.values() if share)
        text = ABOVE_UNEVEN if uneven else ABOVE
        questions.append(
            text.format(months=words["months"], required=yuan(required), amount=yuan(given), extra=yuan(extra))
        )
    limit = request.settings.dues.prepay_months
    if months_ahead(request.now, months) > limit:
        questions.append(FAR_AHEAD.format(months=words["months"], amount=yuan(given), limit=limit))
    return Plan(shares, extra, tuple(questions))


def _plan_for_another(request: Request, member: Member, shares: Mapping[str, int], amount: int | None) -> Plan:
    """The standard of each month and nothing else, with no word of what it is."""
    required = sum(shares.values())
    if not required or amount not in (None, required) or _before_admission(member, list(shares)):
        raise not_for_another(member)
    limit = request.settings.dues.prepay_months
    if months_ahead(request.now, list(shares)) <= limit:
        return Plan(shares, 0, ())
    return Plan(shares, 0, (FAR_AHEAD_FOR_ANOTHER.format(months=spoken(shares).label, limit=limit),))


def _before_admission(member: Member, months: Sequence[str]) -> list[str]:
    """Dues are owed from the day of admission (中组发〔2008〕3号 第八条)."""
    return [month for month in months if member.admitted_on and month < str(Month.of(member.admitted_on))]


def _refuse_before_admission(request: Request, member: Member, months: Sequence[str]) -> None:
    before = _before_admission(member, months)
    if before and member.admitted_on is not None:
        admitted = Month.of(member.admitted_on)
        rest = [month for month in months if month >= str(admitted)] or [str(max(admitted, Month.of(request.now)))]
        raise Refusal(
            BEFORE_ADMISSION.format(
                months=spoken(before).label,
                whose=whose(request, member) or "您",
                admitted=admitted.label,
                who=typed_for(request, member),
                example=spoken(rest).label,
            )
        )


def meant(request: Request, member: Member, months: Months) -> list[str]:
    """The months that are meant: where those said are all before the admission and the next year's can be handed in
    already (1月, said in December), it is asked whether it is these."""
    said = [str(month) for month in months]
    later = [str(month + 12) for month in months]
    told = is_told(request, member) and len(_before_admission(member, said)) == len(said)
    if not told or _before_admission(member, later) or months_ahead(request.now, later) > _soon(request):
        return said
    if not request.confirmed:
        raise Ask(
            NEXT_YEAR.format(months=spoken(said).label, whose=whose(request, member) or "您", later=spoken(later).label)
        )
    return later


def _soon(request: Request) -> int:
    return request.settings.dues.prepay_months


def months_ahead(now: datetime, months: Sequence[str]) -> int:
    """How many months the last one lies ahead of `now`."""
    return months_between(str(Month.of(now)), max(months))


def ask(request: Request, questions: Sequence[str]) -> None:
    """Ask what has not been answered yet, all at once."""
    if questions and not request.confirmed:
        raise Ask("\n".join(questions))


async def unconfirmed(payment: DuesPayment) -> DuesPayment:
    """What `payment` has become, if the secretary has not confirmed it; raises Refusal."""
    current = await standing(payment)
    if current is None:
        raise Refusal(VOID_ALREADY)
    if current.state is PaymentState.CONFIRMED:
        raise Refusal(CONFIRMED_ALREADY)
    return current
