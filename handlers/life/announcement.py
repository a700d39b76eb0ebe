"""组织生活的发布、改期、取消、列表。"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tortoise.expressions import Q

from bot.by_words import (
    ByWords,
    activities_ahead,
    by_its_words,
    clock_said,
    meant,
    says_day,
    says_part_of_day,
    services_ahead,
)
from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Role, ToGroup, ToMember, command, undo
from bot.understanding.found import Context
from bot.understanding.moments import read_day
from bot.understanding.values import SHANGHAI, Number, Text, Url
from bot.wording import GroupText, Public, in_group, join
from handlers.life.circle import those_for
from handlers.life.jointly import announce_below, call_off_below
from handlers.life.signing_in import expect_no_sign_in, expect_sign_in
from handlers.life.wording import CALLED_OFF, announcement, later, numbered, stacked, title
from models import Account, Activity, ActivityKind, ActivityState, Attendance, Branch, Level, Member, Room
from models.activity import announced, circle, next_number

LONGEST_TOPIC = 200  # characters, as wide as the column
LONGEST_LINK = 500

ANNOUNCEMENT_WITHOUT_TOPIC = "【{kind}】{number}号\n时间：{start}\n内容已私聊发给参加的同志，其他同志不用报名、签到。"
TWICE = "已经发布过{title}，时间相同。还要再发布一个吗？"
CREATED = "已发布：{title}，已在群里通知。发送“撤销”可取消，改时间可发：改活动 {number} {later}"
CREATED_UNHEARD = "已发布：{title}。本支部还没有绑定群，请您转告大家，或在群里发送“绑定本群”。"
TOLD_PRIVATELY = "\n内容只私聊发给了参加的同志（{count} 人），群里只说时间。要请别人列席请发：列席 姓名 {number}"
NOT_TOLD = "\n私聊不到（还不是我的好友）：{names}。请您转告。"
PAST = in_group("开始时间已经过了。请写以后的时间，例如：发起主题党日 周六19:30 学习内容")
TOPIC_TOO_LONG = in_group("内容太长了，请写在 200 字以内。")
LINK_TOO_LONG = in_group("链接太长了，请换一个短的。")

MOVED = "【改期】{number}号{kind}改到{start}，内容不变：{topic}"
MOVED_WITHOUT_TOPIC = "【改期】{number}号{kind}改到{start}。"
MOVED_SIGNED_IN = "\n之前的签到作废，到时请重新签到。"
REALLY_MOVE = "{title}已有 {count} 人签到。改期后这些签到作废、算作已报名，到时要重新签到。要改到{start}吗？"
MOVED_DONE = "已改期：{title}，已在群里通知。"
MOVE_AGAIN = "{title}的改期已经在群里通知了，不能撤销。要改回去请再发一次，例如：改活动 {number} {later}"
BEGUN = "{title}已经开始或结束了，不能再改。"
SAME_TIME = "{title}本来就是这个时间。"

CALL_OFF = "要取消{title}吗？取消后马上通知群里，不能恢复。"
REALLY_CALL_OFF = "{title}已有 {count} 人报名或签到。取消后马上通知群里，不能恢复。要取消吗？"
SOME_COME = "{title}已有 {count} 人报名或签到，不能撤销了。要取消请发：取消活动 {number}"
CALLED_OFF_DONE = "已取消：{title}，已在群里通知。"
CALL_AGAIN = "{title}的取消已经在群里通知了，不能撤销。要恢复请重新发起。"

TO_THE_DAY = re.compile(r"(?:到|成|在)\s*(?P<day>\d{1,2}[号日])")
MOVES = re.compile("改|挪|推|提前|延|调|换")  # behind it stands the new time
WRITTEN_IN_FULL = re.compile(r"\d *[:：] *\d")  # 8:00
SERVICES = "\n公益、爱心传递：\n{services}\n报名请发：报名公益 加编号"
CHANGE_WHAT = "请写上活动的编号和新的时间，例如：改活动 {number} {later}\n{ahead}"
CANCEL_WHICH = "要取消哪个活动？请回复编号，例如：{number}\n{ahead}"

NONE_PLANNED = in_group("近期没有安排组织生活。")
PLANNED = "近期的组织生活：\n{lines}"
HOW_TO_SIGN_UP = "\n报名请发：报名 {number}"
LINE = "· {title}：{topic}，已报名 {signed_up} 人"
LINE_WITHOUT_TOPIC = "· {title}，已报名 {signed_up} 人"
SIGNED_UP = "（您已报名）"
ON_LEAVE = "（您已请假）"


@command(
    "life.create",
    "(发起|发布|组织|召开|新建|创建|安排|通知|举办|开展|举行) {kind}",
    "(发起|发布|新建|创建) (组织生活|活动|会议)",
    "@开[个|一次|一个|场]{kind}",
    "@{kind} (发起|安排|定|召开)[一下]",
    "@{kind}[时间] (定在|定于|安排在|放在){start}",
    "@{_}[的]{kind}[时间] (定在|定于|安排在|放在){start}",
    "@(发起|发布|组织|召开|新建|创建|安排|通知|举办|开展|举行|开) {kind}",
    "@(建|新增|弄|搞|来|整)[一个|个|一次|一场|场|次]{kind}",
    role=Role.COMMITTEE,
    amended_by="amend",
    help="发起主题党日 11月28日19:30 学习二十届四中全会精神 — 发起组织生活",
)
async def create(
    request: Request, kind: ActivityKind, start: datetime, topic: Text | None = None, url: Url | None = None
) -> Reply:
    """Announce an activity in the branch's group, under the branch's next number; of a college, in each branch's."""
    if start <= request.now:
        raise Refusal(PAST)
    if len(topic or "") > LONGEST_TOPIC:
        raise Refusal(TOPIC_TOO_LONG)
    if len(url or "") > LONGEST_LINK:
        raise Refusal(LINK_TOO_LONG)
    if request.my_branch.level is not Level.BRANCH:
        return await announce_below(request, kind, start, topic or kind.label, url or "")
    # One at a time in a branch: two at once must not take the same number.
    await Branch.select_for_update(no_key=True).get(id=request.my_branch.id)
    await _ask_about_a_second(request, kind, start)
    activity = await Activity.create(
        branch=request.my_branch,
        number=await next_number(request.my_branch.id),
        kind=kind,
        start=start,
        topic=topic or kind.label,
        url=url or "",
        organiser=request.me,
        created_at=request.now,
    )
    await expect_sign_in(activity, request.settings.life)
    return await _announced(request, activity)


