"""A revised workbook of a plan: what it changes in the projects that are there, and that change as one event.

:func:`compare_book` says what is unchanged, changed, new, gone and uncertain; nothing is written.
:func:`revise_by_book` compares again under the lock of the programme, with what people chose, and writes all of it or
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.facts import check_places, facts_of, ordered
from mudmai.apps.programme.domain.ledger_rows import (
    Decision,
    Written,
    add_event,
    as_written,
    lock_programme,
    lock_projects,
    next_position,
    write,
)
from mudmai.apps.programme.domain.loading import disagreement, facts_in_form, refuse_faults
from mudmai.apps.programme.domain.matching import Held, How, Match, Matching, Row, amounts, match_rows
from mudmai.apps.programme.domain.refusals import AGAIN, needed, problem, refuse_all, refused
from mudmai.apps.programme.models import FormLoad, Programme, Project, ProjectState, RevisionEvent, RevisionKind
from mudmai.apps.programme.policy import areas_of, change_action, require_on
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text, so_many
from mudmai.core.ledger import Facts
from mudmai.exchange.forms.book import FormBook, FormProject, ProjectKey, Reconciliation
from mudmai.exchange.forms.reconciling import reconcile
from mudmai.workspace.raw_files import RawFile

KINDS = (RevisionKind.CHANGED, RevisionKind.ADDED, RevisionKind.CORRECTED)
"""What a revision may be."""
NEW, KEEP, REMOVE = "new", "keep", "remove"
_ACTIVE, _REMOVED = ProjectState.ACTIVE.value, ProjectState.REMOVED.value
_TEXTS = {"title": "title", "objective": "objective", "target": "output", "kpi": "kpi", "outcome": "outcome",
          "department": "department"}  # fmt: skip
_ASIDE = ("department_written",)
"""How a form spells what is kept in one spelling: no change of the plan."""
_DECIDE = Text("ตัดสินรายการที่ระบุ แล้วยืนยันอีกครั้ง", "decide what is named, and confirm again")


@dataclass(frozen=True)
class Choices:
    """What people decided: for a row the id of its project, or ``new``; for a project that is not in the book
    ``keep`` (when nothing is said) or ``remove``.
    """

    rows: Mapping[ProjectKey, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowChange:
    """A row that changes its project: the facts of before and after, and its state where that changes.

    ``before`` None: a new project.
    """

    form: FormProject
    match: Match
    before: Facts | None
    after: dict[str, Any]
    old_state: str = _ACTIVE
    state: str = _ACTIVE
    successor: ProjectKey | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that change, money left out."""
        if self.before is None:
            return ()
        return tuple(n for n in _SHOWN if n != "budget" and self.before[n] != self.after[n])

    @property
    def money(self) -> tuple[tuple[int, str, Decimal | None, Decimal | None], ...]:
        """(year, stage, before, after) of the amounts that change, over all sources; None: not known."""
        old, new = amounts(self.before) if self.before else {}, amounts(self.after)
        keys = sorted(old.keys() | new.keys())
        return tuple((y, s, old.get((y, s)), new.get((y, s))) for y, s in keys if old.get((y, s)) != new.get((y, s)))


_SHOWN = ("number", "title", "objective", "output", "kpi", "outcome", "department", "hierarchy", "extra", "budget")


@dataclass
class Comparison:
    """A workbook against the plan as it stands. ``base``: the last event of the plan that was compared with."""

    base: int
    matching: Matching
    unchanged: list[tuple[FormProject, Match]]
    changed: list[RowChange]
    new: list[RowChange]
    asked: list[tuple[FormProject, Match]]
    missing: list[Held]
    stays: list[tuple[FormProject, Held]]
    """Rows that the book counts, of projects which the register does not count since somebody decided so."""
    held: dict[str, Held]
    facts: dict[ProjectKey, dict[str, Any]]
    numbers: tuple[tuple[str, str], ...] = ()
    """(kind, number) of revisions that notes of the book name and the ledger does not know yet."""

    @property
    def nothing(self) -> bool:
        """True when the book says what the register says."""
        return not (self.changed or self.new or self.asked or self.missing)

    def between(self, key: ProjectKey, project: str) -> tuple[Facts, dict[str, Any]]:
        """The facts of a project and what the row would make of them."""
        before = self.held[project].facts
        return before, self.facts[key]


def last_sequence(programme: Programme) -> int:
    """The number of the last event of the programme; 0 before the first."""
    return programme.events.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def compare_book(programme: Programme, book: FormBook, choices: Choices | None = None) -> Comparison:
    """What ``book`` would change. A fixed number of queries. Raises :class:`InputError` ``form_book_faults``."""
    refuse_faults(programme, book)
    rows = list(programme.projects.order_by("position").prefetch_related("places", "budget"))
    return _compare(programme, book, rows, choices or Choices())


