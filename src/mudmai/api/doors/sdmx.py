"""SDMX 2.1 REST below ``/sdmx``: structures and data of open datasets.

Without an ``Accept`` header (or with one that names nothing of ours) the answer is SDMX-ML 2.1; data also come as
structure-specific ML and as SDMX-CSV 1.0, asked for by media type or by ``format=``. Source: SDMX 2.1, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponse

from mudmai.api.doors.door import datasets, sent, whole_number
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.period_text import read_period
from mudmai.core.periods import Period
from mudmai.core.series import TOTAL
from mudmai.exchange.sdmx import structure
from mudmai.exchange.sdmx.data import MEDIA_TYPES, DataSeries, Detail, Format, Shape, series_of, write
from mudmai.exchange.sdmx.flow import AGENCY, NOT_APPLICABLE, VERSION, Flow
from mudmai.exchange.sdmx.xml import error
from mudmai.workspace.datasets import RowFilter

STRUCTURE = "application/vnd.sdmx.structure+xml; version=2.1; charset=utf-8"
_EVERY = {"all", "*", ""}
_LATEST = {"latest", "all", "*", "+", "~", "", VERSION}
_WITH_PARTS = {"all", "descendants", "children", "parentsandsiblings"}
_DETAILS: tuple[Detail, ...] = ("full", "dataonly", "serieskeysonly", "nodata")


class NoResultsError(InputError):
    """A query that fits nothing: 404, code 100."""

    default_code = "no_data"

    def __init__(self) -> None:
        super().__init__(
            Text("ไม่มีข้อมูลตามที่ถาม", "No results found"), remedy=Text("ดูรายการที่ /sdmx/dataflow", "see /sdmx/dataflow")
        )


class NotAcceptableError(InputError):
    """Only forms are accepted that are not served: 406."""

    default_code = "not_acceptable"

    def __init__(self) -> None:
        super().__init__(
            Text("ไม่มีข้อมูลในรูปแบบที่ขอ", "the media type that is asked for is not served"),
            remedy=Text("ใช้ SDMX-ML 2.1 หรือ SDMX-CSV 1.0", "ask for SDMX-ML 2.1 or SDMX-CSV 1.0"),
        )


def fault(request: HttpRequest, status: int, code: str, message: Text, remedy: Text) -> HttpResponse:
    """Errors as SDMX words them."""
    number = {404: 100, 400: 140}.get(status, 500)
    if code == NoResultsError.default_code:
        status, number = 404, 100
    elif code == NotAcceptableError.default_code:
        status, number = 406, 140
    told = Text(f"{message.th} {remedy.th}", f"{message.en}. {remedy.en}")
    return HttpResponse(error(number, told), status=status, content_type="application/xml; charset=utf-8")


def structures(
    request: HttpRequest, kind: str, agency: str = "all", name: str = "all", version: str = "latest"
) -> HttpResponse:
    """Dataflows, data structures, codelists, concept schemes and the agency."""
    if kind not in structure.KINDS:
        raise NoResultsError
    _refuse_other_forms(request, "application/vnd.sdmx.structure+xml")
    flows = _flows(request)
    if kind == "agencyscheme":
        return HttpResponse(structure.message(agency=True, prepared=flows), content_type=STRUCTURE)
    if not ({AGENCY, *_EVERY} & set(re.split(r"[+,]", agency)) and set(re.split(r"[+,]", version)) & _LATEST):
        raise NoResultsError
    wanted = set(re.split(r"[+,]", name))
    parts = request.GET.get("references", "none")
    body = _structure_message(kind, flows, None if wanted & _EVERY else wanted, parts)
    return HttpResponse(body, content_type=STRUCTURE)


def _structure_message(kind: str, flows: list[Flow], wanted: set[str] | None, parts: str) -> bytes:
    def chosen(name: str) -> bool:
        return wanted is None or name in wanted

    if kind == "codelist":
        lists = [one for flow in flows for one in flow.codelists if chosen(one.id)]
        mine = [flow for flow in flows if any(one in lists for one in flow.codelists)]
    else:
        lists = []
        own = {"dataflow": "id", "datastructure": "structure", "conceptscheme": "concepts"}[kind]
        mine = [flow for flow in flows if chosen(getattr(flow, own))]
    if not mine:
        raise NoResultsError
    above = parts in ("all", "parents", "parentsandsiblings", "ancestors")
    below = parts in _WITH_PARTS
    deep = below and not (kind == "dataflow" and parts == "children")
    return structure.message(
        flows=mine if kind == "dataflow" or (above and kind == "datastructure") else (),
        structures=mine if kind == "datastructure" or (kind == "dataflow" and below) or above else (),
        concepts=mine if kind == "conceptscheme" or (deep and kind in ("dataflow", "datastructure")) else (),
        codelists=[one for flow in mine for one in flow.codelists] if deep and kind != "codelist" else lists,
        prepared=mine,
    )


def data(request: HttpRequest, flow: str, key: str = "all", provider: str = "all") -> HttpResponse:
    """Observations of one dataflow."""
    asked = request.GET
    one = _flow(request, flow)
    codes = _key(one, key)
    shape = _shape(request)
    held = datasets(request)
    wanted = RowFilter(
        series=_own(one, 2, codes),
        areas=_own(one, 1, codes),
        dims={
            part.own: _own_dims(one, at, codes) for at, part in enumerate(one.dimensions) if at > 2 and part.id in codes
        },
        first=_period(asked.get("startPeriod"), "startPeriod"),
        last=_period(asked.get("endPeriod"), "endPeriod"),
    )
    found = series_of(one, held.tables(one.record, wanted), codes)
    form = _format(request)
    return sent(
        one.record, write(one, _some(found), form, shape), MEDIA_TYPES[form], filename=_filename(request, one, form)
    )


def _filename(request: HttpRequest, one: Flow, form: Format) -> str:
    """CSV that a person asked for by address is saved as a file."""
    return f"{one.id}.csv" if form == "csv" and request.GET.get("format") else ""


def _some(found: Iterator[DataSeries]) -> Iterator[DataSeries]:
    """The series; none at all is an error before anything is sent."""
    first = next(found, None)
    if first is None:
        raise NoResultsError
    return chain((first,), found)


def _flows(request: HttpRequest) -> list[Flow]:
    held = datasets(request)
    return [Flow(record, held.catalogue) for record in held.open]


def _flow(request: HttpRequest, reference: str) -> Flow:
    """The dataflow of ``ID``, ``AGENCY,ID`` or ``AGENCY,ID,VERSION``."""
    parts = reference.split(",")
    name = parts[0] if len(parts) == 1 else parts[1]
    agency, version = (parts[0] if len(parts) > 1 else AGENCY), (parts[2] if len(parts) > 2 else "latest")
    for flow in _flows(request):
        if flow.id == name and agency in (AGENCY, "all") and version in _LATEST:
            return flow
    raise UnknownNameError(Text("ชุดข้อมูล", "dataflow"), reference, [flow.id for flow in _flows(request)])


def _key(flow: Flow, key: str) -> dict[str, frozenset[str]]:
    """Codes that are asked for, by dimension; dimensions left open are absent."""
    if key in ("all", ""):
        return {}
    parts = key.split(".")
    if len(parts) != len(flow.dimensions):
        order = ".".join(part.id for part in flow.dimensions)
        raise InputError(
            Text(f"คีย์ “{key[:80]}” มี {len(parts)} ส่วน", f"the key “{key[:80]}” has {len(parts)} parts"),
            remedy=Text(f"ใช้ {len(flow.dimensions)} ส่วน: {order}", f"give {len(flow.dimensions)} parts: {order}"),
        )
    named = zip(flow.dimensions, parts, strict=True)
    return {part.id: frozenset(codes.split("+")) for part, codes in named if codes not in ("", "*")}


def _own(flow: Flow, at: int, codes: dict[str, frozenset[str]]) -> frozenset[str] | None:
    """The house's names of the codes asked for at one dimension; None: all."""
    part = flow.dimensions[at]
    if part.id not in codes or part.codes is None:
        return None
    return frozenset(part.codes.by_id[code] for code in codes[part.id] if code in part.codes.by_id)


