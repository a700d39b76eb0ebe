"""What was said against what the database and the gateway hold, row by row."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.database import opened
from bot.dispatcher import WAITING
from models import (
    ActivityNote,
    Attendance,
    Branch,
    Deed,
    DuesPayment,
    DuesShare,
    InboxMessage,
    JobRun,
    OutboxMessage,
    OutboxState,
    PaymentState,
    Urgency,
)
from tests.faults.hearing import HearingGateway, Sent
from tests.faults.process import Bot
from tests.faults.talking import Saying, What
from tests.faults.town import ONE_AT_A_TIME

LOOK_AGAIN = 0.2  # seconds
MENTIONS = re.compile("^(@[^\u2005]*\u2005)+")


@dataclass
class Reckoning:
    """What is wrong, a line each, and how much there was."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    records: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        return "\n".join(
            [*(f"lost: {line}" for line in self.lost[:20]), *(f"doubled: {line}" for line in self.doubled[:20])]
        )


async def reckon(
    url: str, sayings: Sequence[Saying], sent: Iterable[Sent], *, received: Iterable[str] = ()
) -> Reckoning:
    """Compare; `received` are the ids of messages that the bot has to have acted on, whatever happened."""
    result = Reckoning()
    async with ONE_AT_A_TIME:
        EXECUTOR_CACHE.clear()
        async with opened(url):
            inbox = {row.message for row in await InboxMessage.all()}
            _nobody_forgotten(result, sayings, inbox, set(received))
            await _records(result, sayings, inbox)
            await _answers(result, sayings, inbox)
            await _sending(result, list(sent))
            await _jobs(result)
    return result


def _nobody_forgotten(result: Reckoning, sayings: Sequence[Saying], inbox: set[str], received: set[str]) -> None:
    result.lost += [f"{saying.text} was never answered" for saying in sayings if not saying.answered]
    result.lost += [f"message {message} was received and not acted on" for message in received - inbox]
    said = {message for saying in sayings for message in saying.messages}
    result.doubled += [f"message {message} was never said" for message in inbox - said]


async def _records(result: Reckoning, sayings: Sequence[Saying], inbox: set[str]) -> None:
    """Each message that was acted on made exactly the record it should have, and there are no others."""
    deeds: dict[str, list[Deed]] = defaultdict(list)
    for deed in await Deed.all():
        deeds[deed.message].append(deed)
    notes = await _notes()
    parts = await _parts()
    dues = await _dues()
    for saying in sayings:
        acted = [message for message in saying.messages if message in inbox]
        made = [deed for message in saying.messages for deed in deeds.pop(message, [])]
        texts = [(saying.person.name, saying.mark, _content(saying)) for _ in range(_expected(saying, acted))]
        found = {What.NOTE: notes, What.JOIN: parts, What.DUES: dues}[saying.what]
        kept = [found.pop(deed.record, None) for deed in made]
        result.records += len(kept)
        _compare(result, f"{saying.person.name}: {saying.text}", texts, kept)
        if saying.answered and not acted:
            result.lost.append(f"{saying.text} was answered and not recorded")
    for table in (notes, parts, dues):
        result.doubled += [f"record {record} of nobody's saying" for record in table.values()]
    result.doubled += [f"deed of the unsaid message {message}" for message in deeds]


def _expected(saying: Saying, acted: Sequence[str]) -> int:
    """How many records: one for every note that arrived; dues and signing up only the first time."""
    return len(acted) if saying.what is What.NOTE else min(1, len(acted))


def _content(saying: Saying) -> str:
    return saying.text.split(" ", 2)[2] if saying.what is What.NOTE else ""


def _compare(result: Reckoning, what: str, wanted: Sequence[object], found: Sequence[object]) -> None:
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    result.lost += [f"{what}: no record {one}" for one in missing.elements()]
    result.doubled += [f"{what}: one more record {one}" for one in extra.elements()]


async def _notes() -> dict[int, object]:
    return {
        note.id: (note.member.name, str(note.activity.number), note.text)
        for note in await ActivityNote.filter(voided_at=None).select_related("member", "activity")
    }


async def _parts() -> dict[int, object]:
    return {
        part.id: (part.member.name, str(part.activity.number), "")
        for part in await Attendance.filter(signed_up_at__isnull=False).select_related("member", "activity")
    }


async def _dues() -> dict[int, object]:
    shares: dict[int, list[str]] = defaultdict(list)
    for share in await DuesShare.filter(claim__isnull=False):
        year, month = share.month.split("-")
        shares[share.payment_id].append(f"{year}年{int(month)}月")
    payments = await DuesPayment.exclude(state=PaymentState.VOID).select_related("member")
    return {payment.id: (payment.member.name, "、".join(shares[payment.id]), "") for payment in payments}


