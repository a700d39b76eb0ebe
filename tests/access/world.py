"""A school with two branches of one college and one of another, each with its group, and somebody of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.commands import Role
from models import Account, Branch, Category, Level, Member, Post, Room
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON

SCHOOL, COLLEGE, COLLEGE_BESIDE = "示范大学", "示范大学/信息学院", "示范大学/机电学院"
OURS, THEIRS = "智能制造流动党支部", "数据科学流动党支部"
OUR_GROUP, THEIR_GROUP, UNBOUND = "room-1@chatroom", "room-2@chatroom", "room-9@chatroom"
OFFICES = {
    SCHOOL: ("何老师", Level.SCHOOL, Post.SCHOOL, "room-school@chatroom"),
    COLLEGE: ("孙老师", Level.COLLEGE, Post.COLLEGE, "room-college@chatroom"),
    COLLEGE_BESIDE: ("吴老师", Level.COLLEGE, Post.COLLEGE, "room-beside@chatroom"),
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A kind of person: as whom they count, and in which group they are at home."""

    name: str
    role: Role
    group: str


STRANGER = Somebody("路人", Role.GUEST, OUR_GROUP)
LEFT = Somebody("冯离开", Role.GUEST, OUR_GROUP)  # no member any more, though the account was never unbound
HANDED_OVER = Somebody("褚转出", Role.MEMBER, OUR_GROUP)  # a committee member until another organisation took over
MEMBER = Somebody("张三", Role.MEMBER, OUR_GROUP)
SECRETARY = Somebody("李书记", Role.COMMITTEE, OUR_GROUP)
COMMITTEE_MEMBER = Somebody("周委员", Role.COMMITTEE, OUR_GROUP)
COLLEGE_OFFICER = Somebody("孙老师", Role.COLLEGE, OFFICES[COLLEGE][3])
BESIDE_OFFICER = Somebody("吴老师", Role.COLLEGE, OFFICES[COLLEGE_BESIDE][3])
SCHOOL_OFFICER = Somebody("何老师", Role.SCHOOL, OFFICES[SCHOOL][3])
THEIR_MEMBER = Somebody("钱六六", Role.MEMBER, THEIR_GROUP)
THEIR_SECRETARY = Somebody("赵书记", Role.COMMITTEE, THEIR_GROUP)

EVERYBODY = (
    STRANGER,
    LEFT,
    HANDED_OVER,
    MEMBER,
    SECRETARY,
    COMMITTEE_MEMBER,
    COLLEGE_OFFICER,
    SCHOOL_OFFICER,
    THEIR_MEMBER,
    THEIR_SECRETARY,
)

OUR_PEOPLE = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("周委员", Post.ORGANISATION, Category.FULL),
    ("张三", Post.NONE, Category.FULL),
    ("李娜", Post.NONE, Category.PROBATIONARY),
    ("王强", Post.NONE, Category.FULL),
    ("冯离开", Post.NONE, Category.FULL),
    ("褚转出", Post.PUBLICITY, Category.FULL),
)
THEIR_PEOPLE = (
    ("赵书记", Post.SECRETARY, Category.FULL),
    ("郑委员", Post.ORGANISATION, Category.FULL),
    ("钱六六", Post.NONE, Category.FULL),
    ("卫新新", Post.NONE, Category.PROBATIONARY),
    ("沈七七", Post.NONE, Category.FULL),
)


async def found_school(chat: Chat) -> Mapping[str, Branch]:
    """The tree and everybody in it, by path or, for the two branches, by name."""
    nodes: dict[str, Branch] = {}
    for path, (who, level, post, room) in OFFICES.items():
        parent = nodes.get(path.rpartition("/")[0])
        nodes[path] = await Branch.create(
            name=path.rpartition("/")[2], level=level, path=path, parent=parent, created_at=NOON
        )
        await _officer(who, post, nodes[path])
        await Room.create(channel=CHANNEL, room=room, branch=nodes[path], bound_at=NOON)
    nodes[OURS] = await found_branch(chat, OURS, OUR_PEOPLE, room=OUR_GROUP)
    nodes[THEIRS] = await found_branch(chat, THEIRS, THEIR_PEOPLE, room=THEIR_GROUP)
    await Branch.filter(name__in=[OURS, THEIRS]).update(parent_id=nodes[COLLEGE].id)
    await Member.filter(name__in=["李娜", "卫新新"]).update(admitted_on=date(2025, 12, 20))
    await Member.filter(name=LEFT.name).update(active=False)
    await Member.filter(name=HANDED_OVER.name).update(handed_over_on=date(2026, 10, 1))
    return nodes


async def _officer(name: str, post: Post, node: Branch) -> None:
    member = await Member.create(
        name=name,
        student_no=f"T{node.id:04d}",
        branch=node,
        category=Category.FULL,
        post=post,
        dues_from="2026-09",
        created_at=NOON,
    )
    await Account.create(channel=CHANNEL, contact=contact(name), member=member, friend=True, bound_at=NOON)
