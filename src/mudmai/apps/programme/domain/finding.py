"""Finding programmes and projects that a person may read; pages as quick at the end as at the start."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np
from django.db.models import Q, QuerySet

from mudmai.apps.programme.area_money import Held
from mudmai.apps.programme.models import Programme, Project
from mudmai.apps.programme.policy import Asking, decide_view, visible
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

PAGE = 50


def programme_for(person: Asking, id: uuid.UUID | str) -> Programme:
    """The programme, when the person may read it. Raises :class:`UnknownNameError`, :class:`NotAllowed`."""
    key = _key(id)
    found = Programme.objects.select_related("organisation").filter(pk=key).first() if key else None
    if found is None:
        raise UnknownNameError(Text("แผนงาน", "programme"), str(id))
    _require_view(person, found)
    return found


def project_for(person: Asking, id: uuid.UUID | str) -> Project:
    """The project, when the person may read its programme. Raises :class:`UnknownNameError`, :class:`NotAllowed`."""
    key = _key(id)
    rows = Project.objects.select_related("programme__organisation", "successor")
    found = rows.filter(pk=key).first() if key else None
    if found is None:
        raise UnknownNameError(Text("โครงการ", "project"), str(id))
    _require_view(person, found.programme)
    return found


def visible_programmes(person: Asking) -> QuerySet[Programme]:
    """All programmes that the person may read, with their organisations."""
    return visible(Programme.objects.select_related("organisation"), person)


def _require_view(person: Asking, programme: Programme) -> None:
    decision = decide_view(person, programme)
    if not decision:
        raise NotAllowed(decision)


def _key(id: uuid.UUID | str) -> uuid.UUID | None:
    try:
        return id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        return None


@dataclass(frozen=True)
class ProjectPage:
    """Rows of a list, and the cursors of the pages before and after ("" none)."""

    rows: list[Project]
    before: str
    after: str


def project_page(projects: QuerySet[Project], *, after: str = "", before: str = "", size: int = PAGE) -> ProjectPage:
    """One page of ``projects`` in the order programme, position.

    A cursor is the place of a row and not its number: the database steps along its index, so the last page of any
    number of projects costs what the first does. A cursor that cannot be read is taken for none.
    """
    backwards = bool(before)
    here = _place(before or after)
    rows = projects
    if here is not None:
        programme, position = here
        step = "lt" if backwards else "gt"
        later = Q(**{f"programme_id__{step}": programme})
        rows = rows.filter(later | Q(**{"programme_id": programme, f"position__{step}": position}))
        rows = rows.filter(**{f"programme_id__{step}e": programme})  # what the index can start from
    order = ("-programme_id", "-position") if backwards else ("programme_id", "position")
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    return _page(found, more, backwards, here is not None)


def page_held(held: Held, *, after: str = "", before: str = "", size: int = PAGE) -> ProjectPage:
    """As :func:`project_page`, of projects in kept columns, with their programmes: one query for the rows shown."""
    backwards = bool(before)
    here = _place(before or after)
    columns = held.columns
    mine = columns.order[held.wanted[columns.order]] if len(columns.keys) else columns.order
    start, end = 0, len(mine)
    if here is not None:
        place = columns.place_of(here[0].hex, here[1])
        if backwards:
            end = int(np.searchsorted(columns.places[mine], place, side="left"))
        else:
            start = int(np.searchsorted(columns.places[mine], place, side="right"))
    more = end - start > size
    own = mine[max(start, end - size) : end] if backwards else mine[start : min(end, start + size)]
    keys = [uuid.UUID(columns.keys[n]) for n in own.tolist()]
    rows = Project.objects.select_related("programme").in_bulk(keys)
    return _page([rows[key] for key in keys if key in rows], more, backwards, here is not None)


def _page(found: list[Project], more: bool, backwards: bool, begun: bool) -> ProjectPage:
    has_after = more if not backwards else True
    has_before = more if backwards else begun
    return ProjectPage(
        found,
        before=_cursor(found[0]) if found and has_before else "",
        after=_cursor(found[-1]) if found and has_after else "",
    )


def _cursor(row: Project) -> str:
    return f"{row.programme_id.hex}-{row.position}"


def _place(cursor: str) -> tuple[uuid.UUID, int] | None:
    programme, _, position = cursor.partition("-")
    key = _key(programme)
    if key is None or not position.isdecimal() or len(position) > 9:
        return None
    return key, int(position)
