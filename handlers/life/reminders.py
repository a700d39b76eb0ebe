"""组织生活提醒：the group the evening before and shortly before; the secretary's attendance when signing in ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.advance import Advance, advance
from bot.commands import Notice, Tick, ToGroup, ToMember, job
from bot.people import secretaries
from bot.wording import GroupText, Public, in_group
from handlers.life.signing_in import closes, expect_no_sign_in
from handlers.life.wording import names, summary, title
from models import Activity, ActivityState
from models.activity import Tally, tally

AHEAD = "【{day}】{title}\n{topic}{link}\n应到 {expected} 人，已报名 {signed_up} 人，请假 {on_leave} 人。"
SOON = "【马上开始】{title}\n{topic}{link}\n应到 {expected} 人，请假 {on_leave} 人。到了请在群里发“签到”。"
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
        if due := advance(tick, activity.start, activity.created_at):
            text = _reminder(due, activity, await tally(activity))
            notices.append(ToGroup(activity.branch_id, text, key=due.key("life", activity.id)))
    return notices


def _reminder(due: Advance, activity: Activity, result: Tally) -> GroupText:
    return in_group(
        SOON if due.soon else AHEAD,
        day=due.day,
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
