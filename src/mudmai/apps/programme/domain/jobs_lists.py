"""A list of projects on its way in: compared with the register first, loaded when a person says so.

Both are work in the background. Comparing changes nothing; a run may be repeated, for a list that was loaded makes no
difference any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.file_jobs import enqueue_file
from mudmai.apps.programme.domain.project_lists import ListedChange, compare_list, load_project_list
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.exchange.project_list_reading import ProjectList, read_project_list
from mudmai.exchange.sheets.workbook import open_workbook
from mudmai.workspace.raw_files import RawFile, raw_files

READ, LOAD = "programme.read_list", "programme.load_list"
_TOLD = 200
_READING = Text("อ่านบัญชีโครงการ", "reading the list")
_COMPARING = Text("เทียบกับทะเบียน", "comparing with the register")
_LOADING = Text("นำเข้าทั้งหมดในคราวเดียว", "loading all of it at once")


def begin_list_reading(*, acting_user: Actor, programme: Programme, raw: RawFile) -> Job:
    """Have a list compared with the register. Raises :class:`NotAllowed` where it could not be loaded afterwards."""
    require_on(acting_user, change_action(programme), programme=programme)
    return enqueue_file(READ, acting_user, programme, raw)


def begin_list_loading(
    *,
    acting_user: Actor,
    programme: Programme,
    raw: RawFile,
    decided_on: date | None,
    number: str = "",
    document: str = "",
    reason: str = "",
) -> Job:
    """Have a list loaded, all of it or nothing. Raises :class:`NotAllowed`."""
    require_on(acting_user, change_action(programme), programme=programme)
    day = decided_on.isoformat() if decided_on else ""
    more = {"decided_on": day, "number": number, "document": document, "reason": reason}
    return enqueue_file(LOAD, acting_user, programme, raw, **more)


def _listed(sha: str, name: str) -> ProjectList:
    """The list in a kept file; the one sheet of a text file is told by the name that the file came with."""
    return read_project_list(open_workbook(raw_files(workspace()).path(sha), name=name))


@job(READ, title=Text("เทียบบัญชีโครงการกับทะเบียน", "compare a list of projects with the register"), attempts=2)
def read_list(run: JobRun, *, programme: str, sha: str, size: int, name: str) -> dict[str, Any]:
    """Compare; nothing is loaded."""
    held = Programme.objects.select_related("organisation").get(pk=uuid.UUID(programme))
    run.progress(0, 2, _READING)
    listed = _listed(sha, name)
    run.progress(1, 2, _COMPARING)
    found = compare_list(held, listed)
    run.progress(2, 2, _COMPARING)
    return {
        "sheet": listed.sheet,
        "projects": len(listed.projects),
        "lines": listed.line_count,
        "changed": len(found.changes) - found.new,
        "new": found.new,
        "unchanged": found.unchanged,
        "left_out": list(listed.left_out[:50]),
        "changes": [_change(one) for one in found.told[:_TOLD]],
        "change_count": len(found.told),
        "faults": [_problem(one) for one in found.faults[:_TOLD]],
        "fault_count": len(found.faults),
    }


def _change(one: ListedChange) -> dict[str, Any]:
    return {
        "project": str(one.project.pk) if one.project else "",
        "title": one.title[:300],
        "number": one.number,
        "row": one.row,
        "fields": [list(each) for each in one.fields[:30]],
    }


def _problem(one: Problem) -> Mapping[str, Any]:
    where = one.where
    return {
        "th": one.message.th,
        "en": one.message.en,
        "remedy_th": one.remedy.th,
        "remedy_en": one.remedy.en,
        "sheet": where.sheet or "",
        "cell": where.cell or (f"{where.row}" if where.row else ""),
    }


@job(LOAD, title=Text("นำเข้าบัญชีโครงการ", "load a list of projects"), attempts=2)
def load_list(
    run: JobRun,
    *,
    programme: str,
    sha: str,
    size: int,
    name: str,
    decided_on: str,
    number: str,
    document: str,
    reason: str,
) -> dict[str, Any]:
    """Load all, or nothing."""
    held = Programme.objects.select_related("organisation").get(pk=uuid.UUID(programme))
    run.progress(0, 2, _READING)
    listed = _listed(sha, name)
    run.progress(1, 2, _LOADING)
    done = load_project_list(
        acting_user=run.actor,
        programme=held,
        listed=listed,
        raw=RawFile(sha, size, name),
        decided_on=date.fromisoformat(decided_on) if decided_on else None,
        number=number,
        document=document,
        reason=reason,
    )
    run.progress(2, 2, _LOADING)
    return {"changed": done.changed, "new": done.new, "unchanged": done.unchanged}