def _compare(programme: Programme, book: FormBook, projects: Sequence[Project], choices: Choices) -> Comparison:
    base = last_sequence(programme)
    held = {str(p.pk): Held(str(p.pk), facts_of(p), p.state, str(p.successor_id or "")) for p in projects}
    facts = {one.key: facts_in_form(programme, one) for one in book.projects}
    rows = [Row.of(one, facts[one.key]) for one in book.projects]
    matching = _chosen(match_rows(rows, list(held.values())), held, choices)
    found = Comparison(base, matching, [], [], [], [], [], [], held, facts, _new_numbers(programme, book))
    told = {sheet.name: {column.field for column in sheet.columns} for sheet in book.sheets}
    for one in book.projects:
        match = matching.rows[one.key]
        if match.how is How.ASKED:
            found.asked.append((one, match))
        elif match.project is None:
            found.new.append(RowChange(one, match, None, facts[one.key], "", one.state, one.successor))
        else:
            _sort(found, one, match, told.get(one.sheet))
    found.missing = [held[key] for key in matching.missing]
    return found


def _sort(found: Comparison, one: FormProject, match: Match, told: set[str] | None) -> None:
    assert match.project is not None
    here = found.held[match.project]
    after = revised_facts(one, found.facts[one.key], here.facts, told)
    state = one.state
    if one.counted and here.state not in (_ACTIVE, _REMOVED):
        state = here.state
        found.stays.append((one, here))
    change = RowChange(one, match, here.facts, after, here.state, state, one.successor)
    goes_on = one.counted or _successor(found.matching, one.successor) == here.successor
    if state == here.state and goes_on and not change.fields and not change.money:
        found.unchanged.append((one, match))
    else:
        found.changed.append(change)


def _successor(matching: Matching, key: ProjectKey | None) -> str | None:
    return matching.rows[key].project if key in matching.rows else None


def revised_facts(one: FormProject, new: Facts, old: Facts, told: set[str] | None = None) -> dict[str, Any]:
    """``old`` with what the row says. What the form has no column for stays; so do stages that it does not tell, and
    sources of fund that together make the amount of the form. ``told`` names the columns (None: the fields that are
    filled in).
    """
    names = told if told is not None else set(one.fields)
    facts = dict(old)
    for name, kept in _TEXTS.items():
        if name in names:
            facts[kept] = new[kept]
    facts["number"], facts["hierarchy"] = new["number"], new["hierarchy"]
    more = {key: text for key, text in new["extra"].items() if key not in _ASIDE}
    if any(old["extra"].get(key) != text for key, text in more.items()):
        facts["extra"] = {**old["extra"], **new["extra"]}
    facts["budget"] = _budget(new["budget"], old["budget"])
    if any(facts[name] != old[name] for name in _SHOWN):
        facts["sheet"], facts["cell"], facts["form"] = new["sheet"], new["cell"], new["form"]
    return facts


