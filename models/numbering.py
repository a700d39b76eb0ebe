"""The serial numbers by which the members of a branch name what is listed: 3号."""

from __future__ import annotations

from typing import Any

from tortoise.models import Model

from models.branch import Branch


async def next_number(of: type[Model], branch_id: int) -> int:
    """The branch's next `number` among the records of `of`, in the caller's transaction.

    One at a time in a branch: two at once must not take the same number.
    """
    await Branch.select_for_update(no_key=True).get(id=branch_id)
    last: Any = await of.filter(branch_id=branch_id).order_by("-number").first().values_list("number", flat=True)
    return (last or 0) + 1
