"""The month's reminder at the branch's day and time, and a second look a few days later for what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.commands import Audience, MonthlyTick, Notice, ToGroup, ToMember, job
from bot.people import secretaries
from bot.settings import ReminderSettings
from bot.standing import BranchStanding, of_branch
from bot.understanding.values import Month
from bot.wording import in_group, lines_in_group
from handlers.reminders.wording import (
    group_lines,
    names_of_open,
    names_of_reached,
    open_dues_matter,
    private_lines,
)

HEAD = "【{month}提醒】"
AGAIN = "【{month}再提醒一次】"
FOOT = in_group("每个人还差什么，已私聊告诉本人；没有收到的请加我为好友，再私聊发送“我的”。已经办好的同志不用理会。")
MY_HEAD = "{name}同志，{month}还有 {count} 件事："
MY_FOOT = "发送“我的”可随时查看。"
LIST_HEAD = "{month}的提醒已发出。"
LIST_FOOT = "要再提醒发送“催党费”或“催汇报”，看全部发送“支部情况”。"
ALL_DONE = "{month}的思想汇报、党费都已交齐，活动也都有回复，这次没有发提醒。"

MONTHLY = "reminder.month"


@job(MONTHLY, tells=(Audience.GROUP, Audience.MEMBERS, Audience.COMMITTEE), monthly=ReminderSettings.first)
async def remind_of_month(tick: MonthlyTick) -> Sequence[Notice]:
    """One group message with counts, private ones to those with something open, the list to the secretary."""
    standing = await of_branch(tick.branch, tick.settings, tick.now, tick.month)
    if not group_lines(standing):
        told = ALL_DONE.format(month=tick.month.label)
        return [ToMember(member.id, told) for member in await secretaries(tick.branch.id)]
    return await _reminders(standing, tick.now, HEAD)


@job(
    "reminder.again",
    tells=(Audience.GROUP, Audience.MEMBERS, Audience.COMMITTEE),
    monthly=ReminderSettings.again,
    a_day_after=MONTHLY,
)
async def remind_again(tick: MonthlyTick) -> Sequence[Notice]:
    """A few days after the month's reminder, in the same month, to those who still have something open."""
    if tick.month != Month.of(tick.now):
        return []
    standing = await of_branch(tick.branch, tick.settings, tick.now, tick.month)
    return await _reminders(standing, tick.now, AGAIN) if group_lines(standing) else []


async def _reminders(standing: BranchStanding, now: datetime, head: str) -> list[Notice]:
    branch, month = standing.branch, standing.month
    if standing.without_dues:
        await open_dues_matter(branch, now)
    reminded = [one for one in standing.members if one.open_count]
    group = lines_in_group([in_group(head, month=month), *group_lines(standing), FOOT])
    report = [LIST_HEAD.format(month=month.label), *names_of_open(standing), *names_of_reached(reminded), LIST_FOOT]
    return [
        ToGroup(branch.id, group),
        *(ToMember(one.member.id, _private(one.member.name, month, private_lines(one, now))) for one in reminded),
        *(ToMember(member.id, "\n".join(report)) for member in await secretaries(branch.id)),
    ]


def _private(name: str, month: Month, lines: Sequence[str]) -> str:
    head = MY_HEAD.format(name=name, month=month.label, count=len(lines))
    return "\n".join([head, *(f"{number}. {line}" for number, line in enumerate(lines, 1)), MY_FOOT])
