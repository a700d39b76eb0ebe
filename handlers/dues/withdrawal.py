"""把12月的党费撤了：one's own declaration is taken back by its month, though it is not the last thing that was done."""

from __future__ import annotations

from bot.commands import Ask, Refusal, Reply, Request, TakeBack, command
from bot.understanding.values import Months, Name
from bot.wording import in_group
from handlers.dues.standards import spoken
from models import Deed, DuesPayment, Member, PaymentState
from models.dues import shares_of

NONE_DECLARED = "您没有登记过{months}的党费，不用撤。看自己的登记请发送“我的党费”。"
CONFIRMED = "{months}的党费书记已经确认了，不能自己撤。请联系书记退回后重新登记。"
BY_ANOTHER = "{months}的党费是{payer}替您登记的，请{payer}发送“撤销”，或者联系书记退回。"
NOT_BY_DEED = "{months}的这笔收不回了，请联系书记退回后重新登记。"
ONE_AT_A_TIME = "这几个月是分几笔登记的，请一笔一笔撤，例如：把{month}的党费撤了"
OF_ANOTHER = "这里只能撤自己登记给自己的。替别人登记的可以发“撤销”收回；委员退回请发：退回党费 {name} 月份 原因"
REALLY = "撤掉您登记的{months}党费吗？"
WHOLE = "撤掉您登记的{months}党费吗？这几个月是一笔，一起撤；只改月份请发：刚才那笔记错了 是…"


@command(
    "dues.withdraw",
    "@[把|将][我|我的][登|登记|交|报|记]{months}[的|那笔|份的]党费[登记|那笔|记录][给|帮我|我要|我想](<撤回>|退掉|退了|不登了)[了|吧]",
    "@[帮我|给我]<撤回>[我|我的|一下]{months}[的|那笔|份的]党费[登记|那笔|记录]",
    "@[我]{months}[的|那笔|份的]党费[登|登记|交|记|报](早了|错了|重了|多了) [帮我|就|先|给我](<撤回>|不要)[吧|了]",
    before_consent=True,
    offices=False,
    help="把12月的党费撤了 — 收回自己登记的、书记还没确认的党费",
)
async def withdraw(request: Request, months: Months, member: Name | None = None) -> TakeBack | Reply:
    """Take back the sender's own unconfirmed declaration that holds `months`; it is asked about first, as a whole."""
    if member is not None:
        raise Refusal(OF_ANOTHER.format(name=member))
    declared = await _declared(request)
    found = [payment for payment, held in declared if set(held) & set(months)]
    if not found:  # 1月 alone is read as the nearest one
        numbers = {month.month for month in months}
        found = [payment for payment, held in declared if {month.month for month in held} & numbers]
    if not found:
        raise Refusal(await _why_not(request, months))
    if len(found) > 1:
        raise Refusal(ONE_AT_A_TIME.format(month=months[0]))
    held = spoken(await shares_of(found[0]))
    deed = await _deed_of(request, found[0])
    if deed is None:
        raise Refusal(NOT_BY_DEED.format(months=held.label))
    if not request.confirmed:
        raise Ask(in_group(REALLY if len(held) == 1 else WHOLE, months=held))
    return TakeBack(deed)


async def _declared(request: Request) -> list[tuple[DuesPayment, Months]]:
    mine = DuesPayment.filter(payer_id=request.me.id, member_id=request.me.id, state=PaymentState.DECLARED)
    return [(payment, spoken(await shares_of(payment))) for payment in await mine.order_by("-id")]


async def _deed_of(request: Request, payment: DuesPayment) -> Deed | None:
    """What recorded it, whatever it was amended to since."""
    first = payment
    while first.replaces_id is not None:
        first = await DuesPayment.get(id=first.replaces_id)
    deeds = Deed.filter(member_id=request.me.id, command="dues.pay", record=first.id, undone_at=None)
    return await deeds.order_by("-id").first()


async def _why_not(request: Request, months: Months) -> str:
    stands = DuesPayment.filter(member_id=request.me.id, shares__month__in=[str(month) for month in months])
    payment = await stands.exclude(state=PaymentState.VOID).order_by("-id").first()
    if payment is None:
        return NONE_DECLARED.format(months=months.label)
    if payment.state is PaymentState.CONFIRMED:
        return CONFIRMED.format(months=months.label)
    payer = await Member.get(id=payment.payer_id)
    return BY_ANOTHER.format(months=months.label, payer=payer.name)
