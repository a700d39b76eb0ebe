"""How an activity and its attendance are spoken of."""

from __future__ import annotations

from bot.commands import Refusal, Request
from bot.settings import LifeSettings
from bot.wording import GroupText, Public, in_brackets, in_group, join
from handlers.life.signing_in import opens
from models import Activity, ActivityKind, ActivityState
from models.activity import Quorum, Tally

ANNOUNCEMENT = (
    "【{kind}】{number}号\n时间：{start}\n内容：{topic}{link}\n"
    "报名请发：报名 {number}\n签到：{opens}起在群里发“签到”\n"
    "请假请私聊我发：请假 {number} 原因（原因只告诉书记）"
)
LINK = "\n链接：{url}"
CALLED_OFF = "【取消】{title}取消了，不用参加。"
TITLE = "{number}号{kind}（{start}）"
COUNTS = "应到 {expected} 人，实到 {present} 人，请假 {on_leave} 人，未到 {absent} 人"
GUESTS = "，列席 {guests} 人"
QUORUM = "{who}应到 {entitled} 人，到会 {present} 人，须有 {needed} 人到会，{verdict}。"
VOTERS = in_group("有表决权的党员")
COMMITTEE = in_group("支部委员")
REACHED = in_group("已达到法定人数")
NOT_REACHED = in_group("未达到法定人数")
NAMES = "实到：{present}\n请假：{on_leave}\n未到：{absent}"
GUEST_NAMES = "列席：{guests}"
NO_SUCH = "没有{number}号活动。发送“组织生活”看有哪些。"
CANCELLED = "{title}已经取消了。"


def stacked(*lines: GroupText) -> GroupText:
    """The lines under one another."""
    template = "\n".join(f"{{line{position}}}" for position in range(len(lines)))
    return in_group(template, **{f"line{position}": line for position, line in enumerate(lines)})


def title(activity: Activity) -> GroupText:
    """3号主题党日（11月28日周六19:30）"""
    return in_group(TITLE, number=activity.number, kind=activity.kind, start=in_brackets(activity.start))


def announcement(activity: Activity, life: LifeSettings) -> GroupText:
    """What the group is told of an activity to come, with what to type."""
    return in_group(
        ANNOUNCEMENT,
        kind=activity.kind,
        number=activity.number,
        start=activity.start,
        topic=Public(activity.topic),
        link=in_group(LINK, url=Public(activity.url)) if activity.url else in_group(""),
        opens=opens(activity, life),
    )


def counts(tally: Tally) -> GroupText:
    """应到, 实到, 请假, 未到 and, where there are some, 列席; without a full stop."""
    said = in_group(
        COUNTS,
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


def names(tally: Tally) -> str:
    """Who came, who is on leave, who did neither: for the secretary."""
    said = NAMES.format(
        present=join(member.name for member in tally.present),
        on_leave=join(member.name for member in tally.on_leave),
        absent=join(member.name for member in tally.absent),
    )
    if not tally.guests:
        return said
    return said + "\n" + GUEST_NAMES.format(guests=join(member.name for member in tally.guests))


def summary(activity: Activity, tally: Tally) -> GroupText:
    """Title, counts and quorum: what the group may hear of an attendance."""
    return in_group(
        "{title}：{counts}。{quorum}",
        title=title(activity),
        counts=counts(tally),
        quorum=quorum(activity.kind, tally.quorum),
    )


async def numbered(request: Request, number: int) -> Activity:
    """The branch's activity of that number that was not cancelled; raises Refusal."""
    activity = await Activity.get_or_none(branch_id=request.my_branch.id, number=number)
    if activity is None:
        raise Refusal(in_group(NO_SUCH, number=number))
    if activity.state is ActivityState.CANCELLED:
        raise Refusal(in_group(CANCELLED, title=title(activity)))
    return activity
