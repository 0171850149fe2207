"""The form of a project: every fact of it and its money, as typed, with the faults beside the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from mudmai.apps.programme.domain.facts import LATE_YEARS, TEXTS, empty_facts, facts_of, line_fault
from mudmai.apps.programme.domain.form_layouts import layouts_named
from mudmai.apps.programme.models import Programme, Project, RevisionKind, Stage, Status
from mudmai.apps.programme.models.project import STAGE_TITLES, STATUS_TITLES
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.exchange.forms import FormLayouts
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_baht
from mudmai.web.views.people.moments import write_day
from mudmai.web.views.projects.changes import field_name
from mudmai.web.views.projects.editing_fields import TypedField, read_amount, read_date, read_number, read_year
from mudmai.web.wording import wording

_WHAT = ("objective", "output", "outcome", "kpi", "description", "purpose")
_LINES = ("number", "title", "department", "type", "sector")
_DAYS = ("start", "end")
SPARE_ROWS = 2
_MOST_ROWS = 200
_FORM_COLUMNS = {
    "department_written": wording("project.form_department_written"),
    "plan": wording("project.form_plan"),
    "category": wording("project.form_category"),
    "lines": wording("project.form_lines"),
    "co_funded": wording("project.form_co_funded"),
}
"""What the columns are called that only some forms have; any other is shown by its own name."""
PROJECT_TYPES = ("construction", "rehabilitation", "replacement", "expansion", "decommissioning")


@dataclass(frozen=True)
class BudgetRow:
    """A fiscal year and source of fund, with a field for each stage."""

    year: TypedField
    source: TypedField
    stages: tuple[TypedField, ...]
    spare: bool = False


class ProjectForm:
    """``given`` is what was posted; without it the fields hold the facts of ``project`` (None: a new one)."""

    def __init__(
        self, programme: Programme, project: Project | None, here: Preferences, given: QueryDict | None = None
    ) -> None:
        self.programme, self.project, self.here, self.given = programme, project, here, given
        self.base: dict[str, Any] = facts_of(project) if project else empty_facts()
        self.faults: dict[str, Text] = {}
        self._layouts = layouts_named(programme)

    # -------------------------------------------------------------- what was typed, as facts

    def facts(self) -> dict[str, Any]:
        """The posted fields as facts of the register. ``faults`` holds what could not be read, by field."""
        given = self.given or QueryDict()
        found: dict[str, Any] = {}
        for name in (*_LINES, *_WHAT, "form"):
            if name in given:
                found[name] = given[name].replace("\r\n", "\n").strip()
                if len(found[name]) > TEXTS[name]:
                    self.faults[name] = wording("editing.too_long", most=f"{TEXTS[name]:,}")
        if not found.get("title", self.base["title"]):
            self.faults["title"] = wording("editing.title_needed")
        if "status" in given:
            found["status"] = given["status"]
        for name in _DAYS:
            if name in given:
                day = self._read(name, lambda name=name: read_date(given[name], name))  # type: ignore[misc]
                found[name] = day.isoformat() if isinstance(day, date) else None
        if found.get("start") and found.get("end") and found["end"] < found["start"]:
            self.faults["end"] = wording("editing.end_first")
        if "beneficiaries" in given:
            found["beneficiaries"] = self._people(given["beneficiaries"])
        if "level" in given:
            pairs = zip(given.getlist("level"), given.getlist("words"), strict=False)
            found["hierarchy"] = [[level, words.strip()[:300]] for level, words in pairs if words.strip()]
        if "extra_key" in given:
            rows = zip(given.getlist("extra_key"), given.getlist("extra"), strict=False)
            found["extra"] = {key: text.strip()[:20_000] for key, text in rows if text.strip()}
        if "b_year" in given:
            found["budget"] = self._budget(given)
        return found

    def _read(self, name: str, read: Any) -> Any:
        try:
            return read()
        except InputError as fault:
            self.faults[name] = fault.message
            return None

    def _people(self, text: str) -> int | None:
        number = self._read("beneficiaries", lambda: read_number(text, "beneficiaries"))
        if number is None:
            return None
        if number < 0 or number != int(number) or number >= 10**12:
            self.faults["beneficiaries"] = wording("editing.no_people")
            return None
        return int(number)

    def _budget(self, given: QueryDict) -> list[dict[str, Any]]:
        before = {(one["fiscal_year"], one["stage"], one["source_of_fund"]): one for one in self.base["budget"]}
        columns = {stage: given.getlist(f"b_{stage.value}") for stage in Stage}
        sources = given.getlist("b_source")
        found: dict[tuple[int, str, str], dict[str, Any]] = {}
        for n, typed in enumerate(given.getlist("b_year")[:_MOST_ROWS]):
            source = sources[n].strip()[:120] if n < len(sources) else ""
            cells = {stage: texts[n] if n < len(texts) else "" for stage, texts in columns.items()}
            year = self._read(f"b_year_{n}", lambda typed=typed, n=n: read_year(typed, f"b_year_{n}"))  # type: ignore[misc]
            if year is None:
                if any(text.strip() for text in cells.values()) and f"b_year_{n}" not in self.faults:
                    self.faults[f"b_year_{n}"] = wording("editing.year_needed")
                continue
            for stage, text in cells.items():
                field, key = f"b_{stage.value}_{n}", (year, stage.value, source)
                line = self._line(field, key, text, before.get(key))
                if line is None or not self._fits(n, field, line):
                    continue
                if key in found:
                    self.faults[field] = wording("editing.twice")
                found[key] = line
        return list(found.values())

    def _line(
        self, field: str, key: tuple[int, str, str], text: str, before: Mapping[str, Any] | None
    ) -> dict[str, Any] | None:
        """The line of one field; an amount that stays keeps its cell, an empty field what was not known before."""
        read = self._read(field, lambda: read_amount(text, field))
        if read is None:
            return None
        amount, note = read
        if amount is None:
            return dict(before) if before is not None and before["amount"] is None else None
        year, stage, source = key
        line = {"fiscal_year": year, "stage": stage, "source_of_fund": source, "amount": amount, "note": note}
        if before is not None and before["amount"] is not None and Decimal(before["amount"]) == amount:
            return {**line, "locator": before["locator"], "note": before["note"]}
        return {**line, "locator": ""}

    def _fits(self, n: int, field: str, line: Mapping[str, Any]) -> bool:
        """What the register would refuse is told here already, beside the year or the amount."""
        fault = line_fault(self.programme, {"locator": "", **line})
        if fault is None:
            return True
        if fault.code in ("year_outside", "year_calendar"):
            late = line["stage"] in (Stage.COMMITTED, Stage.DISBURSED)
            last = self.programme.last_year + (LATE_YEARS if late else 0)
            said = wording(
                "editing.year_outside",
                year=self.here.year(line["fiscal_year"]),
                stage=STAGE_TITLES[Stage(line["stage"])],
                first=self.here.year(self.programme.first_year),
                last=self.here.year(last),
            )
            self.faults.setdefault(f"b_year_{n}", said)
        else:
            self.faults[field] = fault.message
        return False

    # -------------------------------------------------------------- what the page shows

    def tell(self, fault: InputError) -> None:
        """A refusal of the register is put beside its field, where the form has it."""
        name = fault.where.field or ""
        if name in ("start", "end", "title", "number", *_WHAT, *DECISION):
            self.faults.setdefault(name, fault.message)

    def value(self, name: str, kept: str = "") -> str:
        """What stands in a field: as typed, else as kept."""
        return self.given.get(name, kept) if self.given is not None else kept

    def field(self, name: str, kept: str = "", **more: Any) -> TypedField:
        """A plain field of this form."""
        label = more.pop("label", None) or field_name(name)
        return TypedField(name, label, self.value(name, kept), fault=self.faults.get(name), **more)

    def _line_field(self, name: str, **more: Any) -> TypedField:
        return self.field(name, self.base[name], longest=TEXTS[name], **more)

    @property
    def names(self) -> list[TypedField]:
        """What it is called and who is responsible."""
        found = [
            self._line_field("number", hint=wording("editing.number_hint")),
            self._line_field("title", kind="long", required=True),
            self._line_field("department"),
        ]
        return [*found, *self._form_field()]

    def _form_field(self) -> list[TypedField]:
        if self._layouts is None:
            return []
        options = [("", wording("programme.no_form"))]
        options += [(one.id, Text(f"{one.code} {one.title.th}", f"{one.code} {one.title.en}"))
                    for one in self._layouts.forms if one.role == "detail"]  # fmt: skip
        if self.base["form"] not in dict(options):
            options.append((self.base["form"], same(self.base["form"])))
        kept = self.base["form"] if self.project else self._first_form()
        return [self.field("form", kept, kind="select", options=options, label=wording("editing.form"))]

    def _first_form(self) -> str:
        details = [one.id for one in self._layouts.forms if one.role == "detail"] if self._layouts else []
        return self.programme.form if self.programme.form in details else next(iter(details), "")

    @property
    def purposes(self) -> list[TypedField]:
        """What it is for."""
        people = "" if self.base["beneficiaries"] is None else self.here.number(self.base["beneficiaries"], 0)
        return [
            *(self._line_field(name, kind="long") for name in _WHAT),
            self.field("beneficiaries", people, numeric=True),
        ]

    @property
    def times(self) -> list[TypedField]:
        """When, and how far it is."""
        days = {name: date.fromisoformat(self.base[name]) if self.base[name] else None for name in _DAYS}
        hint = wording("programme.day_example")
        statuses = [(one.value, STATUS_TITLES[one]) for one in Status]
        return [
            *(self.field(n, write_day(self.here, days[n]) if days[n] else "", hint=hint) for n in _DAYS),
            self.field("status", self.base["status"], kind="select", options=statuses),
            self._line_field("type", known=PROJECT_TYPES),
            self._line_field("sector"),
        ]

    @property
    def headings(self) -> list[tuple[str, TypedField]]:
        """The sections of the plan above it: level and field, top first."""
        return heading_fields(self.programme, self.base["hierarchy"], self.given, self._layouts)

    @property
    def extras(self) -> list[tuple[str, TypedField]]:
        """Further columns of the form that it came in by."""
        typed = self._typed_extras()
        return [
            (
                key,
                TypedField(
                    f"extra_{n}", _FORM_COLUMNS.get(key, same(key)), typed.get(key, text), "long", group="extra"
                ),
            )
            for n, (key, text) in enumerate({**self.base["extra"], **typed}.items())
        ]

    def _typed_extras(self) -> dict[str, str]:
        if self.given is None:
            return {}
        return dict(zip(self.given.getlist("extra_key"), self.given.getlist("extra"), strict=False))

    @property
    def budget(self) -> list[BudgetRow]:
        """A row for each year of the programme and each other that has money, and some to spare."""
        rows = self._typed_rows() if self.given is not None and "b_year" in self.given else self._kept_rows()
        return [self._row(n, *row) for n, row in enumerate(rows)]

    def _typed_rows(self) -> list[tuple[str, str, dict[str, str]]]:
        assert self.given is not None
        sources = self.given.getlist("b_source")
        columns = {stage.value: self.given.getlist(f"b_{stage.value}") for stage in Stage}
        return [
            (
                year,
                sources[n] if n < len(sources) else "",
                {stage: texts[n] if n < len(texts) else "" for stage, texts in columns.items()},
            )
            for n, year in enumerate(self.given.getlist("b_year")[:_MOST_ROWS])
        ]

    def _kept_rows(self) -> list[tuple[str, str, dict[str, str]]]:
        grid: dict[tuple[int, str], dict[str, str]] = {}
        for line in self.base["budget"]:
            amount = None if line["amount"] is None else Decimal(line["amount"])
            dash = line["note"] == "-" and amount == 0
            written = "" if amount is None else "-" if dash else written_baht(self.here, amount)
            grid.setdefault((line["fiscal_year"], line["source_of_fund"]), {})[line["stage"]] = written
        for year in self.programme.years:
            if not any(key[0] == year for key in grid):
                grid[year, ""] = {}
        kept = [(self.here.year(year), source, cells) for (year, source), cells in sorted(grid.items())]
        return [*kept, *(("", "", {}) for _ in range(SPARE_ROWS))]

    def _row(self, n: int, year: str, source: str, cells: Mapping[str, str]) -> BudgetRow:
        def cell(name: str, label: Text, value: str, **more: Any) -> TypedField:
            fault = self.faults.get(f"{name}_{n}")
            return TypedField(f"{name}_{n}", label, value, fault=fault, group=name, **more)

        return BudgetRow(
            cell("b_year", wording("project.year"), year, numeric=True),
            cell("b_source", wording("editing.source"), source, longest=120),
            tuple(
                cell(f"b_{stage.value}", STAGE_TITLES[stage], cells.get(stage.value, ""), numeric=True)
                for stage in Stage
            ),
            spare=not year and not source and not any(cells.values()),
        )

    @property
    def over_reason(self) -> TypedField | None:
        """Why more is paid out than was committed: asked where it has to be."""
        if "over_reason" not in self.faults and not self.value("over_reason"):
            return None
        return self.field("over_reason", kind="long", label=wording("editing.over_reason"))

    @property
    def faulty(self) -> list[TypedField]:
        """Fields with faults, in the order of the page: the summary on top leads to each."""
        rows = [one for row in self.budget for one in (row.year, row.source, *row.stages)]
        for n, row in enumerate(self.budget):
            told = {one.name: replace(one, label=_in_year(one, row)) for one in (row.source, *row.stages)}
            rows = [told.get(one.name, one) if one.name.endswith(f"_{n}") else one for one in rows]
        shown = [*self.names, *self.purposes, *self.times, *rows]
        shown += [self.over_reason] if self.over_reason else []
        shown += decision_fields(self) if self.given is not None and "decided_on" in self.given else []
        return [one for one in shown if one.fault is not None]


def _in_year(one: TypedField, row: BudgetRow) -> Text:
    year = row.year.value or "–"
    return Text(f"{one.label.th} {year}", f"{one.label.en}, {year}")


DECISION = ("kind", "revision_number", "decided_on", "document", "reason")
"""The fields of a decision."""


def decision_fields(form: ProjectForm | DecisionForm, *, kinds: bool = True) -> list[TypedField]:
    """What the office decided: kind, number, day, document, reason."""
    today = write_day(form.here, timezone.localdate())
    found = [
        form.field("revision_number", label=wording("editing.revision_number"), longest=40,
                   hint=wording("editing.revision_number_hint")),
        form.field("decided_on", today, label=wording("editing.decided_on"), required=True,
                   hint=wording("programme.day_example")),
        form.field("document", label=wording("editing.document"), longest=500, hint=wording("editing.document_hint")),
        form.field("reason", kind="long", label=wording("editing.reason"), required=True, longest=4000),
    ]  # fmt: skip
    if not kinds:
        return found
    options = [(one.value, one.label) for one in KINDS]
    usual = RevisionKind.ADDED if isinstance(form, ProjectForm) and form.project is None else RevisionKind.CHANGED
    return [form.field("kind", usual.value, kind="select", options=options, label=wording("editing.kind")), *found]


KINDS = (RevisionKind.ADDED, RevisionKind.CHANGED, RevisionKind.CORRECTED)
"""The kinds of revision of a plan that is in force."""


@dataclass(frozen=True)
class DecidedBy:
    """A decision as typed and read."""

    kind: str
    number: str
    decided_on: date
    document: str
    reason: str


def read_decision(form: ProjectForm | DecisionForm) -> DecidedBy | None:
    """The decision that was typed; None where ``form.faults`` tells why not."""
    day = form._read("decided_on", lambda: read_date(form.value("decided_on"), "decided_on"))
    if day is None and "decided_on" not in form.faults:
        form.faults["decided_on"] = wording("editing.day_needed")
    elif day is not None and day > timezone.localdate():
        form.faults["decided_on"] = wording("editing.day_ahead")
    kind = form.value("kind", RevisionKind.CHANGED.value)
    if kind not in [one.value for one in KINDS]:
        form.faults["kind"] = wording("editing.kind_unknown", kind=kind[:40])
    reason = form.value("reason").strip()
    if not reason:
        form.faults["reason"] = wording("editing.reason_needed")
    if day is None or any(name in form.faults for name in DECISION):
        return None
    return DecidedBy(kind, form.value("revision_number").strip(), day, form.value("document").strip(), reason)


class DecisionForm:
    """The fields of a decision alone, for pages that move, merge or remove."""

    def __init__(self, here: Preferences, given: QueryDict | None = None) -> None:
        self.here, self.given = here, given
        self.faults: dict[str, Text] = {}

    _read = ProjectForm._read
    value = ProjectForm.value
    field = ProjectForm.field

    def tell(self, fault: InputError) -> None:
        """A refusal of the register is put beside its field."""
        if fault.where.field in DECISION:
            self.faults.setdefault(fault.where.field, fault.message)


def heading_fields(
    programme: Programme,
    hierarchy: Sequence[Sequence[str]],
    given: QueryDict | None,
    layouts: FormLayouts | None,
) -> list[tuple[str, TypedField]]:
    """A field for each level of the plan, with the words that the plan has on it already."""
    titles = {one.id: one.title for one in layouts.levels} if layouts else {}
    if given is not None and "level" in given:
        rows = list(zip(given.getlist("level"), given.getlist("words"), strict=False))
    else:
        usual = (layouts.strategy_level, layouts.section_level) if layouts else (SECTION,)
        rows = _level_rows(programme, hierarchy, usual, list(titles))
    known: dict[str, dict[str, None]] = {}
    told = programme.projects.filter(state="active").order_by().values_list("hierarchy", flat=True).distinct()[:500]
    for section in told:
        for level, words in section:
            known.setdefault(level, {})[words] = None
    found: list[tuple[str, TypedField]] = []
    for n, (level, words) in enumerate(rows):
        label = wording("programme.section") if level == SECTION else titles.get(level, same(level))
        choices = list(known.get(level, {}))
        found.append((level, TypedField(f"words_{n}", label, words, longest=300, known=choices, group="words")))
    return found


SECTION = "section"
"""The level of a plan that names none."""


def _level_rows(
    programme: Programme, hierarchy: Sequence[Sequence[str]], usual: Sequence[str], titles: Sequence[str]
) -> list[tuple[str, str]]:
    """The levels of the plan in order, with the words of the project; its own levels are never lost."""
    own = [(str(level), str(words)) for level, words in hierarchy]
    levels = [str(one) for one in programme.plan] or list(usual)
    order = {level: n for n, level in enumerate([*titles, *(one for one in levels if one not in titles)])}
    missing = [(level, "") for level in levels if level not in {one for one, _ in own}]
    if not own:
        return missing
    return sorted([*own, *missing], key=lambda one: order.get(one[0], len(order)))
