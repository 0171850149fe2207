"""The list of datasets: a search box, values to choose by, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict

from mudmai.core.datasets import DatasetRecord
from mudmai.core.language import Text, same
from mudmai.core.search_text import Piece, marked, snippet
from mudmai.core.timeliness import Currency, Timeliness, currency
from mudmai.web.pages import reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.catalogue.visitors import closed_of, for_visitors
from mudmai.web.wording import wording
from mudmai.workspace.catalogue_entries import CLASS_NAMES, FACETS, formats_of, labels_of
from mudmai.workspace.catalogue_search import PAGE, CatalogueQuery, Found, catalogue_search, today
from mudmai.workspace.datasets import DatasetCatalogue

SHOWN = 8
_LONGEST = 200
_MOST_PAGE = 10_000
FORMATS: Mapping[str, Text] = {
    "csv": same("CSV"),
    "xlsx": same("Excel (XLSX)"),
    "parquet": same("Parquet"),
    "json": same("JSON"),
    "geojson": same("GeoJSON"),
    "zip": same("Data Package (ZIP)"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: what it is called, how many datasets, the address that turns it on or off."""

    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: the values to see at once, and the others."""

    name: str
    title: Text
    shown: list[Choice]
    more: list[Choice]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A dataset that was found."""

    record: DatasetRecord
    title: tuple[Piece, ...]
    notes: tuple[Piece, ...]
    tags: tuple[tuple[Piece, ...], ...]
    currency: Currency
    formats: list[str]
    closed: Text | None


@for_visitors
def datasets(request: HttpRequest, language: str) -> HttpResponse:
    """``?q=`` words, ``?<facet>=`` chosen values (repeatable), ``?page=``."""
    workspace, here = workspace_of(request), reader(request)
    asked = request.GET.get("q", "").strip()[:_LONGEST]
    chosen = {name: tuple(dict.fromkeys(filter(None, request.GET.getlist(name)))) for name in FACETS}
    page = _page_number(request.GET.get("page", ""))
    held = workspace.dataset_catalogue()
    query = CatalogueQuery(asked, {n: v for n, v in chosen.items() if v}, (page - 1) * PAGE)
    found = catalogue_search(workspace).search(query, closed=closed_of(request))
    facets = [facet for name in FACETS if (facet := _facet(name, request.GET, found, held, here)) is not None]
    suggestion = found.suggestion
    return render_page(
        request,
        "catalogue/list.html",
        current="datasets",
        asked=asked,
        found=found,
        results=[_result(one, held, found, here) for one in found.ids],
        facets=facets,
        choices=[(f, c) for f in facets for c in (*f.shown, *f.more) if c.chosen],
        kept=[(name, value) for name, values in chosen.items() for value in values],
        suggestion=suggestion,
        suggestion_address=_address({"q": [suggestion.text]}) if suggestion else "",
        page=page,
        pages=-(-found.total // PAGE),
        before=_changed(request.GET, "page", [str(page - 1)] if page > 2 else []) if page > 1 else "",
        after=_changed(request.GET, "page", [str(page + 1)]) if page * PAGE < found.total else "",
        release=held.release.id,
    )


def _page_number(text: str) -> int:
    return min(int(text), _MOST_PAGE) if text.isascii() and text.isdigit() and int(text[:6]) > 0 else 1


def _facet(name: str, asked: QueryDict, found: Found, held: DatasetCatalogue, here: Preferences) -> Facet | None:
    """None where there is nothing to choose."""
    values = found.facets[name]
    any_chosen = any(value.chosen for value in values)
    if len(values) < 2 and not any_chosen:
        return None
    labels = labels_of(name, [value.value for value in values], held.records, FORMATS)
    choices = []
    for value in values:
        label = (
            here.year(int(value.value))
            if name == "year" and value.value.isdigit()
            else here.say(labels.get(value.value, same(value.value)))
        )
        own = [v for v in asked.getlist(name) if v and v != value.value]
        address = _changed(asked, name, own if value.chosen else [*own, value.value])
        choices.append(Choice(label, value.count, value.chosen, address))
    return Facet(name, wording(f"facet.{name}"), choices[:SHOWN], choices[SHOWN:], any_chosen)


def _changed(asked: QueryDict, name: str, values: list[str]) -> str:
    """The present question with the values of one parameter changed; the first page again, unless it is the page."""
    kept = {n: v for n, v in asked.lists() if n in ("q", *FACETS) or (name == "page" and n == "page")}
    return _address({**kept, name: values})


def _address(parameters: Mapping[str, list[str]]) -> str:
    return "?" + urlencode([(n, v) for n, values in parameters.items() for v in values if v])


def _result(name: str, held: DatasetCatalogue, found: Found, here: Preferences) -> Result:
    record = next(one for one in held.records if one.id == name)
    dataset = record.dataset
    hits = [tag for tag in dataset.tags if any(p.hit for p in marked(here.say(tag), found.words))]
    return Result(
        record,
        marked(here.say(dataset.title), found.words),
        snippet(" ".join(here.say(dataset.notes).split()), found.words),
        tuple(marked(here.say(tag), found.words) for tag in (*hits, *(t for t in dataset.tags if t not in hits))[:4]),
        currency(dataset, record.holding, today()),
        [here.say(FORMATS[one]) for one in formats_of(record) if one in ("xlsx", "csv", "geojson")],
        None if dataset.is_open else CLASS_NAMES[dataset.data_class],
    )


__all__ = ["FORMATS", "Timeliness", "datasets"]
