"""The sandbox's school as somebody finds it who opens the page, and a conversation played in it."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands import Catalogue
from bot.lessons import import_lessons
from bot.messages import File, Incoming, Kind, Outgoing
from bot.sandbox_branch import PROJECT, ROOM, Line, begins, contact_of, furnish, scene
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from models import AuditEntry, MatterKind, Member, Room
from tests.chat import CHANNEL, Chat
from tests.conversations.script import Turn

PRESENT = datetime(2026, 11, 29, 12, 0, tzinfo=SHANGHAI)  # a Sunday, the day before a month ends
STEP = timedelta(seconds=20)  # between one message and the next


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a turn: the answers in the same place, what others were told, and the commands that recorded."""

    turn: Turn
    answers: list[str]
    told: list[Outgoing]
    records: list[str]

    def faults(self) -> list[str]:
        """In what it is not as the script has it; of what records without a word for it too."""
        turn, said = self.turn, "\n".join(self.answers)
        return [
            *(f"没有“{words}”" for words in turn.holds if words not in said),
            *(f"不该有“{words}”" for words in turn.lacks if words in said),
            *(["不该出声"] if turn.silent and self.answers else []),
            *([f"记了 {self.records}，应为 {turn.records}"] if self.records != turn.records else []),
        ]


async def staged(catalogue: Catalogue, settings: Settings, present: datetime) -> Chat:
    """The school in an empty database, after all that its scene has it live through up to `present`."""
    sandbox = settings.sandbox
    lines = scene(sandbox)
    began = begins(lines, present)
    await furnish(sandbox, CHANNEL, began, settings.privacy.version)
    await import_lessons(PROJECT / sandbox.lessons, None, settings=settings, now=began)
    chat = await enter(catalogue, settings, began)
    rooms = {room.branch.name: room.room for room in await Room.all().select_related("branch")}
    for line in lines:
        if (moment := line.moment(present)) is not None:
            chat.clock.moment = moment
            await chat.tick()
        chat.clock.moment += timedelta(seconds=1)
        await chat.hear(_of(chat, line, rooms[line.room or sandbox.group]))
    return chat


async def enter(catalogue: Catalogue, settings: Settings, now: datetime) -> Chat:
    """Into a school that is there already."""
    contacts = {member.name: contact_of(member) for member in await Member.all()}
    return Chat(catalogue, settings, now, room=ROOM, contact_of=contacts.__getitem__)


def _of(chat: Chat, line: Line, room: str) -> Incoming:
    if line.file is None:
        return chat.incoming(line.who, line.text, private=line.private, room=room)
    path = PROJECT / line.file
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    file = File(path.name, media_type, path.read_bytes())

    async def load() -> File:
        return file

    kind = Kind.IMAGE if media_type.startswith("image/") else Kind.FILE
    return chat.incoming(line.who, "", private=line.private, room=room, kind=kind, load=load)


async def play(chat: Chat, turns: Iterable[Turn]) -> AsyncIterator[Answered]:
    """Say each of the turns and yield what came of it."""
    for turn in turns:
        if turn.at is not None:
            chat.clock.moment = turn.at
            await chat.tick()
        chat.clock.moment += STEP
        last = await AuditEntry.all().order_by("-id").first()
        message = chat.incoming(turn.who, turn.text, private=not turn.group)
        sent = await chat.hear(message)
        here = [one for one in sent if (one.room or one.contact) == message.conversation]
        lines = await AuditEntry.filter(id__gt=last.id if last else 0, outcome="done").order_by("id")
        yield Answered(
            turn,
            [one.text or (one.file.name if one.file else "") for one in here],
            [one for one in sent if one not in here],
            [line.command for line in lines if _records(chat.catalogue, line.command)],
        )


def _records(catalogue: Catalogue, command: str) -> bool:
    """Whether it does more than to drop a question."""
    known = catalogue.commands.get(command)
    return known is None or (known.changes and MatterKind.CONFIRMATION.value not in known.form.answers)
