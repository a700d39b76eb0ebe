"""Each thing an operator does on the machine is a line of the trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from run_bot import app

PROJECT = Path(__file__).parents[1]
# They look only, or come before there is a trail.
LEAVE_NO_LINE = {"check", "audit verify", "explain", "migrate", "keys new"}
# In this order: what is exported and restored has to be there.
LINES = {
    "roster import": [str(PROJECT / "sandbox" / "roster.csv")],
    "roster codes": [],
    "lessons import": [str(PROJECT / "sandbox" / "lessons")],
    "export": ["--branch", "智能制造流动党支部", "ledger.xlsx"],
    "keys rotate": [],
    "backup": ["backup.zip"],
    "restore": ["--yes", "backup.zip"],
}


def test_every_command_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_keys: None) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("database: {url: 'sqlite://records.sqlite3'}\n", "utf-8")
    commands = {*_commands(typer.main.get_command(app))}
    assert commands - LEAVE_NO_LINE == LINES.keys(), "say here how the new command is called, or why it leaves no line"
    for command, more in LINES.items():
        before = 0 if command == "roster import" else _lines()[-1][0]
        done = CliRunner().invoke(app, [*command.split(), *more])
        assert done.exit_code == 0, done.output
        number, said, channel, outcome = _lines()[-1]
        assert (said, channel, outcome) == (command.replace(" ", "."), "operator", "done")
        assert number == before + (command != "restore"), "a restored trail is that of the backup"
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0


def test_what_was_not_done_is_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_keys: None) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("database: {url: 'sqlite://records.sqlite3'}\n", "utf-8")
    for line in (["export", "--branch", "没有的", "a.xlsx"], ["backup", "none/b.zip"], ["lessons", "import", "none"]):
        assert CliRunner().invoke(app, line).exit_code == 1
    assert _lines() == []


def _lines() -> list[tuple[int, str, str, str]]:
    with closing(sqlite3.connect("records.sqlite3")) as connection:
        return connection.execute("SELECT id, command, channel, outcome FROM audit_entry ORDER BY id").fetchall()


def _commands(group: Any, above: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"
