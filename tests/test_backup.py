"""A backup of a running bot's database, on both engines and across them; restoring it, whatever goes wrong."""

# ruff: noqa: ASYNC240 - the files are small

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sqlite3
import sys
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tortoise import Tortoise
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.migrations.api.migrate import migrate as apply_migrations
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
from bot.backup import BackupFaulty, Manifest, Restored, Step, backup, restore
from bot.backup.archive import line, written
from bot.backup.archive import opened as archive_opened
from bot.backup.tables import versions
from bot.backup.telling import nobody
from bot.claim import AlreadyClaimed, claimed
from bot.database import configuration, opened, unmigrated
from models import (
    Account,
    AuditEntry,
    BindingFailure,
    BindingRequest,
    Branch,
    Category,
    DuesPayment,
    DuesShare,
    Member,
    OutboxMessage,
    OutboxState,
    Report,
    ReportFile,
    ReportState,
)
from models.keyring import Key, Keyring
from models.sealed import unlock, unlocked
from tests.conftest import NOON
from tests.databases import PostgresSource, SqliteSource
from tests.handlers.stored import everything_stored
from tests.test_migrations import WAITING

pytestmark = pytest.mark.postgres

SOURCES = ("sqlite", "postgres")
EVERY_MODEL = [thing for thing in vars(models).values() if isinstance(thing, type) and issubclass(thing, Model)]
BYTES = bytes(range(256)) * 40


@asynccontextmanager
async def used(url: str) -> AsyncIterator[None]:
    # Tortoise keeps the statements it has made by the name of the connection, whatever it is a connection to.
    EXECUTOR_CACHE.clear()
    async with opened(url):
        yield


class Places:
    """Fresh databases of either engine."""

    def __init__(self, folder: Path, sqlite: SqliteSource, postgres: PostgresSource) -> None:
        self.folder = folder
        self._sources: dict[str, SqliteSource | PostgresSource] = {"sqlite": sqlite, "postgres": postgres}

    async def bare(self, engine: str) -> str:
        """With no table in it."""
        source = self._sources[engine]
        return await source.empty() if isinstance(source, PostgresSource) else f"sqlite://{self.folder}/bare.sqlite3"

    async def fresh(self, engine: str, name: str) -> str:
        folder = self.folder / name
        folder.mkdir()
        return await self._sources[engine].copy(folder)


@pytest.fixture
def places(tmp_path: Path, sqlite: SqliteSource, postgres: PostgresSource) -> Places:
    return Places(tmp_path, sqlite, postgres)


async def fill(outbox: OutboxState = OutboxState.SENT) -> None:
    """A little of every kind of value, and what refers to itself, in both directions."""
    school = await Branch.create(name="支部", path="学校/支部", created_at=NOON)
    parent = await Branch.create(name="示范大学", path="示范大学", created_at=NOON + timedelta(microseconds=1))
    await Branch.filter(id=school.id).update(parent_id=parent.id)  # refers to a later row
    full: dict[str, Any] = {"branch": school, "category": Category.FULL, "dues_from": "2026-09"}
    zhang = await Member.create(name="张三", student_no="1", admitted_on=date(2026, 2, 28), created_at=NOON, **full)
    li = await Member.create(name="李娜\n“引号”\t\\", student_no="2", active=False, created_at=NOON, **full)
    account = await Account.create(channel="wechaty", contact="wxid-zhang", member=zhang, friend=True, bound_at=NOON)
    for accepted in (None, True, False):
        await BindingRequest.create(account=account, member=li, asked_at=NOON.astimezone(UTC), accepted=accepted)
    first = await DuesPayment.create(member=zhang, payer=li, amount=40, declared_at=NOON)
    await DuesPayment.create(member=zhang, payer=zhang, amount=20, declared_at=NOON, replaces=first)
    report = await Report.create(
        member=li, period="2026-Q4", state=ReportState.DRAFT, text="敬爱的党组织：\n😀", started_at=NOON
    )
    await ReportFile.create(report=report, position=0, name="照片.jpg", media_type="image/jpeg", data=BYTES)
    await ReportFile.create(report=report, position=1, name="空.txt", media_type="text/plain", data=b"")
    detail = {"": "", "乙": [1, 2.5, None, True], "甲": {"text": "“😀”"}}
    for subjects in ([zhang.id], [], [li.id, zhang.id]):
        await AuditEntry.append(
            at=NOON, command="me", outcome="done", channel="wechaty", subjects=subjects, detail=detail
        )
    failure = await BindingFailure.create(channel="wechaty", contact="a", at=NOON)
    await BindingFailure.create(channel="wechaty", contact="a", at=NOON)
    await BindingFailure.filter(id__gt=failure.id).delete()  # its number must not be given out again
    for number in range(3):
        await OutboxMessage.create(
            channel="wechaty",
            conversation="a",
            contact="a",
            text=f"第{number}条",
            mentions=["张三"],
            file_data=BYTES if number == 1 else None,
            state=outbox,
            not_before=NOON,
            created_at=NOON,
        )


