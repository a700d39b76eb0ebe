"""Whose report a reviewer has just read, so that a verdict without a name is on that one."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Request
from bot.understanding.values import Name
from models import AuditEntry, MatterKind, Member, OpenMatter

WITHIN = timedelta(minutes=30)
LOOKED_AT = 20  # lines of the trail


async def just_read(request: Request) -> Member | None:
    """Whose report the sender has read last.

    Once it was asked whether that one is meant, whose had been read by then, whatever has been opened since.
    """
    lines = AuditEntry.filter(member_id=request.me.id, at__gte=request.now - WITHIN)
    seen = await lines.filter(command__in=("report.read", "report.review")).order_by("-id").limit(LOOKED_AT)
    waiting = request.confirmed
    for line in seen:
        if line.command == "report.review":
            waiting = waiting and line.outcome != "asked"
        elif line.outcome == "done" and line.subjects and not waiting:
            return await Member.get_or_none(id=line.subjects[0], branch_id=request.my_branch.id, active=True)
    return None


async def name_asked_about(request: Request) -> Name | None:
    """Who was named before a question of ours for the verdict (批一下赵磊的汇报), while it is open."""
    sender = request.sender
    mine = OpenMatter.filter(kind=MatterKind.CONFIRMATION, channel=sender.channel, contact=sender.contact)
    asked = await mine.filter(closes_at__gt=request.now).order_by("-id").first()
    if asked is None or asked.content["command"] != "report.review":
        return None
    name = asked.content["values"].get("member")
    return Name(name) if name else None
