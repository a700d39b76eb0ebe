"""政治生日：on the day on which a member was admitted, a word to them, privately and to nobody else."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence

from bot.commands import Audience, MomentTick, Notice, ToMember, job
from bot.understanding.values import SHANGHAI
from models import Category, Member
from models.member import years_after

OLDEST = 105  # years; nobody has been a member for longer than the Party exists

GREETING = "{name}同志，今天是您的政治生日：{years}年前的今天，{day:%Y-%m-%d}，您成为{what}。祝您不忘初心，一切都好！"
BECAME = {Category.FULL: "中国共产党党员", Category.PROBATIONARY: "中国共产党预备党员"}


@job("membership.anniversary", tells=(Audience.MEMBERS,), at=lambda settings, now: settings.membership.daily(now))
async def greet(tick: MomentTick) -> Sequence[Notice]:
    """On the day itself only; what a downtime missed is not made up for."""
    today = tick.now.astimezone(SHANGHAI).date()
    if not tick.settings.membership.anniversaries or tick.moment.date() != today:
        return []
    # 29 February is kept on the 28th in other years, which `years_after` says.
    days = [years_after(today, -years) for years in range(1, OLDEST)]
    if (today.month, today.day) == (2, 28):
        days += [day.replace(day=29) for day in days if isleap(day.year)]
    admitted = Member.filter(admitted_on__in=days, active=True, category__in=list(BECAME))
    notices: list[Notice] = []
    for member in await admitted.order_by("id"):
        day = member.admitted_on
        if day is not None and years_after(day, today.year - day.year) == today:
            text = GREETING.format(name=member.name, years=today.year - day.year, day=day, what=BECAME[member.category])
            notices.append(ToMember(member.id, text, key=f"anniversary:{member.id}:{today.year}"))
    return notices