async def _ask_about_a_second(request: Request, kind: ActivityKind, start: datetime) -> None:
    """The same message sent twice would make two meetings."""
    if request.confirmed:
        return
    same = Activity.filter(branch_id=request.my_branch.id, kind=kind, start=start, state=ActivityState.ANNOUNCED)
    if found := await same.order_by("id").first():
        raise Ask(in_group(TWICE, title=title(found)))


async def _announced(request: Request, activity: Activity) -> Reply:
    """Said in the branch's group, the announcement itself is the answer there."""
    in_full = announcement(activity, request.settings.life)
    in_the_group = _without_topic(activity) if activity.confidential else in_full
    if not await _has_group(request.my_branch):
        said = in_group(CREATED_UNHEARD, title=title(activity))
    else:
        said = in_group(CREATED, title=title(activity), number=activity.number, later=later(activity))
    told, receipt = await _told_privately(request, activity, in_full), said + await _about_those_told(activity)
    if request.in_private:
        return Reply(said, receipt, notices=[_to_group(request, activity, in_the_group), *told], record=activity.id)
    return Reply(in_the_group, receipt if request.sender.friend else None, notices=told, record=activity.id)


def _without_topic(activity: Activity) -> GroupText:
    return in_group(ANNOUNCEMENT_WITHOUT_TOPIC, kind=activity.kind, number=activity.number, start=activity.start)


async def _told_privately(request: Request, activity: Activity, text: str) -> list[ToMember]:
    """What the group must not read, to each of those who belong to `activity` but the sender."""
    if not activity.confidential:
        return []
    urgent = _would_be_late(request, activity)
    return [ToMember(member.id, text, urgent=urgent) for member in await circle(activity) if member.id != request.me.id]


async def _about_those_told(activity: Activity) -> str:
    """For the secretary: how many heard privately what it is about, and who could not be reached."""
    if not activity.confidential:
        return ""
    members = await circle(activity)
    unreached = [member.name for member in members if not await Account.reaches(member.id)]
    said = TOLD_PRIVATELY.format(count=len(members) - len(unreached), number=activity.number)
    return said + (NOT_TOLD.format(names=join(unreached)) if unreached else "")


