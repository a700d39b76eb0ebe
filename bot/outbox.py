"""Durable, ordered, paced sending.

What a message answers is written with its records in one transaction (`put`)
and sent afterwards (`Sender`): marked `sending` before and `sent` after, so that
a crash between the two leaves a row that says it is not known whether it
arrived. Such a row is never sent again by itself.
"""

from __future__ import annotations

import asyncio
import html
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from bot.clock import Clock
from bot.commands import Notice, ToContact, ToGroup, ToGroups, ToMember
from bot.messages import Card, Channel, ChannelUnavailable, File, Incoming, Outgoing, Undeliverable
from bot.metrics import Metrics
from bot.outages import patiently
from bot.pace import Pace
from bot.reach import account_of, groups_of
from bot.settings import Settings
from bot.splitting import split
from bot.understanding.values import SHANGHAI
from bot.wording import GroupCard, for_group
from models import Account, OutboxMessage, OutboxState, Phone, Restriction, Urgency

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_SECONDS = 5
LOOK_AGAIN_SECONDS = 30.0  # notices wait for the end of quiet hours, which no event announces
READY_SECONDS = 0.5  # how soon a channel that was away is looked at again
WINDOW = 200  # how many waiting rows are looked at for one that may go now
SHORT = 200  # characters; longer answers are read better alone
MOST_JOINED = 5
MOST_ECHOES = 1000
CLOCKS_DIFFER = timedelta(minutes=2)  # between this machine and WeChat
ECHOES_WITHIN = timedelta(minutes=5)  # after a message began to be sent
MARGIN = 100  # bytes for names mentioned and the lines between
NOBODY_TO_TELL = "the member has no account any more"


class AlreadyTaken(Exception):
    """Another process sends these rows."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a room, or else a contact, of a channel."""

    channel: str
    room: str | None = None
    contact: str | None = None


async def put(
    address: Address,
    text: str,
    *,
    now: datetime,
    settings: Settings,
    file: File | None = None,
    mentions: Sequence[str] = (),
    urgency: Urgency = Urgency.ANSWER,
    key: str | None = None,
    fleeting: bool = False,
    card: Card | None = None,
    member_id: int | None = None,
    earliest: datetime | None = None,
) -> bool:
    """Write what is to be sent, in the caller's transaction; False where `key` has been used already.

    With `member_id` it is that member's: should the account be theirs no longer when it is to go, it follows them.
    It does not go before `earliest`.

    A text that is too long for WeChat becomes several rows, and then goes without its card; a file follows its text.
    Raises TypeError where a group would read what was not made for one, or get a file.
    """
    if address.room is not None:
        _check_for_group(text, file, card)
    if key is not None and await OutboxMessage.exists(key=key):
        return False
    begin = max(now, earliest or now)
    not_before = begin if urgency is Urgency.ANSWER else settings.reminders.quiet_hours.after(begin)
    rows = [
        OutboxMessage(text=part, mentions=list(mentions) if position == 0 else [])
        for position, part in enumerate(split(text, settings.outbox.max_characters, settings.outbox.max_bytes))
    ]
    if card is not None and len(rows) == 1:
        rows[0].card = asdict(card)
    if file is not None:
        rows.append(OutboxMessage(file_name=file.name, file_type=file.media_type, file_data=file.data))
    for position, row in enumerate(rows):
        row.channel, row.room, row.contact = address.channel, address.room, address.contact
        row.conversation, row.member_id = address.room or address.contact or "", member_id
        row.urgency, row.not_before, row.created_at, row.fleeting = urgency, not_before, now, fleeting
        row.key = key if position == 0 else None
        await row.save()
    return bool(rows)


def _check_for_group(text: str, file: File | None, card: Card | None) -> None:
    if text:
        for_group(text)
    if file is not None or not isinstance(card, GroupCard | None):
        raise TypeError("a file or a private card may not be sent to a group")


