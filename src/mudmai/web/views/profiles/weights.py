"""Weights of parts that a reader tries out: ``?w.<scheme>.<part>=40``. Points are shares of their sum.

The published weights stand beside; what cannot be used is told beside its field, and nothing is worked out by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from mudmai.apps.assessment.domain.city_profiles import Decided
from mudmai.apps.assessment.domain.tried_weights import parts_to_weigh
from mudmai.core.criteria import CriteriaSet, Part
from mudmai.core.criteria_weights import checked_weights, shares_of, weight_problem
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.web.pages import reader
from mudmai.web.preferences import Preferences

POINTS = "w."


@dataclass(frozen=True, slots=True)
class WeightField:
    """A part whose weight can be moved. ``typed`` stands in its box; ``used`` and ``published`` are written per cent.

    ``is_lacking``: the city of the page has no score in it.
    """

    part: Part
    name: str
    typed: str
    used: str
    published: str
    fault: Text | None
    is_lacking: bool


@dataclass(frozen=True)
class WeightForm:
    """The form of one scheme. ``weights``: part → points, None while the published ones are in use or a fault stands.

    ``fault`` is one of the whole; ``kept`` is what else the address asks for, ``back`` the address without weights.
    """

    scheme: str
    fields: tuple[WeightField, ...]
    weights: Mapping[str, float] | None
    fault: Text | None
    is_open: bool
    kept: tuple[tuple[str, str], ...]
    back: str

    @property
    def is_faulty(self) -> bool:
        """Something that was typed cannot be used."""
        return self.fault is not None or any(one.fault is not None for one in self.fields)


def weight_form(request: HttpRequest, decided: Sequence[Decided]) -> WeightForm | None:
    """The form for cities under the criteria of the first; None where there are not two parts to weigh. Of one city
    alone its parts without a score are marked."""
    parts = parts_to_weigh(decided)
    criteria = decided[0].criteria if decided else None
    if criteria is None or len(parts) < 2:
        return None
    scheme = decided[0].certificate.scheme
    whole = math.fsum(one.weight for one in parts)
    if whole <= 0:
        return None
    pointed = tuple(replace(one, weight=100 * one.weight / whole) for one in parts)
    typed = _typed(request.GET, scheme, criteria)
    given = {one.id: _number(typed[one.id]) for one in pointed if typed.get(one.id, _shown(one)) != _shown(one)}
    faults: dict[str, Problem] = {}
    weights: Mapping[str, float] | None = None
    try:
        tried = checked_weights(pointed, given)
        keys = list(tried)
        own = {one.id: one.weight for one in pointed}
        weights = tried if shares_of(tried, keys) != shares_of(own, keys) else None
    except InputError as refused:
        faults = {one.where.field or "": one for one in refused.problems}
    mine = decided[0].parts.get(decided[0].certificate.city.code, {}) if len(decided) == 1 else None
    used = shares_of(weights or {one.id: one.weight for one in pointed}, [one.id for one in pointed])
    here = reader(request)
    return WeightForm(
        scheme=scheme,
        fields=tuple(
            WeightField(
                part=one,
                name=f"{POINTS}{scheme}.{one.id}",
                typed=typed.get(one.id, _shown(one)),
                used="" if faults else _percent(here, float(used[one.id])),
                published=_percent(here, one.weight / 100),
                fault=_told(weight_problem(one.id, typed[one.id])) if one.id in faults else None,
                is_lacking=mine is not None and not (one.id in mine and mine[one.id].reachable),
            )
            for one in pointed
        ),
        weights=weights,
        fault=_told(faults[""]) if "" in faults else None,
        is_open=bool(typed),
        kept=_kept(request.GET, scheme),
        back=_back(request, scheme),
    )


def tried_weights(query: QueryDict) -> tuple[tuple[str, str], ...]:
    """The weights of the address, for forms that ask for something else."""
    return tuple((name, value) for name, value in query.items() if name.startswith(POINTS) and value)


def fault_status(request: HttpRequest) -> int:
    """422 for a page that tells a fault; a script that swaps a part of the page gets that part whatever it tells."""
    return 200 if request.headers.get("HX-Request") else 422


def _typed(query: QueryDict, scheme: str, criteria: CriteriaSet) -> dict[str, str]:
    """Part → what was typed; empty boxes are left out. Raises :class:`UnknownNameError` for a part that is none."""
    known = [one.id for one in criteria.parts]
    start = f"{POINTS}{scheme}."
    found = {}
    for name, text in query.items():
        if not name.startswith(start) or not text.strip():
            continue
        part = name.removeprefix(start)
        if part not in known:
            raise UnknownNameError(Text("หมวดของเกณฑ์", "part of the criteria"), part, known)
        found[part] = to_arabic_digits(text.strip()[:40])
    return found


def _shown(part: Part) -> str:
    """The published points of a part as its box shows them; a box left as it is has the exact weight."""
    return f"{part.weight:.4g}"


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return math.nan


def _percent(here: Preferences, share: float) -> str:
    tenths = round(1000 * share)
    return here.number(tenths / 10, 0 if tenths % 10 == 0 else 1)


def _told(one: Problem) -> Text:
    return Text(f"{one.message.th} {one.remedy.th}", f"{one.message.en}: {one.remedy.en}")


def _kept(query: QueryDict, scheme: str) -> tuple[tuple[str, str], ...]:
    start = f"{POINTS}{scheme}."
    return tuple((name, one) for name, values in query.lists() if not name.startswith(start) for one in values if one)


def _back(request: HttpRequest, scheme: str) -> str:
    kept = urlencode(_kept(request.GET, scheme))
    return f"{request.path}{'?' if kept else ''}{kept}#weights-{scheme}"
