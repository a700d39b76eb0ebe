"""A message in, a command with typed values out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.understanding import tone
from bot.understanding.answers import CONFIRMATION, Answers
from bot.understanding.completion import Completion
from bot.understanding.echoing import Question
from bot.understanding.filling import filled_by
from bot.understanding.forms import ASKED_HERE, COURTESY, Form
from bot.understanding.found import Context
from bot.understanding.group_notes import MARK
from bot.understanding.interpreting import Interpreter
from bot.understanding.matching import folded
from bot.understanding.normal import Normal, plain
from bot.understanding.phrase_index import ANCHORED
from bot.understanding.pieces import Asked
from bot.understanding.reading import SILENCE, UNKNOWN, Reading
from bot.understanding.rereading import Rereading, is_courtesy
from bot.understanding.self_correction import (
    clauses,
)
from bot.understanding.slot_readers import slot_readers
from bot.understanding.stretches import read_closed
from bot.understanding.values import SHANGHAI, Code, Text

_SLASH = re.compile(r"\s*[/／] *")
_BARE_MENTION = "帮助"  # what somebody wants who mentions the bot and says nothing
# WeChat writes its own signs as words.
_AGREES_BY_SIGN = re.compile(
    r"(?:[👌👍🆗✅🫡\U0001F3FB-\U0001F3FF\ufe0f\s]|\[(?:OK|强|好的|点赞|握手)\])+", re.IGNORECASE
)
_YES = "好的"
_LETTER = "爱的党"  # a report may have a headline or a quotation mark before its salutation

_SHORT_PART = 24  # characters of what is said while a report is written
_BESIDE_THE_DRAFT = re.compile("等等|先问|问[下你]|[刚前上]才?[那这]句|别写|不算|给我看")


class Reader:
    """The understanding of a set of commands; compiled once, used from any number of tasks."""

    def __init__(self, forms: Iterable[Form], names_of_bot: Sequence[str] = ("鸿雁",)) -> None:
        self.forms = {form.command: form for form in forms}
        self._fill = filled_by({form.command: slot_readers(form) for form in self.forms.values()})
        names = "|".join(re.escape(folded(name)) for name in names_of_bot)
        self._mention = re.compile(f"@ *(?:{names})(?:机器人)?")
        self._answers = Answers(self.forms.values(), self._fill)
        self._completion = Completion(self.forms, self._fill, self._answers)
        self._interpreter = Interpreter(self.forms, self._fill, self._completion)
        self._rereading = Rereading(self.forms, self._interpreter)

    def read(
        self,
        text: str,
        *,
        now: datetime,
        private: bool,
        addressed: bool = False,
        open: Collection[str] = (),
        people: Sequence[str] = (),
        only: frozenset[str] | None = None,
    ) -> Reading:
        """Read one message. `now` is aware; `open` names matters this person can answer here; `people`: full names.

        `only`: the commands that it may be read as, where not all are for this person.
        """
        if not private and not addressed and not self._may_concern(text, open):
            return SILENCE
        message = Normal.of(text)
        if not message.text.strip() and _AGREES_BY_SIGN.fullmatch(text):
            message = Normal.of(_YES)
        message, mentioned = self._without_mentions(message)
        addressed = addressed or mentioned
        if addressed and not message.text.strip() and not _SLASH.match(message.raw):
            message = Normal.of(_BARE_MENTION)
        if not private and not addressed and message.text.lstrip().startswith(MARK):
            return SILENCE
        context = Context(now.astimezone(SHANGHAI), people, strict=not (private or addressed), only=only)
        reading = self._answers.read(message, open, context) or self._answered_beside(message, open, context)
        if reading is None or self._is_courtesy(reading):
            reading = self._behind_courtesy(message, open, context) or reading
        if reading is None:
            draft = self._answers.takes_any(open) if private else None
            certain = context.strict or draft is not None
            reading = self._interpreter.command(message, context, certain=certain)
            if reading is None and not certain:
                reading = self._rereading.said_once(message, context)
            if draft is not None and (reading is None or reading.confirm):
                reading = self._draft(draft, message)
            if reading is None and not context.strict:
                reading = (
                    self._code(message, context)
                    or self._answers.at_an_end(message, {COURTESY} & set(open), promised=CONFIRMATION not in open)
                    or self._answers.put_off(message, open)
                )
            # 嗯 我周末有空 goes on with what was asked, whatever it resembles.
            goes_on = ASKED_HERE in open and self._answers.begins(message, open) > 0
            if draft is None and reading is None and not (context.strict or goes_on):
                reading = self._rereading.read(message, context)
            if draft is None and not context.strict and (reading is None or reading.confirm):
                apart = self._rereading.apart(message, context)
                later = self._answers.nod_to_later(message, open)
                reading = Reading(UNKNOWN, apart=apart) if apart else later or reading
        if reading is None:
            if context.strict:
                return SILENCE
            reading = Reading(UNKNOWN, suggestions=self._interpreter.nearest(message))
        return replace(reading, addressed=addressed)

    def piece(
        self,
        asked: Asked,
        text: str,
        *,
        now: datetime,
        people: Sequence[str] = (),
        addressed: bool = True,
        sure: bool = False,
    ) -> Reading | None:
        """What was `asked`, completed by the missing piece alone (10月的; 0.4; 三点); None where the message is none.

        `addressed`: said in private or to the bot. `sure`: only by what can be nothing but a value, as no name is.
        """
        message, mentioned = self._without_mentions(Normal.of(text))
        strict = not (addressed or mentioned)
        context = Context(now.astimezone(SHANGHAI), people, strict=strict, day=asked.day)
        return self._completion.complete(asked, message, context, sure=sure)

    def corrected(
        self, done: Asked, text: str, *, now: datetime, people: Sequence[str] = (), addressed: bool = True
    ) -> Reading | None:
        """What was `done` just now, with what the message puts right of it; None where it changes nothing."""
        message, mentioned = self._without_mentions(Normal.of(text))
        strict = not (addressed or mentioned)
        return self._completion.corrected(
            done, message, Context(now.astimezone(SHANGHAI), people, strict=strict, day=done.day)
        )

    def agrees(
        self, asked: Asked, text: str, question: str, purpose: str, *, now: datetime, people: Sequence[str], lacks: bool
    ) -> bool:
        """Whether it says yes to `question`, what was `asked`, and repeats what that is about: 对 退出.

        `purpose`: what the command is for; `lacks`: something is asked for.
        """

        def same(clause: str) -> bool:
            piece = self.piece(asked, clause, now=now, people=people, sure=True)
            return piece is not None and piece.values == asked.values and not piece.confirm

        words = self._answers.words(CONFIRMATION)
        yes = [word for word, form in words.items() if form.command == "confirm"]
        message, _ = self._without_mentions(Normal.of(text))
        put = Question(asked, self.forms[asked.command], purpose, question, yes, people, lacks, same)
        return put.agreed_to_by(message.text)

    def may_be_piece(self, text: str, now: datetime) -> bool:
        """Whether a message of a group holds nothing but values, so that it can answer what is open to its author."""
        return self._completion.may_be_piece(text, now)

    def _answered_beside(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """An answer beside other clauses, unless these are a command of their own: 算了，直接认领 2; 好，催吧."""
        if context.strict or not open:
            return None
        answer = self._answers.at_an_end(message, set(open) - {COURTESY})
        if (answer is None or answer.guessed) and (end := self._answers.begins(message, open)):
            rest = message.blank([(0, end)])
            instead = self._interpreter.command(rest, context, certain=False)
            guess = self._interpreter.guessed(rest, context) if instead is None and ASKED_HERE not in open else None
            if guess is not None and guess.values:
                instead = guess
            if instead is not None and (answer is None or instead.command != answer.command):
                return instead
        return answer

    def _is_courtesy(self, reading: Reading) -> bool:
        return is_courtesy(self.forms.get(reading.command or UNKNOWN))

    def _behind_courtesy(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """What is wanted behind a greeting or a word of thanks: 谢谢哈，那我算流动党员吗."""
        if context.strict:
            return None
        for head, rest in islice(clauses(message), 1):
            said = self._answers.read(head, (COURTESY,), context)
            if said is None or not self._is_courtesy(said) or self._answers.read(rest, (COURTESY,), context):
                return None
            said = self._interpreter.command(rest, context, certain=False)
            return said if said is not None or ASKED_HERE in open else self._interpreter.guessed(rest, context)
        return None

    def _may_concern(self, text: str, open: Collection[str]) -> bool:
        """A cheap look at what most of a group's talk fails."""
        if "@" in text or "＠" in text or _LETTER in text[:ANCHORED]:
            return True
        for char in text:
            first = plain(char)
            if first and not first.isspace():
                break
        else:
            return False
        if first in "/「" or self._interpreter.may_begin(first):
            return True
        return self._answers.may_begin(first, open)

    def _without_mentions(self, message: Normal) -> tuple[Normal, bool]:
        """The message without mentions of the bot and a leading slash, and whether there was one."""
        spans = [match.span() for match in self._mention.finditer(message.text)] if "@" in message.text else []
        slash = _SLASH.match(message.blank(spans).text)
        if slash is not None:
            spans.append(slash.span())
        return (message.blank(spans), True) if spans else (message, False)

    def _draft(self, form: Form, message: Normal) -> Reading:
        """What is said while a report is written is a part of it; what only asks is asked about first."""
        slot = form.free_text
        text = message.raw.strip()
        asks = len(text) <= _SHORT_PART and _BESIDE_THE_DRAFT.search(text) is not None
        values: dict[str, object] = {slot.name: Text(text)} if slot and text else {}
        return Reading(form.command, values, confirm=asks, problem=tone.ASKED if asks else "")

    def _code(self, message: Normal, context: Context) -> Reading | None:
        """A one-time code alone is the command that takes one."""
        for form in self.forms.values():
            if any(slot.type is Code for slot in form.slots):
                filling = self._fill(form, message, context)
                read_closed(filling, 0, len(filling.text))
                if not filling.unread and [type(value) for value in filling.values.values()] == [Code]:
                    return Reading(form.command, filling.values)
        return None
