"""A country of two regions and five provinces, one added and one averaged series, and tidy tables of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.checks import CheckReport, CheckRule, FieldRule
from mudmai.core.datasets import Contact, Dataset, GeoUnit, Objective, Organisation, UpdateUnit
from mudmai.core.language import Text, same
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Aggregation, AggregationRule, Break, Catalogue, Series, SeriesDimension
from mudmai.core.units import unit
from mudmai.workspace.checking.running import check_figures

PROVINCES = {"P1": "N", "P2": "N", "P3": "N", "P4": "S", "P5": "S"}


def _area(code: str, level: str, parent: str | None, born: date | None = None) -> Area:
    return Area(code, Text(f"ถิ่น {code}", f"Place {code}"), level, parent, born)


SYSTEM = AreaSystem(
    "land",
    same("land"),
    (
        _area("K", "kingdom", None),
        _area("N", "region", "K"),
        _area("S", "region", "K"),
        *(_area(code, "province", up) for code, up in PROVINCES.items()),
        _area("P6", "province", "S", date(2019, 1, 1)),
    ),
)
SUM = Aggregation(AggregationRule.SUM)
SEX = SeriesDimension("sex", Text("เพศ", "sex"), ("M", "F"), {"M": Text("ชาย", "men"), "F": Text("หญิง", "women")})


def _series(id: str, rule: Aggregation = SUM, **more: object) -> Series:
    return Series(id, Text(f"ชุด {id}", f"Series {id}"), "land", Frequency.ANNUAL, "heads", rule, **more)  # type: ignore[arg-type]


CATALOGUE = Catalogue(
    units={"heads": unit("heads", {"person": 1}, label=Text("คน", "persons"), decimals=0)},
    area_systems={"land": SYSTEM},
    series={
        "people": _series("people", dimensions=(SEX,)),
        "homes": _series("homes"),
        "rate": _series("rate", Aggregation()),
        "broken": _series("broken", breaks=(Break(Period.year(2016), same("new method")),)),
    },
)


def dataset(*rules: CheckRule, fields: tuple[FieldRule, ...] = (), series: Iterable[str] = ("people",)) -> Dataset:
    return Dataset(
        "ds", same("ds"), same(""), Organisation("o", same("o")), Contact(same("c"), "c@example.org"), "cc0", (),
        (Objective.MISSION,), UpdateUnit.YEAR, GeoUnit.PROVINCE, same(""), tuple(series), ("t/ds",),
        fields=fields, checks=rules,
    )  # fmt: skip


Row = tuple[str, str, float | None] | tuple[str, str, float | None, str] | tuple[str, str, float | None, str, str]
"""Area, period, value, then dims and series (``people``)."""


def table(rows: Iterable[Row]) -> pa.Table:
    """Rows as the readers give them, each with its cell: the n-th row is ``book.xlsx!แผ่น!B<n+2>``."""
    told = [(*row, *("", "people")[len(row) - 3 :]) for row in rows]
    values = np.array([np.nan if r[2] is None else r[2] for r in told], np.float64)
    return pa.table(
        {
            "area_system": pa.array(["land"] * len(told)).dictionary_encode(),
            "area": pa.array([r[0] for r in told], pa.string()).dictionary_encode(),
            "period": pa.array([r[1] for r in told], pa.string()).dictionary_encode(),
            "series": pa.array([r[4] for r in told], pa.string()).dictionary_encode(),
            "dims": pa.array([r[3] for r in told], pa.string()).dictionary_encode(),
            "value": pa.array(values, pa.float64(), mask=np.isnan(values)),
            "flag": pa.array(["O" if r[2] is None else "A" for r in told], pa.string()).dictionary_encode(),
            "source": pa.array(["s"] * len(told), pa.string()),
            "method": pa.array(["m"] * len(told), pa.string()),
            "locator": pa.array([f"book.xlsx!แผ่น!B{n + 2}" for n in range(len(told))], pa.string()),
            "row": pa.nulls(len(told), pa.int32()),
        }
    )


def check(rows: Iterable[Row], *rules: CheckRule, **more: object) -> CheckReport:
    """The report on rows under these rules; ``fields`` and ``series`` are the dataset's."""
    shape = {key: more.pop(key) for key in ("fields", "series") if key in more}
    return check_figures(dataset(*rules, **shape), CATALOGUE, table(rows), file="book.xlsx", **more)  # type: ignore[arg-type]


def found(report: CheckReport, rule: str) -> list[tuple[str, str]]:
    """(area, period) of the findings of a rule."""
    return [(one.fact.area, one.fact.period) for one in report.findings if one.rule == rule]
