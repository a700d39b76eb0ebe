"""Anchors: where the trail ended at a moment, signed. Whoever has the database alone can write no other trail behind
one, and retention removes what lies before one without leaving a loose end."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from bot.audit.last_anchor import LastAnchor, place
from bot.key_file import KeyFile
from bot.settings import AuditSettings
from models import AuditAnchor, AuditEntry, AuditHead

REPLACED = (
    "数据库里没有锚点文件 {path} 记着的第 {line} 行：操作记录被换过，没有再签锚点。"
    "请运行 python run_bot.py audit verify；是您自己换了数据库的，把 {path} 移走即可"
)


class TrailReplaced(Exception):
    """The trail is not the one that was signed last; the text is a line for the operator."""


def anchor_key(settings: AuditSettings) -> KeyFile:
    """Where the key lies."""
    return KeyFile(settings.key_file, "audit.key_file", "核对操作记录")


async def anchor(settings: AuditSettings, now: datetime) -> AuditAnchor | None:
    """Sign where the trail ends; None where it has not grown since the last anchor. In the caller's transaction, which
    has written no line. Raises TrailReplaced and ConfigurationError."""
    head = await AuditHead.locked()
    last = LastAnchor.read(settings)
    if last is not None and not await last.is_in_the_database():
        raise TrailReplaced(REPLACED.format(path=place(settings), line=last.line))
    return await _sign(settings, head, now)


async def anchor_anew(settings: AuditSettings, now: datetime) -> None:
    """As `anchor`, after the operator put another trail in the place of the one that was signed last."""
    await _sign(settings, await AuditHead.locked(), now)


async def _sign(settings: AuditSettings, head: AuditHead, now: datetime) -> AuditAnchor | None:
    if not head.line or await AuditAnchor.exists(line=head.line):
        return None
    signature = sign(anchor_key(settings).read(), head.line, head.digest, now)
    LastAnchor(head.line, head.digest, head.cut).write(settings)
    return await AuditAnchor.create(line=head.line, digest=head.digest, signed_at=now, signature=signature)


async def cut(settings: AuditSettings, before: datetime) -> int:
    """Remove the oldest lines up to the next anchor that is older than `before`; how many that were. In the caller's
    transaction. An anchor that was not signed with the key is none. Raises ConfigurationError."""
    head = await AuditHead.locked()
    end = await AuditAnchor.filter(line__gt=head.cut, signed_at__lt=before).order_by("line").first()
    if end is None or not is_signed(key := anchor_key(settings).read(), end):
        return 0
    head.cut, head.cut_signature = end.line, sign_cut(key, end.line, end.digest)
    last = LastAnchor.read(settings) or LastAnchor(end.line, end.digest, 0)
    LastAnchor(last.line, last.digest, end.line).write(settings)
    await head.save(update_fields=["cut", "cut_signature"])
    return await AuditEntry.filter(id__lte=end.line).delete()


def is_signed(key: bytes, anchor: AuditAnchor) -> bool:
    """Whether somebody who has the key made it."""
    return hmac.compare_digest(sign(key, anchor.line, anchor.digest, anchor.signed_at), anchor.signature)


def sign(key: bytes, line: int, digest: str, at: datetime) -> str:
    """HMAC-SHA256, in hexadecimal, over a line's number and digest, and when it was signed."""
    return _mac(key, f"hongyan trail:{line}:{digest}:{at.astimezone(UTC).isoformat(timespec='microseconds')}")


def sign_cut(key: bytes, line: int, digest: str) -> str:
    """As `sign`, over the number and digest of the last line that retention removed."""
    return _mac(key, f"hongyan cut:{line}:{digest}")


def _mac(key: bytes, said: str) -> str:
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
