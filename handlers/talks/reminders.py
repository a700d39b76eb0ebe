"""谈心提醒：前一天晚上和一小时前，各提醒双方一次。"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.commands import Audience, Notice, Tick, ToMember, job
from bot.understanding.values import SHANGHAI
from handlers.talks.times import CHANGE_HOW, day_of, span
from models import Member, Talk, TalkState

HOUR_BEFORE = timedelta(hours=1)

REMINDER = "提醒：{when}与{name}谈心（{number}号）{topic}。{how}"
TO_GUEST = "来不了请发送“取消谈心”，要改请发“{how}”"
TO_HOST = "不能按时谈请发送“取消时段 {number}”，会通知对方另约"


@job("talk.reminders", tells=(Audience.MEMBERS,))
async def remind(tick: Tick) -> list[Notice]:
    """Tell both of every talk whose evening before or hour before has come."""
    soon = Talk.filter(state=TalkState.BOOKED, start__gt=tick.now, start__lte=tick.now + timedelta(days=2))
    notices: list[Notice] = []
    for talk in await soon.select_related("host", "member", "slot"):
        if kind := _due(talk, tick):
            notices += [_to(talk, talk.host, talk.member, kind), _to(talk, talk.member, talk.host, kind)]
    return notices


def _due(talk: Talk, tick: Tick) -> str | None:
    """hour, day or nothing; what had passed when the talk was booked is not said again."""
    hour_before = talk.start - HOUR_BEFORE
    evening_before = datetime.combine(day_of(talk.start) - timedelta(days=1), tick.settings.talks.remind_at, SHANGHAI)
    if tick.now >= hour_before:
        return "hour" if talk.booked_at < hour_before else None
    return "day" if tick.now >= evening_before > talk.booked_at else None


def _to(talk: Talk, reader: Member, other: Member, kind: str) -> ToMember:
    """The reminder for one of the two; a changed time has keys of its own, so it is told anew."""
    number = talk.slot.number if talk.slot else 0
    text = REMINDER.format(
        when=span(talk),
        name=other.name,
        number=number,
        topic=f"，话题：{talk.topic}" if talk.topic else "",
        how=TO_HOST.format(number=number) if reader.id == talk.host_id else TO_GUEST.format(how=CHANGE_HOW),
    )
    key = f"talk:{talk.id}:{talk.start:%Y%m%dT%H%M}:{kind}:{reader.id}"
    # An hour before an early talk lies in the quiet hours, and afterwards it would be too late.
    return ToMember(reader.id, text, key=key, urgent=kind == "hour")
