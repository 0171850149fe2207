"""A revised workbook against the plan: what it changes, what people have to decide, and the button that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.jobs_revising import COMPARE, begin_revising
from mudmai.apps.programme.domain.projects import programme_for
from mudmai.apps.programme.domain.revised_books import KINDS, NEW, REMOVE, Choices, last_sequence
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.models.project import STAGE_TITLES, Stage
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.days import read_day
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.ledger import Change, ProjectState
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.views.projects.changes import rows_of
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import RawFile

PAGE = 50


@dataclass(frozen=True)
class EditRow:
    """One thing that changes. ``difference`` in baht where both amounts are known."""

    name: Text
    before: str
    after: str
    old: Decimal | None = None
    new: Decimal | None = None
    is_money: bool = False

    @property
    def difference(self) -> Decimal | None:
        """After minus before; None where one is not known."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class RowView:
    """A row of the book beside the project that it is, or may be."""

    told: Mapping[str, Any]
    reasons: tuple[Text, ...]
    edits: list[EditRow]
    state: Text | None = None
    candidates: tuple[RowView, ...] = ()
    chosen: str = ""
    fault: bool = False


@signed_in
def revised(request: HttpRequest, programme: UUID, job: UUID, language: str) -> HttpResponse:
    """The comparison, list by list, and the form with the decisions."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, change_action(held), programme=held)
    row = Job.objects.filter(pk=job, kind=COMPARE, about_id=str(held.pk)).first()
    if row is None:
        raise UnknownNameError(Text("การเทียบสมุดงาน", "comparison of a workbook"), str(job))
    if row.result is None:
        return render_page(
            request, "projects/reading.html", part="programmes", current="projects", programme=held, job=row,
            name=row.arguments["name"], still=bool(request.GET.get("still")),
        )  # fmt: skip
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _write(request, held, row, row.result)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _shown(request, held, row, row.result, fault)


def _write(request: HttpRequest, held: Programme, row: Job, result: Mapping[str, Any]) -> HttpResponse:
    given, told = request.POST, row.arguments
    choices = _choices(request, result)
    if not given.get("decided_on", "").strip():
        raise InputError(
            wording("revise.day_needed"), remedy=wording("revise.day_hint"), code="period", where=Where("decided_on")
        )
    asked = begin_revising(
        acting_user=person_of(request),
        programme=held,
        raw=RawFile(told["sha"], told["size"], told["name"]),
        kind=given.get("kind", ""),
        decided_on=read_day(given["decided_on"]),
        reason=given.get("reason", ""),
        number=given.get("number", "").strip()[:40],
        document=given.get("document", "").strip()[:500],
        base=result["base"],
        choices=choices,
    )
    return HttpResponseRedirect(address(language_of(request), "job", job=asked.pk))


def _choices(request: HttpRequest, result: Mapping[str, Any]) -> Choices:
    """What was ticked. Refused while a row is not decided, and where a project is chosen twice."""
    given = request.POST
    rows: dict[tuple[str, int], str] = {}
    open_rows = []
    for n, one in enumerate(result["asked"]):
        choice = given.get(f"row-{n}", "")
        if choice != NEW and choice not in {each["project"] for each in one["candidates"]}:
            open_rows.append(one["title"])
            continue
        rows[one["sheet"], one["row"]] = choice
    if open_rows:
        raise InputError(
            wording("revise.undecided", n=len(open_rows)), remedy=wording("revise.undecided_remedy"),
            code="match_undecided",
        )  # fmt: skip
    for n, one in enumerate(_likely(result)):
        if given.get(f"apart-{n}"):
            rows[one["sheet"], one["row"]] = NEW
    chosen = [choice for choice in rows.values() if choice != NEW]
    if len(set(chosen)) < len(chosen):
        raise InputError(wording("revise.twice"), remedy=wording("revise.undecided_remedy"), code="match_twice")
    known = {one["project"] for one in result["missing"]}
    missing = {key: REMOVE for key in given.getlist("remove") if key in known}
    return Choices(rows, missing)


def _likely(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for name in ("changed", "unchanged") for one in result[name] if one["how"] == "likely"]


def _shown(
    request: HttpRequest, held: Programme, row: Job, result: Mapping[str, Any], fault: InputError | None
) -> HttpResponse:
    here = reader(request)
    given = request.POST
    page = Paginator(result["changed"], PAGE).get_page(request.GET.get("page"))
    removed = set(given.getlist("remove"))
    number = result["numbers"][0] if len(result["numbers"]) == 1 else ["", ""]
    return render_page(
        request,
        "projects/revise.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        field=fault.where.field if fault and fault.where else "",
        given=given or {"kind": number[0], "number": number[1]},
        name=row.arguments["name"],
        result=result,
        counts=[(wording(f"revise.{name}"), len(result[name]), name) for name in _LISTS],
        page=page,
        changed=[_changed(one, here) for one in page],
        new=result["new"][:300],
        unchanged=result["unchanged"][:300],
        stays=[(one, ProjectState(one["state"]).label) for one in result["stays"][:300]],
        likely=[
            (n, one, _said(one["reasons"]), bool(given.get(f"apart-{n}"))) for n, one in enumerate(_likely(result))
        ],
        asked=[_asked(n, one, here, given, fault) for n, one in enumerate(result["asked"])],
        missing=[(one, Decimal(one["planned"]), one["project"] in removed) for one in result["missing"]],
        kinds=[(one.value, one.label) for one in KINDS],
        outdated=last_sequence(held) != result["base"],
    )


_LISTS = ("unchanged", "changed", "new", "missing", "asked")


def _said(reasons: list[list[str]]) -> tuple[Text, ...]:
    return tuple(Text(*one) for one in reasons)


def _changed(one: Mapping[str, Any], here: Preferences) -> RowView:
    state = ProjectState(one["state"]).label if one["state"] != one["old_state"] else None
    return RowView(one, _said(one["reasons"]), _edits(one, here), state)


def _asked(
    n: int, one: Mapping[str, Any], here: Preferences, given: Mapping[str, str], fault: InputError | None
) -> RowView:
    chosen = given.get(f"row-{n}", "")
    candidates = tuple(RowView(each, _said(each["reasons"]), _edits(each, here)) for each in one["candidates"])
    return RowView({**one, "n": n}, (), [], None, candidates, chosen, fault is not None and not chosen)


def _edits(one: Mapping[str, Any], here: Preferences) -> list[EditRow]:
    key = str(one.get("project"))
    changes = [Change(key, name, before, after) for name, before, after in one["fields"]]
    found = [EditRow(row.field, row.before, row.after) for row in rows_of(changes, {}, here)]
    for year, stage, before, after in one["money"]:
        title = STAGE_TITLES[Stage(stage)]
        name = Text(f"{title.th} ปี {here.year(year)}", f"{title.en}, {here.year(year)}")
        found.append(EditRow(name, "", "", _amount(before), _amount(after), is_money=True))
    return found


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
