"""What an operator reads on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from run_bot import app

ROSTER = Path(__file__).parents[1] / "sandbox" / "roster.csv"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("roster import", "缺少 FILE。请这样写：python run_bot.py roster import FILE。"),
        ("export 台账.xlsx", "缺少 --branch。请这样写：python run_bot.py export --branch 支部 FILE.xlsx。"),
        ("backup a b", "这行命令没有写对。请这样写：python run_bot.py backup FILE。"),
        ("back", "这行命令没有写对。可以写：check、migrate、backup、"),
        ("roster", "这行命令没有写对。可以写：import、codes。"),
        ("check --quick", "没有 --quick 这个选项。请这样写：python run_bot.py check。"),
        ("check --config", "--config 后面的值没有写对。"),
    ],
)
def test_a_mistyped_line_is_answered_in_chinese(line: str, said: str) -> None:
    result = CliRunner().invoke(app, line.split(), prog_name="run_bot.py")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said) and "详细用法：python run_bot.py" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_export(tmp_path: Path) -> None:
    config, file = tmp_path / "config.yaml", tmp_path / "台账.xlsx"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n", "utf-8")
    run, last = CliRunner(), ["--config", str(config), str(file)]
    assert run.invoke(app, ["roster", "import", "--config", str(config), str(ROSTER)]).exit_code == 0
    wrong = run.invoke(app, ["export", "--branch", "智能", *last])
    assert wrong.exit_code == 1 and wrong.stderr.startswith("没有名为“智能”的支部。") and not file.exists()
    done = run.invoke(app, ["export", "--branch", "智能制造流动党支部", "--month", "2026-11", *last])
    assert done.exit_code == 0 and "智能制造流动党支部台账（2026年11月）已写到" in done.stdout
    assert load_workbook(file).sheetnames[0] == "党员名册"


def test_what_is_stopped_at_a_question_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n", "utf-8")
    run, tell = CliRunner(), ["roster", "import", "--config", str(config)]
    assert run.invoke(app, [*tell, str(ROSTER)]).exit_code == 0
    lines = ROSTER.read_text("utf-8").splitlines(keepends=True)
    shorter = tmp_path / "名册.csv"
    shorter.write_text("".join([*lines[:3], *lines[4:]]), "utf-8")
    stopped = run.invoke(app, [*tell, str(shorter), "--complete"], input="")
    assert stopped.exit_code == 1 and "已停下" in stopped.stderr
