"""What is another branch's is answered as if it did not exist, and nothing of it is told; a talk is of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from zipfile import ZipFile, is_zipfile

from bot.access import may
from bot.commands import Command
from bot.understanding.forms import Slot
from bot.understanding.values import Name, Number, Organisation, StudentNumber, Word
from models import (
    Account,
    Branch,
    HalfYearReview,
    Handover,
    Member,
    Opinion,
    OpinionState,
    OutboxMessage,
    Report,
    Talk,
    TalkRecord,
    Wish,
    WishState,
)
from tests.access.branch_life import US
from tests.access.conftest import ON_SQLITE, Marked, tried
from tests.access.world import (
    BESIDE_OFFICER,
    COLLEGE_OFFICER,
    COMMITTEE_MEMBER,
    HANDED_OVER,
    LEFT,
    MEMBER,
    OURS,
    SCHOOL_OFFICER,
    SECRETARY,
    STRANGER,
    THEIR_MEMBER,
    THEIR_SECRETARY,
    Somebody,
)
from tests.chat import contact
from tests.every_command import fitting

INSIDE = (MEMBER, SECRETARY, COMMITTEE_MEMBER, HANDED_OVER, COLLEGE_OFFICER, SCHOOL_OFFICER)
OUTSIDE = (STRANGER, LEFT, THEIR_MEMBER, THEIR_SECRETARY, BESIDE_OFFICER)
NEVER_THERE = {Name: "暗王五", Number: 9001, Organisation: "暗支部", Word: "暗词", StudentNumber: "T20999999"}
NUMBERS = (1, 2, 3)  # of what `branch_life` makes


@ON_SQLITE
async def test_as_if_it_did_not_exist(marked: Marked) -> None:
    """Each command with each name, number and place of ours, and again with one that nobody has: answered the same."""
    ours, wrong, compared = await _ours(marked), [], 0
    for command in marked.chat.catalogue.commands.values():
        for who in (one for one in OUTSIDE if may(command, one.role)):
            for slot, there in _named(command, ours):
                compared += 1
                real = await _answers(marked, who, command, slot, there)
                if real != await _answers(marked, who, command, slot, NEVER_THERE[slot.type]):
                    wrong.append(f"{command.name} {slot.name}={there} by {who.name}: {real}")
    assert compared > 200
    assert not wrong, "\n".join(wrong)


@ON_SQLITE
async def test_who_is_told_what(marked: Marked) -> None:
    """Everybody asks everything, with our names and numbers.

    Whoever is not of our branch hears nothing of it, not even what our group knows. A talk's topic and record reach
    the two who talk: no committee, office, list, overview or export. What somebody has not handed in, or has taken
    back, reaches nobody but them: no copy of another's, no papers for another branch.
    """
    ours = await _ours(marked)
    talks: dict[str, Set[int | None]] = {talk.topic: talk.pair for talk in await Talk.all() if talk.topic}
    talks |= {one.text: one.talk.pair for one in await TalkRecord.all().select_related("talk")}
    own = await _told_to_nobody_else()
    assert len(own) > 8
    talks |= own
    wrong, heard = [], set[str]()
    for command in marked.chat.catalogue.commands.values():
        for who in (one for one in (*INSIDE, *OUTSIDE) if may(command, one.role)):
            for values in _everything(command, ours):
                async with tried():
                    for row in await marked.answers(who, command, values, None):
                        found = {mark for mark in marked.marks.of if mark in _text(row)}
                        heard |= found
                        reader = ours.member_of.get(row.contact or "")
                        over = {mark for mark in found & talks.keys() if reader not in talks[mark]}
                        if row.contact in {contact(one.name) for one in OUTSIDE}:
                            over |= found - ours.known_outside - {*map(str, values.values())}
                        told = ", ".join(marked.marks.of[mark] for mark in over)
                        wrong += [f"{command.name} by {who.name} tells {row.contact}: {told}"] if over else []
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    told_inside = {marked.marks.of[mark] for mark in heard}
    privately = {"Talk.topic", "TalkRecord.text", "Report.text", "Opinion.text"}
    assert privately | {"Placement.company", "Member.student_no"} <= told_inside


async def _told_to_nobody_else() -> dict[str, Set[int | None]]:
    """Whose it is, by what was written: drafts, and what was taken back."""
    own: dict[str, Set[int | None]] = {}
    for report in await Report.filter(claim=None):
        own |= {words: {report.member_id} for words in (report.text, report.comment)}
    for record in await TalkRecord.filter(voided_at__isnull=False):
        own[record.text] = {record.author_id}
    for review in await HalfYearReview.filter(voided_at__isnull=False):
        own[review.text] = {review.reviewer_id}
    for handover in await Handover.filter(voided_at__isnull=False):
        own |= {words: {handover.recorded_by_id} for words in (handover.note, handover.return_note)}
    for opinion in await Opinion.filter(state=OpinionState.WITHDRAWN):
        own[opinion.text] = {opinion.author_id}
    for wish in await Wish.filter(state=WishState.REMOVED):
        own[wish.reason] = {wish.author_id}
    return own


@dataclass(frozen=True, slots=True)
class Ours:
    """What of our branch can be named; whose each account is; and which marks are of what is not ours."""

    branch: Branch
    student_no: str
    names: Sequence[Name]
    member_of: Mapping[str, int | None]
    known_outside: Set[str]


async def _ours(marked: Marked) -> Ours:
    branch = await Branch.get(path__endswith=OURS)
    beside = await Member.exclude(branch_id=branch.id)
    return Ours(
        branch,
        (await Member.filter(branch_id=branch.id))[0].student_no,
        [marked.names[contact(who)] for who in (US.member, US.other, US.secretary)],
        {account.contact: account.member_id for account in await Account.all()},
        {one.name for one in await Branch.exclude(id=branch.id)}
        | {words for one in beside for words in (one.name, one.student_no)},
    )


def _named(command: Command, ours: Ours) -> Iterator[tuple[Slot, object]]:
    for slot in command.form.slots:
        if slot.type is Name:
            yield slot, ours.names[0]
        elif slot.type is Number:
            yield from ((slot, Number(number)) for number in NUMBERS)
        elif slot.type in (Organisation, Word):
            yield slot, slot.type(ours.branch.name)
        elif slot.type is StudentNumber:
            yield slot, StudentNumber(ours.student_no)


def _everything(command: Command, ours: Ours) -> Iterator[dict[str, object]]:
    """With nothing that can be left out, and with each number and name of ours."""
    slots = command.form.slots
    readings = [{slot.name: fitting(slot) for slot in slots if slot.required and slot.type is not Name}]
    for number, name in zip(NUMBERS, ours.names, strict=True):
        of_ours: dict[type, object] = {
            Name: name,
            Number: Number(number),
            Organisation: Organisation(ours.branch.name),
        }
        readings.append({slot.name: of_ours.get(slot.type, fitting(slot)) for slot in slots})
        readings.append({slot.name: of_ours[slot.type] for slot in slots if slot.type in of_ours})
    yield from {str(reading): reading for reading in readings}.values()


async def _answers(
    marked: Marked, who: Somebody, command: Command, slot: Slot, value: object
) -> list[tuple[str | None, str]]:
    """What is answered, to whom, with a dash in the place of the value (of a number, of each)."""
    others = {one.name: fitting(one) for one in command.form.slots if one.required}
    async with tried():
        rows = await marked.answers(who, command, others | {slot.name: slot.type(value)}, None)
        shown = re.compile(r"\d+" if slot.type is Number else re.escape(str(value)))
        return [(row.room or row.contact, shown.sub("–", _text(row))) for row in rows]
    raise AssertionError("tried() ends without an answer")


def _text(row: OutboxMessage) -> str:
    """What can be read of it: a workbook or a letter by what stands in it."""
    said = f"{row.text} {row.card or ''} {row.file_name or ''}"
    if row.file_data and is_zipfile(BytesIO(row.file_data)):
        with ZipFile(BytesIO(row.file_data)) as archive:
            inside = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
            return said + unescape(inside)  # a workbook has characters by their numbers
    return said + (row.file_data or b"").decode("utf-8", "replace")
