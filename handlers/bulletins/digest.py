"""资讯摘要：what is new, in one message to each group, instead of one for each piece of news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.commands import Audience, MomentTick, Notice, ToGroups, job
from bot.wording import in_group
from handlers.bulletins.subscription import wanted_sections
from handlers.bulletins.wording import lines
from models import Branch, Bulletin, BulletinSection, BulletinSubscription, Room

DIGEST = "【资讯】\n{lines}{more}"
MORE = "\n另有 {count} 条，发送“资讯”查看。"
LONGEST_BACK = timedelta(days=14)  # after a long absence the oldest is no news any more


@job("bulletin.digest", tells=(Audience.GROUP,), at=lambda settings, now: settings.bulletins.due(now))
async def send(tick: MomentTick) -> Sequence[Notice]:
    """To each group what came since the last digest, of the sections that it wants; nothing where there is nothing."""
    earliest = tick.moment - LONGEST_BACK
    since = max(tick.since, earliest) if tick.since else earliest
    new = await Bulletin.published().filter(created_at__gt=since, created_at__lte=tick.moment).select_related("branch")
    if not new:
        return []
    decided: dict[int, dict[BulletinSection, bool]] = defaultdict(dict)
    for row in await BulletinSubscription.all():
        decided[row.branch_id][row.section] = row.wanted
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for room in await Room.filter(active=True).select_related("branch"):
        wanted = wanted_sections(tick.settings.bulletins, decided[room.branch_id])
        groups[tuple(each.id for each in new if each.section in wanted and _is_for(room.branch, each))].append(
            room.branch_id
        )
    by_id = {bulletin.id: bulletin for bulletin in new}
    most = tick.settings.bulletins.most
    return [
        _digest([by_id[id_] for id_ in ids[:most]], len(ids) - most, branch_ids, tick.moment)
        for ids, branch_ids in groups.items()
        if ids
    ]


def _is_for(branch: Branch, bulletin: Bulletin) -> bool:
    return bulletin.branch is None or bulletin.branch.path in branch.lineage


def _digest(bulletins: Sequence[Bulletin], left: int, branch_ids: Sequence[int], moment: datetime) -> ToGroups:
    more = in_group(MORE, count=left) if left > 0 else in_group("")
    text = in_group(DIGEST, lines=lines(bulletins), more=more)
    return ToGroups(branch_ids, text, f"bulletin.digest:{moment:%Y%m%d}")
