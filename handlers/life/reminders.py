"""组织生活提醒：the group the evening before and shortly before; the secretary's attendance when signing in ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.commands import Notice, Tick, ToGroup, ToMember, job
from bot.people import secretaries
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_group
from handlers.life.signing_in import closes, expect_no_sign_in
from handlers.life.wording import names, summary, title
from models import Activity, ActivityState
from models.activity import Tally, tally

AHEAD = "【{day}】{title}\n{topic}{link}\n应到 {expected} 人，已报名 {signed_up} 人，请假 {on_leave} 人。"
SOON = "【马上开始】{title}\n{topic}{link}\n应到 {expected} 人，请假 {on_leave} 人。到了请在群里发“签到”。"
TOMORROW = in_group("明天")
TODAY = in_group("今天")
LINK = "\n链接：{url}"
OVER = "签到已到时间结束。{summary}\n{names}\n会议纪要可发：会议纪要 {number}"


@job("life.reminders")
async def remind(tick: Tick) -> Sequence[Notice]:
    """One message to the group the evening before and one shortly before, each once for each time it is set to."""
    ahead = await Activity.filter(
        state=ActivityState.ANNOUNCED, start__gt=tick.now, start__lte=tick.now + timedelta(days=2)
    )
    notices: list[Notice] = []
    for activity in ahead:
        if reminder := _due(tick, activity):
            name, wording, day = reminder
            key = f"life.{name}:{activity.id}:{activity.start.astimezone(SHANGHAI):%Y%m%d%H%M}"
            text = _reminder(wording, day, activity, await tally(activity))
            notices.append(ToGroup(activity.branch_id, text, key=key))
    return notices


def _due(tick: Tick, activity: Activity) -> tuple[str, str, GroupText] | None:
    """The name and wording of the reminder whose time has come, and on which day it will be read.

    None where the activity was announced after that time, or where quiet hours would hold the reminder back until
    it has begun. After downtime the evening's reminder comes late, the next morning say.
    """
    life = tick.settings.life
    read_at = tick.settings.reminders.quiet_hours.after(tick.now).astimezone(SHANGHAI)
    soon = activity.start - timedelta(minutes=life.remind_before_minutes)
    day = activity.start.astimezone(SHANGHAI).date()
    evening = datetime.combine(day - timedelta(days=1), life.remind_evening, SHANGHAI)
    if read_at >= activity.start:
        return None
    if tick.now >= soon:
        return ("soon", SOON, TODAY) if activity.created_at < soon else None
    if tick.now >= evening > activity.created_at and read_at < soon:
        return "ahead", AHEAD, TODAY if read_at.date() == day else TOMORROW
    return None


def _reminder(wording: str, day: GroupText, activity: Activity, result: Tally) -> GroupText:
    return in_group(
        wording,
        day=day,
        title=title(activity),
        topic=Public(activity.topic),
        link=in_group(LINK, url=Public(activity.url)) if activity.url else in_group(""),
        expected=len(result.expected),
        signed_up=result.signed_up,
        on_leave=len(result.on_leave),
    )


@job("life.closing")
async def end_sign_in(tick: Tick) -> Sequence[Notice]:
    """End what nobody ended, and tell the secretary privately who came."""
    life = tick.settings.life
    past = tick.now - timedelta(minutes=life.sign_in_after_minutes)
    notices: list[Notice] = []
    for activity in await Activity.filter(state=ActivityState.ANNOUNCED, start__lte=past):
        ended = Activity.filter(id=activity.id, state=ActivityState.ANNOUNCED)
        if not await ended.update(state=ActivityState.CLOSED, closed_at=closes(activity, life)):
            continue
        await expect_no_sign_in(activity)
        result = await tally(activity)
        text = OVER.format(summary=summary(activity, result), names=names(result), number=activity.number)
        for person in await secretaries(activity.branch_id):
            notices.append(ToMember(person.id, text, key=f"life.attendance:{activity.id}:{person.id}"))
    return notices
