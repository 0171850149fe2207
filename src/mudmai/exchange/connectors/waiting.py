"""When to try again after failures: longer each time, a little by chance, never beyond a day."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=24)


def next_try(
    now: datetime, failures: int, *, retry_after: float | None = None, chance: float | None = None
) -> datetime:
    """The next attempt after ``failures`` failures in a row (at least 1).

    Waits double from five minutes to a day, each up to 10 % shorter or longer by chance, so that many connections to
    one source do not come back together. ``retry_after`` (seconds) is what the source asked for; it is never cut
    short. ``chance`` (0 to 1) stands in for chance.
    """
    if failures < 1:
        raise ValueError("failures is at least 1")
    wait: timedelta = min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)
    by_chance = random.random() if chance is None else chance  # noqa: S311  # spreads load, hides nothing
    wait *= 0.9 + 0.2 * by_chance
    wait = min(wait, LONGEST_WAIT)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    return now + wait
