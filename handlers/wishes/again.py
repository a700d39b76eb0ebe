"""没人认领的心愿：过几天在群里再提一次；支部情况里的合计。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.commands import Audience, Figure, Notice, Survey, Tick, ToGroup, figures, job
from bot.understanding.values import SHANGHAI
from bot.wording import Public, in_group, lines_in_group
from models import Wish, WishState

MOST = 5  # wishes in one message; the others follow a minute later

AGAIN = "这些微心愿还等着人帮忙：\n{lines}\n想帮忙请发：认领 {number}"
LINE = "· {number}号：{text}"
FIGURES = "微心愿：许了 {posted} 个，实现 {done} 个，等人认领 {open} 个"


@job("wish.again", tells=(Audience.GROUP,))
async def bring_up(tick: Tick) -> Sequence[Notice]:
    """Once for each wish that nobody has claimed for `bring_up_days`; together with others of its branch."""
    days = tick.settings.wishes.bring_up_days
    if not days:
        return []
    waiting = Wish.filter(state=WishState.OPEN, brought_up_at=None, posted_at__lte=tick.now - timedelta(days=days))
    by_branch: dict[int, list[Wish]] = {}
    for wish in await waiting.order_by("branch_id", "number"):
        by_branch.setdefault(wish.branch_id, []).append(wish)
    notices: list[Notice] = []
    for branch_id, found in by_branch.items():
        # Another process may be doing the same; of each wish one of them finds that it has not been done.
        mine = [wish for wish in found[:MOST] if await _mark(wish, tick.now)]
        if mine:
            lines = lines_in_group(in_group(LINE, number=one.number, text=Public(one.text)) for one in mine)
            said = in_group(AGAIN, lines=lines, number=mine[0].number)
            notices.append(ToGroup(branch_id, said, key=f"wish.again:{mine[0].id}"))
    return notices


async def _mark(wish: Wish, now: datetime) -> bool:
    return bool(await Wish.filter(id=wish.id, brought_up_at=None).update(brought_up_at=now))


@figures("wish", order=80)
async def counted(survey: Survey) -> Figure:
    """What was wished in those months, and what became of it."""
    begin = datetime.combine(survey.months[0].first_day, time(), SHANGHAI)
    end = datetime.combine((survey.months[-1] + 1).first_day, time(), SHANGHAI)
    posted = Wish.filter(
        branch_id__in=[branch.id for branch in survey.branches], posted_at__gte=begin, posted_at__lt=end
    ).exclude(state=WishState.REMOVED)
    states = [wish.state for wish in await posted.only("id", "state")]
    if not states:
        return Figure()
    done, free = states.count(WishState.DONE), states.count(WishState.OPEN)
    return Figure([in_group(FIGURES, posted=len(states), done=done, open=free)])
