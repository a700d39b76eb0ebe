"""删除我的信息: what the branch need not keep is deleted, what it must keep is named with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tortoise.expressions import Q

from bot.personal.kinds import KINDS, Kind
from bot.personal.selecting import remove, theirs
from bot.settings import Settings
from models import Member


@dataclass
class Outcome:
    """Counts by label; `reasons` by the label of what stays."""

    deleted: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def count(self, kind: Kind, going: int, staying: int) -> None:
        if going:
            self.deleted[kind.label] = going
        if staying and kind.why:
            self.kept[kind.label], self.reasons[kind.label] = staying, kind.why


async def outlook(member: Member, settings: Settings) -> Outcome:
    """What `erase` would do."""
    outcome = Outcome()
    for kind in KINDS:
        mine = await theirs(kind, member.id, settings)
        everything = await kind.model.filter(mine).count() if mine is not None else 0
        going = len(await _going(kind, member, settings))
        outcome.count(kind, going, everything - going)
    return outcome


async def erase(member: Member, settings: Settings) -> Outcome:
    """Delete and empty what goes, in the caller's transaction; the member has agreed to nothing any more."""
    outcome = await outlook(member, settings)
    # Found first: by the accounts, which go as well.
    going = [(kind, await _going(kind, member, settings)) for kind in KINDS]
    for kind in KINDS:
        await _blank(kind, member, settings)
    for kind, ids in going:
        await remove(kind, ids)
    await Member.filter(id=member.id).update(consent_version=None, consented_at=None)
    return outcome


async def _going(kind: Kind, member: Member, settings: Settings) -> list[int]:
    if kind.erased is None:
        return []
    mine = await theirs(kind, member.id, settings, kind.erasable_of)
    return await _ids(kind, mine & kind.erased) if mine is not None else []


async def _blank(kind: Kind, member: Member, settings: Settings) -> None:
    mine = await theirs(kind, member.id, settings, kind.erasable_of) if kind.blanked else None
    if mine is not None:
        ids = await _ids(kind, mine)
        await kind.model.filter(id__in=ids).update(**dict.fromkeys(kind.blanked, ""))


async def _ids(kind: Kind, rows: Q) -> list[int]:
    found: Any = await kind.model.filter(rows).values_list("id", flat=True)
    return list(found)