def _budget(new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kept: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for line in old:
        kept.setdefault((line["fiscal_year"], line["stage"]), []).append(dict(line))
    for line in new:
        key = (line["fiscal_year"], line["stage"])
        known = [Decimal(had["amount"]) for had in kept.get(key, ()) if had["amount"] is not None]
        amount = None if line["amount"] is None else Decimal(line["amount"])
        if amount != (sum(known, Decimal(0)) if known else None):
            kept[key] = [dict(line)]
    return ordered(line for lines in kept.values() for line in lines)


def _new_numbers(programme: Programme, book: FormBook) -> tuple[tuple[str, str], ...]:
    known = set(programme.events.exclude(number="").values_list("number", flat=True))
    kinds = {kind.value for kind in KINDS}
    notes = (note for one in book.projects for note in one.notes if note.kind.value in kinds and note.number)
    return tuple(dict.fromkeys((note.kind.value, note.number) for note in notes if note.number not in known))


def _chosen(matching: Matching, held: Mapping[str, Held], choices: Choices) -> Matching:
    """The matching as people decided it. A project that is chosen for two rows, or is not there, is refused."""
    rows = dict(matching.rows)
    for key, choice in choices.rows.items():
        match = rows.get(key)
        if match is None:
            continue
        if choice == NEW:
            rows[key] = Match(key, How.NEW, candidates=match.candidates)
        elif choice in held:
            reasons = match.reasons if match.project == choice else ()
            rows[key] = Match(key, How.CHOSEN, choice, reasons, match.candidates)
        else:
            raise refused("ไม่พบโครงการที่เลือก", "the project that was chosen is not there", _name(key), remedy=_DECIDE)
    taken: dict[str, ProjectKey] = {}
    for key, match in rows.items():
        if match.project is None:
            continue
        if match.project in taken:
            title = held[match.project].facts["title"]
            said = f"{_name(taken[match.project])}, {_name(key)}"
            raise refused(
                f"“{title}” ถูกเลือกให้สองแถว ({said})",
                f"“{title}” was chosen for two rows ({said})",
                _name(key),
                code="match_twice",
                remedy=_DECIDE,
            )
        taken[match.project] = key
    missing = tuple(one.id for one in held.values() if one.state == _ACTIVE and one.id not in taken)
    return Matching(rows, missing)


def _name(key: ProjectKey) -> str:
    return f"{key[0]}!{key[1]}"


def refuse_changed_plan(programme: Programme, base: int) -> None:
    """Refuse when the plan was changed after event ``base``, and say by which decisions."""
    since = list(programme.events.filter(sequence__gt=base).order_by("sequence")[:20])
    if not since:
        return
    problems = []
    for event in since:
        count = event.versions.count()
        number = f" {event.number}" if event.number else ""
        moment = timezone.localtime(event.recorded_at)
        problems.append(
            problem(
                "plan_changed",
                f"{event.title.th}{number} บันทึกเมื่อ {moment:%Y-%m-%d %H:%M} แตะ {count:,} โครงการ: {event.reason[:200]}",
                f"{event.title.en}{number}, recorded {moment:%Y-%m-%d %H:%M}, {so_many(count, 'project', 'projects')}: "
                f"{event.reason[:200]}",
                AGAIN,
                Where(field=f"event {event.sequence}"),
            )
        )
    raise refuse_all(
        "plan_changed",
        f"แผนงานนี้ถูกเปลี่ยน {len(since):,} ครั้งหลังจากเทียบไฟล์ ยังไม่ได้บันทึกสิ่งใด",
        f"this plan was changed {so_many(len(since), 'time', 'times')} after the file was compared; "
        "nothing was written",
        Text("เทียบไฟล์กับแผนอีกครั้ง แล้วตรวจสิ่งที่เปลี่ยน", "compare the file with the plan again, and look at what changed"),
        problems,
    )


@dataclass(frozen=True)
class Revised:
    """What a revision by a workbook did. ``event`` None: nothing differed, nothing was written."""

    event: RevisionEvent | None
    changed: int
    added: int
    removed: int
    unchanged: int


def revise_by_book(
    *,
    acting_user: Actor,
    programme: Programme,
    book: FormBook,
    raw: RawFile,
    kind: str,
    decided_on: date,
    reason: str,
    number: str = "",
    document: str = "",
    choices: Choices | None = None,
    base: int | None = None,
    reconciliation: Reconciliation | None = None,
) -> Revised:
    """Write what ``book`` changes as one event: all of it, or nothing.

    ``base``: the last event of the plan that people saw compared; a plan that was changed since is refused
    (``plan_changed``, with what changed). ``choices`` must decide every uncertain row (``match_undecided``). The plan
    as of the day before stands as it was. Projects that the book lacks stay, unless ``choices`` remove them.

    Raises :class:`NotAllowed`, :class:`InputError` (also ``form_book_faults``, ``reason_needed``, ``match_twice``).
    """
    if kind not in KINDS:
        raise refused(f"ชนิด {kind} ไม่ใช่การทบทวนแผน", f"{kind} is no kind of revision", "kind")
    told = Decision(kind, decided_on, needed(reason), number, document, raw.sha256)
    picked = choices or Choices()
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, change_action(held), programme=held)
        if base is not None:
            refuse_changed_plan(held, base)
        refuse_faults(held, book)
        rows = lock_projects(list(held.projects.order_by("position")))
        found = _compare(held, book, rows, picked)
        _refuse_undecided(found)
        written, counts = _written(held, found, {str(row.pk): row for row in rows}, picked)
        if not written:
            return Revised(None, 0, 0, 0, len(found.unchanged))
        _require(acting_user, held, written)
        event = add_event(acting_user=acting_user, programme=held, decision=told)
        write(event, written, by=acting_user)
        _keep(acting_user, held, event, raw, found, counts, reconciliation or reconcile(book))
    return Revised(event, *counts, len(found.unchanged))


