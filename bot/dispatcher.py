"""message → command → permission → handler → one transaction; the only translator of errors into replies.

In one transaction: the message's id into the inbox, the handler's records, the
audit line, the replies into the outbox. A refusal rolls the handler's records
back and keeps the rest.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from bot import questions
from bot.access import closed_until, conversation
from bot.budget import Budget
from bot.clock import Clock
from bot.commands import Catalogue, Request, Role, Sender
from bot.execution import FILE_UNREADABLE, Execution, is_done
from bot.hearing import Hearing
from bot.messages import ChannelUnavailable, File, FileUnavailable, Incoming, Kind, Outgoing
from bot.metrics import Metrics
from bot.outages import FIRST_WAIT, is_outage, longer
from bot.people import Identity, identify
from bot.settings import Settings
from bot.suggesting import Suggestions
from bot.understanding.reader import Reader
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from bot.voice import Voice
from bot.wording import GroupText, in_group
from models import InboxMessage, OpenMatter

log = logging.getLogger(__name__)

Answered = TypeVar("Answered")

TELL_AFTER_SECONDS = 15.0  # a database that restarts is back sooner
BELIEVED = timedelta(days=1)  # older times of sending are no present for what expires
FAST_CLOCK = timedelta(minutes=10)  # by which a chat system's clock may be before ours

ENOUGH = (
    "您这一小时发的太多了（{most} 条），这一条没有登记，后面的我也先不看了，{until}以后再发给我。急事请直接找书记。"
)
FAILED = in_group("刚才出了点问题，这条没有登记，请稍后再发一次。")
WAITING = "现在存不了记录，您的消息我收到了，恢复后马上处理。如果半小时后还没有答复，请再发一次。"
FILE_TOO_LARGE = "这个文件太大，没有收下：一个文件最大 {megabytes} MB。请压缩或分成几个再发，也可以直接发文字。"
WHAT_IS_WRONG = in_group("刚才登记的哪里不对？把对的直接发给我，要改哪里就发哪里；全都不要了发“撤销”。")


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
        reader = reader or reader_of(catalogue, settings)
        self._hearing = Hearing(catalogue, reader)
        self._execution = Execution(catalogue, reader.forms, self._voice, clock, self._metrics)
        self._suggestions = Suggestions(catalogue, settings, self._voice)
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
            await self._execution.recall(message, request)
        elif message.kind in (Kind.FRIEND, Kind.JOIN):
            if self._catalogue.welcome:
                await self._voice.answer(message, await self._catalogue.welcome.handler(request))
        elif understood.command is None and is_done(understood.matter):
            await self._voice.say(message, WHAT_IS_WRONG)
        elif understood.command is None:
            await self._suggestions.suggest(message, request.role, understood.reading, understood.question)
        else:
            lost = file if isinstance(file, GroupText) else None
            await self._execution.run(message, request, understood.command, understood.reading, lost)
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


async def _nobody(channel: str, message: Outgoing) -> None:
    raise ChannelUnavailable


def _frames(error: BaseException) -> str:
    """Where it happened, without what it said: an error's text can quote a message."""
    return "".join(traceback.format_tb(error.__traceback__))
