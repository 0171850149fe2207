"""How the command line starts: ``mudmai --help`` against a Python that imports click and nothing else.

    python benchmarks/start.py [--rounds 15]

The promise is 0.4 s for ``--help``; on a machine of any speed it is kept by staying near what click itself costs. Both
are processes of this run, taken in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

MOST = {"mudmai --help": 2.0, "mudmai score --help": 3.0}
MOST_SECONDS = 0.4
COMMANDS = {
    "import click": [sys.executable, "-c", "import click"],
    "mudmai --help": [sys.executable, "-c", "from mudmai.cli.main import main; main()", "--help"],
    "mudmai score --help": [sys.executable, "-c", "from mudmai.cli.main import main; main()", "score", "--help"],
}


def measure(rounds: int) -> dict[str, float]:
    """Median seconds of each command."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, env=os.environ | {"MUDMAI_HOME": "nowhere"}, check=True)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def main() -> int:
    """Measure, print, and fail when the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    asked = parser.parse_args()
    seconds = measure(asked.rounds)
    for name, found in seconds.items():
        print(f"{name:22} {1e3 * found:7.1f} ms")
    print(f"(the promise for --help is {MOST_SECONDS:g} s on an idle machine; ratios hold on a busy one)")
    promises = [
        (f"{name} / import click", seconds[name] / seconds["import click"], f"<= {most:g}", most)
        for name, most in MOST.items()
    ]
    for name, found, bound, most in promises:
        print(f"{'kept  ' if found <= most else 'BROKEN'} {name} = {found:.2f} ({bound})")
    if asked.json:
        asked.json.write_text(json.dumps(seconds, indent=1))
    return 0 if all(found <= most for _, found, _, most in promises) else 1


if __name__ == "__main__":
    raise SystemExit(main())
