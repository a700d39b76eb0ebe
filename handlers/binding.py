"""绑定：哪个账号（微信、企业微信、QQ）是哪位同志，哪个群是哪个支部；以及新来的人看到的第一句话。

A nickname proves nothing. An account becomes a member's by a one-time code, or
by name and student number and the word of whoever answers for the member.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from tortoise.queryset import QuerySet

from bot.commands import Ask, Notice, Refusal, Reply, Request, Role, ToContact, ToMember, Where, command, undo, welcome
from bot.consent import is_lacking, question
from bot.organisation import meant, names_are_for, parts_of
from bot.people import answering_for, called, committee, find_member, numbered, role_of, secretaries
from bot.roster import codes_for, make_codes
from bot.settings import Settings
from bot.understanding.values import Code, Name, Organisation, StudentNumber, Word
from bot.wording import GroupText, Public, in_group, join, lines_in_group
from models import Account, BindingCode, BindingFailure, BindingRequest, Branch, Level, Member, OutboxMessage, Room
from models.member import within

log = logging.getLogger(__name__)

HOW = "请这样绑定（二选一）：\n绑定 K7Q2MX（书记给的绑定码）\n绑定 张三 20230101（您的姓名和学号）"
TOO_OFTEN = (
    "一小时内试的次数太多了，这次没有看。已经申请过的不用重复发，书记核实后我告诉您结果；\n"
    "着急就请书记给您一个绑定码，发送“绑定 绑定码”现在就能用。"
)
TOO_MANY_CODES = "一小时内试错的次数太多了，这个绑定码没有用掉，请一小时后再发一次。"
NOT_ACCEPTED = "您的绑定申请没有通过。如果是您本人，请当面请书记给您一个绑定码，再发给我。"
TOO_MANY_ALL_TOLD = (
    "这一小时里各处试错的绑定码太多了，暂时都不看。您的码没有用掉，请一小时后再发一次；\n"
    "着急就发送“绑定 姓名 学号”，请书记核实。"
)
WRONG_CODE = "这个绑定码不对，请核对后再发一次。绑定码是 6 位字母和数字，可以请书记重新给。"
USED_CODE = "这个绑定码已经用过了。请书记重新给您一个。"
CODE_USED_AGAIN = (
    "又有一个账号发来{name}已经用过的绑定码。请当面问一下{name}是不是已经绑定：不是的话，"
    "发送“绑定码 {name}”重新给一个，本人一用，现在绑定的账号就解除。"
)
EXPIRED_CODE = "这个绑定码已经过期。请书记重新给您一个。"
BOUND_ALREADY = "您已经绑定好了：{name}，{branch}。发送“帮助”看用法。"
OTHER_ACCOUNT = "这个账号已经绑定为{name}。一个账号只能绑定一人，要更换请找书记。"
ASKED = (
    "收到。姓名和学号与名册一致的话，书记会收到您的申请，核实后我告诉您结果。\n"
    "一两天没有回音，请直接请书记给您一个绑定码。"
)
REPLACED = "原来绑定的账号已经解除。"
GOODBYE = (
    "{name}已改用另一个账号，这个账号的绑定已解除，以后不再发消息到这里。如果不是您本人换的，请马上告诉书记或学院。"
)
ADDED = "{name}的身份刚刚又绑定了另一个账号，登记都在一起。不是您本人绑定的，请马上告诉书记或学院。"
CODE_FOR_BOUND = (
    "{by}刚给您（{name}）生成了一个绑定码。谁用了它，谁就成了您，这里的绑定可能就解除了。是您要换账号就不用管；"
    "不是，请马上发送“我的绑定码”，那个码就作废（新码不要给别人），再告诉支部其他委员或学院。"
)
CODE_FOR_BOUND_TOLD = (
    "{by}给已经绑定的{name}生成了一个绑定码，谁用了它谁就成了{name}。请当面或打电话问{name}本人是不是要换账号；"
    "不是，请发送“绑定码 {name}”，原来的码就作废（新码不要给别人），并报告学院。"
)
ACCEPTED_FOR_BOUND_TOLD = (
    "{by}同意了已经绑定的{name}绑定另一个账号的申请。请当面或打电话问{name}本人是不是要换账号；"
    "不是，请发送“绑定码 {name}”，把码当面给{name}本人，用了就换回来，并报告学院。"
)
CODE_IN_GROUP = in_group(
    "绑定码不能发在群里：大家都看到了，这个码已作废。请书记重新给您一个，再私聊发给我。请把刚才那条撤回。"
)
NUMBER_IN_GROUP = in_group("请不要在群里发学号，请把刚才那条撤回（两分钟内可以）。绑定请加我为好友，私聊发给我。")
BIND_PRIVATELY = in_group("绑定请私聊：加我为好友（点我的头像→添加到通讯录），再发送“绑定 姓名 学号”或书记给的绑定码。")
CODE_BURNT = "{name}的绑定码被发在群里，已作废。发送“绑定码 {name}”可以重新给一个。"

REQUESTED = (
    "{name}（学号 {number}）申请绑定账号。请先当面或打电话问本人是不是刚申请过，再回复：\n"
    "同意绑定 {name}\n"
    "不是本人就回复：\n"
    "拒绝绑定 {name}"
)
REQUEST_REPLACES = "注意：{name}已绑定了另一个账号，同意后原来的会解除。"
REQUEST_DOUBLED = "注意：有不止一个账号申请绑定{name}。分不清是谁，请当面给本人绑定码：绑定码 {name}"
WARNING = "有另一个账号申请绑定您的身份。是您自己的账号就不用管；不是您，请马上告诉书记。"
NO_SUCH_REQUEST = "没有{name}的绑定申请，可能已经处理过了。{waiting}"
STILL_WAITING = "等您处理的有：{names}。"
WAITING_BELOW = "等着处理的绑定申请发送“待办”看。"
NONE_WAITING = "现在没有等您处理的绑定申请。"
SAME_NAME = "有几位{name}，请加上学号，例如：同意绑定 {name} {number}"
TAKEN = "那个账号刚刚绑定了别人，这份申请不能同意。请当面给本人绑定码：绑定码 {name}"
DECIDED_ALREADY = in_group("这份申请刚刚有人处理过了。")
ACCEPTED_IN_GROUP = in_group("已同意 1 份绑定申请。")
ACCEPTED = "已绑定：{name}（学号 {number}），我已告诉本人。"
ACCEPT_UNDONE_IN_GROUP = in_group("已收回 1 份绑定。")
ACCEPT_UNDONE = "已收回：那个微信号不再是{name}（学号 {number}）。本人要绑定，请当面给绑定码：绑定码 {name}"
ACCEPT_UNDONE_TOLD = "您的绑定被收回了，这个微信号暂时用不了。如果是您本人，请当面请书记给您一个绑定码，再发给我。"
BOUND_SINCE = "{name}的绑定后来又变过，不能撤销。要让本人重新绑定，请当面给绑定码：绑定码 {name}"
REJECTED_IN_GROUP = in_group("已拒绝 1 份绑定申请。")
REJECTED = "已拒绝：{name}（学号 {number}）的绑定申请。本人要绑定，请当面给绑定码：绑定码 {name}"

REJECTED_FOR_GOOD = "已经告诉申请人没有通过，拒绝不能撤销。确实是本人的话，请当面给绑定码：绑定码 {name}"

WELCOME = (
    "{name}，绑定好了，{branch}。{replaced}\n"
    "我帮您交思想汇报、登记党费、约谈心、参加组织生活，到时候提醒您。\n"
    "我只记姓名、学号、支部和您登记的内容；不收钱，不看聊天，不记身份证号和位置。\n"
    "先试试（可以照抄）：\n{examples}"
)
FOR_COMMITTEE = ("待办", "支部情况", "绑定码")
FOR_OFFICE = ("谁还没绑定", "绑定码 智能制造流动党支部", "帮助")
FOR_PAYING = ("我的", "交党费", "帮助")
FOR_OTHERS = ("我的", "思想汇报", "帮助")

CODES = "绑定码（{days} 天内有效，一人一码，请私下发给本人；只显示这一次，以前没用的码同时作废）：\n{codes}"
OWN_CODE = (
    "您的绑定码（一天内有效，只能用一次）：{code}\n"
    "在要绑定的账号上私聊我，发送：绑定 {code}\n"
    "QQ、企业微信和微信可以各绑一个，登记都在一起，同一条提醒只发到一个；同一种账号绑新的，旧的就解除。不要给别人。"
)
OWN_CODE_STAYS = in_group("绑定码已经给您了，不能撤销。要作废它，请再发一次“我的绑定码”，旧码同时作废。")
CODES_IN_GROUP = in_group("绑定码请私聊问我。")
CODES_STAY = in_group("绑定码已经给出，不能撤销。要作废没用的码，请再发一次“绑定码”，旧码同时作废。")
ALL_BOUND = in_group("大家都绑定好了，不用绑定码。")
ONE_BRANCH = "请写明支部，例如：绑定码 智能制造流动党支部"
NOT_BOUND_COUNT = "共 {all} 人，已绑定 {bound} 人，还没绑定 {open} 人。"
NOT_BOUND_PART = "· {name}：共 {all} 人，还没绑定 {open} 人"
NOT_BOUND_NAMES = "还没绑定：{names}。发送“绑定码”拿到给他们的绑定码。"

ROOM_OTHER_BRANCH = in_group("您只能把群绑定到自己的支部：直接发送“绑定本群”就行。")
ROOM_ALREADY = "本群已经是{branch}的群了。"
ROOM_TAKEN = "本群现在是{old}的群。要改为{new}的群吗？改了以后，{old}的提醒不再发到这里。"
ROOM_OF_ANOTHER = "这个群现在是{old}的群。请{old}的书记先在群里发送“解绑本群”，再绑定。"
ROOM_NOT_BOUND = in_group("这个群没有绑定支部，不用解绑。")
ROOM_NOT_YOURS = in_group("这个群不是您支部的群，请那个支部的书记来解绑。")
ROOM_RELEASE = "本群现在是{branch}的群。要解绑吗？解绑以后，提醒不再发到这里，大家在这里发的命令我也不再办理。"
ROOM_RELEASED = "本群已与{branch}解绑。要再绑定，发送“绑定本群”。"
ROOM_BOUND = "本群已绑定到{branch}。{earlier}请各位加我为好友，私聊发送“绑定 姓名 学号”或书记给的绑定码。"
ROOM_EARLIER = in_group("原来的群不再收到本支部的提醒。")
ROOM_STAYS_BOUND = in_group("绑定本群不能撤销。要解绑请在群里发送“解绑本群”。")
ROOM_STAYS_RELEASED = in_group("解绑本群不能撤销。要再绑定请在群里发送“绑定本群”。")
ROOM_LOST = "{branch}的群已改为{other}的群，提醒不再发到那里。请在新的群里发送“绑定本群”。"

HELLO = (
    "您好，我是{bot}，流动党员支部的助手：交思想汇报、登记党费、约谈心、参加组织生活，发一句话就行。\n"
    "我只记姓名、学号、支部、绑定的账号和您登记的内容；不收钱，不看聊天，不记身份证号和位置。\n"
    "先让我知道您是谁（二选一）：\n绑定 K7Q2MX（书记给的绑定码）\n绑定 张三 20230101（您的姓名和学号）"
)
HELLO_AGAIN = "{name}，您好！发送“我的”看自己的情况，发送“帮助”看用法。"
NEW_GROUP = (
    "大家好，我是{bot}，流动党员支部的助手。请书记在群里发送“绑定本群”，我就为这个支部服务。\n平时的聊天我不看也不记。"
)
NEWCOMER = (
    "欢迎！我是{bot}，帮{branch}交思想汇报、登记党费、约谈心、参加组织生活。\n"
    "请加我为好友（点我的头像→添加到通讯录），私聊发送“绑定 姓名 学号”或书记给的绑定码。\n"
    "我只记名册上的姓名、学号、支部和各位登记的内容；平时的聊天不看也不记。"
)
KNOWN_NEWCOMER = in_group("欢迎！发送“帮助”看用法。")

OWN_CODE_DAYS = 1  # whoever finds it on the phone must not have it for long
GREET_AGAIN_AFTER = timedelta(minutes=10)  # many who come at once are greeted together


@command(
    "bind",
    "绑定",
    "绑定{name}{student_no}",
    "绑定码{code}",
    "@我叫",
    "@我的绑定码是",
    "@认证",
    "@绑定[我的] (身份|账号|信息|微信|个人信息|本人)",
    "@(身份|账号|实名)(绑定|认证|验证)",
    "@(验证码|邀请码|绑定邀请码|口令){code}",
    "@我 绑定",
    role=Role.GUEST,
    help="绑定 K7Q2MX — 用书记给的绑定码，或“绑定 姓名 学号”，让我知道您是谁",
)
async def bind(
    request: Request, name: Name | None = None, student_no: StudentNumber | None = None, code: Code | None = None
) -> Reply:
    """Bind the sender's account, at once by a code, or ask those who answer for the member."""
    if name is not None and student_no is None:
        name, student_no = _apart(name)
    if request.room is not None:
        return await _in_public(request, student_no, code)
    if code is None and (name is None or student_no is None):
        bound = request.member is not None
        raise Refusal(BOUND_ALREADY.format(name=request.me.name, branch=request.my_branch.name) if bound else HOW)
    # Attempts are kept, so what follows answers instead of refusing: a refusal would roll them back.
    if code is not None:
        return await _by_code(request, code)
    if await _tries(request) >= request.settings.binding.attempts_per_hour:
        return Reply(private=TOO_OFTEN)
    return await _by_number(request, str(name), str(student_no))


