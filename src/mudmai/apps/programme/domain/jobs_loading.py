"""A plan workbook on its way in: read and compared with its own summary first, loaded when a person says so.

Both are work in the background. Reading loads nothing; its result tells what the workbook holds, sheet by sheet, and
every comparison. A run may be repeated: reading has no effect, and a file is loaded into a programme only once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.file_jobs import enqueue_file
from mudmai.apps.programme.domain.form_layouts import layouts_named
from mudmai.apps.programme.domain.loading import load_form_book
from mudmai.apps.programme.domain.refusals import refused
from mudmai.apps.programme.models import Programme, RevisionKind
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.exchange.forms import FormBook, FormLayouts, ReconciledLine, shipped_form_layouts
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.forms.reconciling import reconcile
from mudmai.exchange.sheets.workbook import open_workbook
from mudmai.workspace.raw_files import RawFile, raw_files

READ, LOAD = "programme.read_book", "programme.load_book"
_TOLD = 300
_OPENING = Text("เปิดสมุดงาน", "opening the workbook")
_READING = Text("อ่านแบบฟอร์ม", "reading the forms")
_COMPARING = Text("เทียบกับแบบสรุป", "comparing with the summary")
_LOADING = Text("นำเข้าทั้งหมดในคราวเดียว", "loading all of it at once")


def begin_reading(*, acting_user: Actor, programme: Programme, raw: RawFile) -> Job:
    """Have a workbook read for ``programme``. Raises :class:`NotAllowed` where it could not be loaded afterwards."""
    require_on(acting_user, change_action(programme), programme=programme)
    return enqueue_file(READ, acting_user, programme, raw)


def begin_loading(
    *,
    acting_user: Actor,
    programme: Programme,
    raw: RawFile,
    kind: str,
    decided_on: date | None,
    number: str = "",
    document: str = "",
    reason: str = "",
) -> Job:
    """Have a workbook loaded, all of it or nothing. Raises :class:`NotAllowed`."""
    require_on(acting_user, change_action(programme), programme=programme)
    if kind not in {one.value for one in RevisionKind}:
        raise refused(f"ไม่รู้จักชนิด {kind}", f"unknown kind of revision {kind}", "kind")
    more = {
        "decision": kind,
        "decided_on": decided_on.isoformat() if decided_on else "",
        "number": number,
        "document": document,
        "reason": reason,
    }
    return enqueue_file(LOAD, acting_user, programme, raw, **more)


def book_in(raw: RawFile, layouts: FormLayouts) -> FormBook:
    """The workbook, read by ``layouts``."""
    return read_form_book(open_workbook(raw_files(workspace()).path(raw.sha256), name=raw.name), layouts)


def layouts_for(programme: Programme) -> FormLayouts:
    """The layouts that the programme's form names; the first shipped ones where it names none."""
    return layouts_named(programme) or shipped_form_layouts()[0]


@job(READ, title=Text("อ่านสมุดงานแผน", "read a plan workbook"), attempts=2)
def read_book(run: JobRun, *, programme: str, sha: str, size: int, name: str) -> dict[str, Any]:
    """Read and compare; nothing is loaded."""
    held = Programme.objects.get(pk=uuid.UUID(programme))
    run.progress(0, 3, _OPENING)
    layouts = layouts_for(held)
    workbook = open_workbook(raw_files(workspace()).path(sha), name=name)
    run.progress(1, 3, _READING)
    book = read_form_book(workbook, layouts)
    run.progress(2, 3, _COMPARING)
    found = reconcile(book)
    run.progress(3, 3, _COMPARING)
    return {
        "sheets": _sheets(book),
        "years": list(book.years),
        "projects": len(book.projects),
        "counted": len(book.counted),
        "planned": str(sum((one.total() for one in book.counted), Decimal(0))),
        "states": _states(book),
        "agrees": found.agrees,
        "compared": len(found.lines),
        "disagreements": [_line(one) for one in found.disagreements[:_TOLD]],
        "disagreement_count": len(found.disagreements),
        "faults": [_problem(one) for one in book.faults[:_TOLD]],
        "fault_count": len(book.faults),
        "warnings": [_problem(one) for one in book.warnings[:_TOLD]],
        "warning_count": len(book.warnings),
        "left_out": [
            {"sheet": one.sheet, "cell": one.cell, "text": one.text[:200], "th": one.reason.th, "en": one.reason.en}
            for one in book.left_out[:_TOLD]
        ],
        "left_out_count": len(book.left_out),
        "unknown_notes": [
            {"sheet": sheet, "cell": note.cell, "text": note.text[:200]} for sheet, note in book.unknown_notes[:_TOLD]
        ],
        "unknown_note_count": len(book.unknown_notes),
        "has_summary": bool(book.summary),
    }


