"""A figure as it was published on a date, and its history over releases. For everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mudmai.core.datasets import DatasetRecord
from mudmai.core.days import read_day, write_day
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.period_text import read_period
from mudmai.core.periods import Period
from mudmai.engine.release import Release
from mudmai.web.pages import render_page, workspace_of
from mudmai.workspace import Workspace
from mudmai.workspace.as_published import as_published, history_of_figure
from mudmai.workspace.datasets import keys_of, last_release_with
from mudmai.workspace.notices import public_notices, withdrawn_figure
from mudmai.workspace.row_diff import area_words, parts_words, series_words, source_words


@never_cache
def as_of(request: HttpRequest, language: str, dataset: str) -> HttpResponse:
    """``?series=&area=&period=&date=``: what was served at the end of that day; without them a form to ask with."""
    workspace = workspace_of(request)
    record, release = _last_published(workspace, dataset)
    asked = {name: request.GET.get(name, "").strip() for name in ("series", "area", "period", "date")}
    fault: InputError | None = None
    answer: dict[str, Any] = {}
    chosen = _chosen(release, record.dataset, asked["series"])
    if asked["area"] and asked["period"]:
        try:
            answer = _answer(workspace, dataset, chosen, asked)
        except InputError as refused:
            fault = refused
    return render_page(
        request,
        "submissions/as_of.html",
        400 if fault else 200,
        current="datasets",
        dataset=record.dataset,
        asked={**asked, "series": chosen["key"]},
        series=_choices(workspace, release, record.dataset),
        areas=_areas(workspace, chosen["system"], record.holding.areas),
        fault=fault,
        notices=public_notices(workspace, dataset),
        today=write_day(timezone.localdate()),
        **answer,
    )


def _last_published(workspace: Workspace, dataset: str) -> tuple[DatasetRecord, Release]:
    """The dataset as the last release with figures of it has it: what was withdrawn can still be asked for."""
    now = workspace.dataset_catalogue()
    for one in now.records:
        if one.id == dataset and one.dataset.is_open and not one.holding.rows:
            last = last_release_with(workspace.releases(), one.dataset)
            if last is not None:
                return workspace.dataset_catalogue(release=last.id).open_one(dataset), last
    return now.open_one(dataset), now.release


def _choices(workspace: Workspace, release: Release, dataset: Any) -> list[tuple[str, Text]]:
    catalogue = workspace.catalogue
    found = []
    for key in keys_of(release, dataset):
        title = series_words(catalogue, key.series)
        parts = parts_words(catalogue, key.series, key.dims)
        more = Text(f" ({parts.th})", f" ({parts.en})") if key.dims else Text("", "")
        found.append((f"{key.series}|{key.dims}|{key.area_system}", Text(title.th + more.th, title.en + more.en)))
    return found


def _chosen(release: Release, dataset: Any, asked: str) -> dict[str, str]:
    """The series that is asked for: ``series|dims|system``, or a bare name."""
    keys = keys_of(release, dataset)
    for key in keys:
        if asked in (f"{key.series}|{key.dims}|{key.area_system}", key.series):
            return _told(key)
    if asked:
        raise UnknownNameError(Text("อนุกรม", "series"), asked.partition("|")[0], [k.series for k in keys])
    return _told(keys[0])


def _told(key: Any) -> dict[str, str]:
    return {
        "key": f"{key.series}|{key.dims}|{key.area_system}",
        "series": key.series,
        "dims": key.dims,
        "system": key.area_system,
    }


def _areas(workspace: Workspace, system: str, held: Any) -> list[tuple[str, Text]]:
    known = workspace.catalogue.area_systems.get(system)
    codes = held.get(system, ())
    return [(code, known.by_code[code].name) for code in codes if known is not None and code in known.by_code]


def _answer(workspace: Workspace, dataset: str, chosen: dict[str, str], asked: dict[str, str]) -> dict[str, Any]:
    """The figure and its history; faults of what was typed are :class:`InputError`."""
    day: date = read_day(asked["date"]) if asked["date"] else timezone.localdate()
    system = workspace.catalogue.area_system(chosen["system"])
    area = system.find(asked["area"])
    frequency = workspace.catalogue.series[chosen["series"]].frequency
    period: Period = _period(asked["period"], frequency)
    series, dims = chosen["series"], chosen["dims"]
    where = {"dims": dims, "system": system.id}
    figure = as_published(workspace, series, area.code, period, day, **where)
    fact = {"series": series, "area": area.code, "period": period.iso, "dims": dims}
    history = history_of_figure(workspace, series, area.code, period, **where)
    return {
        "figure": figure,
        "day": write_day(day),
        "in_words": {
            "series": series_words(workspace.catalogue, series),
            "area": area_words(workspace.catalogue, system.id, area.code),
            "dims": parts_words(workspace.catalogue, series, dims),
            "unit": workspace.catalogue.unit(workspace.catalogue.series[series].unit).label,
        },
        "period": period,
        "history": [
            (one, _source(workspace, one.observation), withdrawn_figure(workspace, dataset, one.release, **fact))
            for one in reversed(history)
        ],
        "withdrawn": _withdrawn(workspace, dataset, figure, fact),
    }


def _withdrawn(workspace: Workspace, dataset: str, figure: Any, fact: dict[str, str]) -> tuple[Any, ...]:
    """Why the figure, or its absence, is not to be used."""
    if figure is None:
        return ()
    if figure.observation is not None:
        return withdrawn_figure(workspace, dataset, figure.release, **fact)
    return withdrawn_figure(workspace, dataset, figure.release, **fact, gone=True)[:1]


def _source(workspace: Workspace, observation: Any) -> Text | None:
    return source_words(workspace.catalogue, observation.source) if observation and observation.source else None


def _period(text: str, frequency: Any) -> Period:
    """As people write it (a year of 2563 is one of the Buddhist Era); the house form where that is no wording."""
    try:
        return read_period(text, frequency=frequency).period
    except InputError as unread:
        try:
            return Period.from_iso(text)
        except InputError:
            raise unread from None
