"""那我现在交：hands in what was just asked about."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Instead, Refusal, Request, command
from bot.wording import in_group
from models import AuditEntry

WITHIN = timedelta(minutes=10)
HANDED_IN_BY = {"report": "report.submit", "dues": "dues.pay"}
WHICH = in_group("要交哪一样？交思想汇报请发：交思想汇报 正文；登记党费请发：交党费 11月")


@command(
    "hand_in",
    "@[那|那我|我|行|好][我][现在|这就|马上|就|今天]交[一下|了|吧]",
    "@(那|那我|那就)交[上|了|一下]吧",
    "@(汇报|这个|那个)[我][现在|这就|马上]就交",
    changes=False,
    listed=False,
    offices=False,
    help="那我现在交 — 接着交刚才问的汇报或党费",
)
async def hand_in(request: Request) -> Instead:
    """The report or the dues, whichever the sender has asked about last; raises Refusal where that is neither."""
    async for line in AuditEntry.lately(request.me.id, request.now - WITHIN).limit(3):
        if handed_in := HANDED_IN_BY.get(line.command.partition(".")[0]):
            return Instead(handed_in, {})
    raise Refusal(WHICH)
