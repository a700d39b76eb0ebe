"""A new key for a database that a bot writes to; killed on the way; keys of the environment; a key that is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise

from bot.encryption import key_file, proofs, rotation, rows, unlocking
from bot.encryption.rows import columns
from bot.settings import ConfigurationError, Settings
from models import Branch, Category, Member, OutboxMessage, Report, ReportFile, ReportState, SealedColumn
from models.keyring import MARK, Key, Keyring, Unopenable
from models.sealed import unlock, unlocked
from tests.conftest import NOON

PROJECT = Path(__file__).parents[2]
MESSAGES, FILES = 600, 6


def nobody(done: int, total: int) -> None:
    """For whoever does not want to know."""


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
async def running(database: str, keys: Path) -> AsyncIterator[str]:
    """A database whose key is in the file, as a bot has it open."""
    ours = unlocked()
    first = key_file.make(keys)
    unlock(Keyring([first, *ours.keys]))
    await rotation.seal_all(nobody)
    unlock(Keyring([first], key_file.Watched(keys)))
    await fill()
    yield database
    unlock(ours)


async def fill() -> None:
    branch = await Branch.create(name="支部", path="学校/支部", created_at=NOON)
    full: dict[str, Any] = {"branch": branch, "category": Category.FULL, "dues_from": "2026-09", "created_at": NOON}
    member = await Member.create(name="张三", student_no="1", **full)
    report = await Report.create(
        member=member, period="2026-Q4", state=ReportState.DRAFT, text="敬爱的党组织", started_at=NOON
    )
    for position in range(FILES):
        data = bytes([position]) * 300_000
        await ReportFile.create(report=report, position=position, name="照片.jpg", media_type="image/jpeg", data=data)
    await OutboxMessage.bulk_create([message(number) for number in range(MESSAGES)])


def message(number: int) -> OutboxMessage:
    return OutboxMessage(channel="a", conversation="a", text=f"第{number}条", not_before=NOON, created_at=NOON)


async def ids_of_keys() -> set[str]:
    """Of all that is sealed in the open database, as it is stored."""
    found = set()
    connection = Tortoise.get_connection("default")
    for column in columns():
        query = f'SELECT "{column.column}" AS stored FROM "{column.model._meta.db_table}"'
        for row in await connection.execute_query_dict(query):
            if row["stored"] is not None:
                token = column.token(row["stored"])
                assert token.startswith(MARK)
                found.add(token[len(MARK) :][:8].decode())
    return found


KILLED_ON_THE_WAY = """
import os, signal
import run_bot
from bot.encryption import rows

write = rows._Rows.write

async def last(self, batch):
    await write(self, batch)
    if self.column.purpose == "outbox_message.text":
        os.kill(os.getpid(), signal.SIGKILL)

rows._Rows.write = last
run_bot.app()
"""


async def rotate(url: str, keys: Path, *program: str) -> Process:
    """`keys rotate` as an operator runs it, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "HONGYAN_KEYS"}
    environment |= {"DATABASE_URL": url, "HONGYAN_ENCRYPTION__KEY_FILE": str(keys)}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *(program or ("run_bot.py",)), "keys", "rotate"),
        cwd=PROJECT,
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )


async def test_a_running_bot_goes_on_while_its_key_is_changed(running: str, keys: Path) -> None:
    [old] = key_file.read(keys)
    process = await rotate(running, keys)
    written = MESSAGES
    ended = asyncio.create_task(process.communicate())
    while not ended.done():
        await message(written).save()
        assert (await OutboxMessage.get(text__isnull=False, id=written % MESSAGES + 1)).text
        written += 1
        await asyncio.sleep(0.002)
    said, complaint = await ended
    assert process.returncode == 0, complaint.decode()
    [new] = key_file.read(keys)
    assert new != old and key_file.read(key_file.retired(keys)) == [old] and str(new.id) in said.decode()
    assert written > MESSAGES + 20, "too little was written meanwhile: this has shown nothing"
    await _all_is_there(new, written)


async def _all_is_there(key: Key, messages: int) -> None:
    assert await ids_of_keys() == {key.id}
    unlock(Keyring([key]))
    assert [row.text for row in await OutboxMessage.all().order_by("id")] == [f"第{n}条" for n in range(messages)]
    files = await ReportFile.all().order_by("position")
    assert [file.data for file in files] == [bytes([position]) * 300_000 for position in range(FILES)]


async def test_what_a_long_transaction_brings_after_the_rotation_can_be_read(
    no_keys: None, running: str, keys: Path
) -> None:
    [old] = key_file.read(keys)
    await rotation.rotate_file(keys, nobody, settle_seconds=0)
    unlock(Keyring([old]))
    await message(MESSAGES).save()
    unlock(unlocking.keyring(Settings(encryption={"key_file": keys})))
    assert (
        (await OutboxMessage.get(id=MESSAGES + 1)).text == f"第{MESSAGES}条"
        and unlocked().writing != old
        and old not in unlocked().keys
    )
    await rotation.rotate_file(keys, nobody, settle_seconds=0)
    [new] = key_file.read(keys)
    assert await ids_of_keys() == {new.id} and (await OutboxMessage.get(id=MESSAGES + 1)).text == f"第{MESSAGES}条"


