"""Progress of long work: a bar on stderr when a person watches, silence otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mudmai.cli.wording import language_of
from mudmai.core.language import Text

Progress = Callable[[Text, int, int], None]


@contextmanager
def progress() -> Iterator[Progress]:
    """A function to tell how far the work is; the bar is gone when the work is done."""
    if not sys.stderr.isatty():
        yield _nobody_watches
        return
    from rich.console import Console  # only for people: it costs a tenth of a second
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    language = language_of()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(what: Text, done: int, of: int) -> None:
            bar.update(task, description=what.in_(language), completed=done, total=of)

        yield tell


def _nobody_watches(_what: Text, _done: int, _of: int) -> None:
    """stderr is not a terminal."""
