"""Where keys come from, and what an operator reads where they are missing, wrong or open to others."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.encryption import key_file
from bot.settings import ConfigurationError
from models.keyring import Key, Keyring
from models.sealed import unlocked
from run_bot import app


class Operator:
    """Runs `run_bot.py` in a folder with settings of its own, on a gateway unless told otherwise."""

    def __init__(self, folder: Path, puppet: str = "service") -> None:
        self.keys = folder / "data" / "keys"
        self.database = folder / "records.sqlite3"
        self._config = folder / "config.yaml"
        self._config.write_text(
            f"database: {{url: 'sqlite://{self.database}'}}\nchannel: {{puppet: {puppet}}}\n"
            f"encryption: {{key_file: '{self.keys}'}}\n",
            "utf-8",
        )

    def runs(self, line: str) -> str:
        """What it prints when all is well."""
        done = CliRunner().invoke(app, [*line.split(), "--config", str(self._config)])
        assert done.exit_code == 0, done.output
        return done.stdout

    def fails(self, line: str) -> str:
        """The lines that say what to do."""
        done = CliRunner().invoke(app, [*line.split(), "--config", str(self._config)])
        assert done.exit_code == 1 and not isinstance(done.exception, AssertionError)
        return done.stderr + done.stdout


@pytest.fixture
def operator(tmp_path: Path, no_keys: None) -> Operator:
    return Operator(tmp_path)


@pytest.fixture
def sandbox(tmp_path: Path, no_keys: None) -> Operator:
    return Operator(tmp_path, "sandbox")


def test_the_first_start_on_a_gateway_says_how_to_get_a_key(operator: Operator) -> None:
    assert "请运行 python run_bot.py keys new" in operator.fails("migrate") and not operator.keys.exists()
    assert "✗ 密钥：还没有密钥" in operator.fails("check")
    assert "请另存一份到别处" in operator.runs("keys new")
    operator.runs("migrate")
    assert f"✓ 密钥：{key_file.read(operator.keys)[0].id}，来自 {operator.keys}" in operator.fails("check")  # no token


def test_the_sandbox_makes_its_own_key(sandbox: Operator) -> None:
    assert f"沙盒第一次启动时自己生成 {sandbox.keys}" in sandbox.runs("check") and not sandbox.keys.exists()
    sandbox.runs("migrate")
    assert sandbox.keys.stat().st_mode & 0o777 == 0o600 and len(key_file.read(sandbox.keys)) == 1


def test_a_key_is_never_overwritten(operator: Operator) -> None:
    operator.runs("keys new")
    before = operator.keys.read_text()
    assert "已有密钥文件" in operator.fails("keys new") and operator.keys.read_text() == before


def test_a_lost_key_file_is_not_replaced_by_a_new_one(sandbox: Operator) -> None:
    sandbox.runs("migrate")
    sandbox.keys.unlink()
    before = sandbox.database.read_bytes()
    for line in ("migrate", "roster codes", "keys rotate", "keys new"):
        assert "请把原来的密钥文件放回去" in sandbox.fails(line)
    assert not sandbox.keys.exists() and sandbox.database.read_bytes() == before
    assert "✗ 密钥：没有密钥文件" in sandbox.fails("check")


def test_another_key_is_refused(operator: Operator) -> None:
    operator.runs("keys new")
    operator.runs("migrate")
    [right] = key_file.read(operator.keys)
    key_file.replace(operator.keys, [Key.new()])
    for line in ("migrate", "roster codes", "keys rotate", "check"):
        assert f"用另一把密钥加密的（密钥号 {right.id}）" in operator.fails(line)
    key_file.replace(operator.keys, [Key.new(), right])
    operator.runs("migrate")


def test_a_file_that_others_can_read_is_refused(operator: Operator) -> None:
    operator.runs("keys new")
    operator.keys.chmod(0o640)
    assert f"（权限 640），请运行 chmod 600 {operator.keys}" in operator.fails("migrate")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "是空的"),
        ("# 只有一行注释\n", "是空的"),
        ("abc\n", "第 1 行不是密钥"),
        (f"{Key.new().text}\n{Key.new().text[:-1]}\n", "第 2 行不是密钥"),
        (b"\xff\xfe", "读不了"),
    ],
    ids=["empty", "comment", "word", "cut", "binary"],  # keys are new each time, and the workers compare names
)
def test_a_faulty_file_is_named_by_line_and_never_quoted(operator: Operator, content: str | bytes, said: str) -> None:
    operator.keys.parent.mkdir()
    operator.keys.write_bytes(content if isinstance(content, bytes) else content.encode())
    operator.keys.chmod(0o600)
    complaint = operator.fails("migrate")
    assert said in complaint and "abc" not in complaint and str(content)[:20].strip() not in complaint.split()


def test_keys_of_the_environment_take_the_place_of_the_file(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = operator.runs("keys new --show").strip(), operator.runs("keys new --show").strip()
    monkeypatch.setenv("HONGYAN_KEYS", f"{one}, {other}")
    operator.runs("migrate")
    assert unlocked().writing == Key.read(one) and not operator.keys.exists()
    assert "来自环境变量 HONGYAN_KEYS" in operator.fails("check")
    assert "keys new --show" in operator.fails("keys new")
    monkeypatch.setenv("HONGYAN_KEYS", f"{one},{other[:-2]}")
    complaint = operator.fails("migrate")
    assert "第 2 把不是密钥" in complaint and other[:-2] not in complaint


def test_a_file_that_becomes_faulty_while_the_bot_runs_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys"
    first = key_file.make(path)
    ring = Keyring(key_file.read(path), key_file.Watched(path))
    path.write_text("not a key\n")
    for _ in range(3):
        assert ring.open(ring.seal(b"words", "a.b"), "a.b") == b"words" and ring.writing == first
    assert caplog.text.count("the key file has changed and is faulty") == 1 and "not a key" not in caplog.text
    second = Key.new()
    key_file.replace(path, [second, first])
    assert ring.writing == second


def test_only_one_process_changes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    key_file.make(path)
    with (
        key_file.rotating(path),
        pytest.raises(ConfigurationError, match="另一个 keys rotate"),
        key_file.rotating(path),
    ):
        raise AssertionError("two at once")


def test_retired_keys_are_kept_for_the_backups_of_before(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first, second, third = key_file.make(path), Key.new(), Key.new()
    for keys in ([second, first], [third, second]):
        key_file.replace(path, keys)
        assert key_file.retire(path) == 1
    assert key_file.retire(path) == 0
    assert (key_file.read(path), key_file.read(key_file.retired(path))) == ([third], [first, second])
