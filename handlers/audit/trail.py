"""操作记录：what was done by virtue of an office with the records of a branch, for its committee; privately."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q

from bot.commands import Command, Refusal, Reply, Request, Role, command
from bot.people import calls, find_member
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
TOLD_PRIVATELY = in_group("操作记录已私聊发给您。")
UNDONE = "撤销了：{what}"
OPERATOR, SOMEBODY = "管理员", "已离开的人"
ON_THE_MACHINE, IN_GROUP, ASIDE = "服务器", "群里", "私聊"
UNDO = "undo "
OF_OPERATOR = "operator"
# What no message asks for.
BESIDE_COMMANDS = {"roster.import": "导入名册", "leaving": "移交离开的人的材料，删除不必留的信息"}


@command(
    "audit.trail",
    "(看|查|查看|看看)操作记录",
    "操作记录",
    "@(谁|哪些人)(看|查|导出)(过|了)(我们|支部)[的](记录|信息|台账)",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="操作记录 — 看谁看过、改过、导出过本支部的记录",
)
async def trail(request: Request, member: Name | None = None) -> Reply:
    """The latest lines about the branch's members, or about one of them."""
    branch = request.my_branch
    whose = {(await find_member(branch, member)).id} if member else None
    names = await calls(branch.id)
    lines = [line for line in await _lines(branch, request.now) if _concerns(line, whose or names.keys(), request)]
    if not lines:
        raise Refusal(NOTHING)
    shown = lines[:MOST_LINES]
    told = await _told(shown, names, request)
    subjects = {id_ for line in shown for id_ in line.subjects if id_ in names} - {request.me.id}
    return Reply(TOLD_PRIVATELY, "\n".join([HEAD.format(count=len(shown)), *told]), subjects=sorted(subjects))


async def _lines(branch: Branch, now: datetime) -> list[AuditEntry]:
    """What was done by those of the branch, by those above it and by the operator, the latest first."""
    above = await Branch.filter(path__in=branch.lineage)
    near = Q(branch_id__in=[one.id for one in above]) | Q(branch_id=None, channel=OF_OPERATOR)
    recent = AuditEntry.filter(near, at__gte=now - SINCE, outcome="done").order_by("-id").limit(MOST_READ)
    return [line for line in await recent if line.subjects]


def _concerns(line: AuditEntry, ids: Container[int], request: Request) -> bool:
    """Whether it was done by virtue of an office, with the records of one of these members."""
    name = line.command.removeprefix(UNDO)
    done = _command(name, request)
    official = name in BESIDE_COMMANDS or (done is not None and done.role >= Role.COMMITTEE)
    return official and any(id_ in ids for id_ in line.subjects if id_ != line.member_id)


def _command(name: str, request: Request) -> Command | None:
    return next((one for one in request.commands if one.name == name), None)


async def _told(lines: Sequence[AuditEntry], names: Mapping[int, str], request: Request) -> list[str]:
    ids = {line.member_id for line in lines if line.member_id is not None}
    actors = {member.id: member.name for member in await Member.filter(id__in=list(ids))}
    rooms = {room.room for room in await Room.filter(room__in=[line.conversation for line in lines])}
    return [
        LINE.format(
            at=line.at.astimezone(SHANGHAI),
            who=OPERATOR if line.channel == OF_OPERATOR else actors.get(line.member_id or 0, SOMEBODY),
            where=ON_THE_MACHINE if line.channel == OF_OPERATOR else IN_GROUP if line.conversation in rooms else ASIDE,
            what=_what(line, request),
            of=_of(line, names),
        )
        for line in lines
    ]


def _what(line: AuditEntry, request: Request) -> str:
    name = line.command.removeprefix(UNDO)
    done = _command(name, request)
    said = done.purpose if done else BESIDE_COMMANDS.get(name, name)
    values = _values(done, line) if done else ""
    what = f"{said}（{values}）" if values else said
    return UNDONE.format(what=what) if line.command.startswith(UNDO) else what


def _values(done: Command, line: AuditEntry) -> str:
    """Which months, which table; "" for a line of a version whose values were others."""
    try:
        return echo(done.form, load(done.form, line.detail))
    except (KeyError, ValueError):
        return ""


def _of(line: AuditEntry, names: Mapping[int, str]) -> str:
    """Whose records; of other branches' members nothing is told."""
    known = [names[id_] for id_ in line.subjects if id_ in names and id_ != line.member_id]
    listed = join(known[:MOST_NAMES])
    return OF.format(names=listed) if len(known) <= MOST_NAMES else OF_MANY.format(names=listed, count=len(known))
