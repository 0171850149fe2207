"""Two publishers of one fact, side by side: both figures, how far apart, whose is served and why.

``<home>/publishers/<dataset>.json`` says who publishes a dataset; the figures of those that are not the official ones
lie in kept files. All of it is open data: of other datasets the record names no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mudmai.core.language import Text
from mudmai.workspace.durable_files import read_json, write_json
from mudmai.workspace.raw_files import raw_files

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from mudmai.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Publisher:
    """An organisation that publishes a dataset, under ``table`` in the releases."""

    organisation: str
    name: Text
    table: str
    is_official: bool
    left_out: str
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose figures are official, since when and why; ``series`` empty: of the whole dataset."""

    series: str
    organisation: str
    name: Text
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PublishersRecord:
    """``choices`` are in the order in which they were made; a later one of the same series takes the place."""

    publishers: tuple[Publisher, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def standing(self) -> tuple[Choice, ...]:
        """The choices that hold now."""
        return tuple({one.series: one for one in self.choices}.values())


@dataclass(frozen=True, slots=True)
class PairedFact:
    """One fact that two publishers give; a value None is missing."""

    area_system: str
    area: str
    period: str
    series: str
    dims: str
    served: float | None
    served_source: str
    other: float | None
    other_source: str

    @property
    def difference(self) -> float | None:
        """Other minus served, in the unit of the series."""
        return None if self.served is None or self.other is None else self.other - self.served

    @property
    def percent(self) -> float | None:
        """The difference in per cent of the served value; None where that is 0 or missing."""
        gap = self.difference
        return None if gap is None or not self.served else 100 * gap / abs(self.served)


def publishers_record(workspace: Workspace, dataset: str) -> PublishersRecord:
    """Who publishes the dataset; empty where it was never assigned."""
    told = read_json(_path(workspace, dataset), None)
    if told is None:
        return PublishersRecord()
    return PublishersRecord(
        tuple(Publisher(**{**p, "name": _text(p["name"])}) for p in told["publishers"]),
        tuple(
            Choice(**{**c, "name": _text(c["name"]), "at": datetime.fromisoformat(c["at"])}) for c in told["choices"]
        ),
    )


def keep_record(workspace: Workspace, dataset: str, record: PublishersRecord) -> None:
    """Write it whole."""
    write_json(
        _path(workspace, dataset),
        {
            "publishers": [{**_fields(p), "name": _both(p.name)} for p in record.publishers],
            "choices": [{**_fields(c), "name": _both(c.name), "at": c.at.isoformat()} for c in record.choices],
        },
    )


def paired_facts(
    workspace: Workspace, record: PublishersRecord, publisher: Publisher, *, first: int = 0, count: int = 100
) -> tuple[Sequence[PairedFact], int]:
    """Facts of ``publisher`` that stand back behind another's, largest difference in per cent first; and how many."""
    if not publisher.left_out or not raw_files(workspace).has(publisher.left_out):
        return (), 0
    import pyarrow as pa  # the engine's columns load where observations are read
    import pyarrow.parquet as pq

    from mudmai.workspace.holdings import plain, served, side_by_side

    mine = plain(pq.read_table(raw_files(workspace).path(publisher.left_out)))
    others = [served(workspace.store, p.table) for p in record.publishers if p.organisation != publisher.organisation]
    pairs = side_by_side(pa.concat_tables(others), mine) if others else mine.slice(0, 0)
    facts = [_pair(row) for row in _by_difference(pairs).slice(first, count).to_pylist()] if others else []
    return facts, pairs.num_rows


def _by_difference(pairs: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    gap = pc.abs(pc.subtract(pairs.column("value_two"), pairs.column("value_one")))
    base = pc.abs(pairs.column("value_one"))
    share = pc.round(pc.if_else(pc.equal(base, 0.0), pc.cast(gap, "double"), pc.divide(gap, base)), 3)
    return pairs.append_column("share", share).sort_by(
        [("share", "descending"), *((name, "ascending") for name in ("series", "dims", "area", "period"))]
    )


def _pair(row: dict[str, Any]) -> PairedFact:
    return PairedFact(
        row["area_system"],
        row["area"],
        row["period"],
        row["series"],
        row["dims"],
        row["value_one"],
        row["source_one"],
        row["value_two"],
        row["source_two"],
    )


def _path(workspace: Workspace, dataset: str) -> Path:
    from mudmai.workspace.notices import file_of

    return file_of(workspace, "publishers", dataset)


def _fields(one: Publisher | Choice) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _text(told: dict[str, str]) -> Text:
    return Text(told["th"], told["en"])


def _both(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}
