"""The rows: cities, calls, files with answers and evidence, marks and decisions, certificates, road maps."""

from __future__ import annotations

from mudmai.apps.assessment.models.call import Call
from mudmai.apps.assessment.models.certificate import (
    Certificate,
    CertificateEvent,
    EndReason,
    EventKind,
    RegisterHolder,
    Surveillance,
)
from mudmai.apps.assessment.models.city import City
from mudmai.apps.assessment.models.file import (
    Answer,
    CityFile,
    Evidence,
    EvidenceKind,
    FileState,
    FileStep,
    LocalCriterion,
)
from mudmai.apps.assessment.models.inventory import BalanceFlow, Inventory, InventoryEntry, InventoryState
from mudmai.apps.assessment.models.marking import (
    Appeal,
    AppealOutcome,
    Decision,
    Mark,
    Marker,
    MarkerState,
    Notice,
    Outcome,
    ReconciledMark,
    Reply,
)
from mudmai.apps.assessment.models.roadmap import RoadmapItem, RoadmapState

__all__ = [
    "Answer",
    "Appeal",
    "AppealOutcome",
    "BalanceFlow",
    "Call",
    "Certificate",
    "CertificateEvent",
    "City",
    "CityFile",
    "Decision",
    "EndReason",
    "EventKind",
    "Evidence",
    "EvidenceKind",
    "FileState",
    "FileStep",
    "Inventory",
    "InventoryEntry",
    "InventoryState",
    "LocalCriterion",
    "Mark",
    "Marker",
    "MarkerState",
    "Notice",
    "Outcome",
    "ReconciledMark",
    "RegisterHolder",
    "Reply",
    "RoadmapItem",
    "RoadmapState",
    "Surveillance",
]
