"""Whose report a reviewer has just read, so that a verdict without a name is on that one."""

from __future__ import annotations

from datetime import timedelta

from bot import questions
from bot.commands import Request
from bot.understanding.values import Name
from models import AuditEntry, Member

WITHIN = timedelta(minutes=30)


async def just_read(request: Request) -> Member | None:
    """Whose report the sender has read last."""
    line = await AuditEntry.lately(request.me.id, request.now - WITHIN).filter(command="report.read").first()
    if line is None or not line.subjects:
        return None
    return await Member.get_or_none(id=line.subjects[0], branch_id=request.my_branch.id, active=True)


async def name_asked_about(request: Request) -> Name | None:
    """Who was named before a question of ours for the verdict (批一下赵磊的汇报), while it is open."""
    asked = await questions.waiting_for(request, "report.review")
    name = asked.content["values"].get("member") if asked is not None else None
    return Name(name) if name else None
