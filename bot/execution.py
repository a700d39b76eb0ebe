"""A command that was understood, carried out: asked about first where it has to be, with its trail and its answer.

A refusal rolls the handler's records back and keeps the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeGuard, TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from bot import confirming, consent, questions
from bot.access import barred, barred_from, closed
from bot.clock import Clock
from bot.commands import (
    Answer,
    Ask,
    AskFor,
    Catalogue,
    Command,
    Instead,
    Refusal,
    Reply,
    Request,
    Resume,
    Role,
    TakeBack,
)
from bot.messages import Incoming, Kind
from bot.metrics import Metrics
from bot.outages import is_outage
from bot.understanding import tone
from bot.understanding.forms import Form
from bot.understanding.pieces import Asked
from bot.understanding.reading import Reading
from bot.understanding.serialise import dump
from bot.understanding.values import Month, Months, Number, Period, Text
from bot.voice import Place, Voice, to_recall
from bot.wording import GroupText, Public, in_group
from models import AuditEntry, Deed, InboxMessage, MatterKind, OpenMatter, Term

Answered = TypeVar("Answered")

LASTS_TODAY = timedelta(days=1)  # how far back a deed is looked for
NO_WORDS = (Months, Month, Period, Number, Term)  # values that hold nothing of what somebody wrote
INCOMPLETE = "还差一点没写全。匿名的话我不留着等您补，请照这样再发一次：{example}"
NOT_SURE = "这句话我没有完全看懂，匿名的话我不留着等您确认。请照这样再发一次：{example}"
ANONYMOUSLY = "匿名"  # before an example: who copies it must not give their name away
FAULTY = "{fault}。请改好再发，例如：{example}"
FILE_UNREADABLE = in_group("文件没有收到，请再发一次。")
UNDONE_SINCE = in_group("刚才登记的那条已经撤销，或者您又登记了别的，所以没有改动。请把整句话再发一次。")
NOTHING_TO_UNDO = in_group("这一条不能撤销，请找书记处理。")


class Execution:
    """Runs the commands of `catalogue`; `forms` are theirs, as the reader has them."""

    def __init__(
        self, catalogue: Catalogue, forms: Mapping[str, Form], voice: Voice, clock: Clock, metrics: Metrics
    ) -> None:
        self._catalogue = catalogue
        self._forms = forms
        self._voice = voice
        self._clock = clock
        self._metrics = metrics

    async def run(
        self,
        message: Incoming,
        request: Request,
        command: Command,
        reading: Reading,
        lost: GroupText | None,
    ) -> None:
        if reading.values.get("anonymous"):
            request = replace(request, anonymous=True)
        if refusal := barred(command, request.role, request.conversation):
            await self._bar(message, request, command.name, refusal)
            return
        if request.file is None and message.kind in (Kind.FILE, Kind.IMAGE):
            await self._voice.say(message, lost or FILE_UNREADABLE)
            return
        if reading.fault:
            fault, example = Public(reading.fault), Public(command.example)
            await self._voice.say(message, in_group(FAULTY, fault=fault, example=example), fleeting=request.anonymous)
            await self._audit(request, command.name, "refused")
            return
        # What only drops the open question needs none itself.
        drops = _is_question(request.matter) and MatterKind.CONFIRMATION.value in command.form.answers
        unsure = reading.confirm and command.changes and not drops
        if consent.is_needed(request, command):
            await self._ask_consent(message, request, command, reading, unsure=unsure)
            return
        replaces = None
        if request.matter is not None and request.matter.content.get("command") == command.name:
            replaces = request.matter.content.get("replaces")  # what is asked or was done, said otherwise
        if is_done(request.matter) and (amended := self._amendment(command, request.matter, reading)) is not None:
            await self._run_instead(message, request, amended)
            return
        values = dict(reading.values)
        await self._attempt(
            message,
            request,
            command,
            values,
            unsure=unsure,
            guessed=reading.guessed,
            day=reading.day,
            replaces=replaces,
        )

    async def _ask_consent(
        self, message: Incoming, request: Request, command: Command, reading: Reading, *, unsure: bool
    ) -> None:
        """A file, and what nobody may know of, is not kept until then: it has to be sent again."""
        waits = request.file is None and not request.anonymous
        if waits:
            await consent.wait(message, command.name, reading.values, unsure=unsure, day=reading.day)
        await self._voice.answer(message, consent.asking(request, waits=waits))
        await self._audit(request, command.name, "asked")

    async def _attempt(
        self,
        message: Incoming,
        request: Request,
        command: Command,
        values: Mapping[str, Any],
        *,
        unsure: bool = False,
        guessed: bool = False,
        day: date | None = None,
        replaces: int | None = None,
    ) -> None:
        """Run the handler; of an `unsure` reading only to learn what it would refuse or ask: one question does.

        What was `guessed` is asked about too where it would send what nobody takes back: see `_is_weighty`. `day`: what
        was said of a moment that `values` lack. `replaces`: the id of the sender's deed that is taken back by it.
        """
        request = replace(request, unsure=unsure)

        async def attempt() -> tuple[Answer, tuple[Deed, Reply] | None]:
            if command.own_secrets and (why := closed(request)):
                raise Refusal(why)
            if missing := questions.lacking(command, values):
                asked = await questions.ask_for(request, command, missing, day)
                if isinstance(asked, AskFor):
                    raise asked
                said = values if asked.command == command.name else {}
                return Instead(asked.command, {**said, **asked.values}), None
            async with in_transaction():
                undone = await self._without(request, replaces)
                answer = await command.handler(request, **values)
                if unsure and isinstance(answer, Reply) and answer.anonymous:
                    raise _OfNobody  # a question would have to be kept, and with it whose it is
                sends = (
                    isinstance(answer, Reply) and answer.file is not None and guessed and _is_weighty(request, command)
                )
                if (unsure or sends) and not isinstance(answer, Instead):  # that one is asked about itself
                    subjects = answer.subjects if isinstance(answer, Reply) else ()
                    raise Ask(
                        confirming.question(
                            self._catalogue, request, command, values, answer, changes=replaces is not None
                        ),
                        subjects,
                    )
                if replaces is not None and isinstance(answer, Instead):
                    raise _Meant(answer)  # so that nothing is taken back yet
                return answer, undone

        try:
            answer, undone = await _once_more(attempt)
        except _OfNobody:
            await self._ask_for_all_again(message, replace(request, anonymous=True), command, NOT_SURE)
        except _Meant as other:
            await self._run_instead(message, request, other.instead, replaces)
        except AskFor as question:
            if request.anonymous:
                await self._ask_for_all_again(message, request, command, INCOMPLETE)
            else:
                asked = questions.asked_for(command, values, question, day)
                await self._ask_for(message, request, asked, question, replaces)
        except Refusal as refusal:
            await self._voice.refuse(message, refusal.text, query=not command.changes, fleeting=request.anonymous)
            if command.changes and values and not (request.anonymous or await questions.waits(message)):
                await questions.ask(message, Asked(command.name, values), Place.HERE, settled=True, refused=True)
            await self._audit(request, command.name, "refused", subjects=refusal.subjects)
        except Ask as question:
            if request.anonymous:
                await self._ask_for_all_again(message, request, command, NOT_SURE)
            else:
                await self._ask(message, request, Asked(command.name, values), question, replaces)
        except Exception as error:
            if not is_outage(error):
                self._metrics.commands.labels(command.name, "failed").inc()
            raise
        else:
            if undone is not None and isinstance(answer, Reply):
                deed, taken_back = undone
                answer = replace(answer, notices=[*taken_back.notices, *answer.notices])
                await self._audit(request, f"undo {deed.command}", "done", taken_back)
            await self._conclude(message, request, command, values, answer)

    def _amendment(self, command: Command, done: OpenMatter, reading: Reading) -> Instead | None:
        """How the command that amends its records takes what is changed in what was `done`; None where it does not."""
        amending = self._catalogue.commands.get(command.amended_by)
        before = questions.asked(done, self._forms).values
        changed = {name: value for name, value in reading.values.items() if before.get(name) != value}
        if amending is None or not changed.keys() <= {slot.name for slot in amending.form.slots}:
            return None
        itself = amending is command and not command.puts_right  # said again, it takes the place of what was said
        return Instead(amending.name, reading.values if itself else changed)

    async def _ask_for_all_again(self, message: Incoming, request: Request, command: Command, wording: str) -> None:
        """A question would have to be kept, and with it who was asked; so it has to be said again in full."""
        posts = any(slot.name == "anonymous" for slot in command.form.slots)
        example = Public(f"{ANONYMOUSLY if posts else ''}{command.example}")
        await self._voice.say(message, in_group(wording, example=example), fleeting=True)
        await self._audit(request, command.name, "refused")

    async def _conclude(
        self, message: Incoming, request: Request, command: Command, values: Mapping[str, Any], answer: Answer
    ) -> None:
        if isinstance(answer, Resume):
            await answer.matter.delete()
            asked = questions.asked(answer.matter, self._forms)
            resumed = self._catalogue.commands[asked.command]
            # Whoever was asked may have lost their post since, or answer in another group.
            if refusal := barred(resumed, request.role, request.conversation):
                await self._bar(message, request, resumed.name, refusal)
                return
            lacks = bool(answer.matter.content.get("lacks"))  # to what asks for something a yes agrees to nothing
            going_on = replace(request, confirmed=answer.confirmed and not lacks, matter=None)
            unsure = not answer.confirmed and bool(answer.matter.content.get("unsure"))
            replaces = answer.matter.content.get("replaces")
            await self._attempt(
                message, going_on, resumed, asked.values, unsure=unsure, day=asked.said_day, replaces=replaces
            )
            if not answer.confirmed:
                await self._audit(request, command.name, "done")
        elif isinstance(answer, TakeBack):
            await self._take_back(message, request, answer.deed)
        elif isinstance(answer, Instead):
            await self._run_instead(message, request, answer)
        else:
            if command.changes or _is_question(request.matter):
                # A 好的 to what was done must not set off what was asked before it.
                await questions.close(message)
            if command.changes:
                # What was done before, or without a name, is not what 改成 is about any more.
                await questions.forget(message)
            if answer.record is not None:
                deed = await self._remember(request, command, answer)
                if not (answer.fleeting or command.before_consent):
                    await questions.remember(message, Asked(command.name, values), deed.id)
            if answer.offer is not None and not await questions.waits(message):
                offered = Asked(answer.offer.command, answer.offer.values)
                await questions.ask(message, offered, Place.HERE, offered=True)
            await self._voice.answer(message, replace(answer, anonymous=answer.anonymous or request.anonymous))
            await self._audit(request, command.name, "done", answer, values)

    async def _run_instead(
        self, message: Incoming, request: Request, meant: Instead, replaces: int | None = None
    ) -> None:
        command = self._catalogue.commands[meant.command]
        if refusal := barred(command, request.role, request.conversation):
            await self._bar(message, request, command.name, refusal)
            return
        unsure = command.changes and not request.confirmed
        going_on = replace(request, matter=None)
        await self._attempt(message, going_on, command, meant.values, unsure=unsure, replaces=replaces)

    async def _remember(self, request: Request, command: Command, answer: Reply) -> Deed:
        return await Deed.create(
            member=request.me,
            command=command.name,
            record=answer.record,
            channel=request.sender.channel,
            # Recalling it as advised is no wish to take it back.
            message="" if to_recall(request.room, request.text, personal=answer.personal) else request.message,
            done_at=request.now,
        )

    async def _bar(self, message: Incoming, request: Request, name: str, refusal: GroupText) -> None:
        await self._audit(request, name, "refused")
        await self._voice.say(message, refusal, fleeting=request.anonymous)

    async def _without(self, request: Request, replaces: int | None) -> tuple[Deed, Reply] | None:
        """Take back the sender's deed of that id, where one is named; raises Refusal where it is not their last."""
        if replaces is None:
            return None
        deed = await Deed.last_of(request.me.id, request.now - LASTS_TODAY)
        if deed is None or deed.id != replaces:
            raise Refusal(UNDONE_SINCE)
        return deed, await self._undo(request, deed)

    async def _undo(self, request: Request, deed: Deed) -> Reply:
        undoing = self._catalogue.undoings.get(deed.command)
        if undoing is None:
            raise Refusal(NOTHING_TO_UNDO)
        answer = await undoing.handler(request, deed.record)
        deed.undone_at = request.now
        await deed.save(update_fields=["undone_at"])
        return answer

    async def _take_back(self, message: Incoming, request: Request, deed: Deed) -> None:
        done = self._catalogue.commands.get(deed.command)
        if done and (refusal := barred_from(done, request.role, request.conversation)):
            await self._bar(message, request, f"undo {deed.command}", refusal)
            return

        async def attempt() -> Reply:
            async with in_transaction():
                return await self._undo(request, deed)

        try:
            answer = await _once_more(attempt)
        except Refusal as refusal:
            await self._voice.refuse(message, refusal.text)
            await self._audit(request, f"undo {deed.command}", "refused", subjects=refusal.subjects)
        else:
            await questions.forget(message)
            await self._voice.answer(message, answer, done=True)
            await self._audit(request, f"undo {deed.command}", "done", answer)

    async def recall(self, message: Incoming, request: Request) -> None:
        """A recalled command takes back what it recorded."""
        deed = await Deed.get_or_none(channel=message.channel, message=message.recalled, undone_at=None)
        if deed is not None and request.member is not None and deed.member_id == request.member.id:
            await self._take_back(message, request, deed)

    async def _ask(
        self, message: Incoming, request: Request, asked: Asked, question: Ask, replaces: int | None = None
    ) -> None:
        """Repeat the reading and wait for 确认, or for what is to be changed in it."""
        where = self._voice.where_to_ask(message, question.text)
        if where is None:
            await self._voice.refuse(message, question.text)
            return
        await questions.ask(message, asked, where, explicit=question.explicit, replaces=replaces, text=question.text)
        correctable = any(not isinstance(value, Text) for value in asked.values.values())
        await self._voice.ask(message, question.text, correctable=correctable)
        await self._audit(request, asked.command, "asked", subjects=question.subjects)

    async def _ask_for(
        self, message: Incoming, request: Request, asked: Asked, question: AskFor, replaces: int | None = None
    ) -> None:
        """Wait for the missing piece."""
        where = self._voice.where_to_ask(message, question.text)
        if where is None:
            await self._voice.refuse(message, question.text)
            return
        await questions.ask(
            message,
            asked,
            where,
            settled=question.settled,
            replaces=replaces,
            text=question.text,
            unsure=request.unsure and tone.asks(request.text),
            lacks=True,
        )
        await self._voice.ask_for(message, question.text, personal=question.personal)
        await self._audit(request, asked.command, "asked", subjects=question.subjects)

    async def _audit(
        self,
        request: Request,
        command: str,
        outcome: str,
        reply: Reply | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        subjects: Sequence[int] = (),
    ) -> None:
        """The last thing in the transaction: from here to its end nobody else can write on the trail."""
        self._metrics.commands.labels(command, outcome).inc()
        if request.anonymous or (reply is not None and reply.anonymous):
            await self._audit_of_nobody(request, command, outcome)
            return
        own = request.branch.id if request.branch else None
        await AuditEntry.append(
            at=self._clock.now(),
            member_id=request.member.id if request.member else None,
            branch_id=reply.about if reply and reply.about is not None else own,
            command=command,
            outcome=outcome,
            channel=request.sender.channel,
            conversation=request.room or request.sender.contact,
            message=request.message,
            subjects=reply.subjects if reply else subjects,
            detail=_of_what(values or {}),
        )

    async def _audit_of_nobody(self, request: Request, command: str, outcome: str) -> None:
        """That it happened, and no more; the inbox, which only has to know the message again, forgets the sender."""
        channel = request.sender.channel
        await InboxMessage.filter(channel=channel, message=request.message).update(sender="", conversation="")
        await AuditEntry.append(at=self._clock.now(), command=command, outcome=outcome, channel=channel)


def _of_what(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail tells beside the command: which months, which table, which number; never a word of anybody's."""
    return dump({name: value for name, value in values.items() if isinstance(value, NO_WORDS)})


class _OfNobody(Exception):
    """What was doubtful is about something without a name, so that no question about it may be kept."""


class _Meant(Exception):
    """Another command is meant: what was done up to here is rolled back."""

    def __init__(self, instead: Instead) -> None:
        super().__init__("meant")
        self.instead = instead


def is_done(matter: OpenMatter | None) -> TypeGuard[OpenMatter]:
    return matter is not None and matter.kind is MatterKind.DONE


def _is_question(matter: OpenMatter | None) -> bool:
    return matter is not None and matter.kind is MatterKind.CONFIRMATION


async def _once_more(attempt: Callable[[], Awaitable[Answered]]) -> Answered:
    """Where somebody was quicker, with a slot's booking say, run again to see what they left, and say so."""
    try:
        return await attempt()
    except IntegrityError:
        return await attempt()


def _is_weighty(request: Request, command: Command) -> bool:
    """Whether a file that it sends holds all of one's own, or others' data that was perhaps only asked about."""
    return command.own_secrets or (command.role >= Role.COMMITTEE and tone.asks(request.text))
