"""The trail: one chain whoever writes, refused to be changed, and found out where it was changed all the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from bot.audit import Expected, TrailReplaced, anchor, anchor_key, cut, note_restored, verify
from bot.audit.last_anchor import place
from bot.settings import AuditSettings, ConfigurationError, Settings
from models import AuditAnchor, AuditEntry, AuditHead
from tests.chat import Chat, found_branch
from tests.conftest import NOON

TABLES = ("audit_entry", "audit_anchor", "audit_head")


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
        triggers = await connection.execute_query_dict("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for trigger in triggers:
            await connection.execute_query(f"DROP TRIGGER {trigger['name']}")
    else:
        for table in TABLES:
            await connection.execute_query(f"ALTER TABLE {table} DISABLE TRIGGER USER")


async def test_an_empty_and_a_whole_trail_are_right(database: str, audit: AuditSettings) -> None:
    assert (await verify(audit, NOON)).faults == () and not audit.key_file.exists()
    await write(5)
    verdict = await verify(audit, NOON)
    assert (verdict.first, verdict.last, verdict.faults) == (1, 5, ())
    assert verdict.digest == (await AuditEntry.get(id=5)).digest


async def test_many_at_once_write_one_chain(chat: Chat) -> None:
    await found_branch(chat)
    said = [chat.incoming(who, "我的", private=True) for who in ("张三", "李娜", "王强", "李书记") for _ in range(5)]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in said))
    verdict = await verify(chat.settings.audit, NOON)
    assert (verdict.last, verdict.faults) == (20, ())


async def test_what_is_rolled_back_leaves_no_gap(database: str, audit: AuditSettings) -> None:
    await write(1)
    with pytest.raises(RuntimeError):
        async with in_transaction():
            await AuditEntry.append(at=NOON, command="me", outcome="done", channel="wechaty")
            raise RuntimeError("the handler failed")
    await write(1)
    assert [line.id async for line in AuditEntry.all().order_by("id")] == [1, 2]
    assert (await verify(audit, NOON)).faults == ()


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
        "UPDATE audit_head SET line = 2",
        "UPDATE audit_head SET cut = -1",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_refuses_to_change_it(database: str, audit: AuditSettings, statement: str) -> None:
    await write(3)
    await anchor(audit, NOON)
    with pytest.raises(Exception, match="append"):  # each engine raises its own
        await Tortoise.get_connection("default").execute_query(statement)
    assert (await verify(audit, NOON)).faults == ()


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
    assert fault in "\n".join((await verify(audit, NOON)).faults)


async def test_a_trail_written_anew_lacks_the_signature(database: str, audit: AuditSettings) -> None:
    """With every digest right, by somebody who has the database and not the key."""
    await write(3)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    connection = Tortoise.get_connection("default")
    await connection.execute_query("DELETE FROM audit_entry")
    await connection.execute_query("DELETE FROM audit_head")
    await write(3, command="help")
    assert "对不上" in "\n".join((await verify(audit, NOON)).faults)
    await connection.execute_query(f"UPDATE audit_anchor SET digest = '{(await AuditHead.get()).digest}'")
    assert "签名不对" in "\n".join((await verify(audit, NOON)).faults)


async def test_without_its_key_it_says_so_and_makes_no_other(database: str, audit: AuditSettings) -> None:
    await write(1)
    await anchor(audit, NOON)
    anchor_key(audit).path.unlink()
    assert "没有锚点的密钥" in "\n".join((await verify(audit, NOON)).faults)
    assert not audit.key_file.exists()


async def test_retention_cuts_at_an_anchor_and_from_the_beginning_only(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON - timedelta(days=2))
    assert await anchor(audit, NOON - timedelta(days=2)) is None, "nothing was written since"
    await write(2)
    await anchor(audit, NOON)
    await write(1)
    assert await cut(audit, NOON - timedelta(days=1)) == 3
    assert await cut(audit, NOON - timedelta(days=1)) == 0
    verdict = await verify(audit, NOON)
    assert (verdict.first, verdict.last, verdict.anchors, verdict.faults) == (4, 6, 2, ())
    await write(1)
    assert (await verify(audit, NOON)).last == 7
    await go_past_the_triggers()
    await Tortoise.get_connection("default").execute_query("DELETE FROM audit_entry WHERE id = 4")
    assert "第 4 到 4 行不见了" in "\n".join((await verify(audit, NOON)).faults)


async def test_each_day_is_signed_once(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "我的")
    await chat.tick()
    await chat.at("2026-11-24 03:31").tick()
    assert await AuditAnchor.all().count() == 1, "nothing was written since"
    await chat.at("2026-11-24 09:00").whisper("张三", "我的")
    await chat.at("2026-11-25 03:31").tick()
    assert [anchor.line async for anchor in AuditAnchor.all().order_by("id")] == [1, 2]
    assert (await verify(chat.settings.audit, NOON)).faults == ()


async def test_what_hinders_the_anchor_is_said_in_the_log(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "我的")
    place(chat.settings.audit).write_text(f'{{"line": 9, "digest": "{"0" * 64}", "cut": 0}}', "utf-8")
    await chat.tick()
    assert "第 9 行：操作记录被换过" in caplog.text and not await AuditAnchor.exists()
    place(chat.settings.audit).unlink()
    place(chat.settings.audit).mkdir()
    await chat.at("2026-11-24 03:31").tick()
    assert "audit.key.last" in caplog.text.splitlines()[-1] and not await AuditAnchor.exists()


async def test_what_the_owner_of_the_database_calls_retention_is_told(database: str, audit: AuditSettings) -> None:
    """No trigger refuses it: the cut goes on, and what lies before it may be deleted."""
    await write(5)
    await anchor(audit, NOON)
    await write(2)
    connection = Tortoise.get_connection("default")
    await connection.execute_query("UPDATE audit_head SET cut = 5")
    await connection.execute_query("DELETE FROM audit_entry WHERE id <= 5")
    faults = "\n".join((await verify(audit, NOON)).faults)
    assert "到第 5 行为止的清理签名不对" in faults and "清理到了第 5 行" in faults


async def test_an_anchor_that_was_made_older_is_not_cut_at(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    await AuditAnchor.all().update(signed_at=NOON - timedelta(days=2000))
    assert await cut(audit, NOON - timedelta(days=1000)) == 0 and await AuditEntry.all().count() == 3
    assert "签名不对" in "\n".join((await verify(audit, NOON)).faults)


async def test_a_trail_written_anew_without_anchors_is_told(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    for table in TABLES:
        await Tortoise.get_connection("default").execute_query(f"DELETE FROM {table}")
    await write(3, command="help")
    assert "锚点文件" in "\n".join((await verify(audit, NOON)).faults)
    with pytest.raises(TrailReplaced, match="没有再签锚点"):
        await anchor(audit, NOON)
    place(audit).unlink()
    assert (await verify(audit, NOON)).faults == (), "a young trail has no anchor yet"
    assert "第 1 行已超过两天" in "\n".join((await verify(audit, NOON + timedelta(days=3))).faults)


async def test_an_emptied_trail_is_told(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON)
    await go_past_the_triggers()
    for table in TABLES:
        await Tortoise.get_connection("default").execute_query(f"DELETE FROM {table}")
    assert "第 3 行，数据库里没有" in "\n".join((await verify(audit, NOON)).faults)


async def test_what_was_written_down_elsewhere_is_looked_for(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON - timedelta(days=2))
    await write(2)
    known = [Expected.parse(f"{line.id}:{line.digest}") async for line in AuditEntry.filter(id__in=[3, 5])]
    await anchor(audit, NOON)
    await cut(audit, NOON - timedelta(days=1))
    for one in known:
        assert (await verify(audit, NOON, one)).faults == (), "a line that was cut has its anchor"
        wrong = Expected(one.line, "0" * 64)
        assert "--expect" in "\n".join((await verify(audit, NOON, wrong)).faults)


@pytest.mark.parametrize("said", ["", "5", "x:" + "0" * 64, "5:00", "5:" + "g" * 64])
def test_what_is_no_line_and_digest_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        Expected.parse(said)


async def test_a_file_that_is_gone_is_told_and_one_that_is_damaged(database: str, audit: AuditSettings) -> None:
    await write(3)
    await anchor(audit, NOON)
    assert place(audit).stat().st_mode & 0o777 == 0o600
    place(audit).unlink()
    assert "没有锚点文件" in "\n".join((await verify(audit, NOON)).faults)
    place(audit).write_text("{}", "utf-8")
    with pytest.raises(ConfigurationError, match="最后一个锚点"):
        await verify(audit, NOON)


async def test_a_restored_trail_says_what_it_stands_for_and_goes_on(database: str, audit: AuditSettings) -> None:
    await write(2)
    place(audit).write_text(f'{{"line": 9, "digest": "{"0" * 64}", "cut": 0}}', "utf-8")
    assert "第 9 行" in "\n".join((await verify(audit, NOON)).faults)
    await note_restored(audit, NOON, 100)
    assert (await AuditEntry.get(id=3)).detail == {"rows": 100, "signed_before": f"9:{'0' * 64}"}
    assert (await verify(audit, NOON)).faults == ()
    await write(1)
    assert await anchor(audit, NOON) is not None
