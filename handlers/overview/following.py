"""那党费呢：the same question about another matter."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Instead, Request, Role, command
from models import AuditEntry, Term

WITHIN = timedelta(minutes=10)
OF_THE_BRANCH = (
    "report.missing",
    "dues.missing",
    "missing",
    "placement.list",
    "life.sign_ups",
    "branch.status",
    "todo",
)


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
    changes=False,
    listed=False,
    offices=False,
    help="那党费呢 — 接着问另一件事",
)
async def following(request: Request, matter: Matter | None = None) -> Instead:
    """Of the branch where the committee has just looked at the branch, or means it; else one's own.

    Without a matter it is a month (那10月的呢), which only dues are asked about by.
    """
    if matter is None:
        return Instead("dues.mine", {})
    committee = request.role >= Role.COMMITTEE and matter in BRANCHS
    if committee and (matter is Matter.BRANCH or await _looked_at_the_branch(request)):
        return Instead(BRANCHS[matter], {})
    return Instead(OWN[matter], {})


async def _looked_at_the_branch(request: Request) -> bool:
    recent = AuditEntry.filter(member_id=request.me.id, at__gte=request.now - WITHIN, outcome="done")
    last = await recent.order_by("-id").first()
    return last is not None and last.command in OF_THE_BRANCH
