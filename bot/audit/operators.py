"""What an operator does on the machine, on the trail as well: one way for all commands of run_bot.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tortoise.transactions import in_transaction

from bot.audit.anchoring import anchor_anew
from bot.audit.last_anchor import LastAnchor
from bot.settings import AuditSettings
from models import AuditEntry

OPERATOR = "operator"  # where the trail of messages names a channel


async def note_operator(
    command: str,
    now: datetime,
    *,
    branch_id: int | None = None,
    subjects: Sequence[int] = (),
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Say on the trail that it was done, as the last thing in the caller's transaction; `subjects` are members' ids."""
    await AuditEntry.append(
        at=now,
        command=command,
        outcome="done",
        channel=OPERATOR,
        branch_id=branch_id,
        subjects=subjects,
        detail=detail,
    )


async def note_restored(settings: AuditSettings, now: datetime, rows: int) -> None:
    """Say on the trail of a backup that it was restored, and up to where the trail in whose place it stands was signed;
    what is signed from now on is this one. Raises ConfigurationError."""
    before = LastAnchor.read(settings)
    async with in_transaction():
        signed = f"{before.line}:{before.digest}" if before else None
        await note_operator("restore", now, detail={"rows": rows, "signed_before": signed})
    async with in_transaction():
        await anchor_anew(settings, now)