async def put_notice(notice: Notice, *, now: datetime, settings: Settings) -> bool:
    """Write a notice for whoever it is for; False where nobody can be reached or its key has been used."""
    if isinstance(notice, ToGroups):
        return await _put_to_groups(notice, now=now, settings=settings)
    urgency = _urgency(notice)
    if isinstance(notice, ToGroup):
        return await _put_to_group(notice, urgency, now=now, settings=settings)
    if isinstance(notice, ToContact):
        address = Address(notice.channel, contact=notice.contact)
        return await put(address, notice.text, now=now, settings=settings, urgency=urgency, key=notice.key)
    account = await account_of(notice.member_id, settings)
    if account is None:
        return await _put_sms(notice, now=now, settings=settings)
    address = Address(account.channel, contact=account.contact)
    return await put(
        address,
        notice.text,
        now=now,
        settings=settings,
        file=notice.file,
        urgency=urgency,
        key=notice.key,
        fleeting=notice.fleeting,
        member_id=notice.member_id,
        earliest=_opened(account, settings) if notice.fleeting else None,
    )


def _opened(account: Account, settings: Settings) -> datetime | None:
    """From when on the account is told what its member alone may know, such as what became of a nameless opinion."""
    return account.closed_until(account.member, settings.binding.hold) if account.member is not None else None


def _urgency(notice: Notice) -> Urgency:
    return Urgency.ANSWER if notice.urgent else Urgency.NOTICE


async def _put_to_group(notice: ToGroup, urgency: Urgency, *, now: datetime, settings: Settings) -> bool:
    """Write it for the branch's group on each of its channels, each once for the key."""
    put_any = False
    for room in await groups_of([notice.branch_id], settings):
        put_any |= await put(
            Address(room.channel, room=room.room),
            notice.text,
            now=now,
            settings=settings,
            urgency=urgency,
            key=notice.key and f"{notice.key}:{room.channel}",
            card=notice.card,
        )
    return put_any


async def _put_sms(notice: ToMember, *, now: datetime, settings: Settings) -> bool:
    """Have whom no chat reaches told by SMS that there is something, where their number is known; once a day at most.

    Nothing of the notice is written: an SMS is read by whoever picks the phone up, and the secretary is asked instead.
    """
    sms = settings.sms
    if not sms.enabled or not await Phone.exists(member_id=notice.member_id):
        return False
    address = Address(sms.name, contact=str(notice.member_id))
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), datetime.min.time(), SHANGHAI)
    if await OutboxMessage.exists(channel=sms.name, contact=address.contact, created_at__gte=midnight):
        return False
    return await put(
        address,
        sms.text,
        now=now,
        settings=settings,
        urgency=Urgency.NOTICE,
        key=notice.key,
        fleeting=notice.fleeting,
    )


async def _put_to_groups(notice: ToGroups, *, now: datetime, settings: Settings) -> bool:
    """Write it for each group that has not got it; in as many queries for a hundred as for one."""
    parts = split(notice.text, settings.outbox.max_characters, settings.outbox.max_bytes)
    card = asdict(notice.card) if notice.card is not None and len(parts) == 1 else None
    urgency = _urgency(notice)
    not_before = now if urgency is Urgency.ANSWER else settings.reminders.quiet_hours.after(now)
    rows = [
        OutboxMessage(
            channel=room.channel,
            conversation=room.room,
            room=room.room,
            text=part,
            card=card,
            urgency=urgency,
            key=f"{notice.key}:{room.id}:{position}",
            not_before=not_before,
            created_at=now,
        )
        for room in await groups_of(notice.branch_ids, settings)
        for position, part in enumerate(parts)
    ]
    written = {row.key for row in await OutboxMessage.filter(key__startswith=f"{notice.key}:").only("id", "key")}
    new = [row for row in rows if row.key not in written]
    await OutboxMessage.bulk_create(new)
    return bool(new)