async def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the open database."""
    return {model.__name__: await model.all().order_by("id").values() for model in EVERY_MODEL}


async def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    async with used(url):
        return await everything()


def yes(manifest: Manifest, rows: int | None) -> bool:
    return True


async def restored(url: str, file: Path, number: int = 0) -> Restored:
    return await restore(url, file, NOON + timedelta(seconds=number), yes)


@pytest.fixture
async def file(places: Places) -> Path:
    """A backup of what `fill` makes."""
    url = await places.fresh("sqlite", "source")
    async with used(url):
        await fill()
    await backup(url, places.folder / "backup.zip", NOON)
    return places.folder / "backup.zip"


# What is in it


async def test_every_table_and_column_is_known(places: Places) -> None:
    newest = list((await versions()).values())[-1]
    url = await places.fresh("sqlite", "one")
    async with used(url):
        tables = {model._meta.db_table: set(model._meta.fields_db_projection.values()) for model in EVERY_MODEL}
    assert {table.name: {column.name for column in table.columns} for table in newest} == tables


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", SOURCES)
async def test_everything_comes_back(places: Places, source: str, target: str) -> None:
    url, other = await places.fresh(source, "source"), await places.fresh(target, "target")
    async with used(url):
        await fill()
        before = await everything()
    file = places.folder / "backup.zip"
    manifest = await backup(url, file, NOON)
    done = await restored(other, file)
    assert (done.manifest, done.kept, done.unsent, done.upgraded) == (manifest, None, 0, False)
    # Row for row the same bytes, whichever engine they are read from.
    assert await backup(other, places.folder / "again.zip", NOON) == manifest
    async with used(other):
        assert await everything() == before
        failure = await BindingFailure.create(channel="wechaty", contact="a", at=NOON)
        assert failure.id == before["BindingFailure"][-1]["id"] + 2
        line = await AuditEntry.append(at=NOON, command="me", outcome="done", channel="wechaty")
        last = before["AuditEntry"][-1]
        assert (line.id, line.digest) == (last["id"] + 1, line.digest_after(last["digest"]))


async def test_sqlite_gets_the_very_texts_back(places: Places) -> None:
    """Moments are compared as text there."""
    url, other = await places.fresh("sqlite", "source"), await places.fresh("sqlite", "target")
    async with used(url):
        await fill()
    await backup(url, places.folder / "backup.zip", NOON)
    await restored(other, places.folder / "backup.zip")

    def dump(address: str) -> list[str]:
        with sqlite3.connect(address.removeprefix("sqlite://")) as connection:
            return [line for line in connection.iterdump() if "tortoise_migrations" not in line]

    assert sorted(dump(url)) == sorted(dump(other))


@pytest.mark.parametrize("engine", SOURCES)
async def test_it_is_of_one_moment_while_the_bot_writes(places: Places, engine: str) -> None:
    url, other = await places.fresh(engine, "source"), await places.fresh("sqlite", "target")
    file = places.folder / "backup.zip"
    written_by_then = 0

    enough = asyncio.Event()

    async def write() -> None:
        nonlocal written_by_then
        member = await Member.get(name="张三")
        while True:
            async with in_transaction():
                payment = await DuesPayment.create(member=member, payer=member, amount=60, declared_at=NOON)
                for month in ("2026-09", "2026-10", "2026-11"):
                    await DuesShare.create(payment=payment, month=month, amount=20)
            written_by_then += 1
            if written_by_then == 5:
                enough.set()

    async with used(url):
        await fill()
        await OutboxMessage.bulk_create(
            [OutboxMessage(channel="a", conversation="a", not_before=NOON, created_at=NOON) for _ in range(1500)]
        )
        writing = asyncio.create_task(write())
        await enough.wait()
        before = written_by_then
        await backup(url, file, NOON)
        assert written_by_then > before, "nothing was written meanwhile: this has shown nothing"
        writing.cancel()
        await asyncio.wait([writing])
    await restored(other, file)
    async with used(other):
        payments = await DuesPayment.filter(amount=60)
        shares = await DuesShare.all()
    assert before <= len(payments) <= written_by_then
    assert {payment.id for payment in payments} == {share.payment_id for share in shares}
    assert sum(share.amount for share in shares) == sum(payment.amount for payment in payments)


@pytest.mark.parametrize("engine", SOURCES)
async def test_what_waited_to_be_sent_is_not_sent_twice(places: Places, engine: str) -> None:
    url, other = await places.fresh("sqlite", "source"), await places.fresh(engine, "target")
    async with used(url):
        await fill(OutboxState.PENDING)
    await backup(url, places.folder / "backup.zip", NOON)
    assert (await restored(other, places.folder / "backup.zip")).unsent == 3
    async with used(other):
        assert await OutboxMessage.filter(state=OutboxState.UNKNOWN, error="restored from a backup").count() == 3


async def test_only_its_owner_may_read_it_and_nothing_else_is_left(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir() if entry.name.startswith(".")] == []


async def test_a_database_is_its_owners_alone_once_it_is_restored(file: Path, places: Places) -> None:
    url = await places.fresh("sqlite", "target")
    path = Path(url.removeprefix("sqlite://"))
    path.chmod(0o644)
    await restored(url, file)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_no_database_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupFaulty, match="没有可备份的"):
        await backup(f"sqlite://{tmp_path}/none.sqlite3", tmp_path / "backup.zip", NOON)
    assert list(tmp_path.iterdir()) == []


async def test_a_backup_that_cannot_be_written_leaves_the_old_one(file: Path, places: Places) -> None:
    empty = places.folder / "empty.sqlite3"
    empty.touch()
    before = file.read_bytes()
    with pytest.raises(BackupFaulty, match="没有可备份的"):
        await backup(f"sqlite://{empty}", file, NOON)
    assert file.read_bytes() == before


async def test_a_row_that_could_not_be_read_back_is_refused_at_once(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told while the database is still there, not when the backup is all that is left."""
    url, saved = await places.fresh("sqlite", "long"), tmp_path / "long.zip"
    async with used(url):
        await fill()
    made = await backup(url, saved, NOON)
    (tables,) = [one for name, one in (await versions()).items() if name == made.migration]
    with archive_opened(saved, nobody) as archive:
        longest = max(len(line(table, row)) for table in tables for row in archive.rows(table))
    monkeypatch.setattr("bot.backup.archive.LONGEST_ROW", longest)
    await backup(url, saved, NOON)
    with archive_opened(saved, nobody) as archive:
        assert sum(len([*archive.rows(table)]) for table in tables) == made.rows
    before = saved.read_bytes()
    monkeypatch.setattr("bot.backup.archive.LONGEST_ROW", longest - 1)
    with pytest.raises(BackupFaulty, match="有一行太大"):
        await backup(url, saved, NOON)
    assert saved.read_bytes() == before


