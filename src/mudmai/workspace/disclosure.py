"""Small counts hidden before a table is public: the rule of the dataset, applied to a whole table of observations.

Cells are the facts of the declared counts. What ties them together comes from the catalogue: an area is the sum of the
areas below it (level by level, whichever of them the table has), the total of a dimension the sum of its codes, a
declared total series the sum of its parts. Every cell that was ever public with the value it has now is known to
everybody: it protects nothing, and a small one cannot be taken back - the report says so. A cell that was hidden once
stays hidden, so that two versions side by side give nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mudmai.core.areas import AreaSystem
from mudmai.core.datasets import Dataset
from mudmai.core.disclosure import DisclosureRule
from mudmai.core.errors import InputError
from mudmai.core.language import Text, so_many
from mudmai.core.observations import Flag, read_dims, write_dims
from mudmai.core.series import Catalogue

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from mudmai.workspace.workspace import Workspace

Fact = tuple[str, str, str, str, str]
"""Area system, series, dims, area, period."""
Sum = tuple[int, tuple[int, ...]]
"""A total and its parts, as numbers of cells."""

_KEYS = ("area_system", "series", "dims", "area", "period")


@dataclass(frozen=True)
class DisclosureReport:
    """What was hidden of one dataset. For those who may read the whole only: ``exposed`` names facts.

    ``primary`` are small counts, ``complementary`` cells hidden for their sake, ``along`` values worked out from
    them. ``already_public`` are small counts that an earlier release shows: hiding them now undoes nothing.
    ``exposed`` are all small counts that stay less protected than asked, those among them.
    """

    dataset: str
    cells: int = 0
    primary: int = 0
    complementary: int = 0
    along: int = 0
    already_public: tuple[Fact, ...] = ()
    exposed: tuple[Fact, ...] = ()
    narrowest: float | None = None
    """The narrowest audited interval of a small count that is not exposed; None without any."""

    @property
    def hidden(self) -> int:
        """How many values are not shown."""
        return self.primary + self.complementary + self.along

    @property
    def summary(self) -> Text:
        """In words, without a figure of the dataset."""
        if not self.hidden:
            return Text("ไม่มีค่าที่ต้องปกปิด", "nothing has to be hidden")
        others = self.complementary + self.along
        th = f"ปกปิด {self.hidden:,} ค่า: ค่าที่น้อยเกินไป {self.primary:,} ค่าอื่นเพื่อกันการคำนวณย้อน {others:,}"
        en = (
            f"{so_many(self.hidden, 'value', 'values')} hidden: "
            f"{so_many(self.primary, 'small count', 'small counts')}, "
            f"{so_many(others, 'other', 'others')} so that they cannot be worked out"
        )
        if self.exposed:
            th += (
                f" มี {len(self.exposed):,} ค่าที่คุ้มครองไม่ได้เต็มที่เพราะรุ่นก่อนเปิดเผยไว้มาก "
                f"({len(self.already_public):,} ค่าเคยแสดงโดยตรง)"
            )
            en += (
                f"; {len(self.exposed):,} cannot be protected in full, because earlier releases tell too much "
                f"({len(self.already_public):,} were shown there themselves)"
            )
        return Text(th, en)

    def as_dict(self) -> dict[str, Any]:
        """For keeping beside a submission."""
        return {
            "dataset": self.dataset,
            "cells": self.cells,
            "primary": self.primary,
            "complementary": self.complementary,
            "along": self.along,
            "already_public": [list(one) for one in self.already_public],
            "exposed": [list(one) for one in self.exposed],
            "narrowest": self.narrowest,
        }


def publishable(workspace: Workspace, dataset: Dataset, table: pa.Table) -> tuple[pa.Table, DisclosureReport]:
    """What everybody may read of ``table`` (all rows of the dataset as they will stand), and what was hidden.

    Hidden values are missing with the flag Q; the table keeps its columns and rows. A dataset without a rule passes
    unchanged when it is open; otherwise an :class:`InputError` (code ``disclosure``) says that nothing of it may.
    """
    tables, report = publishable_tables(workspace, dataset, {"": table})
    return tables[""], report


def publishable_tables(
    workspace: Workspace, dataset: Dataset, tables: Mapping[str, pa.Table]
) -> tuple[dict[str, pa.Table], DisclosureReport]:
    """As :func:`publishable`, for a dataset in several tables; they are protected together."""
    rule = dataset.disclosure
    if rule is None:
        if not dataset.is_open:
            raise _not_open(dataset)
        return dict(tables), DisclosureReport(dataset.id)
    cells = _Cells.of(tables, rule)
    if not len(cells.values):
        return dict(tables), DisclosureReport(dataset.id)
    known, hidden_before = _earlier(workspace, dataset, cells)
    hide, report = _choose(dataset.id, rule, cells, workspace.catalogue, known, hidden_before)
    facts = {cells.facts[n] for n in np.flatnonzero(hide)}
    places = {(system, dims, area, period) for system, _, dims, area, period in facts}
    shown: dict[str, pa.Table] = {}
    along = 0
    for name, table in tables.items():
        mask = np.zeros(table.num_rows, bool)
        for n, fact in enumerate(_facts(table)):
            follows = fact[1] in rule.along and (fact[0], *fact[2:]) in places
            mask[n] = follows or fact in facts
            along += follows
        shown[name] = _without(table, mask)
    return shown, _with_along(report, along)


def _with_along(report: DisclosureReport, along: int) -> DisclosureReport:
    from dataclasses import replace

    return replace(report, along=along)


def _not_open(dataset: Dataset) -> InputError:
    return InputError(
        Text(
            f"ชุดข้อมูล {dataset.id} ไม่ใช่ข้อมูลเปิดและไม่ได้ประกาศวิธีปกปิด",
            f"the dataset {dataset.id} is not open and declares no rule for hiding small counts",
        ),
        remedy=Text(
            "ประกาศ disclosure ใน datasets.yaml หรือไม่เผยแพร่",
            "declare disclosure in datasets.yaml, or do not publish it",
        ),
        code="disclosure",
    )


@dataclass(frozen=True)
class _Cells:
    """The facts of the counts that have a value."""

    facts: tuple[Fact, ...]
    values: np.ndarray[Any, np.dtype[np.float64]]
    at: Mapping[Fact, int]

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table], rule: DisclosureRule) -> _Cells:
        found: dict[Fact, float] = {}
        for table in tables.values():
            for fact, value in zip(_facts(table), table.column("value").to_pylist(), strict=True):
                if fact[1] in rule.counts and value is not None:
                    found[fact] = value
        ordered = sorted(found)
        values = np.array([found[one] for one in ordered], np.float64)
        return cls(tuple(ordered), values, {one: n for n, one in enumerate(ordered)})


def _facts(table: pa.Table) -> Iterator[Fact]:
    columns = [table.column(name).to_pylist() for name in _KEYS]
    return zip(*columns, strict=True)


def _without(table: pa.Table, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> pa.Table:
    """``table`` with the marked values missing and flagged."""
    import pyarrow.compute as pc

    if not mask.any():
        return table
    chosen = pa.array(mask)
    values = pc.if_else(chosen, pa.scalar(None, pa.float64()), table.column("value").combine_chunks())
    flag = table.column("flag")
    words = pc.if_else(chosen, Flag.SUPPRESSED.value, flag.cast(pa.string()).combine_chunks())
    told = words.dictionary_encode() if pa.types.is_dictionary(flag.type) else words
    table = table.set_column(table.column_names.index("value"), "value", values)
    return table.set_column(table.column_names.index("flag"), "flag", told)


def _choose(
    dataset: str,
    rule: DisclosureRule,
    cells: _Cells,
    catalogue: Catalogue,
    known: np.ndarray[Any, np.dtype[np.bool_]],
    hidden_before: np.ndarray[Any, np.dtype[np.bool_]],
) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], DisclosureReport]:
    from mudmai.methods.suppression import CellState, small_cells, suppress

    relations = _matrix(list(_sums(cells, rule, catalogue)), len(cells.values))
    primary = small_cells(cells.values, rule.threshold, zeros=rule.hide_zeros)
    whole = bool(np.all(cells.values == np.round(cells.values)))
    found = suppress(
        cells.values,
        relations,
        primary,
        protection=rule.protection,
        public=known,
        hidden=hidden_before & ~known,
        whole=whole,
    )
    safe = primary & ~found.exposed
    widths = (found.high - found.low)[safe]
    return found.hidden, DisclosureReport(
        dataset,
        cells=len(cells.values),
        primary=int(primary.sum()),
        complementary=int((found.state == CellState.COMPLEMENTARY).sum()),
        already_public=tuple(cells.facts[n] for n in np.flatnonzero(primary & known)),
        exposed=tuple(cells.facts[n] for n in np.flatnonzero(found.exposed)),
        narrowest=float(widths.min()) if len(widths) and np.isfinite(widths.min()) else None,
    )


def _matrix(sums: list[Sum], size: int) -> csr_array:
    from scipy.sparse import csr_array

    rows = [n for n, (_, parts) in enumerate(sums) for _ in range(1 + len(parts))]
    columns = [cell for total, parts in sums for cell in (total, *parts)]
    signs = [sign for _, parts in sums for sign in (1.0, *([-1.0] * len(parts)))]
    return csr_array((signs, (rows, columns)), shape=(len(sums), size))


def _sums(cells: _Cells, rule: DisclosureRule, catalogue: Catalogue) -> Iterator[Sum]:
    """Every sum among the cells; a total without any of its parts in the table ties nothing."""
    groups: dict[tuple[str, str, str, str], set[str]] = {}
    for system, series, dims, area, period in cells.facts:
        groups.setdefault((system, series, dims, period), set()).add(area)
    for (system, series, dims, period), areas in sorted(groups.items()):
        if system in catalogue.area_systems:
            for total, parts in _area_sums(catalogue.area_systems[system], areas):
                yield (
                    cells.at[system, series, dims, total, period],
                    tuple(cells.at[system, series, dims, one, period] for one in parts),
                )
    yield from _dimension_sums(cells, rule)
    for declared in rule.sums:
        for fact, n in cells.at.items():
            if fact[1] == declared.total:
                system, _, dims, area, period = fact
                facts = [(system, one, dims, area, period) for one in declared.parts]
                mine = tuple(cells.at[one] for one in facts if one in cells.at)
                if mine:
                    yield n, mine


def _area_sums(system: AreaSystem, present: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Totals and parts among the areas present: the nearest ones below, apart for each level of direct children."""
    children = system.children_of

    def nearest(code: str) -> list[str]:
        return [code] if code in present else [one for child in children.get(code, ()) for one in nearest(child)]

    for code in sorted(present):
        by_level: dict[str, list[str]] = {}
        for child in children.get(code, ()):
            by_level.setdefault(system.by_code[child].level, []).extend(nearest(child))
        for parts in by_level.values():
            if parts:
                yield code, parts


