"""报名、签到、请假、心得：what members do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.by_words import ByWords, Thing, activities_ahead, meant, of_activity, on_its_day, says_what, services_ahead
from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import secretaries
from bot.understanding.values import SHANGHAI, Number, Text
from bot.wording import Public, in_brackets, in_group
from handlers.life.circle import part_of, refuse_outsider, those_for
from handlers.life.signing_in import closes, open_now, opens
from handlers.life.wording import numbered, stacked, title
from models import Activity, ActivityKind, ActivityNote, ActivityState, Attendance
from models.activity import announced, latest

SIGNED_UP = "已报名{title}，共 {count} 人报名。发送“撤销”可收回。"
SIGNED_UP_ALREADY = "您已经报名{title}，共 {count} 人报名。"
SIGN_UP_FOR_WHICH = "近期有几个活动，请带上编号，例如：报名 {number}\n{listed}"
NOTHING_TO_JOIN = in_group("近期没有可以报名的活动。")
BEGUN = "{title}已经开始，不用报名，直接发送“签到”。"
OVER = "{title}已经结束。"
REALLY_SIGN_UP = "报名{what}吗？"
REALLY_COME = "您请了{what}的假。收回请假并报名吗？"
REALLY_SIGN_OFF = "取消{what}的报名吗？"
SIGNED_OFF = "已取消{title}的报名。要再参加请发：报名 {number}"
NOT_SIGNED_UP = "您没有报名{title}。"
SIGN_OFF_UNDONE = "已恢复{title}的报名。"
SIGN_UP_UNDONE = "已收回{title}的报名。"

SIGNED_IN = "已签到，第 {count} 位。"
SIGNED_IN_ALREADY = "您已经签过到了（{at}），不用再签。"
TOO_EARLY = "还没到签到时间：{title}，{opens}开始签到。"
TOO_LATE = "{title}的签到已经在{closed}结束。如果到了没签上，请联系书记。"
NOTHING_OPEN = in_group("现在没有可以签到的活动。发送“组织生活”看近期安排。")
WHICH_ONE = "现在有 {count} 个活动可以签到，请回复编号，例如：{number}"
SIGN_IN_UNDONE = "已收回{title}的签到。"

REALLY_LEAVE = "给{title}请假{reason}，对吗？"
FOR_REASON = "，原因：{reason}"
ON_LEAVE = "已登记请假：{title}。{reason}发送“撤销”可收回。"
REASON_KEPT = in_group("原因只告诉书记。")
REASON_WANTED = "要写原因请私聊再发：请假 {number} 原因。"
TELL_LEAVE = "{name}请假：{title}，{reason}。"
REASON = "原因：{reason}"
NO_REASON = "没有写原因"
CAME_ALREADY = "您已经签到{title}，不用请假。"
NOTHING_AHEAD = in_group("近期没有要参加的活动，不用请假。")
NOT_FOUND = "没有找到您说的这个活动。近期的有：\n{ahead}\n请假请发：请假 {number}"
LEAVE_UNDONE = "已收回{title}的请假。"
TELL_LEAVE_UNDONE = "{name}收回了请假：{title}。"
TELL_COMING = "{name}收回了请假，已报名：{title}。"

NOTED = "已收到{title}的发言心得，共 {count} 条。发送“撤销”可收回。"
NOTE_FOR_WHICH = "请写上活动编号，例如：心得 {number} 今天学到了……（最近一次是{title}）"
REALLY_NOTE = "记成{title}的心得吗？"
REALLY_NOTE_THIS = "记成{title}的心得吗：“{text}”？"
LONG_AGO = timedelta(days=60)
NOTHING_HELD = in_group("还没有开过的活动，所以还没有心得。发送“组织生活”看近期安排。")
NO_NOTES = "{title}还没有人交心得、发言。"
NOTES = "{title}的心得、发言 {count} 条："
NOTE_LINE = "· {name}（{day}）：{text}"
NOTES_IN_GROUP = "{title}的心得、发言共 {count} 条，已私聊发给您。"
NOTE_UNDONE = "已收回{title}的这条发言心得。"
TOO_LATE_TO_UNDO = "{title}已经结束，不能撤销了。如有错误请联系书记。"


@command(
    "life.join",
    "报名 {number}",
    "参加{number}[活动]",
    "报名 (活动|参加|主题党日|党课|组织生活) {number}",
    "@报名",
    "@报名 (活动|参加|主题党日|党课|组织生活)",
    "@我(参加|要参加|报名)",
    "@参加 活动",
    "@报[个|一个]名",
    "@报{number}[活动]",
    "@(算|加)我一个",
    "@{number}[活动](算|加)我一个",
    "@{number}[的](主题党日|党课|组织生活|活动) (报名|参加|我去|我要去)",
    "@{number}[活动]我(报名|参加|去|要参加|要报名|想参加)",
    "@我 (参加|报名|去) {number}",
    "@(加入|参与){number}[活动]",
    "@(加入|参与) 活动",
    "@{number}[的|个|号]<活动> & <报名>",
    "@[那|那就]{number}[的|号][给我|帮我|给我也|帮我也](报上|报上名|报个名|报名)[吧|了]",
    "@(那个|这个|那场)<活动>[我]<报名>",
    help="报名 3 — 报名参加活动",
)
async def join(request: Request, number: Number | None = None) -> Reply | Instead:
    """Sign up; whoever was on leave no longer is. What was found by its words is asked about."""
    activity = await _one_ahead(request) if number is None else await _numbered_to_join(request, number)
    if isinstance(activity, Thing):
        return Instead("service.join", {"number": ByWords(activity.number)})
    if isinstance(activity, ByWords):
        return Instead("life.join", {"number": activity})
    part = await part_of(activity, request.me)
    if isinstance(number, ByWords) and not request.confirmed:
        question = REALLY_COME if part.leave_at is not None else REALLY_SIGN_UP
        raise Ask(in_group(question, what=of_activity(activity).label))
    before = part.signed_up_at is not None and part.leave_at is None
    back = part.leave_at is not None
    if not before:
        part.signed_up_at, part.leave_at, part.leave_reason = request.now, None, ""
        await part.save()
    count = await Attendance.filter(activity_id=activity.id, signed_up_at__isnull=False, leave_at=None).count()
    if before:
        return Reply(group=in_group(SIGNED_UP_ALREADY, title=title(activity), count=count))
    told = TELL_COMING.format(name=request.me.name, title=title(activity))
    notices = await _to_secretaries(request, told) if back else []
    return Reply(group=in_group(SIGNED_UP, title=title(activity), count=count), notices=notices, record=part.id)


async def _one_ahead(request: Request) -> Activity | ByWords | Thing:
    """The only one ahead, else the number of the one, or the service, that the words mean.

    Raises Refusal and AskFor, with numbers that can be typed.
    """
    ahead = await those_for(await announced(request.my_branch.id, request.now), request.me)
    things = [of_activity(activity) for activity in ahead]
    services = await services_ahead(request) if says_what(request.text) else []
    found = meant(request.text, request.now, [*things, *services]) if services or len(ahead) > 1 else []
    if len(found) == 1 and found[0] in services:
        return found[0]
    if len(ahead) == 1:
        return ahead[0]
    if len(found) == 1:
        return ByWords(found[0].number)
    if ahead:
        listed = stacked(*(title(activity) for activity in ahead))
        raise AskFor(in_group(SIGN_UP_FOR_WHICH, listed=listed, number=ahead[0].number))
    raise Refusal(NOTHING_TO_JOIN)


async def _numbered_to_join(request: Request, number: Number) -> Activity | ByWords | Thing:
    """The activity of that number, that has not begun, else the number of the one on that day, else the service of that
    number; raises Refusal."""
    try:
        return await _not_begun(request, number)
    except Refusal:
        if (dated := await _on_its_day(request, number)) is not None:
            return dated
        service = next((one for one in await services_ahead(request) if one.number == number), None)
        if service is not None and not isinstance(number, ByWords):
            return service
        raise


async def _on_its_day(request: Request, number: Number) -> ByWords | None:
    """The number of the only activity on the day of the month that was said as if it were a number."""
    if isinstance(number, ByWords):
        return None
    found = on_its_day(request.text, number, request.now, await activities_ahead(request))
    return ByWords(found.number) if found is not None else None


async def _not_begun(request: Request, number: Number) -> Activity:
    activity = await numbered(request, number)
    await refuse_outsider(activity, request.me)
    if _is_over(request, activity):
        raise Refusal(in_group(OVER, title=title(activity)))
    if activity.start <= request.now:
        raise Refusal(in_group(BEGUN, title=title(activity)))
    return activity


def _is_over(request: Request, activity: Activity) -> bool:
    return activity.state is ActivityState.CLOSED or closes(activity, request.settings.life) <= request.now


@undo(join)
async def sign_up_back(request: Request, record: int) -> Reply:
    """No longer signed up, while it has not begun."""
    part = await Attendance.get(id=record).select_related("activity")
    if part.activity.start <= request.now:
        raise Refusal(in_group(TOO_LATE_TO_UNDO, title=title(part.activity)))
    part.signed_up_at = None
    await part.save()
    return Reply(group=in_group(SIGN_UP_UNDONE, title=title(part.activity)))


@command(
    "life.sign_off",
    "(取消报名|退出报名|撤回报名){number}",
    "@{number}[的|号][活动|主题党日|党课] (取消报名|不参加了|退出)",
    "@(退出|退掉|不参加) [{number}[号][的]] <活动>",
    before_consent=True,
    help="取消报名 3 — 收回自己的报名",
)
async def sign_off(request: Request, number: Number) -> Reply:
    """No longer signed up, while it has not begun: unlike leave, nobody is told why."""
    activity = await numbered(request, number)
    part = await part_of(activity, request.me)
    if part.signed_up_at is None or part.leave_at is not None:
        raise Refusal(in_group(NOT_SIGNED_UP, title=title(activity)))
    if activity.start <= request.now:
        raise Refusal(in_group(TOO_LATE_TO_UNDO, title=title(activity)))
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(in_group(REALLY_SIGN_OFF, what=of_activity(activity).label))
    part.signed_up_at = None
    await part.save(update_fields=["signed_up_at"])
    return Reply(group=in_group(SIGNED_OFF, title=title(activity), number=activity.number), record=part.id)


@undo(sign_off)
async def sign_off_back(request: Request, record: int) -> Reply:
    """Signed up as before, while it has not begun."""
    part = await Attendance.get(id=record).select_related("activity")
    if part.activity.start <= request.now:
        raise Refusal(in_group(TOO_LATE_TO_UNDO, title=title(part.activity)))
    part.signed_up_at = request.now
    await part.save(update_fields=["signed_up_at"])
    return Reply(group=in_group(SIGN_OFF_UNDONE, title=title(part.activity)))


@command(
    "life.sign_in",
    "@(签到|签个到|我到了|到|1|已到|打卡签到|来签到|报道签到)",
    "@签到{number}",
    "@(我来签到|我要签到|我签到|签到了|签下到|签一下到|帮我签到|给我签到)",
    "@(活动|第){number}签到",
    "@{number}[的]签到",
    "@{number}活动签到",
    "@[那|我|那我][现在](签|签一下|签一个|签上|签个)[吧|了|啦]",
    "@[我][还|忘了|还没][没签|签] (给我|帮我|替我)(签|签一下|签一个|签上|签个)[吧]",
    "@(给我|帮我|替我)(签一下|签一个|签上|签个)[吧]",
    "@[我](到了|到啦|来了|来啦|进来了|上线了)[算|算我|就算|给我|帮我](签到|签|签上)[吧|了]",
    answers={"meeting": ("签到", "到", "1", "已到", "到了", "我到了", "签个到", "来了", "在", "签到成功", "已签到")},
    help="签到 — 签到，活动开始前后都行",
)
async def sign_in(request: Request, number: Number | None = None) -> Reply:
    """Sign in to what is open now, or to the activity of that number."""
    activity = await _to_sign_in_to(request, number)
    part = await part_of(activity, request.me)
    if part.signed_in_at is not None:
        at = Public(f"{part.signed_in_at.astimezone(SHANGHAI):%H:%M}")
        return Reply(group=in_group(SIGNED_IN_ALREADY, at=at))
    part.signed_in_at = request.now
    await part.save()
    count = await Attendance.filter(activity_id=activity.id, signed_in_at__isnull=False).count()
    return Reply(group=in_group(SIGNED_IN, count=count), record=part.id)


async def _to_sign_in_to(request: Request, number: Number | None) -> Activity:
    """The activity that is meant; raises Refusal that says when signing in is or was possible."""
    branch_id, life = request.my_branch.id, request.settings.life
    if number is not None:
        activity = await numbered(request, number)
        await refuse_outsider(activity, request.me)
        _refuse_out_of_time(request, activity)
        return activity
    going_on = await open_now(branch_id, request.now, life)
    current = await those_for(going_on, request.me)
    if len(current) == 1:
        return current[0]
    if current:
        raise AskFor(in_group(WHICH_ONE, count=len(current), number=current[0].number))
    if going_on:
        await refuse_outsider(going_on[0], request.me)
    await _refuse_what_was_or_will_be(request)
    raise Refusal(NOTHING_OPEN)


async def _refuse_what_was_or_will_be(request: Request) -> None:
    """Raise a Refusal about what ended within a day, or about the next activity, of those the sender belongs to."""
    last = await latest(request.my_branch.id, request.now)
    if last is not None and request.now - last.start < timedelta(days=1):
        for activity in await those_for([last], request.me):
            _refuse_out_of_time(request, activity)
    for activity in await those_for(await announced(request.my_branch.id, request.now), request.me):
        _refuse_out_of_time(request, activity)


def _refuse_out_of_time(request: Request, activity: Activity) -> None:
    life = request.settings.life
    if _is_over(request, activity):
        closed = activity.closed_at or closes(activity, life)
        raise Refusal(in_group(TOO_LATE, title=title(activity), closed=closed))
    if request.now < opens(activity, life):
        raise Refusal(in_group(TOO_EARLY, title=title(activity), opens=opens(activity, life)))


@undo(sign_in)
async def sign_in_back(request: Request, record: int) -> Reply:
    """Not there after all, while signing in is open."""
    part = await Attendance.get(id=record).select_related("activity")
    if _is_over(request, part.activity):
        raise Refusal(in_group(TOO_LATE_TO_UNDO, title=title(part.activity)))
    part.signed_in_at = None
    await part.save()
    return Reply(group=in_group(SIGN_IN_UNDONE, title=title(part.activity)))


@command(
    "life.leave",
    "请假",
    "请个假",
    "@(请|告|请了)[个|一天]假",
    "@(参加不了|来不了|去不了|不能参加|无法参加|不能到会)",
    "@向书记请[个]假",
    "@(不能来|不来了|到不了|赶不过去|赶不上|无法到场|没法参加|没办法参加|去不成|来不成)",
    "@(请|告)(一个|一次|下|一下)假",
    "@请假(一次|一天|半天|一晚|一下)",
    "@{number}[的|个|号]<活动> <去不了>",
    "@{number}[的|号][我]<去不了>",
    "@请假{number}[的](那个|那场|那次)[会|活动]",
    help="请假 3 要加班 — 向书记请假；有原因请私聊我说",
)
async def leave(
    request: Request,
    number: Number | None = None,
    day: date | None = None,
    kind: ActivityKind | None = None,
    reason: Text | None = None,
) -> Reply | Instead:
    """Ask leave from the activity named by number, day or kind, else from the next one; the secretary hears why.

    What was found by its words is asked about.
    """
    activity = await _to_miss(request, number, day, kind)
    if isinstance(activity, ByWords):
        return Instead("life.leave", {"number": activity} | ({"reason": reason} if reason else {}))
    part = await part_of(activity, request.me)
    if part.signed_in_at is not None:
        raise Refusal(in_group(CAME_ALREADY, title=title(activity)))
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(_really_leave(request, activity, reason))
    part.leave_at, part.leave_reason = request.now, reason or ""
    await part.save()
    told = TELL_LEAVE.format(
        name=request.me.name,
        title=title(activity),
        reason=REASON.format(reason=reason) if reason else NO_REASON,
    )
    if reason:
        about = REASON_KEPT if request.in_private else in_group("")
    else:
        about = in_group(REASON_WANTED, number=activity.number)
    return Reply(
        group=in_group(ON_LEAVE, title=title(activity), reason=about),
        notices=await _to_secretaries(request, told),
        record=part.id,
        personal=bool(reason),
        question=_really_leave(request, activity, reason),
    )


def _really_leave(request: Request, activity: Activity, reason: Text | None) -> str:
    """The question about it; in a group nobody hears why."""
    if reason and request.in_private:
        return REALLY_LEAVE.format(title=title(activity), reason=FOR_REASON.format(reason=reason))
    return in_group(REALLY_LEAVE, title=title(activity), reason=in_group(""))


async def _numbered_to_miss(request: Request, number: Number) -> Activity | ByWords:
    """The activity of that number, that is not over, else the number of the one on that day; raises Refusal."""
    try:
        activity = await numbered(request, number)
        await refuse_outsider(activity, request.me)
        if _is_over(request, activity):
            raise Refusal(in_group(OVER, title=title(activity)))
    except Refusal:
        if (dated := await _on_its_day(request, number)) is not None:
            return dated
        raise
    return activity


async def _to_miss(
    request: Request, number: Number | None, day: date | None, kind: ActivityKind | None
) -> Activity | ByWords:
    if number is not None:
        return await _numbered_to_miss(request, number)
    life = request.settings.life
    ahead = await announced(request.my_branch.id, request.now - timedelta(minutes=life.sign_in_after_minutes))
    coming = [activity for activity in await those_for(ahead, request.me) if not _is_over(request, activity)]
    fitting = [
        activity
        for activity in coming
        if (day is None or activity.start.astimezone(SHANGHAI).date() == day)
        and (kind is None or activity.kind is kind)
    ]
    if fitting:
        # Of several on one day, the one at the hour that was said: 5号晚上来不了.
        found = meant(request.text, request.now, [of_activity(activity) for activity in fitting]) if day else []
        return next((one for one in fitting if [one.number] == [thing.number for thing in found]), fitting[0])
    if not coming:
        raise Refusal(NOTHING_AHEAD)
    listed = stacked(*(title(activity) for activity in coming))
    raise Refusal(in_group(NOT_FOUND, ahead=listed, number=coming[0].number))


async def _to_secretaries(request: Request, text: str) -> list[ToMember]:
    people = await secretaries(request.my_branch.id)
    return [ToMember(person.id, text) for person in people if person.id != request.me.id]


@undo(leave)
async def leave_back(request: Request, record: int) -> Reply:
    """Coming after all, while it is not over; the secretary hears of it."""
    part = await Attendance.get(id=record).select_related("activity")
    if _is_over(request, part.activity):
        raise Refusal(in_group(TOO_LATE_TO_UNDO, title=title(part.activity)))
    part.leave_at, part.leave_reason = None, ""
    await part.save()
    told = TELL_LEAVE_UNDONE.format(name=request.me.name, title=title(part.activity))
    return Reply(group=in_group(LEAVE_UNDONE, title=title(part.activity)), notices=await _to_secretaries(request, told))


@command(
    "life.note",
    "(心得|发言|心得体会|学习心得|学习体会)",
    "@(交|写|提交)(心得|心得体会)",
    "@(我要发言|我的心得|我的发言|我来发言|我来说两句)",
    "@(活动|第){number}[的|个活动的|个](心得|心得体会|感想|体会|感悟)",
    "@{number}[活动][的](心得|心得体会|感想|体会|感悟)",
    "@(学习|活动|党课|参会)(感想|感悟|收获)",
    "@(感想|感悟)",
    "@(交流发言|我的发言稿|发言稿)",
    "@(党课|主题党日|活动|会议) [的|学习](心得|心得体会|感想|体会)",
    "@(交|写|提交|发) [个|篇|一篇|一下] (心得|心得体会)",
    help="心得 3 今天学到了如何发挥先锋作用 — 交活动的心得或发言",
)
async def note(request: Request, text: Text, number: Number | None = None) -> Reply:
    """Keep what the sender says to an activity: the one named, the one open now, or this week's last."""
    activity = await numbered(request, number) if number is not None else await _spoken_of(request, text)
    await refuse_outsider(activity, request.me)
    written = await ActivityNote.create(activity=activity, member=request.me, text=text, written_at=request.now)
    count = await ActivityNote.filter(activity_id=activity.id, voided_at=None).count()
    return Reply(group=in_group(NOTED, title=title(activity), count=count), record=written.id)