def _apart(name: Name) -> tuple[Name, StudentNumber | None]:
    """张三20230101, a name with the number close behind it."""
    said, number = numbered(name)
    return Name(said), StudentNumber(number.upper()) if number else None


async def _tries(request: Request) -> int:
    return await BindingFailure.in_last_hour(request.sender.channel, request.sender.contact, request.checked_at)


async def _guesses(request: Request) -> bool:
    """Whether codes are no longer looked up: later than names, as a code is what those are advised to ask for."""
    return await _tries(request) >= 2 * request.settings.binding.attempts_per_hour


async def _guessed_all_told(request: Request) -> bool:
    """Whether so many wrong codes come from all accounts together that somebody guesses with many of them."""
    most = request.settings.binding.wrong_codes_per_hour
    if await BindingFailure.codes_in_last_hour(request.checked_at) < most:
        return False
    log.warning("%d wrong binding codes within an hour: no code is looked up for now", most)
    return True


async def _count_try(request: Request, *, by_code: bool = False) -> None:
    await BindingFailure.create(
        channel=request.sender.channel, contact=request.sender.contact, at=request.checked_at, by_code=by_code
    )


async def _account(request: Request) -> Account:
    sender = request.sender
    account, _ = await Account.get_or_create(
        channel=sender.channel, contact=sender.contact, defaults={"friend": sender.friend}
    )
    return account


