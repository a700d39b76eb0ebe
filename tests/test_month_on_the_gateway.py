"""A month of two branches over a real Wechaty gateway, on SQLite and on PostgreSQL, from the roster to the ledger."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.commands import Catalogue
from bot.settings import AuditSettings, Settings
from tests.chat import SetClock
from tests.gateway.control import Gateway
from tests.month import arrival, dues, ledger, party_day, reminder, reports, talks, traces
from tests.month.chatlog import Cast, ChatLog, bot_on
from tests.month.people import BRANCHES, CODERS, CONTACTS, MAKERS, ROOMS, populate

pytestmark = pytest.mark.gateway

AT_ONCE = {
    "conversation_seconds": 0,
    "account_seconds": 0,
    "per_minute": 1_000_000,
    "answered_per_hour": 10_000,
    "jitter": 0,
}
SETTINGS = Settings(
    outbox=AT_ONCE,
    reports={"periods": {"正式党员": "quarter", "预备党员": "month", "发展对象": "quarter", "入党积极分子": "quarter"}},
    reminders={
        "branches": {
            BRANCHES[MAKERS]: {"day": 25, "at": "07:00"},  # within the quiet hours
            BRANCHES[CODERS]: {"day": 31, "at": "09:00"},  # November has thirty days
        }
    },
)


async def test_a_month(database: str, catalogue: Catalogue, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    settings = SETTINGS.model_copy(update={"audit": AuditSettings(key_file=tmp_path / "audit.key")})
    codes = await arrival.roster_and_codes(tmp_path)
    async with Gateway() as gateway:
        await populate(gateway)
        async with bot_on(gateway, catalogue, settings, SetClock(arrival.TERM), ChatLog, Cast(CONTACTS, ROOMS)) as log:
            await arrival.everybody_arrives(log, codes)
            await dues.are_declared(log)
            await dues.are_confirmed(log)
            await talks.are_booked(log)
            await talks.are_held(log)
            await reports.are_handed_in(log)
            await reports.are_reviewed(log)
            await party_day.is_announced(log)
            await party_day.is_held(log)
            await reminder.comes_to_the_makers(log)
            await reminder.comes_to_the_coders(log)
            await ledger.is_handed_in(log)
    for chapter in (arrival, dues, talks, reports, party_day, reminder):
        await chapter.recorded()
    traces.no_secret_in_a_group(log)
    traces.told_to_those_concerned(log)
    await traces.acted_once(log)
    await traces.the_trail(log)
    await traces.nothing_of_mere_talk()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert gateway.token not in caplog.text and not [secret for secret in traces.SECRETS if secret in caplog.text]
