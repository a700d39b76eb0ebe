"""签到结束与考勤：what the secretary asks and decides."""

from __future__ import annotations

from datetime import date

from bot.commands import AskFor, Refusal, Reply, Request, Role, command, undo
from bot.organisation import meant
from bot.people import find_member
from bot.understanding.values import SHANGHAI, Name, Number, Organisation
from bot.wording import GroupText, in_brackets, in_group
from handlers.life.below import attendance_below
from handlers.life.signing_in import closes, expect_no_sign_in, expect_sign_in, open_now, opens
from handlers.life.wording import answers, names, names_of_answers, numbered, summary, title
from models import Activity, ActivityKind, ActivityState, Attendance, Level
from models.activity import Tally, announced, latest, tally

CLOSED = "已结束签到。{summary}名单已私聊发给您。"
CLOSED_IN_FULL = "已结束签到。{summary}\n{names}\n会议纪要可发：会议纪要 {number}；重新开放签到可发送“撤销”。"
CLOSED_ALREADY = "{title}的签到已经结束了。看考勤可发：考勤 {number}"
NOT_BEGUN = "{title}还没有开始。要取消请发：取消活动 {number}"
NOTHING_TO_CLOSE = in_group("现在没有正在签到的活动。要结束某个活动请写编号，例如：结束活动 3")
SEVERAL_OPEN = "现在有 {count} 个活动在签到，要结束哪一个？请回复编号，例如：{number}"
OPEN_AGAIN = "{title}重新开放签到。"
TOO_LATE = "{title}的签到时间已经过了，不能重新开放。"
COUNTS_ONLY = "{summary}\n名单已私聊发给您。"
IN_FULL = "{summary}\n{names}"
NOTHING_AHEAD = in_group("近期没有安排这样的活动。已经开过的可发：考勤")
OF_ONE = "{name}：\n{lines}"
SIGNED_UP, ON_LEAVE, UNANSWERED = "已报名（{day}）", "已请假（{day}）", "还没报名"
OF_ONE_LINE = "· {title}：{state}"
PRIVATELY = in_group("已私聊发给您。")
NOTHING_HELD = in_group("还没有这类活动的考勤。发送“组织生活”看近期安排。")


@command(
    "life.close",
    "(结束|关闭|停止|截止) (签到|活动|会议)",
    "结束 {number}",
    "@(签到|活动) (结束|关闭|截止)[了]",
    "@(活动|第){number}[的][签到] (结束|关闭|截止|停止)[了]",
    "@{number}[活动][的][签到] (结束|关闭|截止|停止)[了]",
    "@散会[了|啦] [结束签到]",
    "@{number}[活动][已|已经]散会[了] [结束签到]",
    "@(结束|关闭|停止|截止) (本次|这次|当前|今天) [的] (活动|签到|会议)",
    "@(会议|签到|活动) (结束|截止|关闭|停止|关|关掉|停|停掉)[了|啦|吧]",
    "@{number}[的|个|号](会|会议|<活动>)[已|已经](开完|结束|散会|办完|搞完)[了]",
    role=Role.COMMITTEE,
    help="结束签到 — 结束正在进行的签到，得到考勤",
)
async def close(request: Request, number: Number | None = None) -> Reply:
    """End signing in and sum up: counts in the group, names privately."""
    activity = await _to_close(request, number)
    if activity.state is ActivityState.CLOSED:
        raise Refusal(in_group(CLOSED_ALREADY, title=title(activity), number=activity.number))
    if activity.start > request.now:
        raise Refusal(in_group(NOT_BEGUN, title=title(activity), number=activity.number))
    activity.state, activity.closed_at = ActivityState.CLOSED, request.now
    await activity.save(update_fields=["state", "closed_at"])
    await expect_no_sign_in(activity)
    result = await tally(activity)
    said = summary(activity, result)
    return Reply(
        group=in_group(CLOSED, summary=said),
        private=CLOSED_IN_FULL.format(summary=said, names=names(result), number=activity.number),
        record=activity.id,
        subjects=[member.id for member in result.expected],
    )


async def _to_close(request: Request, number: Number | None) -> Activity:
    if number is not None:
        return await numbered(request, number)
    current = await open_now(request.my_branch.id, request.now, request.settings.life)
    if len(current) > 1:
        raise AskFor(in_group(SEVERAL_OPEN, count=len(current), number=current[0].number))
    if not current:
        raise Refusal(NOTHING_TO_CLOSE)
    return current[0]


