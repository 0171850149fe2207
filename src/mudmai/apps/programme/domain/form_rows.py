"""The projects of a workbook as rows of the register, made in one walk over them.

A plan workbook brings thousands of projects and ten thousands of amounts, so every row is made once, in the form in
which the database takes it: no objects of models, and the facts of a version as the text of its JSON. They say the same
as :func:`mudmai.apps.programme.domain.facts.facts_of` of the rows (``projection_faults`` compares the two).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from django.utils import timezone

from mudmai.apps.programme.domain.bulk_rows import insert_prepared, keys_in_order, preparing
from mudmai.apps.programme.domain.facts import LATE_YEARS, MONEY, PLACE, TEXTS, baht, empty_facts, line_fault
from mudmai.apps.programme.domain.refusals import problem
from mudmai.apps.programme.models import (
    BudgetLine,
    Programme,
    Project,
    ProjectPlace,
    ProjectVersion,
    RevisionEvent,
    Stage,
)
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text
from mudmai.exchange.forms.book import FormNote, FormProject, ProjectKey

_KEPT = {
    "title": "title",
    "objective": "objective",
    "target": "output",
    "kpi": "kpi",
    "outcome": "outcome",
    "department": "department",
}
"""Fields of a form, and where the register keeps them; all other fields are kept in ``extra``."""

_VARYING = (
    "id", "position", "state", "successor_id", "version", "hierarchy", "extra",
    "number", "title", "objective", "output", "outcome", "kpi", "department", "form", "sheet", "cell",
)  # fmt: skip
"""Columns of a project that its workbook fills; all others stand as in a new project."""

_VERSION = ("project_id", "event_id", "sequence", "facts", "state", "successor_id", "note")
_FORM_TEXTS = _VARYING[7:]
_LATE = (Stage.COMMITTED, Stage.DISBURSED)
MEND = Text("แก้ในไฟล์แล้วนำเข้าใหม่", "mend it in the file and load it again")
_NIL = Decimal(0)
_quoted = encode_basestring


class _Quoted(dict[str, str]):
    """Texts as JSON by what they are: of a workbook's texts four in five stand in it before."""

    def __missing__(self, text: str) -> str:
        found = self[text] = _quoted(text)
        return found


@dataclass(slots=True)
class FormRow:
    """One project on its way in. ``key`` is as the database takes it, ``facts`` and what follows are texts of JSON.

    ``versions`` are (place of the event, note) in the order of the ledger; ``planned`` the money of the stage, in baht.
    """

    form: FormProject
    key: Any
    position: int
    texts: Mapping[str, str]
    hierarchy: str
    extra: str
    facts: str
    money: list[tuple[Any, ...]]
    place: tuple[Any, ...] | None
    planned: Decimal
    successor: Any = None
    note: str = ""
    versions: list[tuple[int, str]] = field(default_factory=list)


