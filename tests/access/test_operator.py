"""What the operator reads on the command line: counts and file names; members' names only where they are asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import typer
from tortoise.transactions import in_transaction

from bot import private_file
from bot.audit import anchor
from bot.settings import AuditSettings
from models import Branch
from run_bot import app
from tests.access.conftest import ON_SQLITE, Marked
from tests.access.marking import PUBLIC_FIELDS
from tests.access.world import OURS
from tests.faults.process import Starter

PROJECT = Path(__file__).parents[2]
LESSONS = PROJECT / "sandbox" / "lessons"
# What is asked for, and is to be handed out personally.
ASKED_FOR = {"roster codes": {"Member.name", "Member.student_no"}}


@ON_SQLITE
async def test_no_line_tells_a_record(marked: Marked, database: str, tmp_path: Path) -> None:
    """Every command of run_bot.py, on a copy of the database in which every field is marked."""
    async with in_transaction():  # else the lines would be too old to have no anchor behind them
        await anchor(AuditSettings(key_file=tmp_path / "audit"), marked.chat.clock.now())
    copy, config = tmp_path / "copy.sqlite3", tmp_path / "config.yaml"
    private_file.make_empty(copy)
    with closing(sqlite3.connect(database.removeprefix("sqlite://"))) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)
    sections = [f"database: {{url: 'sqlite://{copy}'}}"]
    sections += [f"{name}: {{key_file: '{tmp_path / name}'}}" for name in ("encryption", "anonymity", "audit")]
    config.write_text("\n".join(sections), "utf-8")
    branch = (await Branch.get(path__endswith=OURS)).name
    newcomer = tmp_path / "roster.csv"
    newcomer.write_text(
        "学校,学院,支部,支部类型,姓名,学号,类别,职务,入党日期\n示范大学,信息学院,新支部,流动,新人,N20260001,正式党员,,2020-07-01",
        "utf-8",
    )
    lines = {
        "check": [],
        "migrate": [],
        "roster codes": [],
        "keys new": ["--show"],
        "keys rotate": [],
        "audit verify": [],
        "export": ["--branch", branch, str(tmp_path / "ledger.xlsx")],
        "backup": [str(tmp_path / "backup.zip")],
        "explain": [],
        "lessons import": [str(LESSONS)],
        "roster import": [str(newcomer)],
        "restore": ["--yes", str(tmp_path / "backup.zip")],
    }
    assert {*_commands(typer.main.get_command(app))} == lines.keys(), "name here how the new command is called"
    async with Starter() as starter:
        for number, (command, more) in enumerate(lines.items()):
            printed = tmp_path / f"printed-{number}"
            code = await starter.command(printed, *command.split(), "--config", str(config), *more)
            said = printed.read_text("utf-8")
            assert code == 0, f"{command}: {said}"
            told = {marked.marks.of[mark] for mark in marked.marks.of if mark in said}
            assert told <= PUBLIC_FIELDS | ASKED_FOR.get(command, set()), f"{command}: {said}"
            assert "wxid-" not in said and "Traceback" not in said, f"{command}: {said}"
            assert said or command in ("explain", "restore"), f"{command} says nothing"


def _commands(group: Any, above: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"