async def _by_code(request: Request, code: Code) -> Reply:
    if await _guesses(request):
        return Reply(private=TOO_MANY_CODES)
    if await _guessed_all_told(request):
        return Reply(private=TOO_MANY_ALL_TOLD)
    found = await BindingCode.given(code)
    if found is None or not found.member.active:
        await _count_try(request, by_code=True)
        return Reply(private=WRONG_CODE)
    if request.member is not None and request.member.id == found.member_id:
        return Reply(private=BOUND_ALREADY.format(name=request.member.name, branch=request.my_branch.name))
    if found.used_at is not None or found.expires_at <= request.checked_at:
        await _count_try(request, by_code=True)
        return Reply(private=EXPIRED_CODE) if found.used_at is None else await _used_already(request, found)
    if request.member is not None:
        return Reply(private=OTHER_ACCOUNT.format(name=request.member.name))
    if not await found.use(request.checked_at):
        return await _used_already(request, found)
    account = await _account(request)
    earlier = await account.bind(found.member, request.checked_at)
    replaced, beside = _apart_by_channel(earlier, account)
    return Reply(
        private=welcome_to(found.member, bool(replaced), request.settings),
        notices=[
            *_tell_all(replaced, GOODBYE.format(name=found.member.name)),
            *_tell_all(beside, ADDED.format(name=found.member.name)),
        ],
    )


