"""`python -m tests.faults [--kills N] [--seed S]`: every fault, a table, and exit code 1 unless all is well."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.run import SLOWEST, Outcome, everything
from tests.keys import give_key

out = Console(width=150)


def main() -> None:
    """Try everything, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many kills at random moments")
    parser.add_argument("--seed", type=int, default=None, help="the same chances as another run's")
    arguments = parser.parse_args()
    give_key()
    seed = random.randrange(1000) if arguments.seed is None else arguments.seed
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)  # PostgreSQL may run as a user of its own
    out.print(f"{arguments.kills} random kills, seed {seed}, logs in {folder}")
    outcomes: list[Outcome] = []

    def report(outcome: Outcome) -> None:
        outcomes.append(outcome)
        out.print(f"{'good' if outcome.good else 'BAD '} {outcome.database}: {outcome.fault}")
        if outcome.trouble:
            out.print(outcome.trouble, markup=False)

    seconds = asyncio.run(everything(folder, report, kills_=arguments.kills, seed=seed))
    out.print(table(outcomes))
    bad = sum(not outcome.good for outcome in outcomes)
    out.print(f"{len(outcomes)} rows in {seconds / 60:.1f} min, {bad} of them bad (a recovery may take {SLOWEST:g} s)")
    if bad:
        sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)


def table(outcomes: list[Outcome]) -> Table:
    """A row for each fault and kind of database."""
    made = Table("fault", "database", "times", "lost", "doubled", "unknown", "slowest recovery", "", title="Faults")
    for one in outcomes:
        recovery = "" if one.recovery is None else f"{one.recovery:.1f} s"
        numbers = [str(number) for number in (one.times, one.lost, one.doubled, one.unknown)]
        made.add_row(*(one.fault, one.database, *numbers, recovery, one.note), style=None if one.good else "bold red")
    return made


if __name__ == "__main__":
    main()