class FormRows:
    """Projects of a book as rows. ``faults`` are those of their amounts and titles, each with its cell."""

    def __init__(
        self,
        held: Programme,
        projects: Sequence[FormProject],
        first: int = 0,
        places: Mapping[ProjectKey, AreaRef] | None = None,
    ) -> None:
        self._held, self._places = held, places or {}
        self.faults: list[Problem] = []
        self._key = preparing(Project, "id") or (lambda key: key)
        self._beginnings = _beginnings(held)
        self._texts: dict[Decimal, tuple[str, str]] = {}
        self._hierarchies: dict[tuple[tuple[str, str], ...], str] = {}
        self._template = _template()
        self._quoted = _Quoted()
        keys = keys_in_order(len(projects))
        self.rows = [
            self._row(one, self._key(key), first + n) for n, (one, key) in enumerate(zip(projects, keys, strict=True))
        ]

    def _row(self, one: FormProject, key: Any, position: int) -> FormRow:
        texts, extra = _texts(one)
        quoted = self._quoted.__getitem__
        if not texts["title"] or len(one.title) > TEXTS["title"]:
            where = Where(sheet=one.sheet, row=one.row)
            said = "โครงการไม่มีชื่อ หรือชื่อยาวเกินไป", "no name, or too long"
            self.faults.append(problem("form_title", *said, MEND, where))
        hierarchy = self._hierarchies.get(one.hierarchy)
        if hierarchy is None:
            hierarchy = self._hierarchies[one.hierarchy] = json.dumps(
                one.hierarchy, ensure_ascii=False, separators=(",", ":")
            )
        more = "{}"
        if extra:
            more = "{" + ",".join([f"{quoted(name)}:{quoted(text)}" for name, text in extra.items()]) + "}"
        place, area = None, self._places.get(one.key) if self._places else None
        said_place = ""
        if area is not None:
            place = (key, area.system, area.code, None)
            said_place = f'{{"area_system":{_quoted(area.system)},"area":{_quoted(area.code)},"weight":null}}'
        lines, money, planned = self._money(one, key)
        facts = (
            f"{self._template % tuple(map(quoted, texts.values()))}"
            f'"hierarchy":{hierarchy},"extra":{more},"places":[{said_place}],"budget":[{",".join(lines)}]}}'
        )
        return FormRow(one, key, position, texts, hierarchy, more, facts, money, place, planned)

    def _money(self, one: FormProject, key: Any) -> tuple[list[str], list[tuple[Any, ...]], Decimal]:
        """The budget lines as JSON and as rows (:data:`MONEY`), and the planned sum; faults are noted."""
        said: list[str] = []
        rows: list[tuple[Any, ...]] = []
        planned, sheet, known, texts = _NIL, one.sheet, self._beginnings, self._texts
        opening = self._quoted[f"{sheet}!"][:-1]
        last, in_order = -1, True
        for year, stage, amount, cell, told in one.amounts:
            begins = known.get((year, stage))
            if amount is None:
                if begins is None or not begins[2]:
                    continue
                text, quoted = None, "null"
            else:
                read = texts.get(amount)
                if begins is None or read is None:
                    read = self._checked(one, year, stage, amount, cell)
                    if read is None or begins is None:
                        continue
                text, quoted = read
                if stage == "planned":
                    planned += amount
            place, beginning, _ = begins
            if place <= last:
                in_order = False
            last = place
            locator, note = f"{sheet}!{cell}", "-" if told else ""
            where = f'{opening}{cell}"' if cell.isalnum() else _quoted(locator)
            said.append(f'{beginning}{quoted},"locator":{where},"note":"{note}"}}')
            rows.append((key, year, "", stage, text, locator, note))
        if not in_order:
            self._note_doubles(one)
            order = sorted(range(len(rows)), key=lambda n: known[rows[n][1], rows[n][3]][0])
            said, rows = [said[n] for n in order], [rows[n] for n in order]
        return said, rows, planned

    def _checked(self, one: FormProject, year: int, stage: str, amount: Decimal, cell: str) -> tuple[str, str] | None:
        """The text of an amount, remembered; None with the fault noted when it does not fit."""
        line = {"fiscal_year": year, "stage": stage, "amount": amount, "locator": f"{one.sheet}!{cell}"}
        fault = line_fault(self._held, line)
        if fault is not None:
            self.faults.append(fault)
            return None
        text = baht(amount)
        assert text is not None
        self._texts[amount] = made = (text, f'"{text}"')
        return made

    def _note_doubles(self, one: FormProject) -> None:
        seen: set[tuple[int, str]] = set()
        for amount in one.amounts:
            if (amount.fiscal_year, amount.stage) in seen:
                where = Where(sheet=one.sheet, cell=amount.cell)
                said = "ปีเดียวกันมีสองช่อง", "two cells for one year and stage"
                self.faults.append(problem("budget_twice", *said, MEND, where))
            seen.add((amount.fiscal_year, amount.stage))


