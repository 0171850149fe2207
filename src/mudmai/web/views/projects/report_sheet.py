"""All reports of a programme from one file: the sheet out, filled in, read and looked at, then kept whole."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.report_cycle import Cycle, cycle_of
from mudmai.apps.programme.domain.report_entries import EnteredSheet, enter_sheet, sheet_rows
from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.policy import decide_on
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision, NotAllowed, decide, organisations_allowing
from mudmai.core.errors import InputError
from mudmai.core.language import Language, Text
from mudmai.core.periods import Period
from mudmai.core.reporting_periods import cycle_text, period_of_day
from mudmai.exchange.report_sheets import read_report_sheet, report_csv, report_xlsx
from mudmai.http.receiving import received, refuse_too_large
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import raw_files

_PERIODS = 12
_SALT = "report sheet"
_AN_HOUR = 3600
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@takes_files
@signed_in
def report_sheet(request: HttpRequest, language: str, programme: UUID) -> HttpResponse:
    """The page: choose a period, take the sheet, hand it in, see what it does, keep it."""
    person = person_of(request)
    held = programme_for(person, programme)
    _require_inside(person, held)
    refuse_too_large(request)
    cycle = cycle_of(held)
    period = _period(request, cycle)
    fault: InputError | None = None
    found: EnteredSheet | None = None
    token = ""
    if request.method == "POST" and period is not None:
        try:
            if request.POST.get("do") == "keep":
                return _keep(request, person, held, period)
            token, found = _look(request, person, held, period)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
    return _show(request, person, held, cycle, period, fault, found, token)


@signed_in
def report_sheet_file(request: HttpRequest, language: str, programme: UUID, period: str, form: str) -> HttpResponse:
    """The sheet of a period as a workbook or CSV, with what is kept and what was told before."""
    person = person_of(request)
    held = programme_for(person, programme)
    _require_inside(person, held)
    if form not in _TYPES:
        raise Http404
    cycle = cycle_of(held)
    asked = Period.from_iso(period)
    if asked.frequency is not cycle.frequency:
        raise Http404
    rows, here = sheet_rows(held, asked), language_of(request)
    body = report_xlsx(rows, here, notes=_notes(held, cycle, asked, here)) if form == "xlsx" else report_csv(rows, here)
    response = HttpResponse(body, content_type=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="reports-{asked.iso}.{form}"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _require_inside(person: Person, programme: Programme) -> None:
    decision = decide(person, "project.view", organisation=programme.organisation)
    if not decision:
        raise NotAllowed(decision)


def _require_report(person: Person, programme: Programme) -> Decision:
    """Rights are asked before a file is taken in; each project is asked again when it is entered."""
    decision = decide_on(person, "project.report", programme=programme)
    some = organisations_allowing(person, "project.report").filter(pk=programme.organisation_id)
    if not decision and some.exists():
        return decide(person, "project.view", organisation=programme.organisation)  # a role for some areas of it
    return decision


def _period(request: HttpRequest, cycle: Cycle) -> Period | None:
    if cycle.frequency is None:
        return None
    asked = request.POST.get("period") or request.GET.get("period") or ""
    if asked:
        found = Period.from_iso(asked)
        if found.frequency is cycle.frequency:
            return found
    return cycle.latest_ended(timezone.localdate())


def _look(request: HttpRequest, person: Person, programme: Programme, period: Period) -> tuple[str, EnteredSheet]:
    """Take the file in and see what it would do; nothing is kept but the file."""
    decision = _require_report(person, programme)
    if not decision:
        raise NotAllowed(decision)
    raw = received(request)
    send = request.POST.get("send") == "on"
    token = signing.dumps([person.pk, str(programme.pk), period.iso, raw.sha256, send, raw.name], salt=_SALT)
    return token, _entered(request, person, programme, period, raw.sha256, raw.name, send=send, keep=False)


def _keep(request: HttpRequest, person: Person, programme: Programme, period: Period) -> HttpResponse:
    """Do what was shown: the same file, by the person who was shown it."""
    try:
        told = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_AN_HOUR)
    except signing.BadSignature:
        told = None
    if not isinstance(told, list) or len(told) != 6 or told[:3] != [person.pk, str(programme.pk), period.iso]:
        raise InputError(
            Text("การดูตัวอย่างนี้หมดอายุแล้ว", "this preview is no longer valid"),
            remedy=Text("เลือกไฟล์และดูตัวอย่างอีกครั้ง", "choose the file and look at the preview again"),
            code="report_sheet",
        )
    found = _entered(request, person, programme, period, told[3], told[5], send=told[4], keep=True)
    if found.problems:
        return _show(request, person, programme, cycle_of(programme), period, None, found, "")
    tell(request, "sheet.all_sent" if told[4] else "sheet.kept")
    to = address(language_of(request), "project_reports")
    return HttpResponseRedirect(f"{to}?programme={programme.pk}")


def _entered(
    request: HttpRequest,
    person: Person,
    programme: Programme,
    period: Period,
    sha: str,
    name: str,
    *,
    send: bool,
    keep: bool,
) -> EnteredSheet:
    sheet = read_report_sheet(raw_files(workspace_of(request)).path(sha), name=name)
    if sheet.problems:
        return EnteredSheet((), sheet.problems, sheet.empty)
    return enter_sheet(
        acting_user=person, programme=programme, period=period, rows=sheet.rows, empty=sheet.empty, send=send, keep=keep
    )


def _notes(programme: Programme, cycle: Cycle, period: Period, language: Language) -> list[tuple[str, str]]:
    pairs = [
        (wording("reports.programme"), programme.title),
        (wording("reports.period"), cycle_text(period, cycle.fiscal_start)),
        (wording("sheet.how"), wording("sheet.how_told")),
        (wording("reports.percent"), wording("reports.percent_help")),
        (wording("reports.disbursed"), wording("reports.disbursed_help")),
    ]
    return [(head.in_(language), text.in_(language)) for head, text in pairs]


def _choices(cycle: Cycle, today: date) -> list[tuple[str, Text]]:
    if cycle.frequency is None:
        return []
    here = period_of_day(today, cycle.frequency)
    return [(one.iso, cycle_text(one, cycle.fiscal_start)) for one in (here.shift(-n) for n in range(_PERIODS))]


def _show(
    request: HttpRequest,
    person: Person,
    programme: Programme,
    cycle: Cycle,
    period: Period | None,
    fault: InputError | None,
    found: EnteredSheet | None,
    token: str,
) -> HttpResponse:
    faulty = fault is not None or (found is not None and found.problems)
    return render_page(
        request,
        "reports/sheet.html",
        status=422 if faulty else 200,
        part="reports",
        programme=programme,
        period=period,
        period_words=cycle_text(period, cycle.fiscal_start) if period else None,
        choices=_choices(cycle, timezone.localdate()),
        may_report=_require_report(person, programme),
        fault=fault,
        entered=found,
        counts=[(wording(f"sheet.{what}"), found.count(what)) for what in ("new", "changed", "sent", "same")]
        if found
        else [],
        doing=sum(found.count(what) for what in ("new", "changed", "sent")) if found else 0,
        rows=[(one, wording(f"sheet.{one.what}")) for one in found.rows] if found else [],
        send=request.POST.get("send") == "on",
        token=token if found and not found.problems else "",
    )
