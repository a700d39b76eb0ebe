"""党费登记：a member declares and takes back; the secretary confirms elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import AskFor, Refusal, Reply, Request, ToMember, command, concerning, undo
from bot.people import find_member
from bot.understanding.values import Money, Month, Months, Name
from bot.wording import in_group, typed
from handlers.dues.planning import (
    Plan,
    ask,
    is_told,
    meant,
    not_for_another,
    plan_of,
    said_to,
    unconfirmed,
    whose,
    without_taken,
)
from handlers.dues.receipts import notices_about, notices_of_taking_back, others, receipt
from handlers.dues.standards import each, shares_for, spoken, yuan
from models import DuesPayment, Member, PaymentState
from models.dues import declare, owed_months, settled, shares_of, void

RECORDED = "已登记：{months}党费，待书记确认。发送“撤销”可收回。"
RECORDED_FOR = "已登记：代交{months}党费，待书记确认。发送“撤销”可收回。"
AMEND_BY = "发送“撤销”可收回；记错了可以发：刚才那笔记错了 是{other}"
TAKEN_BACK_FOR = "{payer}撤销了替您登记的：{months}党费 {amount}。"
TAKEN_BACK = "已撤销：{months}党费的登记。"
TAKEN_BACK_IN_FULL = "已撤销：{months}党费 {amount}的登记。"
OWES_NOTHING = "{whose}现在不用交党费（预备党员从支部大会通过之日起交）。"
NOT_COLLECTED = in_group("临时党支部和学院、学校党委不在这里收党费，请在组织关系所在的支部交。")
WHICH_MONTHS = in_group("替别人交请写明月份，例如：替李四交11月的")
NOTHING_OPEN = "到{month}为止没有要交的了。要预交请写明月份，例如：交党费 {next}"
SEVERAL_OPEN = "{whose}{months}都还没有交，共 {total}（{each}）。"
THESE_MONTHS = "{amount}记为{months}。"
OF_A_QUARTER = "是登记{months}的党费吗？要交的是思想汇报的话，请发：交思想汇报"


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
    "@{months}[的]党费 (交齐|缴齐|交清|缴清|补齐)了",
    "@(交|缴)了 党费",
    "<交> 党费",
    "@党费 <交>[了|过|掉|一下]",
    "@(转|交|缴|付|补)[了|过去了|过了|掉了] 党费",
    "@党费 (已转|转了|转过去了|已付|付了|已交|已缴|整|弄|记|登记)[了|一下]",
    "@{for_}的党费 (我来|我|由我)(交|缴|代交|付|出)",
    "@<交>{months}",
    "@{for_}(托|让|请|叫)我[把|帮|替|给][他|她][的]{months}[的][份|那份][党费](交|缴|登|记|登记)[了|上|一下|下]",
    "@党费[也]还没(交|登|登记) (登一下|记一下|登上|记上|登记一下|补登一下|补登|补一下)",
    "@(登记|记|记录|申报) 党费",
    "@忘[了|记|记了]交 党费 [现在|今天] (补交|补缴|补上|补)",
    "@党费 忘[了|记|记了]交[了] [现在|今天] (补交|补缴|补上|补)",
    answers={
        "dues_reminder": (
            "交了",
            "已交",
            "已经交了",
            "交过了",
            "缴了",
            "已缴",
            "已缴纳",
            "党费交了",
            "交啦",
            "我交了",
            "交完了",
            "交过",
            "刚交",
            "交好了",
            "交齐了",
            "缴完了",
            "已经缴了",
        )
    },
    amended_by="dues.amend",
    help="交党费 11月 0.2 — 登记党费；几个月的：补交9到11月；替别人交：替李四交11月的",
)
async def pay(
    request: Request, months: Months | None = None, amount: Money | None = None, for_: Name | None = None
) -> Reply:
    """Declare dues of the sender, or of `for_`, for `months`; the secretary confirms them.

    Without months: what is unpaid up to now. Without an amount: the standard. Who hands it in for a colleague names
    the months, and hears neither what is open nor what it comes to: see `is_told`.
    """
    member = request.me if for_ is None else await find_member(request.my_branch, for_)
    with concerning(others(request, member)):
        plan = await _plan(request, member, months, amount)
        ask(request, [*plan.questions, *_which_of_a_quarter(request, plan.months)])
    payment = await declare(member, request.me, plan.shares, extra=plan.extra, at=request.now)
    said = in_group(RECORDED if member.id == request.me.id else RECORDED_FOR, months=plan.months)
    return Reply(
        group=said,
        private=await receipt(
            request,
            member,
            plan,
            "已登记：",
            _how_to_amend(request, plan.months),
            amount_said=amount is not None,
        ),
        notices=await notices_about(request, member, plan),
        record=payment.id,
        subjects=others(request, member),
    )


def _which_of_a_quarter(request: Request, months: Months) -> list[str]:
    """交一下第三季度的 may be a report, of which there is one a quarter."""
    text = request.text
    doubtful = "季度" in text and not any(word in text for word in ("党费", "钱", "元", "块", "毛"))
    return [OF_A_QUARTER.format(months=months.label)] if doubtful else []


def _how_to_amend(request: Request, months: Months) -> str:
    """With the month before these: a slip is seldom further off."""
    return AMEND_BY.format(other=typed(Months((months[0] + -1,)), request.now))


async def _plan(request: Request, member: Member, months: Months | None, amount: Money | None) -> Plan:
    if not request.my_branch.collects_dues:
        raise Refusal(NOT_COLLECTED)
    if months is None and not is_told(request, member):
        raise AskFor(WHICH_MONTHS, slot="months")
    if not member.owes_dues:
        told = is_told(request, member)
        raise Refusal(OWES_NOTHING.format(whose=whose(request, member) or "您")) if told else not_for_another(member)
    taken = (await settled([member.id]))[member.id]
    if months is None:
        return await _plan_for_what_is_open(request, member, taken, amount)
    chosen = meant(request, member, months)
    rest = without_taken(request, member, chosen, taken, amount)
    return await plan_of(request, member, rest, amount)


async def _plan_for_what_is_open(
    request: Request, member: Member, taken: Mapping[str, PaymentState], amount: Money | None
) -> Plan:
    """The oldest unpaid months up to now: one is taken as meant, several are asked for."""
    now = Month.of(request.now)
    months = [month for month in owed_months(member, request.my_branch, str(now)) if month not in taken]
    if not months:
        raise AskFor(said_to(request, member, NOTHING_OPEN, month=now, next=now + 1), slot="months", settled=True)
    if len(months) == 1:
        return await plan_of(request, member, months, amount)
    shares = await shares_for(member, months, request.settings.dues)
    chosen = months if amount is None else _covered(shares, amount)
    total = yuan(sum(shares.values()))
    words = {"whose": whose(request, member), "months": spoken(months).label, "each": each(shares)}
    questions = [SEVERAL_OPEN.format(total=total, **words)]
    if len(chosen) < len(months):
        questions.append(THESE_MONTHS.format(amount=yuan(amount or 0), months=spoken(chosen).label))
    plan = await plan_of(request, member, chosen, amount)
    return Plan(plan.shares, plan.extra, (*questions, *plan.questions))


def _covered(shares: Mapping[str, int], amount: int) -> list[str]:
    """The oldest months that `amount` pays exactly, else all of them."""
    months = list(shares)
    for count in range(1, len(months)):
        if sum(shares[month] for month in months[:count]) == amount:
            return months[:count]
    return months


@undo(pay)
async def take_back(request: Request, record: int) -> Reply:
    """Void the declaration, or what it was amended to, while it is unconfirmed."""
    payment = await unconfirmed(await DuesPayment.get(id=record))
    member = await Member.get(id=payment.member_id)
    months = spoken(await shares_of(payment))
    await void(payment, "undone", request.now)
    words = {"months": months.label, "amount": yuan(payment.amount)}
    notices = await notices_of_taking_back(request, member, payment)
    if payment.member_id != request.me.id:
        notices.append(ToMember(payment.member_id, TAKEN_BACK_FOR.format(payer=request.me.name, **words)))
    return Reply(
        group=in_group(TAKEN_BACK, months=months),
        private=TAKEN_BACK_IN_FULL.format(**words) if is_told(request, member) else None,
        notices=notices,
        subjects=others(request, member),
    )
