"""Python's search for circles of objects, put off while many plain objects are made that will be kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

SEARCH_AFTER = 100
"""After so many put-offs everything is searched once, so that no circle waits for ever."""

_times = count(1)


@contextmanager
def collection_put_off() -> Iterator[None]:
    """No search for circles inside: for a second of reading or building that makes none. Objects are freed as ever.

    At the end what was made joins the old objects, which only a full search sees: otherwise the very next object made
    would set off a search of all of them. May be nested, and used in several threads: at worst the search begins again
    too early.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if next(_times) % SEARCH_AFTER == 0:
                gc.collect()
            elif not gc.get_freeze_count():  # somebody's frozen objects stay as they are
                gc.freeze()
                gc.unfreeze()
            gc.enable()