# What is refused


async def refused(url: str, file: Path) -> str:
    with pytest.raises(BackupFaulty) as fault:
        await restored(url, file)
    return str(fault.value)


async def test_a_change_of_any_byte_is_noticed(file: Path) -> None:
    whole = file.read_bytes()
    for position in range(len(whole)):
        with file.open("r+b") as stream:
            stream.seek(position)
            stream.write(bytes([whole[position] ^ 0x20]))
        with pytest.raises(BackupFaulty, match="没有恢复"), archive_opened(file, nobody):
            pass
        with file.open("r+b") as stream:
            stream.seek(position)
            stream.write(whole[position : position + 1])
    with archive_opened(file, nobody):
        pass


@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_damaged_or_foreign_file_touches_nothing(file: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=100)) + whole[end:]
    if damaged == whole:
        return
    target, bad = file.with_name("target.sqlite3"), file.with_name("bad.zip")
    target.write_bytes(b"whatever is here")
    bad.write_bytes(damaged)
    assert "没有恢复，数据库没有动" in await refused(f"sqlite://{target}", bad)
    assert target.read_bytes() == b"whatever is here"


async def test_a_backup_of_a_newer_program(places: Places) -> None:
    file = places.folder / "newer.zip"
    with written(file) as writer:
        writer.finish("9999_to_come", NOON)
    assert "更新版本的程序（9999_to_come）" in await refused(await places.fresh("sqlite", "target"), file)


