"""A before-after table in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mudmai.apps.programme.domain.projects import RevisionTable
from mudmai.apps.programme.models.project import STAGE_TITLES, STATUS_TITLES, Stage, Status
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.apportionment import SharingRule
from mudmai.core.language import Text, same
from mudmai.core.ledger import Change, ProjectState
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.moments import write_day
from mudmai.web.wording import wording, wordings

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing that changed in one project. ``before`` empty and ``is_new``: the project came with the decision."""

    project: str
    title: str
    field: Text
    before: str
    after: str
    is_new: bool = False


def change_rows(table: RevisionTable, here: Preferences) -> list[ChangeRow]:
    """The rows of a revision; money year by year, places by name."""
    return rows_of(table.changes, table.titles, here)


def rows_of(changes: Iterable[Change], titles: Mapping[str, str], here: Preferences) -> list[ChangeRow]:
    """The rows of some changes; ``titles`` by project."""
    rows: list[ChangeRow] = []
    for one in changes:
        title = titles.get(one.project, one.project)
        if one.field == "":
            told = _lines(one.after.get("budget", ()), here)
            rows.append(
                ChangeRow(one.project, title, wording("programme.new_project"), "", "; ".join(told.values()), True)
            )
        elif one.field == "budget":
            rows += _money_rows(one.project, title, one.before or (), one.after or (), here)
        else:
            rows.append(
                ChangeRow(
                    one.project,
                    title,
                    field_name(one.field),
                    _said(one.field, one.before, here),
                    _said(one.field, one.after, here),
                )
            )
    return rows


def field_name(name: str) -> Text:
    """A field of a project in words."""
    key = f"project.field_{name}"
    return wording(key) if key in wordings() else same(name)


def _money_rows(project: str, title: str, before: Any, after: Any, here: Preferences) -> Iterable[ChangeRow]:
    old, new = _lines(before, here), _lines(after, here)
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            year, stage, source = key
            name = STAGE_TITLES[Stage(stage)]
            words = f" {source}" if source else ""
            said = Text(f"{name.th} ปี {here.year(year)}{words}", f"{name.en}, {here.year(year)}{words}")
            yield ChangeRow(project, title, said, _amount(old.get(key)), _amount(new.get(key)))


def _amount(told: str | None) -> str:
    return NOTHING if told is None else told.rpartition(": ")[2]


def _lines(budget: Any, here: Preferences) -> dict[tuple[int, str, str], str]:
    from decimal import Decimal

    from mudmai.web.templatetags.mudmai_projects import written_baht

    found = {}
    for line in budget:
        amount = None if line["amount"] is None else Decimal(line["amount"])
        stage = here.say(STAGE_TITLES[Stage(line["stage"])])
        key = (line["fiscal_year"], line["stage"], line["source_of_fund"])
        found[key] = f"{stage} {here.year(line['fiscal_year'])}: {written_baht(here, amount)}"
    return found


def _said(name: str, value: Any, here: Preferences) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    match name:
        case "status":
            return here.say(STATUS_TITLES[Status(value)])
        case "state":
            return here.say(ProjectState(value).label)
        case "sharing_rule":
            return here.say(SharingRule(value).label)
        case "hierarchy":
            return " › ".join(words for _, words in value)
        case "places":
            return ", ".join(_place(one, here) for one in value)
        case "extra" if isinstance(value, Mapping):
            return "; ".join(f"{key}: {text}" for key, text in value.items())
        case "start" | "end":
            return write_day(here, date.fromisoformat(value))
        case "beneficiaries":
            return here.number(value, 0)
    return here.say(str(value))


def _place(one: Mapping[str, Any], here: Preferences) -> str:
    name = here.say(area_name(AreaRef(one["area_system"], one["area"])))
    return f"{name} ({one['weight']})" if one.get("weight") is not None else name