def _refuse_undecided(found: Comparison) -> None:
    if not found.asked:
        return
    raise refuse_all(
        "match_undecided",
        f"มี {len(found.asked):,} แถวที่ยังไม่ได้ตัดสินว่าเป็นโครงการใด ยังไม่ได้บันทึกสิ่งใด",
        f"{so_many(len(found.asked), 'row is', 'rows are')} not decided yet; nothing was written",
        Text("เลือกโครงการเดิม หรือบอกว่าเป็นโครงการใหม่", "choose the project that it is, or say that it is a new one"),
        [_undecided(one, match, found) for one, match in found.asked[:300]],
    )


def _undecided(one: FormProject, match: Match, found: Comparison) -> Problem:
    best = match.candidates[0]
    title = found.held[best.project].facts["title"]
    return problem(
        "match_undecided",
        f"“{one.title}” อาจเป็น “{title}” ({best.project})",
        f"“{one.title}” may be “{title}” ({best.project})",
        _DECIDE,
        Where(sheet=one.sheet, row=one.row),
    )


def _written(
    held: Programme, found: Comparison, rows: Mapping[str, Project], choices: Choices
) -> tuple[list[Written], tuple[int, int, int]]:
    position = next_position(held)
    fresh = {one.form.key: Project(programme=held, position=position + place) for place, one in enumerate(found.new)}

    def row_of(key: ProjectKey | None) -> Project | None:
        if key is None:
            return None
        return fresh.get(key) or rows.get(found.matching.rows[key].project or "")

    written = [
        Written(
            fresh[one.form.key],
            one.after,
            state=one.state,
            successor=None if one.form.counted else row_of(one.successor),
            note=_note(one.form),
        )
        for one in found.new
    ]
    changed = 0
    for one in found.changed:
        row = rows[one.match.project or ""]
        successor = row.successor if one.form.counted and one.state != _ACTIVE else row_of(one.successor)
        check_places(one.after)
        again = as_written(row, one.after, state=one.state, successor=successor, note=_note(one.form))
        if (again.facts, again.state, again.successor) != (again.old, row.state, row.successor):
            written.append(again)
            changed += 1
    gone = [one for one in found.missing if choices.missing.get(one.id) == REMOVE]
    written += [as_written(rows[one.id], state=_REMOVED) for one in gone]
    _refuse_strange(choices, found)
    return written, (changed, len(fresh), len(gone))


def _refuse_strange(choices: Choices, found: Comparison) -> None:
    """A project to be taken out that a row of the book is: two decisions that contradict each other."""
    missing = {one.id for one in found.missing}
    for key, choice in choices.missing.items():
        if choice == REMOVE and key not in missing and key in found.held:
            title = found.held[key].facts["title"]
            raise refused(
                f"“{title}” ถูกเลือกให้แถวหนึ่งของไฟล์ จึงเอาออกจากแผนไม่ได้",
                f"“{title}” is a row of the file: it cannot be taken out as well",
                "missing",
                code="match_twice",
                remedy=_DECIDE,
            )


def _note(one: FormProject) -> str:
    return "; ".join(dict.fromkeys(note.text for note in one.notes))[:500]


def _require(acting_user: Actor, held: Programme, written: Sequence[Written]) -> None:
    areas: dict[AreaRef, None] = {}
    for one in written:
        areas.update(dict.fromkeys(areas_of(one.project) if one.old is not None else [held.area]))
    require_on(acting_user, change_action(held), programme=held, areas=areas)


def _keep(
    acting_user: Actor,
    held: Programme,
    event: RevisionEvent,
    raw: RawFile,
    found: Comparison,
    counts: tuple[int, int, int],
    compared: Reconciliation,
) -> None:
    differ = [disagreement(line).as_dict() for line in compared.disagreements]
    if not held.loads.filter(raw_sha=raw.sha256).exists():  # a file taken up again is told by the event alone
        FormLoad.objects.create(
            programme=held,
            event=event,
            raw_sha=raw.sha256,
            raw_name=raw.name[:255],
            projects=len(found.facts),
            lines=sum(len(facts["budget"]) for facts in found.facts.values()),
            disagreements=differ,
            reason=event.reason,
            by=acting_user if isinstance(acting_user, Person) else None,
        )
    changed, added, removed = counts
    record(
        actor=acting_user,
        action="programme.revise_by_book",
        organisation=held.organisation,
        object_kind="programme",
        object_id=str(held.pk),
        new={
            "event": str(event.pk),
            "kind": event.kind,
            "number": event.number,
            "sha256": raw.sha256,
            "changed": changed,
            "added": added,
            "removed": removed,
            "disagreements": len(differ),
        },
        reason=event.reason,
    )
    announce("programme.revise_by_book", programme=str(held.pk), event=str(event.pk))
