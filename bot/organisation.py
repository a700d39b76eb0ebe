"""The tree of organisations as those above the branches look at it: what is directly below, and which one is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import Refusal, Request, Role
from bot.understanding.values import Organisation
from bot.wording import Public, in_group, join
from models import Branch, Level

SEVERAL = 5  # named at most, where it is not clear which one is meant

OWN_ONLY = in_group("您只能看自己的支部，不用写支部名称。")
NOT_BELOW = "您这一级下面没有找到这个名称，请写全名。下一级有：{below}。"  # in a group too: it may be anything
WHICH = "“{name}”可能是：{names}。请写全名。"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands directly below a college or the school, and the branches in it; a branch is its own only part."""

    node: Branch
    branches: tuple[Branch, ...]


async def parts_of(node: Branch) -> list[Part]:
    """The school's colleges, a college's branches (and 党总支), each with all the branches in it, by path.

    One query, however many there are and however deep they lie.
    """
    if node.level is Level.BRANCH:
        return [Part(node, (node,))]
    below = await _below(node)
    nodes = {one.path: one for one in below}
    inside: dict[str, list[Branch]] = {}
    for branch in below:
        if branch.level is Level.BRANCH:
            top = next(path for path in branch.lineage if path in nodes)
            inside.setdefault(top, []).append(branch)
    return [Part(nodes[path], tuple(branches)) for path, branches in inside.items()]


def branches_in(parts: Sequence[Part]) -> list[Branch]:
    """All of them, by path."""
    return [branch for part in parts for branch in part.branches]


async def meant(request: Request, named: Organisation | None) -> Branch:
    """The sender's own organisation, or the one that is named of those below it. Raises Refusal."""
    own = request.my_branch
    if named is None or _fits(own, named):
        return own
    if own.level is Level.BRANCH:
        raise Refusal(OWN_ONLY)
    below = await _below(own)
    fitting = [one for one in below if one.name.casefold() == named] or [one for one in below if _fits(one, named)]
    if not fitting:
        direct = (part.node.name for part in await parts_of(own))
        raise Refusal(in_group(NOT_BELOW, below=Public(join(direct))))
    if len(fitting) > 1:
        names = Public(join(one.path for one in fitting[:SEVERAL]))
        raise Refusal(in_group(WHICH, name=Public(named), names=names))
    return fitting[0]


def names_are_for(request: Request, node: Branch) -> bool:
    """Whether the sender may read, privately and on the trail, the names behind the counts of `node`.

    The committee of a branch reads those of its own branch. A college (or 党总支) reads them of one branch that it
    names: it looks after the branch and its members. The school reads counts; a member it has to name (看看张三).
    """
    return node.level is Level.BRANCH and request.role < Role.SCHOOL


async def _below(node: Branch) -> list[Branch]:
    return await Branch.filter(path__startswith=f"{node.path}/").order_by("path")


def _fits(node: Branch, named: Organisation) -> bool:
    """By a part of its name, or by the names that lead to it: 机电学院智能制造流动党支部."""
    said = named.casefold()
    return said in node.name.casefold() or node.path.replace("/", "").casefold().endswith(said)
