"""党费更正：the last unconfirmed declaration is replaced; the old one stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands import AskFor, Refusal, Reply, Request, command, concerning, undo
from bot.understanding.values import Money, Months
from bot.wording import in_group
from handlers.dues.planning import Plan, ask, is_told, meant, not_for_another, plan_of, unconfirmed, without_taken
from handlers.dues.receipts import notices_about, others, receipt
from handlers.dues.standards import spoken, yuan
from models import DuesPayment, Member, PaymentState
from models.dues import declare, settled, shares_of, void

AMENDED = "已更正为：{months}党费，待书记确认。发送“撤销”可恢复原来的登记。"
RESTORED = "已恢复更正之前的登记：{months}党费，待书记确认。"
OLD_EXTRA = "原来那笔有自愿多交的 {extra}，月数变了，改为按标准 {required}。"
NOTHING_TO_AMEND = in_group(
    "没有可以更正的党费登记。别的发错了，发送“撤销”；书记已经确认的党费，请联系书记退回后重新登记。"
)
AS_AMENDMENT = in_group("刚才那笔记错了 是")
AMEND_HOW = in_group("要改成什么？请回复月份或金额，例如：10月")
SAME = in_group("和原来登记的一样，没有改动。")
CHANGED_SINCE = in_group("这笔后来又更正过，请先撤销后来的更正。")
TAKEN_SINCE = "{months}已经另外登记过，恢复不了。请重新登记其余的月份。"


@command(
    "dues.amend",
    "(刚才|刚刚|刚|上一笔|上笔|之前|前面)[的][那](笔|条|个) [党费|金额|月份] [记|填|写|登记|交|打|输|报|发]错了",
    "(刚才|刚刚|上一笔|之前)[的] 党费 (记|填|写|登记|交|打|输|报|发|说)错了",
    "@(刚才|刚刚|刚|上一笔|之前|前面) (记|填|写|登记|打|输|报|发|说)错了",
    "@党费 (记|填|写|登记|交|打|输|报|发)错了",
    "@(记|填|登记|打|输|报)错了",
    "@(月份|金额|钱数) (记|填|写|登记|打|输|报|发)错了",
    "(刚才|刚刚|刚|上一笔|之前|前面)[的][那](笔|条) (改成|改为|应该是|应为|改到|更正为)",
    "(刚才|刚刚|刚|上一笔|之前|前面)[的][那](笔|条) 不对",
    "@(更正|修改|改正|改) 党费",
    "@党费 (改成|改为|更正为|应该是)",
    "@<刚才> <记错>[了][月份|金额|钱数|月|数]",
    "@<刚才> (党费|月份|金额|钱数) <记错>[了][月份|金额|钱数|月]",
    "@(党费|月份|金额|钱数|那笔|这笔) <记错>[了]",
    "@(党费|月份|金额|钱数) 错了",
    "@<刚才>[的]<那笔> [党费|金额|月份|钱数] (不对|有误)",
    "@<刚才>[的]<那笔> [党费|金额|月份] <改正>",
    "@<刚才>[的]<那笔> [党费|金额|月份] <记错>[了][月份|金额|月]",
    "@<刚才> 党费 <改正>",
    "@<记错>[了][月份|金额|月] <那笔>",
    "@<记错>[了][月份|金额|月]",
    "@(把|将) <刚才>[的]<那笔>[党费|的] <改正>",
    "@(把|将) <刚才>[交|缴|登记][的]党费 <改正>",
    "@{_}[的|那笔|那个][党费]<记错>[了][月份] [应该|应该是|是|改成]{months}",
    "@<改正> <刚才>[的][<那笔>|党费]",
    "@<改正> 党费",
    "@党费 <改正>",
    "@党费[记录] <改正>",
    "@<刚才>[的]<那笔>[的][党费|月份|金额]{months}",
    "@<刚才>[的]<那笔>[的][党费|月份|金额]{amount}",
    "@<记错>[了] <那笔> 党费",
    "@(不对|不是|错了|不是的)[应该|应该是|是|改成]{months}",
    "@(不对|不是|错了|不是的)[应该|应该是|是|改成]{amount}",
    puts_right=True,
    amended_by="dues.amend",
    help="刚才那笔记错了 是10月 — 更正上一笔党费",
)
async def amend(request: Request, months: Months | None = None, amount: Money | None = None) -> Reply:
    """Replace the sender's last unconfirmed declaration; the old one is voided and stays readable."""
    old = await DuesPayment.filter(payer_id=request.me.id, state=PaymentState.DECLARED).order_by("-id").first()
    if old is None:
        raise Refusal(NOTHING_TO_AMEND)
    if months is None and amount is None:
        raise AskFor(AMEND_HOW)
    member = await Member.get(id=old.member_id)
    with concerning(others(request, member)):
        plan = await _plan(request, member, old, months, amount)
    await void(old, "amended", request.now)
    new = await declare(member, request.me, plan.shares, extra=plan.extra, at=request.now, replaces=old)
    return Reply(
        group=in_group(AMENDED, months=plan.months),
        private=await receipt(
            request, member, plan, "已更正为：", "发送“撤销”可恢复原来的登记。", amount_said=amount is not None
        ),
        notices=await notices_about(request, member, plan, instead_of=old),
        record=new.id,
        subjects=others(request, member),
    )


