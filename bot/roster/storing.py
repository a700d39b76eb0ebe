"""The roster into the records: the tree of branches, new members, changed ones; all of it or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tortoise.transactions import in_transaction

from bot.audit import note_operator
from bot.roster.faults import RosterFaulty
from bot.roster.rows import AT, Person, read_people
from bot.roster.sheet import read_sheet
from bot.understanding.values import SHANGHAI
from models import (
    Account,
    BindingCode,
    BindingRequest,
    Branch,
    BranchKind,
    Category,
    Deed,
    Erasure,
    FullMembership,
    Level,
    Member,
    Phone,
    Post,
)

CHANGEABLE = ["name", "branch_id", "category", "post", "admitted_on", "full_since", "dues_from", "active"]
CHUNK = 500

SECOND_SECRETARY = (
    "支部已有书记{name}（{student_no}），一个支部只有一位书记。请把{name}也写进这份名册，填上现在的职务（没有就留空）。"
)
OTHER_LEVEL = "“{path}”已经登记为{known}，名册里写成了{level}。请换一个名称，或按原来的填。"


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody or a branch was, and is since the import: words for the operator."""

    of: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What an import did, in counts. `returned`: those who had left, and are named again; they are not `updated`.
    `absent`: members of these branches whom the file does not name; they stay.
    `left`: those of them who are members no longer, with their branches.
    `kept`: who the file still calls probationary, though the secretary has recorded since that they became full
    members; they stay so. `retyped`: branches of another kind since. `renamed`: student numbers with another name
    since, who may be another person."""

    branches: int
    added: int
    returned: int
    updated: int
    unchanged: int
    absent: int
    left: tuple[Member, ...] = ()
    kept: tuple[Member, ...] = ()
    retyped: tuple[Change, ...] = ()
    renamed: tuple[Change, ...] = ()


async def import_roster(path: Path, *, now: datetime, leaving: Collection[int] = ()) -> RosterReport:
    """Bring the records up to what `path` says, members matched by student number.

    Raises RosterFaulty with every fault; then nothing has been changed. Nobody
    is deleted, and an account stays bound when its member changes branch. Of
    those whom the file does not name, `leaving` are members no longer: their
    records stay, their accounts are unbound.
    """
    people = await _people(path, now)
    async with in_transaction():
        return await _store(people, now, leaving)


async def absent_from(path: Path, *, now: datetime) -> list[Member]:
    """Members of the branches in `path` whom it does not name, with their branches. Raises RosterFaulty."""
    people = await _people(path, now)
    known = await Member.filter(active=True).select_related("branch").order_by("branch__path", "id")
    named, paths = {person.student_no for person in people}, {person.path for person in people}
    return [member for member in known if member.branch.path in paths and member.student_no not in named]


async def _people(path: Path, now: datetime) -> list[Person]:
    today = now.astimezone(SHANGHAI).date()
    return await asyncio.to_thread(lambda: read_people(read_sheet(path), today))


async def _store(people: Sequence[Person], now: datetime, leaving: Collection[int]) -> RosterReport:
    known = {member.student_no: member for member in await Member.all().select_related("branch")}
    if faults := _second_secretaries(people, known.values(), leaving):
        raise RosterFaulty(faults)
    branches, retyped = await _tree(people, now)
    full = {row.member_id for row in await FullMembership.filter(claim__isnull=False).only("id", "member_id")}
    new, changed, moved, kept, renamed, returned = [], [], [], [], [], 0
    for person in people:
        branch, member = branches[person.path], known.get(person.student_no)
        if member is None:
            new.append(_member(person, branch, now))
            continue
        if _is_stale(person, member, full):
            kept.append(member)
            person = replace(person, category=Category.FULL)
        had_left = not member.active
        if member.branch_id != branch.id:
            moved.append(member.id)
        if member.name != person.name:
            renamed.append(Change(person.student_no, member.name, person.name))
        if _update(member, person, branch, now):
            changed.append(member)
            returned += had_left
    await Member.bulk_create(new, batch_size=CHUNK)
    if changed:
        await Member.bulk_update(changed, CHANGEABLE, batch_size=CHUNK)
    await Erasure.filter(claim__in=[member.id for member in changed]).update(claim=None)
    await _store_phones(people)
    named = {person.student_no for person in people}
    here = {branches[person.path].id for person in people}
    absent = [m for m in known.values() if m.active and m.branch_id in here and m.student_no not in named]
    left = tuple(member for member in absent if member.id in leaving)
    await _leave([member.id for member in left], now)
    # What they did in the branch before is no longer theirs to take back.
    await Deed.filter(member_id__in=[*moved, *(member.id for member in left)]).delete()
    await note_operator(
        "roster.import",
        now,
        subjects=[member.id for member in (*changed, *left)],
        detail={"added": len(new), "left": len(left)},
    )
    count = sum(branch.level is Level.BRANCH for branch in branches.values())
    return RosterReport(
        branches=count,
        added=len(new),
        returned=returned,
        updated=len(changed) - returned,
        unchanged=len(people) - len(new) - len(changed),
        absent=len(absent) - len(left),
        left=left,
        kept=tuple(kept),
        retyped=tuple(retyped),
        renamed=tuple(renamed),
    )


def _second_secretaries(people: Sequence[Person], known: Iterable[Member], leaving: Collection[int]) -> list[str]:
    """A fault for each row that would give a branch another secretary beside one whom the file does not name."""
    named = {person.student_no for person in people}
    in_office = {
        member.branch.path: member
        for member in known
        if member.post is Post.SECRETARY
        and member.active
        and member.student_no not in named
        and member.id not in leaving
    }
    return [
        AT.format(
            row=person.row, column="职务", fault=SECOND_SECRETARY.format(name=old.name, student_no=old.student_no)
        )
        for person in people
        if person.post is Post.SECRETARY and (old := in_office.get(person.path))
    ]


async def _store_phones(people: Sequence[Person]) -> None:
    """What the file tells; an empty cell takes a number away, a file without the column leaves all as they are."""
    told = {person.student_no: person.phone for person in people if person.phone is not None}
    members = {member.id: told[member.student_no] for member in await Member.filter(student_no__in=list(told))}
    known = {phone.member_id: phone for phone in await Phone.filter(member_id__in=list(members))}
    await Phone.filter(member_id__in=[id_ for id_, number in members.items() if not number]).delete()
    new = [Phone(member_id=id_, number=number) for id_, number in members.items() if number and id_ not in known]
    await Phone.bulk_create(new, batch_size=CHUNK)
    for id_, phone in known.items():
        if members[id_] not in ("", phone.number):
            phone.number = members[id_]
            await phone.save(update_fields=["number"])


async def _leave(members: Sequence[int], now: datetime) -> None:
    """Members no longer: no account is theirs, and no code or request can make one theirs. Their records stay."""
    if not members:
        return
    await Member.filter(id__in=members).update(active=False)
    await Account.filter(member_id__in=members).update(member_id=None, bound_at=None)
    await Phone.filter(member_id__in=members).delete()
    await BindingCode.expire(members, now)
    await BindingRequest.filter(member_id__in=members, decided_at__isnull=True).update(decided_at=now, accepted=False)


async def _tree(people: Sequence[Person], now: datetime) -> tuple[dict[str, Branch], list[Change]]:
    """Every node that the people belong to or that lies above them, by path, and whose kind is another now.

    Raises RosterFaulty.
    """
    kinds = {person.path: person.kind for person in people if person.kind}
    branches = {branch.path: branch for branch in await Branch.all()}
    wanted: dict[str, Branch] = {}
    retyped = []
    for person in people:
        above: Branch | None = None
        for depth, (level, name) in enumerate(person.places, 1):
            path = "/".join(place for _, place in person.places[:depth])
            kind = kinds.get(path, BranchKind.ORDINARY)
            branch = branches.get(path)
            if branch is None:
                branch = await Branch.create(name=name, level=level, kind=kind, parent=above, path=path, created_at=now)
                branches[path] = branch
            elif branch.level is not level:
                raise RosterFaulty([OTHER_LEVEL.format(path=path, known=branch.level.label, level=level.label)])
            elif path in kinds and branch.kind is not kind:
                retyped.append(Change(branch.name, branch.kind.label, kind.label))
                branch.kind = kind
                await branch.save(update_fields=["kind"])
            wanted[path] = above = branch
    return wanted, retyped


def _member(person: Person, branch: Branch, now: datetime) -> Member:
    return Member(
        name=person.name,
        student_no=person.student_no,
        branch=branch,
        category=person.category,
        post=person.post,
        admitted_on=person.admitted_on,
        full_since=person.full_since,
        dues_from=Member.first_dues_month(person.admitted_on, now.astimezone(SHANGHAI).date()),
        created_at=now,
    )


def _is_stale(person: Person, member: Member, full: Collection[int]) -> bool:
    """Whether the row says less than what was recorded since: the full members whom the secretary recorded."""
    became_full = member.category is Category.FULL and member.id in full
    return became_full and person.category is Category.PROBATIONARY


def _update(member: Member, person: Person, branch: Branch, now: datetime) -> bool:
    """Give the member what the row says; whether that was a change."""
    owed, in_office = member.owes_dues, member.in_office
    before = [getattr(member, field) for field in CHANGEABLE]
    member.name, member.branch_id, member.active = person.name, branch.id, True
    member.category, member.post, member.admitted_on = person.category, person.post, person.admitted_on
    # What the secretary recorded stays where the file says nothing, unless the file says that it is not so.
    member.full_since = (person.full_since or member.full_since) if person.category is Category.FULL else None
    if member.owes_dues and not owed:
        member.dues_from = _this_month(now) if in_office else _from_admission(member, now)
    return before != [getattr(member, field) for field in CHANGEABLE]


def _this_month(now: datetime) -> str:
    """What lies before was settled elsewhere."""
    return Member.first_dues_month(None, now.astimezone(SHANGHAI).date())


def _from_admission(member: Member, now: datetime) -> str:
    """Dues begin with admission (中组发〔2008〕3号 第八条), which may lie before the roster that tells of it."""
    known_since = member.created_at if member.admitted_on else now
    return Member.first_dues_month(member.admitted_on, known_since.astimezone(SHANGHAI).date())
