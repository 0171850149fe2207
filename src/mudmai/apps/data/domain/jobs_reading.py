"""Reading a submission's file: by its recipe or a kept one, checked, its table and report kept, the result noted.

A run may be repeated at any point: what it keeps is named by content, and noting the same result again changes nothing.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db import transaction

from mudmai.apps.data.domain.drafts import limit_areas, note_reading, require_draft, set_recipe
from mudmai.apps.data.domain.exceptions import accepted_fingerprints
from mudmai.apps.data.domain.planning import areas_below
from mudmai.apps.data.domain.tables import keep_table
from mudmai.apps.data.models import Submission
from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.checks import CheckReport
from mudmai.core.errors import InputError
from mudmai.core.language import Text, so_many
from mudmai.exchange.sheets.findings import Ignored
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.workspace.checking import check_table
from mudmai.workspace.intake import Reading, read_file
from mudmai.workspace.raw_files import raw_files
from mudmai.workspace.recipes import RecipeShelf

KIND = "data.read"
_TOLD = 200
_STEPS = 4
_READING = Text("อ่านไฟล์", "reading the file")
_CHECKING = Text("ตรวจข้อมูล", "checking the figures")
_KEEPING = Text("เก็บผลการอ่าน", "keeping the result")


def begin_reading(*, acting_user: Actor, submission: Submission) -> Job:
    """Ask for the submission's file to be read. Rights are decided where file or recipe were set."""
    return enqueue(
        KIND,
        {"submission": str(submission.pk)},
        actor=acting_user,
        organisation=submission.organisation,
        about_kind="submission",
        about_id=str(submission.pk),
    )


def read_again(*, acting_user: Actor, submission: Submission) -> Job:
    """Have the file of a draft read once more. Raises :class:`NotAllowed`."""
    require_draft(acting_user=acting_user, submission=submission)
    return begin_reading(acting_user=acting_user, submission=submission)


def read_areas(*, acting_user: Person, submission: Submission, own: bool) -> Job:
    """Have only the areas of the person's right read, or all of the file. Raises :class:`NotAllowed`."""
    with transaction.atomic():
        held = limit_areas(acting_user=acting_user, submission=submission, own=own)
        return begin_reading(acting_user=acting_user, submission=held)


def confirm_recipe(*, acting_user: Actor, submission: Submission, recipe: Recipe, name: str) -> Job:
    """Take ``recipe`` for the submission, keep it under ``name`` for the files to come, and have the whole file read.

    Who may change the submission may keep a recipe of its dataset. Raises :class:`InputError` ``recipe_name``.
    """
    recipe = replace(recipe, name=name.strip())
    told = json.loads(recipe.to_json())
    with transaction.atomic():
        held = set_recipe(acting_user=acting_user, submission=submission, recipe=told, name=recipe.name)
        asked = begin_reading(acting_user=acting_user, submission=held)
        by = acting_user.pseudonym if isinstance(acting_user, Person) else ""
        RecipeShelf(workspace()).keep(held.dataset, recipe, by=str(by))
    return asked


@job(KIND, title=Text("อ่านและตรวจไฟล์ที่ส่ง", "read and check a file that was handed in"), attempts=3)
def read_submission(run: JobRun, *, submission: str) -> dict[str, Any]:
    """Read, check, keep, note. A file that cannot be read at all is noted as one problem, with the next step."""
    held = Submission.objects.select_related("organisation").filter(pk=uuid.UUID(submission)).first()
    if held is None or not held.is_editable:
        return {"skipped": True}
    run.progress(0, _STEPS, _READING)
    reading = _of_own_areas(_read(run, held), held)
    run.progress(2, _STEPS, _CHECKING)
    report = _report(held, reading)
    run.progress(3, _STEPS, _KEEPING)
    table_sha = keep_table(reading.table, f"{held.pk}.parquet") if reading.table is not None else ""
    report_sha = ""
    if report is not None:
        content = json.dumps(report.as_dict(), ensure_ascii=False, allow_nan=False).encode()
        report_sha = raw_files(workspace()).keep_bytes(content, name=f"{held.pk}.json").sha256
    run.progress(3, _STEPS, _KEEPING)
    summary = summary_of(reading)
    errors = max(reading.problem_count, report.errors if report else 0)
    if reading.table is None and reading.kind != "proposal":
        errors = max(errors, 1)
    noted = note_reading(
        actor=run.actor,
        submission=held,
        summary=summary,
        table_sha=table_sha,
        report_sha=report_sha,
        errors=errors,
        warnings=report.warnings if report else 0,
        accepted=report.accepted if report else 0,
    )
    run.progress(_STEPS, _STEPS, _KEEPING)
    return {"kind": reading.kind, "rows": summary["rows"], "errors": noted.errors, "warnings": noted.warnings}


