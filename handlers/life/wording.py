"""How an activity and its attendance are spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.commands import AskFor, Refusal, Request
from bot.settings import LifeSettings
from bot.understanding.values import SHANGHAI
from bot.wording import GroupText, Public, in_brackets, in_group, join, lines_in_group
from handlers.life.signing_in import opens
from models import Activity, ActivityKind, ActivityState, Member
from models.activity import Quorum, Tally

ANNOUNCEMENT = (
    "【{kind}】{number}号\n时间：{start}{topic}{link}\n"
    "报名请发：报名 {number}\n签到：{opens}起在群里发“签到”\n"
    "请假请私聊我发：请假 {number} 原因（原因只告诉书记）"
)
TOPIC = "\n内容：{topic}"
LINK = "\n链接：{url}"
CALLED_OFF = "【取消】{title}取消了，不用参加。"
TITLE = "{number}号{kind}（{start}）"
COUNTS = "应到 {expected} 人，实到 {present} 人，请假 {on_leave} 人，未到 {absent} 人"
SO_FAR = "应到 {expected} 人，已签到 {present} 人，请假 {on_leave} 人，还没到 {absent} 人"
GUESTS = "，列席 {guests} 人"
ANSWERS = "应到 {expected} 人，已报名 {signed_up} 人，请假 {on_leave} 人，还没回复 {unanswered} 人"
GUESTS_COMING = "，另有 {guests} 人报名列席"
QUORUM = "{who}应到 {entitled} 人，到会 {present} 人，须有 {needed} 人到会，{verdict}。"
VOTERS = in_group("有表决权的党员")
COMMITTEE = in_group("支部委员")
REACHED = in_group("已达到法定人数")
NOT_REACHED = in_group("未达到法定人数")
NAMES = "实到：{present}\n请假：{on_leave}\n{missing}：{absent}"
MISSING, NOT_YET_THERE = "未到", "还没到"
GUEST_NAMES = "列席：{guests}"
NAMES_OF_ANSWERS = "已报名：{signed_up}\n请假：{on_leave}\n还没回复：{unanswered}"
NAMES_OF_GUESTS_COMING = "报名列席：{guests}"
NAMES_OF_GUESTS_ON_LEAVE = "不在应到之列、也请了假的：{guests}"
NO_SUCH = "没有{number}号活动。发送“组织生活”看有哪些。"
CANCELLED = "{title}已经取消了。"


def stacked(*lines: GroupText) -> GroupText:
    """The lines under one another."""
    return lines_in_group(lines)


def later(activity: Activity) -> Public:
    """A time it could be put to, as it is typed: the same hour a day later, 11月29日19:30."""
    start = (activity.start + timedelta(days=1)).astimezone(SHANGHAI)
    return Public(f"{start.month}月{start.day}日{start:%H:%M}")


def title(activity: Activity) -> GroupText:
    """3号主题党日（11月28日周六19:30）"""
    return in_group(TITLE, number=activity.number, kind=activity.kind, start=in_brackets(activity.start))


def announcement(activity: Activity, life: LifeSettings) -> GroupText:
    """All that is said of a new activity; of a confidential one to those alone who belong to it."""
    return in_group(
        ANNOUNCEMENT,
        kind=activity.kind,
        number=activity.number,
        start=activity.start,
        topic=in_group(TOPIC, topic=Public(activity.topic)) if activity.topic != activity.kind.label else in_group(""),
        link=in_group(LINK, url=Public(activity.url)) if activity.url else in_group(""),
        opens=opens(activity, life),
    )


def counts(tally: Tally, *, begun: bool = True) -> GroupText:
    """应到, 实到, 请假, 未到 and, where there are some, 列席; without a full stop.

    Before it has `begun` nobody is missing yet.
    """
    said = in_group(
        COUNTS if begun else SO_FAR,
        expected=len(tally.expected),
        present=len(tally.present),
        on_leave=len(tally.on_leave),
        absent=len(tally.absent),
    )
    return in_group("{said}" + GUESTS, said=said, guests=len(tally.guests)) if tally.guests else said


def quorum(kind: ActivityKind, quorum: Quorum | None) -> GroupText:
    """Whether enough have come, for the kinds that ask for it; else nothing."""
    if quorum is None:
        return in_group("")
    return in_group(
        QUORUM,
        who=VOTERS if kind is ActivityKind.GENERAL_MEETING else COMMITTEE,
        entitled=quorum.entitled,
        present=quorum.present,
        needed=quorum.needed,
        verdict=REACHED if quorum.reached else NOT_REACHED,
    )


def names(tally: Tally, *, begun: bool = True) -> str:
    """Who came, who is on leave, who did neither: for the secretary."""
    lines = [
        NAMES.format(
            present=_listed(tally.present),
            on_leave=_listed(tally.on_leave),
            missing=MISSING if begun else NOT_YET_THERE,
            absent=_listed(tally.absent),
        )
    ]
    if tally.guests:
        lines.append(GUEST_NAMES.format(guests=_listed(tally.guests)))
    if tally.guests_on_leave:
        lines.append(NAMES_OF_GUESTS_ON_LEAVE.format(guests=_listed(tally.guests_on_leave)))
    return "\n".join(lines)


def summary(activity: Activity, tally: Tally, *, begun: bool = True) -> GroupText:
    """Title, counts and, once it has begun, quorum: what the group may hear of an attendance."""
    return in_group(
        "{title}：{counts}。{quorum}",
        title=title(activity),
        counts=counts(tally, begun=begun),
        quorum=quorum(activity.kind, tally.quorum if begun else None),
    )


def answers(activity: Activity, tally: Tally) -> GroupText:
    """Title, and how many have answered: what the group may hear before anybody can sign in."""
    said = in_group(
        ANSWERS,
        expected=len(tally.expected),
        signed_up=len(tally.signed_up),
        on_leave=len(tally.on_leave),
        unanswered=len(tally.unanswered),
    )
    return in_group("{title}：{said}{guests}。", title=title(activity), said=said, guests=guests_coming(tally))


def guests_coming(tally: Tally) -> GroupText:
    """How many sign up without being expected; nothing where nobody does."""
    count = len(tally.guests_signed_up)
    return in_group(GUESTS_COMING, guests=count) if count else in_group("")


def names_of_answers(tally: Tally) -> str:
    """Who signed up, who is on leave, who has not answered: for the secretary."""
    lines = [
        NAMES_OF_ANSWERS.format(
            signed_up=_listed(tally.signed_up), on_leave=_listed(tally.on_leave), unanswered=_listed(tally.unanswered)
        )
    ]
    if tally.guests_signed_up:
        lines.append(NAMES_OF_GUESTS_COMING.format(guests=_listed(tally.guests_signed_up)))
    if tally.guests_on_leave:
        lines.append(NAMES_OF_GUESTS_ON_LEAVE.format(guests=_listed(tally.guests_on_leave)))
    return "\n".join(lines)


def _listed(members: Iterable[Member]) -> str:
    return join(member.name for member in members)


async def numbered(request: Request, number: int) -> Activity:
    """The branch's activity of that number that was not cancelled; raises AskFor and Refusal."""
    activity = await Activity.get_or_none(branch_id=request.my_branch.id, number=number)
    if activity is None:
        raise AskFor(in_group(NO_SUCH, number=number))
    if activity.state is ActivityState.CANCELLED:
        raise Refusal(in_group(CANCELLED, title=title(activity)))
    return activity