class Sender:
    """Sends the rows of one channel, in order per conversation, answers before notices, at WeChat's pace.

    Several short answers that wait for one person go as one message.
    """

    def __init__(self, channel: Channel, settings: Settings, clock: Clock, metrics: Metrics | None = None) -> None:
        self._channel = channel
        self._everything = settings
        self._settings = settings.outbox
        self._clock = clock
        self._metrics = metrics or Metrics()
        self.moved = time.monotonic()  # when anything was last sent, well or not; at first, when this was made
        self.pace = Pace(settings.outbox)
        self._wake = asyncio.Event()
        self._went = asyncio.Event()
        self._ending = False
        self._echoes: deque[Incoming] = deque(maxlen=MOST_ECHOES)

    def wake(self) -> None:
        """Something was put."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `end` or cancelled; a database that is away is waited for."""
        await self._patiently(self.settle)
        while not self._ending:
            self._wake.clear()
            await self._patiently(self.settle_by_echoes)
            wait = await self._patiently(self.send_next)
            if wait > 0:
                # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the event.
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        return await patiently(work, "the outbox", self._metrics.database_waits.labels("outbox").inc)

    def end(self) -> None:
        """Finish the message that is being sent, and no other."""
        self._ending = True
        self._wake.set()

    async def finish_answers(self) -> None:
        """Wait until no answer is waiting or being sent; notices can wait for the next start."""
        waiting = OutboxMessage.filter(
            channel=self._channel.name,
            urgency=Urgency.ANSWER,
            state__in=(OutboxState.PENDING, OutboxState.SENDING),
        )
        while True:
            self._went.clear()
            if not await waiting.exists():
                return
            await self._went.wait()

    async def settle(self) -> None:
        """What the process before left: rows that were being sent, unless an echo came, who knows whether they arrived?

        And how much of the day's cap it used, and how long WeChat wants this account to be still.
        """
        being_sent = OutboxMessage.filter(channel=self._channel.name, state=OutboxState.SENDING)
        await being_sent.filter(sent_id__not_isnull=True).update(state=OutboxState.SENT, sent_at=self._clock.now())
        await being_sent.filter(fleeting=True).delete()
        lost = await being_sent.update(state=OutboxState.UNKNOWN, error="the process ended while sending")
        if lost:
            log.warning("%d message(s) were being sent when the bot stopped; whether they arrived is unknown", lost)
        today = self._today()
        midnight = datetime.combine(today, datetime.min.time(), SHANGHAI)
        sent = OutboxMessage.filter(channel=self._channel.name, state=OutboxState.SENT, sent_at__gte=midnight)
        self.pace.remember(today, await sent.count())
        if restriction := await Restriction.get_or_none(channel=self._channel.name):
            left = (restriction.paused_until - self._clock.now()).total_seconds()
            self.pace.resume_pause(time.monotonic(), left, restriction.times)

    def hear(self, echo: Incoming) -> None:
        """An own message came back from the channel: it has arrived."""
        self._echoes.append(echo)
        self._wake.set()

    async def settle_by_echoes(self) -> None:
        """Let what was heard say what has arrived."""
        while self._echoes:
            await self._settle_by(self._echoes[0])
            self._echoes.popleft()

    async def _settle_by(self, echo: Incoming) -> None:
        """Each echo proves one message: of several that say the same, one that is known to have gone out before others.

        Otherwise an answer that was given again would prove that the first one arrived, which a crash had kept back.
        """
        around = OutboxMessage.filter(
            channel=echo.channel,
            conversation=echo.conversation,
            state__in=(OutboxState.SENDING, OutboxState.SENT, OutboxState.UNKNOWN),
            sending_at__range=(echo.sent_at - ECHOES_WITHIN, echo.sent_at + CLOCKS_DIFFER),
        )
        if await around.filter(sent_id=echo.id).exists():
            return
        together: dict[datetime | None, list[OutboxMessage]] = {}
        for row in await around.filter(sent_id=None).order_by("id"):
            together.setdefault(row.sending_at, []).append(row)
        said = [rows for rows in together.values() if _is_echo(echo.text, rows)]
        if not said:
            return
        rows = min(said, key=lambda rows: rows[0].state is OutboxState.UNKNOWN)
        ids = OutboxMessage.filter(id__in=[row.id for row in rows])
        # For one that is still being sent this is remembered, should its call break off.
        await ids.update(sent_id=echo.id)
        await ids.filter(state=OutboxState.UNKNOWN).update(state=OutboxState.SENT, sent_at=echo.sent_at, error=None)

    async def restricted(self) -> None:
        """WeChat has said 操作过于频繁; a restart must not make the account send again at once."""
        seconds = self.pace.pause(time.monotonic())
        log.error("WeChat says the account sends too fast; nothing is sent for %.0f s", seconds)
        said = {"paused_until": self._clock.now() + timedelta(seconds=seconds), "times": self.pace.pauses}
        await self._patiently(lambda: Restriction.update_or_create(said, channel=self._channel.name))

    async def send_next(self) -> float:
        """Send what may go now; returns how many seconds to wait before looking again, 0 for at once."""
        if not self._channel.health.ready:
            return READY_SECONDS
        rows, wait = await self._choose()
        if not rows:
            return wait
        await self._send(rows)
        return 0.0

    async def _choose(self) -> tuple[list[OutboxMessage], float]:
        """The rows that go as one message now, or how long to wait for any."""
        waiting = self._allowed()
        if waiting is None:
            return [], LOOK_AGAIN_SECONDS
        soonest = LOOK_AGAIN_SECONDS
        seen: set[str] = set()
        for row in await waiting.order_by("urgency", "id").limit(WINDOW).only("id", "conversation"):
            if row.conversation in seen:
                continue
            seen.add(row.conversation)
            wait = self.pace.free_at(row.conversation) - time.monotonic()
            if wait <= 0:
                first = await OutboxMessage.get(id=row.id)
                return (await self._joined(first) if await self._finds_its_member(first) else []), 0.0
            soonest = min(soonest, wait)
        if seen:
            self._metrics.pace_waits.labels(self._channel.name).inc()
        return [], soonest

    def _allowed(self) -> QuerySet[OutboxMessage] | None:
        """What the day's cap leaves to be sent."""
        today = self._today()
        if not self.pace.answers_allowed(today):
            return None
        waiting = OutboxMessage.filter(
            channel=self._channel.name, state=OutboxState.PENDING, not_before__lte=self._clock.now()
        )
        return waiting if self.pace.notices_allowed(today) else waiting.filter(urgency=Urgency.ANSWER)

    async def _finds_its_member(self, row: OutboxMessage) -> bool:
        """Whether the account is still that of the member whom `row` is for, where it is for one.

        Else nothing goes there: what waits for them there is sent to the account that they have now, or ends.
        """
        if row.member_id is None or await _is_of(row):
            return True
        waiting = OutboxMessage.filter(
            channel=row.channel, contact=row.contact, member_id=row.member_id, state=OutboxState.PENDING
        )
        account = await account_of(row.member_id, self._everything)
        if account is not None:
            if opened := _opened(account, self._everything):
                await waiting.filter(fleeting=True, not_before__lt=opened).update(not_before=opened)
            await waiting.update(channel=account.channel, conversation=account.contact, contact=account.contact)
            return False
        await waiting.filter(fleeting=True).delete()
        # The key stays, so that it is not said again; what it said is nobody's to read any more.
        emptied = {"text": "", "file_name": None, "file_data": None, "card": None, "emptied_at": self._clock.now()}
        if ended := await waiting.update(state=OutboxState.FAILED, error=NOBODY_TO_TELL, **emptied):
            log.info("%d notice(s) for a member who has no account any more were not sent", ended)
        return False

    async def _joined(self, first: OutboxMessage) -> list[OutboxMessage]:
        """`first` and the short answers to the same person right behind it."""
        if first.urgency is not Urgency.ANSWER or _alone(first):
            return [first]
        behind = OutboxMessage.filter(
            channel=first.channel,
            conversation=first.conversation,
            state=OutboxState.PENDING,
            urgency=Urgency.ANSWER,
            id__gt=first.id,
        )
        rows = [first]
        for row in await behind.order_by("id").limit(MOST_JOINED - 1):
            size = sum(len(each.text.encode()) for each in (*rows, row))
            if _alone(row) or row.mentions != first.mentions:
                break
            if row.member_id not in (None, first.member_id) and not await _is_of(row):
                break
            if size > min(self._settings.max_bytes, self._settings.max_characters) - MARGIN:
                break
            rows.append(row)
        return rows

    async def _send(self, rows: list[OutboxMessage]) -> None:
        ids = [row.id for row in rows]
        first = rows[0]
        now = self._clock.now()
        try:
            await self._claim(rows, now)
        except AlreadyTaken:
            return
        except Exception:
            # The database may have marked them and gone before it said so; nothing has been sent.
            await self._patiently(lambda: self._unclaim(ids, now))
            raise
        ended: dict[str, Any] = {"state": OutboxState.SENT, "error": None}
        try:
            if sent_id := await self._channel.send(outgoing(rows, cards=self._channel.capabilities.cards)):
                ended["sent_id"] = sent_id
        except ChannelUnavailable as failure:
            ended = {"state": OutboxState.PENDING, "error": _kind(failure)}
            self.pace.hold(first.conversation, time.monotonic(), RETRY_SECONDS)
        except Undeliverable as failure:
            ended = {"state": OutboxState.FAILED, "error": _kind(failure)}
        except Exception as failure:
            # Of any other error of a channel, too, nobody can say that nothing went out before it.
            ended = {"state": OutboxState.UNKNOWN, "error": _kind(failure)}
        self.moved = time.monotonic()
        self._metrics.sendings.labels(self._channel.name, ended["state"].value).inc()
        if ended["state"] is not OutboxState.PENDING:
            self.pace.sent(first.conversation, time.monotonic(), self._today())
        if ended["state"] in (OutboxState.FAILED, OutboxState.UNKNOWN):
            log.warning("outbox rows %s: %s (%s)", ids, ended["state"].value, ended["error"])
        # Whatever happens to the database now, this process must not forget how the sending ended.
        await self._patiently(lambda: self._note(ids, ended))
        self._went.set()

    async def _claim(self, rows: list[OutboxMessage], now: datetime) -> None:
        """Mark all of `rows` as being sent, or none: whoever marks them sends them. Raises AlreadyTaken."""
        waiting = OutboxMessage.filter(id__in=[row.id for row in rows], state=OutboxState.PENDING)
        async with in_transaction():
            taken = await waiting.update(state=OutboxState.SENDING, sending_at=now, attempts=rows[0].attempts + 1)
            if taken != len(rows):
                raise AlreadyTaken

    async def _unclaim(self, ids: list[int], claimed_at: datetime) -> None:
        claimed = OutboxMessage.filter(id__in=ids, state=OutboxState.SENDING, sending_at=claimed_at)
        await claimed.update(state=OutboxState.PENDING)

    async def _note(self, ids: list[int], ended: dict[str, Any]) -> None:
        if ended["state"] is OutboxState.UNKNOWN:
            echoed = OutboxMessage.filter(id__in=ids, state=OutboxState.SENDING, sent_id__not_isnull=True)
            await echoed.update(state=OutboxState.SENT, sent_at=self._clock.now())
        if ended["state"] is OutboxState.SENT:
            ended = {**ended, "sent_at": self._clock.now()}
        if ended["state"] is not OutboxState.PENDING:
            # However it ended: nobody may read here later whom it went to.
            await OutboxMessage.filter(id__in=ids, state=OutboxState.SENDING, fleeting=True).delete()
        await OutboxMessage.filter(id__in=ids, state=OutboxState.SENDING).update(**ended)

    @property
    def day_cap(self) -> int:
        """How many messages may be sent a day."""
        return self._settings.per_day

    @property
    def sent_today(self) -> int:
        """How many messages count against the day's cap."""
        return self.pace.sent_on(self._today())

    def _today(self) -> date:
        return self._clock.now().astimezone(SHANGHAI).date()