def _read(run: JobRun, held: Submission) -> Reading:
    recipe = Recipe.from_json(json.dumps(held.recipe)) if held.recipe else None

    def heard(done: int, total: int) -> None:
        run.progress(1, _STEPS, _READING)

    path = raw_files(workspace()).path(held.raw_sha)
    try:
        return read_file(workspace(), path, name=held.raw_name, dataset=held.dataset, recipe=recipe, progress=heard)
    except InputError as found:
        problems = found.problems or (found.as_problem(),)
        kind = "recipe" if recipe else "tidy"
        return Reading(
            held.raw_name, kind, held.dataset, recipe, held.recipe_name, problems=problems, problem_count=len(problems)
        )


def _of_own_areas(reading: Reading, held: Submission) -> Reading:
    """The reading without the areas that the submission leaves out; what was left out is told with its number."""
    if reading.table is None or not held.only_areas:
        return reading
    import pyarrow as pa  # only where rows are left out
    import pyarrow.compute as pc

    table = reading.table
    inside = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for system, code in held.only_areas:
        for name, codes in areas_below(AreaRef(system, code)).items():
            of_system = pc.equal(table.column("area_system").cast(pa.string()), name)
            listed = pc.is_in(table.column("area").cast(pa.string()), pa.array(codes, pa.string()))
            inside = pc.or_(inside, pc.and_(of_system, listed))
    kept, gone = table.filter(inside), table.filter(pc.invert(inside))
    count = len(pc.unique(gone.column("area").cast(pa.string())))
    reason = Text(
        f"{gone.num_rows:,} ค่าของ {count:,} พื้นที่ที่สิทธิ์ของผู้ส่งไม่ถึง",
        f"{so_many(gone.num_rows, 'value', 'values')} of {so_many(count, 'area', 'areas')} "
        "that the sender's right does not reach",
    )
    left = (Ignored(held.raw_name, "areas", reason, gone.num_rows), *reading.left_out) if count else reading.left_out
    return replace(reading, table=kept if kept.num_rows else None, left_out=left)


def _report(held: Submission, reading: Reading) -> CheckReport | None:
    if reading.table is None and not reading.problems:
        return None
    return check_table(
        workspace(),
        held.dataset,
        reading.table,
        accepted=accepted_fingerprints(held.dataset, held.organisation),
        file=held.raw_name,
        mode="replace" if held.mode == "replace" else "update",
        problems=reading.problems,
        problem_count=reading.problem_count,
    )


def summary_of(reading: Reading) -> dict[str, Any]:
    """What the pages tell of a reading, as plain JSON; the table itself is kept apart."""
    counted: Counter[str] = Counter(one.kind for one in reading.left_out)
    values: Counter[str] = Counter()
    for one in reading.left_out:
        values[one.kind] += one.cells
    return {
        "kind": reading.kind,
        "recipe_name": reading.recipe_name,
        "rows": reading.table.num_rows if reading.table is not None else 0,
        "missing": reading.table.column("value").null_count if reading.table is not None else 0,
        "problem_count": reading.problem_count,
        "problems": [one.as_dict() for one in reading.problems[:_TOLD]],
        "changes": [
            {"kind": c.kind.value, "th": c.text.th, "en": c.text.en, "stops": c.stops, "old": c.old, "new": c.new}
            for c in reading.changes[:_TOLD]
        ],
        "notes": [{"th": one.th, "en": one.en} for one in reading.notes],
        "left_out": [
            {"place": o.place, "kind": o.kind, "th": o.reason.th, "en": o.reason.en, "values": o.cells}
            for o in reading.left_out[:_TOLD]
        ],
        "left_out_counts": {kind: {"places": many, "values": values[kind]} for kind, many in counted.items()},
        "questions": len(reading.proposal.questions) if reading.proposal else 0,
    }
