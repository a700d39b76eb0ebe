"""What a month costs a member, and how months and amounts are spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.settings import DuesSettings
from bot.understanding.values import Money, Month, Months
from models import Member
from models.dues import monthly_standard


async def monthly(member: Member, year: int, dues: DuesSettings) -> int:
    """Fen a month in `year`: the member's own standard, else that of the category."""
    return await monthly_standard(member, year, dues.standard(member.category))


async def shares_for(member: Member, months: Sequence[str], dues: DuesSettings) -> dict[str, int]:
    """By month, fen that `member` owes for it."""
    years = {int(month[:4]) for month in months}
    by_year = {year: await monthly(member, year, dues) for year in years}
    return {month: by_year[int(month[:4])] for month in months}


def spoken(months: Iterable[str]) -> Months:
    """``YYYY-MM`` as months that can be said and typed: 2026年9–11月."""
    return Months(Month.parse(month) for month in sorted(months))


def yuan(fen: int) -> str:
    """0.20元"""
    return Money(fen).label


def each(shares: Mapping[str, int]) -> str:
    """每月0.20元, or the months one by one where they differ."""
    if len(set(shares.values())) == 1:
        return f"每月{yuan(next(iter(shares.values())))}"
    return "、".join(f"{Month.parse(month).label}{yuan(amount)}" for month, amount in shares.items())
