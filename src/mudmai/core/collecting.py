"""Python's search for circles of objects, put off while many plain objects are made that will be kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_put_off() -> Iterator[None]:
    """No search for circles inside: for a second of reading or building that makes none. Objects are freed as ever.

    May be nested, and used in several threads: at worst the search begins again too early.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
