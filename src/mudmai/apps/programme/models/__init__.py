"""The rows: programmes, projects with places and money, what hangs on them, and the ledger of revisions."""

from __future__ import annotations

from mudmai.apps.programme.models.details import (
    Contract,
    Milestone,
    Party,
    PartyRole,
    ProjectDocument,
    ProjectIndicator,
    Risk,
)
from mudmai.apps.programme.models.links import Likeness, LikenessDecision, LinkState, PlanLink
from mudmai.apps.programme.models.programme import Programme, ProgrammeKind, Reporting
from mudmai.apps.programme.models.project import BudgetLine, LineOrigin, Project, ProjectPlace, Stage, Status
from mudmai.apps.programme.models.report import (
    EDITABLE_REPORTS,
    SENT_REPORTS,
    MonitoringRule,
    Obstacle,
    PeriodLock,
    Report,
    ReportEvidence,
    ReportState,
    ReportStep,
)
from mudmai.apps.programme.models.report_reminder import ReminderStage, ReportReminder
from mudmai.apps.programme.models.revision import FormLoad, ProjectVersion, RevisionEvent
from mudmai.core.ledger import ProjectState, RevisionKind

__all__ = [
    "EDITABLE_REPORTS",
    "SENT_REPORTS",
    "BudgetLine",
    "Contract",
    "FormLoad",
    "Likeness",
    "LikenessDecision",
    "LineOrigin",
    "LinkState",
    "Milestone",
    "MonitoringRule",
    "Obstacle",
    "Party",
    "PartyRole",
    "PeriodLock",
    "PlanLink",
    "Programme",
    "ProgrammeKind",
    "Project",
    "ProjectDocument",
    "ProjectIndicator",
    "ProjectPlace",
    "ProjectState",
    "ProjectVersion",
    "ReminderStage",
    "Report",
    "ReportEvidence",
    "ReportReminder",
    "ReportState",
    "ReportStep",
    "Reporting",
    "RevisionEvent",
    "RevisionKind",
    "Risk",
    "Stage",
    "Status",
]
