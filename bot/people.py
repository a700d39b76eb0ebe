"""Who somebody is: which member an account is bound to, what they may do, and whom a name means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from tortoise.expressions import Q

from bot.commands import AskFor, Role
from bot.messages import Incoming
from bot.understanding.values import Name
from models import Account, Branch, Level, Member, Post, Room
from models.member import OFFICES, within

WHO_NOT_BELOW = "下属各支部里没有找到“{name}”。请写全名，或者写学号。"
WHO_NOT = "本支部里没有找到“{name}”。请写全名，或者写学号。"
WHO_OF = "“{name}”可能是：\n{names}\n请回复编号，或者写全名。"
WHO_OF_DOUBLES = "“{name}”可能是：\n{names}\n请回复编号，或者在姓名后面加上尾号，例如：{example}"

TAIL = "{name}（尾号{tail}）"
_LONGEST_SAID = 60  # characters; a name in pinyin is no longer, and sounding out a long text takes long
_TAIL_LENGTH = 4
_NUMBERED = re.compile(r"(?P<name>\D*?)(?P<number>[a-z]{0,3}\d{3,}[a-z]?)", re.IGNORECASE)

TITLES = {
    "书记": Post.SECRETARY,
    "支部书记": Post.SECRETARY,
    "副书记": Post.DEPUTY,
    "组织委员": Post.ORGANISATION,
    "宣传委员": Post.PUBLICITY,
    "纪检委员": Post.DISCIPLINE,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """What an account and a room stand for. `room_branch` is the branch whose group the message came from."""

    account: Account | None
    member: Member | None
    room_branch: Branch | None
    role: Role

    @property
    def branch(self) -> Branch | None:
        return self.member.branch if self.member else self.room_branch


async def identify(message: Incoming) -> Identity:
    """Look up the sender and the room; a nickname is never looked at."""
    account = await Account.get_or_none(channel=message.channel, contact=message.sender).select_related(
        "member__branch"
    )
    room_branch = None
    if message.room is not None:
        room = await Room.get_or_none(channel=message.channel, room=message.room, active=True).select_related("branch")
        room_branch = room.branch if room else None
    member = account.member if account and account.member and account.member.active else None
    return Identity(account, member, room_branch, role_of(member))


def role_of(member: Member | None) -> Role:
    """What a member's post allows; nobody in particular is a guest."""
    if member is None:
        return Role.GUEST
    if member.post is Post.SCHOOL:
        return Role.SCHOOL
    if member.in_office:
        return Role.COLLEGE  # of a 党总支 too: it does for its branches what a college does
    return Role.COMMITTEE if member.in_committee else Role.MEMBER


async def names(branch: Branch | None) -> list[str]:
    """The full names of a branch's members and their student numbers in lower case, by which messages are read."""
    if branch is None:
        return []
    above = branch.level is not Level.BRANCH
    members = await Member.filter(within(branch.path) if above else Q(branch_id=branch.id), active=True)
    return [member.name for member in members] + [member.student_no.lower() for member in members]


def called(members: Iterable[Member]) -> dict[int, str]:
    """What to call each one, by id, in a list or a line to type: 张三, or 张三（尾号0001） where two have the name."""
    listed = list(members)
    count = Counter(member.name for member in listed)
    return {
        one.id: TAIL.format(name=one.name, tail=_tail(one, listed)) if count[one.name] > 1 else one.name
        for one in listed
    }


async def calls(branch_id: int) -> dict[int, str]:
    """`called` for everybody of a branch."""
    return called(await Member.filter(branch_id=branch_id))


def _tail(member: Member, members: Iterable[Member]) -> str:
    """The end of the student number that tells `member` from those of the same name; else the whole."""
    tail = member.student_no[-_TAIL_LENGTH:]
    same = [one for one in members if one.name == member.name and one.student_no.endswith(tail)]
    return tail if len(same) == 1 else member.student_no


def numbered(name: str) -> tuple[str, str]:
    """张三0001 → 张三, 0001: a name, and the student number or its end in lower case; each may be empty."""
    match = _NUMBERED.fullmatch(name)
    return (match["name"], match["number"].lower()) if match else (name, "")


