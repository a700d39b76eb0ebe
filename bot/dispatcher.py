"""message → command → permission → handler → one transaction; the only translator of errors into replies.

In one transaction: the message's id into the inbox, the handler's records, the
audit line, the replies into the outbox. A refusal rolls the handler's records
back and keeps the rest.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard, TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from bot import consent, questions
from bot.access import barred, barred_from, closed, closed_until, conversation, may
from bot.budget import Budget
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
    Sender,
    TakeBack,
)
from bot.hearing import Hearing
from bot.messages import ChannelUnavailable, File, FileUnavailable, Incoming, Kind, Outgoing
from bot.metrics import Metrics
from bot.outages import FIRST_WAIT, is_outage, longer
from bot.people import Identity, identify
from bot.settings import Settings
from bot.understanding.pieces import Asked
from bot.understanding.reader import Reader
from bot.understanding.reading import Reading
from bot.understanding.serialise import dump, echo
from bot.understanding.values import SHANGHAI, Month, Months, Number, Period, Text
from bot.vocabulary import reader_of
from bot.voice import Place, Voice, to_recall
from bot.wording import GroupText, Public, in_brackets, in_group
from models import AuditEntry, Deed, InboxMessage, MatterKind, OpenMatter, Term

log = logging.getLogger(__name__)

Answered = TypeVar("Answered")

_FIRST_CLAUSE = re.compile(r"已[^，。；\n]+")  # of a receipt: what it is about
_FIRST_SENTENCE = re.compile(r"已[^。；\n]+")
TELL_AFTER_SECONDS = 15.0  # a database that restarts is back sooner
LASTS_TODAY = timedelta(days=1)  # how far back a deed is looked for
BELIEVED = timedelta(days=1)  # older times of sending are no present for what expires
FAST_CLOCK = timedelta(minutes=10)  # by which a chat system's clock may be before ours
TIMES = (Months, Month, datetime)  # what is told of what is recorded, where it was not said
IN_GROUP = (Months, Month, Period, datetime, Term)  # what may be repeated there, of what the sender said
NO_WORDS = (Months, Month, Period, Number, Term)  # values that hold nothing of what somebody wrote

NOT_UNDERSTOOD = "没看懂这句话。可以试试：\n{examples}\n发送“帮助”看全部用法。"
ONE_AT_A_TIME = "这里有两件事，我一次办一件，都还没有登记。请分两条发：\n{parts}"
TALK = "这句我没看出要办什么，什么也没登记。要办事直接说，看我能办什么发“帮助”；想和书记聊聊，发“约谈心”或“转人工”。"
TALK_OF_AN_OFFICE = "这句我没看出要办什么，什么也没登记。要办事直接说，看有什么等着您发“待办”，看我能办什么发“帮助”。"
NOT_UNDERSTOOD_IN_GROUP = "没看懂这句话。发送“@{bot} 帮助”看用法。"
INCOMPLETE = "还差一点没写全。匿名的话我不留着等您补，请照这样再发一次：{example}"
NOT_SURE = "这句话我没有完全看懂，匿名的话我不留着等您确认。请照这样再发一次：{example}"
ANONYMOUSLY = "匿名"  # before an example: who copies it must not give their name away
ENOUGH = (
    "您这一小时发的太多了（{most} 条），这一条没有登记，后面的我也先不看了，{until}以后再发给我。急事请直接找书记。"
)
FAILED = in_group("刚才出了点问题，这条没有登记，请稍后再发一次。")
CONFIRM = "您是想{purpose}{values}？"
CHANGE = "刚才登记的改成这样吗（{purpose}）：{values}？"
OUTCOME = "确认后就是：{outcome}。"
WAITING = "现在存不了记录，您的消息我收到了，恢复后马上处理。如果半小时后还没有答复，请再发一次。"
FAULTY = "{fault}。请改好再发，例如：{example}"
FILE_UNREADABLE = in_group("文件没有收到，请再发一次。")
FILE_TOO_LARGE = "这个文件太大，没有收下：一个文件最大 {megabytes} MB。请压缩或分成几个再发，也可以直接发文字。"
WHAT_IS_WRONG = in_group("刚才登记的哪里不对？把对的直接发给我，要改哪里就发哪里；全都不要了发“撤销”。")
UNDONE_SINCE = in_group("刚才登记的那条已经撤销，或者您又登记了别的，所以没有改动。请把整句话再发一次。")
NOTHING_TO_UNDO = in_group("这一条不能撤销，请找书记处理。")


class Dispatcher:
    """Handles events one after another per conversation, several conversations at a time."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: Settings,
        clock: Clock,
        sent: Callable[[], None] = lambda: None,
        *,
        say_now: Callable[[str, Outgoing], Awaitable[object]] | None = None,
        metrics: Metrics | None = None,
        reader: Reader | None = None,
        lanes: int = 8,
        waiting: int = 1000,
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._clock = clock
        self._sent = sent
        self._say_now = say_now or _nobody
        self._metrics = metrics or Metrics()
        self._voice = Voice(settings, clock)
        self._budget = Budget()
        self._hearing = Hearing(catalogue, reader or reader_of(catalogue, settings))
        self._lanes: list[asyncio.Queue[Incoming]] = [asyncio.Queue(waiting) for _ in range(lanes)]

    async def deliver(self, message: Incoming) -> None:
        """Take an event from a channel; waits where too many are waiting. Ordinary talk ends here."""
        try:
            if not self.concerns_us(message):
                return
        except Exception as error:
            # Nothing that people type may end the channel's run.
            log.error("a message could not be read: %s\n%s", type(error).__name__, _frames(error))
            return
        await self._lanes[hash(message.conversation) % len(self._lanes)].put(message)

    def concerns_us(self, message: Incoming) -> bool:
        """Whether it may be for the bot; what is not is never looked up anywhere and leaves no trace."""
        return self._hearing.concerns_us(message)

    async def run(self) -> None:
        """Handle what is delivered until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._work(lane))

    async def drain(self) -> None:
        """Wait until everything that was delivered has been handled."""
        for lane in self._lanes:
            await lane.join()

    async def _work(self, lane: asyncio.Queue[Incoming]) -> None:
        while True:
            message = await lane.get()
            try:
                with self._metrics.handling.time():
                    await self.handle(message)
            finally:
                lane.task_done()

    async def handle(self, message: Incoming) -> None:
        """Act on one event, once for ever; an error of ours is answered, logged without its text, and never raised.

        While the database is away the event waits, and its sender is told once.
        """
        message = self._in_time(message)
        file = await self._load(message)
        wait, waited = FIRST_WAIT, 0.0
        while True:
            try:
                if await self._act_once(message, file):
                    self._budget.count(message.channel, message.sender, self._clock.now())
            except Exception as error:
                if not is_outage(error):
                    log.error("a message could not be handled: %s\n%s", type(error).__name__, _frames(error))
                    await self._apologise(message)
                    break
                self._metrics.database_waits.labels("dispatcher").inc()
                if waited < TELL_AFTER_SECONDS <= waited + wait and self._hearing.is_for_us(message):
                    await self._say_that_it_waits(message)
                await asyncio.sleep(wait)
                wait, waited = longer(wait), waited + wait
            else:
                break
        self._sent()

    def _in_time(self, message: Incoming) -> Incoming:
        """What was sent long after now was not: handlers take the time of sending for the present."""
        now = self._clock.now()
        return replace(message, sent_at=now) if message.sent_at - now > FAST_CLOCK else message

    async def _act_once(self, message: Incoming, file: File | GroupText | None) -> bool:
        """Whether it was acted on now."""
        try:
            async with in_transaction():
                return await self._act(message, file)
        except IntegrityError:
            # Most likely the same message, delivered to another process or lane at the same moment.
            if not await InboxMessage.exists(channel=message.channel, message=message.id):
                raise
            return False

    async def _say_that_it_waits(self, message: Incoming) -> None:
        """Past the outbox, which is in the database that is away; at most once, and not at all where that fails."""
        text = in_group(WAITING)
        try:
            if message.room is not None:
                said = Outgoing(room=message.room, text=text, mentions=(message.sender,))
            else:
                said = Outgoing(contact=message.sender, text=text)
            await self._say_now(message.channel, said)
        except Exception as error:
            log.warning("the database is away, and that could not be said: %s", type(error).__name__)

    async def _load(self, message: Incoming) -> File | GroupText | None:
        """The file, or why it cannot be had, before the transaction begins: a gateway may be slow."""
        if message.load is None or message.room is not None:
            return None
        try:
            return await message.load()
        except Exception as error:
            log.warning("a file could not be loaded: %s", type(error).__name__)
            if isinstance(error, FileUnavailable) and error.too_large:
                return in_group(FILE_TOO_LARGE, megabytes=self._settings.files.max_megabytes)
            return FILE_UNREADABLE

    async def _apologise(self, message: Incoming) -> None:
        try:
            async with in_transaction():
                if await self._first_time(message):
                    await self._voice.say(message, FAILED)
        except Exception as error:
            log.error("nor could that be said: %s", type(error).__name__)

    async def _first_time(self, message: Incoming) -> bool:
        if await InboxMessage.exists(channel=message.channel, message=message.id):
            return False
        await InboxMessage.create(
            channel=message.channel,
            message=message.id,
            conversation=message.conversation,
            sender=message.sender,
            received_at=self._clock.now(),
        )
        return True

    async def _act(self, message: Incoming, file: File | GroupText | None) -> bool:
        who = await identify(message)
        used = self._budget.used(message.channel, message.sender, self._clock.now())
        most = self._most_of(who.role)
        recalls = message.kind is Kind.RECALL  # takes back what was answered before, each once
        if used > most and not recalls:
            return False
        if who.account and message.friend != who.account.friend:
            who.account.friend = message.friend
            await who.account.save(update_fields=["friend"])
        understood = await self._hearing.understand(message, who)
        if understood is None or not await self._first_time(message):
            return False
        if used >= most and not recalls:
            until = self._budget.fresh_at(message.channel, message.sender, self._clock.now())
            await self._voice.say(message, in_group(ENOUGH, most=most, until=until))
            return True
        loaded = file if isinstance(file, File) else None
        request = self._request(message, who, loaded, understood.matter)
        if message.kind is Kind.RECALL:
            await self._recall(message, request)
        elif message.kind in (Kind.FRIEND, Kind.JOIN):
            if self._catalogue.welcome:
                await self._voice.answer(message, await self._catalogue.welcome.handler(request))
        elif understood.command is None and _is_done(understood.matter):
            await self._voice.say(message, WHAT_IS_WRONG)
        elif understood.command is None:
            await self._suggest(message, request.role, understood.reading)
        else:
            lost = file if isinstance(file, GroupText) else None
            await self._run(message, request, understood.command, understood.reading, lost)
        passed = understood.question if understood.command is not None else None
        if passed is not None and passed is not understood.matter:
            await questions.talk_past(passed)
        return not recalls

    def _most_of(self, role: Role) -> int:
        """How many messages of somebody are answered in an hour."""
        outbox = self._settings.outbox
        return outbox.answered_per_hour if role > Role.GUEST else outbox.strangers_per_hour

    def _request(self, message: Incoming, who: Identity, file: File | None, matter: OpenMatter | None) -> Request:
        return Request(
            now=message.sent_at.astimezone(SHANGHAI),
            message=message.id,
            sender=Sender(message.channel, message.sender, message.sender_name, message.friend),
            room=message.room,
            text=message.text,
            role=who.role,
            conversation=conversation(message.room, who),
            settings=self._settings,
            commands=tuple(self._catalogue.commands.values()),
            todos=self._catalogue.todos,
            figures=self._catalogue.figures,
            pages=self._catalogue.pages,
            member=who.member,
            branch=who.branch,
            file=file,
            matter=matter,
            closed_until=self._closed_until(who),
            checked_at=self._checked_at(message),
        )

    def _checked_at(self, message: Incoming) -> datetime:
        now = self._clock.now()
        return (now if now - message.sent_at > BELIEVED else message.sent_at).astimezone(SHANGHAI)

    def _closed_until(self, who: Identity) -> datetime | None:
        """By our own clock: when a message was sent is what others say."""
        if who.account is None or who.member is None:
            return None
        return closed_until(who.account, who.member, self._settings, self._clock.now())

    # What is answered

    async def _suggest(self, message: Incoming, role: Role, reading: Reading) -> None:
        if message.room is not None:
            await self._voice.say(message, in_group(NOT_UNDERSTOOD_IN_GROUP, bot=Public(self._settings.bot.name)))
            return
        if reading.apart and role > Role.GUEST:
            await self._voice.say(message, ONE_AT_A_TIME.format(parts="\n".join(reading.apart)))
            return
        if not reading.suggestions and role > Role.GUEST:
            await self._voice.say(message, TALK_OF_AN_OFFICE if role >= Role.COMMITTEE else TALK)
            return
        nearest = [self._catalogue.commands[name] for name in reading.suggestions]
        examples = [command.example for command in nearest if _serves(command, role)]
        first_steps = "绑定 K7Q2MX" if role is Role.GUEST else "我的"
        await self._voice.say(message, NOT_UNDERSTOOD.format(examples="\n".join(examples[:3]) or first_steps))

    # What is done

    async def _run(
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
        if _is_done(request.matter) and (amended := self._amendment(command, request.matter, reading)) is not None:
            await self._run_instead(message, request, amended)
            return
        values = dict(reading.values)
        await self._attempt(message, request, command, values, unsure=unsure, day=reading.day, replaces=replaces)

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
        day: date | None = None,
        replaces: int | None = None,
    ) -> None:
        """Run the handler; of an `unsure` reading only to learn what it would refuse or ask: one question does.

        `day`: what was said of a moment that `values` lack. `replaces`: the id of the sender's deed that is taken back
        by it.
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
                if unsure and not isinstance(answer, Instead):  # that one is asked about itself
                    subjects = answer.subjects if isinstance(answer, Reply) else ()
                    raise Ask(self._question(request, command, values, answer, changes=replaces is not None), subjects)
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
        before = questions.asked(done, self._hearing.reader.forms).values
        changed = {name: value for name, value in reading.values.items() if before.get(name) != value}
        if amending is None or not changed.keys() <= {slot.name for slot in amending.form.slots}:
            return None
        itself = amending is command and not command.puts_right  # said again, it takes the place of what was said
        return Instead(amending.name, reading.values if itself else changed)

    def _question(
        self, request: Request, command: Command, values: Mapping[str, Any], answer: Answer, *, changes: bool = False
    ) -> str:
        """Whether the reading is right: with what was said, or else with what would come of it, taken from `answer`.

        `changes`: it is put in the place of what was recorded just now.
        """
        if isinstance(answer, Reply) and answer.question is not None:
            return answer.question
        said = echo(command.form, values)
        if changes:
            return CHANGE.format(purpose=command.purpose, values=said)
        if isinstance(answer, TakeBack):
            done = self._catalogue.commands[answer.deed.command]
            said = f"{done.purpose}（{in_brackets(answer.deed.done_at)}）"
        question = CONFIRM.format(purpose=command.purpose, values=said and f"：{said}")
        if not request.in_private and _may_be_asked_in_group(values, answer):
            return in_group(CONFIRM, purpose=Public(command.purpose), values=Public(said and f"：{said}"))
        times = any(slot.type in TIMES and slot.name not in values for slot in command.form.slots)
        numbers = all(isinstance(value, Number) for value in values.values())  # 1号 alone says nothing of what it is
        if (said and not (times or numbers)) or not isinstance(answer, Reply) or answer.fleeting:
            return question
        outcome = (_FIRST_SENTENCE if said else _FIRST_CLAUSE).match(answer.private or answer.group or "")
        return question + (OUTCOME.format(outcome=outcome[0]) if outcome else "")

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
            asked = questions.asked(answer.matter, self._hearing.reader.forms)
            resumed = self._catalogue.commands[asked.command]
            # Whoever was asked may have lost their post since, or answer in another group.
            if refusal := barred(resumed, request.role, request.conversation):
                await self._bar(message, request, resumed.name, refusal)
                return
            going_on = replace(request, confirmed=answer.confirmed, matter=None)
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

    async def _recall(self, message: Incoming, request: Request) -> None:
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
        await questions.ask(message, asked, where, explicit=question.explicit, replaces=replaces)
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
        await questions.ask(message, asked, where, settled=question.settled, replaces=replaces)
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


