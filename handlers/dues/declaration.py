"""党费登记与更正：a member declares, amends and takes back; the secretary confirms elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.commands import Ask, Notice, Refusal, Reply, Request, ToMember, command, undo
from bot.people import find_member, secretaries
from bot.understanding.values import Money, Month, Months, Name
from bot.wording import GroupText, in_group
from handlers.dues.standards import each, shares_for, spoken, yuan
from models import DuesPayment, Member, PaymentState
from models.dues import declare, months_between, owed_months, paid_to, settled, shares_of, standing, void

RECORDED = "已登记：{months} 党费，待书记确认。发送“撤销”可收回。"
RECORDED_FOR = "已登记：代交 {months} 党费，待书记确认。发送“撤销”可收回。"
AMENDED = "已更正为：{months} 党费，待书记确认。发送“撤销”可恢复原来的登记。"
IN_FULL = "{whose}{months} 党费 {amount}{extra}，待书记确认。"
EXTRA = "（其中自愿多交 {extra}）"
PAID_TO = "交至：{month}。"
STILL_OWED = "还没有交：{months}。"
AMEND_BY = "发送“撤销”可收回；记错了可以发：刚才那笔记错了 是10月"
HANDED_IN = "{payer}替您登记了：{months} 党费 {amount}，待书记确认。如果不对，请联系书记。"
TAKEN_BACK_FOR = "{payer}撤销了替您登记的：{months} 党费 {amount}。"
TAKEN_BACK = "已撤销：{months} 党费的登记。"
TAKEN_BACK_IN_FULL = "已撤销：{months} 党费 {amount} 的登记。"
RESTORED = "已恢复更正之前的登记：{months} 党费，待书记确认。"

OWES_NOTHING = "{whose}现在不用交党费（预备党员从支部大会通过之日起交）。"
NOT_COLLECTED = in_group("临时党支部不收党费，请在组织关系所在的支部交。")
NOTHING_OPEN = "到{month}为止没有要交的了。要预交请写明月份，例如：交党费 {next}"
ALREADY = "{months} 已经登记过，不用再交。"
THE_REST = "其余的可以发：{who}交党费 {months}"
BEFORE_ADMISSION = "{months} 在{whose}入党（{admitted}）之前，不用交。请去掉这几个月再发，例如：{who}交党费 {example}"
TOO_LITTLE = "{months} 应交 {required}（{each}），收到的是 {amount}，不够。请补足后发：{who}交党费 {months} {yuan}"
NO_STANDARD = "{whose}党费标准还没有定。请写上金额，例如：{who}交党费 {months} 0.2"
SEVERAL_OPEN = "{whose}{months} 都还没有交，共 {total}（{each}）。"
THESE_MONTHS = "{amount} 记为 {months}。"
ABOVE = "{months} 应交 {required}，{amount} 多出 {extra}，多出的记为自愿多交。"
ABOVE_UNEVEN = "{amount} 不是标准的整数倍：{months} 应交 {required}，多出的 {extra} 记为自愿多交。"
FAR_AHEAD = "{month} 在 {limit} 个月以后，预交这么久要书记同意，我会告诉书记。"
OLD_EXTRA = "原来那笔有自愿多交的 {extra}，月数变了，改为按标准 {required}。"
REALLY = "对的话回复“确认”，不对回复“算了”。"

TELL_GIFT = (
    "{payer}登记了一笔大额党费：{months} 共 {amount}，其中自愿多交 {extra}。"
    "一次多交 1000 元以上的要上缴中央组织部，请按规定办理。"
)
TELL_AHEAD = (
    "{payer}登记了预交党费：{months}，超过 {limit} 个月，请您看是否同意。不同意可发：退回党费 {member} {months}"
)
TELL_LATE = "{payer}补交了较早的党费：{months}，超过 {limit} 个月（补交一般不超过六个月），请您留意。"

NOTHING_TO_AMEND = in_group("没有可以更正的登记。书记已经确认的，请联系书记退回后重新登记。")
AMEND_HOW = in_group("请写明改成什么，例如：刚才那笔记错了 是10月")
SAME = in_group("和原来登记的一样，没有改动。")
VOID_ALREADY = in_group("这笔已经作废，不用再撤销。")
CONFIRMED_ALREADY = in_group("书记已经确认了这笔，不能自己撤销。请联系书记，由书记发送“退回党费 姓名 月份”。")
CHANGED_SINCE = in_group("这笔后来又更正过，请先撤销后来的更正。")
TAKEN_SINCE = "{months} 已经另外登记过，恢复不了。请重新登记其余的月份。"


@dataclass(frozen=True, slots=True)
class _Plan:
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


@command(
    "dues.pay",
    "(交|缴|补交|补缴|预交|预缴|上交|缴纳|提交|代交|代缴|提前交) 党费",
    "@付 党费",
    "(补交|预交|补缴|预缴|提前交){months}",
    "(替|帮|代|给){for_}(交|缴|补交|补缴|预交|预缴|代交|垫交) 党费",
    "(替|帮|代|给){for_}(交|缴|补交|补缴|预交|预缴){months}",
    "@(交|缴){months}",
    "@党费 {amount}",
    "@党费 (交|缴|转)了{amount}",
    "@我 (交|缴|转)了 党费",
    "@我 党费(交|缴)了",
    "@党费已(交|缴)",
    "@已(交|缴) 党费",
    "@(交|缴)了 党费",
    answers={
        "dues_reminder": ("交了", "已交", "已经交了", "交过了", "缴了", "已缴", "已缴纳", "党费交了", "交啦", "我交了")
    },
    help="交党费 11月 0.2 — 登记党费",
)
async def pay(
    request: Request, months: Months | None = None, amount: Money | None = None, for_: Name | None = None
) -> Reply:
    """Declare dues of the sender, or of `for_`, for `months`; the secretary confirms them.

    Without months: what is unpaid up to now. Without an amount: the standard.
    """
    member = await _who_owes(request, for_)
    taken = (await settled([member.id]))[member.id]
    if months is None:
        plan = await _plan_for_what_is_open(request, member, taken, amount)
    else:
        chosen = [str(month) for month in months]
        _refuse_taken(request, member, chosen, taken)
        plan = await _plan(request, member, chosen, amount)
    _ask(request, plan.questions)
    payment = await declare(member, request.me, plan.shares, extra=plan.extra, at=request.now)
    said = in_group(RECORDED if member.id == request.me.id else RECORDED_FOR, months=plan.months)
    return Reply(
        group=said,
        private=await _in_full(request, member, plan, "已登记：", AMEND_BY),
        notices=await _notices(request, member, plan),
        record=payment.id,
        subjects=_others(request, member),
    )


async def _who_owes(request: Request, for_: Name | None) -> Member:
    member = request.me if for_ is None else await find_member(request.my_branch, for_)
    if not request.my_branch.collects_dues:
        raise Refusal(NOT_COLLECTED)
    if not member.owes_dues:
        raise Refusal(OWES_NOTHING.format(whose=_whose(request, member) or "您"))
    return member


def _whose(request: Request, member: Member) -> str:
    return "" if member.id == request.me.id else member.name


def _typed_for(request: Request, member: Member) -> str:
    """How the command begins when it is typed again."""
    return "" if member.id == request.me.id else f"替{member.name}"


def _others(request: Request, member: Member) -> tuple[int, ...]:
    return () if member.id == request.me.id else (member.id,)


def _said(request: Request, member: Member, text: str, **values: Month | Months | GroupText) -> str:
    """A sentence that the group may hear where it concerns the sender alone."""
    if member.id == request.me.id:
        return in_group(text, **values)
    return text.format(**{name: getattr(value, "label", value) for name, value in values.items()})


def _refuse_taken(request: Request, member: Member, chosen: Sequence[str], taken: Mapping[str, PaymentState]) -> None:
    known = [month for month in chosen if month in taken]
    if not known:
        return
    text = _said(request, member, ALREADY, months=spoken(known))
    rest = [month for month in chosen if month not in taken]
    if not rest:
        raise Refusal(text)
    if isinstance(text, GroupText):
        raise Refusal(in_group("{said}" + THE_REST, said=text, who=in_group(""), months=spoken(rest)))
    raise Refusal(text + THE_REST.format(who=_typed_for(request, member), months=spoken(rest).label))


async def _plan_for_what_is_open(
    request: Request, member: Member, taken: Mapping[str, PaymentState], amount: Money | None
) -> _Plan:
    """The oldest unpaid months up to now: one is taken as meant, several are asked for."""
    now = Month.of(request.now)
    months = [month for month in owed_months(member, request.my_branch, str(now)) if month not in taken]
    if not months:
        raise Refusal(_said(request, member, NOTHING_OPEN, month=now, next=now + 1))
    if len(months) == 1:
        return await _plan(request, member, months, amount)
    shares = await shares_for(member, months, request.settings.dues)
    chosen = months if amount is None else _covered(shares, amount)
    total = yuan(sum(shares.values()))
    whose = _whose(request, member)
    questions = [SEVERAL_OPEN.format(whose=whose, months=spoken(months).label, total=total, each=each(shares))]
    if len(chosen) < len(months):
        questions.append(THESE_MONTHS.format(amount=yuan(amount or 0), months=spoken(chosen).label))
    plan = await _plan(request, member, chosen, amount)
    return _Plan(plan.shares, plan.extra, (*questions, *plan.questions))


def _covered(shares: Mapping[str, int], amount: int) -> list[str]:
    """The oldest months that `amount` pays exactly, else all of them."""
    months = list(shares)
    for count in range(1, len(months)):
        if sum(shares[month] for month in months[:count]) == amount:
            return months[:count]
    return months


async def _plan(request: Request, member: Member, months: Sequence[str], amount: int | None) -> _Plan:
    """Check months and amount against the rules; raises Refusal, and gathers what has to be asked."""
    _refuse_before_admission(request, member, months)
    shares = await shares_for(member, months, request.settings.dues)
    required = sum(shares.values())
    words = {"months": spoken(months).label, "who": _typed_for(request, member), "whose": _whose(request, member)}
    if amount is None and required == 0:
        raise Refusal(NO_STANDARD.format(**words))
    given = required if amount is None else amount
    if given < required:
        typed = f"{required / 100:g}"
        raise Refusal(
            TOO_LITTLE.format(required=yuan(required), each=each(shares), amount=yuan(given), yuan=typed, **words)
        )
    questions = []
    extra = given - required
    if extra:
        uneven = any(extra % share for share in shares.values() if share)
        text = ABOVE_UNEVEN if uneven else ABOVE
        questions.append(
            text.format(months=words["months"], required=yuan(required), amount=yuan(given), extra=yuan(extra))
        )
    limit = request.settings.dues.prepay_months
    if _ahead(request, months) > limit:
        questions.append(FAR_AHEAD.format(month=Month.parse(max(months)).label, limit=limit))
    return _Plan(shares, extra, tuple(questions))


def _refuse_before_admission(request: Request, member: Member, months: Sequence[str]) -> None:
    """Dues are owed from the day of admission (中组发〔2008〕3号 第八条)."""
    if member.admitted_on is None:
        return
    admitted = Month.of(member.admitted_on)
    before = [month for month in months if month < str(admitted)]
    if before:
        rest = [month for month in months if month >= str(admitted)] or [str(max(admitted, Month.of(request.now)))]
        raise Refusal(
            BEFORE_ADMISSION.format(
                months=spoken(before).label,
                whose=_whose(request, member) or "您",
                admitted=admitted.label,
                who=_typed_for(request, member),
                example=spoken(rest).label,
            )
        )


def _ahead(request: Request, months: Sequence[str]) -> int:
    """How many months the last one lies ahead of now."""
    return months_between(str(Month.of(request.now)), max(months))


def _ask(request: Request, questions: Sequence[str]) -> None:
    if questions and not request.confirmed:
        raise Ask("\n".join([*questions, REALLY]))


async def _in_full(request: Request, member: Member, plan: _Plan, begin: str, end: str) -> str:
    """The private receipt: everything, and up to which month nothing is missing."""
    now = str(Month.of(request.now))
    owed = owed_months(member, request.my_branch, now)
    months = (await settled([member.id]))[member.id]
    lines = [
        begin
        + IN_FULL.format(
            whose=_whose(request, member),
            months=plan.months.label,
            amount=yuan(plan.amount),
            extra=EXTRA.format(extra=yuan(plan.extra)) if plan.extra else "",
        )
    ]
    if member.id == request.me.id:
        last = paid_to(owed, months)
        lines += [PAID_TO.format(month=Month.parse(last).label)] if last else []
        missing = [month for month in owed if month not in months]
        lines += [STILL_OWED.format(months=spoken(missing).label)] if missing else []
    return "\n".join([*lines, end])


async def _notices(request: Request, member: Member, plan: _Plan) -> list[Notice]:
    """To the member somebody else paid for (第十四条), and to the secretary where a rule leaves it to a person."""
    words = {"payer": request.me.name, "months": plan.months.label, "amount": yuan(plan.amount)}
    notices: list[Notice] = []
    if member.id != request.me.id:
        notices.append(ToMember(member.id, HANDED_IN.format(**words)))
    told = []
    dues = request.settings.dues
    if plan.extra > dues.large_gift:  # 第十一条
        told.append(TELL_GIFT.format(extra=yuan(plan.extra), **words))
    if _ahead(request, list(plan.shares)) > dues.prepay_months:
        told.append(TELL_AHEAD.format(limit=dues.prepay_months, member=member.name, **words))
    if -_ahead(request, [min(plan.shares)]) > dues.arrears_months:  # 第十二条
        told.append(TELL_LATE.format(limit=dues.arrears_months, **words))
    if told:
        notices += [ToMember(person.id, "\n".join(told)) for person in await secretaries(request.my_branch.id)]
    return notices


@undo(pay)
async def take_back(request: Request, record: int) -> Reply:
    """Void the declaration, or what it was amended to, while it is unconfirmed."""
    payment = await _unconfirmed(await DuesPayment.get(id=record).select_related("member"))
    months = spoken(await shares_of(payment))
    await void(payment, "undone", request.now)
    words = {"months": months.label, "amount": yuan(payment.amount)}
    notices = []
    if payment.member_id != request.me.id:
        notices.append(ToMember(payment.member_id, TAKEN_BACK_FOR.format(payer=request.me.name, **words)))
    return Reply(
        group=in_group(TAKEN_BACK, months=months),
        private=TAKEN_BACK_IN_FULL.format(**words),
        notices=notices,
        subjects=[payment.member_id] if notices else [],
    )


async def _unconfirmed(payment: DuesPayment) -> DuesPayment:
    """What `payment` has become, if the secretary has not confirmed it; raises Refusal."""
    current = await standing(payment)
    if current is None:
        raise Refusal(VOID_ALREADY)
    if current.state is PaymentState.CONFIRMED:
        raise Refusal(CONFIRMED_ALREADY)
    return current


@command(
    "dues.amend",
    "(刚才|刚刚|刚|上一笔|上笔|之前|前面)[的][那](笔|条|个) [党费] (记|填|写|登记|交|打|输|报|发|说)错了",
    "(刚才|刚刚|上一笔|之前)[的] 党费 (记|填|写|登记|交|打|输|报|发|说)错了",
    "@(刚才|刚刚|刚|上一笔|之前|前面) (记|填|写|登记|打|输|报|发|说)错了",
    "@党费 (记|填|写|登记|交|打|输|报|发)错了",
    "@(记|填|登记|打|输|报)错了",
    "@(月份|金额|钱数) (记|填|写|登记|打|输|报|发)错了",
    "(刚才|刚刚|刚|上一笔|之前|前面)[的][那](笔|条) (改成|改为|应该是|应为|改到|更正为)",
    "(刚才|刚刚|刚|上一笔|之前|前面)[的][那](笔|条) 不对",
    "(刚才|刚刚|刚|上一笔)[的][那](笔|条) 不是{_}",
    "@(更正|修改|改正|改) 党费",
    "@党费 (改成|改为|更正为|应该是)",
    "@(刚才|刚刚|上一笔)[的][那](笔|条) (记|填|写|登记|交|打|输|报)错了 不是{_}",
    "@(记|填|写|登记|打|输)错了 不是{_}",
    help="刚才那笔记错了 是10月 — 更正上一笔党费",
)
async def amend(request: Request, months: Months | None = None, amount: Money | None = None) -> Reply:
    """Replace the sender's last unconfirmed declaration; the old one is voided and stays readable."""
    old = await DuesPayment.filter(payer_id=request.me.id, state=PaymentState.DECLARED).order_by("-id").first()
    if old is None:
        raise Refusal(NOTHING_TO_AMEND)
    if months is None and amount is None:
        raise Refusal(AMEND_HOW)
    member = await Member.get(id=old.member_id)
    before = await shares_of(old)
    chosen = list(before) if months is None else [str(month) for month in months]
    if chosen == list(before) and amount in (None, old.amount):
        raise Refusal(SAME)
    taken = (await settled([member.id]))[member.id]
    _refuse_taken(request, member, chosen, {month: taken[month] for month in taken if month not in before})
    plan = await _plan(request, member, chosen, _kept(old, before, chosen) if amount is None else amount)
    _ask(request, (*_about_old_extra(old, before, plan, amount), *plan.questions))
    await void(old, "amended", request.now)
    new = await declare(member, request.me, plan.shares, extra=plan.extra, at=request.now, replaces=old)
    return Reply(
        group=in_group(AMENDED, months=plan.months),
        private=await _in_full(request, member, plan, "已更正为：", "发送“撤销”可恢复原来的登记。"),
        notices=await _notices(request, member, plan),
        record=new.id,
        subjects=_others(request, member),
    )


