"""那就周四三点吧：a time alone, where the free slots of the secretary were shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.commands import Instead, Refusal, Request, command
from bot.wording import in_group
from models import AuditEntry

WITHIN = timedelta(minutes=10)
SHOWN_BY = ("talk.free", "talk.book", "talk.change")  # what shows slots, by a list or a question
WHAT_FOR = "这个时间是要约谈心吗？请发：约谈心 {start}"


@command(
    "talk.then",
    "@(那就|就|那|还是){start}[可以|行|吧]",
    changes=False,
    puts_right=True,
    listed=False,
    offices=False,
    help="那就周四三点吧 — 看了时段以后，约这个时间谈心",
)
async def then(request: Request, start: datetime) -> Instead:
    """Book the slot at `start`, after a question, where slots were shown to the sender within `WITHIN`."""
    recent = AuditEntry.filter(member_id=request.me.id, at__gte=request.now - WITHIN)
    if not await recent.filter(command__in=SHOWN_BY).exists():
        raise Refusal(in_group(WHAT_FOR, start=start))
    return Instead("talk.book", {"start": start})
