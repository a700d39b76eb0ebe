"""`run_bot.py audit verify`: whether each line of the trail is as it was written, and none is missing."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.audit.anchoring import anchor_key, sign
from bot.settings import AuditSettings
from models import AuditAnchor, AuditEntry, AuditHead

AT_ONCE = 1000  # lines in memory

MISSING = "第 {first} 到 {last} 行不见了"
CHANGED = "第 {line} 行被改过，或者它前面的行被换过"
NO_HEAD = "链尾的记录（audit_head）不见了，最后有没有缺行查不出来"
END_MISSING = "最后少了 {count} 行：应到第 {head} 行，只到第 {last} 行"
OTHER_END = "最后一行和链尾的记录（audit_head）对不上"
NOT_ANCHORED = "第 {line} 行以前已按保存期限清理，但那里没有签名的锚点"
ANCHOR_MISSED = "第 {line} 行和 {day:%Y-%m-%d} 签名的锚点对不上"
BEYOND = "有第 {line} 行的锚点，可是只到第 {last} 行"
ANCHOR_FORGED = "{day:%Y-%m-%d} 的锚点（第 {line} 行）签名不对：被改过，或者 audit.key_file 换过"
NO_KEY = "没有锚点的密钥 {path}，签名没有核对；请把原来的密钥文件放回去"
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first` and `last` are the lines that were looked at, 0 where there are none; `digest` is the last line's, which
    an operator can keep elsewhere; `faults` are lines for the operator, none where all is well."""

    first: int
    last: int
    digest: str
    anchors: int
    faults: tuple[str, ...]


class _Walk:
    """From line to line."""

    def __init__(self, cut: int, digest: str) -> None:
        self.last, self.digest = cut, digest
        self.faults: list[str] = []

    def step(self, line: AuditEntry) -> None:
        if line.id != self.last + 1:
            self.faults.append(MISSING.format(first=self.last + 1, last=line.id - 1))
        elif line.digest != line.digest_after(self.digest):
            self.faults.append(CHANGED.format(line=line.id))
        self.last, self.digest = line.id, line.digest


async def verify(settings: AuditSettings) -> Verdict:
    """Read the whole trail, a thousand lines at a time; changes nothing, and a bot may be writing meanwhile."""
    head = await AuditHead.all().first()
    anchors = {anchor.line: anchor for anchor in await AuditAnchor.all().order_by("line")}
    cut = head.cut if head else 0
    start = anchors.get(cut)
    walk = _Walk(cut, start.digest if start else "")
    if cut and start is None:
        walk.faults.append(NOT_ANCHORED.format(line=cut))
    async for line in _lines(cut, head.line if head else None):
        walk.step(line)
        if (anchor := anchors.get(line.id)) and anchor.digest != line.digest:
            walk.faults.append(ANCHOR_MISSED.format(line=line.id, day=anchor.signed_at))
    beyond = [BEYOND.format(line=line, last=walk.last) for line in anchors if line > max(walk.last, cut)]
    faults = [*walk.faults, *_end(head, walk), *beyond, *_signatures(settings, anchors)]
    return Verdict(min(cut + 1, walk.last), walk.last, walk.digest, len(anchors), tuple(faults[:MOST_FAULTS]))


async def _lines(after: int, until: int | None) -> AsyncIterator[AuditEntry]:
    """In order; what is written meanwhile, behind `until`, is left for the next time."""
    lines = AuditEntry.all() if until is None else AuditEntry.filter(id__lte=until)
    while some := await lines.filter(id__gt=after).order_by("id").limit(AT_ONCE):
        for line in some:
            yield line
        after = some[-1].id


def _end(head: AuditHead | None, walk: _Walk) -> list[str]:
    if head is None:
        return [NO_HEAD] if walk.last else []
    if walk.last < head.line:
        return [END_MISSING.format(count=head.line - walk.last, head=head.line, last=walk.last)]
    return [OTHER_END] if walk.digest != head.digest and not walk.faults else []


def _signatures(settings: AuditSettings, anchors: dict[int, AuditAnchor]) -> list[str]:
    key_file = anchor_key(settings)
    if anchors and not key_file.path.exists():  # reading would make a new one
        return [NO_KEY.format(path=key_file.path)]
    key = key_file.read() if anchors else b""
    return [
        ANCHOR_FORGED.format(line=line, day=anchor.signed_at)
        for line, anchor in anchors.items()
        if not hmac.compare_digest(sign(key, line, anchor.digest), anchor.signature)
    ]
