"""`python -m tests.fuzz.guided [--part NAME] [--seconds N]`: the second mode, coverage-guided, over the pure parts.

There a fuzzer that follows the branches taken (atheris, libFuzzer) finds what random events would not. It has no wheel
for every Python that the bot runs on, so it stands in no lock: `make fuzz-pure` adds the pinned one, on Python 3.11.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import atheris

# atheris 2.3.0 rewrites the code of this one into what crashes the interpreter; it runs unobserved.
CRASHES: Final = "bot.understanding.free_text"

with atheris.instrument_imports(include=["bot", "feedparser"], exclude=[CRASHES]):
    from tests.fuzz import pure

SLOW: Final = 3  # seconds; an input that takes longer is a finding


def main() -> None:
    """Fuzz one part; libFuzzer ends the process at the first exception or slow input, and writes the input down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=pure.PARTS, default="understood")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    part = pure.PARTS[arguments.part]
    part(b"")  # what is made once is made before anything is timed
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{arguments.part}-"))
    for number, content in enumerate(pure.beginnings(arguments.part)):
        (corpus / str(number)).write_bytes(content)
    found = f"-artifact_prefix={corpus}-"
    limits = (f"-max_total_time={arguments.seconds}", f"-timeout={SLOW}", f"-seed={arguments.seed}")
    atheris.Setup([sys.argv[0], *limits, found, "-max_len=4096", "-rss_limit_mb=2048", str(corpus)], part)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