async def _used_already(request: Request, code: BindingCode) -> Reply:
    """One of the two who sent it is not whom it was given to: a person has to ask, once a day."""
    text = CODE_USED_AGAIN.format(name=code.member.name)
    key = f"bind.used:{code.id}:{request.checked_at:%Y%m%d}"
    told = [ToMember(person.id, text, key=f"{key}:{person.id}") for person in await answering_for(code.member)]
    return Reply(private=USED_CODE, notices=told)


async def _by_number(request: Request, name: str, student_no: str) -> Reply:
    """The same answer whether or not somebody of that name and number exists: nobody learns who is in the roster."""
    if request.member is not None:
        same = request.member.student_no == student_no and _same_name(request.member, name)
        text = BOUND_ALREADY if same else OTHER_ACCOUNT
        return Reply(private=text.format(name=request.member.name, branch=request.my_branch.name))
    await _count_try(request)
    member = await Member.get_or_none(student_no=student_no, active=True).select_related("branch")
    if member is None or not _same_name(member, name):
        return Reply(private=ASKED)
    return Reply(private=ASKED, notices=await _request(request, member))


def _same_name(member: Member, name: str) -> bool:
    return "".join(member.name.split()).lower() == "".join(name.split()).lower()


async def _request(request: Request, member: Member) -> list[ToMember]:
    """Note the request and tell those who answer for the member; an account has one open request at a time."""
    account = await _account(request)
    waiting = await BindingRequest.pending(member.branch.path, request.checked_at)
    if any(open.account_id == account.id and open.member_id == member.id for open in waiting):
        return []
    await BindingRequest.filter(account_id=account.id, decided_at__isnull=True).update(
        decided_at=request.checked_at, accepted=False
    )
    await BindingRequest.create(account=account, member=member, asked_at=request.checked_at)
    lines = [REQUESTED.format(name=member.name, number=member.student_no)]
    notices = []
    theirs = await Account.filter(member_id=member.id)
    if theirs:
        notices.append(ToMember(member.id, WARNING))
    if any(one.channel == account.channel for one in theirs):
        lines.append(REQUEST_REPLACES.format(name=member.name))
    if any(open.member_id == member.id for open in waiting):
        lines.append(REQUEST_DOUBLED.format(name=member.name))
    return notices + [ToMember(person.id, "\n".join(lines)) for person in await answering_for(member)]


