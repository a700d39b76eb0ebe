"""Accounts that are nobody's any more: their member has left, or another account has taken their place, or nobody was
ever bound to them. What is found by the account alone goes with it: no member would ever ask for that."""

from __future__ import annotations

from datetime import datetime, timedelta

from tortoise.expressions import Q, Subquery

from bot.personal.kinds import KINDS
from bot.personal.selecting import of_accounts, remove
from models import Account, BindingFailure, BindingRequest, OpenMatter, OutboxMessage, OutboxState

UNSETTLED = (OutboxState.PENDING, OutboxState.SENDING)
COUNTED = timedelta(hours=1)  # how long a wrong try slows down the next


async def forget_unbound(now: datetime, most: int) -> int:
    """Of the accounts without a member at most so many; how many. In the caller's transaction.

    An account waits as long as a request of it is kept, while something is to be sent to it or it is asked something,
    and while its wrong tries count.
    """
    asked = Subquery(BindingRequest.all().values("account_id"))
    # Without their channels, which keeps one too many at the most.
    busy = (
        OutboxMessage.filter(state__in=list(UNSETTLED), contact__isnull=False),
        OpenMatter.filter(closes_at__gt=now, contact__isnull=False),
        BindingFailure.filter(at__gt=now - COUNTED),
    )
    waiting = [Q(contact__not_in=Subquery(rows.values("contact"))) for rows in busy]
    going = await Account.filter(*waiting, member_id=None, id__not_in=asked).order_by("id").limit(most)
    if not going:
        return 0
    for kind in KINDS:
        if not kind.contact:
            continue
        rows = of_accounts(kind, going)
        if kind.erased is not None:
            await remove(kind, await kind.model.filter(rows & kind.erased).values_list("id", flat=True))
        if kind.blanked:
            await kind.model.filter(rows).update(**dict.fromkeys(kind.blanked, ""))
    account = next(kind for kind in KINDS if kind.model is Account)
    return await remove(account, [one.id for one in going])