async def _is_of(row: OutboxMessage) -> bool:
    """Whether the account that it would go to is the member's whom it is for."""
    return await Account.exists(channel=row.channel, contact=row.contact, member_id=row.member_id, member__active=True)


def _kind(error: Exception) -> str:
    """What an operator may read of an error: a channel's own words could quote the message."""
    return f"{type(error).__name__}: {type(error.__cause__).__name__}" if error.__cause__ else type(error).__name__


def _alone(row: OutboxMessage) -> bool:
    """Whether it is not joined with others: a file, a card, or a text that is read better by itself."""
    return row.file_data is not None or row.card is not None or len(row.text) > SHORT


def _is_echo(echo: str, rows: Sequence[OutboxMessage]) -> bool:
    """Whether it says what `rows`, sent as one message, say; an echoed card is XML that holds its address."""
    first = rows[0]
    if first.card is not None and first.card["url"] in html.unescape(echo):
        return True
    heard, said = "".join(echo.split()), "".join("".join(row.text for row in rows).split())
    # Whom it mentions stands before it, as the chat system writes names.
    return bool(said) and (heard.endswith(said) if first.mentions else heard == said)


def outgoing(rows: Sequence[OutboxMessage], *, cards: bool) -> Outgoing:
    """The rows as a channel takes them: one with a file, one with a card where it can show it, or texts together."""
    row = rows[0]
    file = None
    if row.file_data is not None:
        file = File(row.file_name or "文件", row.file_type or "application/octet-stream", bytes(row.file_data))
    text = "\n\n".join(each.text for each in rows)
    card = Card(**row.card) if cards and row.card is not None else None
    return Outgoing(
        room=row.room,
        contact=row.contact,
        text=text,
        file=file,
        mentions=tuple(row.mentions),
        card=card,
        notice=row.urgency is Urgency.NOTICE,
    )
