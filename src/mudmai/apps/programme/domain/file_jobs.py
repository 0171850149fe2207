"""Work in the background on a file that was brought into a programme."""

from __future__ import annotations

from typing import Any

from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.policy import Actor
from mudmai.workspace.raw_files import RawFile


def enqueue_file(kind: str, acting_user: Actor, programme: Programme, raw: RawFile, **more: Any) -> Job:
    """Ask for work of ``kind`` on the kept file, about the programme, in its organisation. Rights are the caller's."""
    return enqueue(
        kind,
        {"programme": str(programme.pk), "sha": raw.sha256, "size": raw.size, "name": raw.name, **more},
        actor=acting_user,
        organisation=programme.organisation,
        about_kind="programme",
        about_id=str(programme.pk),
    )
