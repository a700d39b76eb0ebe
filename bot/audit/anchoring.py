"""Anchors: where the trail ended at a moment, signed. Whoever has the database alone can write no other trail behind
one, and retention removes what lies before one without leaving a loose end."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from bot.key_file import KeyFile
from bot.settings import AuditSettings
from models import AuditAnchor, AuditEntry, AuditHead


def anchor_key(settings: AuditSettings) -> KeyFile:
    """Where the key lies."""
    return KeyFile(settings.key_file, "audit.key_file", "核对操作记录")


async def anchor(settings: AuditSettings, now: datetime) -> AuditAnchor | None:
    """Sign where the trail ends; None where it has not grown since the last anchor. In the caller's transaction."""
    head = await AuditHead.locked()
    if not head.line or await AuditAnchor.exists(line=head.line):
        return None
    signature = sign(anchor_key(settings).read(), head.line, head.digest)
    return await AuditAnchor.create(line=head.line, digest=head.digest, signed_at=now, signature=signature)


async def cut(before: datetime) -> int:
    """Remove the oldest lines up to the next anchor that is older than `before`; how many that were. In the caller's
    transaction."""
    head = await AuditHead.locked()
    end = await AuditAnchor.filter(line__gt=head.cut, signed_at__lt=before).order_by("line").first()
    if end is None:
        return 0
    head.cut = end.line
    await head.save(update_fields=["cut"])
    return await AuditEntry.filter(id__lte=end.line).delete()


def sign(key: bytes, line: int, digest: str) -> str:
    """HMAC-SHA256, in hexadecimal, over a line's number and digest."""
    return hmac.new(key, f"hongyan trail:{line}:{digest}".encode(), hashlib.sha256).hexdigest()
