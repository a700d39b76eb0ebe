"""Once a day the end of the trail is signed, and written to the log, where a machine that keeps logs has it too."""

from __future__ import annotations

import logging

from bot.audit import TrailReplaced, anchor
from bot.commands import MomentTick, Notice, job
from bot.settings import ConfigurationError

log = logging.getLogger(__name__)


@job("audit.anchor", at=lambda settings, now: settings.audit.anchored(now))
async def sign_the_end(tick: MomentTick) -> list[Notice]:
    """Nobody is told; what hinders it is an error in the log, once a day."""
    try:
        made = await anchor(tick.settings.audit, tick.now)
    except (TrailReplaced, ConfigurationError) as hindered:
        log.error("%s", hindered)
        return []
    if made is not None:
        log.info("the trail ends with %d:%s", made.line, made.digest)
    return []