async def _has_group(branch: Branch) -> bool:
    return await Room.exists(branch_id=branch.id, active=True)


def _to_group(request: Request, activity: Activity, text: GroupText) -> ToGroup:
    return ToGroup(activity.branch_id, text, urgent=_would_be_late(request, activity))


def _would_be_late(request: Request, activity: Activity) -> bool:
    """A notice waits for the end of quiet hours, unless the activity would not."""
    return request.settings.reminders.quiet_hours.after(request.now) >= activity.start


@undo(create)
async def call_off_again(request: Request, record: int) -> Reply:
    """Cancel what was announced by mistake, before anybody relies on it."""
    activity = await Activity.get(id=record)
    if activity.branch_id != request.my_branch.id:
        return await call_off_below(request, activity)
    if count := await _relying_on(activity):
        raise Refusal(in_group(SOME_COME, title=title(activity), count=count, number=activity.number))
    return await _call_off(request, activity)


async def _relying_on(activity: Activity) -> int:
    """How many have signed up, or in, and are not on leave."""
    coming = Q(signed_up_at__isnull=False, leave_at=None) | Q(signed_in_at__isnull=False)
    return await Attendance.filter(coming, activity_id=activity.id).count()


async def _change_what(request: Request) -> GroupText:
    return await _of_those_ahead(request, CHANGE_WHAT)


async def _cancel_which(request: Request) -> GroupText | Instead:
    meant_by = by_its_words(request, "life.cancel", await activities_ahead(request))
    return meant_by or await _of_those_ahead(request, CANCEL_WHICH)


async def _of_those_ahead(request: Request, question: str) -> GroupText:
    """`question` with the activities that it may be about; raises Refusal where there are none."""
    ahead = [one for one in await announced(request.my_branch.id, request.now) if one.start > request.now]
    if not ahead:
        raise Refusal(NONE_PLANNED)
    listed = stacked(*(title(one) for one in ahead))
    return in_group(question, number=ahead[0].number, later=later(ahead[0]), ahead=listed)


@command(
    "life.change",
    "(改|修改|更改|推迟|提前|改期) 活动",
    "活动[ ][{number}][ ](改到|改在|改为|改期到|推迟到|提前到)",
    "@[把]{number}活动[的]时间<改到>",
    "@<活动>[的][时间] <改到>",
    "@{day}[的](那个|那场)[活动|会|主题党日|党课][的][时间]<改到>",
    "@<活动>[的][时间] <改到>{day}[的|还是][同一时间|同样时间|同一个时间|相同时间|同时间|老时间|原时间|时间不变]",
    "@<活动> (改期|时间有变|改时间|换时间|改个时间|换个时间|时间换一下|时间改一下)[了] [<改到>]",
    role=Role.COMMITTEE,
    amended_by="amend",
    help="改活动 3 12月1日19:30 — 给活动改时间",
)
async def change(
    request: Request, number: Number | None = None, start: datetime | None = None, day: date | None = None
) -> Reply | Instead:
    """Put an activity that has not begun to another time, or to the same hour of another `day`, and tell the group.

    Asked first where somebody has signed in: they came to the time that was, and at the new one are no more than signed
    up. Without a number the one is meant that the message names by its kind, or the only one.
    """
    if number is None or (start is None and day is None):
        return await _meant(request, number, start, day)
    activity = await numbered(request, number)
    if start is not None and (on_its_day := _of_its_day(request, activity, start)) != start:
        return Instead("life.change", {"number": number, "start": on_its_day})
    if start is None:
        assert day is not None
        hour = activity.start.astimezone(SHANGHAI).timetz()
        return Instead("life.change", {"number": number, "start": datetime.combine(day, hour)})
    if start <= request.now:
        raise Refusal(PAST)
    _refuse_begun(request, activity)
    if start == activity.start:
        raise Refusal(in_group(SAME_TIME, title=title(activity)))
    signed_in = await Attendance.filter(activity_id=activity.id, signed_in_at__isnull=False)
    if signed_in and not request.confirmed:
        raise Ask(in_group(REALLY_MOVE, title=title(activity), count=len(signed_in), start=start))
    activity.start = start
    await activity.save(update_fields=["start"])
    await _signed_up_instead(signed_in)
    await expect_sign_in(activity, request.settings.life)
    again = in_group(MOVED_SIGNED_IN if signed_in else "")
    in_full = _moved(MOVED, activity, again)
    in_the_group = _moved(MOVED_WITHOUT_TOPIC, activity, again) if activity.confidential else in_full
    told = await _told_privately(request, activity, in_full)
    return Reply(
        group=in_group(MOVED_DONE, title=title(activity)),
        notices=[_to_group(request, activity, in_the_group), *told],
        record=activity.id,
    )


