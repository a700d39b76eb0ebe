"""What a message adds to what is open: the piece that was missing, or what was wrong about what was just done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import questions
from bot.commands import Catalogue
from bot.listening import LONGEST_READ, to_its_end
from bot.messages import Incoming
from bot.understanding import courtesy, tone
from bot.understanding.forms import Form
from bot.understanding.normal import Normal
from bot.understanding.pieces import Asked
from bot.understanding.reader import Reader
from bot.understanding.reading import UNKNOWN, Reading
from bot.understanding.self_correction import PUT_RIGHT, begins_by_putting_right, changes_alone, puts_right, takes_back
from bot.understanding.values import Text
from models import OpenMatter

_ASKED_SOMETHING_ELSE = re.compile("问的是|我是问|问你(?=[要能可怎会])")
_SAYS_OTHERWISE = re.compile("(?:不是|不对|错了)[,，\\s]+(?=(?:原因|理由|事由|话题|主题|评语|内容))")
_AS_IT_WAS = re.compile("没变|没换|不变|照旧|还在|一样")


class Continuing:
    """Reads a message against a question that waits, or against what was done last."""

    def __init__(self, catalogue: Catalogue, reader: Reader) -> None:
        self._catalogue = catalogue
        self._reader = reader

    def piece(self, message: Incoming, waiting: OpenMatter, reading: Reading, people: Sequence[str]) -> Reading | None:
        """What waits, completed by the piece that this message is; names and texts only where it is nothing else.

        What is guessed to be the same command takes nothing away from what was said of it before.
        """
        asked = questions.asked(waiting, self._reader.forms)
        if waiting.content.get("offered"):
            return None
        if reading.confirm and not reading.values and _AS_IT_WAS.search(message.text) and _alike(reading, asked):
            return Reading(
                asked.command, dict(asked.values), confirm=True, day=asked.said_day
            )  # 单位没变呀，还在博众精工
        settled, addressed = waiting.content.get("settled"), message.room is None or message.addressed
        if settled and (not addressed or (reading.command == asked.command and not reading.guessed)):
            return None
        piece = self._reader.piece(
            asked,
            message.text[:LONGEST_READ],
            now=message.sent_at,
            people=people,
            addressed=addressed,
            sure=not (
                reading.command in (None, UNKNOWN)
                or reading.guessed
                or self._puts_right(reading)
                or (reading.command == asked.command and changes_alone(message.text))  # 加一句 想聊聊转岗
                or _SAYS_OTHERWISE.match(message.text)  # 不是，原因就四个字：公司年会
                or (reading.command == asked.command and _only_text(reading))  # 可以的，主要想聊聊转正的事
            ),
        )
        if piece is not None and piece.values == asked.values and not (settled or asked.slot):
            # 那就还是8号吧 says so; 8月是不是太长了 and 我周末有空 do not
            other_day = piece.day is not None and piece.day != asked.day
            return None if other_day or tone.asks(message.text) else Reading("confirm")
        if piece is None and reading.guessed and reading.command == asked.command and not settled:
            piece = replace(reading, values={**reading.values, **asked.values}, day=asked.said_day)
        if (
            piece is not None
            and waiting.content.get("unsure")
            and _is_text(self._reader.forms[asked.command], asked.slot)
        ):
            piece = replace(piece, confirm=True)  # to 赵磊汇报要不要退回 whatever is said is not yet why
        if piece is not None and waiting.content.get("past"):
            piece = replace(piece, confirm=True)  # something else was spoken of since
        return to_its_end(piece, message) if piece is not None else None

    def put_right(
        self, message: Incoming, matter: OpenMatter, reading: Reading, people: Sequence[str]
    ) -> Reading | None:
        """What was just done, with what this message changes in it; None where it is read for sure as something else.

        The command itself, said again behind 不对, is the same with other values. Where only that something is wrong is
        clear, the reading is of no command.
        """
        done = questions.asked(matter, self._reader.forms)
        own = self._catalogue.commands[done.command]
        text = message.text[:LONGEST_READ]
        if reading.command == done.command and not (reading.guessed or changes_alone(text)):
            return _said_anew(done, reading, text, own.form) if begins_by_putting_right(text) else None
        vague = reading.command in (None, UNKNOWN) or (
            self._puts_right(reading) and (reading.guessed or reading.command != own.amended_by)
        )
        vague = vague or (reading.command == own.amended_by and courtesy.TEXT_LABEL.match(text) is not None)
        if reading.command == own.amended_by and not (vague or changes_alone(text)):
            values = done.near_what_was_said(text, reading.values)
            return replace(reading, values=values, confirm=True) if values != reading.values else None
        if not (vague or reading.guessed or changes_alone(text)):
            return None
        if _ASKED_SOMETHING_ELSE.search(text):
            return None  # 我问的是签到
        addressed = message.room is None or message.addressed
        right = self._reader.corrected(done, text, now=message.sent_at, people=people, addressed=addressed)
        if right is None and addressed and takes_back(Normal.of(text).text, own.form.wording):
            return Reading("undo", confirm=True)
        nothing = reading.command in (None, UNKNOWN) or (vague and not reading.values)
        if right is None and addressed and (puts_right(text) if nothing else reading.guessed and vague):
            return Reading(UNKNOWN)
        return to_its_end(right, message) if right is not None else None

    def _puts_right(self, reading: Reading) -> bool:
        command = self._catalogue.commands.get(reading.command or UNKNOWN)
        return command is not None and command.puts_right


def _is_text(form: Form, slot: str) -> bool:
    return form.free_text is not None and form.free_text.name == slot


def _only_text(reading: Reading) -> bool:
    return bool(reading.values) and all(type(value) is Text for value in reading.values.values())


def _alike(reading: Reading, asked: Asked) -> bool:
    """Whether both are about the same matter."""
    return (reading.command or UNKNOWN).partition(".")[0] == asked.command.partition(".")[0]


def _said_anew(done: Asked, reading: Reading, text: str, form: Form) -> Reading | None:
    """What was `done`, as it was said again in `text`; None where that changes nothing."""
    values = done.with_piece(form, done.near_what_was_said(text, reading.values))
    return replace(reading, values=values, confirm=True, problem=PUT_RIGHT) if values != done.values else None
