"""Retention: what is older than its class may be is removed, some of each kind at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from tortoise.fields import DateField

from bot.audit import cut
from bot.personal.forgetting import forget_who_left
from bot.personal.kinds import KINDS, OF_THE_MACHINE, Age, Kind
from bot.personal.selecting import remove
from bot.personal.unbound import forget_unbound
from bot.settings import RetentionSettings, Settings
from bot.understanding.values import SHANGHAI, Month

BATCH = 500  # rows of a kind: a transaction has to be short
ACCOUNTS = 100  # each of which has rows of several kinds


async def sweep(settings: Settings, now: datetime) -> dict[str, int]:
    """Remove the oldest rows that are too old, at most `BATCH` of each kind; how many, by label. In the caller's
    transaction."""
    kept, removed = settings.retention, {}
    for kind in chain(KINDS, OF_THE_MACHINE):
        if count := await _sweep(kind, kept, now):
            removed[kind.label] = count
    if accounts := await forget_unbound(now, ACCOUNTS):
        removed["没有绑定谁的账号"] = accounts
    if kept.roster_months and (rows := await forget_who_left(months_before(now, kept.roster_months), BATCH)):
        removed["离开的人在名册里的信息"] = rows
    if kept.audit_months and (lines := await cut(settings.audit, months_before(now, kept.audit_months))):
        removed["操作记录"] = lines
    return removed


async def _sweep(kind: Kind, settings: RetentionSettings, now: datetime) -> int:
    limit = oldest(kind.age, settings, now) if kind.age else None
    if kind.age is None or limit is None:
        return 0
    moment = kind.age.moment
    before = limit.date() if isinstance(kind.model._meta.fields_map[moment], DateField) else limit
    old = kind.model.filter(kind.age.over, **{f"{moment}__lt": before}).order_by("id").limit(BATCH)
    ids = list(await old.values_list("id", flat=True))
    if kind.age.emptied:
        return await kind.model.filter(id__in=ids).update(**dict(kind.age.emptied), emptied_at=now) if ids else 0
    return await remove(kind, ids)


def oldest(age: Age, settings: RetentionSettings, now: datetime) -> datetime | None:
    """What lies before is too old; None for never."""
    length = int(getattr(settings, age.limit))
    if not length:
        return None
    return months_before(now, length) if age.limit.endswith("_months") else now - timedelta(days=length)


def months_before(now: datetime, months: int) -> datetime:
    """The beginning of the month so many months ago."""
    first = (Month.of(now) + -months).first_day
    return datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