async def _in_public(request: Request, student_no: StudentNumber | None, code: Code | None) -> Reply:
    """A code that everybody has read is void; the answer does not tell whether it was one."""
    if code is not None:
        return Reply(CODE_IN_GROUP, notices=await _burn(request, code))
    return Reply(BIND_PRIVATELY if student_no is None else NUMBER_IN_GROUP)


async def _burn(request: Request, code: Code) -> list[ToMember]:
    if await _guesses(request) or await _guessed_all_told(request):
        return []
    await _count_try(request, by_code=True)
    found = await BindingCode.given(code)
    if found is None or found.used_at is not None or found.expires_at <= request.checked_at:
        return []
    await BindingCode.filter(id=found.id).update(expires_at=request.checked_at)
    text = CODE_BURNT.format(name=found.member.name)
    return [ToMember(person.id, text) for person in await answering_for(found.member)]


def _apart_by_channel(earlier: Sequence[Account], account: Account) -> tuple[list[Account], list[Account]]:
    """Of those that were the member's before: the ones that `account` replaces, and the ones beside it."""
    replaced = [old for old in earlier if old.channel == account.channel]
    return replaced, [old for old in earlier if old.channel != account.channel]


def _tell_all(accounts: Sequence[Account], text: str) -> list[ToContact]:
    """At once, as whoever is about to lose the account to somebody else, or has, may still stop them."""
    return [ToContact(one.channel, one.contact, text, urgent=True) for one in accounts if one.friend]


async def _tell_committee(request: Request, person: Member, text: str) -> list[ToMember]:
    """At once those of the member's committee who did not do it, else those above; never only the one who did."""
    others = [one for one in await committee(person.branch_id) if one.id not in (person.id, request.me.id)]
    reached = [one for one in others if await Account.reaches(one.id)]
    told = reached or await answering_for(person, but=request.me.id)
    return [ToMember(one.id, text, urgent=True) for one in told]


def welcome_to(member: Member, replaced: bool, settings: Settings) -> str:
    """The first private message to a member who has just been bound; `member.branch` is there."""
    welcome = _greeting(member, replaced)
    return f"{welcome}\n\n{question(settings)}" if is_lacking(member, settings) else welcome


def _greeting(member: Member, replaced: bool) -> str:
    role = role_of(member)
    if role >= Role.COLLEGE:
        examples = FOR_OFFICE
    elif role is Role.COMMITTEE:
        examples = FOR_COMMITTEE
    else:
        examples = FOR_PAYING if member.owes_dues and member.branch.collects_dues else FOR_OTHERS
    return WELCOME.format(
        name=member.name,
        branch=member.branch.name,
        replaced=REPLACED if replaced else "",
        examples="\n".join(examples),
    )


@command(
    "bind.accept",
    "(同意|通过|批准)绑定{member}",
    "(同意|通过|批准)绑定",
    "@{member}[的]绑定[申请](同意|通过|批准)[了|吧]",
    "@(同意|通过|批准){member}[的]绑定",
    "@{member}[的]绑定[申请]我(同意|通过|批准)",
    role=Role.COMMITTEE,
    help="同意绑定 张三 — 同意绑定申请；请先核实是本人",
)
async def accept(request: Request, member: Name, student_no: StudentNumber | None = None) -> Reply:
    """Bind the account that asked."""
    wanted = await _waiting_for(request, member, student_no)
    if len({open.account_id for open in wanted}) > 1:
        raise Refusal(REQUEST_DOUBLED.format(name=member))
    asked = wanted[-1]
    person, account = asked.member, asked.account
    if account.member_id not in (None, person.id):
        raise Refusal(TAKEN.format(name=person.name))
    if not await asked.decide(True, request.checked_at):
        raise Refusal(DECIDED_ALREADY)
    earlier = await account.bind(person, request.checked_at)
    replaced, beside = _apart_by_channel(earlier, account)
    names = {"by": request.me.name, "name": person.name}
    told = await _tell_committee(request, person, ACCEPTED_FOR_BOUND_TOLD.format(**names)) if earlier else []
    return Reply(
        ACCEPTED_IN_GROUP,
        ACCEPTED.format(name=person.name, number=person.student_no),
        notices=[
            ToMember(person.id, welcome_to(person, bool(replaced), request.settings), urgent=True),
            *_tell_all(replaced, GOODBYE.format(name=person.name)),
            *_tell_all(beside, ADDED.format(name=person.name)),
            *told,
        ],
        record=asked.id,
        subjects=[person.id],
    )