async def _plan(
    request: Request, member: Member, old: DuesPayment, months: Months | None, amount: Money | None
) -> Plan:
    """What `old` becomes; raises Refusal or Ask."""
    before = await shares_of(old)
    chosen = list(before) if months is None else meant(request, member, months)
    if chosen == list(before) and amount in (None, old.amount):
        raise Refusal(SAME)
    taken = (await settled([member.id]))[member.id]
    elsewhere = {month: taken[month] for month in taken if month not in before}
    chosen = list(without_taken(request, member, chosen, elsewhere, amount, AS_AMENDMENT))
    plan = await plan_of(request, member, chosen, _kept(old, before, chosen) if amount is None else amount)
    ask(request, (*_about_old_extra(old, before, plan, amount), *plan.questions))
    return plan


def _kept(old: DuesPayment, before: Mapping[str, int], chosen: Sequence[str]) -> int | None:
    """The old amount where it was more than the standard and the number of months stays; else the standard's."""
    return old.amount if old.extra and len(chosen) == len(before) else None


def _about_old_extra(old: DuesPayment, before: Mapping[str, int], plan: Plan, amount: Money | None) -> tuple[str, ...]:
    if amount is None and old.extra and len(plan.shares) != len(before):
        return (OLD_EXTRA.format(extra=yuan(old.extra), required=yuan(plan.amount)),)
    return ()


@undo(amend)
async def restore(request: Request, record: int) -> Reply:
    """Void the amended declaration and declare anew what it had replaced, so that the trail shows all three."""
    amended = await DuesPayment.get(id=record)
    current = await unconfirmed(amended)
    if current.id != amended.id:
        raise Refusal(CHANGED_SINCE)
    old = await DuesPayment.get(id=amended.replaces_id).select_related("member")
    shares = await shares_of(old)
    taken = (await settled([old.member_id]))[old.member_id].keys() - (await shares_of(amended)).keys()
    if again := taken & shares.keys():
        with concerning(others(request, old.member)):
            told = is_told(request, old.member)
            raise Refusal(in_group(TAKEN_SINCE, months=spoken(again))) if told else not_for_another(old.member)
    await void(amended, "undone", request.now)
    await declare(old.member, request.me, shares, extra=old.extra, at=request.now, replaces=amended)
    plan = Plan(shares, old.extra, ())
    return Reply(
        group=in_group(RESTORED, months=plan.months),
        private=await receipt(request, old.member, plan, "已恢复：", "要收回可以再发“撤销”。"),
        notices=await notices_about(request, old.member, plan, instead_of=amended),
        subjects=others(request, old.member),
    )
