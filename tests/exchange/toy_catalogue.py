"""A toy catalogue for tests of tidy files: two area systems, three frequencies, a dimension, bounds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text, same
from mudmai.core.periods import Frequency
from mudmai.core.series import Aggregation, AggregationRule, Catalogue, Series, SeriesDimension
from mudmai.core.sources import Method, Source

LAND = AreaSystem(
    "toy-land",
    same("Toy land"),
    (
        Area("TL", Text("แดนจำลอง", "Toyland"), "kingdom"),
        Area("TL-N", Text("เหนือจำลอง", "Toy North"), "region", "TL", aliases=("1", "NORTH")),
        Area("TL-S", Text("ใต้จำลอง", "Toy South"), "region", "TL", aliases=("2",), valid_from=date(2011, 3, 23)),
    ),
)
SURVEY = AreaSystem("toy-survey", same("Toy survey"), (Area("TL", Text("แดนจำลอง", "Toyland"), "kingdom"),))


def _series(name: str, system: str = "toy-land", frequency: Frequency = Frequency.ANNUAL, **more: object) -> Series:
    return Series(name, same(name), system, frequency, "number", Aggregation(AggregationRule.SUM), **more)  # type: ignore[arg-type]


_SEX = SeriesDimension("sex", same("sex"), ("F", "M"))
_AGE = SeriesDimension("age", same("age"), ("15-24", "25+"))

TOYS = Catalogue(
    area_systems={"toy-land": LAND, "toy-survey": SURVEY},
    sources={"book": Source("book", same("Office"), same("Book")), "web": Source("web", same("Office"), same("Web"))},
    methods={"count": Method("count", same("count"))},
    series={
        s.id: s
        for s in (
            _series("output", source="book", method="count"),
            _series("people", dimensions=(_AGE, _SEX)),
            _series("share", minimum=0.0, maximum=100.0),
            _series("budget", frequency=Frequency.FISCAL),
            _series("rain", frequency=Frequency.MONTHLY),
            _series("income", system="toy-survey"),
        )
    },
)

HEADER = "area_system,area,period,series,value"


def write(folder: Path, text: str, name: str = "toy.csv", encoding: str = "utf-8") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_rows(folder: Path, *rows: str, header: str = HEADER, name: str = "toy.csv") -> Path:
    """A CSV file of a header and rows; row numbers start at 2."""
    return write(folder, "\n".join((header, *rows)) + "\n", name)
