"""A list of projects coming back into the register: rows with ids change what is there, rows without are new.

Only what differs is changed, all of it as one decision of the ledger or nothing. What a file does not have (a project,
a column, a line of money) stays as it is. A project that somebody changed after the file was made is refused where the
file would change it too.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.facts import TEXTS, check_commitment, cleaned, empty_facts, facts_of
from mudmai.apps.programme.domain.listed_values import fact_of, money_facts, same_fact
from mudmai.apps.programme.domain.refusals import problem, refuse_all, refused
from mudmai.apps.programme.domain.revising import ProjectChange, revise
from mudmai.apps.programme.models import FormLoad, Programme, Project, ProjectState, RevisionEvent, RevisionKind
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import MudmaiError, Problem, Where
from mudmai.core.language import Text, so_many
from mudmai.exchange.project_list_reading import ListedProject, ProjectList
from mudmai.workspace.raw_files import RawFile

_MEND = Text("แก้ในไฟล์แล้วนำเข้าใหม่", "mend it in the file and load it again")
_OLD_FILE = Text("ส่งออกไฟล์ใหม่แล้วแก้ในไฟล์นั้น", "export the list again and change it there")
_OWN = ("start", "end", "beneficiaries", "status", "hierarchy", "areas", "sharing")
FIELDS = tuple(name for name in (*TEXTS, *_OWN) if name not in ("form", "sheet", "cell"))
"""Columns that are facts of a project."""


@dataclass(frozen=True)
class ListedChange:
    """What a file changes in one project (``project`` None: a new one): field, before, after, cell."""

    project: Project | None
    title: str
    number: str
    row: int
    fields: tuple[tuple[str, str, str, str], ...]


@dataclass
class ListComparison:
    """A file beside the register."""

    changes: list[ProjectChange] = field(default_factory=list)
    told: list[ListedChange] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> int:
        """Projects that are not there yet."""
        return sum(1 for one in self.told if one.project is None)


@dataclass(frozen=True)
class ListLoaded:
    """What a load did. ``event`` None: nothing was different, so nothing was recorded."""

    event: RevisionEvent | None
    changed: int
    new: int
    unchanged: int


def compare_list(programme: Programme, listed: ProjectList, *, over_commitment: str = "") -> ListComparison:
    """Every difference between the file and the register, and every fault with its cell. Three queries."""
    found = ListComparison(faults=list(listed.faults))
    keys = [key for one in listed.projects if (key := _key(one.id)) is not None]
    rows = {one.pk: one for one in _projects(programme, keys)}
    elsewhere = set(
        Project.objects.filter(pk__in=[key for key in keys if key not in rows]).values_list("pk", flat=True)
    )
    for one in listed.projects:
        _check_programme(programme, listed, one, found)
        if not one.id:
            _add(programme, listed, one, None, found, over_commitment)
            continue
        row = rows.get(_key(one.id))
        if row is None:
            found.faults.append(_not_here(listed, one, _key(one.id) in elsewhere))
        else:
            _add(programme, listed, one, row, found, over_commitment)
    return found


def _projects(programme: Programme, keys: Sequence[uuid.UUID]) -> list[Project]:
    found: list[Project] = []
    for start in range(0, len(keys), 500):
        rows = programme.projects.filter(pk__in=keys[start : start + 500]).select_related("programme__organisation")
        found += rows.prefetch_related("places", "budget")
    return found


def _key(id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(id)
    except ValueError:
        return None


def _not_here(listed: ProjectList, one: ListedProject, elsewhere: bool) -> Problem:
    where = listed.where(one.fields["project"].cell, row=one.row, field="project")
    if elsewhere:
        return problem(
            "list_other_programme",
            f"โครงการ {one.id} อยู่ในแผนงานอื่น",
            f"the project {one.id} is of another programme",
            Text("นำเข้าในแผนงานของโครงการนั้น", "load the row into the programme of that project"),
            where,
        )
    return problem(
        "unknown_name",
        f"ไม่พบโครงการ {one.id} ในทะเบียน",
        f"there is no project {one.id} in the register",
        Text(
            "ลบรหัสเพื่อให้เป็นโครงการใหม่ หรือใช้รหัสจากไฟล์ที่ส่งออก",
            "empty the cell for a new project, or use the id of an export",
        ),
        where,
    )


def _check_programme(programme: Programme, listed: ProjectList, one: ListedProject, found: ListComparison) -> None:
    cell = one.fields.get("programme")
    if cell is None or not cell.text:
        return
    if not any(same_fact(cell.text, known) for known in (programme.title_th, programme.title_en, str(programme.pk))):
        found.faults.append(
            problem(
                "list_other_programme",
                f"แถวนี้เป็นของแผนงาน “{cell.text[:80]}” ไม่ใช่ “{programme.title_th}”",
                f"the row is of the programme “{cell.text[:80]}”, not of “{programme.title.en}”",
                Text("นำเข้าในแผนงานของแถวนั้น หรือเว้นช่องนี้ว่าง", "load it into its own programme, or leave the cell empty"),
                listed.where(cell.cell, row=one.row, field="programme"),
            )
        )


def _add(
    programme: Programme,
    listed: ProjectList,
    one: ListedProject,
    row: Project | None,
    found: ListComparison,
    over_commitment: str,
) -> None:
    """The changes of one project, or its faults."""
    base = facts_of(row) if row is not None else empty_facts()
    before = len(found.faults)
    given, told = _differences(listed, one, base, found.faults)
    money, more = _money(programme, listed, one, base, found.faults, new=row is None)
    given |= money
    told += more
    if len(found.faults) > before:
        return
    if not given:
        found.unchanged += 1
        return
    if row is not None:
        fault = _may_not_change(listed, one, row)
        if fault is not None:
            found.faults.append(fault)
            return
    try:
        check_commitment(cleaned(programme, given, base=base if row is not None else None), over_commitment)
    except MudmaiError as refusal:
        found.faults += _placed(listed, one, refusal)
        return
    title = str(given.get("title", base["title"]))
    number = str(given.get("number", base["number"]))
    found.changes.append(ProjectChange(row, given))
    found.told.append(ListedChange(row, title, number, one.row, tuple(told)))


def _differences(
    listed: ProjectList, one: ListedProject, base: Mapping[str, Any], faults: list[Problem]
) -> tuple[dict[str, Any], list[tuple[str, str, str, str]]]:
    given: dict[str, Any] = {}
    told: list[tuple[str, str, str, str]] = []
    for column, cell in one.fields.items():
        if column not in FIELDS or (not one.id and not cell.text):
            continue
        try:
            name, value, old, new = fact_of(column, cell.text, base)
        except MudmaiError as refusal:
            where = listed.where(cell.cell, row=one.row, field=column)
            faults.append(Problem(refusal.code, refusal.message, refusal.remedy, where))
            continue
        if not same_fact(value, base[name]):
            given[name] = value
            told.append((column, old, new, f"{listed.sheet}!{cell.cell}"))
    return given, told


def _money(
    programme: Programme,
    listed: ProjectList,
    one: ListedProject,
    base: Mapping[str, Any],
    faults: list[Problem],
    *,
    new: bool,
) -> tuple[dict[str, Any], list[tuple[str, str, str, str]]]:
    lines, told, wrong = money_facts(programme, listed, one, [] if new else base["budget"])
    faults += wrong
    return ({"budget": lines} if told else {}), told


def _may_not_change(listed: ProjectList, one: ListedProject, row: Project) -> Problem | None:
    cell = one.fields.get("version")
    if not row.counts:
        state = ProjectState(row.state).label
        th, en = f"“{row.title}” {state.th}แล้ว", f"“{row.title}” is {state.en} already"
        return problem("project_gone", th, en, _MEND, listed.where(one.fields["project"].cell, row=one.row))
    if cell is not None and cell.text and cell.text != str(row.version):
        th = f"มีผู้เปลี่ยน “{row.title}” หลังจากส่งออกไฟล์นี้ (ไฟล์รุ่น {cell.text} ทะเบียนรุ่น {row.version})"
        en = f"“{row.title}” was changed after this file was made (file {cell.text}, register {row.version})"
        return problem("project_changed", th, en, _OLD_FILE, listed.where(cell.cell, row=one.row, field="version"))
    return None


_COLUMN_OF = {"places": "areas", "weights": "areas", "sharing_rule": "sharing", "budget": "amount"}


def _placed(listed: ProjectList, one: ListedProject, refusal: MudmaiError) -> list[Problem]:
    """The refusal with the cell that it is about, else the first cell of the project."""

    def at(problem_: Problem) -> Where:
        name = problem_.where.field or ""
        cell = one.fields.get(_COLUMN_OF.get(name, name)) or one.fields["title"]
        return listed.where(problem_.where.cell or cell.cell, row=one.row, field=name or None)

    return [
        Problem(each.code, each.message, each.remedy, at(each)) for each in (refusal.problems or [refusal.as_problem()])
    ]


def load_project_list(
    *,
    acting_user: Actor,
    programme: Programme,
    listed: ProjectList,
    raw: RawFile,
    kind: str = "",
    decided_on: date | None = None,
    reason: str = "",
    number: str = "",
    document: str = "",
    over_commitment: str = "",
) -> ListLoaded:
    """Apply the file as one revision (``kind``: by default the plan itself where it is empty, else a change).

    A file that makes no difference records nothing. Raises :class:`NotAllowed`; :class:`InputError` ``list_faults``
    (each with its cell), ``form_loaded_already``, ``reason_needed``.
    """
    with transaction.atomic():
        held = (
            Programme.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=programme.pk)
        )
        require_on(acting_user, change_action(held), programme=held)
        found = compare_list(held, listed, over_commitment=over_commitment)
        refuse_faults(listed, found)
        if not found.changes:
            return ListLoaded(None, 0, 0, found.unchanged)
        if held.loads.filter(raw_sha=raw.sha256).exists():
            raise refused(
                "ไฟล์นี้นำเข้าในแผนงานนี้แล้ว ทะเบียนเปลี่ยนไปหลังจากนั้น",
                "this very file was loaded into the programme before, and the register has changed since",
                "file",
                code="form_loaded_already",
                remedy=_OLD_FILE,
            )
        first = RevisionKind.CHANGED if held.projects.exists() else RevisionKind.ORIGINAL
        event = revise(
            acting_user=acting_user,
            programme=held,
            kind=kind or first.value,
            decided_on=decided_on or timezone.localdate(),
            reason=reason,
            changes=found.changes,
            document=document,
            document_sha=raw.sha256,
            number=number,
            over_commitment=over_commitment,
        )
        FormLoad.objects.create(
            programme=held,
            event=event,
            raw_sha=raw.sha256,
            raw_name=raw.name[:255],
            projects=len(found.changes),
            lines=listed.line_count,
            reason=reason.strip(),
            by=acting_user if isinstance(acting_user, Person) else None,
        )
    return ListLoaded(event, len(found.changes) - found.new, found.new, found.unchanged)


def refuse_faults(listed: ProjectList, found: ListComparison) -> None:
    """Raise all faults as one refusal; a list without any project is one."""
    faults = found.faults
    if not listed.projects and not faults:
        faults = [problem("form_empty", "ไม่พบโครงการในไฟล์", "no project was found", _MEND, Where(file=listed.file))]
    if faults:
        raise refuse_all(
            "list_faults",
            f"พบข้อผิดพลาด {len(faults):,} จุดในไฟล์ ยังไม่ได้นำเข้าสิ่งใด",
            f"{so_many(len(faults), 'fault', 'faults')} in the file; nothing was loaded",
            _MEND,
            faults,
        )