async def _meant(request: Request, number: Number | None, start: datetime | None, day: date | None) -> Instead:
    """The change with the number that its words mean; raises AskFor where that, or the time, is still to be said."""
    if number is not None and (said := TO_THE_DAY.search(request.text)):  # 改到6号 is a day
        bare = read_day(said["day"], 0, Context(request.now))
        number, day = None, bare.day if bare is not None else None
    things = await activities_ahead(request) if number is None else []
    found = meant(MOVES.split(request.text)[0], request.now, things) or things
    if len(found) != 1 or (start is None and day is None):
        raise AskFor(await _change_what(request))
    moved = {"start": start} if start is not None else {"day": day}
    return Instead("life.change", {"number": ByWords(found[0].number), **moved})


def _of_its_day(request: Request, activity: Activity, start: datetime) -> datetime:
    """改到八点: of the day the activity is on, and on the side of noon it is on, where neither is said."""
    said = MOVES.split(request.text)[-1]
    if request.confirmed or clock_said(said) is None:
        return start
    was = activity.start.astimezone(SHANGHAI)
    if not says_day(request.text, request.now):
        start = datetime.combine(was, start.astimezone(SHANGHAI).timetz())
    late = was.hour >= 12 > start.hour and not (says_part_of_day(said) or WRITTEN_IN_FULL.search(said))
    return start + timedelta(hours=12) if late else start


async def _signed_up_instead(signed_in: Sequence[Attendance]) -> None:
    for part in signed_in:
        part.signed_up_at, part.signed_in_at = part.signed_up_at or part.signed_in_at, None
        await part.save(update_fields=["signed_up_at", "signed_in_at"])


def _moved(wording: str, activity: Activity, again: GroupText) -> GroupText:
    return in_group(
        wording + "{again}",
        number=activity.number,
        kind=activity.kind,
        start=activity.start,
        topic=Public(activity.topic),
        again=again,
    )


@undo(change)
async def change_back(request: Request, record: int) -> Reply:
    """The group has read it; the time before is not kept."""
    activity = await Activity.get(id=record)
    raise Refusal(in_group(MOVE_AGAIN, title=title(activity), number=activity.number, later=later(activity)))


def _refuse_begun(request: Request, activity: Activity) -> None:
    if activity.state is not ActivityState.ANNOUNCED or activity.start <= request.now:
        raise Refusal(in_group(BEGUN, title=title(activity)))


@command(
    "life.cancel",
    "取消 活动",
    "取消{number}活动",
    "@活动 取消[了]",
    "@{number}[的|个|号]会 & <不办>",
    "@<活动> & <不办>",
    role=Role.COMMITTEE,
    missing=_cancel_which,
    help="取消活动 3 — 取消还没开始的活动",
)
async def cancel(request: Request, number: Number) -> Reply:
    """Cancel an activity that has not begun, and tell the group; asked first where somebody has signed up."""
    activity = await numbered(request, number)
    _refuse_begun(request, activity)
    count = await _relying_on(activity)
    if (count or isinstance(number, ByWords)) and not request.confirmed:
        raise Ask(in_group(REALLY_CALL_OFF if count else CALL_OFF, title=title(activity), count=count))
    return await _call_off(request, activity)


async def _call_off(request: Request, activity: Activity) -> Reply:
    _refuse_begun(request, activity)
    activity.state, activity.closed_at = ActivityState.CANCELLED, request.now
    await activity.save(update_fields=["state", "closed_at"])
    await expect_no_sign_in(activity)
    said = in_group(CALLED_OFF, title=title(activity))
    told = await _told_privately(request, activity, said)
    return Reply(
        group=in_group(CALLED_OFF_DONE, title=title(activity)),
        notices=[_to_group(request, activity, said), *told],
        record=activity.id,
    )


@undo(cancel)
async def call_on_again(request: Request, record: int) -> Reply:
    """The group has read it: a new announcement is clearer than a revived one."""
    raise Refusal(in_group(CALL_AGAIN, title=title(await Activity.get(id=record))))


