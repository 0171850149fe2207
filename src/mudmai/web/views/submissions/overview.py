"""One submission: where it stands, what it changes, what may be done next, and everything that was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import NoReverseMatch

from mudmai.apps.data.domain.differences import difference_of
from mudmai.apps.data.domain.finding import possible_steps, why_not_yet
from mudmai.apps.data.domain.release_history import holder_for
from mudmai.apps.data.domain.releasing import series_emptied_by, withdrawal_of
from mudmai.apps.data.domain.reviewing import next_level
from mudmai.apps.data.domain.submissions import submission_for
from mudmai.apps.data.models import Mode, State, Submission
from mudmai.apps.data.site import datasets
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.domain.audit_words import action_words
from mudmai.apps.registry.models import Person
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.core.periods import Period
from mudmai.exchange.tables import csv_chunks
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.views.submissions.acting import act
from mudmai.workspace.dataset_uses import indicators_reading
from mudmai.workspace.raw_files import raw_files
from mudmai.workspace.row_diff import ROWS, RowDiff, area_words, parts_words, series_words, summary

ROWS_SHOWN = 50
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A station of the way: ``done``, ``now`` or ``ahead``."""

    title: Text
    where: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the history."""

    action: Text
    who: Text
    step: Any


@signed_in
def submission(request: HttpRequest, language: str, submission: UUID) -> HttpResponse:
    """The page, and what its forms ask for. A refusal is told on the page itself."""
    person = person_of(request)
    held = submission_for(person, submission)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            act(request, person, held)
        except InputError as refused:
            if refused.code == "not_allowed":
                raise
            fault, held = refused, submission_for(person, submission)
        else:
            return HttpResponseRedirect(address(language_of(request), "submission", submission=held.pk))
    return _show(request, person, held, fault)


def _show(request: HttpRequest, person: Person, held: Submission, fault: InputError | None) -> HttpResponse:
    known = datasets().get(held.dataset)
    diff = difference_of(held)
    rows, page = _diff_page(request, diff)
    steps = possible_steps(person, held)
    return render_page(
        request,
        "submissions/submission.html",
        409 if fault else 200,
        part="submissions",
        submission=held,
        title=known.title if known else same(held.dataset),
        dataset=known,
        area=area_name(AreaRef(held.area_system, held.area_code)),
        mode=Mode(held.mode).title,
        holder=holder_for(held).organisation,
        stages=stages_of(held),
        steps=steps,
        may={s.do: s for s in steps if s.decision},
        refused=[s for s in steps if not s.decision],
        why_not=why_not_yet(held) if held.is_editable else None,
        withdrawal=_withdrawal(request, held) if any(s.do == "withdraw" and s.decision for s in steps) else None,
        fault=fault,
        written=request.POST if fault else {},
        diff=diff,
        sentence=summary(diff, workspace_of(request).catalogue) if diff else None,
        rows=rows,
        page=page,
        one_series=rows[0]["series_words"] if len({(r["series"], r["dims"]) for r in rows}) == 1 else None,
        history=history_of(held),
        reading_link=_link(request, "submission_reading", held),
        checks_link=_link(request, "submission_checks", held),
        last_return=held.steps.filter(action="submission.return").last() if held.state == State.RETURNED else None,
    )


def _withdrawal(request: HttpRequest, held: Submission) -> dict[str, Any]:
    """What would go and what would be left, before anybody presses the button."""
    taken = withdrawal_of(held)
    return {
        "gone": taken.gone.num_rows,
        "back": taken.fall_back,
        "stay": taken.own.num_rows - taken.withdrawn.num_rows,
        "emptied": indicators_reading(workspace_of(request), series_emptied_by(held, taken)),
    }


def _link(request: HttpRequest, name: str, held: Submission) -> str:
    try:
        return address(language_of(request), name, submission=held.pk)
    except NoReverseMatch:
        return ""


def stages_of(held: Submission) -> list[Stage]:
    """The way from draft to release with the place where it stands."""
    words = [Text("ร่าง", "Draft")]
    words += [
        Text(f"ตรวจทาน ระดับ {n}", f"Review, level {n}") if held.levels > 1 else Text("ตรวจทาน", "Review")
        for n in range(1, held.levels + 1)
    ]
    words += [Text("เผยแพร่", "Release"), Text("เผยแพร่แล้ว", "Released")]
    at = {
        State.DRAFT: 0,
        State.RETURNED: 0,
        State.SUBMITTED: max(1, next_level(held)),
        State.APPROVED: held.levels + 1,
        State.PUBLISHING: held.levels + 1,
        State.DISCARDED: 0,
    }.get(State(held.state), held.levels + 2)
    last = len(words) - 1
    return [
        Stage(word, "done" if n < at or (n == at == last) else "now" if n == at else "ahead")
        for n, word in enumerate(words)
    ]


def history_of(held: Submission) -> list[StepRow]:
    """Every step, the latest first."""
    rows = held.steps.select_related("by__details").order_by("-sequence")
    return [StepRow(action_words(s.action), _who(s), s) for s in rows]


def _who(step: Any) -> Text:
    if step.by is not None:
        found: Text = step.by.shown
        return found
    by_machine = step.action in ("submission.read", "submission.released", "submission.withdrawn")
    by_machine = by_machine or step.action in ("submission.supersede", "submission.served_again", "submission.refused")
    return Text("ระบบ", "the system") if by_machine else Text("ผู้ดูแลเครื่อง", "operator of the machine")


def _diff_page(request: HttpRequest, diff: RowDiff | None) -> tuple[list[dict[str, Any]], Any]:
    if diff is None or not diff.rows.num_rows:
        return [], None
    page = Paginator(range(diff.rows.num_rows), ROWS_SHOWN).get_page(request.GET.get("page"))
    first = page.start_index() - 1
    catalogue = workspace_of(request).catalogue
    told = []
    for row in diff.rows.slice(first, ROWS_SHOWN).to_pylist():
        told.append(
            {
                **row,
                "area_words": area_words(catalogue, row["area_system"], row["area"]),
                "series_words": series_words(catalogue, row["series"]),
                "parts_words": parts_words(catalogue, row["series"], row["dims"]),
                "when": Period.from_iso(row["period"]),
                "words": CHANGE_WORDS[row["change"]],
            }
        )
    return told, page


CHANGE_WORDS = {
    "revised": Text("แก้ไข", "revised"),
    "added": Text("เพิ่ม", "added"),
    "removed": Text("นำออก", "removed"),
    "noted": Text("สถานะ/แหล่ง", "flag or source"),
}


@signed_in
def differences_csv(request: HttpRequest, language: str, submission: UUID) -> HttpResponseBase:
    """All rows that differ, as CSV."""
    held = submission_for(person_of(request), submission)
    diff = difference_of(held)
    rows = diff.rows if diff is not None else ROWS.empty_table()

    def batches() -> Iterator[list[dict[str, Any]]]:
        for first in range(0, rows.num_rows, BATCH):
            yield rows.slice(first, BATCH).to_pylist()

    response = StreamingHttpResponse(csv_chunks(ROWS.names, batches()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="differences-{str(held.pk)[:8]}.csv"'
    return response


@signed_in
def raw_file(request: HttpRequest, language: str, submission: UUID) -> HttpResponseBase:
    """The file as it came in, always as a download."""
    held = submission_for(person_of(request), submission)
    path = raw_files(workspace_of(request)).path(held.raw_sha)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=held.raw_name)
    response.headers["Content-Type"] = "application/octet-stream"
    return response
