"""What a process of the long form does, batch after batch."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

import handlers
from bot.catalogue import collect
from bot.commands import Catalogue
from tests.databases import SqliteSource
from tests.fuzz.batch import Figures, batch


@dataclass(frozen=True, slots=True)
class Done:
    """A batch, the process that did it, and how many bytes that process held afterwards."""

    process: int
    memory: int
    figures: Figures


@cache
def _catalogue() -> Catalogue:
    return collect(handlers)


@cache
def _source() -> tuple[SqliteSource, tempfile.TemporaryDirectory[str]]:
    """The second goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="fuzz-empty-")
    return SqliteSource(Path(folder.name)), folder


def work(seed: int, number: int) -> Done:
    """Do one batch."""
    figures = asyncio.run(batch(_catalogue(), _source()[0], seed, number))
    return Done(os.getpid(), psutil.Process().memory_info().rss, figures)
