"""Handing in a file over the API, and how its reading stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS, person_of
from mudmai.api.problem_docs import problems
from mudmai.apps.data.domain.drafts import require_start
from mudmai.apps.data.domain.jobs_reading import begin_reading
from mudmai.apps.data.domain.submissions import start_submission, submission_for
from mudmai.apps.data.models import Submission
from mudmai.apps.data.policy import holder_of
from mudmai.apps.data.site import dataset_named
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.areas import checked_area
from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.http.receiving import limit_upload, received, refuse_too_large

router = Router(tags=["submissions"], auth=KNOWN_CALLERS)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The file, as the office has it"},
                        "organisation": {
                            "type": "string",
                            "description": "On whose behalf; needed where it is not clear",
                        },
                        "mode": {"type": "string", "enum": ["update", "replace"], "default": "update"},
                        "area_system": {"type": "string", "description": "With area: what the file is bounded to"},
                        "area": {"type": "string"},
                        "note": {"type": "string"},
                    },
                }
            }
        },
    }
}


class FileReadingOut(Schema):
    """A submission's file on its way: the job that reads it, and what was found."""

    id: UUID
    dataset: str
    state: str
    file: str
    sha256: str
    size: int
    job: UUID | None
    job_state: str | None = Field(description="queued, running, done, failed or cancelled")
    kind: str | None = Field(description="tidy, recipe, or proposal: questions wait on the page of the file")
    recipe: str
    rows: int | None
    errors: int
    warnings: int
    problems: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    page: str = Field(description="Where a person answers what is open")


@router.post(
    "/datasets/{dataset}/submissions",
    response={201: FileReadingOut},
    operation_id="handIn",
    openapi_extra={**problems("400", "401", "403", "404", "422", "429", "500"), **_BODY},
)
def hand_in(request: HttpRequest, dataset: str = Path(max_length=120)) -> Status[dict[str, Any]]:
    """Start a submission from a file (multipart form); it is read in the background."""
    person = person_of(request)
    limit_upload(request)
    known = dataset_named(dataset)
    refuse_too_large(request)
    organisation = _organisation(person, known.id, request.POST.get("organisation", ""))
    area = checked_area(request.POST.get("area_system", ""), request.POST.get("area", ""))
    mode = request.POST.get("mode", "") or "update"
    require_start(acting_user=person, organisation=organisation, area=area, mode=mode)  # before the file is taken in
    made = start_submission(
        acting_user=person,
        dataset=known.id,
        organisation=organisation,
        raw=received(request),
        area=area,
        mode=mode,
        note=request.POST.get("note", ""),
    )
    begin_reading(acting_user=person, submission=made)
    return Status(201, _told(made))


@router.get(
    "/submissions/{uuid:id}/reading",
    response=FileReadingOut,
    operation_id="reading",
    openapi_extra=problems("401", "403", "404", "422", "429", "500"),
)
def reading(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """How the reading of a submission's file stands."""
    return _told(submission_for(person_of(request), id))


def _organisation(person: Person, dataset: str, code: str) -> Organisation:
    if code:
        return organisation_named(code)
    able = [one for one in organisations_allowing(person, "data.submit") if holder_of(dataset, one) is not None]
    if len(able) == 1:
        return able[0]
    if not able:
        raise InputError(
            Text(f"ยังไม่มีหน่วยงานของท่านที่ส่งชุดข้อมูล {dataset}", f"no organisation of yours hands in {dataset}"),
            remedy=Text("ติดต่อผู้ดูแลระบบให้มอบหมายชุดข้อมูล", "ask an administrator to assign the dataset"),
            code="not_holder",
        )
    raise UnknownNameError(Text("หน่วยงานผู้ส่ง", "organisation"), "–", [one.code for one in able])


def _told(one: Submission) -> dict[str, Any]:
    one.refresh_from_db()
    job = Job.objects.filter(about_kind="submission", about_id=str(one.pk)).order_by("-created_at").first()
    found = one.reading or {}
    return {
        "id": one.pk,
        "dataset": one.dataset,
        "state": one.state,
        "file": one.raw_name,
        "sha256": one.raw_sha,
        "size": one.raw_size,
        "job": job.pk if job else None,
        "job_state": str(job.state) if job else None,
        "kind": found.get("kind"),
        "recipe": one.recipe_name or found.get("recipe_name", ""),
        "rows": found.get("rows"),
        "errors": one.errors,
        "warnings": one.warnings,
        "problems": found.get("problems", [])[:50],
        "changes": found.get("changes", [])[:50],
        "page": f"/submissions/{one.pk}/reading/",
    }
