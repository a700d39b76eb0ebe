"""`run_bot.py audit verify`: whether each line of the trail is as it was written, and none is missing.

The database is not believed where it speaks of itself: what retention removed has to be signed, what was signed last
stands in a file beside the key, and an operator can hold against it what the log once said.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.audit.anchoring import anchor_key, is_signed, sign_cut
from bot.audit.last_anchor import LastAnchor, place
from bot.settings import AuditSettings
from models import AuditAnchor, AuditEntry, AuditHead

AT_ONCE = 1000  # lines in memory
UNSIGNED = timedelta(days=2)  # by when a line has an anchor behind it, while a bot runs

MISSING = "第 {first} 到 {last} 行不见了"
CHANGED = "第 {line} 行被改过，或者它前面的行被换过"
NO_HEAD = "链尾的记录（audit_head）不见了，最后有没有缺行查不出来"
END_MISSING = "最后少了 {count} 行：应到第 {head} 行，只到第 {last} 行"
OTHER_END = "最后一行和链尾的记录（audit_head）对不上"
NOT_ANCHORED = "第 {line} 行以前已按保存期限清理，但那里没有签名的锚点"
CUT_FORGED = "到第 {line} 行为止的清理签名不对：这些行不是按保存期限清理的"
CUT_AHEAD = "清理到了第 {line} 行，锚点文件 {path} 里只到第 {cut} 行：这些行不是按保存期限清理的"
ANCHOR_MISSED = "第 {line} 行和 {day:%Y-%m-%d} 签名的锚点对不上"
BEYOND = "有第 {line} 行的锚点，可是只到第 {last} 行"
ANCHOR_FORGED = "{day:%Y-%m-%d} 的锚点（第 {line} 行）签名不对：被改过，或者 audit.key_file 换过"
NO_KEY = "没有锚点的密钥 {path}，签名没有核对；请把原来的密钥文件放回去"
NO_LAST = "没有锚点文件 {path}，最后一个锚点还在不在查不出来；请把它放回去，找不到的，机器人下次签锚点时重写"
NOT_THE_LAST = "锚点文件 {path} 里的第 {line} 行，数据库里没有或者不一样：操作记录被换过，或者换了数据库"
NOT_EXPECTED = "第 {line} 行不是 --expect 里的那一行：操作记录被换过"
UNANCHORED = (
    "第 {line} 行已超过两天，后面没有签名的锚点：机器人停着的，先启动它再核对；"
    "一直开着的，锚点被删了或者签不了，请看日志"
)
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Expected:
    """A line and its digest, as somebody wrote them down elsewhere."""

    line: int
    digest: str

    @classmethod
    def parse(cls, said: str) -> Expected:
        """Of ``LINE:DIGEST``; raises ValueError."""
        line, separator, digest = said.strip().partition(":")
        if not separator or len(bytes.fromhex(digest)) != 32:
            raise ValueError(said)
        return cls(int(line), digest.lower())


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
    """From line to line; `digests` are those of the lines that are `wanted` later."""

    def __init__(self, cut: int, anchors: Mapping[int, AuditAnchor], wanted: Iterable[int]) -> None:
        start = anchors.get(cut)
        self.last, self.digest = cut, start.digest if start else ""
        self.faults = [NOT_ANCHORED.format(line=cut)] if cut and start is None else []
        self.digests = {line: anchor.digest for line, anchor in anchors.items() if line <= cut}
        self._anchors, self._wanted = anchors, set(wanted)

    def step(self, line: AuditEntry) -> None:
        if line.id != self.last + 1:
            self.faults.append(MISSING.format(first=self.last + 1, last=line.id - 1))
        elif line.digest != line.digest_after(self.digest):
            self.faults.append(CHANGED.format(line=line.id))
        if (anchor := self._anchors.get(line.id)) and anchor.digest != line.digest:
            self.faults.append(ANCHOR_MISSED.format(line=line.id, day=anchor.signed_at))
        if line.id in self._wanted:
            self.digests[line.id] = line.digest
        self.last, self.digest = line.id, line.digest


async def verify(settings: AuditSettings, now: datetime, expected: Expected | None = None) -> Verdict:
    """Read the whole trail, a thousand lines at a time; changes nothing, and a bot may be writing meanwhile. Raises
    ConfigurationError for a file that cannot be read."""
    last = LastAnchor.read(settings)
    anchors = {anchor.line: anchor for anchor in await AuditAnchor.all().order_by("line")}
    head = await AuditHead.all().first()  # last: what was signed is never behind it
    key = _key(settings) if anchors or (head and head.cut) else b""
    forged = [line for line, anchor in anchors.items() if key is not None and not is_signed(key, anchor)]
    signed = max(anchors.keys() - forged, default=0)
    cut = head.cut if head else 0
    walk = _Walk(cut, anchors, [one.line for one in (last, expected) if one])
    stale: int | None = None
    async for line in _lines(cut, head.line if head else None):
        walk.step(line)
        if stale is None and line.id > signed and line.at < now - UNSIGNED:
            stale = line.id
    faults = [
        *walk.faults,
        *_end(head, walk),
        *(BEYOND.format(line=line, last=walk.last) for line in anchors if line > max(walk.last, cut)),
        *([NO_KEY.format(path=settings.key_file)] if key is None else []),
        *(ANCHOR_FORGED.format(line=line, day=anchors[line].signed_at) for line in forged),
        *_cut(settings, head, key, anchors, last),
        *_kept_elsewhere(settings, walk, anchors, last, expected),
        *([UNANCHORED.format(line=stale)] if stale else []),
    ]
    return Verdict(min(cut + 1, walk.last), walk.last, walk.digest, len(anchors), tuple(faults[:MOST_FAULTS]))


async def _lines(after: int, until: int | None) -> AsyncIterator[AuditEntry]:
    """In order; what is written meanwhile, behind `until`, is left for the next time."""
    lines = AuditEntry.all() if until is None else AuditEntry.filter(id__lte=until)
    while some := await lines.filter(id__gt=after).order_by("id").limit(AT_ONCE):
        for line in some:
            yield line
        after = some[-1].id


def _key(settings: AuditSettings) -> bytes | None:
    """None where the key is gone: reading would make a new one."""
    key_file = anchor_key(settings)
    return key_file.read() if key_file.path.exists() else None


def _end(head: AuditHead | None, walk: _Walk) -> list[str]:
    if head is None:
        return [NO_HEAD] if walk.last else []
    if walk.last < head.line:
        return [END_MISSING.format(count=head.line - walk.last, head=head.line, last=walk.last)]
    return [OTHER_END] if walk.digest != head.digest and not walk.faults else []


def _cut(
    settings: AuditSettings,
    head: AuditHead | None,
    key: bytes | None,
    anchors: Mapping[int, AuditAnchor],
    last: LastAnchor | None,
) -> list[str]:
    """What the database calls cut by retention has to be signed: retention signs only what is old enough."""
    faults: list[str] = []
    if head is None or not head.cut:
        return faults
    start = anchors.get(head.cut)
    if key is not None and start is not None:
        right = sign_cut(key, head.cut, start.digest)
        faults += [] if hmac.compare_digest(right, head.cut_signature) else [CUT_FORGED.format(line=head.cut)]
    if last is not None and head.cut > last.cut:
        faults.append(CUT_AHEAD.format(line=head.cut, path=place(settings), cut=last.cut))
    return faults


def _kept_elsewhere(
    settings: AuditSettings,
    walk: _Walk,
    anchors: Mapping[int, AuditAnchor],
    last: LastAnchor | None,
    expected: Expected | None,
) -> Sequence[str]:
    """What stands outside the database has to be in it."""
    faults = []
    if last is None and anchors:
        faults.append(NO_LAST.format(path=place(settings)))
    if last is not None and walk.digests.get(last.line) != last.digest:
        faults.append(NOT_THE_LAST.format(path=place(settings), line=last.line))
    if expected is not None and walk.digests.get(expected.line) != expected.digest:
        faults.append(NOT_EXPECTED.format(line=expected.line))
    return faults
