"""The catalogue in DCAT-AP 3: ``/catalog.ttl``, ``.jsonld``, ``.rdf``, each dataset alike, and negotiation without."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from mudmai.api.doors.door import addresses, datasets, registers
from mudmai.exchange.dcat import MEDIA_TYPES, Form, write_catalogue, write_dataset

_OFFERED: dict[str, Form] = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
}


def catalogue(request: HttpRequest, form: Form | None = None) -> HttpResponse:
    """The whole catalogue."""
    chosen = form or negotiated(request.headers.get("Accept", ""))
    held = datasets(request)
    body = write_catalogue(held.open, held.catalogue, addresses(request), chosen, registers(request))
    return _answer(body, chosen, "/catalog", "/datasets/")


def dataset(request: HttpRequest, dataset: str, form: Form | None = None) -> HttpResponse:
    """One dataset."""
    chosen = form or negotiated(request.headers.get("Accept", ""))
    held = datasets(request)
    body = write_dataset(held.open_one(dataset), held.catalogue, addresses(request), chosen, registers(request))
    return _answer(body, chosen, f"/dataset/{dataset}", f"/datasets/{dataset}/")


def _answer(body: bytes, form: Form, path: str, page: str) -> HttpResponse:
    """``page`` is where people read about it."""
    response = HttpResponse(body, content_type=MEDIA_TYPES[form])
    links = [f'<{path}.{one}>; rel="alternate"; type="{MEDIA_TYPES[one].partition(";")[0]}"' for one in MEDIA_TYPES]
    pages = [
        f'<{prefix}{page}>; rel="alternate"; type="text/html"; hreflang="{language}"'
        for prefix, language in (("", "th"), ("/en", "en"))
    ]
    response.headers["Link"] = ", ".join([*links, *pages])
    return response


def negotiated(accept: str) -> Form:
    """The form that an ``Accept`` header likes best (RFC 9110, 12.5.1); Turtle where it names none of ours.

    >>> negotiated("text/html, application/ld+json;q=0.9, text/turtle;q=0.2")
    'jsonld'
    """
    best, weight = "ttl", 0.0
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            worth = float(quality)
        except ValueError:
            continue
        if media in _OFFERED and worth > weight:
            best, weight = _OFFERED[media], worth
    return best  # type: ignore[return-value]
