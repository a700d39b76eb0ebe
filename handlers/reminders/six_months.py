"""Before it comes to six months: the secretary is told privately whose dues are missing and who has not been heard of.

Six months unpaid or absent without reason counts as leaving (党章第九条, 中组发〔2008〕3号 第十三条). That is for the
general meeting to decide; the bot draws no conclusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q

from bot.commands import MonthlyTick, Notice, ToMember, job
from bot.people import secretaries
from bot.settings import ReminderSettings
from bot.standing import BranchStanding, Standing, of_branch
from bot.wording import join
from models import Attendance, DuesPayment, Member, Report, Talk, TalkState

HEAD = "【只发给书记】{month}需要留意的情况："
ARREARS = "党费已有 {least} 个月以上未交："
ARREARS_ONE = "· {name}：{count} 个月（{months}）"
RULE = "没有正当理由、连续六个月不交党费或不参加组织生活的，依照党章第九条由支部大会决定；我只提醒，不作任何结论。"
SILENT = (
    "最近 {days} 天没有任何记录（汇报、党费、签到、谈心）：{names}。"
    "流动党员要经常保持联系，失去联系满六个月由组织处理。"
)
ADVICE = (
    "建议先联系本人、约一次谈心了解情况：发送“开放时段 周四14-16点 每人20分钟”，请本人来约；看一个人发送“看看{name}”。"
)


@job("dues.six_months", monthly=ReminderSettings.first)
async def warn_before_six_months(tick: MonthlyTick) -> Sequence[Notice]:
    """Tell the secretary; nothing where all is well."""
    standing = await of_branch(tick.branch, tick.settings, tick.now, tick.month)
    least = tick.settings.dues.warn_from_month
    late = [one for one in standing.without_dues if len(one.dues.missing) >= least]
    days = tick.settings.reminders.silent_days
    silent = await not_heard_of(standing, tick.now - timedelta(days=days))
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


async def not_heard_of(standing: BranchStanding, since: datetime) -> list[Standing]:
    """Party members who have been on the roster since then and left no record of their own in that time."""
    party = [one for one in standing.members if one.member.is_party_member and one.member.created_at <= since]
    heard = await _heard_of([one.member for one in party], since)
    return [one for one in party if one.member.id not in heard]


async def _heard_of(members: Sequence[Member], since: datetime) -> set[int]:
    """Ids of those who handed in a report, declared dues, answered or came to an activity, or talked since then."""
    ids = [member.id for member in members]
    reports = await Report.filter(member_id__in=ids, submitted_at__gte=since)
    payments = await DuesPayment.filter(payer_id__in=ids, declared_at__gte=since)
    answered = Q(signed_up_at__gte=since) | Q(signed_in_at__gte=since) | Q(leave_at__gte=since)
    parts = await Attendance.filter(answered, member_id__in=ids)
    both = Q(member_id__in=ids) | Q(host_id__in=ids)
    talks = await Talk.filter(both, Q(start__gte=since) | Q(booked_at__gte=since)).exclude(state=TalkState.CANCELLED)
    return (
        {report.member_id for report in reports}
        | {payment.payer_id for payment in payments}
        | {part.member_id for part in parts}
        | {id_ for talk in talks for id_ in talk.pair}
    )