def _sheets(book: FormBook) -> list[dict[str, Any]]:
    sums: dict[str, dict[int, Decimal]] = {}
    counts: dict[str, int] = {}
    for one in book.counted:
        counts[one.sheet] = counts.get(one.sheet, 0) + 1
        own = sums.setdefault(one.sheet, {})
        for amount in one.amounts:
            if amount.stage == "planned" and amount.amount is not None:
                own[amount.fiscal_year] = own.get(amount.fiscal_year, Decimal(0)) + amount.amount
    return [
        {
            "name": sheet.name,
            "code": sheet.code,
            "section": sheet.section,
            "rows": sheet.project_count,
            "counted": counts.get(sheet.name, 0),
            "years": {str(year): str(amount) for year, amount in sums.get(sheet.name, {}).items()},
            "total": str(sum(sums.get(sheet.name, {}).values(), Decimal(0))),
        }
        for sheet in book.sheets
    ]


def _states(book: FormBook) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in book.projects:
        if not one.counted:
            found[one.state] = found.get(one.state, 0) + 1
    return found


def _line(one: ReconciledLine) -> dict[str, Any]:
    return {
        "what": one.what,
        "section": one.section,
        "form": one.form,
        "year": one.year,
        "form_count": one.form_count,
        "summary_count": one.summary_count,
        "count_difference": one.count_difference,
        "form_sum": None if one.form_sum is None else str(one.form_sum),
        "summary_sum": None if one.summary_sum is None else str(one.summary_sum),
        "difference": str(one.difference),
        "form_cells": list(one.form_cells[:6]),
        "summary_cells": list(one.summary_cells[:6]),
    }


def _problem(one: Problem) -> Mapping[str, Any]:
    return {
        "code": one.code,
        "th": one.message.th,
        "en": one.message.en,
        "remedy_th": one.remedy.th,
        "remedy_en": one.remedy.en,
        "sheet": one.where.sheet or "",
        "cell": one.where.cell or (f"{one.where.row}" if one.where.row else ""),
    }


@job(LOAD, title=Text("นำเข้าสมุดงานแผน", "load a plan workbook"), attempts=2)
def load_book(
    run: JobRun,
    *,
    programme: str,
    sha: str,
    size: int,
    name: str,
    decision: str,
    decided_on: str,
    number: str,
    document: str,
    reason: str,
) -> dict[str, Any]:
    """Load all, or nothing. A run after a load that was cut off finds it done."""
    held = Programme.objects.get(pk=uuid.UUID(programme))
    raw = RawFile(sha, size, name)
    earlier = held.loads.filter(raw_sha=sha).first()
    if earlier is not None and run.job.claim > 1:
        return {"projects": earlier.projects, "lines": earlier.lines}
    run.progress(0, 3, _READING)
    book = book_in(raw, layouts_for(held))
    run.progress(1, 3, _LOADING)
    done = load_form_book(
        acting_user=run.actor,
        programme=held,
        book=book,
        raw=raw,
        kind=decision,
        decided_on=date.fromisoformat(decided_on) if decided_on else None,
        number=number,
        document=document,
        reason=reason,
    )
    run.progress(3, 3, _LOADING)
    return {"projects": done.projects, "counted": done.counted, "planned": str(done.planned)}
