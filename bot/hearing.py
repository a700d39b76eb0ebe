"""What a message means here: read with what is open for its sender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tortoise.expressions import Q

from bot import questions, spoken_of
from bot.access import may
from bot.commands import Catalogue, Command, Role
from bot.continuing import Continuing
from bot.ellipsis import Ellipsis
from bot.listening import heard
from bot.messages import Incoming, Kind
from bot.people import Identity, names
from bot.understanding import tone
from bot.understanding.answers import agrees_to_another, takes_offer
from bot.understanding.forms import ASKED_HERE, COURTESY
from bot.understanding.reader import Reader
from bot.understanding.reading import UNKNOWN, Reading
from bot.understanding.self_correction import changes_alone
from models import MatterKind, OpenMatter


def _open(kinds: Iterable[MatterKind]) -> list[str]:
    """By what they are called, as they are looked through: 同意 answers the notice first, where that is open."""
    return [kind.value for kind in sorted(kinds, key=lambda kind: kind is not MatterKind.CONSENT)]


BARE = 4  # characters: 行吗 to a question is about that question
ANSWERS = ("confirm", "cancel", "undo", "privacy.agree")
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
        self._ellipsis = Ellipsis(catalogue, reader)
        self._continuing = Continuing(catalogue, reader)

    def concerns_us(self, message: Incoming) -> bool:
        """Whether it may be for the bot; what is not ends here and leaves no trace."""
        if message.kind is Kind.OTHER or (message.own and message.kind is not Kind.JOIN):
            return False
        if message.kind is not Kind.TEXT:
            # A file or picture in a group cannot be addressed to the bot.
            return message.room is None or message.kind in (Kind.RECALL, Kind.JOIN)
        if heard(self.reader, message, ALL_MATTERS).command is not None:
            return True
        return self.reader.may_be_piece(message.text, message.sent_at)

    def _for_role(
        self, message: Incoming, answerable: tuple[str, ...], people: Sequence[str], reading: Reading, role: Role
    ) -> Reading:
        """What it is read as among the commands of `role`; else the doubtful `reading` that is not for them."""
        only = frozenset(name for name, command in self._catalogue.commands.items() if may(command, role))
        other = heard(self.reader, message, answerable, people, only)
        return other if other.command not in (None, UNKNOWN) else reading

    def is_for_us(self, message: Incoming) -> bool:
        """Whether it speaks to the bot whatever is open: a bare 确认 or 三点 in a group may be talk."""
        return message.kind is not Kind.TEXT or heard(self.reader, message, ()).command is not None

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
        reading = heard(self.reader, message, answerable, people)
        if who.member is not None and message.room is None and spoken_of.says_he(message.text):
            reading = await self._ellipsis.of_whom_was_spoken(message, who.member, answerable, people, reading)
        if asked_here and waiting is not None and self._agrees(message, waiting, reading, people):
            reading = Reading("confirm")
        doubtful = (
            self._catalogue.commands.get(reading.command or UNKNOWN) if reading.confirm or reading.guessed else None
        )
        if doubtful is not None and not may(doubtful, who.role):
            reading = self._for_role(message, answerable, people, reading, who.role)
        if waiting is not None and waiting.content.get("offered") and self._takes_offer(message, waiting, reading):
            offered = questions.asked(waiting, self.reader.forms)
            taken = Reading(offered.command, dict(offered.values), confirm=True)
            return Understood(taken, self._catalogue.commands[offered.command], None)
        if waiting is not None and (piece := self._continuing.piece(message, waiting, reading, people)):
            return Understood(piece, self._catalogue.commands[piece.command or UNKNOWN], waiting)
        done = open_.get(MatterKind.DONE) if waiting is None or waiting.content.get("settled") else None
        if done is not None and (right := self._continuing.put_right(message, done, reading, people)) is not None:
            return Understood(right, self._catalogue.commands.get(right.command or UNKNOWN), done)
        if reading.command is None:
            return None
        asked = waiting is not None and not waiting.content.get("settled")
        reading = self._ellipsis.of_one(reading, message, people, who)
        if not _answered(self._catalogue.commands.get(reading.command or UNKNOWN), open_) and not (
            changes_alone(message.text)
            or (asked and (len(message.text.strip()) <= BARE or not tone.asks(message.text)))
        ):
            reading = await self._ellipsis.in_the_last_matter(message, who, answerable, people, reading)
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        if command is not None and reading.guessed and not may(command, who.role):
            # Nobody is told that they may not do what they did not ask for.
            return Understood(replace(reading, command=UNKNOWN, values={}), None, None, waiting)
        answered = _answered(command, open_)
        if asked and reading.guessed and reading.confirm and MatterKind.CONFIRMATION in answered:
            # A guess is no answer.
            return Understood(Reading(UNKNOWN, addressed=reading.addressed), None, None, waiting)
        matter = next((open_[kind] for kind in answered), None)
        nods = command is not None and command.form.answers.keys() == {COURTESY}
        return Understood(reading, command, matter, None if nods else waiting)

    def _agrees(self, message: Incoming, waiting: OpenMatter, reading: Reading, people: Sequence[str]) -> bool:
        """交, 对 交上去吧: a yes to whether the report is to be handed in; a command of its own is none."""
        one_of_several, long_ago = waiting.content["choices"], waiting.content.get("past")
        if one_of_several or long_ago or not (message.room is None or reading.addressed):
            return False
        asked = questions.asked(waiting, self.reader.forms)
        other = self._catalogue.commands.get(reading.command or UNKNOWN)
        sure = other is not None and not (
            reading.guessed or reading.confirm or questions.lacking(other, reading.values)
        )
        if sure and other is not None and other.changes and other.name not in (asked.command, *ANSWERS):
            return False
        return self.reader.agrees(
            asked,
            message.text,
            waiting.content.get("text") or "",
            self._catalogue.commands[asked.command].purpose,
            now=message.sent_at,
            people=people,
            lacks=bool(waiting.content.get("lacks")),
        )

    def _takes_offer(self, message: Incoming, waiting: OpenMatter, reading: Reading) -> bool:
        """那登吧: what the last answer offered is wanted, by its verb, where that is said to the bot."""
        understood = not (reading.command in (None, UNKNOWN) or reading.guessed or reading.confirm)
        if understood or not (message.room is None or reading.addressed):
            return False
        return takes_offer(message.text, self.reader.forms[waiting.content["command"]])

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


def _asked_here(waiting: OpenMatter, message: Incoming) -> bool:
    """Whether an answer is wanted, and in this conversation: then a bare 好的 is one."""
    return waiting.conversation == message.conversation and not waiting.content.get("settled")


def _answered(command: Command | None, matters: Mapping[MatterKind, OpenMatter]) -> list[MatterKind]:
    return [kind for kind in matters if command is not None and kind.value in command.form.answers]