def _beginnings(held: Programme) -> dict[tuple[int, str], tuple[int, str, bool]]:
    """For each year and stage that an amount may have: its place in the order, how its line of JSON begins, and
    whether an empty cell is kept."""
    made = {}
    for order, stage in enumerate(Stage):
        for year in range(held.first_year, held.last_year + 1 + (LATE_YEARS if stage in _LATE else 0)):
            begins = f'{{"fiscal_year":{year},"source_of_fund":"","stage":"{stage.value}","amount":'
            made[year, stage.value] = (year * len(Stage) + order, begins, year in held.years)
    return made


def _template() -> str:
    """How the facts begin in JSON: what no form tells, then a place for each of :data:`_FORM_TEXTS`."""
    told = {*_FORM_TEXTS, "hierarchy", "extra", "places", "budget"}
    blank = {name: value for name, value in empty_facts().items() if name not in told}
    begins = json.dumps(blank, ensure_ascii=False, separators=(",", ":"))[:-1].replace("%", "%%")
    return begins + "".join(f',"{name}":%s' for name in _FORM_TEXTS) + ","


def _texts(one: FormProject) -> tuple[dict[str, str], dict[str, str]]:
    """The register's own fields (all of :data:`_FORM_TEXTS`, in that order), and what else the form tells."""
    texts = dict.fromkeys(_FORM_TEXTS, "")
    extra: dict[str, str] = {}
    for name, text in one.fields.items():
        kept = _KEPT.get(name)
        if kept is None or len(text) > TEXTS[kept]:
            extra[name] = text
        else:
            texts[kept] = text.strip()
    if extra and extra.get("department_written") == texts["department"]:
        del extra["department_written"]
    funded = [note.text for note in one.notes if note.kind.value == "co_funded"] if one.notes else None
    if funded:
        extra["co_funded"] = "; ".join(funded)
    texts["number"] = one.number[: TEXTS["number"]]
    texts["form"] = one.form
    texts["sheet"] = one.sheet[: TEXTS["sheet"]]
    texts["cell"] = f"A{one.row}"
    return texts, extra


def facts_in_form(held: Programme, one: FormProject) -> dict[str, Any]:
    """The facts of a project as its row of a form tells them; amounts that do not fit are left out (see
    :class:`FormRows`)."""
    facts: dict[str, Any] = json.loads(FormRows(held, (one,)).rows[0].facts)
    return facts


def tie(rows: Sequence[FormRow]) -> None:
    """Projects that go on in another's row are tied to it."""
    by_key: dict[ProjectKey, Any] = {row.form.key: row.key for row in rows}
    for row in rows:
        if row.form.notes:
            notes: list[FormNote] = [note for note in row.form.notes if note.kind.value == row.form.state]
            row.note = "; ".join(note.text for note in notes)
        if not row.form.counted:
            assert row.form.successor is not None
            row.successor = by_key[row.form.successor]


def write_rows(held: Programme, events: Sequence[RevisionEvent], rows: Sequence[FormRow], by: Actor) -> None:
    """Projects, places, money and versions, in a few statements; the rows know which events they stand in."""
    blank = Project(programme=held, created_at=timezone.now(), created_by=by if isinstance(by, Person) else None)
    rest = [one.attname for one in Project._meta.concrete_fields if one.attname not in _VARYING]
    same = []
    for name in rest:
        value, prepare = getattr(blank, name), preparing(Project, name)
        same.append(prepare(value) if prepare is not None and value is not None else value)
    projects = [
        (
            row.key, row.position, row.form.state, row.successor, len(row.versions), row.hierarchy, row.extra,
            *row.texts.values(), *same,
        )
        for row in rows
    ]  # fmt: skip
    event_keys = list(map(preparing(RevisionEvent, "id") or (lambda key: key), map(attrgetter("pk"), events)))
    versions = [
        (row.key, event_keys[place], sequence, row.facts, row.form.state, row.successor, note[:500])
        for row in rows
        for sequence, (place, note) in enumerate(row.versions, start=1)
    ]
    insert_prepared(Project, (*_VARYING, *rest), projects)
    insert_prepared(ProjectPlace, PLACE, [row.place for row in rows if row.place is not None])
    insert_prepared(BudgetLine, MONEY, [line for row in rows for line in row.money])
    insert_prepared(ProjectVersion, _VERSION, versions)
