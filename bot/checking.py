"""`run_bot.py check`: settings, database, migrations, channels; one line each, with what to do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot import database, private_file
from bot.anonymity import key_file
from bot.audit import anchor_key
from bot.consent import fault_of_notice
from bot.encryption import proofs, unlocking
from bot.key_file import KeyFile
from bot.settings import ConfigurationError, Settings, load
from models import Branch
from models.keyring import Keyring
from models.sealed import unlock

KEY_TO_COME = "密钥：还没有，沙盒第一次启动时自己生成 {path}"
OTHER_KEY_TO_COME = "{name}：还没有，用到时自己生成 {path}"
KEY = "密钥：{id}，来自{source}"
SEVERAL_KEYS = "密钥：{id}，来自{source}；还有 {others} 把旧的，换密钥没有做完，请运行 python run_bot.py keys rotate"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was looked at; `line` says what was found, and what to do where it is not good."""

    good: bool
    line: str


Look = Callable[[Settings], AsyncIterator[Result]]


async def check(config: Path, look_at_channels: Look) -> list[Result]:
    """Look at everything that can be looked at; nothing is changed and nobody is disturbed."""
    try:
        settings = load(config)
    except ConfigurationError as fault:
        return [Result(False, line) for line in str(fault).splitlines()]
    results = [Result(True, f"设置：{config}")]
    results += [result async for result in _database(settings)]
    results.append(await _keys(settings))
    results += [_key(name, key) for name, key in _other_keys(settings)]
    results.append(Result(True, f"党员的网页：{settings.web.public_url or '没有开通（web.public_url 没有写）'}"))
    results += [result async for result in look_at_channels(settings)]
    return results


async def _keys(settings: Settings) -> Result:
    path = settings.encryption.key_file
    try:
        if fault := await unlocking.missing(settings):
            to_come = settings.channel.puppet == "sandbox" and not await database.has_been_sealed(settings.database.url)
            return Result(True, KEY_TO_COME.format(path=path)) if to_come else Result(False, f"密钥：{fault}")
        keyring = unlocking.keyring(settings)
        unlock(keyring)
        async with database.unmigrated(settings.database.url):
            wrong = await proofs.fault()
    except (ConfigurationError, database.DatabaseUnusable) as fault:
        return Result(False, f"密钥：{fault}")
    return Result(False, f"密钥：{wrong}") if wrong else Result(True, _key_line(settings, keyring))


def _key_line(settings: Settings, keyring: Keyring) -> str:
    by_environment = unlocking.from_environment(settings)
    source = "环境变量 HONGYAN_KEYS" if by_environment else f" {settings.encryption.key_file}"
    writing, *others = keyring.keys
    return (SEVERAL_KEYS if others else KEY).format(id=writing.id, source=source, others=len(others))


def fault_of_keys(settings: Settings) -> str | None:
    """What the operator has to do before the keys that records are not sealed with can be used; None: all is well."""
    return next((key.fault for _, key in _other_keys(settings) if key.fault), None)


def _other_keys(settings: Settings) -> Sequence[tuple[str, KeyFile]]:
    return [("匿名密钥", key_file(settings.anonymity)), ("操作记录密钥", anchor_key(settings.audit))]


def _key(name: str, key: KeyFile) -> Result:
    if not key.path.exists() and not key.fault:
        return Result(True, OTHER_KEY_TO_COME.format(name=name, path=key.path))
    return Result(False, key.fault) if key.fault else Result(True, f"{name}：{key.path}")


async def _database(settings: Settings) -> AsyncIterator[Result]:
    url = settings.database.url
    try:
        async with database.unmigrated(url):
            yield Result(True, f"数据库：{urlsplit(url).scheme}，可以连接")
            missing = await database.missing_migrations()
            strangers = [] if missing else await _strangers(settings)
            notice = None if missing else await fault_of_notice(settings)
    except database.DatabaseUnusable as fault:
        yield Result(False, f"数据库：{fault}")
        return
    if missing:
        yield Result(
            True, f"数据库版本：缺 {len(missing)} 步升级，启动时自动升级；现在就升级请运行 python run_bot.py migrate"
        )
    else:
        yield Result(True, "数据库版本：最新")
    if open_to_others := _open_to_others(url):
        yield Result(False, f"数据库文件：{open_to_others}")
    if notice:
        yield Result(False, f"设置：{notice}")
    for name in strangers:
        yield Result(
            False, f"设置：reminders.branches 里的“{name}”不是名册里的支部，提醒不会按它；支部名称见名册的“支部”一列"
        )


def _open_to_others(url: str) -> str | None:
    """What to type where somebody else may use the file of the database, or what SQLite keeps beside it."""
    file = database.file_of(url)
    beside = [file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm")] if file else []
    for one in beside:
        try:
            private_file.check(one)
        except private_file.TooOpen as fault:
            return fault.strerror
        except FileNotFoundError:
            continue
    return None


async def _strangers(settings: Settings) -> list[str]:
    """Who has a reminder's day of their own and is no branch. Before the first roster nobody is."""
    known = {branch.name for branch in await Branch.all()}
    return [name for name in settings.reminders.branches if known and name not in known]
