"""Which rows of a kind are a member's, and removing rows with all that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from tortoise.expressions import Q

from bot import anonymity
from bot.personal.kinds import Kind
from bot.settings import Settings
from models import Account, Member, Opinion, Wish


async def theirs(kind: Kind, member_id: int, of: Sequence[str] = ()) -> Q | None:
    """The rows that name the member, or that they agreed to; None where there can be none."""
    if kind.agreed:
        version = (await Member.get(id=member_id)).consent_version
        named: dict[str, Any] = {kind.agreed: version}
        return Q(**named) if version is not None else None
    if kind.contact:
        accounts = await Account.filter(member_id=member_id)
        return of_accounts(kind, accounts) if accounts else None
    references: list[dict[str, Any]] = [{lookup: member_id} for lookup in of or kind.of]
    return reduce(or_, (Q(**reference) for reference in references))


def of_accounts(kind: Kind, accounts: Sequence[Account]) -> Q:
    """The rows that are found by one of these accounts, of which there is one at least."""
    addresses: list[dict[str, Any]] = [{"channel": one.channel, kind.contact: one.contact} for one in accounts]
    return reduce(or_, (Q(**address) for address in addresses))


async def told(kind: Kind, member_id: int) -> Q | None:
    """Those of them that the member may be told of: what somebody else has taken back is nobody else's to read."""
    mine = await theirs(kind, member_id)
    if mine is None or not kind.author:
        return mine & kind.standing if mine is not None else None
    own: dict[str, Any] = {kind.author: member_id}
    return mine & (kind.standing | Q(**own))


async def sealed_by(kind: Kind, member_id: int, settings: Settings) -> list[int]:
    """The ids of what the member sent without a name."""
    if not issubclass(kind.model, Opinion | Wish):
        return []
    return await anonymity.sealed_by(settings.anonymity, kind.model, member_id)


async def remove(kind: Kind, ids: Sequence[Any]) -> int:
    """Delete these rows; what refers to one of them goes with it or lets go of it."""
    if not ids:
        return 0
    for part in kind.parts:
        await part.model.filter(**{f"{part.field}__in": ids}).delete()
    for part in kind.loose:
        await part.model.filter(**{f"{part.field}__in": ids}).update(**{part.field: None})
    return await kind.model.filter(id__in=ids).delete()
