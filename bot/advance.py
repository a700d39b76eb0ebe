"""When a group is reminded of what lies ahead: the evening before and shortly before, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands import Tick
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, in_group

TOMORROW = in_group("明天")
TODAY = in_group("今天")


@dataclass(frozen=True, slots=True)
class Advance:
    """A reminder whose time has come: shortly before (`soon`) or the evening before; `day` is when the thing begins,
    said from the moment at which it will be read."""

    soon: bool
    day: GroupText
    start: datetime

    def key(self, part: str, record: int) -> str:
        """What makes the reminder of a part's record once; a new time is reminded of anew."""
        return f"{part}.{'soon' if self.soon else 'ahead'}:{record}:{self.start.astimezone(SHANGHAI):%Y%m%d%H%M}"


def advance(tick: Tick, start: datetime, announced_at: datetime) -> Advance | None:
    """The reminder that is due of what begins at `start`.

    None where it was announced after that time, or where quiet hours would hold the reminder back until
    it has begun. After downtime the evening's reminder comes late, the next morning say.
    """
    life = tick.settings.life
    read_at = tick.settings.reminders.quiet_hours.after(tick.now).astimezone(SHANGHAI)
    soon = start - timedelta(minutes=life.remind_before_minutes)
    day = start.astimezone(SHANGHAI).date()
    evening = datetime.combine(day - timedelta(days=1), life.remind_evening, SHANGHAI)
    if read_at >= start:
        return None
    if tick.now >= soon:
        return Advance(True, TODAY, start) if announced_at < soon else None
    if tick.now >= evening > announced_at and read_at < soon:
        return Advance(False, TODAY if read_at.date() == day else TOMORROW, start)
    return None
