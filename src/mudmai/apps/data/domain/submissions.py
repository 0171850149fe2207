"""Everything that may be done to a submission, in one place for pages, API, command line and jobs."""

from __future__ import annotations

from mudmai.apps.data.domain.drafts import (
    discard,
    note_reading,
    replace_file,
    set_recipe,
    start_submission,
    submission_for,
)
from mudmai.apps.data.domain.holders import assign_dataset, end_assignment, holders_of
from mudmai.apps.data.domain.official import choose_official
from mudmai.apps.data.domain.outbox import resume_publications
from mudmai.apps.data.domain.releasing import release, withdraw
from mudmai.apps.data.domain.reviewing import approve, return_submission, submit
from mudmai.apps.data.models import Submission, SubmissionStep

__all__ = [
    "Submission",
    "SubmissionStep",
    "approve",
    "assign_dataset",
    "choose_official",
    "discard",
    "end_assignment",
    "holders_of",
    "note_reading",
    "release",
    "replace_file",
    "resume_publications",
    "return_submission",
    "set_recipe",
    "start_submission",
    "submission_for",
    "submit",
    "withdraw",
]
