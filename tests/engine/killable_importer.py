"""A process that imports without end, made to be killed; :mod:`tests.engine.test_kill` starts and kills it.

Everything is loaded once; for each line on standard input a child is forked that imports file after file into the store
until it is killed. The child's process id and, later, the news of its death go to standard output. After every import
that returned, the child appends ``<number> <release id>`` to the file of acknowledgements.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from mudmai.engine.releases import ReleaseStore
from mudmai.exchange.tidy import read_tidy
from tests.exchange.toy_catalogue import TOYS, write_rows

ROWS = 60
DATASET = "toy/killed"


def import_number(store: ReleaseStore, folder: Path, number: int) -> str:
    """Import a file in which every value is ``number``; the id of the release."""
    rows = (f"toy-land,TL,{1900 + n},output,{number}" for n in range(ROWS))
    table = read_tidy(write_rows(folder, *rows), TOYS, dataset=DATASET)
    return store.publish(DATASET, table, note=str(number)).id


def import_without_end(root: Path, folder: Path, acknowledgements: Path) -> None:
    """Import 1, 2, 3 ... after the number that is served."""
    store = ReleaseStore(root)
    current = store.current()
    number = int(current.note) if current else 0
    log = os.open(acknowledgements, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        number += 1
        release = import_number(store, folder, number)
        os.write(log, f"{number} {release}\n".encode())


def main() -> None:
    """Fork, tell the process id, wait for the death, tell that."""
    root, folder, acknowledgements = map(Path, sys.argv[1:])
    with TemporaryDirectory() as warm:  # loads what a first import loads
        import_number(ReleaseStore(Path(warm) / "store"), Path(warm), 1)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                import_without_end(root, folder, acknowledgements)
            finally:
                os._exit(1)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else "ended by itself", flush=True)


if __name__ == "__main__":
    main()
