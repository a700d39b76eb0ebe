"""What a reminder says: counts in the group, what is open to each one privately, the list to the secretary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.periods import label
from bot.standing import BranchStanding, Standing
from bot.understanding.values import SHANGHAI, Month
from bot.wording import GroupText, Public, in_brackets, in_group, join, typed, when
from models import Activity, Branch, MatterKind, OpenMatter, ReportState, Term

REPORTS = "思想汇报（{period}）：还有 {count} 人未交，请在{until}前交。私聊我发送“交思想汇报 正文”，或直接发文件。"
DUES = "党费（到{month}）：还有 {count} 人未交齐。交给书记后发送“交党费 {number}月”，或回复“交了”。"
INVITATION = "{kind}（{start}）{topic}：还有 {count} 人没有回复。发送“报名 {number}”，来不了发送“请假 {number} 原因”。"

MY_REPORT = "思想汇报（{period}）还没交，请在{until}前交。发送“交思想汇报 正文”，或直接发文件"
MY_RETURNED_REPORT = "思想汇报（{period}）被退回了，请修改后重交。发送“交思想汇报 正文”，或直接发文件"
MY_DUES = "党费{months}还没交。交给书记后发送“交党费 {example}”"
MY_INVITATION = "{kind}（{start}）{topic}：还没回复。发送“报名 {number}”，来不了发送“请假 {number} 原因”"

NO_REPORT = "未交汇报 {count} 人：{names}"
NO_DUES = "未交党费 {count} 人：{names}"
NO_ANSWER = "没有回复活动 {count} 人：{names}"
REACHED = "已私聊提醒：{names}"
NOT_REACHED = "私聊不到（还不是我的好友）：{names}。请让他们加我为好友，或由您联系"

MATTER_DAYS = 5  # 交了 is understood for as long after a reminder, and to the month's end at least


class RemindTopic(Term):
    REPORT = "report", "汇报", "思想汇报"
    DUES = "dues", "党费"
    LIFE = "life", "组织生活", "活动", "签到", "报名", "党日", "主题党日", "党课"
    PLACEMENT = "placement", "去向", "报到"


ALL = (RemindTopic.REPORT, RemindTopic.DUES, RemindTopic.LIFE)


def group_lines(standing: BranchStanding, topics: Collection[RemindTopic] = ALL) -> list[GroupText]:
    """How many have something open of each topic and how it is done; [] where nothing is open."""
    lines = []
    if RemindTopic.REPORT in topics:
        lines += _report_counts(standing)
    if RemindTopic.DUES in topics and standing.without_dues:
        month = standing.month
        lines.append(in_group(DUES, month=month, count=len(standing.without_dues), number=month.month))
    if RemindTopic.LIFE in topics:
        lines += _invitation_counts(standing)
    return lines


def _report_counts(standing: BranchStanding) -> list[GroupText]:
    counts = Counter((one.due.period, one.due.until) for one in standing.without_report if one.due)
    return [
        in_group(REPORTS, period=label(period), count=count, until=until)
        for (period, until), count in sorted(counts.items())
    ]


def _invitation_counts(standing: BranchStanding) -> list[GroupText]:
    counted = []
    for activity in standing.ahead:
        count = sum(activity in one.life.unanswered for one in standing.members)
        if count:
            # What a 支委会 is about is not for the whole branch to read.
            topic, number = Public("" if activity.confidential else activity.topic), activity.number
            counted.append(
                in_group(
                    INVITATION,
                    kind=activity.kind,
                    start=in_brackets(activity.start),
                    topic=topic,
                    count=count,
                    number=number,
                )
            )
    return counted


def private_lines(one: Standing, now: datetime, topics: Collection[RemindTopic] = ALL) -> list[str]:
    """What is open for one member, with what to type; [] where nothing is."""
    lines = []
    if RemindTopic.REPORT in topics and one.due and one.report_open:
        returned = one.report is not None and one.report.state is ReportState.RETURNED
        text = MY_RETURNED_REPORT if returned else MY_REPORT
        lines.append(text.format(period=label(one.due.period), until=when(one.due.until)))
    if RemindTopic.DUES in topics and one.dues.missing:
        lines.append(MY_DUES.format(months=one.dues.missing.label, example=typed(one.dues.missing, now)))
    if RemindTopic.LIFE in topics:
        lines += [_my_invitation(activity) for activity in one.life.unanswered]
    return lines


def _my_invitation(activity: Activity) -> str:
    return MY_INVITATION.format(
        kind=activity.kind.label, start=in_brackets(activity.start), topic=activity.topic, number=activity.number
    )


def names_of_open(standing: BranchStanding, topics: Collection[RemindTopic] = ALL) -> list[str]:
    """Who has what open, for the secretary alone."""
    lines = []
    if RemindTopic.REPORT in topics and (late := standing.without_report):
        lines.append(NO_REPORT.format(count=len(late), names=names(late)))
    if RemindTopic.DUES in topics and (late := standing.without_dues):
        listed = join(f"{one.name}（{one.dues.missing.label}）" for one in late)
        lines.append(NO_DUES.format(count=len(late), names=listed))
    if RemindTopic.LIFE in topics and (late := standing.without_answer):
        lines.append(NO_ANSWER.format(count=len(late), names=names(late)))
    return lines


class Reachable(Protocol):
    """Somebody by the name that tells them from the others, and whether the bot can write to them."""

    @property
    def name(self) -> str: ...

    @property
    def friend(self) -> bool: ...


def names_of_reached(reminded: Sequence[Reachable]) -> list[str]:
    """Who was written to privately and who could not be, for the secretary alone."""
    friends = [one for one in reminded if one.friend]
    others = [one for one in reminded if not one.friend]
    lines = [REACHED.format(names=names(friends))] if friends else []
    return [*lines, NOT_REACHED.format(names=names(others))] if others else lines


def names(standings: Sequence[Reachable]) -> str:
    """The members' names as a list."""
    return join(one.name for one in standings)


async def open_dues_matter(branch: Branch, now: datetime) -> None:
    """Let a bare 交了 be understood as dues, to the end of the present month or for five days, whichever is later."""
    end_of_month = datetime.combine((Month.of(now) + 1).first_day, datetime.min.time(), SHANGHAI)
    await OpenMatter.create(
        kind=MatterKind.DUES_REMINDER,
        branch_id=branch.id,
        opens_at=now,
        closes_at=max(end_of_month, now + timedelta(days=MATTER_DAYS)),
    )
