"""The rows: submissions with their steps and approvals, holders of datasets, publications on their way."""

from __future__ import annotations

from mudmai.apps.data.models.exception import AcceptedException
from mudmai.apps.data.models.holding import DatasetHolder, OfficialChoice, Publication, PublicationKind
from mudmai.apps.data.models.submission import EDITABLE, Approval, Mode, State, Submission, SubmissionStep

__all__ = [
    "EDITABLE",
    "AcceptedException",
    "Approval",
    "DatasetHolder",
    "Mode",
    "OfficialChoice",
    "Publication",
    "PublicationKind",
    "State",
    "Submission",
    "SubmissionStep",
]