def _own_dims(flow: Flow, at: int, codes: dict[str, frozenset[str]]) -> frozenset[str]:
    named = _own(flow, at, codes) or frozenset()
    return frozenset("" if own in (TOTAL, NOT_APPLICABLE) else own for own in named)


def _period(text: str | None, name: str) -> Period | None:
    """A bound of the time: a year, quarter, month or day."""
    if not text:
        return None
    day = re.fullmatch(r"(\d{4}-\d{2})-\d{2}(?:T.*)?", text)
    try:
        return read_period(day[1] if day else text).period
    except InputError as found:
        raise InputError(
            Text(f"{name}: {found.message.th}", f"{name}: {found.message.en}"), remedy=found.remedy, code="period"
        ) from found


def _shape(request: HttpRequest) -> Shape:
    asked = request.GET
    detail = asked.get("detail", "full").lower()
    if detail not in _DETAILS:
        raise InputError(
            Text(f"detail={detail[:40]} ใช้ไม่ได้", f"detail={detail[:40]} cannot be used"),
            remedy=Text(f"ใช้ {', '.join(_DETAILS)}", f"use one of {', '.join(_DETAILS)}"),
        )
    counts = {
        name: whole_number(asked[name], name, least=1, most=10**6, absent=1) if asked.get(name) else None
        for name in ("firstNObservations", "lastNObservations")
    }
    chosen: Detail = next(one for one in _DETAILS if one == detail)
    flat = asked.get("dimensionAtObservation", "TIME_PERIOD") == "AllDimensions"
    return Shape(chosen, counts["firstNObservations"], counts["lastNObservations"], flat)


