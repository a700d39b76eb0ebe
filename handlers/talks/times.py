"""How slots are listed and talks are named; times and numbers may be said in a group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.understanding.found import Context
from bot.understanding.moments import read_day
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_group, lines_in_group
from models import Talk, TalkSlot
from models.talk import free_slots

SHOWN = 24
SHOWN_NEAREST = 5
DAY_SPAN = (time(8), time(22))  # what a day is read as where no hours are said

NONE_FREE = in_group("目前没有可约的时段，请等书记开放。")
FREE = "可约的谈心时段：\n{slots}\n约：约谈心 {number}号"
NONE_THEN = "{then}没有可约的时段。\n{nearest}"
NEAREST = "最近可约：\n{slots}\n{how}"
TO_BOOK = "约：约谈心 {number}号"
TO_CHANGE = "改：谈心改到{start}"
DAY = "{day}：{slots}"
CHANGE_HOW = "谈心改时间"  # without a time it is answered with those that are free
WITH_YEAR = re.compile(r"\d{4}[年./-]")
LAST_YEAR = re.compile(r"去年(?=\d)")
WEEKDAY = re.compile("周|星期|礼拜")
MORE = "还有 {count} 个，发送“书记下周三有空吗”这样的话可按时间查。"


def day_of(moment: datetime) -> date:
    """The day in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def day_told(text: str, now: datetime) -> date | None:
    """The day that `text` begins with (昨天, 11月20日, 周三, 去年12月4日), where it is not to come; else None.

    What is said of a talk that was held looks back: a weekday is the last one, a date without a year the nearest.
    """
    last_year = LAST_YEAR.match(text)
    said = read_day(text, last_year.end() if last_year else 0, Context(now)) if text else None
    if said is None or said.bare:
        return None
    day, today = said.day, day_of(now)
    if last_year:
        return _in_year(today.year - 1, day)
    if day > today and WEEKDAY.match(text):
        day -= timedelta(days=7)
    elif day > today and text[0].isdigit() and not WITH_YEAR.match(text):
        before = _in_year(day.year - 1, day)
        day = before if today - before < day - today else day
    return day if day <= today else None


def _in_year(year: int, day: date) -> date:
    """The same day of another year; of February's 29th the day after it where there is none."""
    return date(year, day.month, 1) + timedelta(days=day.day - 1)


def span(slot: TalkSlot | Talk) -> GroupText:
    """11月26日（周四）14:00–14:20."""
    return in_group("{day}{hours}", day=day_of(slot.start), hours=hours(slot.start, slot.end))


def hours(start: datetime, end: datetime) -> Public:
    """14:00–14:20; only the beginning where it has no length."""
    first, last = f"{start.astimezone(SHANGHAI):%H:%M}", f"{end.astimezone(SHANGHAI):%H:%M}"
    return Public(first if first == last else f"{first}–{last}")


def listed(slots: Sequence[TalkSlot]) -> GroupText:
    """Free slots by day, each with its number, and with its host's post where there are several hosts."""
    posts = len({slot.host_id for slot in slots}) > 1
    shown = sorted(slots, key=lambda slot: (slot.start, slot.number))[:SHOWN]
    lines = [
        in_group(DAY, day=day, slots=Public("、".join(_numbered(slot, posts) for slot in of_day)))
        for day, of_day in groupby(shown, key=lambda slot: day_of(slot.start))
    ]
    if len(slots) > len(shown):
        lines.append(in_group(MORE, count=len(slots) - len(shown)))
    return lines_in_group(lines)


def _numbered(slot: TalkSlot, post: bool) -> str:
    with_whom = f"（{slot.host.post.label}）" if post and slot.host.post.label else ""
    return f"{slot.number}号 {hours(slot.start, slot.end)}{with_whom}"


async def offered(
    branch_id: int, now: datetime, wanted: datetime | None = None, *, but: int | None = None, host: int | None = None
) -> list[TalkSlot]:
    """The five free slots nearest to `wanted`, soonest first; not those of the host `but`, only those of `host`."""
    free = [slot for slot in await free_slots(branch_id, now) if slot.host_id != but and host in (None, slot.host_id)]
    return sorted(_closest(free, wanted or now), key=lambda slot: slot.start)


def _closest(free: Sequence[TalkSlot], moment: datetime) -> list[TalkSlot]:
    return sorted(free, key=lambda slot: abs(slot.start - moment))[:SHOWN_NEAREST]


async def nearest(
    branch_id: int,
    now: datetime,
    wanted: datetime | None = None,
    *,
    but: int | None = None,
    host: int | None = None,
    how: str = TO_BOOK,
) -> GroupText:
    """The free slots nearest to `wanted` and how to take one; not those of the host `but`, only those of `host`."""
    free = [slot for slot in await free_slots(branch_id, now) if slot.host_id != but and host in (None, slot.host_id)]
    if not free:
        return NONE_FREE
    close = _closest(free, wanted or now)
    return in_group(NEAREST, slots=listed(close), how=in_group(how, number=close[0].number, start=close[0].start))


async def free_between(
    branch_id: int, now: datetime, first: datetime, last: datetime, *, but: int | None = None
) -> GroupText:
    """The free slots from `first` to `last`, else the nearest ones; not those of the host `but`."""
    free = [slot for slot in await free_slots(branch_id, now) if slot.host_id != but]
    fitting = [slot for slot in free if slot.start < last and slot.end > first]
    if fitting:
        return in_group(FREE, slots=listed(fitting), number=fitting[0].number)
    return in_group(NONE_THEN, then=_then(first, last), nearest=await nearest(branch_id, now, first, but=but))


def _then(first: datetime, last: datetime) -> GroupText:
    """A day or days without the hours that nobody said, else from when to when."""
    whole = (first.astimezone(SHANGHAI).time(), last.astimezone(SHANGHAI).time()) == DAY_SPAN
    one, other = day_of(first), day_of(last)
    if one == other:
        return in_group("{day}{hours}", day=one, hours=Public("") if whole else hours(first, last))
    return in_group("{first}到{last}", first=one if whole else first, last=other if whole else last)
