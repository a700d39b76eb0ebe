"""The trail: one chain whoever writes, refused to be changed, and found out where it was changed all the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from bot.audit import anchor, anchor_key, cut, verify
from bot.settings import AuditSettings, Settings
from models import AuditAnchor, AuditEntry, AuditHead
from tests.chat import Chat, found_branch
from tests.conftest import NOON

SQLITE_TRIGGERS = ("audit_entry_written", "audit_entry_changed", "audit_entry_removed", "audit_anchor_changed")


@pytest.fixture
def audit(settings: Settings) -> AuditSettings:
    return settings.audit


async def write(count: int, command: str = "me") -> None:
    for number in range(count):
        async with in_transaction():
            await AuditEntry.append(
                at=NOON + timedelta(seconds=number), command=command, outcome="done", channel="wechaty", subjects=[7]
            )


async def go_past_the_triggers() -> None:
    """As who owns the database can."""
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        for name in SQLITE_TRIGGERS:
            await connection.execute_query(f"DROP TRIGGER {name}")
    else:
        await connection.execute_query("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        await connection.execute_query("ALTER TABLE audit_anchor DISABLE TRIGGER USER")


async def test_an_empty_and_a_whole_trail_are_right(database: str, audit: AuditSettings) -> None:
    assert (await verify(audit)).faults == () and not audit.key_file.exists()
    await write(5)
    verdict = await verify(audit)
    assert (verdict.first, verdict.last, verdict.faults) == (1, 5, ())
    assert verdict.digest == (await AuditEntry.get(id=5)).digest


async def test_many_at_once_write_one_chain(chat: Chat) -> None:
    await found_branch(chat)
    said = [chat.incoming(who, "我的", private=True) for who in ("张三", "李娜", "王强", "李书记") for _ in range(5)]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in said))
    verdict = await verify(chat.settings.audit)
    assert (verdict.last, verdict.faults) == (20, ())


async def test_what_is_rolled_back_leaves_no_gap(database: str, audit: AuditSettings) -> None:
    await write(1)
    with pytest.raises(RuntimeError):
        async with in_transaction():
            await AuditEntry.append(at=NOON, command="me", outcome="done", channel="wechaty")
            raise RuntimeError("the handler failed")
    await write(1)
    assert [line.id async for line in AuditEntry.all().order_by("id")] == [1, 2]
    assert (await verify(audit)).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET outcome = 'refused' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 3",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry (id, at, command, outcome, channel, conversation, subjects, detail)"
        " VALUES (4, '2026-11-23 04:00:00+00:00', 'me', 'done', 'wechaty', '', '[]', '{}')",
        "UPDATE audit_anchor SET digest = ''",
        "DELETE FROM audit_anchor",
    ],
)
async def test_the_database_refuses_to_change_it(database: str, audit: AuditSettings, statement: str) -> None:
    await write(3)
    await anchor(audit, NOON)
    with pytest.raises(Exception, match="append"):  # each engine raises its own
        await Tortoise.get_connection("default").execute_query(statement)
    assert (await verify(audit)).faults == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_entry SET member_id = 9 WHERE id = 2", "第 2 行被改过"),
        ("UPDATE audit_entry SET subjects = '[]' WHERE id = 5", "第 5 行被改过"),
        ("UPDATE audit_entry SET digest = 'x' WHERE id = 5", "第 5 行被改过"),
        ("DELETE FROM audit_entry WHERE id IN (2, 3)", "第 2 到 3 行不见了"),
        ("DELETE FROM audit_entry WHERE id = 1", "第 1 到 1 行不见了"),
        ("DELETE FROM audit_entry WHERE id > 3", "最后少了 2 行"),
        ("DELETE FROM audit_entry", "最后少了 5 行"),
        ("DELETE FROM audit_head", "audit_head"),
        ("UPDATE audit_head SET cut = 2", "没有签名的锚点"),
        ("UPDATE audit_anchor SET digest = 'x'", "对不上"),
        ("UPDATE audit_anchor SET signature = 'x'", "签名不对"),
        ("UPDATE audit_anchor SET line = 9", "有第 9 行的锚点"),
    ],
)
async def test_who_goes_past_that_is_found_out(database: str, audit: AuditSettings, statement: str, fault: str) -> None:
    await write(5)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    await Tortoise.get_connection("default").execute_query(statement)
    assert fault in "\n".join((await verify(audit)).faults)


async def test_a_trail_written_anew_lacks_the_signature(database: str, audit: AuditSettings) -> None:
    """With every digest right, by somebody who has the database and not the key."""
    await write(3)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    connection = Tortoise.get_connection("default")
    await connection.execute_query("DELETE FROM audit_entry")
    await AuditHead.all().delete()
    await write(3, command="help")
    assert "对不上" in "\n".join((await verify(audit)).faults)
    await connection.execute_query(f"UPDATE audit_anchor SET digest = '{(await AuditHead.get()).digest}'")
    assert "签名不对" in "\n".join((await verify(audit)).faults)


async def test_without_its_key_it_says_so_and_makes_no_other(database: str, audit: AuditSettings) -> None:
    await write(1)
    await anchor(audit, NOON)
    anchor_key(audit).path.unlink()
    assert "没有锚点的密钥" in "\n".join((await verify(audit)).faults)
    assert not audit.key_file.exists()


async def test_retention_cuts_at_an_anchor_and_from_the_beginning_only(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON - timedelta(days=2))
    assert await anchor(audit, NOON - timedelta(days=2)) is None, "nothing was written since"
    await write(2)
    await anchor(audit, NOON)
    await write(1)
    assert await cut(NOON - timedelta(days=1)) == 3
    assert await cut(NOON - timedelta(days=1)) == 0
    verdict = await verify(audit)
    assert (verdict.first, verdict.last, verdict.anchors, verdict.faults) == (4, 6, 2, ())
    await write(1)
    assert (await verify(audit)).last == 7
    await go_past_the_triggers()
    await Tortoise.get_connection("default").execute_query("DELETE FROM audit_entry WHERE id = 4")
    assert "第 4 到 4 行不见了" in "\n".join((await verify(audit)).faults)


async def test_each_day_is_signed_once(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "我的")
    await chat.tick()
    await chat.at("2026-11-24 03:31").tick()
    assert await AuditAnchor.all().count() == 1, "nothing was written since"
    await chat.at("2026-11-24 09:00").whisper("张三", "我的")
    await chat.at("2026-11-25 03:31").tick()
    assert [anchor.line async for anchor in AuditAnchor.all().order_by("id")] == [1, 2]
    assert (await verify(chat.settings.audit)).faults == ()