async def test_a_backup_with_other_tables(places: Places) -> None:
    file = places.folder / "other.zip"
    with written(file) as writer:
        writer.finish("0001_initial", NOON)
    assert "不是鸿雁的备份" in await refused(await places.fresh("sqlite", "target"), file)


@pytest.mark.parametrize("engine", SOURCES)
async def test_not_while_a_bot_runs(places: Places, file: Path, engine: str) -> None:
    url = await places.fresh(engine, "target")
    async with claimed(url, ["channel wechaty"], asyncio.Event()):
        with pytest.raises(AlreadyClaimed):
            await restored(url, file)


@pytest.mark.parametrize("engine", SOURCES)
async def test_the_operator_is_asked_before_records_are_replaced(places: Places, file: Path, engine: str) -> None:
    url = await places.fresh(engine, "target")
    async with used(url):
        await Branch.create(name="支部", path="支部", created_at=NOON)
        before = await everything()
    there = (await backup(url, places.folder / "there.zip", NOON)).rows
    asked: list[int | None] = []

    def no(manifest: Manifest, rows: int | None) -> bool:
        asked.append(rows)
        return False

    with pytest.raises(BackupFaulty, match="没有恢复"):
        await restore(url, file, NOON, no)
    assert (asked, await contents(url)) == ([there], before) and there > 0


async def test_what_postgresql_cannot_keep_is_named(places: Places) -> None:
    url, other = await places.fresh("sqlite", "source"), await places.fresh("postgres", "target")
    async with used(url):
        await Branch.create(name="支\0部", path="支部", created_at=NOON)
    await backup(url, places.folder / "backup.zip", NOON)
    assert "表 branch" in await refused(other, places.folder / "backup.zip")
    assert (await contents(other))["Branch"] == []


# What was there before


@pytest.mark.parametrize("engine", SOURCES)
async def test_the_old_database_is_kept(places: Places, file: Path, engine: str) -> None:
    url = await places.fresh(engine, "target")
    async with used(url):
        await Branch.create(name="旧支部", path="旧支部", created_at=NOON)
    done = await restored(url, file)
    assert done.kept
    if engine == "sqlite":
        assert [row["name"] for row in (await contents(f"sqlite://{done.kept}"))["Branch"]] == ["旧支部"]
    else:
        connection = await asyncpg.connect(url)
        kept = await connection.fetch(f"SELECT name FROM {done.kept.removeprefix('schema ')}.branch")
        await connection.close()
        assert [record["name"] for record in kept] == ["旧支部"]
    assert len((await contents(url))["Branch"]) == 2
    # And what has been restored can be restored again.
    assert (await restored(url, file, number=1)).kept != done.kept