async def test_where_its_key_is_gone_the_log_names_the_column_and_no_word(
    no_keys: None, running: str, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    [old] = key_file.read(keys)
    await rotation.rotate_file(keys, nobody, settle_seconds=0)
    unlock(Keyring([old]))
    await message(MESSAGES).save()
    unlock(unlocking.keyring(Settings(encryption={"key_file": keys})))
    key_file.retired(keys).chmod(0o644)
    with pytest.raises(Unopenable):
        await OutboxMessage.get(id=MESSAGES + 1)
    assert f"outbox_message.text: the key {old.id} is not at hand" in caplog.text
    assert "the retired keys cannot be used" in caplog.text and f"第{MESSAGES}条" not in caplog.text


async def test_a_retired_key_proves_nothing(no_keys: None, running: str, keys: Path) -> None:
    """It may be deleted at any time, so nothing may come to rest on it."""
    [old] = key_file.read(keys)
    key_file.replace(keys, [Key.new(), old])
    key_file.retire(keys)
    unlock(unlocking.keyring(Settings(encryption={"key_file": keys})))
    assert unlocked().open(Keyring([old]).seal(b"words", "a.b"), "a.b") == b"words"
    await SealedColumn.all().delete()
    statement = "INSERT INTO sealed_column (name, proof) VALUES ('report.text', '{}')"
    proof = SealedColumn._meta.fields_map["proof"]
    sealed = proof.stored(Keyring([old]).seal(b"report.text", proof.purpose))
    await Tortoise.get_connection("default").execute_query(statement.format(sealed))
    assert f"密钥号 {old.id}" in (await proofs.fault() or "")


async def test_killed_it_goes_on_where_it_was(running: str, keys: Path) -> None:
    [old] = key_file.read(keys)
    process = await rotate(running, keys, "-c", KILLED_ON_THE_WAY)
    _, complaint = await process.communicate()
    assert process.returncode == -signal.SIGKILL, complaint.decode()
    [new, still] = key_file.read(keys)
    assert still == old and await ids_of_keys() == {old.id, new.id}
    assert (await Report.get()).text == "敬爱的党组织"
    assert await rotation.rotate_file(keys, nobody, settle_seconds=0)
    assert key_file.read(keys) == [new] and key_file.read(key_file.retired(keys)) == [old]
    await _all_is_there(new, MESSAGES)


async def test_the_keys_of_the_environment(running: str, keys: Path) -> None:
    [old] = key_file.read(keys)
    lines = await rotation.rotate_environment(nobody)
    assert "keys new --show" in lines[1] and await ids_of_keys() == {old.id}
    new = Key.new()
    unlock(Keyring([new, old]))
    said = "\n".join(await rotation.rotate_environment(nobody))
    assert f"改成只有第一把（{new.id}）" in said and old.text not in said + "".join(lines)
    await _all_is_there(new, MESSAGES)


async def test_no_key_is_dropped_while_a_value_cannot_be_opened(running: str, keys: Path) -> None:
    [old] = key_file.read(keys)
    lost = Key.new()
    unlock(Keyring([lost]))
    row = message(MESSAGES)
    await row.save()
    unlock(Keyring([old], key_file.Watched(keys)))
    with pytest.raises(ConfigurationError, match=f"^outbox_message.text 里有内容是用密钥 {lost.id} .*没有去掉任何密钥"):
        await rotation.rotate_file(keys, nobody, settle_seconds=0)
    statement = f"UPDATE outbox_message SET text = 'plain' WHERE id = {row.id}"
    await Tortoise.get_connection("default").execute_query(statement)
    with pytest.raises(ConfigurationError, match=r"^outbox_message\.text 里有内容已损坏"):
        await rotation.rotate_file(keys, nobody, settle_seconds=0)
    assert len(key_file.read(keys)) == 2 and not key_file.retired(keys).exists()


async def test_what_was_changed_meanwhile_is_not_put_back(
    running: str, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot changes a row after the rotation has read it, and before it writes it."""
    read = rows._Rows.after

    async def after(self: rows._Rows, key: int) -> list[tuple[int, Any]]:
        found = await read(self, key)
        if self.column.purpose == "outbox_message.text":
            await OutboxMessage.filter(text__isnull=False, id=1).update(text="改过了")
        return found

    monkeypatch.setattr(rows._Rows, "after", after)
    await rotation.rotate_file(keys, nobody, settle_seconds=0)
    assert (await OutboxMessage.get(id=1)).text == "改过了"
    assert await ids_of_keys() == {key_file.read(keys)[0].id}
