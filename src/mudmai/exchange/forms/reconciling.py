"""Every section and year of a book against its own summary, to the baht, and the summary against itself.

Sections are compared year by year; the total over years and the rows of totals are compared with the summary's own
figures above and beside them, so that one slip is told once, where it stands. A project counts in a year in which it
has money. Moved, merged and doubled projects count where they go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from mudmai.exchange.forms.book import (
    FormBook,
    FormProject,
    ReconciledLine,
    Reconciliation,
    SummaryAmount,
    SummaryRow,
)
from mudmai.exchange.forms.words import folded, near

_NIL = Decimal(0)


def reconcile(book: FormBook) -> Reconciliation:
    """All comparisons, in the order of the summary; sections that it does not name come last."""
    lines: list[ReconciledLine] = []
    for summary_form, forms in book.summarises.items():
        rows = [row for row in book.summary if row.form == summary_form]
        if rows:
            lines += _Comparison(book, rows, forms).lines()
    return Reconciliation(tuple(lines))


class _Comparison:
    """One summary form against the sheets that it sums up."""

    def __init__(self, book: FormBook, rows: Sequence[SummaryRow], forms: Sequence[str]) -> None:
        self._book, self._rows, self._forms = book, rows, forms
        self._sections: dict[str, list[FormProject]] = defaultdict(list)
        self._names: dict[str, str] = {}
        self._places: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        """Section → sheet → its first and last row there."""
        self._group()
        self._money = {key: _by_year(projects) for key, projects in self._sections.items()}
        self._spans = {sheet.name: sheet for sheet in book.sheets}
        self._counts = self._what_totals_count()

    def _group(self) -> None:
        """The projects of these forms by section."""
        keys: dict[str, str] = {}
        for one in self._book.projects:
            if one.form not in self._forms:
                continue
            key = keys.get(one.section)
            if key is None:
                key = keys[one.section] = folded(one.section)
                self._names.setdefault(key, one.section)
            if one.counted:
                self._sections[key].append(one)
            row, places = one.row, self._places[key]
            first, last = places.get(one.sheet, (row, row))
            if row <= first or row >= last:
                places[one.sheet] = (min(first, row), max(last, row))

    def _what_totals_count(self) -> Literal["projects", "project_years"]:
        told = self._book.total_counts
        if told != "as_written":
            return told
        fits = misses = 0
        for row in self._rows:
            total = next((one.count for one in row.amounts if one.fiscal_year is None), None)
            years = [one.count for one in row.amounts if one.fiscal_year is not None and one.count is not None]
            if total is not None and len(years) > 1 and total != max(years):
                fits, misses = fits + (total == sum(years)), misses + (total != sum(years))
        return "project_years" if fits > misses else "projects"

    def lines(self) -> list[ReconciledLine]:
        found: list[ReconciledLine] = []
        matched: set[str] = set()
        keys: dict[tuple[str, int], str] = {}
        by_key: dict[str, list[SummaryRow]] = defaultdict(list)
        for row in self._rows:
            if row.role == "section":
                keys[row.sheet, row.row] = key = self._match(row, matched)
                by_key[key].append(row)
        for row in self._rows:
            if row.role == "section":
                key = keys[row.sheet, row.row]
                found += self._section(row, key if by_key[key][0] is row else "")
                found += self._row_total(row)
            else:
                found += self._column_total(row)
        for key, projects in self._sections.items():
            if key not in by_key:
                found.append(self._no_row(key, projects))
        return found

    def _match(self, row: SummaryRow, matched: set[str]) -> str:
        """The section of a row: of the same name, else the only one left that differs by a typo."""
        key = folded(row.section)
        if key not in self._names:
            wanted = {folded(one.section) for one in self._rows if one.role == "section"}
            free = [name for name in self._names if name not in wanted and name not in matched]
            close = [name for name in free if name[:1] == key[:1] and near(name, key, 0.85)]
            key = close[0] if len(close) == 1 else key
        matched.add(key)
        return key

    def _section(self, row: SummaryRow, key: str) -> list[ReconciledLine]:
        projects = self._sections.get(key, [])
        name = self._names.get(key, row.section)
        if not key or key not in self._names:
            written = [one for one in row.amounts if one.count or one.amount]
            return [self._no_sheet(row, one) for one in written if one.fiscal_year is not None]
        found = []
        told = {one.fiscal_year: one for one in row.amounts}
        money = self._money.get(key, {})
        for year in sorted({*(y for y in told if y is not None), *money}):
            count, amount = money.get(year, (0, _NIL))
            there = told.get(year) or SummaryAmount(year, None, None, "", "")
            cells = tuple(f"{row.sheet}!{cell}" for cell in (there.count_cell, there.amount_cell) if cell)
            found.append(
                ReconciledLine(
                    "section", name, self._form(projects), year, count, there.count, amount, there.amount,
                    self._cells(key, year), cells,
                )
            )  # fmt: skip
        total = told.get(None)
        if total is not None and total.count is not None and self._counts == "projects":
            rows = self._cells(key, None)
            cell = (f"{row.sheet}!{total.count_cell}",)
            found.append(
                ReconciledLine(
                    "section", name, self._form(projects), None, len(projects), total.count, None, None, rows, cell
                )
            )
        return found

    def _form(self, projects: Sequence[FormProject]) -> str:
        return projects[0].form if projects else self._forms[0] if self._forms else ""

    def _cells(self, key: str, year: int | None) -> tuple[str, ...]:
        """The cells of a section and year on each of its sheets (its numbers, for no year)."""
        found = []
        for name, (first, last) in self._places.get(key, {}).items():
            sheet = self._spans[name]
            cells = sheet.span(year) if year is not None else sheet.numbers()
            if cells:
                letters = cells.split(":")[0].rstrip("0123456789")
                found.append(f"{name}!{letters}{first}:{letters}{last}")
        return tuple(found)

    def _row_total(self, row: SummaryRow) -> list[ReconciledLine]:
        total = next((one for one in row.amounts if one.fiscal_year is None), None)
        years = [one for one in row.amounts if one.fiscal_year is not None]
        if total is None or (total.amount is None and total.count is None) or not years:
            return []
        count = sum(one.count or 0 for one in years) if self._counts == "project_years" else None
        cells = tuple(f"{row.sheet}!{cell}" for one in years for cell in (one.amount_cell,) if cell)
        return [
            ReconciledLine(
                "row_total", row.section or row.title, row.form, None,
                count, total.count if count is not None else None,
                sum((one.amount or _NIL for one in years), _NIL), total.amount,
                cells, (f"{row.sheet}!{total.amount_cell}",),
            )
        ]  # fmt: skip

    def _column_total(self, row: SummaryRow) -> list[ReconciledLine]:
        """A row of totals against the rows that it stands under: of its strategy, or all."""
        same_sheet = [one for one in self._rows if one.sheet == row.sheet]
        at = same_sheet.index(row)
        above = [one for one in same_sheet[:at] if one.role == "section"]
        if row.role == "subtotal":
            last = max((n for n, one in enumerate(same_sheet[:at]) if one.role == "subtotal"), default=-1)
            above = [one for one in same_sheet[last + 1 : at] if one.role == "section"]
        if not above:
            return []
        found = []
        for there in row.amounts:
            column = [one for r in above for one in r.amounts if one.fiscal_year == there.fiscal_year]
            cells = tuple(f"{row.sheet}!{one.amount_cell}" for one in column if one.amount_cell)
            cell = tuple(f"{row.sheet}!{cell}" for cell in (there.count_cell, there.amount_cell) if cell)
            found.append(
                ReconciledLine(
                    "column_total", row.title, row.form, there.fiscal_year,
                    sum(one.count or 0 for one in column), there.count,
                    sum((one.amount or _NIL for one in column), _NIL), there.amount,
                    cells, cell,
                )
            )  # fmt: skip
        return found

    def _no_sheet(self, row: SummaryRow, there: SummaryAmount) -> ReconciledLine:
        cells = tuple(f"{row.sheet}!{cell}" for cell in (there.count_cell, there.amount_cell) if cell)
        return ReconciledLine(
            "no_sheet", row.section, row.form, there.fiscal_year, None, there.count, None, there.amount, (), cells
        )

    def _no_row(self, key: str, projects: Sequence[FormProject]) -> ReconciledLine:
        total = sum((one.total() for one in projects), _NIL)
        name, form = self._names[key], self._form(projects)
        return ReconciledLine("no_row", name, form, None, len(projects), None, total, None, self._cells(key, None), ())


def _by_year(projects: Iterable[FormProject]) -> dict[int, tuple[int, Decimal]]:
    """Year → how many projects have money in it, and how much."""
    counts: dict[int, int] = {}
    sums: dict[int, Decimal] = {}
    for one in projects:
        seen: set[int] = set()
        for year, stage, amount, _, _ in one.amounts:
            if stage == "planned" and amount:
                if year not in sums:
                    counts[year], sums[year] = 1, amount
                else:
                    counts[year] += year not in seen
                    sums[year] += amount
                seen.add(year)
    return {year: (counts[year], amount) for year, amount in sums.items()}
