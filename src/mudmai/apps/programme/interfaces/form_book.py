"""The register of a programme as a book of forms: what its official forms are printed from."""

from __future__ import annotations

from mudmai.apps.programme.models import Programme, Project, Stage
from mudmai.core.ledger import ProjectState
from mudmai.exchange.forms.book import FormAmount, FormBook, FormProject
from mudmai.exchange.forms.layouts import FormLayouts

_FIELDS = {
    "title": "title",
    "objective": "objective",
    "output": "target",
    "kpi": "kpi",
    "outcome": "outcome",
    "department": "department",
}
"""Fields of the register and what the forms call them (the other way round in :mod:`..domain.loading`)."""


def form_book_of(programme: Programme, layouts: FormLayouts) -> FormBook:
    """The plan in force: the projects that count, in the order of the plan. Two queries, whatever their number.

    A project that came in by no form is put on the first detail form of ``layouts``.
    """
    rows = Project.objects.filter(programme=programme, state=ProjectState.ACTIVE.value).prefetch_related("budget")
    known = {form.id for form in layouts.forms}
    first = next((form.id for form in layouts.forms if form.role == "detail"), "")
    projects = tuple(
        _project(programme, row, n, layouts, row.form if row.form in known else first)
        for n, row in enumerate(rows.order_by("position"), start=1)
    )
    return FormBook(file="", layout=layouts.id, sheets=(), projects=projects, summary=())


def _project(programme: Programme, row: Project, n: int, layouts: FormLayouts, form: str) -> FormProject:
    hierarchy = tuple((str(level), str(words)) for level, words in row.hierarchy)
    fields = {theirs: str(getattr(row, ours)) for ours, theirs in _FIELDS.items()}
    section = dict(hierarchy).get(layouts.section_level, "")
    return FormProject(
        number=row.number,
        fields={**{str(key): str(text) for key, text in row.extra.items()}, **fields},
        hierarchy=hierarchy,
        amounts=_amounts(row, programme),
        notes=(),
        sheet=row.sheet or section or form,
        row=n,
        form=form,
        section=section,
    )


def _amounts(row: Project, programme: Programme) -> tuple[FormAmount, ...]:
    """The money of a project; where none is recorded, an empty cell for each year of the plan."""
    found = tuple(
        FormAmount(
            line.fiscal_year,
            Stage(line.stage).value,  # type: ignore[arg-type]  # the same words
            line.amount,
            line.locator.rpartition("!")[2],
            told=line.note == "-" and line.amount == 0,
        )
        for line in row.budget.all()
    )
    return found or tuple(FormAmount(year, "planned", None, "") for year in programme.years)
