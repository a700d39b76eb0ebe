"""The door: the command line, and the one place that knows every part and puts them together."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

import handlers
from bot import database
from bot.catalogue import collect
from bot.clock import MovableClock, SystemClock
from bot.messages import ChannelMisconfigured
from bot.roster import RosterFaulty, import_roster, make_codes
from bot.settings import ConfigurationError, Settings, load
from bot.understanding import Reader
from bot.understanding.values import SHANGHAI
from models import Branch

app = typer.Typer(
    help="鸿雁：流动党员的微信群机器人", no_args_is_help=False, pretty_exceptions_enable=False, add_completion=False
)
roster_app = typer.Typer(help="党员名册：导入、发绑定码", no_args_is_help=True)
app.add_typer(roster_app, name="roster")

Config = Annotated[Path, typer.Option("--config", help="config.yaml 的路径", metavar="FILE")]
CONFIG = Path("config.yaml")
T = TypeVar("T")
console = Console()


def mistakes_are_lines(action: Callable[[], T]) -> T:
    """Run `action`; an operator's mistake becomes lines on standard error and exit code 1, never a traceback."""
    try:
        return action()
    except RosterFaulty as faulty:
        lines = faulty.faults
    except (ConfigurationError, ChannelMisconfigured, database.DatabaseUnusable) as mistake:
        lines = str(mistake).splitlines()
    for line in lines:
        print(line, file=sys.stderr)
    raise typer.Exit(1)


def settings_of(config: Path) -> Settings:
    return mistakes_are_lines(lambda: load(config))


def on_database(config: Path, work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Run `work` with the database open and up to date."""
    settings = settings_of(config)

    async def run() -> T:
        async with database.opened(settings.database.url):
            return await work(settings)

    return mistakes_are_lines(lambda: asyncio.run(run()))


@app.callback(invoke_without_command=True)
def run(context: typer.Context, config: Config = CONFIG) -> None:
    """不带子命令：运行机器人。"""
    if context.invoked_subcommand is not None:
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = settings_of(config)
    mistakes_are_lines(lambda: asyncio.run(serve(settings)))


async def serve(settings: Settings) -> None:
    """Bring the database up to date and work until a signal says stop."""
    from bot.service import Service

    for name in await database.migrate(settings.database.url):
        console.print(f"数据库升级：{name}")
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    catalogue = collect(handlers)
    async with database.opened(settings.database.url):
        if settings.channel.puppet == "service":
            await _serve_gateway(Service, catalogue, settings, stop)
        else:
            await _serve_sandbox(Service, catalogue, settings, stop)
