"""`run_bot.py check`: settings, database, migrations, channels; one line each, with what to do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot import database
from bot.anonymity import key_file
from bot.audit import anchor_key
from bot.key_file import KeyFile
from bot.settings import ConfigurationError, Settings, load
from models import Branch


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
    results.append(_key("匿名密钥", key_file(settings.anonymity)))
    results.append(_key("操作记录密钥", anchor_key(settings.audit)))
    results += [result async for result in look_at_channels(settings)]
    return results


def _key(name: str, key: KeyFile) -> Result:
    return Result(False, key.fault) if key.fault else Result(True, f"{name}：{key.path}")


async def _database(settings: Settings) -> AsyncIterator[Result]:
    url = settings.database.url
    try:
        async with database.unmigrated(url):
            yield Result(True, f"数据库：{urlsplit(url).scheme}，可以连接")
            missing = await database.missing_migrations()
            strangers = [] if missing else await _strangers(settings)
    except database.DatabaseUnusable as fault:
        yield Result(False, f"数据库：{fault}")
        return
    if missing:
        yield Result(
            True, f"数据库版本：缺 {len(missing)} 步升级，启动时自动升级；现在就升级请运行 python run_bot.py migrate"
        )
    else:
        yield Result(True, "数据库版本：最新")
    for name in strangers:
        yield Result(
            False, f"设置：reminders.branches 里的“{name}”不是名册里的支部，提醒不会按它；支部名称见名册的“支部”一列"
        )


async def _strangers(settings: Settings) -> list[str]:
    """Who has a reminder's day of their own and is no branch. Before the first roster nobody is."""
    known = {branch.name for branch in await Branch.all()}
    return [name for name in settings.reminders.branches if known and name not in known]
