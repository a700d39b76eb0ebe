"""催去向: those who have not said where they are, whose placement is over, or who have long been silent, are asked
privately; when the secretary says so, and once a quarter those who never said."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import Audience, MonthlyTick, Notice, ToMember, job
from bot.people import secretaries
from bot.settings import ReminderSettings
from bot.whereabouts import Open, Whereabouts, of_branches, place
from bot.wording import GroupText, in_group, join
from handlers.reminders.wording import names_of_reached

COUNT = "去向：还有 {count} 人要更新，请看私聊。在学校发送“我在校”，去实习了发送“报到 城市 单位 到几月”。"
NOBODY = in_group("去向没有人要催，都登记了。")

MY_UNKNOWN = "您的去向还没有登记。去实习了请发：报到 苏州 汇川技术 到明年6月；在学校请发送“我在校”"
MY_OVER = "您登记的去向是：{place}，已经到期。结束了发送“实习结束”；还在就发送“续到明年3月”（写上月份）"
MY_SILENT = "有一阵没有您的消息了。去向没有变请发送“去向没变”，有变化请发：报到 苏州 汇川技术 到明年6月"

LISTED = {Open.UNKNOWN: "未登记去向", Open.OVER: "到期没更新", Open.SILENT: "久没有消息"}
LIST_LINE = "{what} {count} 人：{names}"

QUARTERLY = "{name}同志，支部想知道您在哪里，好和您联系。"
QUARTERLY_LIST = "去向还没有登记的：{names}。已经私聊提醒能联系到的人；看全部发送“去向”。"


def counted(asked: Sequence[Whereabouts]) -> GroupText:
    """How many are asked, for the group."""
    return in_group(COUNT, count=len(asked))


def question(one: Whereabouts) -> str:
    """What the member is asked, with what to type."""
    if one.open is Open.OVER and one.placement is not None:
        return MY_OVER.format(place=place(one.placement))
    return MY_SILENT if one.open is Open.SILENT else MY_UNKNOWN


def names_of_asked(asked: Sequence[Whereabouts]) -> list[str]:
    """Who is asked and why, and who could not be written to; for the secretary alone."""
    lines = []
    for open_, what in LISTED.items():
        if theirs := [one.name for one in asked if one.open is open_]:
            lines.append(LIST_LINE.format(what=what, count=len(theirs), names=join(theirs)))
    return lines + names_of_reached(asked)


@job("reminder.placement", tells=(Audience.MEMBERS, Audience.COMMITTEE), monthly=ReminderSettings.placements)
async def ask_each_quarter(tick: MonthlyTick) -> Sequence[Notice]:
    """Those whose whereabouts are unknown, privately; their names to the secretary."""
    found = await of_branches([tick.branch], tick.settings, tick.now)
    asked = [one for one in found if one.open is Open.UNKNOWN]
    if not asked:
        return []
    named = QUARTERLY_LIST.format(names=join(one.name for one in asked))
    return [
        *(ToMember(one.member.id, QUARTERLY.format(name=one.member.name) + question(one)) for one in asked),
        *(ToMember(person.id, named) for person in await secretaries(tick.branch.id)),
    ]
