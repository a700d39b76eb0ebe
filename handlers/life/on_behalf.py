"""补签、取消签到、列席：what the committee sets right for others."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.understanding.values import Name, Number
from bot.wording import in_group
from handlers.life.circle import part_of
from handlers.life.signing_in import closes, expect_sign_in, expect_sign_in_of, open_now, opens
from handlers.life.wording import announcement, numbered, title
from models import Activity, ActivityState, Attendance, Member
from models.activity import latest, may_take_part

ADDED = "已为 1 人补签：{title}。发送“撤销”可收回。"
ADDED_TO = "已为{name}补签：{title}{guest}。发送“撤销”可收回。"
GUEST = "，记为列席"
TOLD_ADDED = "{post}为您补签了{title}。如果不对，请联系书记。"
THERE_ALREADY = "{name}已经签过到了：{title}。签错了可发：取消签到 {name} {number}"
TOO_EARLY = "{title}还没到签到时间（{opens}起），不能补签。"
NOT_THERE = "{name}没有签到{title}。要补签请发：补签 {name} {number}"
REMOVED = "已取消{who}的签到：{title}。发送“撤销”可恢复。"
TAKEN_BACK = "已收回{who}的补签：{title}。"
ONE = " 1 人"
TOLD_REMOVED = "{post}取消了您在{title}的签到。如果不对，请联系书记。"
RESTORED = "已恢复 1 人的签到：{title}。"
NOTHING_HELD = in_group("还没有可以补签的活动。发送“组织生活”看近期安排。")

INVITED = "已请 1 人列席{title}。发送“撤销”可收回。"
INVITED_BY_NAME = "已请{name}列席{title}，内容已私聊发给本人。发送“撤销”可收回。"
BELONGS_ALREADY = "{name}本来就可以参加{title}，不用另外请。"
OVER = "{title}已经结束，不能再请人列席。要记上已经列席的人请发：补签 {name} {number}"
TOLD_INVITED = "{post}请您列席：\n{announcement}"
UNINVITED = "已收回列席的邀请：{title}。"
TOLD_UNINVITED = "{post}收回了请您列席{title}的邀请。"
CAME_SINCE = "本人已经签到{title}，不能收回了。要取消签到请发：取消签到 姓名 {number}"


@command(
    "life.sign_in_for",
    "(补签|补签到|代签|代签到)",
    "(替|帮|给|代|为){member}(补签|补签到|签到|代签|代签到)",
    "@{member} (补签|补签到)",
    "@签到{member}",
    "@(替|帮|给|代|为){member} (补|签|代)[个|一个|一下|上]签[到]",
    "@{member} & 补[个|一个|一下|上]签[到]",
    role=Role.COMMITTEE,
    help="补签 张三 3 — 替到了没签上的人签到；也可记上列席的人",
)
async def sign_in_for(request: Request, member: Name, number: Number | None = None) -> Reply:
    """Sign in somebody who came, at any time after signing in began; whoever does not belong to it sat in (列席)."""
    person, activity = await find_member(request.my_branch, member), await _meant(request, number)
    opening = opens(activity, request.settings.life)
    if request.now < opening:
        raise Refusal(in_group(TOO_EARLY, title=title(activity), opens=opening))
    part = await part_of(activity, person)
    if part.signed_in_at is not None:
        raise Refusal(THERE_ALREADY.format(name=person.name, title=title(activity), number=activity.number))
    guest = "" if await may_take_part(activity, person.id) else GUEST
    part.signed_in_at = request.now
    await part.save()
    return Reply(
        group=in_group(ADDED, title=title(activity)),
        private=ADDED_TO.format(name=person.name, title=title(activity), guest=guest),
        notices=_tell(request, person, TOLD_ADDED, activity),
        record=part.id,
        subjects=[person.id],
    )


async def _meant(request: Request, number: Number | None) -> Activity:
    """The activity of that number, else the one that can be signed in to now, else the latest."""
    if number is not None:
        return await numbered(request, number)
    current = await open_now(request.my_branch.id, request.now, request.settings.life)
    activity = current[-1] if current else await latest(request.my_branch.id, request.now)
    if activity is None:
        raise Refusal(NOTHING_HELD)
    return activity


def _tell(request: Request, person: Member, text: str, activity: Activity) -> list[ToMember]:
    if person.id == request.me.id:
        return []
    return [ToMember(person.id, text.format(post=request.me.post.label, title=title(activity)))]


@undo(sign_in_for)
async def take_back_sign_in(request: Request, record: int) -> Reply:
    """Not there after all."""
    return await _removed(request, await Attendance.get(id=record).select_related("activity", "member"), TAKEN_BACK)


@command(
    "life.sign_in_void",
    "取消签到{member}",
    "@取消签到",
    "取消{member}[的]签到",
    "@(去掉|删掉|删除|撤掉){member}[的]签到",
    "@{member}[的]签到取消",
    role=Role.COMMITTEE,
    help="取消签到 张三 3 — 去掉签错的人",
)
async def void_sign_in(request: Request, member: Name, number: Number | None = None) -> Reply:
    """Take somebody off the list who was not there."""
    person, activity = await find_member(request.my_branch, member), await _meant(request, number)
    part = await part_of(activity, person)
    if part.signed_in_at is None:
        raise Refusal(NOT_THERE.format(name=person.name, title=title(activity), number=activity.number))
    await part.fetch_related("activity", "member")
    return await _removed(request, part, REMOVED)


async def _removed(request: Request, part: Attendance, said: str) -> Reply:
    part.signed_in_at = None
    await part.save(update_fields=["signed_in_at"])
    return Reply(
        group=in_group(said, title=title(part.activity), who=in_group(ONE)),
        private=said.format(title=title(part.activity), who=part.member.name),
        notices=_tell(request, part.member, TOLD_REMOVED, part.activity),
        record=part.id,
        subjects=[part.member_id],
    )


@undo(void_sign_in)
async def restore_sign_in(request: Request, record: int) -> Reply:
    """There after all."""
    part = await Attendance.get(id=record).select_related("activity", "member")
    part.signed_in_at = part.signed_in_at or request.now
    await part.save(update_fields=["signed_in_at"])
    return Reply(
        group=in_group(RESTORED, title=title(part.activity)),
        notices=_tell(request, part.member, TOLD_ADDED, part.activity),
        subjects=[part.member_id],
    )


@command(
    "life.invite",
    "列席{member}",
    "(让|请|同意|邀请|允许|通知){member}列席",
    "@{member}列席",
    "@{member} & 列席",
    role=Role.COMMITTEE,
    help="列席 张三 3 — 请支委会等会议以外的人列席",
)
async def invite(request: Request, member: Name, number: Number) -> Reply:
    """Let somebody sit in on what they do not belong to: they hear what it is about, and can sign in."""
    person, activity = await find_member(request.my_branch, member), await numbered(request, number)
    if await may_take_part(activity, person.id):
        raise Refusal(BELONGS_ALREADY.format(name=person.name, title=title(activity)))
    if activity.state is ActivityState.CLOSED or closes(activity, request.settings.life) <= request.now:
        raise Refusal(OVER.format(name=person.name, title=title(activity), number=activity.number))
    part = await part_of(activity, person)
    part.signed_up_at, part.leave_at, part.leave_reason = request.now, None, ""
    await part.save()
    await expect_sign_in_of(activity, person, request.settings.life)
    told = TOLD_INVITED.format(post=request.me.post.label, announcement=announcement(activity, request.settings.life))
    return Reply(
        group=in_group(INVITED, title=title(activity)),
        private=INVITED_BY_NAME.format(name=person.name, title=title(activity)),
        notices=[ToMember(person.id, told)],
        record=part.id,
        subjects=[person.id],
    )


@undo(invite)
async def uninvite(request: Request, record: int) -> Reply:
    """Before they have come."""
    part = await Attendance.get(id=record).select_related("activity", "member")
    if part.signed_in_at is not None:
        raise Refusal(in_group(CAME_SINCE, title=title(part.activity), number=part.activity.number))
    part.signed_up_at = None
    await part.save(update_fields=["signed_up_at"])
    await expect_sign_in(part.activity, request.settings.life)
    return Reply(
        group=in_group(UNINVITED, title=title(part.activity)),
        notices=_tell(request, part.member, TOLD_UNINVITED, part.activity),
        subjects=[part.member_id],
    )
