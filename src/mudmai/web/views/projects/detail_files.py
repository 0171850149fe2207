"""Files of a project: photos are shown, everything else is only ever downloaded."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from mudmai.apps.programme.domain.projects import project_for
from mudmai.core.errors import InputError, MudmaiError, Where
from mudmai.exchange.photos import without_camera_notes
from mudmai.web.pages import workspace_of
from mudmai.web.views.projects.detail_fields import PHOTO
from mudmai.web.views.projects.readers import asker, or_sign_in
from mudmai.web.views.projects.report_pictures import photo_type
from mudmai.web.wording import wording
from mudmai.workspace import Workspace
from mudmai.workspace.raw_files import raw_files

MOST_PHOTO_BYTES = 12 * 1024 * 1024
ANYTHING = "application/octet-stream"


def check_photo(workspace: Workspace, sha256: str, size: int) -> None:
    """Refuse what is no picture, or too large for a page."""
    if size > MOST_PHOTO_BYTES:
        raise InputError(
            wording("detail.photo_large", most=MOST_PHOTO_BYTES // (1024 * 1024)),
            remedy=wording("detail.photo_large_remedy"),
            code="project",
            where=Where(field="file"),
        )
    if without_camera_notes(raw_files(workspace).path(sha256).read_bytes()) is None:
        raise InputError(
            wording("detail.no_photo"),
            remedy=wording("detail.no_photo_remedy"),
            code="project",
            where=Where(field="file"),
        )


def _photo(path: Path) -> tuple[IO[bytes], str]:
    """A photo for everybody: without the place, time and device that the camera wrote into it."""
    data = path.read_bytes()
    picture = without_camera_notes(data)
    if picture is None:
        raise Http404
    return BytesIO(picture), photo_type(data[:16])


@never_cache
@or_sign_in
def document(request: HttpRequest, project: UUID, document: UUID, language: str) -> HttpResponseBase:  # type: ignore[misc]
    """A file of the project for whoever may read the project: always as a download, never run by the browser. A photo
    goes out without its camera's notes; the office's own file stays as it came."""
    held = project_for(asker(request), project)
    found = held.documents.filter(pk=document).exclude(raw_sha="").first()
    if found is None:
        raise Http404
    try:
        path = raw_files(workspace_of(request)).path(found.raw_sha)
    except MudmaiError as gone:
        raise Http404 from gone
    content, kind = _photo(path) if found.type == PHOTO else (path.open("rb"), ANYTHING)
    response = FileResponse(content, as_attachment=True, filename=found.raw_name, content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