async def _answers(result: Reckoning, sayings: Sequence[Saying], inbox: set[str]) -> None:
    """Each message that was acted on has exactly one answer in the outbox, where it was said."""
    rows: dict[str, list[OutboxMessage]] = defaultdict(list)
    for row in await OutboxMessage.filter(urgency=Urgency.ANSWER).order_by("id"):
        rows[row.conversation].append(row)
    for saying in sayings:
        acted = sum(message in inbox for message in saying.messages)
        answers = [row for row in rows[saying.place] if _answers_to(row, saying)]
        _count(result, f"answers to {saying.person.name}: {saying.text}", acted, len(answers))
        taken = {row.id for row in answers}
        rows[saying.place] = [row for row in rows[saying.place] if row.id not in taken]
    left = [row for waiting in rows.values() for row in waiting]
    result.doubled += [f"an answer to nobody: {row.text}" for row in left]


def _answers_to(row: OutboxMessage, saying: Saying) -> bool:
    mine = not saying.in_group or row.mentions == [saying.person.contact]
    return mine and bool(saying.answer.search(row.text))


async def _sending(result: Reckoning, sent: Sequence[Sent]) -> None:
    """Each row that is marked sent was heard once; nothing was heard that is not marked sent or unknown."""
    heard = Counter((one.place, MENTIONS.sub("", one.text)) for one in sent if WAITING not in one.text)
    settled: Counter[tuple[str, str]] = Counter()
    unclear: Counter[tuple[str, str]] = Counter()
    together: dict[tuple[object, ...], list[OutboxMessage]] = defaultdict(list)
    for row in await OutboxMessage.all().order_by("id"):
        together[row.conversation, row.sending_at, row.state].append(row)
    for (conversation, _, state), rows in together.items():
        text = "\n\n".join(row.text for row in rows)
        if state is OutboxState.SENT:
            settled[str(conversation), text] += 1
        elif state is OutboxState.UNKNOWN:
            unclear[str(conversation), text] += 1
        else:
            result.lost += [f"outbox row {row.id} is {row.state.value} ({row.error}): {row.text}" for row in rows]
    result.unknown += unclear.total()
    result.lost += [f"marked sent and never heard: {one}" for one in (settled - heard).elements()]
    result.doubled += [f"heard once too often: {one}" for one in (heard - settled - unclear).elements()]


async def _jobs(result: Reckoning) -> None:
    """Each monthly job ran once for each branch, and each group heard one reminder."""
    runs = Counter(await JobRun.all().values_list("job", "branch_id", "period"))
    result.doubled += [f"job ran twice: {run}" for run, count in runs.items() if count > 1]
    to_groups = await OutboxMessage.filter(room__isnull=False)
    reminders = [row.room for row in to_groups if "月提醒】" in row.text]
    told = Counter(reminders)
    result.doubled += [f"{room} was reminded {count} times" for room, count in told.items() if count > 1]


def _count(result: Reckoning, what: str, wanted: int, found: int) -> None:
    if found < wanted:
        result.lost.append(f"{what}: {found} of {wanted}")
    elif found > wanted:
        result.doubled.append(f"{what}: {found} where {wanted} were due")


async def jobs_done(url: str, branches: int, jobs: Sequence[str]) -> list[str]:
    """The monthly jobs that a branch still lacks."""
    async with ONE_AT_A_TIME:
        EXECUTOR_CACHE.clear()
        async with opened(url):
            done = set(await JobRun.all().values_list("job", "branch_id"))
            ids = await Branch.all().values_list("id", flat=True)
    assert len(ids) == branches
    return [f"{job} of branch {branch}" for job in jobs for branch in ids if (job, branch) not in done]


async def at_rest(url: str, bots: Iterable[Bot], gateways: Iterable[HearingGateway], within: float = 60) -> None:
    """Wait until everything in the outbox has come to an end and was heard; the bots are frozen then.

    A bot that went on could say that it had been away between the look at the gateway and the one at the database.
    """
    until = asyncio.get_running_loop().time() + within
    while True:
        for bot in bots:
            bot.freeze()
        waiting = await _waiting(url)
        if not waiting:
            break
        for bot in bots:
            bot.resume()
        assert asyncio.get_running_loop().time() < until, f"still waiting after {within:.0f} s: {waiting}"
        await asyncio.sleep(LOOK_AGAIN)
    for gateway in gateways:
        await gateway.caught_up()


async def _waiting(url: str) -> list[str]:
    async with ONE_AT_A_TIME:
        EXECUTOR_CACHE.clear()
        async with opened(url):
            rows = await OutboxMessage.filter(state__in=(OutboxState.PENDING, OutboxState.SENDING)).order_by("id")
    return [
        f"{row.id} {row.state.value} since {row.created_at}, not before {row.not_before}, tries: {row.attempts}"
        for row in rows
    ]
