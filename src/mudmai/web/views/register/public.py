"""The register as everybody reads it: the list with its counts, one certificate, files."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mudmai.apps.assessment.domain.register_places import places_of
from mudmai.apps.assessment.domain.register_publishing import schemes_in_register
from mudmai.apps.assessment.domain.register_reading import (
    COLUMNS,
    Asked,
    Standing,
    certificate_named,
    chosen,
    claimed_of,
    counted_day,
    counts_of,
    level_title,
    records,
    scores_shown,
    standing_on,
    text_of,
)
from mudmai.apps.assessment.domain.registers import criteria_of, decide_keep, holder_of, scheme_title
from mudmai.apps.assessment.models import Certificate
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.certificates import YearCount
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text, same
from mudmai.exchange.tables import csv_bytes, xlsx_bytes
from mudmai.http.sharing import open_file
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.views.area import level_name
from mudmai.web.views.marking.shared import agreement_told
from mudmai.web.views.people.moments import write_day
from mudmai.web.views.projects.readers import person_or_none
from mudmai.web.views.register.history import history_of
from mudmai.web.views.register.places import register_map
from mudmai.web.wording import wording

PAGE = 50
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A certificate in the list."""

    certificate: Certificate
    area: Text
    level: Text
    standing: Standing


@dataclass(frozen=True, slots=True)
class Bar:
    """A year's count; ``width`` is its bar in a box of 1000."""

    count: YearCount
    width: int


def asked_of(request: HttpRequest) -> Asked:
    """What the query string asks for."""
    get = request.GET.get
    return Asked(
        get("scheme", ""), get("q", "").strip()[:200], get("area", ""), get("level", ""), get("state", ""),
        get("counted", ""),
    )  # fmt: skip


@require_safe
@never_cache
def register(request: HttpRequest, language: str) -> HttpResponse:
    """The list; with one scheme chosen (or only one there) its counts over the years."""
    schemes = [(one, scheme_title(one)) for one in schemes_in_register()]
    asked = asked_of(request)
    shown = asked.scheme or (schemes[0][0] if len(schemes) == 1 else "")
    today = timezone.localdate()
    pages = Paginator(chosen(asked, today), PAGE)
    page = pages.get_page(request.GET.get("page", "1"))
    told = [counts_of(key, today) for key, _ in schemes if key == shown or not shown]
    places = places_of(shown, today)
    levels: dict[str, Text] = {}
    for key, title in Certificate.objects.order_by().values_list("level", "facts__level").distinct():
        levels.setdefault(key, text_of(title, key))
    return render_page(
        request,
        "register/register.html",
        current="register",
        schemes=schemes,
        asked=asked,
        shown=shown,
        told=[(one, _bars(one.counts), holder_of(one.scheme)) for one in told],
        page=page,
        rows=[_row(one, today) for one in page],
        places=places,
        map=register_map(workspace_of(request), places, reader(request)) if places else None,
        counted_year=today.year,
        level_words=level_name(places.level) if places else None,
        area=_area(asked.area),
        levels=sorted(levels.items()),
        standings=[(one.value, one.title) for one in Standing if one is not Standing.NOT_YET],
        kept=request.GET.urlencode(),
        counted=counted_day(asked.counted, today) if asked.counted else None,
        filtered=bool(asked.words or asked.area or asked.level or asked.standing or asked.counted),
    )


def _row(one: Certificate, today: date) -> Row:
    area = area_name(AreaRef(one.city.area_system, one.city.area_code))
    return Row(one, area, level_title(one), standing_on(one, today))


def _area(asked: str) -> Text | None:
    system, _, code = asked.partition(":")
    return area_name(AreaRef(system, code)) if code else None


def _bars(counts: tuple[YearCount, ...]) -> list[Bar]:
    most = max((one.count for one in counts), default=0)
    return [Bar(one, round(one.count / most * 1000) if most else 0) for one in counts]


@open_file
@require_safe
@never_cache
def register_table(request: HttpRequest, form: str, language: str) -> HttpResponse:
    """What is asked for as CSV, XLSX or JSON."""
    if form not in TYPES:
        raise Http404
    rows = list(records(chosen(asked_of(request))))
    if form == "csv":
        body = csv_bytes(COLUMNS, rows)
    elif form == "xlsx":
        body = xlsx_bytes(COLUMNS, rows, sheet="certificates", notes=_notes(request))
    else:
        body = json.dumps({"certificates": rows}, ensure_ascii=False).encode()
    response = HttpResponse(body, content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="certificates.{form}"'
    return response


def _notes(request: HttpRequest) -> list[tuple[str, str]]:
    here = language_of(request)
    keys = ("register.note_counts", "register.note_source")
    whole = request.build_absolute_uri(address(here, "register"))
    return [(wording("register.title").in_(here), whole), *(("", wording(key).in_(here)) for key in keys)]


def named(number: str) -> Certificate:
    """The certificate; 404 where there is none."""
    try:
        return certificate_named(number)
    except UnknownNameError as fault:
        raise Http404(str(fault)) from fault


@require_safe
@never_cache
def certificate(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """One certificate: what, who, level, until when, scores, everything that happened to it."""
    held, today = named(number), timezone.localdate()
    signed = person_or_none(request)
    facts = held.facts
    criteria = criteria_of(held.scheme)
    rule = criteria.register if criteria is not None else None
    counted = rule.levels if rule is not None else ()
    return render_page(
        request,
        "register/certificate.html",
        current="register",
        certificate=held,
        scheme=text_of(facts.get("scheme")) if facts.get("scheme") else scheme_title(held.scheme),
        area=area_name(AreaRef(held.city.area_system, held.city.area_code)),
        level=level_title(held),
        uncounted=bool(counted) and held.level not in counted,
        rule=rule,
        standing=standing_on(held, today),
        claimed=claimed_of(held),
        scores=[(wording(f"register.score_{one.name}"), one) for one in scores_shown(held)],
        agreement=agreement_told(request, facts.get("scores", {}).get("agreement") or {}),
        note=text_of(facts.get("note")) if facts.get("note") else None,
        source=text_of(facts.get("source"), held.source) if held.source else None,
        certifier=text_of(facts.get("certifier")) if facts.get("certifier") else None,
        term=text_of(facts.get("term")) if facts.get("term") else None,
        holder=holder_of(held.scheme),
        history=history_of(held, reader(request), lambda day: same(write_day(reader(request), day))),
        checks=[
            one for one in held.surveillance.all() if one.done_on or held.ended_on is None or one.due_on < held.ended_on
        ],
        today=today,
        may_keep=bool(decide_keep(signed, held)) if signed else False,
    )


@require_safe
@never_cache
def certificate_sign(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The QR code that leads to the page of the certificate."""
    import segno

    held = named(number)
    target = request.build_absolute_uri(address(language_of(request), "certificate", number=held.number))
    out = io.BytesIO()
    segno.make(target, error="m").save(out, kind="svg", scale=8, border=4, xmldecl=True, svgns=True, title=held.number)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@open_file
@require_safe
@never_cache
def certificate_pdf(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The certificate on one A4 page."""
    held = named(number)
    from mudmai.web.views.register.paper import certificate_paper  # typesetting loads when it is asked for

    response = HttpResponse(certificate_paper(request, held), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{held.number}.pdf"'
    return response
