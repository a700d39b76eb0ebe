"""Where people are told something: which groups of a branch, by which of their accounts a member."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise.queryset import QuerySet

from bot.settings import Settings
from models import Account, Branch, Room


async def groups_of(branch_ids: Sequence[int], settings: Settings) -> list[Room]:
    """Of a branch that has chosen its channels the groups on them, where it has any; of others all in use.

    In as many queries for a hundred branches as for one.
    """
    return await _told(Room.filter(branch_id__in=branch_ids, active=True).order_by("id"), settings)


async def groups_below(above: Branch, settings: Settings) -> list[Room]:
    """The same of a branch, college or school and of all below it."""
    return await _told(Room.below(above), settings)


async def _told(in_use: QuerySet[Room], settings: Settings) -> list[Room]:
    rooms = await in_use.select_related("branch")
    chosen = {room.id for room in rooms if room.channel in settings.channels_of.get(room.branch.name, ())}
    with_choice = {room.branch_id for room in rooms if room.id in chosen}
    return [room for room in rooms if room.id in chosen or room.branch_id not in with_choice]


async def account_of(member_id: int, settings: Settings) -> Account | None:
    """The one account by which a member is told: on the channel their branch prefers, else the one bound last.

    None where the bot can write to none of them privately, and for whoever has left.
    """
    reached = Account.filter(member_id=member_id, member__active=True, friend=True).select_related("member__branch")
    accounts = await reached.order_by("-bound_at")
    if not accounts or accounts[0].member is None:
        return None
    chosen = settings.channels_of.get(accounts[0].member.branch.name, ())
    return min(accounts, key=lambda one: chosen.index(one.channel) if one.channel in chosen else len(chosen))
