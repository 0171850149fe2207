"""Small tables of observations for tests of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa

Row = tuple[str, str, str, str, str, float | None]
"""area system, area, period, series, dims, value"""


def table(rows: Iterable[Row], **more: list[str] | list[int]) -> pa.Table:
    """Observations as the store takes them; a missing value gets the flag O."""
    listed = list(rows)
    names = ("area_system", "area", "period", "series", "dims")
    columns: dict[str, object] = {n: pa.array([r[i] for r in listed], pa.string()) for i, n in enumerate(names)}
    columns["value"] = pa.array([r[5] for r in listed], pa.float64())
    columns["flag"] = ["O" if r[5] is None else "A" for r in listed]
    return pa.table(columns | more)


def toy(area: str, period: str, value: float | None, series: str = "gpp", dims: str = "") -> Row:
    """One observation of the toy system."""
    return ("toy", area, period, series, dims, value)


def cells(found: pa.Table) -> dict[tuple[str, str, str, str, str], float | None]:
    """Values by fact."""
    names = ("area_system", "area", "period", "series", "dims")
    facts = zip(*(found[n].to_pylist() for n in names), strict=True)
    return dict(zip(facts, found["value"].to_pylist(), strict=True))


def ticking(start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that moves on by an hour each time it is read."""
    hours = iter(range(1_000_000))
    return lambda: start + timedelta(hours=next(hours))
