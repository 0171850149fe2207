"""Loading a workbook of plan forms that was read: all of it in one transaction, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from mudmai.apps.programme.domain.bulk_rows import room
from mudmai.apps.programme.domain.form_rows import MEND, FormRow, FormRows, facts_in_form, tie, write_rows
from mudmai.apps.programme.domain.ledger_rows import Decision, add_events, lock_programme, next_position
from mudmai.apps.programme.domain.refusals import needed, problem, refuse_all, refused
from mudmai.apps.programme.models import FormLoad, Programme, RevisionEvent, RevisionKind
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.collecting import collection_put_off
from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text, so_many
from mudmai.core.periods import Period
from mudmai.exchange.forms.book import FormBook, FormNote, FormProject, ProjectKey, ReconciledLine, Reconciliation
from mudmai.exchange.forms.reconciling import reconcile
from mudmai.workspace.raw_files import RawFile

__all__ = ["Loaded", "disagreement", "facts_in_form", "load_form_book", "refuse_faults"]

_REVISIONS = {kind.value for kind in RevisionKind}
_NUMBER = re.compile(r"(\d+)\s*/\s*(\d{4})")


@dataclass(frozen=True)
class Loaded:
    """What a load brought: counts, and the counted planned money over all years in baht."""

    load: FormLoad
    event: RevisionEvent
    projects: int
    counted: int
    planned: Decimal
    disagreements: tuple[ReconciledLine, ...]


def load_form_book(
    *,
    acting_user: Actor,
    programme: Programme,
    book: FormBook,
    raw: RawFile,
    kind: str = RevisionKind.ORIGINAL,
    decided_on: date | None = None,
    number: str = "",
    document: str = "",
    reason: str = "",
    dates: Mapping[str, date] | None = None,
    reconciliation: Reconciliation | None = None,
    places: Mapping[ProjectKey, AreaRef] | None = None,
) -> Loaded:
    """Load the projects of ``book`` into ``programme`` as one event, plus one for each revision that its notes name.

    ``decided_on``: the day of the plan (by default the first day of the programme's first fiscal year, or today where
    that is still to come). ``dates`` gives the days of numbered revisions (``{"2/2567": date}``); one without a day
    is dated on the last day of its year, and its event says so. What a project was before a revision is not in a
    workbook: the version before carries the same facts and says so too. ``places``: the area of a project, where the
    file tells it.

    Raises :class:`NotAllowed`; :class:`InputError`: ``form_book_faults`` (faults of the book and of its amounts, each
    with its cell), ``form_disagrees`` (sums that disagree with the summary, and no ``reason``),
    ``form_loaded_already``, ``programme_not_empty`` (an original plan into a programme with projects).
    """
    found = reconciliation or reconcile(book)
    with collection_put_off(), room(), transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, change_action(held), programme=held)
        _refuse_again(held, raw, kind)
        made = FormRows(held, book.projects, next_position(held), places)
        _refuse(book, made.faults)
        said = _reason(found, reason)
        tie(made.rows)
        told = Decision(kind, decided_on or _first_day(held), said, number, document, raw.sha256)
        event = _write(acting_user, held, told, made.rows, dates or {})
        load = _keep(acting_user, held, event, raw, made.rows, found, said)
    counted = [row.planned for row in made.rows if row.form.counted]
    return Loaded(load, event, len(made.rows), len(counted), sum(counted, Decimal(0)), found.disagreements)


def _refuse_again(held: Programme, raw: RawFile, kind: str) -> None:
    earlier = held.loads.filter(raw_sha=raw.sha256).first()
    if earlier is not None:
        raise refused(
            f"ไฟล์นี้นำเข้าแล้วเมื่อ {earlier.at:%Y-%m-%d %H:%M}",
            f"this very file was loaded on {earlier.at:%Y-%m-%d %H:%M}",
            "file",
            code="form_loaded_already",
            remedy=Text("เปิดดูแผนงาน หรือเลือกไฟล์อื่น", "open the programme, or choose another file"),
        )
    if kind == RevisionKind.ORIGINAL and held.projects.exists():
        raise refused(
            "แผนงานนี้มีโครงการแล้ว การนำเข้าฉบับแรกซ้ำจะทำให้นับสองครั้ง",
            "this programme has projects: another original would count everything twice",
            "kind",
            code="programme_not_empty",
            remedy=Text("นำเข้าเป็นฉบับเพิ่มเติม หรือตั้งแผนงานใหม่", "load it as an addition, or set up another programme"),
        )


def refuse_faults(held: Programme, book: FormBook) -> None:
    """Refuse a book with faults, of its own or of its amounts in this programme, all of them at once."""
    _refuse(book, FormRows(held, book.projects).faults)


def _refuse(book: FormBook, found: Sequence[Problem]) -> None:
    faults = [*book.faults, *found, *_successor_faults(book)]
    if not book.projects and not faults:
        faults = [problem("form_empty", "ไม่พบโครงการในไฟล์", "no project was found", MEND, Where(file=book.file))]
    if faults:
        raise refuse_all(
            "form_book_faults",
            f"พบข้อผิดพลาด {len(faults):,} จุดในไฟล์ ยังไม่ได้นำเข้าสิ่งใด",
            f"{so_many(len(faults), 'fault', 'faults')} in the file; nothing was loaded",
            MEND,
            faults,
        )


def _successor_faults(book: FormBook) -> list[Problem]:
    known = {one.key: one for one in book.projects}
    faults = []
    for one in book.projects:
        if one.counted:
            continue
        seen, here = {one.key}, one
        while not here.counted:
            there = known.get(here.successor) if here.successor else None
            if there is None or there.key in seen:
                faults.append(_no_successor(one))
                break
            seen.add(there.key)
            here = there
    return faults


def _no_successor(one: FormProject) -> Problem:
    note = next((n for n in one.notes if n.kind.value == one.state), None)
    text = note.text if note else one.title
    return problem(
        "successor_missing",
        f"“{text}”: ไม่พบโครงการปลายทาง",
        f"“{text}”: the project that goes on in its stead is not there",
        Text("เพิ่มโครงการปลายทางในแผนที่อ้างถึง หรือแก้หมายเหตุ", "add it to the plan named there, or mend the note"),
        Where(sheet=one.sheet, cell=note.cell if note else None, row=one.row),
    )


def _reason(found: Reconciliation, reason: str) -> str:
    if not found.disagreements:
        return reason.strip()
    if reason.strip():
        return needed(reason)
    raise refuse_all(
        "form_disagrees",
        f"ผลรวมไม่ตรงกับแบบสรุป {len(found.disagreements):,} รายการ ยังไม่ได้นำเข้าสิ่งใด",
        f"{len(found.disagreements):,} sums disagree with the summary; nothing was loaded",
        Text("แก้ไฟล์ หรือบอกเหตุผลที่นำเข้าทั้งที่ไม่ตรง", "mend the file, or say why it is loaded all the same"),
        [disagreement(line) for line in found.disagreements],
    )


def disagreement(line: ReconciledLine) -> Problem:
    """A comparison that does not agree, as a problem with its cells."""
    cells = ", ".join((*line.form_cells, *line.summary_cells)[:4])
    year = Text(
        "ทุกปี" if line.year is None else f"ปี {line.year + 543}", "all years" if line.year is None else f"{line.year}"
    )
    return problem(
        "form_disagrees",
        f"{line.section} {year.th}: แบบรายละเอียด {_shown(line.form_sum)} แบบสรุป {_shown(line.summary_sum)} "
        f"ต่าง {line.difference:,} บาท",
        f"{line.section} {year.en}: forms {_shown(line.form_sum)}, summary {_shown(line.summary_sum)}, "
        f"difference {line.difference:,} baht",
        MEND,
        Where(cell=cells or None),
    )


def _shown(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,}"


def _first_day(held: Programme) -> date:
    return min(Period.fiscal(held.first_year).start(), timezone.localdate())


def _write(
    acting_user: Actor, held: Programme, base: Decision, rows: Sequence[FormRow], dates: Mapping[str, date]
) -> RevisionEvent:
    """The base event, one for each numbered revision of the notes in the order of their days, and all rows."""
    decisions = _decisions(base, rows, dates)
    events = add_events(acting_user=acting_user, programme=held, decisions=decisions)
    write_rows(held, events, rows, acting_user)
    return events[0]


def _decisions(base: Decision, rows: Sequence[FormRow], dates: Mapping[str, date]) -> list[Decision]:
    """The decisions of the ledger; every row is told in which of them it stands.

    A project that a numbered note says was added first stands in the ledger with that event.
    """
    revisions: dict[tuple[str, str], list[tuple[FormRow, FormNote]]] = {}
    for row in rows:
        added = False
        for note in row.form.notes:
            if note.kind.value in _REVISIONS and note.number:
                revisions.setdefault((note.kind.value, note.number), []).append((row, note))
                added = added or note.kind.value == RevisionKind.ADDED
        if not added:
            row.versions.append((0, row.note))
    dated = sorted(
        ((*_day_of(number, base.decided_on, dates), kind, number) for kind, number in revisions),
        key=lambda one: (one[0], _number_key(one[3]), one[2]),
    )
    decisions = [base]
    for place, (day, assumed, kind, number) in enumerate(dated, start=1):
        own = Decision(kind, day, "", number, document_sha=base.document_sha)
        own.day_is_assumed, own.lacks_before = assumed, True
        decisions.append(own)
        for row, note in revisions[kind, number]:
            if row.versions and row.versions[-1][0] == place:
                row.versions.pop()
            row.versions.append((place, note.text))
    return decisions


def _day_of(number: str, earliest: date, dates: Mapping[str, date]) -> tuple[date, bool]:
    """The day of a numbered revision, never before the plan itself, and whether it is assumed."""
    today = timezone.localdate()
    if number in dates:
        return max(earliest, dates[number]), False
    found = _NUMBER.search(number)
    year = int(found.group(2)) if found else today.year
    year -= 543 if year >= 2400 else 0
    day = date(year, 12, 31) if 1950 <= year <= 2200 else today
    return max(earliest, min(day, today)), True


def _number_key(number: str) -> tuple[int, int]:
    found = _NUMBER.search(number)
    return (int(found.group(2)), int(found.group(1))) if found else (0, 0)


def _keep(
    acting_user: Actor,
    held: Programme,
    event: RevisionEvent,
    raw: RawFile,
    rows: Sequence[FormRow],
    found: Reconciliation,
    said: str,
) -> FormLoad:
    _fill_plan(held, rows)
    disagreements = [disagreement(line).as_dict() for line in found.disagreements]
    lines = sum(len(row.money) for row in rows)
    load = FormLoad.objects.create(
        programme=held,
        event=event,
        raw_sha=raw.sha256,
        raw_name=raw.name[:255],
        projects=len(rows),
        lines=lines,
        disagreements=disagreements,
        reason=said,
        by=acting_user if isinstance(acting_user, Person) else None,
    )
    facts = {"sha256": raw.sha256, "projects": len(rows), "lines": lines, "disagreements": len(disagreements)}
    record(
        actor=acting_user,
        action="programme.load",
        organisation=held.organisation,
        object_kind="programme",
        object_id=str(held.pk),
        new=facts,
        reason=said,
    )
    announce("programme.load", programme=str(held.pk), load=str(load.pk))
    return load


def _fill_plan(held: Programme, rows: Sequence[FormRow]) -> None:
    """The levels of the hierarchy and the form, where the programme did not name its own."""
    hierarchies = dict.fromkeys(row.form.hierarchy for row in rows)
    levels = dict.fromkeys(level for hierarchy in hierarchies for level, _ in hierarchy)
    forms = dict.fromkeys(row.form.form for row in rows)
    if (not held.plan and levels) or (not held.form and forms):
        held.plan = held.plan or list(levels)
        held.form = held.form or next(iter(forms), "")
        held.save(update_fields=["plan", "form"])
