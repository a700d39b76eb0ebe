"""How an opinion is spoken of to those who answer it, and until when they have to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.commands import Request
from bot.settings import OpinionSettings
from bot.understanding.values import SHANGHAI
from bot.wording import in_brackets
from models import Member, Opinion

FROM = "{name}提"
ANONYMOUS = "匿名"
DAYS_LEFT = "还剩 {days} 天"
TODAY_LAST = "今天到期"
OVERDUE = "已逾期 {days} 天"


def due_on(opinion: Opinion, settings: OpinionSettings) -> date:
    """The last day for an answer."""
    return opinion.given_on + timedelta(days=settings.answer_days)


def time_left(opinion: Opinion, settings: OpinionSettings, today: date) -> str:
    """最迟12月8日周二，还剩 5 天; 今天到期; 已逾期 3 天."""
    due = due_on(opinion, settings)
    if due < today:
        return OVERDUE.format(days=(today - due).days)
    left = TODAY_LAST if due == today else DAYS_LEFT.format(days=(due - today).days)
    return f"最迟{in_brackets(due)}，{left}"


def by(opinion: Opinion) -> str:
    """匿名, or 张三提; `author` is loaded."""
    return FROM.format(name=opinion.author.name) if opinion.author is not None else ANONYMOUS


def today(request: Request) -> date:
    """The day on which the message was sent."""
    return request.now.astimezone(SHANGHAI).date()


async def answering(branch_ids: Iterable[int]) -> list[Member]:
    """Who answers what is given to those branches, colleges or schools: all of each committee, so that nobody alone
    decides what becomes of it."""
    members = await Member.filter(branch_id__in=list(branch_ids), active=True).order_by("id")
    return [member for member in members if member.in_committee or member.in_office]
