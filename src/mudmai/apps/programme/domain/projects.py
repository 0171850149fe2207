"""Everything that may be done to programmes and projects, in one place for pages, API and command line."""

from __future__ import annotations

from mudmai.apps.programme.domain.as_of import (
    RevisionTable,
    ledger_of,
    plan_as_of,
    projection_faults,
    revision_table,
)
from mudmai.apps.programme.domain.comparing import changes_since, joint_budget, tried
from mudmai.apps.programme.domain.details import (
    attach_document,
    change_document,
    detail_mark,
    keep_detail,
    remove_detail,
    remove_document,
)
from mudmai.apps.programme.domain.finding import (
    ProjectPage,
    programme_for,
    project_for,
    project_page,
    visible_programmes,
)
from mudmai.apps.programme.domain.loading import Loaded, load_form_book
from mudmai.apps.programme.domain.programmes import (
    change_programme,
    conceal_programme,
    create_programme,
    release_programme,
)
from mudmai.apps.programme.domain.revising import (
    ProjectChange,
    change_project,
    create_project,
    mark_duplicate,
    merge_projects,
    move_project,
    remove_project,
    revise,
    set_places,
    set_sharing,
)

__all__ = [
    "Loaded",
    "ProjectChange",
    "ProjectPage",
    "RevisionTable",
    "attach_document",
    "change_document",
    "change_programme",
    "change_project",
    "changes_since",
    "conceal_programme",
    "create_programme",
    "create_project",
    "detail_mark",
    "joint_budget",
    "keep_detail",
    "ledger_of",
    "load_form_book",
    "mark_duplicate",
    "merge_projects",
    "move_project",
    "plan_as_of",
    "programme_for",
    "project_for",
    "project_page",
    "projection_faults",
    "release_programme",
    "remove_detail",
    "remove_document",
    "remove_project",
    "revise",
    "revision_table",
    "set_places",
    "set_sharing",
    "tried",
    "visible_programmes",
]
