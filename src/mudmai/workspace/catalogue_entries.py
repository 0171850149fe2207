"""What the search of the catalogue knows of one dataset: words in both languages, and values to choose by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mudmai.core.areas import AreaSystem
from mudmai.core.datasets import LICENCES, DataClass, DatasetRecord, frequency_of_update
from mudmai.core.language import Text, same
from mudmai.core.search_text import years_said
from mudmai.core.series import Catalogue
from mudmai.core.timeliness import Timeliness, currency

FACETS = ("publisher", "tag", "geo", "frequency", "freshness", "format", "licence", "data_class", "year")
"""By what datasets can be chosen, in the order in which a page shows it."""

MOST_YEARS = 300
_MOST_SHEET_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset to the search.

    ``years`` are all years (CE) from the first period to the last; ``facets`` are the values by facet (a dataset may
    have several of one); ``places`` are (area system, codes). ``is_open``: everybody may find it.
    """

    id: str
    title: Text
    notes: Text
    tags: tuple[Text, ...]
    publisher: Text
    about: tuple[Text, ...]
    years: tuple[int, ...]
    facets: Mapping[str, tuple[str, ...]]
    places: tuple[tuple[str, tuple[str, ...]], ...]
    is_open: bool = True

    @property
    def said_years(self) -> frozenset[int]:
        """Years covered and years that title or notes name."""
        texts = (self.title.th, self.title.en, self.notes.th, self.notes.en)
        return frozenset(self.years).union(*(years_said(text) for text in texts))


def entries_of(records: Iterable[DatasetRecord], catalogue: Catalogue, today: date) -> tuple[Entry, ...]:
    """The entries of ``records``; ``today`` says which figures are late."""
    return tuple(_entry(record, catalogue, today) for record in records)


def _entry(record: DatasetRecord, catalogue: Catalogue, today: date) -> Entry:
    dataset, holding = record.dataset, record.holding
    years = _years(record)
    series = [catalogue.series[name] for name in holding.series or dataset.series if name in catalogue.series]
    sources = [catalogue.sources[name].title for name in holding.sources if name in catalogue.sources]
    return Entry(
        id=dataset.id,
        title=dataset.title,
        notes=dataset.notes,
        tags=dataset.tags,
        publisher=dataset.publisher.name,
        about=(same(dataset.id), dataset.data_source, *(one.title for one in series), *sources),
        years=years,
        facets={
            "publisher": (dataset.publisher.id,),
            "tag": tuple(dict.fromkeys(tag.th for tag in dataset.tags)),
            "geo": (dataset.geo_unit.value,),
            "frequency": (f"{dataset.interval}-{dataset.update.value}",),
            "freshness": (currency(dataset, holding, today).state.value,),
            "format": formats_of(record),
            "licence": (dataset.licence,),
            "data_class": (dataset.data_class.value,),
            "year": tuple(str(year) for year in years),
        },
        places=tuple((system, tuple(codes)) for system, codes in holding.areas.items()),
        is_open=dataset.is_open and holding.rows > 0,
    )


def _years(record: DatasetRecord) -> tuple[int, ...]:
    first, last = record.holding.first, record.holding.last
    if first is None or last is None:
        return ()
    return tuple(range(max(first.year_ce, last.year_ce - MOST_YEARS + 1), last.year_ce + 1))


def formats_of(record: DatasetRecord) -> tuple[str, ...]:
    """The kinds of files that can be taken away."""
    holding = record.holding
    if not holding.rows:
        return ()
    small = holding.rows <= _MOST_SHEET_ROWS
    return ("csv", *(("xlsx",) if small else ()), "parquet", "json", *(("geojson",) if holding.areas else ()), "zip")


def labels_of(
    facet: str, values: Sequence[str], records: Iterable[DatasetRecord], forms: Mapping[str, Text]
) -> dict[str, Text]:
    """What the values of a facet are called; ``forms`` are the names of file formats."""
    if facet == "licence":
        return {value: LICENCES[value].title for value in values if value in LICENCES}
    if facet == "freshness":
        return {value: Timeliness(value).label for value in values}
    if facet == "format":
        return {value: forms.get(value, same(value)) for value in values}
    if facet == "data_class":
        return {value: CLASS_NAMES[DataClass(value)] for value in values}
    wanted, found = set(values), dict[str, Text]()
    for record in records:
        for value, label in _labels(facet, record):
            if value in wanted:
                found.setdefault(value, label)
    return found


def _labels(facet: str, record: DatasetRecord) -> list[tuple[str, Text]]:
    dataset = record.dataset
    match facet:
        case "publisher":
            return [(dataset.publisher.id, dataset.publisher.name)]
        case "tag":
            return [(tag.th, tag) for tag in dataset.tags]
        case "geo":
            return [(dataset.geo_unit.value, dataset.geo_unit.label)]
        case "frequency":
            return [(f"{dataset.interval}-{dataset.update.value}", frequency_of_update(dataset))]
    return []


CLASS_NAMES: Mapping[DataClass, Text] = {
    DataClass.OPEN: Text("ข้อมูลเปิด", "open"),
    DataClass.SHARED: Text("แบ่งปันระหว่างหน่วยงาน", "shared between organisations"),
    DataClass.INTERNAL: Text("ใช้ภายในหน่วยงาน", "internal"),
}
"""Classes of data in words."""


def place_names(systems: Mapping[str, AreaSystem], places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Text]:
    """(system, code) → the area's name, for those that a system knows."""
    found = {}
    for system, code in places:
        area = systems[system].by_code.get(code) if system in systems else None
        if area is not None:
            found[system, code] = area.name
    return found
