"""`run_bot.py check`: settings, database, migrations, gateway; one line each, with what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot import database
from bot.anonymity import key_fault
from bot.settings import ConfigurationError, Settings, load

GATEWAY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was looked at; `line` says what was found, and what to do where it is not good."""

    good: bool
    line: str


async def check(config: Path) -> list[Result]:
    """Look at everything that can be looked at; nothing is changed and nobody is disturbed."""
    try:
        settings = load(config)
    except ConfigurationError as fault:
        return [Result(False, line) for line in str(fault).splitlines()]
    results = [Result(True, f"设置：{config}")]
    results += [result async for result in _database(settings.database.url)]
    results.append(_anonymity(settings))
    results.append(await _gateway(settings))
    return results


def _anonymity(settings: Settings) -> Result:
    fault = key_fault(settings.anonymity)
    return Result(False, fault) if fault else Result(True, f"匿名密钥：{settings.anonymity.key_file}")


async def _database(url: str) -> AsyncIterator[Result]:
    try:
        async with database.unmigrated(url):
            yield Result(True, f"数据库：{urlsplit(url).scheme}，可以连接")
            missing = await database.missing_migrations()
    except database.DatabaseUnusable as fault:
        yield Result(False, f"数据库：{fault}")
        return
    if missing:
        yield Result(
            True, f"数据库版本：缺 {len(missing)} 步升级，启动时自动升级；现在就升级请运行 python run_bot.py migrate"
        )
    else:
        yield Result(True, "数据库版本：最新")


async def _gateway(settings: Settings) -> Result:
    """Whether something listens there. No client connects: a second one would throw out the bot that runs."""
    if settings.channel.puppet == "sandbox":
        return Result(True, "通道：沙盒，不需要网关")
    if not settings.service_token.get_secret_value():
        return Result(False, "网关：没有令牌，请设置环境变量 WECHATY_PUPPET_SERVICE_TOKEN")
    try:
        place = urlsplit(f"//{settings.service_endpoint}")
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if not host or not port:
        return Result(False, "网关：请把环境变量 WECHATY_PUPPET_SERVICE_ENDPOINT 设为 主机:端口，例如 127.0.0.1:8788")
    try:
        async with asyncio.timeout(GATEWAY_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        return Result(False, f"网关：{host}:{port} 连不上（{type(error).__name__}），请确认网关已经启动、端口正确")
    writer.close()
    return Result(True, f"网关：{host}:{port} 可以连接")
