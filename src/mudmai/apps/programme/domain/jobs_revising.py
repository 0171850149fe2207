"""A revised workbook on its way in: compared with the plan first, written as one event when a person says so.

Comparing writes nothing; its result is what the page shows. A run may be repeated: what was written already differs in
nothing, and nothing is written again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mudmai.apps.jobs.domain.jobs import JobRun, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.file_jobs import enqueue_file
from mudmai.apps.programme.domain.jobs_loading import book_in, layouts_for
from mudmai.apps.programme.domain.matching import Candidate, Held, Match
from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.domain.revised_books import (
    KINDS,
    Choices,
    Comparison,
    RowChange,
    compare_book,
    refuse_changed_plan,
    revise_by_book,
    revised_facts,
)
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.policy import Actor
from mudmai.core.language import Text
from mudmai.core.ledger import money
from mudmai.exchange.forms.book import FormBook, FormProject
from mudmai.workspace.raw_files import RawFile

COMPARE, REVISE = "programme.compare_book", "programme.revise_by_book"
_READING = Text("อ่านแบบฟอร์ม", "reading the forms")
_MATCHING = Text("จับคู่กับโครงการที่มีอยู่", "matching with the projects that are there")
_WRITING = Text("บันทึกทั้งหมดในคราวเดียว", "writing all of it at once")


def begin_comparing(*, acting_user: Actor, programme: Programme, raw: RawFile) -> Job:
    """Have a workbook compared with the plan. Raises :class:`NotAllowed` where it could not be written afterwards."""
    require_on(acting_user, change_action(programme), programme=programme)
    return enqueue_file(COMPARE, acting_user, programme, raw)


def begin_revising(
    *,
    acting_user: Actor,
    programme: Programme,
    raw: RawFile,
    kind: str,
    decided_on: date,
    reason: str,
    base: int,
    choices: Choices,
    number: str = "",
    document: str = "",
) -> Job:
    """Have a workbook written as a revision. What can be refused at once is (``plan_changed``, ``reason_needed``)."""
    require_on(acting_user, change_action(programme), programme=programme)
    if kind not in KINDS:
        raise refused(f"ชนิด {kind} ไม่ใช่การทบทวนแผน", f"{kind} is no kind of revision", "kind")
    refuse_changed_plan(programme, base)
    more = {
        "decision": kind,
        "decided_on": decided_on.isoformat(),
        "number": number,
        "document": document,
        "reason": needed(reason),
        "base": base,
        "rows": [[sheet, row, choice] for (sheet, row), choice in choices.rows.items()],
        "missing": dict(choices.missing),
    }
    return enqueue_file(REVISE, acting_user, programme, raw, **more)


@job(COMPARE, title=Text("เทียบสมุดงานแผนกับแผนที่มีอยู่", "compare a plan workbook with the plan"), attempts=2)
def compare(run: JobRun, *, programme: str, sha: str, size: int, name: str) -> dict[str, Any]:
    """Read and match; nothing is written."""
    held = Programme.objects.get(pk=uuid.UUID(programme))
    run.progress(0, 2, _READING)
    book = book_in(RawFile(sha, size, name), layouts_for(held))
    run.progress(1, 2, _MATCHING)
    found = compare_book(held, book)
    run.progress(2, 2, _MATCHING)
    return comparison_json(found, book)


@job(REVISE, title=Text("ทบทวนแผนด้วยสมุดงานฉบับใหม่", "revise a plan by a new workbook"), attempts=2)
def revise(
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
    base: int,
    rows: list[list[Any]],
    missing: dict[str, str],
) -> dict[str, Any]:
    """Write all, or nothing. A run after one that was cut off finds the file loaded."""
    held = Programme.objects.get(pk=uuid.UUID(programme))
    raw = RawFile(sha, size, name)
    if run.job.claim > 1 and held.events.filter(sequence__gt=base, document_sha=sha).exists():
        return {"changed": 0, "added": 0, "removed": 0, "unchanged": 0}
    run.progress(0, 2, _READING)
    book = book_in(raw, layouts_for(held))
    run.progress(1, 2, _WRITING)
    done = revise_by_book(
        acting_user=run.actor,
        programme=held,
        book=book,
        raw=raw,
        kind=decision,
        decided_on=date.fromisoformat(decided_on),
        reason=reason,
        number=number,
        document=document,
        base=base,
        choices=Choices({(sheet, row): choice for sheet, row, choice in rows}, missing),
    )
    run.progress(2, 2, _WRITING)
    return {"changed": done.changed, "added": done.added, "removed": done.removed, "unchanged": done.unchanged}


def comparison_json(found: Comparison, book: FormBook) -> dict[str, Any]:
    """A comparison as plain JSON: amounts as decimal text, reasons in both languages."""
    told = {sheet.name: {column.field for column in sheet.columns} for sheet in book.sheets}
    return {
        "base": found.base,
        "nothing": found.nothing,
        "numbers": [list(one) for one in found.numbers],
        "unchanged": [_row(one, match, found) for one, match in found.unchanged],
        "changed": [_change(one, found) for one in found.changed],
        "new": [_new(one) for one in found.new],
        "asked": [_asked(one, match, found, told) for one, match in found.asked],
        "missing": [_held(one) for one in found.missing],
        "stays": [{**_place(one), "project": here.id, "state": here.state} for one, here in found.stays],
    }


def _place(one: FormProject) -> dict[str, Any]:
    section = one.hierarchy[-1][1] if one.hierarchy else ""
    return {"sheet": one.sheet, "row": one.row, "number": one.number, "title": one.title, "section": section}


def _said(reasons: tuple[Text, ...]) -> list[list[str]]:
    return [[one.th, one.en] for one in reasons]


def _row(one: FormProject, match: Match, found: Comparison) -> dict[str, Any]:
    return {**_place(one), "project": match.project, "how": match.how.value, "reasons": _said(match.reasons)}


def _new(one: RowChange) -> dict[str, Any]:
    return {**_place(one.form), "planned": str(one.form.total()), "state": one.state}


def _held(one: Held) -> dict[str, Any]:
    levels = one.facts["hierarchy"]
    return {
        "project": one.id,
        "number": one.facts["number"],
        "title": one.facts["title"],
        "section": levels[-1][1] if levels else "",
        "planned": str(money(one.facts, lambda line: line["stage"] == "planned")),
        "locator": "!".join(part for part in (one.facts["sheet"], one.facts["cell"]) if part),
    }


def _change(one: RowChange, found: Comparison) -> dict[str, Any]:
    successor = found.matching.rows.get(one.successor) if one.successor else None
    return {
        **_row(one.form, one.match, found),
        "fields": _fields(one),
        "money": _money(one),
        "old_state": one.old_state,
        "state": one.state,
        "successor": successor.project if successor else None,
        "notes": [note.text for note in one.form.notes],
    }


def _fields(one: RowChange) -> list[list[Any]]:
    assert one.before is not None
    return [[name, one.before[name], one.after[name]] for name in one.fields]


def _money(one: RowChange) -> list[list[Any]]:
    return [[year, stage, _text(old), _text(new)] for year, stage, old, new in one.money]


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _asked(one: FormProject, match: Match, found: Comparison, told: Mapping[str, set[str]]) -> dict[str, Any]:
    return {
        **_place(one),
        "planned": str(one.total()),
        "candidates": [_candidate(one, match, each, found, told.get(one.sheet)) for each in match.candidates],
    }


def _candidate(
    one: FormProject, match: Match, each: Candidate, found: Comparison, told: set[str] | None
) -> dict[str, Any]:
    before, new = found.between(one.key, each.project)
    change = RowChange(one, match, before, revised_facts(one, new, before, told))
    return {
        **_held(found.held[each.project]),
        "score": round(each.score, 4),
        "reasons": _said(each.reasons),
        "fields": _fields(change),
        "money": _money(change),
    }
