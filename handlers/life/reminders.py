"""组织生活提醒：the group the evening before and shortly before; the secretary's attendance when signing in ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.advance import Advance, advance
from bot.commands import Audience, Notice, Tick, ToGroup, ToMember, job
from bot.people import secretaries
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_group
from handlers.life.signing_in import closes, expect_no_sign_in, opens
from handlers.life.wording import guests_coming, names, summary, title
from models import Activity, ActivityState
from models.activity import Tally, circle, tally

AHEAD = "【{day}】{title}{topic}\n应到 {expected} 人，已报名 {signed_up} 人，请假 {on_leave} 人{guests}。"
SOON = "【马上开始】{title}{topic}\n应到 {expected} 人，请假 {on_leave} 人{guests}。{sign_in}"
SIGN_IN_NOW = in_group("到了请在群里发“签到”。")
SIGN_IN_FROM = "{opens} 起在群里发“签到”，现在还签不了。"
TOPIC = "\n{topic}{link}"
LINK = "\n链接：{url}"
OVER = "签到已到时间结束。{summary}\n{names}\n会议纪要可发：会议纪要 {number}"


@job("life.reminders", tells=(Audience.GROUP, Audience.MEMBERS))
async def remind(tick: Tick) -> Sequence[Notice]:
    """One message to the group the evening before and one shortly before, each once for each time it is set to."""
    ahead = await Activity.filter(
        state=ActivityState.ANNOUNCED, start__gt=tick.now, start__lte=tick.now + timedelta(days=2)
    )
    notices: list[Notice] = []
    for activity in ahead:
        if due := advance(tick, activity.start, activity.created_at):
            notices += await _reminders(tick, activity, due)
    return notices


async def _reminders(tick: Tick, activity: Activity, due: Advance) -> list[Notice]:
    """To the group; what is confidential to each of those besides who belong to it and are not on leave."""
    key = due.key("life", activity.id)
    result = await tally(activity)
    in_full = _reminder(tick, due, activity, result, topic=_topic(activity))
    if not activity.confidential:
        return [ToGroup(activity.branch_id, in_full, key=key)]
    in_the_group = _reminder(tick, due, activity, result, topic=in_group(""))
    away = {member.id for member in (*result.on_leave, *result.guests_on_leave)}
    coming = [member for member in await circle(activity) if member.id not in away]
    return [
        ToGroup(activity.branch_id, in_the_group, key=key),
        *(ToMember(member.id, in_full, key=f"{key}:{member.id}") for member in coming),
    ]


def _reminder(tick: Tick, due: Advance, activity: Activity, result: Tally, *, topic: GroupText) -> GroupText:
    return in_group(
        SOON if due.soon else AHEAD,
        day=due.day,
        title=title(activity),
        topic=topic,
        expected=len(result.expected),
        signed_up=len(result.signed_up),
        on_leave=len(result.on_leave),
        guests=guests_coming(result),
        sign_in=_sign_in(tick, activity),
    )


def _topic(activity: Activity) -> GroupText:
    link = in_group(LINK, url=Public(activity.url)) if activity.url else in_group("")
    return in_group(TOPIC, topic=Public(activity.topic), link=link)


def _sign_in(tick: Tick, activity: Activity) -> GroupText:
    """From when on one can sign in: whoever tried at once would get no answer in the group."""
    opening = opens(activity, tick.settings.life)
    if opening <= tick.now:
        return SIGN_IN_NOW
    return in_group(SIGN_IN_FROM, opens=Public(f"{opening.astimezone(SHANGHAI):%H:%M}"))


@job("life.closing", tells=(Audience.COMMITTEE,))
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