async def _spoken_of(request: Request, text: Text) -> Activity:
    if current := await those_for(await open_now(request.my_branch.id, request.now, request.settings.life), request.me):
        return current[-1]
    last = await latest(request.my_branch.id, request.now)
    monday = request.now.date() - timedelta(days=request.now.weekday())
    if last is None:
        raise Refusal(NOTHING_HELD)
    if last.start < datetime.combine(monday, time(), SHANGHAI):
        if request.now - last.start > LONG_AGO:
            raise AskFor(in_group(NOTE_FOR_WHICH, number=last.number, title=title(last)))
        if not request.confirmed and request.in_private:
            raise Ask(REALLY_NOTE_THIS.format(title=title(last), text=text))
        if not request.confirmed:
            raise Ask(in_group(REALLY_NOTE, title=title(last)))
    return last


@undo(note)
async def note_back(request: Request, record: int) -> Reply:
    """Voided; it no longer goes into the minutes."""
    written = await ActivityNote.get(id=record).select_related("activity")
    written.voided_at = request.now
    await written.save(update_fields=["voided_at"])
    return Reply(group=in_group(NOTE_UNDONE, title=title(written.activity)))


@command(
    "life.notes",
    "(看|看看|查看|查|读) (心得|发言|心得体会|学习心得|学习体会|心得发言)",
    "@(心得|发言|心得体会)(有哪些|有多少|列表|汇总)",
    "@(谁|哪些人)(交了|写了|发了)(心得|发言|心得体会)",
    "@(大家|同志们|同学们)[的|写的](心得|发言|心得体会) [发我|给我] <看>",
    role=Role.COMMITTEE,
    changes=False,
    help="看心得 3 — 看大家交的心得、发言",
)
async def notes(request: Request, number: Number | None = None) -> Reply:
    """What members said to the activity named, else to the latest; in a group how many."""
    activity = await numbered(request, number) if number is not None else await _latest(request)
    written = await ActivityNote.filter(activity_id=activity.id, voided_at=None).order_by("id").select_related("member")
    if not written:
        raise Refusal(in_group(NO_NOTES, title=title(activity)))
    lines = [NOTE_LINE.format(name=one.member.name, day=in_brackets(one.written_at), text=one.text) for one in written]
    return Reply(
        group=in_group(NOTES_IN_GROUP, title=title(activity), count=len(written)),
        private="\n".join([NOTES.format(title=title(activity), count=len(written)), *lines]),
        subjects=sorted({one.member_id for one in written}),
    )


async def _latest(request: Request) -> Activity:
    last = await latest(request.my_branch.id, request.now)
    if last is None:
        raise Refusal(NOTHING_HELD)
    return last
