"""What a message means here: read with what is open for its sender."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tortoise.expressions import Q

from bot import matters, questions, spoken_of
from bot.access import may
from bot.commands import Catalogue, Command, Role
from bot.messages import Incoming, Kind
from bot.people import Identity, names
from bot.understanding import courtesy, tone
from bot.understanding.answers import agrees_to_another
from bot.understanding.forms import ASKED_HERE, COURTESY, Form
from bot.understanding.normal import Normal
from bot.understanding.pieces import Asked
from bot.understanding.reader import Reader
from bot.understanding.reading import UNKNOWN, Reading
from bot.understanding.self_correction import PUT_RIGHT, begins_by_putting_right, changes_alone, puts_right, takes_back
from bot.understanding.values import SHANGHAI, Name, Text
from models import MatterKind, Member, OpenMatter

ALL_OF_ONE = "member.show"  # what answers whatever the committee asks about one member
ABOUT_MEMBERS = ("dues", "report", "placement", "missing")  # topics of what is the same for each member
OTHERS = re.compile("谁|还有|除了|以外|其他|别人|大家|哪些|几个")  # 除了张伟还有谁没交 is not about him
LONGEST_READ = 20_000  # characters; WeChat lets through 16,384


def _open(kinds: Iterable[MatterKind]) -> list[str]:
    """By what they are called, as they are looked through: 同意 answers the notice first, where that is open."""
    return [kind.value for kind in sorted(kinds, key=lambda kind: kind is not MatterKind.CONSENT)]


ALL_MATTERS = (*_open(MatterKind), COURTESY, ASKED_HERE)


@dataclass(frozen=True, slots=True)
class Understood:
    """A reading with the command it belongs to, what was open and is answered by it, and the question that waits."""

    reading: Reading
    command: Command | None
    matter: OpenMatter | None
    question: OpenMatter | None = None


class Hearing:
    """Reads the messages of a bot that has the commands of `catalogue`."""

    def __init__(self, catalogue: Catalogue, reader: Reader) -> None:
        self.reader = reader
        self._catalogue = catalogue

    def concerns_us(self, message: Incoming) -> bool:
        """Whether it may be for the bot; what is not ends here and leaves no trace."""
        if message.kind is Kind.OTHER or (message.own and message.kind is not Kind.JOIN):
            return False
        if message.kind is not Kind.TEXT:
            # A file or picture in a group cannot be addressed to the bot.
            return message.room is None or message.kind in (Kind.RECALL, Kind.JOIN)
        if self._read(message, ALL_MATTERS).command is not None:
            return True
        return self.reader.may_be_piece(message.text, message.sent_at)

    def _read(
        self,
        message: Incoming,
        open_matters: tuple[str, ...],
        people: Sequence[str] = (),
        only: frozenset[str] | None = None,
    ) -> Reading:
        """Only the beginning of what nobody types is read; a text that it holds, a report's, is kept to its end."""
        reading = self.reader.read(
            message.text[:LONGEST_READ],
            now=message.sent_at.astimezone(SHANGHAI),
            private=message.room is None,
            addressed=message.addressed,
            open=open_matters,
            people=people,
            only=only,
        )
        return _whole(reading, message)

    def _for_role(
        self, message: Incoming, answerable: tuple[str, ...], people: Sequence[str], reading: Reading, role: Role
    ) -> Reading:
        """What it is read as among the commands of `role`; else the doubtful `reading` that is not for them."""
        only = frozenset(name for name, command in self._catalogue.commands.items() if may(command, role))
        other = self._read(message, answerable, people, only)
        return other if other.command not in (None, UNKNOWN) else reading

    def is_for_us(self, message: Incoming) -> bool:
        """Whether it speaks to the bot whatever is open: a bare 确认 or 三点 in a group may be talk."""
        return message.kind is not Kind.TEXT or self._read(message, ()).command is not None

    async def understand(self, message: Incoming, who: Identity) -> Understood | None:
        """None where the bot stays silent."""
        if message.kind in (Kind.RECALL, Kind.FRIEND, Kind.JOIN):
            return Understood(Reading(None), None, None)
        open_ = await self._open_matters(message, who)
        if message.kind is not Kind.TEXT:
            taker, matter = self._taker(open_)
            return Understood(Reading(taker.name if taker else UNKNOWN), taker, matter)
        # Not those of the group: by how they are read, a stranger there would find out who is in the roster.
        people = await names(who.member.branch if who.member else None)
        waiting = open_.get(MatterKind.CONFIRMATION)
        asked_here = (ASKED_HERE,) if waiting is not None and _asked_here(waiting, message) else ()
        answerable = (*_open(open_), COURTESY, *asked_here)
        if waiting is not None and agrees_to_another(
            message.text, None if waiting.content.get("settled") else self.reader.forms[waiting.content["command"]]
        ):
            answerable = tuple(matter for matter in answerable if matter != MatterKind.CONFIRMATION.value)
        reading = self._read(message, answerable, people)
        if who.member is not None and message.room is None and spoken_of.says_he(message.text):
            reading = await self._of_whom_was_spoken(message, who.member, answerable, people, reading)
        doubtful = (
            self._catalogue.commands.get(reading.command or UNKNOWN) if reading.confirm or reading.guessed else None
        )
        if doubtful is not None and not may(doubtful, who.role):
            reading = self._for_role(message, answerable, people, reading, who.role)
        if waiting is not None and (piece := self._piece(message, waiting, reading, people)):
            return Understood(piece, self._catalogue.commands[piece.command or UNKNOWN], waiting)
        done = open_.get(MatterKind.DONE) if waiting is None or waiting.content.get("settled") else None
        if done is not None and (right := self._put_right(message, done, reading, people)) is not None:
            return Understood(right, self._catalogue.commands.get(right.command or UNKNOWN), done)
        if reading.command is None:
            return None
        asked = waiting is not None and not waiting.content.get("settled")
        reading = self._of_one(reading, message, people, who)
        if not _answered(self._catalogue.commands.get(reading.command or UNKNOWN), open_) and not (
            changes_alone(message.text) or (asked and not tone.asks(message.text))
        ):
            reading = await self._in_the_last_matter(message, who, answerable, people, reading)
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        if command is not None and reading.guessed and not may(command, who.role):
            # Nobody is told that they may not do what they did not ask for.
            return Understood(replace(reading, command=UNKNOWN, values={}), None, None, waiting)
        matter = next((open_[kind] for kind in _answered(command, open_)), None)
        nods = command is not None and command.form.answers.keys() == {COURTESY}
        return Understood(reading, command, matter, None if nods else waiting)

    def _of_one(self, reading: Reading, message: Incoming, people: Sequence[str], who: Identity) -> Reading:
        """张伟12月党费交了吗: what the committee asks about one member is not answered with everybody's."""
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        named = [person for person in people if person in message.text]
        if command is None or len(named) != 1 or command.topic not in ABOUT_MEMBERS or OTHERS.search(message.text):
            return reading
        if command.changes and not (reading.confirm and courtesy.WHETHER_DONE.search(message.text)):
            return reading
        takes_names = not command.changes and any(slot.type is Name for slot in command.form.slots)
        of_one = not takes_names and may(self._catalogue.commands[ALL_OF_ONE], who.role)
        return Reading(ALL_OF_ONE, {"member": Name(named[0])}) if of_one else reading

    async def _of_whom_was_spoken(
        self, message: Incoming, me: Member, answerable: tuple[str, ...], people: Sequence[str], reading: Reading
    ) -> Reading:
        """他的党费我也收到了: read with the name of who the last answer was about, where that makes it clearer."""
        clear = not (reading.command in (None, UNKNOWN) or reading.guessed or reading.confirm)
        if (clear and _names(reading)) or (person := await spoken_of.spoken_of(me, message.sent_at)) is None:
            return reading
        other = self._read(spoken_of.with_name(message, person.name), answerable, people)
        if other.guessed or _names(other) != [person.name]:
            return reading
        command = self._catalogue.commands[other.command or UNKNOWN]
        return replace(other, confirm=other.confirm or command.changes)

    async def _in_the_last_matter(
        self, message: Incoming, who: Identity, answerable: tuple[str, ...], people: Sequence[str], reading: Reading
    ) -> Reading:
        """签上没; 退回吧: what names no matter is read among what can be done in the matter of the last answer.

        Where it was read as something else that records, it is asked about at least.
        """
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        if who.member is None or len(message.text) > matters.LONGEST or (command is not None and not command.changes):
            return reading
        own = reading.command.partition(".")[0] if command is not None and reading.command else ""
        if courtesy.MATTERS.search(message.text) or (own and matters.names_its_own(message.text, own)):
            return reading
        family = await matters.family_spoken_of(who.member, message.room, message.sent_at)
        if family in ("", own):
            return reading
        asks = tone.asks(message.text)
        only = frozenset(
            name
            for name, one in self._catalogue.commands.items()
            if name.startswith(f"{family}.") and may(one, who.role) and one.changes is not asks
        )
        named = [person for person in people if person in message.text]
        for heard in (message, matters.with_matter(message, family)):
            other = self._read(heard, answerable, people, only)
            found = self._catalogue.commands.get(other.command or UNKNOWN)
            if found is not None and named and not _names(other):
                continue  # 赵磊的到几月了 asks about him
            all_text = (other.guessed or heard is not message) and _has_text(other)
            if own and other.guessed:
                break
            if found is not None and not all_text and set(_names(other)) <= set(people):
                return replace(other, guessed=True, confirm=other.confirm or found.changes)
        if command is None and asks and len(named) == 1 and may(self._catalogue.commands[ALL_OF_ONE], who.role):
            return Reading(ALL_OF_ONE, {"member": Name(named[0])}, guessed=True)
        return replace(reading, confirm=True) if command is not None else reading

    def _piece(self, message: Incoming, waiting: OpenMatter, reading: Reading, people: Sequence[str]) -> Reading | None:
        """What waits, completed by the piece that this message is; names and texts only where it is nothing else.

        What is guessed to be the same command takes nothing away from what was said of it before.
        """
        asked = questions.asked(waiting, self.reader.forms)
        if waiting.content.get("offered"):
            return None
        settled, addressed = waiting.content.get("settled"), message.room is None or message.addressed
        if settled and (not addressed or (reading.command == asked.command and not reading.guessed)):
            return None
        piece = self.reader.piece(
            asked,
            message.text[:LONGEST_READ],
            now=message.sent_at,
            people=people,
            addressed=addressed,
            sure=not (reading.command in (None, UNKNOWN) or reading.guessed or self._puts_right(reading)),
        )
        if piece is not None and piece.values == asked.values and not (settled or asked.slot):
            return Reading("confirm")  # 那就还是8号吧
        if piece is None and reading.guessed and reading.command == asked.command and not settled:
            piece = replace(reading, values={**reading.values, **asked.values}, day=asked.said_day)
        if piece is not None and waiting.content.get("past"):
            piece = replace(piece, confirm=True)  # something else was spoken of since
        return _whole(piece, message) if piece is not None else None

    def _put_right(
        self, message: Incoming, matter: OpenMatter, reading: Reading, people: Sequence[str]
    ) -> Reading | None:
        """What was just done, with what this message changes in it; None where it is read for sure as something else.

        The command itself, said again behind 不对, is the same with other values. Where only that something is wrong is
        clear, the reading is of no command.
        """
        done = questions.asked(matter, self.reader.forms)
        own = self._catalogue.commands[done.command]
        text = message.text[:LONGEST_READ]
        if reading.command == done.command and not reading.guessed:
            return _said_anew(done, reading, text, own.form) if begins_by_putting_right(text) else None
        vague = reading.command in (None, UNKNOWN) or (
            self._puts_right(reading) and (reading.guessed or reading.command != own.amended_by)
        )
        if reading.command == own.amended_by and not (vague or changes_alone(text)):
            values = done.near_what_was_said(text, reading.values)
            return replace(reading, values=values, confirm=True) if values != reading.values else None
        if not (vague or reading.guessed or changes_alone(text)):
            return None
        addressed = message.room is None or message.addressed
        right = self.reader.corrected(done, text, now=message.sent_at, people=people, addressed=addressed)
        if right is None and addressed and takes_back(Normal.of(text).text, own.form.wording):
            return Reading("undo", confirm=True)
        nothing = reading.command in (None, UNKNOWN) or (vague and not reading.values)
        if right is None and addressed and (puts_right(text) if nothing else reading.guessed and vague):
            return Reading(UNKNOWN)
        return _whole(right, message) if right is not None else None

    def _puts_right(self, reading: Reading) -> bool:
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        return command is not None and command.puts_right

    def _taker(self, matters: Mapping[MatterKind, OpenMatter]) -> tuple[Command | None, OpenMatter | None]:
        """Whose a file is: of what was opened last, of all that files belong to; else of the command for any file."""
        commands = self._catalogue.commands.values()
        anytime = next((one for one in commands if one.takes_file), None)
        takers = {one.takes_file_while: one for one in commands if one.takes_file_while}
        if anytime is not None:
            takers.update(dict.fromkeys(anytime.form.answers, anytime))
        taken = [matter for kind, matter in matters.items() if kind.value in takers]
        latest = max(taken, key=lambda matter: matter.id, default=None)
        return (takers[latest.kind.value], latest) if latest is not None else (anytime, None)

    async def _open_matters(self, message: Incoming, who: Identity) -> dict[MatterKind, OpenMatter]:
        """What is open for this person here, the latest of each kind."""
        here = Q(conversation=message.conversation) | Q(conversation=None)
        mine = here & Q(channel=message.channel, contact=message.sender)
        if who.branch is not None:
            mine |= Q(branch_id=who.branch.id)
        now = message.sent_at
        rows = await OpenMatter.filter(mine, opens_at__lte=now, closes_at__gt=now).order_by("id")
        return {row.kind: row for row in rows}


