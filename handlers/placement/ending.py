"""实习到期：whoever's placement ends is asked privately what then, twice at most; a bare 结束了 answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.commands import Audience, MomentTick, Notice, ToMember, job
from bot.reach import account_of
from bot.settings import PlacementSettings, Settings
from bot.understanding.values import SHANGHAI, Month
from models import MatterKind, OpenMatter, OutboxMessage, Placement

ANSWER_DAYS = 7  # for so long a bare 结束了 is understood

ENDING = (
    "{name}同志，您登记在{city}的实习到{month}为止。结束了回复“结束了”；还在就发送“续到明年3月”（写上月份）；"
    "换了地方请发：报到 苏州 汇川技术 到明年6月"
)
AGAIN = (
    "{name}同志，您登记在{city}的实习到{month}已经满了，还没有收到您的消息。"
    "结束了回复“结束了”；还在就发送“续到明年3月”（写上月份）。"
)


@job("placement.ending", tells=(Audience.MEMBERS,), at=lambda settings, now: settings.placement.asked(now))
async def ask(tick: MomentTick) -> Sequence[Notice]:
    """Before the end of the last month, and some days after it where nobody answered; each once."""
    settings, today = tick.settings.placement, tick.now.astimezone(SHANGHAI).date()
    this = Month.of(today)
    months = [str(this + ahead) for ahead in range(-2, 4)]
    current = Placement.filter(
        claim__isnull=False, ended_on=None, until__in=months, member__active=True, member__handed_over_on=None
    )
    rows = await current.order_by("id").select_related("member")
    due = [(row, asked) for row in rows if (asked := _due(row, settings, today))]
    keys = {one.key for one in await OutboxMessage.filter(key__in=[_key(*one) for one in due]).only("id", "key")}
    notices: list[Notice] = []
    for row, asked in due:
        if _key(row, asked) not in keys:
            await _open(row.member_id, tick.settings, tick.now)
            text = asked.format(name=row.member.name, city=row.city, month=_last(row).label)
            notices.append(ToMember(row.member_id, text, key=_key(row, asked)))
    return notices


def _due(row: Placement, settings: PlacementSettings, today: date) -> str | None:
    """Which question is due of `row`; None for none."""
    if row.registered_at.astimezone(SHANGHAI).date() == today:
        return None
    last_day = (_last(row) + 1).first_day - timedelta(days=1)
    if today >= last_day + timedelta(days=settings.again_days):
        return AGAIN
    return ENDING if today >= last_day - timedelta(days=settings.ask_days) else None


def _last(row: Placement) -> Month:
    assert row.until is not None  # only those with an end are asked
    return Month.parse(row.until)


def _key(row: Placement, asked: str) -> str:
    return f"placement.{'again' if asked is AGAIN else 'ending'}:{row.id}"


async def _open(member_id: int, settings: Settings, now: datetime) -> None:
    """Let a bare 结束了 be understood in the member's private chat."""
    account = await account_of(member_id, settings)
    if account is not None:
        end = datetime.combine(now.astimezone(SHANGHAI).date() + timedelta(days=ANSWER_DAYS), time(), SHANGHAI)
        await OpenMatter.create(
            kind=MatterKind.PLACEMENT_END,
            channel=account.channel,
            conversation=account.contact,
            contact=account.contact,
            opens_at=now,
            closes_at=end,
        )
