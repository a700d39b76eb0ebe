"""What a message leaves out because it was just spoken of: 签上没, 他的呢, 张伟12月交了吗."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import matters, spoken_of
from bot.access import may
from bot.commands import Catalogue
from bot.listening import heard
from bot.messages import Incoming
from bot.people import Identity
from bot.understanding import courtesy, tone
from bot.understanding.reader import Reader
from bot.understanding.reading import UNKNOWN, Reading
from bot.understanding.values import Name, Text
from models import Member

ALL_OF_ONE = "member.show"  # what answers whatever the committee asks about one member
ABOUT_MEMBERS = ("dues", "report", "placement", "missing")  # topics of what is the same for each member
OTHERS = re.compile("谁|还有|除了|以外|其他|别人|大家|哪些|几个")  # 除了张伟还有谁没交 is not about him


class Ellipsis:
    """Reads a message again with what it leaves out."""

    def __init__(self, catalogue: Catalogue, reader: Reader) -> None:
        self._catalogue = catalogue
        self._reader = reader

    def of_one(self, reading: Reading, message: Incoming, people: Sequence[str], who: Identity) -> Reading:
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

    async def of_whom_was_spoken(
        self, message: Incoming, me: Member, answerable: tuple[str, ...], people: Sequence[str], reading: Reading
    ) -> Reading:
        """他的党费我也收到了: read with the name of who the last answer was about, where that makes it clearer."""
        clear = not (reading.command in (None, UNKNOWN) or reading.guessed or reading.confirm)
        if (clear and _names(reading)) or (person := await spoken_of.spoken_of(me, message.sent_at)) is None:
            return reading
        other = heard(self._reader, spoken_of.with_name(message, person.name), answerable, people)
        if other.guessed or _names(other) != [person.name]:
            return reading
        command = self._catalogue.commands[other.command or UNKNOWN]
        return replace(other, confirm=other.confirm or command.changes)

    async def in_the_last_matter(
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
        for said in (message, matters.with_matter(message, family)):
            other = heard(self._reader, said, answerable, people, only)
            found = self._catalogue.commands.get(other.command or UNKNOWN)
            if found is not None and named and not _names(other):
                continue  # 赵磊的到几月了 asks about him
            all_text = (other.guessed or said is not message) and _has_text(other)
            if own and other.guessed:
                break
            if found is not None and not all_text and set(_names(other)) <= set(people):
                return replace(other, guessed=True, confirm=other.confirm or found.changes)
        if command is None and asks and len(named) == 1 and may(self._catalogue.commands[ALL_OF_ONE], who.role):
            return Reading(ALL_OF_ONE, {"member": Name(named[0])}, guessed=True)
        return replace(reading, confirm=True) if command is not None else reading


def _names(reading: Reading) -> list[str]:
    return [str(value) for value in reading.values.values() if isinstance(value, Name)]


def _has_text(reading: Reading) -> bool:
    return any(type(value) is Text for value in reading.values.values())
