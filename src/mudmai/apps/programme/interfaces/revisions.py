"""What the command line asks of revised workbooks and of alike projects. The operator acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.likely_pairs import likely_pairs
from mudmai.apps.programme.domain.likenesses import described, projects_by_id, undecided_among
from mudmai.apps.programme.domain.refusals import refused
from mudmai.apps.programme.domain.revised_books import REMOVE, Choices, RowChange, compare_book, revise_by_book
from mudmai.apps.programme.models import Project
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.language import Text
from mudmai.exchange.forms.book import FormBook
from mudmai.workspace.raw_files import raw_files


def choices_of(rows: Sequence[str], remove: Sequence[str]) -> Choices:
    """``SHEET!ROW=PROJECT`` (or ``new``), and ids of projects to be taken out. Raises :class:`InputError`."""
    found = {}
    for one in rows:
        where, _, choice = one.rpartition("=")
        sheet, _, row = where.rpartition("!")
        if not sheet or not row.isdecimal() or not choice:
            raise refused(f"--row “{one}” อ่านไม่ได้", f"--row “{one}”: SHEET!ROW=PROJECT is expected", "row")
        found[sheet, int(row)] = choice
    return Choices(found, dict.fromkeys(remove, REMOVE))


def compared(
    programme: str, book: FormBook, choices: Choices, say: Callable[[Text], str]
) -> tuple[list[dict[str, Any]], int]:
    """Every row that is not unchanged, and how many are."""
    found = compare_book(programme_for(OPERATOR, programme), book, choices)
    rows = [_row("changed", one, say) for one in found.changed] + [_row("new", one, say) for one in found.new]
    for one, match in found.asked:
        best = match.candidates[0]
        why = "; ".join(say(reason) for reason in best.reasons)
        rows.append(_told("asked", f"{one.sheet}!{one.row}", one.title, best.project, "", why))
    rows += [_told("missing", "", str(one.facts["title"]), one.id, "", "") for one in found.missing]
    return rows, len(found.unchanged)


def _row(what: str, one: RowChange, say: Callable[[Text], str]) -> dict[str, Any]:
    money = [f"{stage} {year}: {_amount(old)} → {_amount(new)}" for year, stage, old, new in one.money]
    state = [f"{one.old_state} → {one.state}"] if one.before is not None and one.state != one.old_state else []
    said = "; ".join((*one.fields, *state, *money)) if what == "changed" else ""
    where = f"{one.form.sheet}!{one.form.row}"
    why = "; ".join(say(reason) for reason in one.match.reasons)
    return _told(what, where, one.form.title, one.match.project or "", said, why)


def _told(what: str, row: str, title: str, project: str, changes: str, reasons: str) -> dict[str, Any]:
    return {"what": what, "row": row, "title": title, "project": project, "changes": changes, "reasons": reasons}


def _amount(amount: object) -> str:
    return "–" if amount is None else f"{amount:.2f}"


def revised(
    path: Path,
    programme: str,
    book: FormBook,
    choices: Choices,
    *,
    kind: str,
    number: str,
    decided_on: date,
    reason: str,
    document: str,
) -> dict[str, Any]:
    """Write the revision; its counts, and the id of the event ("" where nothing differed)."""
    with path.open("rb") as stream:
        raw = raw_files(workspace()).keep(stream, name=path.name)
    done = revise_by_book(
        acting_user=OPERATOR,
        programme=programme_for(OPERATOR, programme),
        book=book,
        raw=raw,
        kind=kind,
        decided_on=decided_on,
        reason=reason,
        number=number,
        document=document,
        choices=choices,
    )
    return {
        "event": str(done.event.pk) if done.event else "",
        "changed": done.changed,
        "added": done.added,
        "removed": done.removed,
        "unchanged": done.unchanged,
    }


def alike_rows(programme: str, say: Callable[[Text], str]) -> tuple[list[dict[str, Any]], int]:
    """The pairs that nobody has decided, compared now, and how many projects were compared."""
    held = programme_for(OPERATOR, programme) if programme else None
    compared = described(Project.objects.all())
    pairs = undecided_among(likely_pairs(compared), held)
    titles = projects_by_id({key for one in pairs for key in (one.first, one.second)})
    rows = [
        {
            "score": f"{one.score:.2f}",
            "first": str(titles[one.first].pk),
            "first_title": titles[one.first].title,
            "second": str(titles[one.second].pk),
            "second_title": titles[one.second].title,
            "reasons": "; ".join(say(reason.title) for reason in one.reasons),
        }
        for one in pairs
    ]
    return rows, len(compared)
