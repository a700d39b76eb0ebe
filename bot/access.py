"""Who may do what, and where: the one rule that every command is held to, by what it declares.

The dispatcher asks it before a command runs, before what waited for 确认 goes
on, and before something is taken back; `docs/access.md` is written by it.

What a member alone may read (a command's `own_secrets`, and what they gave
without a name, see `bot.anonymity`) is closed for `binding.hold_days` to an
account that was bound when they had been bound before: whoever makes codes
could otherwise be any member, and read it before that member has noticed.
"""

from __future__ import annotations

from datetime import datetime

from bot.commands import Command, Conversation, Request, Role, Where
from bot.people import Identity
from bot.settings import Settings
from bot.wording import GroupText, Public, in_group, when
from models import Account, Member

NOT_BOUND = in_group("还不认识您。请加我为好友，私聊发送“绑定 姓名 学号”或书记给的绑定码，例如：绑定 K7Q2MX")
NOT_BOUND_PRIVATELY = in_group("还不认识您。请发送“绑定 姓名 学号”或书记给的绑定码，例如：绑定 K7Q2MX")
NOT_ALLOWED = in_group("这条命令只有支部委员能用，您可以请书记来办。")
BY_BRANCHES = in_group("这件事由各支部的书记和委员来办。发送“支部情况”可以看下属各支部的合计。")
OTHER_GROUP = in_group("这里不是您所在支部的群。请在本支部群里说，或私聊我。")
UNBOUND_GROUP = in_group("这个群还没有绑定支部。请书记在群里发送“绑定本群”。")
ONLY_PRIVATELY = in_group("这件事只在私聊里办，刚才的没有登记。请在两分钟内撤回那条消息，再私聊发给我。")
ONLY_IN_GROUP = "请在群里发送“{example}”。"
CLOSED = (
    "这个账号是新换（或新加）的。为防别人冒用您的身份，谈心的话题和记录、“导出我的信息”、匿名提的意见和心愿，"
    "{until}以后才能在这里看；别的照常。换账号的不是您本人，请马上告诉书记或学院。"
)


def conversation(room: str | None, who: Identity) -> Conversation:
    """Where a message with that `room` was said, as its sender stands to it."""
    if room is None:
        return Conversation.PRIVATE
    if who.room_branch is None:
        return Conversation.UNBOUND_GROUP
    own = who.branch is not None and who.branch.id == who.room_branch.id
    return Conversation.OWN_GROUP if own else Conversation.OTHER_GROUP


def barred(command: Command, role: Role, said: Conversation) -> GroupText | None:
    """Why somebody of `role` may not run `command` where it was `said`; None where they may."""
    if refusal := barred_from(command, role, said):
        return refusal
    if said is Conversation.PRIVATE:
        example = Public(command.example)
        return in_group(ONLY_IN_GROUP, example=example) if command.where is Where.IN_ANY_GROUP else None
    if command.where is Where.PRIVATELY:
        return ONLY_PRIVATELY
    if command.role is Role.GUEST or command.where is Where.IN_ANY_GROUP:
        return None
    return {Conversation.OTHER_GROUP: OTHER_GROUP, Conversation.UNBOUND_GROUP: UNBOUND_GROUP}.get(said)


def barred_from(command: Command, role: Role, said: Conversation) -> GroupText | None:
    """The same, wherever it is done: what somebody may no longer do, they may not take back either."""
    if command.role is Role.GUEST:
        return None
    if role is Role.GUEST:
        return NOT_BOUND_PRIVATELY if said is Conversation.PRIVATE else NOT_BOUND
    if role < command.role:
        return NOT_ALLOWED
    return BY_BRANCHES if role >= Role.COLLEGE and not command.offices else None


def closed_until(account: Account, member: Member, settings: Settings, now: datetime) -> datetime | None:
    """Until when `account` is not shown what `member` alone may read; None where it is."""
    until = account.closed_until(member, settings.binding.hold)
    return until if until is not None and until > now else None


def closed(request: Request) -> str:
    """What is said in place of what the sender alone may read; "" where it may be shown."""
    return CLOSED.format(until=when(request.closed_until)) if request.closed_until else ""


def may(command: Command, role: Role) -> bool:
    """Whether `command` is for somebody of `role`, wherever it is done."""
    return barred_from(command, role, Conversation.PRIVATE) is None