@undo(accept)
async def unaccept(request: Request, record: int) -> Reply:
    """The account is nobody's again; one that it had replaced stays so and needs a code."""
    asked = await BindingRequest.get(id=record).select_related("member", "account")
    person, account = asked.member, asked.account
    if account.member_id != person.id or account.bound_at != asked.decided_at:
        raise Refusal(BOUND_SINCE.format(name=person.name))
    account.member_id, account.bound_at = None, None
    await account.save(update_fields=["member_id", "bound_at"])
    told = [ToContact(account.channel, account.contact, ACCEPT_UNDONE_TOLD, urgent=True)] if account.friend else []
    said = ACCEPT_UNDONE.format(name=person.name, number=person.student_no)
    return Reply(ACCEPT_UNDONE_IN_GROUP, said, notices=told, subjects=[person.id])


@command(
    "bind.reject",
    "(拒绝|不同意|驳回)绑定{member}",
    "(拒绝|不同意|驳回)绑定",
    "@{member}[的]绑定[申请](拒绝|不同意|驳回)[了|吧]",
    "@(拒绝|不同意|驳回){member}[的]绑定",
    "@{member}[的]绑定[申请]我(拒绝|不同意|驳回)",
    role=Role.COMMITTEE,
    help="拒绝绑定 张三 — 拒绝绑定申请，不是本人时用",
)
async def reject(request: Request, member: Name, student_no: StudentNumber | None = None) -> Reply:
    """Close every request for the member, and say so to those who asked: they were promised an answer."""
    wanted = await _waiting_for(request, member, student_no)
    if not all([await open.decide(False, request.checked_at) for open in wanted]):
        raise Refusal(DECIDED_ALREADY)
    person = wanted[0].member
    asked = {open.account_id: open.account for open in wanted}.values()
    return Reply(
        REJECTED_IN_GROUP,
        REJECTED.format(name=person.name, number=person.student_no),
        notices=[ToContact(account.channel, account.contact, NOT_ACCEPTED) for account in asked if account.friend],
        record=person.id,
        subjects=[person.id],
    )


@undo(reject)
async def unreject(request: Request, record: int) -> Reply:
    """Who asked has been told; a code is the way that is left."""
    person = await Member.get(id=record)
    raise Refusal(REJECTED_FOR_GOOD.format(name=person.name))


async def _waiting_for(request: Request, name: Name, student_no: StudentNumber | None) -> list[BindingRequest]:
    """The open requests for one member of the sender's branch, or below it; raises Refusal."""
    waiting = await BindingRequest.pending(request.my_branch.path, request.checked_at)
    said, tail = numbered(name)
    wanted = [
        open
        for open in waiting
        if (_same_name(open.member, said) or (tail and not said))
        and open.member.student_no.lower().endswith(tail)
        and student_no in (None, open.member.student_no)
    ]
    if not wanted:
        names = dict.fromkeys(open.member.name for open in waiting)
        hint = STILL_WAITING.format(names=join(names)) if names else NONE_WAITING
        if not names_are_for(request, request.my_branch):
            hint = WAITING_BELOW
        raise Refusal(NO_SUCH_REQUEST.format(name=name, waiting=hint))
    if len({open.member_id for open in wanted}) > 1:
        raise Refusal(SAME_NAME.format(name=name, number=wanted[0].member.student_no))
    return wanted


@command(
    "bind.codes",
    "[给我|要|生成|发][新的|新]绑定码",
    "@(给|帮|替){member} (发|要|出|生成|重发|弄|搞|来)[个|一个|新的] [新]绑定码",
    "@{member}[的]绑定码",
    "@{member}(那个|的|的那个)绑定码[你][再](给|发)我[一个|一下|一遍]",
    "@[把|将]{member}的绑定码[再](给|发)我[一个|一下|一遍]",
    role=Role.COMMITTEE,
    help="绑定码 — 给还没绑定的人每人一个绑定码；“绑定码 张三”只给一个人",
)
async def codes(request: Request, member: Name | None = None, branch: Word | None = None) -> Reply:
    """New codes, privately: for one member, or for all who are not bound."""
    if request.room is not None and not request.sender.friend:
        raise Refusal(CODES_IN_GROUP)
    days = request.settings.binding.code_days
    if member is not None and request.my_branch.level is Level.BRANCH:
        branch = None  # 我打电话教他: nothing below a branch can be meant
    chosen = await _place_of_codes(request, member, branch)
    notices: list[Notice] = []
    if member is not None:
        person = await find_member(chosen, member)
        notices = await _tell_of_code(request, person)
        pairs = await codes_for([person], now=request.checked_at, days=days)
    else:
        pairs = await make_codes(chosen, now=request.checked_at, days=days)
    if not pairs:
        raise Refusal(ALL_BOUND)
    calling = called(person for person, _ in pairs)
    listed = "\n".join(f"{calling[person.id]} {code}" for person, code in pairs)
    subjects = [person.id for person, _ in pairs]
    said = CODES.format(days=days, codes=listed)
    return Reply(private=said, notices=notices, record=subjects[0], subjects=subjects, fleeting=True)


