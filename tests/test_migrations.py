"""A database of an older version is migrated with what it holds, never recreated; one of a newer version is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connections
from tortoise.indexes import Index
from tortoise.migrations.api.migrate import migrate as apply_migrations
from tortoise.migrations.autodetector import MigrationAutodetector

from bot import database
from bot.audit import verify
from bot.encryption import rows
from bot.settings import AuditSettings
from models import Account, AuditEntry, BindingCode, Branch, Member, OutboxMessage, Presence, Service
from models.keyring import Key, Keyring
from models.sealed import unlock, unlocked
from tests.conftest import NOON
from tests.databases import PostgresSource
from tests.handlers.stored import everything_stored

FIRST = "models.0001_initial"
WAITING = (
    "INSERT INTO outbox_message"
    " (channel, conversation, text, mentions, urgency, state, attempts, not_before, created_at) VALUES"
    " ('wechaty', 'a', '还没发出去的话', '[]', 'answer', 'pending', 0,"
    " '2026-11-23 04:00:00+00:00', '2026-11-23 04:00:00+00:00')"
)
# Two lines of a trail that was not chained, and a number between them that was never used.
TRAIL = (
    "INSERT INTO audit_entry (id, at, command, outcome, channel, conversation, subjects, detail) VALUES"
    " (1, '2026-11-20 04:00:00+00:00', 'me', 'done', 'wechaty', 'a', '[]', '{}'),"
    " (3, '2026-11-21 04:00:00+00:00', 'export', 'done', 'wechaty', 'a', '[7, 8]', '{\"added\": 1}')"
)
BEFORE_PROPOSALS = "models.0004_home"
BEFORE_DIGESTS = "models.0009_signed_cut"
BEFORE_NOTICES_HAD_A_MEMBER = "models.0010_nothing_readable"
CODE = "INSERT INTO binding_code (code, member_id, expires_at) VALUES ('K7Q2MX', 1, '2036-12-20 01:00:00+00:00')"
ANNOUNCED = (
    "INSERT INTO branch (id, name, level, kind, path, created_at)"
    " VALUES (1, '老支部', 'branch', 'mobile', '示范大学/老支部', '2026-09-01 00:00:00+00:00');"
    "INSERT INTO member (id, name, student_no, branch_id, category, post, dues_from, active, created_at)"
    " VALUES (1, '李娜', '20230001', 1, 'probationary', 'none', '2026-09', TRUE, '2026-09-01 00:00:00+00:00');"
    "INSERT INTO service (id, branch_id, number, kind, start, topic, organiser_id, created_at, result)"
    " VALUES (1, 1, 1, 'care', '2026-11-28 01:00:00+00:00', '送冬衣', 1, '2026-11-20 01:00:00+00:00', '')"
)
MIGRATIONS = [file.stem for file in sorted(Path(database.__file__).parent.parent.glob("models/migrations/0*.py"))]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    EXECUTOR_CACHE.clear()
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/old.sqlite3"
    source: PostgresSource = request.getfixturevalue("postgres")
    return await source.empty()


async def bring_to(url: str, migration: str) -> None:
    """Make the database what an older version left."""
    try:
        await apply_migrations(config=database.configuration(url), target=migration)
    finally:
        await Tortoise.close_connections()


@pytest.fixture
async def oldest(empty: str) -> str:
    """The address of a database as the first version left it, with a branch in it."""
    url = empty
    await bring_to(url, FIRST)
    async with database.unmigrated(url):
        await Branch.create(name="老支部", path="示范大学/信息学院/老支部", created_at=NOON)
        # In the words of the database: the model has columns that came later.
        await Tortoise.get_connection("default").execute_script(WAITING)
        await Tortoise.get_connection("default").execute_script(TRAIL)
    return url


async def test_an_older_one_keeps_its_records(oldest: str) -> None:
    with pytest.raises(database.DatabaseUnusable, match="请运行"):
        async with database.opened(oldest):
            raise AssertionError("an older database was opened as if it were of this version")
    assert await database.migrate(oldest) == MIGRATIONS[1:]
    assert await database.migrate(oldest) == []
    async with database.opened(oldest):
        assert (await Branch.get()).name == "老支部"
        assert (await OutboxMessage.get()).text == "还没发出去的话"
        await Presence.create(channel="wechaty", heard_until=NOON)


async def test_what_was_plain_is_sealed_and_goes_on_where_it_was_killed(
    oldest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 10)
    async with database.unmigrated(oldest):
        await Tortoise.get_connection("default").execute_script(";".join([WAITING] * 24))

    def kill(done: int, total: int) -> None:
        assert total == 25
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await database.migrate(oldest, kill)
    with pytest.raises(database.DatabaseUnusable, match="没加密完的内容，请运行"):
        async with database.opened(oldest):
            raise AssertionError("a database that is plain in part was opened")
    told: list[tuple[int, int]] = []
    assert await database.migrate(oldest, lambda done, total: told.append((done, total))) == []
    assert told == [(5, 5)], "it began anew"
    async with database.opened(oldest):
        assert [row.text for row in await OutboxMessage.all()] == ["还没发出去的话"] * 25
        assert "还没发出去的话" not in await everything_stored()
    if oldest.startswith("sqlite"):
        files = Path(oldest.removeprefix("sqlite://")).parent.glob("old.sqlite3*")
        assert not [file for file in files if "还没发出去的话".encode() in file.read_bytes()]


async def test_with_another_key_nothing_is_changed(oldest: str) -> None:
    await database.migrate(oldest)
    ours = unlocked()
    unlock(Keyring([Key.new()]))
    try:
        async with database.unmigrated(oldest):
            before = await everything_stored()
        with pytest.raises(database.DatabaseUnusable, match=f"密钥号 {ours.writing.id}.*什么也没有改"):
            await database.migrate(oldest)
        with pytest.raises(database.DatabaseUnusable, match="现在的密钥打不开"):
            async with database.opened(oldest):
                raise AssertionError("a database was opened with another key")
        async with database.unmigrated(oldest):
            assert await everything_stored() == before
    finally:
        unlock(ours)


async def test_an_older_trail_is_put_on_the_chain(oldest: str, tmp_path: Path) -> None:
    await database.migrate(oldest)
    async with database.opened(oldest):
        await AuditEntry.append(at=NOON, command="me", outcome="done", channel="wechaty")
        verdict = await verify(AuditSettings(key_file=tmp_path / "audit.key"), NOON - timedelta(days=2))
        assert (verdict.first, verdict.last, verdict.faults) == (1, 3, ())
        assert [line.subjects async for line in AuditEntry.all().order_by("id")] == [[], [7, 8], []]
        with pytest.raises(Exception, match="append-only"):
            await AuditEntry.filter(id=1).update(command="help")


async def test_codes_that_are_out_stay_good_and_can_be_read_no_more(empty: str) -> None:
    await bring_to(empty, BEFORE_DIGESTS)
    async with database.unmigrated(empty):
        await Tortoise.get_connection("default").execute_script(
            f"{ANNOUNCED.partition('INSERT INTO service')[0]}{CODE}"
        )
    await database.migrate(empty)
    async with database.opened(empty):
        code = await BindingCode.given("K7Q2MX")
        assert code is not None and code.member.name == "李娜" and await BindingCode.given("K7Q2MY") is None
        assert "K7Q2MX" not in await everything_stored()
    if empty.startswith("sqlite"):
        files = Path(empty.removeprefix("sqlite://")).parent.glob("old.sqlite3*")
        assert not [file for file in files if b"K7Q2MX" in file.read_bytes()]


async def test_a_notice_that_waits_is_its_members(empty: str) -> None:
    """What was written for an account that is no longer anybody's, or to an account as such, is nobody's."""
    await bring_to(empty, BEFORE_NOTICES_HAD_A_MEMBER)
    bound = (
        "INSERT INTO account (id, channel, contact, member_id, friend, bound_at) VALUES"
        " (1, 'wechaty', 'a', 1, TRUE, '2026-11-20 01:00:00+00:00'), (2, 'wechaty', 'b', NULL, TRUE, NULL);"
    )
    private = WAITING.replace("conversation,", "conversation, contact,").replace("'a',", "'a', 'a',")
    notices = [private, (notice := private.replace("'answer'", "'notice'")), notice.replace("'a'", "'b'")]
    async with database.unmigrated(empty):
        script = ";".join([ANNOUNCED.partition("INSERT INTO service")[0] + bound, *notices])
        await Tortoise.get_connection("default").execute_script(script)
    await database.migrate(empty)
    async with database.opened(empty):
        assert await OutboxMessage.all().order_by("id").values_list("member_id", flat=True) == [None, 1, None]
        account = await Account.get(id=1).select_related("member")
        assert account.member and account.member.first_bound_at == account.bound_at
        assert account.closed_until(account.member, timedelta(days=3)) is None, "who is bound now waits for nothing"


async def test_what_was_announced_before_there_were_proposals_stays_announced(empty: str) -> None:
    await bring_to(empty, BEFORE_PROPOSALS)
    async with database.unmigrated(empty):
        await Tortoise.get_connection("default").execute_script(ANNOUNCED)
    await database.migrate(empty)
    async with database.opened(empty):
        assert await Service.announced().values_list("number", flat=True) == [1]
        assert await Member.all().values_list("name", "probation_until") == [("李娜", None)]


async def test_a_newer_one_is_refused(database_of_tomorrow: str) -> None:
    with pytest.raises(database.DatabaseUnusable, match="先升级程序"):
        async with database.opened(database_of_tomorrow):
            raise AssertionError("a newer database was opened")


@pytest.fixture
async def database_of_tomorrow(oldest: str) -> str:
    await database.migrate(oldest)
    async with database.opened(oldest):
        connection = get_connections().get("default")
        row = "('models', '9999_tomorrow', '2099-01-01')"
        await connection.execute_script(f"INSERT INTO tortoise_migrations (app, name, applied_at) VALUES {row}")
    return oldest


async def test_what_the_migrations_make_is_what_the_models_say(oldest: str) -> None:
    """Or else a field was changed and `make migration` forgotten."""
    config = database.configuration(oldest)
    await Tortoise.init(config=config, init_connections=False)
    detector = MigrationAutodetector(Tortoise.apps, config["apps"])
    operations = [
        operation
        for writer in await detector.changes()
        for operation in writer.operations
        if type(operation).__name__ != "AlterModelOptions"  # comments that changed with a docstring
    ]
    assert operations == []


async def test_no_index_is_lost(tmp_path: Path) -> None:
    """SQLite alters a column by building its table again, without the indexes it had."""
    url = f"sqlite://{tmp_path}/new.sqlite3"
    await database.migrate(url)
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as connection:
        found = {
            (table, tuple(row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')))
            for index, table in connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")
        }
    async with database.opened(url):
        wanted = {
            (model._meta.db_table, tuple(index.fields if isinstance(index, Index) else index))
            for model in (Tortoise.apps or {})["models"].values()
            for index in model._meta.indexes
        }
    assert wanted and wanted - found == set()
