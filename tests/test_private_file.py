"""Files for their owner alone: whole or not at all, whatever stands there or goes wrong on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import pytest

from bot import private_file

WRITINGS = [private_file.replaced, private_file.made]


@pytest.fixture(autouse=True)
def generous_umask() -> Iterator[None]:
    """Nothing may depend on how careful the operator's shell is."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("writing", WRITINGS)
def test_what_is_written_is_the_owners_alone_and_nothing_else_is_left(
    tmp_path: Path, writing: Callable[[Path], AbstractContextManager[IO[bytes]]]
) -> None:
    file = tmp_path / "file"
    with writing(file) as stream:
        assert [draft.stat().st_mode & 0o777 for draft in tmp_path.iterdir()] == [0o600] and not file.exists()
        stream.write(b"whole")
    assert private_file.read(file) == b"whole" and list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("writing", WRITINGS)
def test_what_goes_wrong_on_the_way_leaves_all_as_it_was(
    tmp_path: Path, writing: Callable[[Path], AbstractContextManager[IO[bytes]]]
) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path / "file") as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_file_that_others_could_read_is_theirs_no_longer_once_it_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    file.chmod(0o644)
    with private_file.replaced(file) as stream:
        stream.write(b"after")
    assert private_file.read(file) == b"after"


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "link"
    other.write_bytes(b"other")
    link.symlink_to(other)
    with private_file.replaced(link) as stream:
        stream.write(b"ours")
    assert other.read_bytes() == b"other" and private_file.read(link) == b"ours"


def test_nothing_is_made_in_the_place_of_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    with pytest.raises(FileExistsError), private_file.made(file) as stream:
        stream.write(b"after")
    private_file.make_empty(file)
    assert file.read_bytes() == b"before" and list(tmp_path.iterdir()) == [file]


def test_the_folder_is_the_owners_alone_too(tmp_path: Path) -> None:
    file = tmp_path / "data" / "file"
    with private_file.made(file) as stream:
        stream.write(b"whole")
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o601, 0o777])
def test_what_others_may_use_is_not_read(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"words")
    file.chmod(mode)
    for look in (private_file.read, private_file.check):
        with pytest.raises(private_file.TooOpen) as fault:
            look(file)
        assert f"权限 {mode:o}）" in (fault.value.strerror or "")
    file.chmod(0o400)
    assert private_file.read(file) == b"words"
