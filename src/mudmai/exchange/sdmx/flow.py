"""A dataset as a dataflow: its dimensions, codes and attributes, and how the house's names become SDMX ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mudmai.core.datasets import DatasetRecord
from mudmai.core.language import Text, same
from mudmai.core.observations import Flag
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import TOTAL, Catalogue, Series
from mudmai.exchange.dcat import sdmx_name

AGENCY = "MUDMAI"
VERSION = "1.0"
NOT_APPLICABLE = "_Z"
TIME, MEASURE = "TIME_PERIOD", "OBS_VALUE"

FREQUENCIES = {
    Frequency.ANNUAL: "A",
    Frequency.FISCAL: "A",
    Frequency.QUARTERLY: "Q",
    Frequency.MONTHLY: "M",
}
_FREQUENCY_WORDS = {"A": Text("รายปี", "annual"), "Q": Text("รายไตรมาส", "quarterly"), "M": Text("รายเดือน", "monthly")}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a codelist; ``own`` is the name that the house uses."""

    id: str
    own: str
    name: Text
    parent: str | None = None


@dataclass(frozen=True)
class Codelist:
    """A codelist of one dataflow."""

    id: str
    name: Text
    codes: tuple[Code, ...]

    @cached_property
    def by_own(self) -> Mapping[str, str]:
        """Code by the house's name."""
        return {code.own: code.id for code in self.codes}

    @cached_property
    def by_id(self) -> Mapping[str, str]:
        """The house's name by code."""
        return {code.id: code.own for code in self.codes}


@dataclass(frozen=True)
class Component:
    """A dimension or an attribute: its concept and, where it is coded, its codelist."""

    id: str
    name: Text
    codes: Codelist | None = None
    own: str = ""
    """The dimension's own id, for dimensions of the series."""


