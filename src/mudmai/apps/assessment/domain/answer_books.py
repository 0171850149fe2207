"""Answers worked on without a network: the workbook out, a look at what it would change, and in, all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from mudmai.apps.assessment.domain.answer_rows import answers_of, keep_answer
from mudmai.apps.assessment.domain.evidence import attach_link, checked_url
from mudmai.apps.assessment.domain.evidence_rows import current_evidence
from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.domain.files import claim_parts
from mudmai.apps.assessment.domain.filling import held_to_fill, not_asked
from mudmai.apps.assessment.domain.local_criteria import add_local
from mudmai.apps.assessment.domain.refusals import changed, problem, refuse_all
from mudmai.apps.assessment.domain.steps import note_step
from mudmai.apps.assessment.models import Answer, CityFile, EvidenceKind
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Criterion
from mudmai.core.errors import InputError, Problem
from mudmai.core.language import Text
from mudmai.exchange.criteria.answer_reading import AnswerBook, ReadAnswer, read_answer_book
from mudmai.exchange.criteria.answer_sheets import GivenAnswer, LocalEntry, write_answer_book

_BOOK = Text("คำตอบในแฟ้มนี้", "answers of the file")


@dataclass(frozen=True, slots=True)
class BookChange:
    """What the workbook would change at one criterion. A row without a step leaves the step that is there."""

    criterion: Criterion
    old_value: int | None
    new_value: int | None
    old_text: str
    new_text: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class BookPreview:
    """``mark`` names the state of the file that was compared with: give it to :func:`load_answer_book`.

    ``facts_differ``: facts of the body that the workbook tells otherwise; they are changed on the page of the city,
    with their source, and not from here. ``other_city``: the name of the city in the workbook where it is not that of
    the file's city, else "".
    """

    changes: tuple[BookChange, ...]
    problems: tuple[Problem, ...]
    claimed_old: tuple[str, ...]
    claimed_new: tuple[str, ...]
    local: tuple[LocalEntry, ...]
    facts_differ: tuple[str, ...]
    mark: str
    other_city: str = ""

    @property
    def ok(self) -> bool:
        """It may be loaded."""
        return not self.problems


def export_answer_book(file: CityFile) -> bytes:
    """The file as a workbook (xlsx): its answers, links, parts and local criteria, to go on without a network."""
    links: dict[str, list[str]] = {}
    for one in current_evidence(file):
        if one.kind == EvidenceKind.LINK:
            links.setdefault(one.criterion, []).append(one.url)
    rows = answers_of(file)
    given = {
        key: GivenAnswer(
            rows[key].value if key in rows else None, rows[key].text if key in rows else "", tuple(links.get(key, ()))
        )
        for key in (*rows, *(key for key in links if key not in rows))
    }
    return write_answer_book(
        criteria_of(file),
        city=file.city.name_th,
        facts=facts_of(file),
        claimed=file.claimed,
        answers=given,
        local=[LocalEntry(one.title, one.why, one.standing) for one in file.local_criteria.all()],
    )


def read_book_of(file: CityFile, path: Path, *, name: str = "") -> AnswerBook:
    """The workbook at ``path``, read by the criteria of the file; ``name`` is what its sender calls it. Raises as
    :func:`read_answer_book`."""
    return read_answer_book(path, criteria_of(file), name=name)


def preview_answer_book(file: CityFile, book: AnswerBook) -> BookPreview:
    """What loading the workbook would change, and every fault that keeps it out."""
    criteria, rows = criteria_of(file), answers_of(file)
    links = _links(file)
    claimed = tuple(part.id for part in criteria.parts if part.optional and part.id in book.claimed)
    wanted = CityFile(criteria_sha=file.criteria_sha, claimed=list(claimed), facts=file.facts)
    problems, changes = list(book.problems), []
    for key, read in book.answers.items():
        one = criteria.by_id[key]
        why = not_asked(wanted, criteria, one)
        if why is not None and (read.step is not None or read.links):
            problems.append(_not_asked(one, why, read))
            continue
        problems += _bad_links(one, read)
        change = _change(one, rows.get(key), read, links)
        if change is not None:
            changes.append(change)
    held_local = {one.title for one in file.local_criteria.all()}
    facts = facts_of(file)
    return BookPreview(
        changes=tuple(changes),
        problems=tuple(problems),
        claimed_old=tuple(file.claimed),
        claimed_new=claimed,
        local=tuple(one for one in book.local if one.title.strip() not in held_local),
        facts_differ=tuple(name for name, told in book.facts.items() if told is not None and facts.get(name) != told),
        mark=_mark(file, rows),
        other_city="" if book.city in ("", file.city.name_th, file.city.name_en) else book.city,
    )


def load_answer_book(
    *, acting_user: Actor, file: CityFile, book: AnswerBook, mark: str = "", today: date | None = None
) -> BookPreview:
    """Take over answers, links, parts and local criteria of the workbook: all of it or nothing.

    ``mark`` is that of the preview that was shown: where anybody has answered since, nothing is loaded. Gives what was
    changed. Raises :class:`NotAllowed`, :class:`InputError`: ``answer_book`` with every fault by sheet and cell,
    ``answer_changed``, ``file_state``, ``call_closed``.
    """
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, today=today)
        seen = preview_answer_book(held, book)
        if mark and mark != seen.mark:
            raise changed(_BOOK, code="answer_changed")
        if not seen.ok:
            raise _refused(seen.problems)
        if seen.claimed_new != seen.claimed_old:
            held = claim_parts(
                acting_user=acting_user, file=held, parts=seen.claimed_new, revision=held.revision, today=today
            )
        told = _take_over(held, seen, acting_user)
        for change in seen.changes:
            for url in change.links:
                attach_link(acting_user=acting_user, file=held, criterion=change.criterion.id, url=url, today=today)
        for one in seen.local:
            add_local(
                acting_user=acting_user, file=held, title=one.title, why=one.why, standing=one.standing, today=today
            )
        facts = {"answers": {key: [old["value"], new["value"]] for key, (old, new) in told.items()}}
        here = {"texts": {key: [old["text"], new["text"]] for key, (old, new) in told.items()}}
        note_step(held, "file.load_answers", acting_user, facts=facts, only_here=here)
    return seen


def _take_over(
    file: CityFile, seen: BookPreview, acting_user: Actor
) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    rows, told = answers_of(file), {}
    for change in seen.changes:
        key = change.criterion.id
        row = rows.get(key) or Answer(file=file, criterion=key, revision=0)
        if (row.value, row.text) == (change.new_value, change.new_text):
            continue  # only links are new
        old = {"value": row.value, "text": row.text}
        keep_answer(row, change.new_value, change.new_text, acting_user)
        told[key] = (old, {"value": row.value, "text": row.text})
    return told


def _change(one: Criterion, row: Answer | None, read: ReadAnswer, links: dict[str, set[str]]) -> BookChange | None:
    old_value, old_text = (row.value, row.text) if row else (None, "")
    new_value = old_value if read.step is None else read.step
    new_text = read.text.strip() or old_text
    more = tuple(url for url in read.links if url not in links.get(one.id, set()))
    if (old_value, old_text) == (new_value, new_text) and not more:
        return None
    return BookChange(one, old_value, new_value, old_text, new_text, more)


def _links(file: CityFile) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in current_evidence(file):
        if one.kind == EvidenceKind.LINK:
            found.setdefault(one.criterion, set()).add(one.url)
    return found


def _bad_links(one: Criterion, read: ReadAnswer) -> list[Problem]:
    """Links that are not taken, by their number: an address with a password is not shown again."""
    found = []
    for n, url in enumerate(read.links, 1):
        try:
            checked_url(url)
        except InputError as fault:
            told = Text(
                f"“{one.title.th}” ลิงก์ที่ {n}: {fault.message.th}", f"“{one.title.en}”, link {n}: {fault.message.en}"
            )
            remedy = Text("แก้ที่อยู่ในช่องนี้ หรือลบออก", "correct the address in this cell, or delete it")
            found.append(Problem(fault.code, told, remedy, read.links_where))
    return found


def _not_asked(one: Criterion, why: Text, read: ReadAnswer) -> Problem:
    return problem(
        "not_asked",
        f"ไม่ต้องตอบข้อ “{one.title.th}”: {why.th}",
        f"“{one.title.en}” is not asked: {why.en}",
        Text("ลบคำตอบในช่องนี้ หรือเลือกด้านนี้ในแผ่นแรก", "clear the answer, or claim the part on the first sheet"),
        read.where,
    )


def _mark(file: CityFile, rows: dict[str, Answer]) -> str:
    state = [str(file.revision), *(f"{key}:{rows[key].revision}" for key in sorted(rows))]
    return hashlib.sha256("|".join(state).encode()).hexdigest()[:16]


def _refused(problems: tuple[Problem, ...]) -> InputError:
    many = len(problems)
    return refuse_all(
        "answer_book",
        f"สมุดคำตอบมีที่ต้องแก้ {many} แห่ง จึงยังไม่นำเข้า",
        f"the workbook has {many} {'fault' if many == 1 else 'faults'}: nothing was loaded",
        Text("แก้ในไฟล์ตามรายการ แล้วส่งใหม่", "correct them in the file and send it again"),
        problems,
    )
