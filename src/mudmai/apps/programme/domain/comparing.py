"""What a change would do before it is made, what somebody else changed meanwhile, and the money of two projects."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from mudmai.apps.programme.domain.facts import FIELDS, baht, facts_of, ordered
from mudmai.apps.programme.models import Project, ProjectVersion
from mudmai.core.ledger import Change, Facts

Done = TypeVar("Done")
Seen = TypeVar("Seen")


def tried(act: Callable[[], Done], see: Callable[[Done], Seen]) -> Seen:
    """What ``see`` finds after ``act`` was done; then everything in the database is taken back.

    A preview that is made so passes every check of the change itself and cannot differ from it. Nothing is announced.
    Rows that were handed to ``act`` have to be read anew.
    """
    with transaction.atomic():
        seen = see(act())
        transaction.set_rollback(True)
    return seen


def changes_since(project: Project, version: int) -> tuple[tuple[Change, ...], tuple[ProjectVersion, ...]]:
    """What became of ``project`` since its ``version``: the differences, and the versions that made them."""
    later = tuple(project.versions.filter(sequence__gt=version).select_related("event").order_by("sequence"))
    then = project.versions.filter(sequence=version).first()
    if then is None or not later:
        return (), later
    now = later[-1]
    found = differences(str(project.pk), then.facts, now.facts)
    if then.state != now.state:
        found.append(Change(str(project.pk), "state", then.state, now.state))
    return tuple(found), later


def differences(project: str, before: Facts, after: Facts) -> list[Change]:
    """The fields of two states of a project that differ, in the order in which fields are shown."""
    return [
        Change(project, name, before.get(name), after.get(name))
        for name in FIELDS
        if before.get(name) != after.get(name)
    ]


def joint_budget(into: Project, gone: Project) -> list[dict[str, Any]]:
    """The budget lines of ``into`` with those of ``gone`` added to them, by year, stage and source of fund.

    An amount that is not known adds nothing; where neither is known the sum is not known. A sum has no cell.
    """
    found = {_key(line): dict(line) for line in facts_of(into)["budget"]}
    for line in facts_of(gone)["budget"]:
        held = found.get(_key(line))
        if held is None:
            found[_key(line)] = {**line, "locator": ""}
        elif line["amount"] is not None:
            sums = Decimal(line["amount"]) + Decimal(held["amount"] or 0)
            held |= {"amount": baht(sums), "locator": "", "note": ""}
    return ordered(found.values())


def _key(line: dict[str, Any]) -> tuple[int, str, str]:
    return line["fiscal_year"], line["stage"], line["source_of_fund"]