@command(
    "life.list",
    "组织生活",
    "@(活动|活动列表|会议|会议列表)",
    "组织生活(列表|安排|有哪些)",
    "[最近|近期|这周|本周|这个月|本月|下周|现在](有什么|有哪些|有啥|都有什么|有没有)(活动|组织生活|会议)",
    "[最近|近期|这周|本周|这个月|本月|下周]有(活动|组织生活)吗",
    "(最近|近期)的(活动|组织生活)",
    "@(看|看看|查|查看) (活动|组织生活)",
    "(活动|组织生活)有哪些",
    "@<有没有> (活动|组织生活|会议|安排)",
    "@(有什么|有哪些|有啥|有没有|要开什么)会[要|可以][开|参加]",
    "@[有]<什么> (活动|组织生活|会议|安排) [可以|能] [参加|报名]",
    "@(活动|组织生活)(安排|日程|计划|通知|情况|<什么>)",
    "@<看> (活动|组织生活|会议)[安排|列表]",
    "@[有|有没有|还有] (主题党日|党课|党员大会|支委会|党小组会|组织生活会) [要开|要参加|安排]<吗>",
    "@<何时> (开|上|有|组织|召开|举行) (主题党日|党课|党员大会|支委会|党小组会|组织生活会|活动|组织生活)",
    "@(主题党日|党课|党员大会|支委会|党小组会|组织生活会|活动|组织生活) [是|在|安排在] <何时>[开|开始]",
    "@(近期|最近|本周|这周|本月|这个月|下周|接下来) (活动|组织生活)",
    "@有没有 (主题党日|党课|党员大会|支委会|党小组会|组织生活会)",
    "@<看> [最近|近期] [的] <活动>",
    "@<活动> [是|在]<哪里>[开|举行|举办|集合|集中]",
    "@[那|那天|到时候|当天][是]<何时>(开始|集合|签到|开会)",
    "@[那|那天|到时候|当天][是]在<哪里>(开|集合|举行|举办|参加|搞)",
    "@[那天|到时候|当天][我][需要|要|用|得](带|准备)<什么>[东西|材料]",
    "@<什么> (活动|组织生活|会议) [可以|能]报",
    "@[我][想|要](参加|报名)<活动>[要|该|是][在|去]<哪里>报名",
    "@<活动>[在|去]<哪里>报名",
    changes=False,
    help="组织生活 — 看近期有什么活动",
)
async def coming(request: Request) -> Reply:
    """What lies ahead or is going on, with how many have signed up; privately also one's own part in it."""
    life = request.settings.life
    activities = await announced(request.my_branch.id, request.now - timedelta(minutes=life.sign_in_after_minutes))
    if not activities:
        return Reply(group=NONE_PLANNED)
    parts = await Attendance.filter(activity_id__in=[activity.id for activity in activities])
    mine = await those_for(activities, request.me)
    said = in_group(PLANNED, lines=stacked(*(_line(activity, parts, full=False) for activity in activities)))
    answered = {part.activity_id for part in parts if part.member_id == request.me.id}
    open_to_me = [activity for activity in mine if activity.id not in answered]
    how = in_group(HOW_TO_SIGN_UP, number=open_to_me[0].number) if open_to_me else in_group("")
    if services := await services_ahead(request):
        how = in_group("{how}" + SERVICES, how=how, services=stacked(*(one.label for one in services)))
    own = [_line(activity, parts, full=activity in mine) + _own(activity, request.me, parts) for activity in activities]
    return Reply(
        group=in_group("{said}{how}", said=said, how=how),
        private=PLANNED.format(lines="\n".join(own)) + how if request.in_private else None,
    )


def _line(activity: Activity, parts: list[Attendance], *, full: bool) -> GroupText:
    """One activity; `full`: for somebody who belongs to it, else what the group may read."""
    signed_up = sum(
        part.activity_id == activity.id and part.signed_up_at is not None and part.leave_at is None for part in parts
    )
    if activity.confidential and not full:
        return in_group(LINE_WITHOUT_TOPIC, title=title(activity), signed_up=signed_up)
    return in_group(LINE, title=title(activity), topic=Public(activity.topic), signed_up=signed_up)


def _own(activity: Activity, member: Member, parts: list[Attendance]) -> str:
    part = next((part for part in parts if (part.activity_id, part.member_id) == (activity.id, member.id)), None)
    if part is None:
        return ""
    if part.leave_at is not None:
        return ON_LEAVE
    return SIGNED_UP if part.signed_up_at is not None else ""