async def test_a_database_that_cannot_be_read_any_more_is_replaced_and_kept(places: Places, file: Path) -> None:
    path = places.folder / "broken.sqlite3"
    path.write_bytes(b"no database any more" * 1000)
    path.with_name("broken.sqlite3-wal").write_bytes(b"its log")
    asked: list[int | None] = []

    def confirm(manifest: Manifest, rows: int | None) -> bool:
        asked.append(rows)
        return True

    done = await restore(f"sqlite://{path}", file, NOON, confirm)
    assert asked == [None]
    assert done.kept
    assert Path(done.kept).read_bytes() == b"no database any more" * 1000
    assert not path.with_name("broken.sqlite3-wal").exists()
    assert len((await contents(f"sqlite://{path}"))["Branch"]) == 2


@pytest.mark.parametrize("engine", SOURCES)
async def test_what_is_there_is_counted_as_the_backup_is(places: Places, file: Path, engine: str) -> None:
    url = await places.fresh(engine, "target")
    asked: list[tuple[int, int | None]] = []

    def confirm(manifest: Manifest, rows: int | None) -> bool:
        asked.append((manifest.rows, rows))
        return True

    await restore(url, file, NOON, confirm)
    assert asked == []  # nothing was there that tells of anybody
    again = await restore(url, file, NOON, confirm)
    assert asked == [(again.manifest.rows, again.manifest.rows)]


async def test_not_while_another_program_has_the_file_open(places: Places, file: Path) -> None:
    url = await places.fresh("sqlite", "target")
    async with used(url):
        await fill()
        before = await everything()
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import sqlite3, sys; c = sqlite3.connect({url.removeprefix('sqlite://')!r}); c.execute('BEGIN');"
        "c.execute('SELECT count(*) FROM branch').fetchone(); print('reads', flush=True); sys.stdin.read()",
        stdin=PIPE,
        stdout=PIPE,
    )
    assert reader.stdout and await reader.stdout.readline()
    try:
        assert "还有程序开着数据库" in await refused(url, file)
    finally:
        reader.kill()
        await reader.communicate()
    assert await contents(url) == before


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", SOURCES)
async def test_an_older_backup_is_brought_up_to_date(places: Places, source: str, target: str) -> None:
    url = await places.bare(source)
    other = await places.fresh(target, "target")
    await apply_migrations(config=configuration(url), target="models.0001_initial")
    await Tortoise.close_connections()
    async with unmigrated(url):
        await Tortoise.get_connection("default").execute_script(WAITING)
    manifest = await backup(url, places.folder / "old.zip", NOON)
    assert (manifest.migration, "presence" in {table.name for table in manifest.tables}) == ("0001_initial", False)
    assert (await restored(other, places.folder / "old.zip")).upgraded
    async with used(other):
        assert (await OutboxMessage.get()).text == "还没发出去的话"
        assert "还没发出去的话" not in await everything_stored()


@pytest.mark.parametrize("engine", ["sqlite", "postgres", "in place"])
async def test_a_backup_of_another_key_touches_nothing(places: Places, file: Path, engine: str) -> None:
    owner = url = await places.fresh("sqlite" if engine == "sqlite" else "postgres", "target")
    if engine == "in place":
        url = await clerk(owner)
    async with used(owner):
        await Branch.create(name="旧支部", path="旧支部", created_at=NOON)
    before = await contents(owner)
    ours, other = unlocked(), Keyring([Key.new()])
    unlock(other)
    try:
        assert f"备份是用密钥 {ours.writing.id} 加密的" in await refused(url, file)
    finally:
        unlock(ours)
    assert await contents(owner) == before
    unlock(Keyring([*other.keys, *ours.keys]))
    try:
        await restored(url, file)
    finally:
        unlock(ours)


async def test_what_is_sealed_is_sealed_in_the_backup_too(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        rows = [archive.read(name).decode() for name in archive.namelist()]
    assert not [text for text in rows if "敬爱的党组织" in text or base64.b64encode(BYTES).decode() in text]
    assert [text for text in rows if "张三" in text]
    assert not [text for text in rows if unlocked().writing.text in text]


async def clerk(url: str) -> str:
    """The same database for a role that owns its tables and may make no schema."""
    connection = await asyncpg.connect(url)
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'clerk'"):
        await connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
    for record in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        await connection.execute(f'ALTER TABLE "{record["tablename"]}" OWNER TO clerk')
    await connection.close()
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"clerk:clerk@{host}").geturl()


