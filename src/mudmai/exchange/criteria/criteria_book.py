"""A criteria set as a workbook that officers edit, and back: tables of parts, criteria, scales, conditions and levels.

What comes back goes through the very checks of a file of a pack; each fault is told by sheet and cell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.criteria.book_layout import FORM, SET, SET_FIELDS, TABLES, Field
from mudmai.exchange.criteria.book_style import HEAD, put, saved
from mudmai.exchange.criteria.building import built
from mudmai.exchange.criteria.checking import check_criteria
from mudmai.exchange.criteria.writing import criteria_yaml
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.placed import Placed
from mudmai.exchange.packs.schema_criteria import CriteriaFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import LinedDocument, Path_, parse_yaml
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet, Workbook, open_workbook

MOST_BYTES = 20 << 20
MOST_ROWS = 5_000
_COMPARISONS = ("is", "is_not", "at_least", "below", "has")


@dataclass(frozen=True)
class CriteriaBook:
    """What a workbook says: the set, or None with the problems that stand in the way."""

    criteria: CriteriaSet | None
    problems: tuple[Problem, ...] = ()


def write_criteria_book(criteria: CriteriaSet) -> bytes:
    """The set as a workbook (xlsx); :func:`read_criteria_book` gives it back as it was."""
    from openpyxl import Workbook as NewBook  # heavy, and needed only where a workbook is written

    data = parse_yaml(criteria_yaml(criteria), "criteria.yaml").data
    book = NewBook()
    first = book.active
    assert first is not None
    first.title = SET
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 28, 100
    put(first, 1, 1, "form", bold=True, fill=HEAD)
    put(first, 1, 2, FORM)
    for row, one in enumerate(SET_FIELDS, 2):
        put(first, row, 1, one.head, bold=True, fill=HEAD)
        put(first, row, 2, _shown(_at(data, one.path), one))
    rows = _rows_of(data)
    for name, fields in TABLES.items():
        sheet = book.create_sheet(name)
        for col, one in enumerate(fields, 1):
            put(sheet, 1, col, one.head, bold=True, fill=HEAD)
            sheet.column_dimensions[sheet.cell(1, col).column_letter].width = one.width
        for row, record in enumerate(rows[name], 2):
            for col, one in enumerate(fields, 1):
                put(sheet, row, col, _shown(_at(record, one.path), one))
        sheet.freeze_panes = "B2"
    return saved(book)


def read_criteria_book(path: Path) -> CriteriaBook:
    """The set that the workbook at ``path`` holds, checked as a file of a pack is.

    Raises :class:`mudmai.core.errors.ImportRefused` for a file that cannot be opened safely, and
    :class:`mudmai.core.errors.InputError` (``criteria_book``) for another kind of workbook.
    """
    book = open_workbook(path, max_bytes=MOST_BYTES)
    first = book.sheet(SET)
    if first is None or text_of(first.value(0, 1)) != FORM:
        raise InputError(
            Text(f"{path.name} ไม่ใช่สมุดเกณฑ์ที่ส่งออกจากระบบ", f"{path.name} is no workbook of criteria of this system"),
            remedy=Text("ส่งออกชุดเกณฑ์ก่อน แล้วแก้ไขในไฟล์นั้น", "export a criteria set first, and edit that file"),
            code="criteria_book",
            where=Where(file=path.name),
        )
    gathered = _Gathered(book)
    gathered.gather(first)
    if gathered.problems:
        return CriteriaBook(None, tuple(gathered.problems))
    findings = Findings("")
    document = LinedDocument(gathered.data, gathered.lines)
    part = read_shape(CriteriaFile, document, "", findings)
    if part is not None:
        check_criteria(Placed("", part, document, findings))
    if findings.problems or part is None:
        return CriteriaBook(None, tuple(gathered.placed(one) for one in findings.problems))
    return CriteriaBook(built(part))


# ------------------------------------------------------------------------------------------------ out


def _rows_of(data: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The tables of the workbook from the data of a file of a pack; what stands inside criteria gets a name."""
    scales: dict[str, Any] = dict(data.get("scales", {}))
    fits: dict[str, Any] = dict(data.get("fits", {}))
    criteria = []
    for one in data["criteria"]:
        kept = dict(one)
        if not isinstance(one["scale"], str):
            kept["scale"] = _free(f"{one['id']}-scale", scales)
            scales[kept["scale"]] = one["scale"]
        names = []
        for fit in one.get("fits", ()):
            name = fit if isinstance(fit, str) else _free(f"{one['id']}-fit", fits)
            if not isinstance(fit, str):
                fits[name] = fit
            names.append(name)
        kept["fits"] = names
        if "live" in one:
            bounds = ", ".join(f"{step}: {bound!r}" for step, bound in one["live"]["bounds"].items())
            kept["live"] = {**one["live"], "bounds": bounds}
        criteria.append(kept)
    levels = data.get("levels", ())
    return {
        "parts": data["parts"],
        "criteria": criteria,
        "scales": [{"scale": name, **step} for name, steps in scales.items() for step in steps],
        "sources": [{"source": name, "words": words} for name, words in data["sources"].items()],
        "facts": data.get("facts", []),
        "choices": [{"fact": one["id"], **c} for one in data.get("facts", ()) for c in one.get("choices", ())],
        "fits": [{"fit": name, **_compared(clause)} for name, clause in fits.items()],
        "levels": list(levels),
        "rules": [{"level": one["id"], **rule} for one in levels for rule in one.get("parts", ())],
        "actions": data.get("actions", []),
    }