async def find_member(branch: Branch, name: Name) -> Member:
    """The member of `branch`, or of those below it, whom `name` means: full name, title, part of it, or how it sounds.

    The student number or its end may follow the name (张三0001), and the whole number may stand alone.
    Raises AskFor, with the names it could be, where it is not exactly one.
    """
    above = branch.level is not Level.BRANCH
    members = await Member.filter(within(branch.path) if above else Q(branch_id=branch.id), active=True).order_by("id")
    if one := one_of(members, name):
        return one
    raise AskFor((WHO_NOT_BELOW if above else WHO_NOT).format(name=name), instead_of=name)


def one_of(members: Sequence[Member], name: Name) -> Member | None:
    """The one of `members` whom `name` means, None where it means nobody; raises AskFor as `find_member` does."""
    fitting = meant(members, name)
    if len(fitting) <= 1:
        return fitting[0] if fitting else None
    names = called(members)
    listed = "\n".join(f"{number} {names[one.id]}" for number, one in enumerate(fitting, 1))
    choices = [one.name if names[one.id] == one.name else f"{one.name}{_tail(one, members)}" for one in fitting]
    if len({member.name for member in fitting}) < len(fitting):
        double = next(one for one in fitting if names[one.id] != one.name)
        example = f"{double.name}{_tail(double, members)}"
        text = WHO_OF_DOUBLES.format(name=name, names=listed, example=example)
    else:
        text = WHO_OF.format(name=name, names=listed)
    raise AskFor(text, instead_of=name, choices=choices)


def meant(members: Sequence[Member], said: str) -> list[Member]:
    """Those of `members` whom a name, a part of it, its sound, a title or a student number can mean."""
    if title := TITLES.get(said):
        return [member for member in members if member.post is title]
    name, number = numbered(said)
    if not name:
        return [member for member in members if member.student_no.lower() == number]
    return [member for member in _fitting(members, name) if member.student_no.lower().endswith(number)]


def _fitting(members: Sequence[Member], name: str) -> list[Member]:
    if len(name) > _LONGEST_SAID:
        return []
    sound = "".join(lazy_pinyin(name)).lower()
    return (
        [member for member in members if member.name == name]
        or [member for member in members if name in member.name]
        or [member for member in members if "".join(lazy_pinyin(member.name)) == sound]
    )


async def committee(branch_id: int) -> list[Member]:
    """The branch's committee, the secretary first."""
    members = await Member.filter(branch_id=branch_id, active=True)
    posts = list(Post)
    return sorted((member for member in members if member.in_committee), key=lambda member: posts.index(member.post))


async def others_who_confirm(member: Member) -> str:
    """Who else of the committee can act on what is `member`'s own, 陈明、李娜; empty where nobody is bound."""
    others = [one.id for one in await committee(member.branch_id) if one.id != member.id]
    bound = {account.member_id for account in await Account.filter(member_id__in=others)}
    calling = await calls(member.branch_id) if bound else {}
    return "、".join(calling[id_] for id_ in others if id_ in bound)


async def secretaries(branch_id: int) -> list[Member]:
    """Who answers for the branch: its secretary and deputy, or the rest of its committee where it has neither."""
    members = await committee(branch_id)
    return [member for member in members if member.post in (Post.SECRETARY, Post.DEPUTY)] or members


async def answering_for(member: Member, *, but: int | None = None) -> list[Member]:
    """Whom to tell of a member's own matter, of those whom the bot reaches: never the member itself, nor that one.

    The secretaries of the branch, else the rest of its committee, else the offices above it, the nearest first.
    """
    branch: Branch | None = await Branch.get(id=member.branch_id)
    tiers = [await secretaries(member.branch_id), await committee(member.branch_id)]
    while branch is not None:
        tiers.append(await Member.filter(branch_id=branch.id, active=True, post__in=list(OFFICES)))
        branch = await Branch.get_or_none(id=branch.parent_id) if branch.parent_id else None
    for tier in tiers:
        reached = [person for person in tier if person.id not in (member.id, but) and await Account.reaches(person.id)]
        if reached:
            return reached
    return []