async def _tell_of_code(request: Request, person: Member) -> list[Notice]:
    """Whoever holds a code for somebody who is bound can take their place: they hear of it before it can be used."""
    bound = await Account.filter(member_id=person.id)
    if not bound or person.id == request.me.id:
        return []
    names = {"by": request.me.name, "name": person.name}
    told = await _tell_committee(request, person, CODE_FOR_BOUND_TOLD.format(**names))
    return [*_tell_all(bound, CODE_FOR_BOUND.format(**names)), *told]


@undo(codes)
async def uncode(request: Request, record: int) -> Reply:
    """They may have been passed on; new ones make these void."""
    raise Refusal(CODES_STAY)


async def _place_of_codes(request: Request, member: Name | None, named: Word | None) -> Branch:
    """Above the branches all that is below would be too many at once, so that one has to be named."""
    if named is None and member is None and request.role >= Role.COLLEGE:
        raise Refusal(ONE_BRANCH)
    return await _meant(request, named)


@command(
    "bind.own",
    "我的绑定码",
    "@绑定(另一个|别的|其他|新的)(账号|微信|微信号|qq|qq号|企业微信)",
    where=Where.PRIVATELY,
    help="我的绑定码 — 给自己一个绑定码，在 QQ、企业微信或新微信里绑定同一个身份",
)
async def own_code(request: Request) -> Reply:
    """A code for another account of the sender, who keeps one record whichever account is used."""
    [(_, code)] = await codes_for([request.me], now=request.checked_at, days=OWN_CODE_DAYS)
    return Reply(private=OWN_CODE.format(code=code), record=request.me.id, fleeting=True)


@undo(own_code)
async def own_code_back(request: Request, record: int) -> Reply:
    """It has been read; a new one makes it void."""
    raise Refusal(OWN_CODE_STAYS)


@command(
    "bind.missing",
    "(谁|哪些人|哪几个|还有谁|有谁) [还](没|没有|未)绑定",
    "@(没|没有|未)绑定[的](名单|有哪些|有谁|人|是谁)",
    "@<谁>[还|都还](没|没有|未)绑[定|上|好]",
    "@<看> (没|没有|未)绑定[的][人|同志|同学|党员|名单]",
    "@{_}[到现在|现在|还]没绑[定|上|好]<吗>",
    role=Role.COMMITTEE,
    changes=False,
    help="谁还没绑定 — 看谁还没绑定微信，名单私聊给您",
)
async def missing(request: Request, branch: Organisation | None = None) -> Reply:
    """Counts for the group, names in private; above the branches the counts of those directly below.

    Who reads names: `names_are_for`.
    """
    node = await meant(request, branch)
    everybody = await Member.filter(within(node.path), active=True).select_related("branch")
    unbound = await Member.unbound(node)
    counts = in_group(NOT_BOUND_COUNT, all=len(everybody), bound=len(everybody) - len(unbound), open=len(unbound))
    if node.level is not Level.BRANCH:
        parts = await parts_of(node)
        return Reply(lines_in_group([counts, *(_part(part.node, everybody, unbound) for part in parts)]), about=node.id)
    if not unbound or not names_are_for(request, node):
        return Reply(counts, about=node.id)
    names = NOT_BOUND_NAMES.format(names=join(called(unbound).values()))
    return Reply(counts, f"{counts}\n{names}", subjects=[member.id for member in unbound], about=node.id)


def _part(node: Branch, everybody: Sequence[Member], unbound: Sequence[Member]) -> GroupText:
    count, open_ = (sum(node.path in member.branch.lineage for member in those) for those in (everybody, unbound))
    return in_group(NOT_BOUND_PART, name=Public(node.name), all=count, open=open_)


@command(
    "room.bind",
    "绑定(本群|这个群|群|此群|群聊)",
    "(本群|这个群|把本群|把这个群)绑定",
    "绑定支部",
    "绑定(本群|这个群)到",
    "@绑定(当前|本|该|此)群",
    "@(把|将)(本群|这个群|群) 绑定",
    role=Role.COMMITTEE,
    where=Where.IN_ANY_GROUP,
    help="绑定本群 — 让我为这个支部服务；在支部的群里说",
)
async def bind_room(request: Request, branch: Word | None = None) -> Reply:
    """Make the group the branch's, or that of a college's or school's committee; an earlier one gets no more reminders.

    Another branch's group has to be released by its own committee first; a college or school above both may take it.
    """
    chosen = await _meant(request, branch)
    room = await Room.get_or_none(channel=request.sender.channel, room=request.room).select_related("branch")
    lost = room.branch if room is not None and room.active and room.branch_id != chosen.id else None
    if room is not None and room.active and lost is None:
        raise Refusal(in_group(ROOM_ALREADY, branch=Public(chosen.name)))
    if lost is not None and not _answers_for(request, lost):
        raise Refusal(in_group(ROOM_OF_ANOTHER, old=Public(lost.name)))
    if lost is not None and not request.confirmed:
        raise Ask(in_group(ROOM_TAKEN, old=Public(lost.name), new=Public(chosen.name)))
    earlier = await _groups_replaced(request, chosen).update(active=False)
    bound, _ = await Room.update_or_create(
        channel=request.sender.channel,
        room=request.room,
        defaults={"branch_id": chosen.id, "active": True, "bound_at": request.now},
    )
    said = in_group(ROOM_BOUND, branch=Public(chosen.name), earlier=ROOM_EARLIER if earlier else in_group(""))
    return Reply(said, notices=await _tell_of_loss(lost, chosen), record=bound.id, about=chosen.id)


