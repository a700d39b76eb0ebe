"""操作记录：what was done by virtue of an office with the records of a branch, for its committee; privately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q

from bot.audit import OPERATOR
from bot.commands import Command, Reply, Request, Role, command
from bot.people import calls, find_member
from bot.sessions import PAGE
from bot.understanding.serialise import echo, load
from bot.understanding.values import SHANGHAI, Name
from bot.wording import in_group, join
from models import AuditEntry, Branch, Member, Room

SINCE = timedelta(days=30)
MOST_LINES = 20
MOST_READ = 5000  # lines of the trail that are looked through, the latest
MOST_NAMES = 3

HEAD = "近 30 天按职务看过、改过、导出过本支部记录的操作（最近 {count} 条）："
LINE = "{at:%m-%d %H:%M} {who}（{where}）{what}{of}"
OF = "：{names}"
OF_MANY = "：{names}等 {count} 人"
NOTHING = in_group("近 30 天没有按职务看过、改过、导出过本支部记录的操作。")
NOTHING_LATELY = in_group(
    "近 30 天的操作太多，最近 {count} 条里没有按职务看过、改过、导出过本支部记录的。", count=MOST_READ
)
MORE = "更早的还有 {count} 条，没有列出；只看一个人的，请发“操作记录 姓名”。"
NOT_ALL_READ = "近 30 天的操作太多，只查了最近 {count} 条。"
REFUSED = "{what}（没有办成）"
TOLD_PRIVATELY = in_group("操作记录已私聊发给您。")
# What an organisation above does with its own group, and with what was said to it past the branch.
OF_THEIR_OWN = ("room.bind", "room.release", "bulletin.subscribe", "bulletin.unsubscribe")
SAID_TO_THEM = "opinion."
UNDONE = "撤销了：{what}"
THE_OPERATOR, SOMEBODY, A_STRANGER = "管理员", "已离开的人", "没有绑定的人"
ON_THE_MACHINE, IN_GROUP, ASIDE = "服务器", "群里", "私聊"
UNDO = "undo "
DONE = "done"
READ = "在网页上看“{title}”"
# What no message asks for.
BESIDE_COMMANDS = {
    "roster.import": "导入名册",
    "roster.codes": "生成绑定码",
    "leaving": "移交离开的人的材料，删除不必留的信息",
}


@dataclass(frozen=True, slots=True)
class _Recent:
    """The latest lines, the latest first; `cut`: there are older ones within the time that were not read."""

    lines: Sequence[AuditEntry]
    cut: bool


@command(
    "audit.trail",
    "(看|查|查看|看看)操作记录",
    "操作记录",
    "@(谁|哪些人)(看|查|导出|导|翻)(过|了)[我们|支部|大家][的](台账|名册|记录) [我]<看>记录",
    "@(谁|哪些人)(看|查|导出|导|翻)(过|了)[我们|支部|大家][的](记录|信息|台账|名册)",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="操作记录 — 看谁看过、改过、导出过本支部的记录",
)
async def trail(request: Request, member: Name | None = None) -> Reply:
    """The latest lines about the branch and its members, or about one of them."""
    branch = request.my_branch
    whose = (await find_member(branch, member)).id if member else None
    names = await calls(branch.id)
    recent = await _recent(branch, request.now)
    official = [line for line in recent.lines if _is_official(line, request) and not _is_of_those_above(line, branch)]
    lines = [line for line in official if _concerns(line, request, names, whose)]
    if not lines:
        return Reply(NOTHING_LATELY if recent.cut else NOTHING)
    shown = lines[:MOST_LINES]
    told = [HEAD.format(count=len(shown)), *await _told(shown, names, request)]
    if len(lines) > len(shown):
        told.append(MORE.format(count=len(lines) - len(shown)))
    if recent.cut:
        told.append(NOT_ALL_READ.format(count=MOST_READ))
    subjects = {id_ for line in shown for id_ in line.subjects if id_ in names} - {request.me.id}
    return Reply(TOLD_PRIVATELY, "\n".join(told), subjects=sorted(subjects))


async def _recent(branch: Branch, now: datetime) -> _Recent:
    """What was done, or refused, by those of the branch, by those above it and by the operator."""
    above = await Branch.filter(path__in=branch.lineage)
    near = Q(branch_id__in=[one.id for one in above]) | Q(branch_id=None, channel=OPERATOR)
    within = AuditEntry.filter(near, at__gte=now - SINCE, outcome__in=(DONE, "refused"))
    lines = await within.order_by("-id").limit(MOST_READ + 1)
    return _Recent(lines[:MOST_READ], len(lines) > MOST_READ)


def _is_official(line: AuditEntry, request: Request) -> bool:
    """Whether it takes an office."""
    name = _name(line)
    declared = {one.name: one.role for one in request.commands}
    declared |= {PAGE + one.name: one.role for one in request.pages}
    return name in BESIDE_COMMANDS or declared.get(name, Role.GUEST) >= Role.COMMITTEE


def _is_of_those_above(line: AuditEntry, branch: Branch) -> bool:
    """Whether it is the affair of an organisation above alone."""
    name = _name(line)
    return line.branch_id not in (branch.id, None) and (name in OF_THEIR_OWN or name.startswith(SAID_TO_THEM))


def _concerns(line: AuditEntry, request: Request, names: Mapping[int, str], whose: int | None) -> bool:
    """Whether it was done with the records of the branch's members, of one of them if `whose` says so, or without
    naming anybody with the branch as a whole: changed by its committee, or looked at or changed by an office above.

    Of what was refused little tells with whose records: all that was tried in the branch.
    """
    concerned = {id_ for id_ in line.subjects if id_ != line.member_id}
    if whose is not None:
        return whose in concerned
    if concerned & names.keys():
        return True
    if line.outcome != DONE:
        return line.branch_id == request.my_branch.id
    if concerned or line.branch_id is None:
        return False
    command = next((one for one in request.commands if one.name == _name(line)), None)
    return command is not None and (command.changes or line.member_id not in names)


def _name(line: AuditEntry) -> str:
    return line.command.removeprefix(UNDO)


async def _told(lines: Sequence[AuditEntry], names: Mapping[int, str], request: Request) -> list[str]:
    ids = {line.member_id for line in lines if line.member_id is not None}
    actors = {member.id: member.name for member in await Member.filter(id__in=list(ids))}
    rooms = {room.room for room in await Room.filter(room__in=[line.conversation for line in lines])}
    return [
        LINE.format(
            at=line.at.astimezone(SHANGHAI),
            who=_who(line, actors),
            where=ON_THE_MACHINE if line.channel == OPERATOR else IN_GROUP if line.conversation in rooms else ASIDE,
            what=_what(line, request),
            of=_of(line, names),
        )
        for line in lines
    ]


def _who(line: AuditEntry, actors: Mapping[int, str]) -> str:
    if line.channel == OPERATOR:
        return THE_OPERATOR
    return A_STRANGER if line.member_id is None else actors.get(line.member_id, SOMEBODY)


def _what(line: AuditEntry, request: Request) -> str:
    said = _said(line, request)
    if line.command.startswith(UNDO):
        said = UNDONE.format(what=said)
    return said if line.outcome == DONE else REFUSED.format(what=said)


def _said(line: AuditEntry, request: Request) -> str:
    """What it is called, and which months, which table."""
    name = _name(line)
    pages = {PAGE + one.name: READ.format(title=one.title) for one in request.pages}
    command = next((one for one in request.commands if one.name == name), None)
    if command is None:
        return (pages | BESIDE_COMMANDS).get(name, name)
    values = _values(command, line)
    return f"{command.purpose}（{values}）" if values else command.purpose


def _values(done: Command, line: AuditEntry) -> str:
    """Which months, which table; "" for a line of a version whose values were others."""
    try:
        return echo(done.form, load(done.form, line.detail))
    except (KeyError, ValueError):
        return ""


def _of(line: AuditEntry, names: Mapping[int, str]) -> str:
    """Whose records; of other branches' members nothing is told."""
    known = [names[id_] for id_ in line.subjects if id_ in names and id_ != line.member_id]
    if not known:
        return ""
    listed = join(known[:MOST_NAMES])
    return OF.format(names=listed) if len(known) <= MOST_NAMES else OF_MANY.format(names=listed, count=len(known))
