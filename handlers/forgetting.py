"""What is no longer open is forgotten: a question that nobody answered may hold a report's text."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Notice, Tick, job
from models import OpenMatter

# An answer that was sent in time may arrive late, after a downtime.
KEPT = timedelta(days=1)


@job("matters.forget")
async def forget(tick: Tick) -> list[Notice]:
    """Delete the matters that closed more than `KEPT` ago; nobody is told."""
    await OpenMatter.filter(closes_at__lt=tick.now - KEPT).delete()
    return []
