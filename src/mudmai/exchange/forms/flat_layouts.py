"""Layouts of flat lists of projects, as packs declare them in ``flat.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mudmai.core.area_names import fold_name
from mudmai.core.language import Text
from mudmai.exchange.forms.book import Stage
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.packs.schema_flat import FlatLayoutPart, FlatLayoutsFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "flat.yaml"
NEEDED = ("project", "amount", "unit", "fiscal_year")
"""Columns without which a file is not of a layout."""


@dataclass(frozen=True)
class FlatLevel:
    """A level above the project and the headings of its column."""

    id: str
    title: Text
    headings: tuple[str, ...]


@dataclass(frozen=True)
class FlatLayout:
    """One layout: headings by field, years' calendar, what the amounts mean, where units are looked up."""

    id: str
    title: Text
    calendar: Literal["BE", "CE"]
    stage: Stage
    area_system: str
    columns: Mapping[str, tuple[str, ...]]
    hierarchy: tuple[FlatLevel, ...]
    categories: tuple[tuple[str, ...], ...]
    spellings: Mapping[str, str]

    def missing(self, headings: Sequence[str]) -> tuple[str, ...]:
        """The needed fields that a row of headings lacks (none: it is of this layout)."""
        known = {fold_name(heading) for heading in headings}
        return tuple(name for name in NEEDED if not known & set(map(fold_name, self.columns[name])))


def read_flat_layouts(folders: Iterable[Path]) -> tuple[FlatLayout, ...]:
    """The layouts of all packs in ``folders`` that have any, in their order; an id given again replaces the earlier.

    Raises :class:`mudmai.core.errors.PackError` with file, line and key.
    """
    found: dict[str, FlatLayout] = {}
    for folder in folders:
        if (folder / FILE).is_file():
            found |= {one.id: one for one in _read(folder / FILE)}
    return tuple(found.values())


@lru_cache(maxsize=1)
def shipped_flat_layouts() -> tuple[FlatLayout, ...]:
    """The layouts that come with the product.

    >>> "th-budget-lines" in [layout.id for layout in shipped_flat_layouts()]
    True
    """
    return read_flat_layouts(sorted(shipped_packs().iterdir()))


def _read(path: Path) -> tuple[FlatLayout, ...]:
    findings = Findings(path.parent.name)
    part = read_shape(FlatLayoutsFile, read_yaml(path, path.name), path.name, findings)
    findings.raise_if_any()
    assert part is not None
    return tuple(map(_layout, part.flat))


def _layout(part: FlatLayoutPart) -> FlatLayout:
    columns = {name: tuple(words) for name, words in part.columns.model_dump().items() if words}
    levels = tuple(
        FlatLevel(one.level, Text(one.title.th, one.title.en), tuple(one.headings)) for one in part.hierarchy
    )
    return FlatLayout(
        part.id,
        Text(part.title.th, part.title.en),
        part.calendar,
        part.stage,
        part.area_system,
        columns,
        levels,
        tuple(map(tuple, part.categories)),
        dict(part.spellings),
    )
