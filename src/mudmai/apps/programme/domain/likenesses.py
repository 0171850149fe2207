"""Projects that look alike: found in the background, decided by people, and not asked again.

Pairs are kept in ``<home>/cache/alike.json`` (ids, scores and reasons, no titles): they may be found anew at any time.
Decisions are rows (:class:`LikenessDecision`), their history is in the log.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.ledger_rows import (
    Decision,
    add_event,
    as_written,
    lock_programme,
    lock_projects,
    write,
)
from mudmai.apps.programme.domain.likely_pairs import MOST, Described, LikelyPair, Reason, likely_pairs
from mudmai.apps.programme.domain.refusals import needed, refused
from mudmai.apps.programme.domain.revising import mark_duplicate
from mudmai.apps.programme.models import (
    BudgetLine,
    Likeness,
    LikenessDecision,
    Programme,
    Project,
    ProjectPlace,
    ProjectState,
    RevisionKind,
    Stage,
)
from mudmai.apps.programme.policy import Asking, areas_of, change_action, require_on, visible
from mudmai.apps.programme.portfolio import ledger_mark
from mudmai.apps.programme.queries import SATANG
from mudmai.apps.registry.areas import catalogue
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor, organisations_allowing
from mudmai.core.language import Text
from mudmai.core.search_text import fold
from mudmai.workspace.durable_files import write_whole

FIND = "programme.find_alike"
_ACTIVE = ProjectState.ACTIVE.value
_DUPLICATE = ProjectState.DUPLICATE.value
_LOOK_AGAIN = Text("เปิดหน้ารายการคู่อีกครั้ง", "open the list of pairs again")
_READING = Text("อ่านโครงการ", "reading the projects")
_COMPARING = Text("เทียบชื่อ พื้นที่ และจำนวนเงิน", "comparing titles, places and money")


# --- finding -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundPairs:
    """The pairs that were found last. ``mark``: the ledger then; ``projects``: how many were compared."""

    pairs: tuple[LikelyPair, ...] = ()
    mark: str = ""
    at: datetime | None = None
    projects: int = 0

    @property
    def is_current(self) -> bool:
        """False when a plan was changed since."""
        return self.mark == ledger_mark()

    @property
    def is_cut(self) -> bool:
        """True when more pairs were found than are kept."""
        return len(self.pairs) >= MOST


def begin_finding(*, acting_user: Actor) -> Job:
    """Have all projects that count compared. Takes the right to change some programme (:class:`NotAllowed`)."""
    first = changeable(acting_user).first()
    if first is None:
        raise refused("บัญชีนี้ไม่มีแผนงานที่แก้ได้", "this account may change no programme", "", code="likeness")
    return enqueue(FIND, {}, actor=acting_user, organisation=first.organisation, about_kind="alike")


@job(FIND, title=Text("หาโครงการที่คล้ายกัน", "find projects that look alike"), attempts=2)
def find_alike(run: JobRun) -> dict[str, Any]:
    """Compare, and keep the pairs."""
    run.progress(0, 2, _READING)
    mark = ledger_mark()
    rows = described(Project.objects.all())
    run.progress(1, 2, _COMPARING)
    pairs = likely_pairs(rows)
    keep_pairs(FoundPairs(tuple(pairs), mark, timezone.now(), len(rows)))
    run.progress(2, 2, _COMPARING)
    return {"projects": len(rows), "pairs": len(pairs)}


def described(projects: QuerySet[Project]) -> list[Described]:
    """The projects that count, as they are compared; three queries, whatever their number."""
    active = projects.filter(state=_ACTIVE).select_related(None).order_by("id")
    planned: dict[Any, dict[int, int]] = {}
    money = BudgetLine.objects.filter(project__state=_ACTIVE, stage=Stage.PLANNED, amount__isnull=False).order_by()
    columns = ("project_id", "fiscal_year")
    for project, year, satang in money.annotate(satang=SATANG).values_list(*columns, "satang").iterator():
        own = planned.setdefault(project, {})
        own[year] = own.get(year, 0) + satang
    places: dict[Any, set[tuple[str, str]]] = {}
    found = ProjectPlace.objects.filter(project__state=_ACTIVE).order_by()
    for project, system, area in found.values_list("project_id", "area_system", "area").iterator():
        places.setdefault(project, set()).add((system, area))
    wanted = ("pk", "programme_id", "programme__organisation_id", "title", "number", "department", "output",
              "programme__area_system", "programme__area_code")  # fmt: skip
    rows = []
    for pk, programme, organisation, title, number, department, output, system, code in active.values_list(*wanted):
        own_places = places.get(pk) or ({(system, code)} if code else set())
        rows.append(
            Described(
                id=pk.hex,
                programme=programme.hex,
                organisation=str(organisation),
                title=title,
                number=number,
                department=department,
                output=fold(output),
                own_places=frozenset(f"{one}:{area}" for one, area in own_places),
                places=frozenset(above for one, area in own_places for above in _with_above(one, area)),
                planned=planned.get(pk),
            )
        )
    return rows


def _with_above(system: str, code: str) -> tuple[str, ...]:
    known = catalogue().area_systems.get(system)
    if known is None or code not in known.by_code:
        return (f"{system}:{code}",)
    return tuple(f"{system}:{one}" for one in (code, *(area.code for area in known.ancestors(code))))


def _file() -> Path:
    return workspace().home.cache / "alike.json"


def keep_pairs(found: FoundPairs) -> None:
    """Write the pairs that were found, as a whole."""
    told = {
        "mark": found.mark,
        "at": found.at.isoformat() if found.at else None,
        "projects": found.projects,
        "pairs": [
            [one.first, one.second, *one.programmes, one.score, [reason.value for reason in one.reasons]]
            for one in found.pairs
        ],
    }
    write_whole(_file(), json.dumps(told).encode())


def found_pairs() -> FoundPairs:
    """The pairs that were found last; none where nobody has looked yet."""
    try:
        stat = _file().stat()
    except OSError:
        return FoundPairs()
    return _read(_file(), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int, size: int) -> FoundPairs:
    try:
        told = json.loads(path.read_bytes())
        pairs = tuple(
            LikelyPair(first, second, (one, other), score, tuple(Reason(reason) for reason in reasons))
            for first, second, one, other, score, reasons in told["pairs"]
        )
        at = datetime.fromisoformat(told["at"]) if told["at"] else None
        return FoundPairs(pairs, told["mark"], at, told["projects"])
    except (OSError, ValueError, KeyError, TypeError):  # a file that may be deleted may be broken too
        return FoundPairs()


# --- who sees what -----------------------------------------------------------------------------------------------


def changeable(person: Asking) -> QuerySet[Programme]:
    """The programmes that the person may read and change, in at least one area."""
    may = Q(is_released=False, organisation__in=organisations_allowing(person, "project.edit").values("pk"))
    may |= Q(is_released=True, organisation__in=organisations_allowing(person, "project.revise").values("pk"))
    return visible(Programme.objects.select_related("organisation").filter(may), person)


def undecided_pairs(person: Asking, programme: Programme | None = None) -> list[LikelyPair]:
    """The pairs that wait for the person: both in programmes that they may change, one of them in ``programme``.

    Three queries, whatever the number of pairs. Pairs of which one counts no more are left out when they are shown.
    """
    own = {pk.hex for pk in changeable(person).values_list("pk", flat=True)}
    found = undecided_among([one for one in found_pairs().pairs if own.issuperset(one.programmes)], programme)
    gone = _not_counted({key for one in found for key in (one.first, one.second)})
    return [one for one in found if one.first not in gone and one.second not in gone]


def undecided_among(pairs: Iterable[LikelyPair], programme: Programme | None = None) -> list[LikelyPair]:
    """Those of ``pairs`` that nobody has decided, with a project of ``programme`` where one is given."""
    decided = {(a.hex, b.hex) for a, b in LikenessDecision.objects.values_list("first_id", "second_id")}
    here = programme.pk.hex if programme else ""
    asked = (one for one in pairs if not here or here in one.programmes)
    return [one for one in asked if (one.first, one.second) not in decided]


def _not_counted(keys: set[str]) -> set[str]:
    """Those of ``keys`` that count no more, or are not there."""
    if not keys:
        return set()
    if len(keys) > 500:
        counted = {pk.hex for pk in Project.objects.filter(state=_ACTIVE).values_list("pk", flat=True)}
    else:
        rows = Project.objects.filter(pk__in=[uuid.UUID(key) for key in keys], state=_ACTIVE)
        counted = {pk.hex for pk in rows.values_list("pk", flat=True)}
    return keys - counted


def decisions_on(person: Asking, programme: Programme | None = None) -> QuerySet[LikenessDecision]:
    """What was decided on pairs in programmes that the person may change, the latest first."""
    own = changeable(person).values("pk")
    rows = LikenessDecision.objects.filter(first__programme__in=own, second__programme__in=own)
    if programme is not None:
        rows = rows.filter(Q(first__programme=programme) | Q(second__programme=programme))
    return rows.select_related("decided_by").order_by("-decided_at", "-id")


def projects_by_id(keys: Iterable[str]) -> Mapping[str, Project]:
    """The projects with all that is compared; a fixed number of queries."""
    rows = Project.objects.filter(pk__in=[uuid.UUID(key) for key in keys]).select_related("programme__organisation")
    return {one.pk.hex: one for one in rows.prefetch_related("places", "budget")}


# --- deciding ----------------------------------------------------------------------------------------------------


def decide(
    *,
    acting_user: Actor,
    first: Project,
    second: Project,
    verdict: str,
    reason: str = "",
    stays: Project | None = None,
    score: float | None = None,
) -> LikenessDecision:
    """Two projects are ``duplicate`` (``stays`` counts, the other one no more), ``continued`` or ``different``.

    A new decision takes the place of an earlier one: a duplicate that is none after all counts again. A duplicate and a
    change of mind need a reason. Raises :class:`NotAllowed`; :class:`InputError`: ``likeness``, ``reason_needed``,
    ``project_changed`` where one was changed since its row was read, ``project_gone``.
    """
    if verdict not in Likeness.values:
        raise refused(f"ไม่รู้จักคำตัดสิน “{verdict}”", f"unknown verdict “{verdict}”", "verdict", code="likeness")
    if first.pk == second.pk:
        raise refused("ต้องเป็นสองโครงการ", "a pair has two projects", "second", code="likeness")
    chosen = stays or first
    if chosen.pk not in (first.pk, second.pk):
        raise refused(
            "เลือกโครงการที่คงไว้จากสองโครงการนี้", "the one that stays is one of the two", "stays", code="likeness"
        )
    low, high = sorted((first, second), key=lambda one: one.pk.hex)
    with transaction.atomic():
        for programme in sorted({low.programme, high.programme}, key=lambda one: str(one.pk)):
            lock_programme(programme)
        low, high = lock_projects([low, high])
        for row in (low, high):
            require_on(acting_user, change_action(row.programme), programme=row.programme, areas=areas_of(row))
        earlier = LikenessDecision.objects.filter(first=low, second=high).first()
        was = _standing(low, high, earlier)
        said = needed(reason) if earlier is not None or verdict == Likeness.DUPLICATE else reason.strip()[:4000]
        if earlier is not None and earlier.verdict == Likeness.DUPLICATE:
            _count_again(acting_user, low, high, said)
        if verdict == Likeness.DUPLICATE:
            kept, gone = (low, high) if chosen.pk == low.pk else (high, low)
            mark_duplicate(acting_user=acting_user, project=gone, of=kept, reason=said)
        made = _remember(acting_user, low, high, verdict, said, score)
        now = {"verdict": verdict} | ({"stays": str(chosen.pk)} if verdict == Likeness.DUPLICATE else {})
        _log(acting_user, low, high, was, now, said)
    for one in (first, second):
        one.refresh_from_db()
    return made


def _standing(low: Project, high: Project, earlier: LikenessDecision | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    kept = next((b for a, b in ((low, high), (high, low)) if a.state == _DUPLICATE and a.successor_id == b.pk), None)
    return {"verdict": earlier.verdict} | ({"stays": str(kept.pk)} if kept else {})


def _count_again(acting_user: Actor, low: Project, high: Project, reason: str) -> None:
    """The one that was a duplicate of the other counts again, by an event of its own."""
    for row, other in ((low, high), (high, low)):
        if row.state == _DUPLICATE and row.successor_id == other.pk:
            told = Decision(RevisionKind.CORRECTED, timezone.localdate(), reason)
            event = add_event(acting_user=acting_user, programme=row.programme, decision=told)
            write(event, [as_written(row)], by=acting_user)


def _remember(
    acting_user: Actor, low: Project, high: Project, verdict: str, reason: str, score: float | None
) -> LikenessDecision:
    values: dict[str, Any] = {
        "verdict": verdict,
        "reason": reason,
        "decided_by": acting_user if isinstance(acting_user, Person) else None,
        "decided_at": timezone.now(),
    }
    if score is not None:
        values["score"] = f"{score:.4f}"
    return LikenessDecision.objects.update_or_create(first=low, second=high, defaults=values)[0]


def _log(
    acting_user: Actor, low: Project, high: Project, was: dict[str, Any], now: dict[str, Any], reason: str
) -> None:
    pair = {"first": str(low.pk), "second": str(high.pk)}
    for organisation in {low.programme.organisation, high.programme.organisation}:
        record(
            actor=acting_user,
            action="project.alike",
            organisation=organisation,
            object_kind="project",
            object_id=str(low.pk),
            old=pair | was if was else None,
            new=pair | now,
            reason=reason,
        )
    announce("project.alike", first=str(low.pk), second=str(high.pk), verdict=now["verdict"])


def known_pair(first: str, second: str) -> LikelyPair | None:
    """The pair as it was found, when it was."""
    low, high = sorted((first, second))
    return next((one for one in found_pairs().pairs if (one.first, one.second) == (low, high)), None)