def _dimension_sums(cells: _Cells, rule: DisclosureRule) -> Iterator[Sum]:
    found: dict[tuple[Fact, str], list[int]] = {}
    for (system, series, dims, area, period), n in cells.at.items():
        held = read_dims(dims)
        for name, _ in held:
            if name in rule.dimensions:
                rest = write_dims(tuple(pair for pair in held if pair[0] != name))
                total = (system, series, rest, area, period)
                if total in cells.at:
                    found.setdefault((total, name), []).append(n)
    for (total, _), parts in found.items():
        yield cells.at[total], tuple(parts)


def _earlier(
    workspace: Workspace, dataset: Dataset, cells: _Cells
) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], np.ndarray[Any, np.dtype[np.bool_]]]:
    """Cells that some public release shows with the value of now, and cells that one has hidden."""
    known, hidden = np.zeros(len(cells.values), bool), np.zeros(len(cells.values), bool)
    for table in _public_tables(workspace, dataset):
        values, flags = table.column("value").to_pylist(), table.column("flag").to_pylist()
        for fact, value, flag in zip(_facts(table), values, flags, strict=True):
            n = cells.at.get(fact)
            if n is None:
                continue
            known[n] |= value is not None and value == cells.values[n]
            hidden[n] |= flag == Flag.SUPPRESSED
    return known, hidden


def _public_tables(workspace: Workspace, dataset: Dataset) -> Iterable[pa.Table]:
    """Each content that a table of the dataset ever had in the public store, once."""
    seen: set[str] = set()
    for release in workspace.releases():
        for name, version in release.datasets.items():
            if dataset.holds(name) and version.object not in seen:
                seen.add(version.object)
                yield release.dataset_table(name)
