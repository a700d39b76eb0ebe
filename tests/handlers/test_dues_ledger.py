"""Whatever members and the secretary say in whatever order, the dues ledger stays a ledger."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.commands import Catalogue
from bot.database import opened
from bot.settings import Settings
from models import DuesPayment, DuesShare, PaymentState
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.databases import SqliteSource

PACE = {"conversation_seconds": 0, "account_seconds": 0, "per_minute": 1_000_000, "jitter": 0}
MONTHS = st.sampled_from(["9月", "10月", "11月", "9到10月", "10、11月", "9到11月", "12月"])
AMOUNTS = st.sampled_from(["", " 0.2元", " 0.4元", " 0.6元", " 5元"])
SAID = st.one_of(
    st.builds("交党费 {}{}".format, MONTHS, AMOUNTS).map(lambda said: ("张三", said)),
    st.builds("替张三交{}的{}".format, MONTHS, AMOUNTS).map(lambda said: ("李娜", said)),
    st.builds("刚才那笔记错了 是{}{}".format, MONTHS, AMOUNTS).map(lambda said: ("张三", said)),
    st.builds("退回党费 张三 {} 没收到".format, MONTHS).map(lambda said: ("李书记", said)),
    st.builds("确认党费 张三 {}".format, MONTHS).map(lambda said: ("李书记", said)),
    st.sampled_from([("李书记", "确认党费 全部"), ("张三", "撤销"), ("李娜", "撤销"), ("李书记", "撤销")]),
)
Rows = dict[int, tuple[object, ...]]


@given(st.lists(SAID, min_size=2, max_size=12))
@example(
    [
        ("张三", "交党费 9到10月"),
        ("张三", "刚才那笔记错了 是11月"),
        ("李娜", "替张三交9月的"),
        ("张三", "撤销"),
        ("张三", "撤销"),
    ]
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ledger_balances_after_anything_that_is_said(
    sqlite: SqliteSource, catalogue: Catalogue, said: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_converse(sqlite, Path(folder), catalogue, said))


async def _converse(sqlite: SqliteSource, folder: Path, catalogue: Catalogue, said: Sequence[tuple[str, str]]) -> None:
    EXECUTOR_CACHE.clear()
    async with opened(await sqlite.copy(folder)):
        chat = Chat(catalogue, Settings(outbox=PACE), NOON)
        await found_branch(chat)
        before: Rows = {}
        for who, text in said:
            answer = await chat.whisper(who, text)
            if "“确认”" in answer:
                await chat.whisper(who, "确认")
            before = await _audited(before)


async def _audited(before: Rows) -> Rows:
    """Every rule of the ledger, and that what was written before is still there."""
    rows: Rows = {}
    claims: list[str] = []
    for payment in await DuesPayment.all().order_by("id"):
        shares = await DuesShare.filter(payment_id=payment.id).order_by("month")
        assert payment.amount == sum(share.amount for share in shares) + payment.extra
        assert payment.extra >= 0
        voided = payment.state is PaymentState.VOID
        assert voided == bool(payment.voided_at) == bool(payment.void_reason)
        for share in shares:
            assert share.claim == (None if voided else f"{payment.member_id}:{share.month}")
        claims += [share.claim for share in shares if share.claim]
        content = (payment.payer_id, payment.amount, payment.extra, payment.declared_at, payment.replaces_id)
        months = tuple((share.id, share.month, share.amount) for share in shares)
        rows[payment.id] = (content, months, (payment.void_reason, payment.voided_at) if voided else None)
    assert len(claims) == len(set(claims)), "a month is claimed twice"
    for id_, row in before.items():
        assert rows[id_][:2] == row[:2], "a declaration was overwritten"
        assert row[2] in (None, rows[id_][2]), "a voided row changed"
    return rows


@pytest.mark.parametrize("month", ["2026-13", "11"])
async def test_a_month_that_is_none_is_never_stored(chat: Chat, month: str) -> None:
    await found_branch(chat)
    await chat.whisper("张三", f"交党费 {month} 0.2")
    assert all(share.month[:2] == "20" and share.month[5:] <= "12" for share in await DuesShare.all())
