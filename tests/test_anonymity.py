"""Seals that tell nobody anything, and the key they are made with."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.anonymity import key_file, owner, seal
from bot.audit import anchor_key
from bot.key_file import KeyFile
from bot.settings import AnonymitySettings, AuditSettings, ConfigurationError


def in_folder(folder: Path) -> AnonymitySettings:
    return AnonymitySettings(key_file=folder / "data" / "anonymity.key")


def test_a_seal_is_known_by_its_owner_alone(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    sealed = seal(settings, 7)
    assert owner(settings, sealed, range(1, 300)) == 7
    assert owner(settings, sealed, [6, 8]) is None
    assert len(sealed) <= 100


def test_two_seals_of_one_member_cannot_be_told_to_be_of_one(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    one, other = seal(settings, 7), seal(settings, 7)
    assert not set(one.split(":")) & set(other.split(":"))


def test_with_another_key_nobody_is_found(tmp_path: Path) -> None:
    sealed = seal(in_folder(tmp_path / "one"), 7)
    assert owner(in_folder(tmp_path / "other"), sealed, range(1, 300)) is None


def test_the_key_is_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    settings = in_folder(tmp_path)
    sealed = seal(settings, 7)
    key = settings.key_file.read_bytes()
    assert len(key) == 32 and settings.key_file.stat().st_mode & 0o777 == 0o600
    seal(settings, 8)
    assert settings.key_file.read_bytes() == key and owner(settings, sealed, [7]) == 7
    assert [path.name for path in settings.key_file.parent.iterdir()] == ["anonymity.key"]


def test_a_key_that_cannot_be_made_is_a_line_for_the_operator(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(ConfigurationError, match=r"anonymity\.key_file：.*请检查路径和权限"):
        seal(in_folder(tmp_path), 7)


def test_what_check_says_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = in_folder(tmp_path)
    assert key_file(settings).fault is None and not settings.key_file.exists()
    seal(settings, 7)
    assert key_file(settings).fault is None
    settings.key_file.unlink()
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root, as whom tests may run, may write everywhere
    assert "没有写的权限" in (key_file(settings).fault or "")


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"", 0o600, "里面是 0 字节，应该是 32 字节"),
        (bytes(31), 0o600, "里面是 31 字节"),
        (bytes(64), 0o600, "里面是 64 字节"),
        (bytes(32), 0o640, "别人也能用（权限 640），请运行 chmod 600 "),
        (bytes(32), 0o602, "别人也能用（权限 602），请运行 chmod 600 "),
    ],
    ids=["empty", "cut", "long", "readable", "writable"],
)
@pytest.mark.parametrize("kept", [key_file(AnonymitySettings()), anchor_key(AuditSettings())], ids=["seals", "anchors"])
def test_a_key_that_is_none_or_not_the_owners_alone_is_refused(
    tmp_path: Path, kept: KeyFile, content: bytes, mode: int, said: str
) -> None:
    key = replace(kept, path=tmp_path / "key")
    key.path.write_bytes(content)
    key.path.chmod(mode)
    with pytest.raises(ConfigurationError, match=said):
        key.read()
    assert said in (key.fault or "") and key.path.read_bytes() == content
