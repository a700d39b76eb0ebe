"""删除我的信息: what the branch need not keep is deleted, what it must keep is named with the reason.

What the member sent without a name stays, and is counted nowhere: were it to vanish at the moment at which the
secretary is told who deleted, or stand as a number beside a name, it would be known whose it was. Its seal goes, so
that from then on nobody, whatever keys they hold, can find out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tortoise.expressions import Q

from bot.personal.kinds import KINDS, Kind
from bot.personal.selecting import remove, sealed_by, theirs, told
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


async def outlook(member: Member) -> Outcome:
    """What `erase` would do."""
    outcome = Outcome()
    for kind in KINDS:
        mine = await told(kind, member.id)
        everything = await kind.model.filter(mine).count() if mine is not None else 0
        going = len(await _going(kind, member))
        outcome.count(kind, going, everything - going)
    return outcome


async def erase(member: Member, settings: Settings) -> Outcome:
    """Delete and empty what goes, in the caller's transaction; the member has agreed to nothing any more."""
    outcome = await outlook(member)
    # Found first: by the accounts, which go as well.
    going = [(kind, await _going(kind, member)) for kind in KINDS]
    for kind in KINDS:
        await _blank(kind, member)
        await _disown(kind, member, settings)
    for kind, ids in going:
        await remove(kind, ids)
    await Member.filter(id=member.id).update(consent_version=None, consented_at=None)
    return outcome


async def _going(kind: Kind, member: Member) -> list[int]:
    if kind.erased is None:
        return []
    mine = await theirs(kind, member.id, kind.erasable_of)
    return await _ids(kind, mine & kind.erased) if mine is not None else []


async def _blank(kind: Kind, member: Member) -> None:
    mine = await theirs(kind, member.id, kind.erasable_of) if kind.blanked else None
    if mine is not None:
        ids = await _ids(kind, mine)
        await kind.model.filter(id__in=ids).update(**dict.fromkeys(kind.blanked, ""))


async def _disown(kind: Kind, member: Member, settings: Settings) -> None:
    """What they sent without a name is nobody's any more."""
    if ids := await sealed_by(kind, member.id, settings):
        await kind.model.filter(id__in=ids).update(seal=None)


async def _ids(kind: Kind, rows: Q) -> list[int]:
    found: Any = await kind.model.filter(rows).values_list("id", flat=True)
    return list(found)