def _format(request: HttpRequest) -> Format:
    """The form that is asked for by ``format=``, else by ``Accept``; generic where that leaves the choice to us."""
    named = (request.GET.get("format") or "").lower()
    if named:
        found = _NAMED.get(named)
        if found is None:
            raise InputError(
                Text(f"format={named[:40]} ใช้ไม่ได้", f"format={named[:40]} cannot be used"),
                remedy=Text(f"ใช้ {', '.join(_NAMED)}", f"use one of {', '.join(_NAMED)}"),
            )
        return found
    for part in _accepted(request):
        for media, form in _ACCEPTED.items():
            if part.startswith(media) and not _OTHER_VERSION.search(part):
                return form
    _refuse_other_forms(request)
    return "generic"


def _accepted(request: HttpRequest) -> list[str]:
    return [part.strip().lower() for part in request.headers.get("Accept", "").split(",") if part.strip()]


def _refuse_other_forms(request: HttpRequest, *served: str) -> None:
    """Refuse a client that takes nothing but SDMX media types of which none is ``served``."""
    accepted = _accepted(request)
    fits = any(part.startswith(served) and not _OTHER_VERSION.search(part) for part in accepted)
    if accepted and not fits and all(part.startswith("application/vnd.sdmx.") for part in accepted):
        raise NotAcceptableError


_OTHER_VERSION = re.compile(r"version=[\"']?3|data\+csv.*version=[\"']?2")
"""Versions of media types that are not ours: SDMX-ML 3, SDMX-CSV 2."""


_NAMED: dict[str, Format] = {"csv": "csv", "generic": "generic", "structurespecific": "structurespecific"}
_ACCEPTED: dict[str, Format] = {
    "application/vnd.sdmx.genericdata+xml": "generic",
    "application/vnd.sdmx.generictimeseriesdata+xml": "generic",
    "application/vnd.sdmx.structurespecificdata+xml": "structurespecific",
    "application/vnd.sdmx.structurespecifictimeseriesdata+xml": "structurespecific",
    "application/vnd.sdmx.data+csv": "csv",
    "text/csv": "csv",
}