@undo(close)
async def open_again(request: Request, record: int) -> Reply:
    """Let people sign in again, while it is still the time for it."""
    activity = await Activity.get(id=record)
    if closes(activity, request.settings.life) <= request.now:
        raise Refusal(in_group(TOO_LATE, title=title(activity)))
    activity.state, activity.closed_at = ActivityState.ANNOUNCED, None
    await activity.save(update_fields=["state", "closed_at"])
    await expect_sign_in(activity, request.settings.life)
    return Reply(group=in_group(OPEN_AGAIN, title=title(activity)))


@command(
    "life.attendance",
    "考勤",
    "(查|看|查看|看看|统计) 考勤",
    "(考勤|签到|出勤)(情况|统计|表|名单|率)",
    "{kind}[ ](到了|来了|有|签到了|参加了)(多少|几个|几|哪些)(人|个人)",
    "{kind}[的] (考勤|出勤|签到)[情况|统计]",
    "@{kind} (谁|哪些人|都有谁) (没到|没来|没签到|缺席|到了|来了|请假)",
    "@(活动|{number}) (到了|来了|签到了)(多少|几个|几)(人|个人)",
    "@(谁|哪些人)(没到|没来|没签到|缺席)",
    "@[{kind}|活动|人|大家][都](到齐|来齐|到全)[了]<吗>",
    "@(到|来|签)(几个|多少|几)[个][人]了",
    "@[现在](到|来|签|签到)[到]几个[人]了",
    "@(到|来|签到)了(多少|几个|几)(人|个人)",
    "@(活动|第){number}[的]考勤",
    "@{number}[活动][的](考勤|签到情况|出勤情况|到场情况)",
    "@{kind} (<来了>|有)<多少人>",
    "@<多少人><来了>",
    "@(有|一共|总共) <多少人><来了> [{kind}|活动]",
    "@<谁><没来>",
    "@{kind} <谁>[都][还]<没来>",
    "@{kind} & <没来> & <谁>",
    "@{kind} <谁>[都]<来了>",
    "@(实到|应到|到场|出席)<多少人>",
    "@[{kind}|活动][的](缺勤|缺席|到场|出席|实到|应到)(名单|人数|情况|的有谁|的是谁|的人)",
    "@<来了>[{kind}][的] <多少人>",
    "@(参加|出席) {kind}[的][有] <多少人>",
    "@{number}[的|个|号]<活动>[的] <没来>[的][有|是]<谁>",
    role=Role.COMMITTEE,
    changes=False,
    help="考勤 3 — 看活动到了多少人",
)
async def attendance(
    request: Request,
    number: Number | None = None,
    kind: ActivityKind | None = None,
    branch: Organisation | None = None,
) -> Reply:
    """应到, 实到, 请假, 未到 of the activity named, else of the latest (of `kind`), else of the next one.

    Before anybody can sign in to it: who has signed up.
    """
    node = await meant(request, branch)
    if node.id != request.my_branch.id or node.level is not Level.BRANCH:
        return await attendance_below(request, node, number, kind)
    activity = await numbered(request, number) if number is not None else await _latest(request, kind)
    if request.now < opens(activity, request.settings.life):
        return await _answers(activity)
    result, begun = await tally(activity), activity.start <= request.now
    return _counted(result, summary(activity, result, begun=begun), names(result, begun=begun))


def _counted(result: Tally, said: GroupText, named: str) -> Reply:
    subjects = [*result.expected, *result.guests, *result.guests_signed_up, *result.guests_on_leave]
    return Reply(
        group=in_group(COUNTS_ONLY, summary=said),
        private=IN_FULL.format(summary=said, names=named),
        subjects=sorted({member.id for member in subjects}),
    )


async def _answers(activity: Activity) -> Reply:
    result = await tally(activity)
    return _counted(result, answers(activity, result), names_of_answers(result))


async def _latest(request: Request, kind: ActivityKind | None) -> Activity:
    branch_id = request.my_branch.id
    current = [
        activity
        for activity in await open_now(branch_id, request.now, request.settings.life)
        if kind in (None, activity.kind)
    ]
    found = current[-1] if current else await latest(branch_id, request.now, kind)
    if found is None:
        ahead = [activity for activity in await announced(branch_id, request.now) if kind in (None, activity.kind)]
        found = ahead[0] if ahead else None
    if found is None:
        raise Refusal(NOTHING_HELD)
    return found


