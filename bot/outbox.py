"""Durable, ordered, paced sending.

What a message answers is written with its records in one transaction (`put`)
and sent afterwards (`Sender`): marked `sending` before and `sent` after, so that
a crash between the two leaves a row that says it is not known whether it
arrived. Such a row is never sent again by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.commands import Notice, ToGroup
from bot.messages import Channel, ChannelUnavailable, DeliveryUnknown, File, Outgoing, Undeliverable
from bot.pace import Pace
from bot.settings import Settings
from bot.splitting import split
from models import Account, OutboxMessage, OutboxState, Room, Urgency

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
LOOK_AGAIN_SECONDS = 30.0  # notices wait for the end of quiet hours, which no event announces
WINDOW = 200  # how many waiting rows are looked at for one that may go now


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
) -> bool:
    """Write what is to be sent, in the caller's transaction; False where `key` has been used already.

    A text that is too long for WeChat becomes several rows; a file follows its text.
    """
    if key is not None and await OutboxMessage.exists(key=key):
        return False
    not_before = now if urgency is Urgency.ANSWER else settings.reminders.quiet_hours.after(now)
    rows = [
        OutboxMessage(text=part, mentions=list(mentions) if position == 0 else [])
        for position, part in enumerate(split(text, settings.outbox.max_characters, settings.outbox.max_bytes))
    ]
    if file is not None:
        rows.append(OutboxMessage(file_name=file.name, file_type=file.media_type, file_data=file.data))
    for position, row in enumerate(rows):
        row.channel, row.room, row.contact = address.channel, address.room, address.contact
        row.conversation = address.room or address.contact or ""
        row.urgency, row.not_before, row.created_at = urgency, not_before, now
        row.key = key if position == 0 else None
        await row.save()
    return bool(rows)


async def put_notice(notice: Notice, *, now: datetime, settings: Settings) -> bool:
    """Write a notice for whoever it is for; False where nobody can be reached or its key has been used."""
    urgency = Urgency.ANSWER if notice.urgent else Urgency.NOTICE
    if isinstance(notice, ToGroup):
        room = await Room.filter(branch_id=notice.branch_id, active=True).order_by("-bound_at").first()
        if room is None:
            return False
        address = Address(room.channel, room=room.room)
        return await put(address, notice.text, now=now, settings=settings, urgency=urgency, key=notice.key)
    account = await Account.filter(member_id=notice.member_id, friend=True).order_by("-bound_at").first()
    if account is None:
        return False
    address = Address(account.channel, contact=account.contact)
    return await put(
        address, notice.text, now=now, settings=settings, file=notice.file, urgency=urgency, key=notice.key
    )


class Sender:
    """Sends the rows of one channel, one at a time, in order per conversation, answers before notices."""

    def __init__(self, channel: Channel, settings: Settings, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock
        self._pace = Pace(settings.outbox)
        self._wake = asyncio.Event()
        self._went = asyncio.Event()

    def wake(self) -> None:
        """Something was put."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        await self.settle()
        while True:
            self._wake.clear()
            wait = await self.send_next()
            if wait > 0:
                try:
                    await asyncio.wait_for(self._wake.wait(), wait)
                except TimeoutError:
                    continue

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
        """Rows that were being sent when the process died: nobody knows whether they arrived."""
        lost = await OutboxMessage.filter(channel=self._channel.name, state=OutboxState.SENDING).update(
            state=OutboxState.UNKNOWN, error="the process ended while sending"
        )
        if lost:
            log.warning("%d message(s) were being sent when the bot stopped; whether they arrived is unknown", lost)

    async def send_next(self) -> float:
        """Send what may go now; returns how many seconds to wait before looking again, 0 for at once."""
        row, wait = await self._choose()
        if row is None:
            return wait
        if not self._channel.health.ready:
            return 1.0
        return await self._send(row)

    async def _choose(self) -> tuple[OutboxMessage | None, float]:
        waiting = OutboxMessage.filter(
            channel=self._channel.name, state=OutboxState.PENDING, not_before__lte=self._clock.now()
        )
        rows = await waiting.order_by("urgency", "id").limit(WINDOW).only("id", "conversation")
        soonest = LOOK_AGAIN_SECONDS
        seen: set[str] = set()
        for row in rows:
            if row.conversation in seen:
                continue
            seen.add(row.conversation)
            wait = self._pace.free_at(row.conversation) - time.monotonic()
            if wait <= 0:
                return await OutboxMessage.get(id=row.id), 0.0
            soonest = min(soonest, wait)
        return None, soonest

    async def _send(self, row: OutboxMessage) -> float:
        row.state, row.sending_at, row.attempts = OutboxState.SENDING, self._clock.now(), row.attempts + 1
        await row.save(update_fields=["state", "sending_at", "attempts"])
        try:
            row.sent_id = await self._channel.send(outgoing(row))
            row.state, row.sent_at, row.error = OutboxState.SENT, self._clock.now(), None
        except ChannelUnavailable as error:
            row.state, row.error = OutboxState.PENDING, _kind(error)
            self._pace.hold(row.conversation, time.monotonic(), RETRY_SECONDS)
        except Undeliverable as error:
            row.state, row.error = OutboxState.FAILED, _kind(error)
            log.warning("outbox row %d cannot be delivered: %s", row.id, row.error)
        except DeliveryUnknown as error:
            row.state, row.error = OutboxState.UNKNOWN, _kind(error)
            log.warning("outbox row %d may or may not have arrived: %s", row.id, row.error)
        if row.state is not OutboxState.PENDING:
            self._pace.sent(row.conversation, time.monotonic())
        await row.save(update_fields=["state", "sent_at", "sent_id", "error"])
        self._went.set()
        return 0.0


def _kind(error: Exception) -> str:
    """What an operator may read of an error: a channel's own words could quote the message."""
    return f"{type(error).__name__}: {type(error.__cause__).__name__}" if error.__cause__ else type(error).__name__


def outgoing(row: OutboxMessage) -> Outgoing:
    """The row as a channel takes it."""
    file = None
    if row.file_data is not None:
        file = File(row.file_name or "文件", row.file_type or "application/octet-stream", bytes(row.file_data))
    return Outgoing(room=row.room, contact=row.contact, text=row.text, file=file, mentions=tuple(row.mentions))