def _kept(old: DuesPayment, before: Mapping[str, int], chosen: Sequence[str]) -> int | None:
    """The old amount where it was more than the standard and the number of months stays; else the standard's."""
    return old.amount if old.extra and len(chosen) == len(before) else None


def _about_old_extra(old: DuesPayment, before: Mapping[str, int], plan: _Plan, amount: Money | None) -> tuple[str, ...]:
    if amount is None and old.extra and len(plan.shares) != len(before):
        return (OLD_EXTRA.format(extra=yuan(old.extra), required=yuan(plan.amount)),)
    return ()


@undo(amend)
async def restore(request: Request, record: int) -> Reply:
    """Void the amended declaration and declare anew what it had replaced, so that the trail shows all three."""
    amended = await DuesPayment.get(id=record)
    current = await _unconfirmed(amended)
    if current.id != amended.id:
        raise Refusal(CHANGED_SINCE)
    old = await DuesPayment.get(id=amended.replaces_id).select_related("member")
    shares = await shares_of(old)
    taken = (await settled([old.member_id]))[old.member_id].keys() - (await shares_of(amended)).keys()
    if again := taken & shares.keys():
        raise Refusal(in_group(TAKEN_SINCE, months=spoken(again)))
    await void(amended, "undone", request.now)
    await declare(old.member, request.me, shares, extra=old.extra, at=request.now, replaces=amended)
    plan = _Plan(shares, old.extra, ())
    return Reply(
        group=in_group(RESTORED, months=plan.months),
        private=await _in_full(request, old.member, plan, "已恢复：", "要收回可以再发“撤销”。"),
        notices=await _notices(request, old.member, plan),
        subjects=_others(request, old.member),
    )
