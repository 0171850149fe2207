"""What the pages of marking share: who may open them, what a file waits for, agreement in words, pieces of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from mudmai.apps.assessment.domain.evidence_rows import counts, current_evidence
from mudmai.apps.assessment.domain.files import file_for
from mudmai.apps.assessment.domain.live_figures import figure_now
from mudmai.apps.assessment.models import CityFile, Evidence, EvidenceKind, FileState, Marker, MarkerState
from mudmai.apps.assessment.policy import require_call
from mudmai.core.criteria import Criterion
from mudmai.core.days import write_day
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.web.pages import reader, workspace_of
from mudmai.web.views.people.access import person_of
from mudmai.web.views.projects.report_pictures import photo_type
from mudmai.web.wording import day_count, wording
from mudmai.workspace.raw_files import raw_files

BANDS = ((0.8, "very_good"), (0.6, "good"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))
"""Lowest kappa of each word: Landis and Koch (1977), a convention and no test."""
STATUS = {"file_changed": 409, "mark_changed": 409, "file_state": 409, "marker_state": 409, "marker_unfit": 422}


def certifying_file(request: HttpRequest, key: UUID) -> CityFile:
    """The file for somebody of the certifying side; :class:`NotAllowed` for all others."""
    person = person_of(request)
    held = file_for(person, key)
    require_call(person, "assess.view", held.call)
    return held


def status_of(fault: MudmaiError | None) -> int:
    """The status of a page that tells a refusal."""
    return 200 if fault is None else STATUS.get(fault.code, 422)


@dataclass(frozen=True, slots=True)
class Clock:
    """A last day and how many days are left; ``left`` below 0: it is over."""

    on: date
    left: int

    @property
    def text(self) -> Text:
        """The day and what is left of it."""
        day = write_day(self.on)
        if self.left < 0:
            return _dated("marking.clock_over", day)
        if self.left == 0:
            return _dated("marking.clock_today", day)
        return _dated("marking.clock", day, days=day_count(self.left))


def clock_of(on: date | None, today: date) -> Clock | None:
    """The clock that ends on ``on``."""
    return Clock(on, (on - today).days) if on is not None else None


def _dated(key: str, when: Text, **more: Text) -> Text:
    return wording(key, when=when, **more)


def waits_for(file: CityFile, markers: list[Marker], today: date, *, settled: int = 0, asked: int = 0) -> Text:
    """What the file waits for, and from whom; ``settled``: how many of the ``asked`` criteria have a settled mark,
    where that is known."""
    active = [one for one in markers if one.state != MarkerState.RECUSED]
    lacking = max(0, file.call.markers - len(active))
    if file.state in (FileState.SUBMITTED, FileState.MARKING) and lacking:
        return wording("marking.waits_markers", count=lacking)
    if file.state in (FileState.SUBMITTED, FileState.MARKING):
        done = sum(one.state == MarkerState.DONE for one in active)
        silent = sum(one.state == MarkerState.APPOINTED for one in active)
        if silent:
            return wording("marking.waits_declaring", done=done, of=len(active), silent=silent)
        return wording("marking.waits_marking", done=done, of=len(active))
    clock = clock_of(file.reply_due, today) if file.state == FileState.REPLY else None
    if clock is not None:
        return _dated("marking.waits_reply", clock.text)
    if file.state == FileState.RECONCILING and asked:
        return wording("marking.waits_settled", settled=settled, asked=asked)
    return wording(f"marking.waits_{FileState(file.state).value}")


NOTHING = 1e-9
"""Kappa and both ends of its interval within this of 0: one marker gave one mark everywhere, it tells nothing."""


def agreement_told(request: HttpRequest, found: Mapping[str, Any]) -> tuple[Text, Text]:
    """An agreement (as :meth:`Agreement.as_dict` gives it) in one line, and the line that explains it."""
    here = reader(request)
    kappa, low, high, exact = (found.get(name) for name in ("kappa", "low", "high", "exact"))
    held = found.get("told") or {}
    told = Text(str(held.get("th") or ""), str(held.get("en") or held.get("th") or ""))
    if kappa is None or all(one is not None and abs(one) < NOTHING for one in (kappa, low, high)):
        head = wording("marking.kappa_none") if exact is None else wording(
            "marking.kappa_none_exact", exact=here.number(exact * 100, 0)
        )  # fmt: skip
        return head, told
    band = next((name for least, name in BANDS if kappa >= least), "poor")
    word = wording(f"marking.kappa_{band}")
    value = here.number(kappa, 2)
    span = Text("", "")
    if low is not None and high is not None:
        ends = wording("marking.kappa_span", low=here.number(low, 2), high=here.number(high, 2))
        span = Text(f" {ends.th}", f" {ends.en}")
        if low <= 0 <= high:
            doubt = wording("marking.kappa_unsure")
            told = Text(f"{told.th} {doubt.th}", f"{told.en}. {doubt.en}")
    head = wording("marking.kappa_value", word=word, value=value, span=span)
    if exact is not None:
        equal = wording("marking.equal_share", exact=here.number(exact * 100, 0))
        head = Text(f"{head.th} · {equal.th}", f"{head.en} · {equal.en}")
    return head, told


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence beside what it is about. ``now``: what a live figure says today; ``differs`` from then."""

    one: Evidence
    counted: bool
    picture: bool
    now: Text | None
    differs: bool
    newer: bool


def pieces_of(
    request: HttpRequest, file: CityFile, part: str | None = None, criteria: Mapping[str, Criterion] | None = None
) -> dict[str, list[Piece]]:
    """What stands as evidence now, by criterion, of one part or of all. Live figures are read again."""
    found: dict[str, list[Piece]] = {}
    for one in current_evidence(file):
        criterion = (criteria or {}).get(one.criterion)
        if part is not None and (criterion is None or criterion.part != part):
            continue
        found.setdefault(one.criterion, []).append(_piece(request, one))
    return found


def _piece(request: HttpRequest, one: Evidence) -> Piece:
    now, differs, picture = None, False, False
    if one.kind == EvidenceKind.FIGURE:
        try:
            read = figure_now(one)
            now, differs = read.told, read.differs
        except MudmaiError as fault:
            now, differs = fault.message, True
    elif one.kind == EvidenceKind.FILE:
        picture = _is_picture(raw_files(workspace_of(request)).path(one.raw_sha))
    return Piece(one, counts(one), picture, now, differs, one.replaces_id is not None)


def _is_picture(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return bool(photo_type(stream.read(12)))
    except OSError:
        return False
