"""The roster's row of who left long ago: the last that is known of them, once all that the branch had to keep is gone.

Nothing is asked of them any more, and nothing hangs on the row but what they did for the branch by virtue of an office:
a lesson published, dues of others confirmed. Where there is such a thing the row stays, without who it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.models import Model

from bot.personal.kinds import KINDS, OFFICE, Kind
from models import AuditEntry, Erasure, Member

SOMEBODY = "（已离开）"
NAMELESS = "left-"  # before the id, in place of a student number


async def forget_who_left(before: datetime, most: int) -> int:
    """Of those who were seen to before then as having left, at most so many; how many. In the caller's transaction."""
    left = Subquery(Erasure.filter(claim__isnull=False, erased_at__lt=before).values("claim"))
    gone = Member.filter(active=False, id__in=left).order_by("id").limit(most)
    unneeded = await gone.filter(_unnamed_by(_own())).exclude(student_no__startswith=NAMELESS)
    for member in unneeded:
        if await _is_named(member, [*_own(), *_by_office()]):
            await Member.filter(id=member.id).update(
                name=SOMEBODY,
                student_no=f"{NAMELESS}{member.id}",
                admitted_on=None,
                full_since=None,
                probation_until=None,
                handed_over_on=None,
                first_bound_at=None,
            )
        else:
            await Erasure.filter(member_id=member.id).delete()
            await Member.filter(id=member.id).delete()
    return len(unneeded)


Column = tuple[type[Model], str]


def _own() -> Iterator[Column]:
    """Where what is theirs names them. The trail is a number's, and has an age of its own."""
    for kind in _kinds():
        if kind.why != OFFICE:
            yield from ((kind.model, lookup) for lookup in kind.of if "__" not in lookup)


def _by_office() -> Iterator[Column]:
    for kind in _kinds():
        acted = (*kind.by, *(kind.of if kind.why == OFFICE else ()))
        yield from ((kind.model, lookup) for lookup in acted)


def _kinds() -> Iterator[Kind]:
    return (kind for kind in KINDS if kind.model not in (Member, Erasure, AuditEntry))


def _unnamed_by(columns: Iterator[Column]) -> Q:
    """Those whom no row of these names; NULL has to be left out, or SQL would know nothing of anybody."""
    conditions: list[Q] = []
    for model, column in columns:
        known: dict[str, Any] = {f"{column}__isnull": False}
        conditions.append(Q(id__not_in=Subquery(model.filter(**known).values(column))))
    return Q(*conditions)


async def _is_named(member: Member, columns: list[Column]) -> bool:
    for model, column in columns:
        named: dict[str, Any] = {column: member.id}
        if await model.exists(**named):
            return True
    return False