def _names(reading: Reading) -> list[str]:
    return [str(value) for value in reading.values.values() if isinstance(value, Name)]


def _has_text(reading: Reading) -> bool:
    return any(type(value) is Text for value in reading.values.values())


def _asked_here(waiting: OpenMatter, message: Incoming) -> bool:
    """Whether an answer is wanted, and in this conversation: then a bare 好的 is one."""
    return waiting.conversation == message.conversation and not waiting.content.get("settled")


def _whole(reading: Reading, message: Incoming) -> Reading:
    """Free text goes to the end of its message, so what was not read belongs to it."""
    if not (rest := message.text[LONGEST_READ:]):
        return reading
    values = {name: Text(value + rest) if type(value) is Text else value for name, value in reading.values.items()}
    return replace(reading, values=values)


def _said_anew(done: Asked, reading: Reading, text: str, form: Form) -> Reading | None:
    """What was `done`, as it was said again in `text`; None where that changes nothing."""
    values = done.with_piece(form, done.near_what_was_said(text, reading.values))
    return replace(reading, values=values, confirm=True, problem=PUT_RIGHT) if values != done.values else None


def _answered(command: Command | None, matters: Mapping[MatterKind, OpenMatter]) -> list[MatterKind]:
    return [kind for kind in matters if command is not None and kind.value in command.form.answers]