@undo(bind_room)
async def unbind_room(request: Request, record: int) -> Reply:
    """The group that the branch had before would not come back by it."""
    raise Refusal(ROOM_STAYS_BOUND)


def _groups_replaced(request: Request, branch: Branch) -> QuerySet[Room]:
    """The branch's groups that the present one stands for: all but those on other channels that it chose to use too."""
    settings, here = request.settings, request.sender.channel
    chosen = settings.channels_of.get(branch.name, ())
    beside = [name for name in chosen if name != here] if here in chosen else []
    kept = [*beside, settings.wecom_webhook.name]
    return Room.filter(branch_id=branch.id, active=True).exclude(channel__in=kept)


def _answers_for(request: Request, branch: Branch) -> bool:
    """Whether the sender is of the branch, or of the college or school above it."""
    return branch.id == request.my_branch.id or branch.path.startswith(f"{request.my_branch.path}/")


@command(
    "room.release",
    "解绑(本群|这个群|群|此群|群聊)",
    "(本群|这个群|把本群|把这个群)解绑",
    "(解除|取消)(本群|这个群)[的]绑定",
    "(取消|解除)绑定(本群|这个群)",
    role=Role.COMMITTEE,
    where=Where.IN_ANY_GROUP,
    help="解绑本群 — 不再为支部服务这个群；在群里说",
)
async def release_room(request: Request) -> Reply:
    """Let go of the branch's group, so that another branch can bind it."""
    room = await Room.get_or_none(channel=request.sender.channel, room=request.room, active=True).select_related(
        "branch"
    )
    if room is None:
        raise Refusal(ROOM_NOT_BOUND)
    if not _answers_for(request, room.branch):
        raise Refusal(ROOM_NOT_YOURS)
    if not request.confirmed:
        raise Ask(in_group(ROOM_RELEASE, branch=Public(room.branch.name)))
    await Room.filter(id=room.id).update(active=False)
    released = in_group(ROOM_RELEASED, branch=Public(room.branch.name))
    return Reply(released, record=room.id, about=room.branch_id)


@undo(release_room)
async def rebind_room(request: Request, record: int) -> Reply:
    """Another branch may have it by now."""
    raise Refusal(ROOM_STAYS_RELEASED)


async def _tell_of_loss(lost: Branch | None, other: Branch) -> list[ToMember]:
    if lost is None:
        return []
    text = ROOM_LOST.format(branch=lost.name, other=other.name)
    return [ToMember(person.id, text) for person in await secretaries(lost.id)]


async def _meant(request: Request, named: Word | None) -> Branch:
    """The sender's own branch, college or school, or for a college or school one of those below it; raises Refusal."""
    if request.role < Role.COLLEGE and named is not None and named not in request.my_branch.path:
        raise Refusal(ROOM_OTHER_BRANCH)
    return await meant(request, Organisation(named) if named and request.role >= Role.COLLEGE else None)


@welcome
async def greet(request: Request) -> Reply:
    """Somebody became a friend, or somebody (the bot too) entered a group, which is greeted once in a while."""
    bot = Public(request.settings.bot.name)
    if request.room is None:
        if request.member is not None:
            return Reply(private=HELLO_AGAIN.format(name=request.member.name))
        return Reply(private=HELLO.format(bot=bot))
    room = await Room.get_or_none(channel=request.sender.channel, room=request.room, active=True).select_related(
        "branch"
    )
    # Once it is bound, a group is greeted anew.
    key = f"welcome:{request.sender.channel}:{request.room}:{room.branch_id if room else ''}:"
    if await OutboxMessage.keyed_since(key, request.now - GREET_AGAIN_AFTER):
        return Reply()
    return Reply(_to_group(request, room, bot), key=f"{key}{request.now:%Y%m%d%H%M}")


def _to_group(request: Request, room: Room | None, bot: Public) -> GroupText:
    if room is None:
        return in_group(NEW_GROUP, bot=bot)
    if request.member is not None:
        return KNOWN_NEWCOMER
    return in_group(NEWCOMER, bot=bot, branch=Public(room.branch.name))
