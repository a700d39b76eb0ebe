"""把12月的党费撤了：one's own declaration of a month is taken back, though it is not the last thing that was done."""

from __future__ import annotations

from bot.commands import Ask, Refusal, Reply, Request, TakeBack, command
from bot.understanding.values import Months
from bot.wording import in_group
from models import Deed, DuesPayment, PaymentState

NONE_DECLARED = "您没有登记过{months}的党费，不用撤。看自己的登记请私聊发送“我的党费”。"
CONFIRMED = "{months}的党费书记已经确认了，不能自己撤。请联系书记退回后重新登记。"
REALLY = "撤掉您登记的{months}党费吗？"


@command(
    "dues.withdraw",
    "@[把|将][我|我的][登|登记|交|报|记]{months}[的|那笔|份的]党费[登记|那笔|记录][给|帮我|我要|我想](<撤回>|退掉|退了|不登了)[了|吧]",
    "@[帮我|给我]<撤回>[我|我的|一下]{months}[的|那笔|份的]党费[登记|那笔|记录]",
    "@[我]{months}[的|那笔|份的]党费[登|登记|交|记|报](早了|错了|重了|多了) [帮我|就|先|给我](<撤回>|不要)[吧|了]",
    before_consent=True,
    offices=False,
    help="把12月的党费撤了 — 收回自己登记的、书记还没确认的党费",
)
async def withdraw(request: Request, months: Months) -> TakeBack | Reply:
    """Take back the sender's own unconfirmed declaration of one of `months`; it is asked about first."""
    spans = [str(month) for month in months]
    mine = DuesPayment.filter(payer_id=request.me.id, member_id=request.me.id, shares__month__in=spans)
    payment = await mine.filter(state=PaymentState.DECLARED).order_by("-id").first()
    if payment is None:
        confirmed = await mine.filter(state=PaymentState.CONFIRMED).exists()
        raise Refusal(in_group(CONFIRMED if confirmed else NONE_DECLARED, months=months))
    first = payment.id
    while (before := await DuesPayment.get(id=first)).replaces_id is not None:
        first = before.replaces_id
    deeds = Deed.filter(member_id=request.me.id, command="dues.pay", record=first, undone_at=None)
    if (deed := await deeds.order_by("-id").first()) is None:
        raise Refusal(in_group(CONFIRMED, months=months))
    if not request.confirmed:
        raise Ask(in_group(REALLY, months=months))
    return TakeBack(deed)
