"""删除我的信息: what the branch need not keep is deleted, what it must keep is named with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

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

    def keep(self, kind: Kind, count: int) -> None:
        self.kept[kind.label] = count
        self.reasons[kind.label] = kind.why


async def outlook(member: Member, settings: Settings) -> Outcome:
    """What `erase` would do."""
    outcome = Outcome()
    for kind in KINDS:
        erased = await _erased(kind, member, settings)
        going = await kind.model.filter(erased).count() if erased is not None else 0
        await _count(outcome, kind, member, settings, going)
    return outcome


async def erase(member: Member, settings: Settings) -> Outcome:
    """Delete and empty what goes, in the caller's transaction; the member has agreed to nothing any more."""
    outcome = Outcome()
    queries = {kind.label: await _erased(kind, member, settings) for kind in KINDS}  # by the accounts that go as well
    mine = {kind.label: await theirs(kind, member.id, settings) for kind in KINDS}
    for kind in KINDS:
        await _blank(kind, member, settings)
    for kind in KINDS:
        query = queries[kind.label]
        ids = await kind.model.filter(query).values_list("id", flat=True) if query is not None else []
        going = await remove(kind, list(ids))
        if going:
            outcome.deleted[kind.label] = going
    for kind in KINDS:
        rest = mine[kind.label]
        if kind.why and rest is not None and (count := await kind.model.filter(rest).count()):
            outcome.keep(kind, count)
    await Member.filter(id=member.id).update(consent_version=None, consented_at=None)
    return outcome


async def _erased(kind: Kind, member: Member, settings: Settings) -> Q | None:
    if kind.erased is None:
        return None
    mine = await theirs(kind, member.id, settings, kind.erasable_of)
    return mine & kind.erased if mine is not None else None


async def _count(outcome: Outcome, kind: Kind, member: Member, settings: Settings, going: int) -> None:
    if going:
        outcome.deleted[kind.label] = going
    mine = await theirs(kind, member.id, settings)
    if kind.why and mine is not None and (rest := await kind.model.filter(mine).count() - going):
        outcome.keep(kind, rest)


async def _blank(kind: Kind, member: Member, settings: Settings) -> None:
    if not kind.blanked:
        return
    mine = await theirs(kind, member.id, settings, kind.erasable_of)
    if mine is not None:
        ids = await kind.model.filter(mine).values_list("id", flat=True)
        await kind.model.filter(id__in=list(ids)).update(**dict.fromkeys(kind.blanked, ""))
