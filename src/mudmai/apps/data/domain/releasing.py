"""Release and withdrawal."""

from __future__ import annotations

from mudmai.apps.data.models import Submission
from mudmai.apps.registry.policy import Actor


def release(*, acting_user: Actor, submission: Submission) -> Submission:
    """Publish an approved submission."""
    raise NotImplementedError


def withdraw(*, acting_user: Actor, submission: Submission, reason: str) -> Submission:
    """Take a released submission's rows out of what is served, with a public reason."""
    raise NotImplementedError


def resume_publications() -> int:
    """Finish every publication that was begun and not ended; how many were finished."""
    return 0
