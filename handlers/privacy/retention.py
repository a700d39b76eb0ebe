"""到期清理：what is older than its class may be goes, hourly and some at a time; the trail and the log have counts."""

from __future__ import annotations

import logging

from bot.audit import OPERATOR
from bot.commands import Audience, MomentTick, Notice, job
from bot.personal import let_go, sweep
from models import AuditEntry

log = logging.getLogger(__name__)


@job(
    "privacy.retention",
    at=lambda settings, now: settings.retention.swept(now),
    tells=(Audience.COMMITTEE, Audience.OFFICES),
)
async def clear(tick: MomentTick) -> list[Notice]:
    """Of those who have left the secretary gets the papers; else nobody is told."""
    notices = await let_go(tick.settings, tick.now)
    removed = await sweep(tick.settings, tick.now)
    if removed:
        log.info("retention removed %d rows of %d kinds", sum(removed.values()), len(removed))
        await AuditEntry.append(at=tick.now, command="retention", outcome="done", channel=OPERATOR, detail=removed)
    return [*notices]
