"""What an operator reads on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
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
        (
            "audit verify --expect hello",
            "--expect 没有写对。请这样写：python run_bot.py audit verify --expect 行号:摘要。",
        ),
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


def test_the_trail_is_verified(tmp_path: Path) -> None:
    config, records = tmp_path / "config.yaml", tmp_path / "records.sqlite3"
    config.write_text(
        f"database: {{url: 'sqlite://{records}'}}\naudit: {{key_file: '{tmp_path}/audit.key'}}\n", "utf-8"
    )
    run, told = CliRunner(), ["--config", str(config)]
    assert run.invoke(app, ["roster", "import", *told, str(ROSTER)]).exit_code == 0
    whole = run.invoke(app, ["audit", "verify", *told])
    assert whole.exit_code == 0 and whole.stdout.startswith("完整：第 1 到 1 行，0 个签名的锚点。最后一行：")
    with closing(sqlite3.connect(records)) as connection:
        connection.execute("DROP TRIGGER audit_entry_changed")
        connection.execute("UPDATE audit_entry SET subjects = '[1]'")
        connection.commit()
    changed = run.invoke(app, ["audit", "verify", *told])
    assert (changed.exit_code, changed.stdout) == (1, "") and changed.stderr.startswith("第 1 行被改过")


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


def test_settings_named_before_a_command_count(tmp_path: Path) -> None:
    nowhere, config = tmp_path / "none.yaml", tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n", "utf-8")
    run = CliRunner()
    for line in (["check"], ["roster", "codes"], ["roster", "import", str(ROSTER)]):
        result = run.invoke(app, ["--config", str(nowhere), *line])
        assert result.exit_code == 1 and f"没有 {nowhere} 这个文件" in result.output
    behind = run.invoke(app, ["--config", str(nowhere), "check", "--config", str(config)])
    assert behind.exit_code == 0 and f"设置：{config}" in behind.stdout


@pytest.mark.parametrize("line", ["--help", "check --help", "roster --help", "roster import --help"])
def test_the_help_is_chinese(line: str) -> None:
    printed = CliRunner().invoke(app, line.split()).stdout
    assert "显示用法" in printed and "Show this message" not in printed and "Options ─" not in printed


def test_no_codes_are_no_silence(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n", "utf-8")
    result = CliRunner().invoke(app, ["roster", "codes", "--config", str(config)])
    assert (result.exit_code, result.stdout) == (0, "") and "没有生成绑定码" in result.stderr


def test_check_says_of_a_key_whether_it_is_there(tmp_path: Path) -> None:
    config, key = tmp_path / "config.yaml", tmp_path / "anonymity.key"
    config.write_text(
        f"database: {{url: 'sqlite://{tmp_path}/records.sqlite3'}}\nanonymity: {{key_file: '{key}'}}\n", "utf-8"
    )
    run, line = CliRunner(), ["check", "--config", str(config)]
    assert f"✓ 匿名密钥：还没有，用到时自己生成 {key}" in run.invoke(app, line).stdout and not key.exists()
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    assert f"✓ 匿名密钥：{key}\n" in run.invoke(app, line).stdout


def test_a_branch_with_its_own_day_has_to_exist(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n"
        "reminders:\n  branches: {智能支部: {day: 20}, 智能制造流动党支部: {day: 21}}\n",
        "utf-8",
    )
    run = CliRunner()
    assert run.invoke(app, ["roster", "import", "--config", str(config), str(ROSTER)]).exit_code == 0
    result = run.invoke(app, ["check", "--config", str(config)])
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("✗")] == [
        "✗ 设置：reminders.branches 里的“智能支部”不是名册里的支部，提醒不会按它；支部名称见名册的“支部”一列"
    ]


def test_a_notice_that_was_changed_without_its_version_is_named_and_nothing_starts(tmp_path: Path) -> None:
    config, changed = tmp_path / "config.yaml", tmp_path / "changed.yaml"
    database = f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n"
    config.write_text(database, "utf-8")
    changed.write_text(f"{database}privacy:\n  notice: 悄悄换了一份告知的文字。\n", "utf-8")
    run = CliRunner()
    assert run.invoke(app, ["migrate", "--config", str(config)]).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as connection:
        row = ("2026-11", "原来告知的文字。", "2026-11-01 00:00:00+00:00")
        connection.execute("INSERT INTO privacy_notice (version, text, in_force_at) VALUES (?, ?, ?)", row)
        connection.commit()
    said = "privacy.notice：告知的文字改了，privacy.version 还是“2026-11”"
    checked = run.invoke(app, ["check", "--config", str(changed)])
    assert checked.exit_code == 1 and f"✗ 设置：{said}" in checked.stdout
    started = run.invoke(app, ["--config", str(changed)])
    assert started.exit_code == 1 and started.stderr.splitlines()[-1].startswith(said)


def test_who_left_and_comes_back_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/records.sqlite3\n", "utf-8")
    run, tell = CliRunner(), ["roster", "import", "--config", str(config)]
    assert run.invoke(app, [*tell, str(ROSTER)]).exit_code == 0
    lines = ROSTER.read_text("utf-8").splitlines(keepends=True)
    shorter = tmp_path / "名册.csv"
    shorter.write_text("".join([*lines[:3], *lines[4:]]), "utf-8")
    assert "已离开 1 人" in run.invoke(app, [*tell, str(shorter), "--complete", "--yes"]).stdout
    again = run.invoke(app, [*tell, str(ROSTER)]).stdout
    assert "重新加入 1 人" in again and "更新" not in again
