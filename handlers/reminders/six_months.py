"""Before it comes to six months: the secretary is told privately whose dues are missing and who has not been heard of.

Six months unpaid or absent without reason counts as leaving (党章第九条, 中组发〔2008〕3号 第十三条). That is for the
general meeting to decide; the bot draws no conclusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import Audience, MonthlyTick, Notice, ToMember, job
from bot.people import secretaries
from bot.settings import ReminderSettings
from bot.standing import Standing, of_branch
from bot.whereabouts import not_heard_of
from bot.wording import join

HEAD = "【只发给书记】{month}需要留意的情况："
ARREARS = "党费已有 {least} 个月以上未交："
ARREARS_ONE = "· {name}：{count} 个月（{months}）"
RULE = "没有正当理由、连续六个月不交党费或不参加组织生活的，依照党章第九条由支部大会决定；我只提醒，不作任何结论。"
SILENT = "最近 {days} 天没有任何消息和记录：{names}。流动党员要经常保持联系，失去联系满六个月由组织处理。"
ADVICE = (
    "建议先联系本人、约一次谈心了解情况：发送“开放时段 周四14-16点 每人20分钟”，请本人来约；看一个人发送“看看{name}”。"
)


@job("dues.six_months", tells=(Audience.COMMITTEE,), monthly=ReminderSettings.first)
async def warn_before_six_months(tick: MonthlyTick) -> Sequence[Notice]:
    """Tell the secretary; nothing where all is well."""
    standing = await of_branch(tick.branch, tick.settings, tick.now, tick.month)
    least = tick.settings.dues.warn_from_month
    late = [one for one in standing.without_dues if len(one.dues.missing) >= least]
    days = tick.settings.reminders.silent_days
    away = await not_heard_of([one.member for one in standing.members], tick.now - timedelta(days=days))
    silent = [one for one in standing.members if one.member in away]
    if not late and not silent:
        return []
    lines = [HEAD.format(month=tick.month.label), *_arrears(late, least), *_silence(silent, days)]
    lines.append(ADVICE.format(name=(late or silent)[0].name))
    return [ToMember(member.id, "\n".join(lines)) for member in await secretaries(tick.branch.id)]


def _arrears(late: Sequence[Standing], least: int) -> list[str]:
    if not late:
        return []
    each = [
        ARREARS_ONE.format(name=one.name, count=len(one.dues.missing), months=one.dues.missing.label) for one in late
    ]
    return [ARREARS.format(least=least), *each, RULE]


def _silence(silent: Sequence[Standing], days: int) -> list[str]:
    return [SILENT.format(days=days, names=join(one.name for one in silent))] if silent else []
