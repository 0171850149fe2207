"""What the pages of the assessment share: criteria sets of the workspace, calls with their days, forms as sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from mudmai.apps.assessment.models import Call
from mudmai.core.collation import dictionary_order
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text, same
from mudmai.web.pages import language_of, workspace_of
from mudmai.web.wording import wording
from mudmai.workspace.criteria import criteria_by_sha, criteria_sets, version_order


def kept_set(request: HttpRequest, sha: str) -> CriteriaSet:
    """The version of a set that a call or a file holds."""
    return criteria_by_sha(workspace_of(request).home, sha)


def known_sets(request: HttpRequest) -> tuple[CriteriaSet, ...]:
    """All versions of all sets of the packs."""
    return criteria_sets(workspace_of(request).home)


def newest_sets(known: Iterable[CriteriaSet]) -> list[CriteriaSet]:
    """The newest version of each scheme, in the order of the packs."""
    by_scheme: dict[str, list[CriteriaSet]] = {}
    for one in known:
        by_scheme.setdefault(one.scheme, []).append(one)
    found = []
    for versions in by_scheme.values():
        replaced = {one.replaces for one in versions if one.replaces != one.id}
        found.append(max([one for one in versions if one.id not in replaced] or versions, key=version_order))
    return found


def set_titles(request: HttpRequest) -> Mapping[str, Text]:
    """Titles of the sets by id; what packs no longer have is called by its id (:func:`title_in`)."""
    return {one.id: one.title for one in known_sets(request)}


def title_in(titles: Mapping[str, Text], key: str) -> Text:
    """The title of a set; its id where it is gone."""
    return titles.get(key, same(key))


def name_order(request: HttpRequest, name: Text) -> tuple[str, str]:
    """What names are sorted by for this reader: as a dictionary of the page's language has them."""
    return dictionary_order(name.in_(language_of(request)))


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in a list. ``days``: until its last day, negative when over; ``opens_in`` 0: open or over."""

    call: Call
    title: Text
    days: int
    opens_in: int

    @property
    def is_open(self) -> bool:
        """Files may be opened and submitted today."""
        return self.days >= 0 and self.opens_in == 0


def call_row(call: Call, titles: Mapping[str, Text], today: date | None = None) -> CallRow:
    """The row of ``call`` as of ``today``."""
    day = today or timezone.localdate()
    return CallRow(
        call, title_in(titles, call.criteria), (call.closes_on - day).days, max(0, (call.opens_on - day).days)
    )


def revision_of(request: HttpRequest) -> int:
    """The revision that a form was opened on; 0, which no row has, for anything else."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def step_typed(text: str) -> int | None:
    """A step of a scale as a radio button sends it; "" is not answered."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InputError(
            wording("assess.bad_step", value=text),
            remedy=wording("assess.bad_step_remedy"),
            code="answer_step",
            where=Where(field="value"),
        )
    return int(text)


def as_uuid(text: str) -> UUID | None:
    """The key that a form names; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