def _free(name: str, taken: Mapping[str, Any]) -> str:
    shorter = name[-60:].lstrip("0123456789_.-")
    return next(one for n in range(len(taken) + 1) if (one := f"{shorter}-{n}" if n else shorter) not in taken)


def _compared(clause: Mapping[str, Any]) -> dict[str, Any]:
    comparison = next(one for one in _COMPARISONS if one in clause)
    value = clause[comparison]
    shown = ", ".join(value) if isinstance(value, list) else json.dumps(value)
    return {"fact": clause["fact"], "comparison": comparison, "values": shown, "words": clause["words"]}


def _shown(value: Any, one: Field) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    if value is None:
        return None
    return value if one.kind in ("whole", "number") else str(value)


def _at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = record
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


# ------------------------------------------------------------------------------------------------ back


@dataclass
class _Gathered:
    """The data of a file of a pack, gathered from sheets. ``lines`` number the places instead of lines of a file."""

    book: Workbook
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path_, int] = field(default_factory=dict)
    places: list[Where] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def gather(self, first: Sheet) -> None:
        """Fill ``data``, ``lines`` and, for cells that cannot be read, ``problems``."""
        rows = {text_of(first.value(row, 0)): row for row in range(min(len(first.rows), 200))}
        for one in SET_FIELDS:
            if one.head in rows:
                self._set(self.data, (), one, first, rows[one.head], 1)
        for name in ("parts", "criteria", "facts", "levels", "actions"):
            self._listed(name)
        self._named("scales", "scale", many=True)
        self._named("sources", "source")
        self._named("fits", "fit")
        self._below("choices", "fact", "facts", "choices")
        self._below("rules", "level", "levels", "parts")

    def placed(self, one: Problem) -> Problem:
        """The problem with sheet and cell instead of the number of its place."""
        at = one.where.line or 0
        where = self.places[at - 2] if 2 <= at < len(self.places) + 2 else Where(sheet=SET)
        told = Where(sheet=where.sheet, cell=where.cell, field=one.where.field)
        return Problem(one.code, one.message, one.remedy, told)

    # ------------------------------------------------------------------ tables
    def _records(
        self, name: str, path_of: Callable[[int, Mapping[str, str]], Path_]
    ) -> Iterator[tuple[Path_, Sheet, int, dict[str, Any]]]:
        """(path, sheet, row, record) of every row of a table that is not empty."""
        sheet = self.book.sheet(name)
        if sheet is None or not sheet.rows:
            return
        heads = {text_of(head): col for col, head in enumerate(sheet.rows[0])}
        n = 0
        for row in range(1, min(len(sheet.rows), MOST_ROWS)):
            if not any(text_of(value) for value in sheet.rows[row]):
                continue
            record: dict[str, Any] = {}
            told = {one.head: text_of(sheet.value(row, heads[one.head])) for one in TABLES[name] if one.head in heads}
            path = path_of(n, told)
            for one in TABLES[name]:
                if one.head in heads:
                    self._set(record, path, one, sheet, row, heads[one.head])
            yield path, sheet, row, record
            n += 1

    def _listed(self, name: str) -> None:
        """A table whose rows are a list of the file."""

        def path_of(n: int, _: Mapping[str, str]) -> Path_:
            return (name, n)

        for path, sheet, row, record in self._records(name, path_of):
            self.data.setdefault(name, []).append(record)
            self._mark(path, sheet, row, 0)
            self._live(path, sheet, row, record)

    def _named(self, name: str, key: str, *, many: bool = False) -> None:
        """A table whose rows become a mapping by the name in the column ``key``; ``many``: lists of rows."""
        found: dict[str, Any] = {}

        def path_of(_: int, told: Mapping[str, Any]) -> Path_:
            at = told[key]
            return (name, at, len(found.get(at, ()))) if many else (name, at)

        for path, sheet, row, record in self._records(name, path_of):
            at = str(record.pop(key, ""))
            self._mark(path, sheet, row, 0)
            self._mark((name, at), sheet, row, 0, keep=True)
            if many:
                found.setdefault(at, []).append(record)
            elif at in found:
                self._tell(sheet, row, 0, Text(f"{at} ซ้ำ", f"{at} stands twice"), "pack_duplicate")
            else:
                found[at] = self._clause(record, path, sheet, row) if key == "fit" else record.get("words", "")
        if found:
            self.data[name] = found

    def _below(self, name: str, key: str, above: str, into: str) -> None:
        """A table whose rows belong to a row of another one."""
        owners = {one.get("id"): (n, one) for n, one in enumerate(self.data.get(above, ()))}

        def path_of(_: int, told: Mapping[str, Any]) -> Path_:
            n, owner = owners.get(told[key], (0, {}))
            return (above, n, into, len(owner.get(into, ())))

        for path, sheet, row, record in self._records(name, path_of):
            at = record.pop(key, "")
            if at not in owners:
                self._tell(sheet, row, 0, Text(f"ไม่รู้จัก “{at}”", f"unknown “{at}”"), "pack_unknown_id")
                continue
            owners[at][1].setdefault(into, []).append(record)
            self._mark(path, sheet, row, 0)

    def _clause(self, record: dict[str, Any], path: Path_, sheet: Sheet, row: int) -> dict[str, Any]:
        comparison, values = str(record.pop("comparison", "")), str(record.pop("values", ""))
        if comparison not in _COMPARISONS:
            said = Text(f"ไม่รู้จักการเปรียบเทียบ “{comparison}”", f"unknown comparison “{comparison}”")
            self._tell(sheet, row, 2, said, "pack_value", ", ".join(_COMPARISONS))
            return record
        if values in ("true", "false"):
            record[comparison] = values == "true"
        elif comparison in ("at_least", "below"):
            record[comparison] = _number_of(values)
        else:
            record[comparison] = _words(values)
        self._mark((*path, comparison), sheet, row, 3)
        return record

    def _live(self, path: Path_, sheet: Sheet, row: int, record: dict[str, Any]) -> None:
        live = record.get("live")
        if not isinstance(live, dict):
            return
        bounds: dict[str, Any] = {}
        for one in _words(str(live.get("bounds", ""))):
            step, _, bound = one.partition(":")
            bounds[step.strip()] = _number_of(bound.strip())
        live["bounds"] = bounds
        self._mark((*path, "live"), sheet, row, 0)

    # ------------------------------------------------------------------ cells
    def _set(self, record: dict[str, Any], path: Path_, one: Field, sheet: Sheet, row: int, col: int) -> None:
        value = self._value(sheet, row, col, one)
        if value is None:
            return
        at = record
        for key in one.path[:-1]:
            at = at.setdefault(key, {})
        at[one.path[-1]] = value
        self._mark((*path, *one.path), sheet, row, col)
        for n in range(1, len(one.path)):
            self._mark((*path, *one.path[:n]), sheet, row, col, keep=True)

    def _value(self, sheet: Sheet, row: int, col: int, one: Field) -> Any:
        cell = sheet.value(row, col)
        if (row, col) in sheet.errors or (row, col) in sheet.without_value:
            said = Text("ช่องนี้เป็นสูตรที่ไม่มีค่าหรือมีค่าผิดพลาด", "a formula without a value, or an error")
            self._tell(sheet, row, col, said, "pack_value")
            return None
        if cell is None or cell == "":
            return None
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if one.kind in ("whole", "number"):
            return _number_of(to_arabic_digits(str(cell))) if isinstance(cell, str) else cell
        text = cell if isinstance(cell, str) else text_of(cell)
        if one.kind == "yes_no":
            return {"yes": True, "true": True, "ใช่": True, "no": False, "false": False, "ไม่ใช่": False}.get(
                text.strip().lower(), text
            )
        return _words(text) if one.kind == "list" else text

    def _mark(self, path: Path_, sheet: Sheet, row: int, col: int, *, keep: bool = False) -> None:
        if keep and path in self.lines:
            return
        self.places.append(Where(sheet=sheet.name, cell=cell_name(row, col)))
        self.lines[path] = len(self.places) + 1

    def _tell(self, sheet: Sheet, row: int, col: int, said: Text, code: str, expected: str = "") -> None:
        remedy = Text(f"ใช้ {expected}", f"use {expected}") if expected else Text("แก้ช่องนี้", "mend this cell")
        self.problems.append(Problem(code, said, remedy, Where(sheet=sheet.name, cell=cell_name(row, col))))


def _words(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _number_of(text: str) -> Any:
    """A number, or the text where it is none: the check of the shape tells that."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "e" not in text.lower() else value


def written_pack(
    criteria: Iterable[CriteriaSet], *, pack: str, title: Text, requires: Iterable[str] = ()
) -> dict[str, str]:
    """Files of a pack of kind ``criteria`` that holds these sets: path inside the pack → text."""
    said = json.dumps
    head = [
        f"pack: {pack}",
        "kind: criteria",
        'version: "1.0"',
        f"title: {{th: {said(title.th, ensure_ascii=False)}, en: {said(title.en, ensure_ascii=False)}}}",
    ]
    needed = list(requires)
    head += [f"requires: [{', '.join(needed)}]"] if needed else []
    files = {"pack.yaml": "\n".join(head) + "\n"}
    return files | {f"criteria/{one.id}.yaml": criteria_yaml(one) for one in criteria}
