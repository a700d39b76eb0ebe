"""Lists of words, one file each, separated by spaces and line breaks."""

from __future__ import annotations

from importlib.resources import files


def words_of(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(files(__name__).joinpath(f"{name}.txt").read_text("utf-8").split())


def lines_of(name: str) -> list[str]:
    """The lines of a list whose entries hold spaces."""
    return files(__name__).joinpath(f"{name}.txt").read_text("utf-8").splitlines()
