"""Any figure as it was published on a date, and how it changed from release to release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.engine.release import Release, StoredObservation
    from mudmai.workspace.workspace import Workspace

THAI_TIME = timezone(timedelta(hours=7))
"""A day ends at midnight of the site's clock."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A fact as ``release`` has it; ``observation`` None: it says nothing about it (not the same as missing)."""

    release: str
    published_at: datetime
    observation: StoredObservation | None

    @property
    def value(self) -> float | None:
        """The number; None where it is missing or not there."""
        return None if self.observation is None else self.observation.value


def as_published(
    workspace: Workspace,
    series: str,
    area: str,
    period: Period | str,
    day: date | datetime,
    *,
    dims: str = "",
    system: str = "",
    zone: timezone = THAI_TIME,
) -> PublishedFigure | None:
    """The figure as it was served at the end of ``day`` (or at a moment); None before the first release.

    ``system`` picks the area system where several carry the series.
    """
    moment = day if isinstance(day, datetime) else end_of(day, zone)
    release = workspace.store.as_of(moment)
    if release is None:
        return None
    return PublishedFigure(release.id, release.created_at, _cell(release, series, dims, area, period, system))


def history_of_figure(
    workspace: Workspace, series: str, area: str, period: Period | str, *, dims: str = "", system: str = ""
) -> Sequence[PublishedFigure]:
    """Every release in which the figure became another one, oldest first; the first is where it appeared.

    A figure that was taken away stands with an ``observation`` None. Releases in which no table of the series changed
    are not read.
    """
    found: list[PublishedFigure] = []
    tables: dict[str, str] = {}
    for release in reversed(workspace.store.list()):
        now = {
            name: release.datasets[name].object
            for key in release.keys_of(series, dims)
            for name, _ in release.runs[key]
        }
        if now == tables:
            continue
        tables = now
        cell = _cell(release, series, dims, area, period, system)
        if _differs(found[-1].observation if found else None, cell):
            found.append(PublishedFigure(release.id, release.created_at, cell))
    return found


def end_of(day: date, zone: timezone = THAI_TIME) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC) - timedelta(microseconds=1)


def _cell(
    release: Release, series: str, dims: str, area: str, period: Period | str, system: str
) -> StoredObservation | None:
    if system and all(key.area_system != system for key in release.keys_of(series, dims)):
        return None
    found = release.cell(series, dims, area, period)
    return None if found is None or (system and found.area_system != system) else found


def _differs(one: StoredObservation | None, two: StoredObservation | None) -> bool:
    if one is None or two is None:
        return one is not two
    return (one.value, one.flag, one.source) != (two.value, two.flag, two.source)
