"""Projects as rows of the list (``mudmai.exchange.project_lists``), for pages, the API and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.listed_values import rows_of
from mudmai.apps.programme.domain.programmes import create_programme
from mudmai.apps.programme.domain.project_lists import compare_list, load_project_list, refuse_faults
from mudmai.apps.programme.interfaces.command_line import organisation_named, refuse_again
from mudmai.apps.programme.models import Programme, ProgrammeKind, Project
from mudmai.apps.programme.queries import counted_projects
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.project_list_reading import ProjectList
from mudmai.workspace.raw_files import raw_files

CHUNK = 1000


def list_batches(projects: QuerySet[Project]) -> Iterator[list[dict[str, Any]]]:
    """All rows of ``projects`` in batches, so that a long list needs no more memory than a short one."""
    rows = projects.select_related("programme").prefetch_related("places", "budget")
    waiting: list[dict[str, Any]] = []
    for one in rows.iterator(chunk_size=CHUNK):
        waiting.extend(rows_of(one))
        if len(waiting) >= CHUNK:
            yield waiting
            waiting = []
    yield waiting


def chosen_projects(programme: str, words: str = "") -> QuerySet[Project]:
    """What the operator asks for: the projects that count, of a programme or all, in the order of their plans."""
    rows = counted_projects()
    if programme:
        rows = rows.filter(programme=programme_for(OPERATOR, programme))
    return (rows.filter(title__icontains=words) if words else rows).order_by("programme_id", "position")


def programme_of_list(listed: ProjectList, programme: str) -> Programme | None:
    """The programme that a list is for: the one named, else the one of its ids; None: a new one has to be set up.

    Raises :class:`InputError` ``list_other_programme`` where its ids are of several.
    """
    if programme:
        return programme_for(OPERATOR, programme)
    ids = [one.id for one in listed.projects if one.id]
    found: dict[Any, Programme] = {}
    for start in range(0, len(ids), 500):
        known = [one for one in ids[start : start + 500] if _is_key(one)]
        found |= {one.pk: one for one in Programme.objects.filter(projects__in=known).distinct()[:2]}
    if len(found) > 1:
        titles = ", ".join(f"{one.title_th} ({one.pk})" for one in found.values())
        raise InputError(
            Text(f"ไฟล์มีโครงการของหลายแผนงาน: {titles}", f"the file has projects of several programmes: {titles}"),
            remedy=Text("แยกไฟล์ตามแผนงาน แล้วระบุ --programme", "part the file by programme and say --programme"),
            code="list_other_programme",
            where=listed.where(),
        )
    return next(iter(found.values()), None)


def _is_key(text: str) -> bool:
    return len(text.replace("-", "")) == 32 and all(c in "0123456789abcdef-" for c in text)


def load_list(
    path: Path,
    listed: ProjectList,
    *,
    programme: str = "",
    organisation: str,
    title: str,
    reason: str,
    dry_run: bool,
    kind: str = "",
    decided_on: date | None = None,
) -> dict[str, Any]:
    """Apply a list, or only say what it would change; counts, and the programme's id ("" where none is set up yet)."""
    with transaction.atomic():
        held = programme_of_list(listed, programme)
        is_new = held is None
        years = listed.fiscal_years or (timezone.localdate().year,)
        if held is None:
            held = create_programme(
                acting_user=OPERATOR,
                organisation=organisation_named(organisation),
                title_th=title,
                first_year=years[0],
                last_year=years[-1],
                kind=ProgrammeKind.OTHER,
            )
        found = compare_list(held, listed)
        refuse_faults(listed, found)
        changed = len(found.changes) - found.new
        counts = {"changed": changed, "new": found.new, "unchanged": found.unchanged}
        if dry_run:
            transaction.set_rollback(True)
            return {**counts, "programme": "" if is_new else str(held.pk)}
        with path.open("rb") as stream:
            raw = raw_files(workspace()).keep(stream, name=path.name)
        if is_new:
            refuse_again(path, raw.sha256)
        load_project_list(
            acting_user=OPERATOR,
            programme=held,
            listed=listed,
            raw=raw,
            kind=kind,
            decided_on=decided_on,
            reason=reason or (title if is_new else ""),
        )
    return {**counts, "programme": str(held.pk)}
