"""The summary of released programmes that public pages read instead of the database.

Every change asks for it, and work in the background writes it: no request waits for it. It says as of when it is; the
pages of the register itself read the database.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, ask_once, job
from mudmai.apps.programme.area_money import held_projects
from mudmai.apps.programme.area_summary import areas_told, undivided_told
from mudmai.apps.programme.clause_money import plans_told
from mudmai.apps.programme.kept_columns import keep_columns
from mudmai.apps.programme.models import Programme, RevisionEvent
from mudmai.core.language import Text
from mudmai.workspace.portfolio_summary import write_summary

SUMMARY = "programme.public_summary"


def listen() -> None:
    """From now on every recorded decision, and every change of a programme, is followed by a new summary."""
    for model in (RevisionEvent, Programme):
        post_save.connect(_changed, sender=model, dispatch_uid=f"portfolio summary {model.__name__}")


def money_changed() -> None:
    """Money changed by something that no decision of the ledger tells, such as an approved report."""
    _changed()


def _changed(**_: Any) -> None:
    waiting = transaction.get_connection().run_on_commit
    if not any(one[1] is ask_for_summary for one in waiting):
        transaction.on_commit(ask_for_summary)


def ask_for_summary() -> None:
    """Have the summary written in the background; work that waits already will see this change too.

    A fault is logged: the change itself is kept, and the next one asks again.
    """
    ask_once(SUMMARY, {})


@job(SUMMARY, title=Text("เขียนสรุปโครงการของหน้าสาธารณะ", "write the summary of projects for public pages"))
def summary_job(run: JobRun) -> dict[str, Any]:
    """Write the summary, and the columns that a process begins with; writing them twice does no harm."""
    refresh_summary()
    keep_columns()
    return {}


def refresh_summary() -> None:
    """Write the summary of what everybody may see."""
    released = Programme.objects.filter(is_released=True).count()
    if not released:
        write_summary(workspace(), {"programmes": 0})
        return
    held = held_projects(None)
    write_summary(
        workspace(),
        {
            "programmes": released,
            "areas": areas_told(held),
            "undivided": undivided_told(held),
            "plans": plans_told(held, workspace().plans),
        },
    )
