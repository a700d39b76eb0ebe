"""Speed and memory of the whole bot but for the wire to WeChat: `python -m benchmarks`."""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

import handlers
from benchmarks import sealing
from benchmarks.conversations import Figures, burst, ordinary_talk
from bot.catalogue import collect
from tests.databases import PostgresSource, SqliteSource
from tests.keys import give_key

MESSAGES = 400


def main() -> None:
    """Print one table; each row says what was done and how often."""
    give_key()
    catalogue = collect(handlers)
    table = Table("what", "messages", "a second", "median ms", "99 % ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        postgres = PostgresSource()
        for label, source in (("SQLite", SqliteSource(folder)), ("PostgreSQL", postgres)):
            figures = asyncio.run(burst(source, folder, catalogue, MESSAGES))
            table.add_row(f"commands answered, {label}", *_cells(figures))
        postgres.stop()
    table.add_row("ordinary talk passed over", *_cells(ordinary_talk(catalogue)))
    console = Console()
    console.print(table)
    for what, (seal, opened) in (("an answer", sealing.answers()), ("a file of 10 MiB", sealing.files())):
        console.print(f"{what}: sealed in {seal:.3f} ms, opened in {opened:.3f} ms")
    console.print(f"start of the command line: {_seconds(_explain_nothing):.2f} s (median of 5)")
    console.print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _cells(figures: Figures) -> tuple[str, ...]:
    return (
        str(len(figures.seconds)),
        f"{len(figures.seconds) / figures.total:.0f}",
        f"{1000 * statistics.median(figures.seconds):.3f}",
        f"{1000 * statistics.quantiles(figures.seconds, n=100)[98]:.3f}",
    )


def _seconds(action: Callable[[], None], times: int = 5) -> float:
    durations = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        durations.append(time.perf_counter() - begun)
    return statistics.median(durations)


def _explain_nothing() -> None:
    subprocess.run([sys.executable, "run_bot.py", "explain", "--json"], input=b"", check=True)


if __name__ == "__main__":
    main()