@command(
    "life.sign_ups",
    "(报名名单|报名情况|报名表|报名人数)",
    "@(看|看看|查|查看) (报名|报名名单|报名情况|报名人数)",
    "(谁|哪些人|都有谁|有谁|有哪些人)报名[了]",
    "(谁|哪些人|还有谁)[还](没|没有|未)报名",
    "@(谁|哪些人|还有谁|都有谁)[还](没|没有|未)(报|回复|回|回应)",
    "@(有没有|有)人请假[了]<吗>",
    "@(有没有|有)人请假",
    "@<谁>请[了]假[了]",
    "@<谁>请的假",
    "@{kind}[能|会](来|到|去)(多少|几个|几)[人]",
    "@[{day}[的]][活动|{kind}][现在|目前]<多少人>报名[了]",
    "@[{day}[的]][活动|{kind}]<谁>报了 <谁>[没报|没吭声|没动静|没回|没说]",
    "@[{day}[的|那个]][活动|{kind}|{kind}的][现在]还(差|有)<谁>[还]没(报|报名|回复|回)[的]",
    "@[{day}[的|那个]][活动|{kind}|{kind}的]<谁>[还]没(报|报名|回复|回)",
    "@[{day}[的]][活动|{kind}]请假的[有]<多少人>",
    "@报名[了](多少|几个|几)(人|个人)",
    "@[有](多少|几个|几)(人|个人)报名[了]",
    "@{kind} (谁|哪些人|都有谁|有谁)[还](报名|没报名|没有报名|未报名)[了]",
    "@{kind}报名[了](多少|几个|几)(人|个人)",
    "@{kind} <谁>[都]报名[了]",
    "@{kind}[都]<谁>报了名",
    "@<活动> <谁>[都][要|能]<报名>[了]",
    "@[{kind}|活动](报名|报|参加)的[人][数][多不多|多吗|多么|有多少|有几个|几个]",
    "@(现在|目前|已经)[有](多少|几个|几)[个][人](报|报了|报名)[名][了]",
    "@[{kind}|活动]报[了](多少|几个|几)(人|个人)[了]",
    role=Role.COMMITTEE,
    changes=False,
    help="报名名单 3 — 看活动谁报名、谁请假、谁还没回复",
)
async def sign_ups(
    request: Request, number: Number | None = None, kind: ActivityKind | None = None, day: date | None = None
) -> Reply:
    """Who answered the invitation to the activity named, else to the next one (of `kind`, on that `day`)."""
    ahead = await announced(request.my_branch.id, request.now)
    on_day = [activity for activity in ahead if activity.start.astimezone(SHANGHAI).day == number]
    if number is not None and not any(activity.number == number for activity in ahead) and on_day:
        return await _answers(on_day[0])  # 5号主题党日还差谁没报
    if number is not None:
        return await _answers(await numbered(request, number))
    fitting = [
        activity
        for activity in ahead
        if kind in (None, activity.kind) and day in (None, activity.start.astimezone(SHANGHAI).date())
    ]
    if not fitting and day is not None:  # 2号主题党日 is on no such day
        fitting = [activity for activity in ahead if activity.number == day.day]
    if not fitting:
        raise Refusal(NOTHING_AHEAD)
    return await _answers(fitting[0])


@command(
    "life.sign_up_of",
    "@{member}[有没有|有|是不是]报名[了|成功](没|没有|吗|么)",
    "@[我是说]{member}[有没有|有]报名[那个|这个]{kind}[了](没|没有|吗|么)",
    "@{member}[有没有|有|是不是]报名[那个|这个]{kind}",
    "@{kind}{member}[有没有|有]报名[了](没|没有|吗|么)",
    "@{member}(能|会)(来|去|参加)(不|吗|么)",
    "@{member}(能不能|会不会)(来|去|参加)",
    "@{member}[到底|那天](来|去|参加)(不|吗|么)",
    "@{member}(来不来|去不去|参不参加)",
    "@{member}[有没有|有]请假[了](没|没有|吗|么)",
    "@{member}请[了]假[的](啥|什么|是什么|为啥|为什么)[原因|理由]",
    "@{member}(为什么|为啥|咋|怎么)(请假|不来|来不了)",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="张三报名没 — 看某位同志报了哪些活动",
)
async def sign_up_of(request: Request, member: Name, kind: ActivityKind | None = None) -> Reply:
    """What one member answered to each activity ahead (of `kind`); privately."""
    person = await find_member(request.my_branch, member)
    ahead = [one for one in await announced(request.my_branch.id, request.now) if kind in (None, one.kind)]
    if not ahead:
        raise Refusal(NOTHING_AHEAD)
    parts = {
        part.activity_id: part
        for part in await Attendance.filter(member_id=person.id, activity_id__in=[one.id for one in ahead])
    }
    lines = [OF_ONE_LINE.format(title=title(one), state=_state(parts.get(one.id))) for one in ahead]
    return Reply(group=PRIVATELY, private=OF_ONE.format(name=person.name, lines="\n".join(lines)), subjects=[person.id])


def _state(part: Attendance | None) -> str:
    if part is not None and part.leave_at is not None:
        return ON_LEAVE.format(day=in_brackets(part.leave_at))
    if part is not None and part.signed_up_at is not None:
        return SIGNED_UP.format(day=in_brackets(part.signed_up_at))
    return UNANSWERED