@dataclass(frozen=True)
class Flow:
    """One dataset as SDMX sees it."""

    record: DatasetRecord
    catalogue: Catalogue = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the dataflow."""
        return sdmx_name(self.record.id)

    @property
    def structure(self) -> str:
        """The id of the data structure."""
        return f"DSD_{self.id}"

    @property
    def concepts(self) -> str:
        """The id of the concept scheme."""
        return f"CS_{self.id}"

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """The series with rows, by id."""
        return {name: self.catalogue.one_series(name) for name in self.record.holding.series}

    @cached_property
    def dimensions(self) -> tuple[Component, ...]:
        """All dimensions but time, in the order of keys."""
        own = tuple(self._own_dimension(name) for name in self.record.holding.dimensions)
        return (
            Component("FREQ", Text("ความถี่", "frequency"), self._frequencies()),
            Component("REF_AREA", Text("พื้นที่", "area"), self._areas()),
            Component("INDICATOR", Text("รายการ", "indicator"), self._indicators()),
            *own,
        )

    @cached_property
    def series_attributes(self) -> tuple[Component, ...]:
        """What holds for a whole series."""
        units = {s.unit: self.catalogue.unit(s.unit).label for s in self.series.values()}
        codes = self._list("CL_UNIT", Text("หน่วย", "unit"), units.items())
        return (Component("UNIT_MEASURE", Text("หน่วย", "unit of measure"), codes),)

    @cached_property
    def observation_attributes(self) -> tuple[Component, ...]:
        """What is said about each value."""
        flags = self._list(
            "CL_OBS_STATUS", Text("สถานะของค่า", "observation status"), ((f.value, f.label) for f in Flag)
        )
        sources = self._list("CL_SOURCE", Text("แหล่งข้อมูล", "source"), self._sources())
        methods = self._list("CL_METHOD", Text("วิธีการ", "method"), self._methods())
        return (
            Component("OBS_STATUS", Text("สถานะของค่า", "observation status"), flags),
            Component("SOURCE", Text("แหล่งข้อมูล", "source"), sources),
            Component("METHOD", Text("วิธีการ", "method"), methods),
            Component("LOCATOR", Text("ตำแหน่งในแหล่งข้อมูล", "place in the source")),
        )

    @property
    def codelists(self) -> tuple[Codelist, ...]:
        """Every codelist of the structure."""
        parts = (*self.dimensions, *self.series_attributes, *self.observation_attributes)
        return tuple(part.codes for part in parts if part.codes is not None)

    def key(self, series: str, area: str, dims: Mapping[str, str]) -> tuple[str, ...]:
        """The codes of one series, in the order of :attr:`dimensions`."""
        one = self.series[series]
        declared = {d.id for d in one.dimensions}
        found = [FREQUENCIES[one.frequency], _code(self.dimensions[1], area), _code(self.dimensions[2], series)]
        for part in self.dimensions[3:]:
            code = dims.get(part.own)
            found.append(_code(part, code) if code else TOTAL if part.own in declared else NOT_APPLICABLE)
        return tuple(found)

    def time(self, iso: str) -> str:
        """A period as SDMX writes it; a fiscal year is the range that it covers.

        Years, quarters and months are written alike in both.
        """
        if not iso.startswith("FY"):
            return iso
        return f"{Period.from_iso(iso).start(self.record.fiscal_start).isoformat()}/P1Y"

    # ------------------------------------------------------------------ codelists
    def _list(self, name: str, title: Text, codes: Iterable[tuple[str, Text]]) -> Codelist:
        ids = _Ids()
        return Codelist(f"{name}_{self.id}", title, tuple(Code(ids.make(own), own, said) for own, said in codes))

    def _frequencies(self) -> Codelist:
        used = dict.fromkeys(FREQUENCIES[s.frequency] for s in self.series.values())
        return self._list("CL_FREQ", Text("ความถี่", "frequency"), ((f, _FREQUENCY_WORDS[f]) for f in used))

    def _indicators(self) -> Codelist:
        named = ((name, series.title) for name, series in self.series.items())
        return self._list("CL_INDICATOR", Text("รายการ", "indicator"), named)

    def _own_dimension(self, name: str) -> Component:
        used = [d for s in self.series.values() for d in s.dimensions if d.id == name]
        labels = {code: one.labels.get(code, same(code)) for one in used for code in one.codes}
        named = [(TOTAL, Text("รวม", "total")), (NOT_APPLICABLE, Text("ไม่จำแนก", "not applicable")), *labels.items()]
        concept = _plain(name).upper()
        taken = {"FREQ", "REF_AREA", "INDICATOR", TIME, MEASURE, "UNIT_MEASURE", "OBS_STATUS", "SOURCE", "METHOD",
                 "LOCATOR", "DATAFLOW"}  # fmt: skip
        concept = f"{concept}_DIM" if concept in taken else concept
        return Component(concept, used[0].title, self._list(f"CL_{concept}", used[0].title, named), name)

    def _areas(self) -> Codelist:
        ids, codes = _Ids(), list[Code]()
        for system, with_rows in self.record.holding.areas.items():
            known = self.catalogue.area_system(system)
            above = {a.code for code in with_rows if code in known.by_code for a in known.ancestors(code)}
            for area in known.areas:
                if (area.code in with_rows or area.code in above) and all(c.own != area.code for c in codes):
                    codes.append(Code(ids.make(area.code), area.code, area.name, area.parent))
        by_own = {code.own: code.id for code in codes}
        linked = (Code(c.id, c.own, c.name, by_own.get(c.parent or "")) for c in codes)
        return Codelist(f"CL_AREA_{self.id}", Text("พื้นที่", "area"), tuple(linked))

    def _sources(self) -> Iterable[tuple[str, Text]]:
        for name in self.record.holding.sources:
            one = self.catalogue.sources[name]
            yield name, Text(f"{one.publisher.th} {one.title.th}", f"{one.publisher.en}: {one.title.en}")

    def _methods(self) -> Iterable[tuple[str, Text]]:
        return ((name, self.catalogue.methods[name].title) for name in self.record.holding.methods)


class _Ids:
    """Ids that SDMX allows, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, own: str) -> str:
        plain = _plain(own)
        found, n = plain, 2
        while found in self._taken:
            found, n = f"{plain}_{n}", n + 1
        self._taken.add(found)
        return found


def _plain(text: str) -> str:
    """Letters, digits, ``_``, ``-``; anything else becomes ``_``.

    >>> _plain("I1.1 ก")
    'I1_1__'
    """
    return re.sub(r"[^A-Za-z0-9_-]", "_", text) or "_"


def _code(part: Component, own: str) -> str:
    assert part.codes is not None
    return part.codes.by_own.get(own) or _plain(own)
