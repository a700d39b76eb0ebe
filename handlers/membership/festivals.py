"""节日问候：to the groups, on the days that the operator chose; off by default."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import Audience, MomentTick, Notice, ToGroups, job
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_group
from models import Branch, Level

GREETING = "{text}"


@job("membership.festival", tells=(Audience.GROUP,), at=lambda settings, now: settings.festivals.daily(now))
async def greet(tick: MomentTick) -> Sequence[Notice]:
    """Each group once, on the day itself only."""
    today = tick.now.astimezone(SHANGHAI).date()
    if tick.moment.date() != today:
        return []
    texts = [one.text for one in tick.settings.festivals.days if one.day in (f"{today:%m-%d}", f"{today:%Y-%m-%d}")]
    if not texts:
        return []
    branches = [branch.id for branch in await Branch.filter(level=Level.BRANCH)]
    return [
        ToGroups(branches, _said(text), key=f"festival:{today:%Y-%m-%d}:{number}") for number, text in enumerate(texts)
    ]


def _said(text: str) -> GroupText:
    return in_group(GREETING, text=Public(text))