def _is_done(matter: OpenMatter | None) -> TypeGuard[OpenMatter]:
    return matter is not None and matter.kind is MatterKind.DONE


def _may_be_asked_in_group(values: Mapping[str, Any], answer: Answer) -> bool:
    """Whether all that was said may stand in the group, where the answer would be said there too."""
    said = all(isinstance(value, IN_GROUP) for value in values.values())
    return bool(values) and said and isinstance(answer, Reply) and answer.group is not None and not answer.personal


def _is_question(matter: OpenMatter | None) -> bool:
    return matter is not None and matter.kind is MatterKind.CONFIRMATION


def _serves(command: Command, role: Role) -> bool:
    """Whether it is worth suggesting: help is named anyway, who is bound need not be, and nobody refuses by chance."""
    known = ("help", "bind" if role > Role.GUEST else "")
    return may(command, role) and command.name not in known and MatterKind.CONSENT.value not in command.form.answers


async def _nobody(channel: str, message: Outgoing) -> None:
    raise ChannelUnavailable


async def _once_more(attempt: Callable[[], Awaitable[Answered]]) -> Answered:
    """Where somebody was quicker, with a slot's booking say, run again to see what they left, and say so."""
    try:
        return await attempt()
    except IntegrityError:
        return await attempt()


def _frames(error: BaseException) -> str:
    """Where it happened, without what it said: an error's text can quote a message."""
    return "".join(traceback.format_tb(error.__traceback__))