async def test_a_role_that_may_make_no_schema_restores_in_place(places: Places, file: Path) -> None:
    url = await places.fresh("postgres", "target")
    async with used(url):
        await Branch.create(name="旧支部", path="旧支部", created_at=NOON)
    done = await restored(await clerk(url), file)
    assert done.kept is None
    assert await contents(url) == await contents(f"sqlite://{places.folder / 'source' / 'hongyan.sqlite3'}")
    with written(places.folder / "old.zip") as writer:
        for table in (await versions())["0001_initial"]:
            with writer.table(table, 0):
                pass
        writer.finish("0001_initial", NOON)
    assert "GRANT CREATE ON DATABASE" in await refused(await clerk(url), places.folder / "old.zip")


# Killed


KILLED = """
import asyncio, os, signal, sys
from datetime import datetime
from pathlib import Path
from bot.backup import restore
from models.keyring import Key, Keyring
from models.sealed import unlock

url, file, moment, step, place, now = sys.argv[1:]
unlock(Keyring([Key.read(os.environ["HONGYAN_KEYS"])]))

def told(at, done, total):
    if (at.name, str(done)) == (step, place) and moment == "told":
        os.kill(os.getpid(), signal.SIGKILL)

def replacing(original):
    def replace(self, target):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        original(self, target)
        os.kill(os.getpid(), signal.SIGKILL)
    return replace

if moment in ("before", "after"):
    Path.replace = replacing(Path.replace)
asyncio.run(restore(url, Path(file), datetime.fromisoformat(now), lambda *_: True, told))
"""

MOMENTS = [
    ("sqlite", "told", Step.UPGRADE, 0),
    ("sqlite", "told", Step.LOAD, 7),
    ("sqlite", "told", Step.COMPARE, 7),
    ("sqlite", "told", Step.REPLACE, 0),
    ("sqlite", "before", Step.REPLACE, 0),
    ("sqlite", "after", Step.REPLACE, 0),
    ("postgres", "told", Step.UPGRADE, 0),
    ("postgres", "told", Step.LOAD, 7),
    ("postgres", "told", Step.COMPARE, 7),
    ("postgres", "told", Step.REPLACE, 0),
    ("postgres", "told", Step.REPLACE, 1),
    ("postgres", "told", Step.REPLACE, 2),
    ("in place", "told", Step.LOAD, 7),
    ("in place", "told", Step.COMPARE, 7),
    ("in place", "told", Step.REPLACE, 0),
    ("in place", "told", Step.REPLACE, 1),
]
AFTERWARDS = {("sqlite", "after", 0), ("postgres", "told", 2), ("in place", "told", 1)}  # the new one, before its end


@pytest.mark.parametrize(("engine", "moment", "step", "place"), MOMENTS)
async def test_killed_it_leaves_the_old_or_the_new(
    places: Places, file: Path, engine: str, moment: str, step: Step, place: int
) -> None:
    owner = url = await places.fresh("sqlite" if engine == "sqlite" else "postgres", "target")
    if engine == "in place":
        url = await clerk(owner)
    async with used(owner):
        await Branch.create(name="旧支部", path="旧支部", created_at=NOON)
        old = await everything()
    new = await contents(f"sqlite://{places.folder / 'source' / 'hongyan.sqlite3'}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, str(file), moment, step.name, str(place), NOON.isoformat(),
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert await process.wait() == -signal.SIGKILL
    is_new = step is Step.REPLACE and (engine, moment, place) in AFTERWARDS
    assert await contents(owner) == (new if is_new else old)
    # The next try is not in the way of what the last one left behind, and leaves nothing of it.
    await restored(url, file, number=1)
    assert await contents(owner) == new
    assert not list(places.folder.rglob("*.restoring*"))
