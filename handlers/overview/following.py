"""那党费呢：the same question about another matter."""

from __future__ import annotations

from bot.commands import Instead, Request, Role, command
from bot.people import find_member
from bot.spoken_of import WITHIN, says_he, spoken_of
from bot.understanding.values import Name
from models import AuditEntry, Term

OF_THE_BRANCH = (
    "report.missing",
    "dues.missing",
    "missing",
    "placement.list",
    "life.sign_ups",
    "branch.status",
    "todo",
)


OF_ONE = ("report.read", "member.show", "life.sign_up_of")  # of a member who is named
COUNTED = ("report.missing", "dues.missing", "placement.list", "life.sign_ups", "life.attendance", "bind.missing")


class Matter(Term):
    REPORT = "report", "汇报", "思想汇报"
    DUES = "dues", "党费"
    TALK = "talk", "谈心", "谈话"
    PLACEMENT = "placement", "去向"
    LIFE = "life", "活动", "组织生活", "报名"
    BRANCH = "branch", "支部的", "支部", "大家的"


OWN = {
    Matter.REPORT: "report.mine",
    Matter.DUES: "dues.mine",
    Matter.TALK: "talk.mine",
    Matter.PLACEMENT: "placement.mine",
    Matter.LIFE: "life.list",
    Matter.BRANCH: "me",
}
BRANCHS = {
    Matter.REPORT: "report.missing",
    Matter.DUES: "dues.missing",
    Matter.PLACEMENT: "placement.list",
    Matter.LIFE: "life.sign_ups",
    Matter.BRANCH: "todo",
}


@command(
    "following",
    "@(那|那么){matter}呢",
    "@{matter}呢",
    "@我(问|说|指|是问|是说)的是{matter}",
    changes=False,
    listed=False,
    offices=False,
    help="那党费呢 — 接着问另一件事",
)
async def following(request: Request, matter: Matter | None = None) -> Instead:
    """Of the branch where the committee has just looked at the branch, or means it; else one's own.

    Without a matter it is a month (那10月的呢), which only dues are asked about by.
    """
    if request.role >= Role.COMMITTEE and says_he(request.text):
        person = await spoken_of(request.me, request.now)
        if person is not None:
            return Instead("member.show", {"member": Name(person.name)})
    if matter is None:
        return Instead("dues.mine", {})
    committee = request.role >= Role.COMMITTEE and matter in BRANCHS
    if committee and (matter is Matter.BRANCH or await _looked_at_the_branch(request)):
        return Instead(BRANCHS[matter], {})
    return Instead(OWN[matter], {})


@command(
    "following.of",
    "@(那|那么|那个){member}[的|那份|那篇|那边]呢",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    offices=False,
    help="那王静的呢 — 接着问另一个人",
)
async def following_of(request: Request, member: Name) -> Instead:
    """The same of another member; what cannot be asked of one alone is told with all that is known of them."""
    await find_member(request.my_branch, member)
    last = await _last(request)
    return Instead(last if last in OF_ONE else "member.show", {"member": member})


@command(
    "following.names",
    "@(那|这)(几个|些|几位)[人|同学|同志][都|分别]是谁",
    "@[都|还]差(谁|哪些人|哪几个)",
    "@[都]是(谁|哪些人|哪几个)没(交|登记|报|来)",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    offices=False,
    help="都差谁 — 看刚才说的人数里有谁",
)
async def following_names(request: Request) -> Instead:
    """Who stands behind the count that was told last, which a group hears without names; else all that is missing."""
    last = await _last(request)
    return Instead(last if last in COUNTED else "missing", {})


async def _last(request: Request) -> str:
    line = await AuditEntry.lately(request.me.id, request.now - WITHIN).first()
    return line.command if line is not None else ""


async def _looked_at_the_branch(request: Request) -> bool:
    return await _last(request) in OF_THE_BRANCH
