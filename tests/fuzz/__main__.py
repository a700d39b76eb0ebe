"""`python -m tests.fuzz [--messages N] [--seed S] [--only BATCH]`: hostile events, a table; 1 unless all is well."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.fuzz.batch import SIZE
from tests.fuzz.total import Total
from tests.fuzz.worker import Done, work

SLOWEST: Final = 3.0  # processor seconds that an event may take
GROWTH: Final = 1.5  # how many times as much memory as after its first batches a process may hold at its end

out = Console(width=150)


def main() -> None:
    """Let the bot have them, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many events")
    parser.add_argument("--seed", type=int, default=None, help="the same events as another run's")
    parser.add_argument("--only", type=int, default=None, help="only this batch of them")
    parser.add_argument("--minutes", type=float, default=None, help="stop after so long, however many are left")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    seed = random.randrange(1000) if arguments.seed is None else arguments.seed
    numbers = range(-(-arguments.messages // SIZE)) if arguments.only is None else [arguments.only]
    out.print(f"{len(numbers)} batches of {SIZE} events, seed {seed}, {arguments.processes} processes")
    begun = time.monotonic()
    total = Total()
    batches = _batches(numbers, seed, arguments.processes)
    for done in batches:
        for finding in total.add(done):
            out.print(f"[bold red]batch {finding.batch}, event {finding.number}[/]", highlight=False)
            out.print(f"{finding.fault}\n{finding.event}", markup=False, highlight=False)
        if arguments.minutes is not None and time.monotonic() - begun > 60 * arguments.minutes:
            break
    seconds = time.monotonic() - begun
    batches.close()
    out.print(_table(total, seconds))
    if total.findings or total.slowest[0] > SLOWEST or total.growth > GROWTH:
        out.print(f"slowest: {total.slowest[1]}", markup=False, highlight=False)
        out.print(f"to repeat: python -m tests.fuzz --seed {seed} --only BATCH")
        sys.exit(1)


def _batches(numbers: range | list[int], seed: int, processes: int) -> Generator[Done, None, None]:
    if processes == 1 or len(numbers) == 1:
        yield from (work(seed, number) for number in track(numbers, "", console=out))
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        done = pool.map(work, [seed] * len(numbers), numbers)
        yield from track(done, "", total=len(numbers), console=out)
    finally:
        pool.shutdown(cancel_futures=True)


def _table(total: Total, seconds: float) -> Table:
    made = Table("", "", title="Hostile events through the whole bot, on SQLite", show_header=False)
    made.add_row("events", f"{total.events}, {total.events / seconds:.0f} a second")
    made.add_row("said by the bot", str(total.said))
    made.add_row("refused as events of no chat system", str(total.refused))
    made.add_row("payloads that a channel could make nothing of", str(total.lost))
    made.add_row("exceptions, errors in the log", str(total.findings), style="bold red" if total.findings else None)
    for share in (0.5, 0.99, 0.9999):
        made.add_row(f"processor time, {share:.2%}", f"{1000 * total.quantile(share):.1f} ms")
    made.add_row("processor time, longest", f"{1000 * total.slowest[0]:.0f} ms (at most {1000 * SLOWEST:.0f})")
    for process, (first, last) in total.memory.items():
        made.add_row(f"memory of process {process}", f"{first >> 20} → {last >> 20} MiB")
    return made


if __name__ == "__main__":
    main()
