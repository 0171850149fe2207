"""Cities side by side by the weights of a reader: the whole scores, and the scores of parts that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from mudmai.apps.assessment.domain.city_profiles import Decided
from mudmai.apps.assessment.domain.profiles import Compared
from mudmai.apps.assessment.domain.tried_weights import TITLE, is_under_same_criteria, tried_score
from mudmai.core.criteria import Score
from mudmai.core.language import Text, same
from mudmai.web.preferences import Preferences
from mudmai.web.views.profiles.profile import share_words
from mudmai.web.views.profiles.weights import WeightForm, weight_form
from mudmai.web.wording import wording


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a cell for each city; None is not known."""

    title: Text
    cells: tuple[Text | None, ...]
    note: Text | None = None


@dataclass(frozen=True)
class Weighed:
    """A scheme whose parts can be weighed otherwise. ``tried``: whole scores by the reader's weights, in words (None:
    the published ones are in use); ``parts``: the scores that are added up."""

    scheme: Text
    form: WeightForm
    tried: Row | None
    parts: tuple[Row, ...]


def schemes_of(seen: Compared) -> dict[str, tuple[Text, dict[str, Decided]]]:
    """Scheme → its title and the cities that were decided by it, in the order of the page."""
    found: dict[str, tuple[Text, dict[str, Decided]]] = {}
    for code, told in seen.decided.items():
        for one in told:
            found.setdefault(one.certificate.scheme, (one.scheme, {}))[1][code] = one
    return found


def weighed_schemes(request: HttpRequest, seen: Compared, here: Preferences) -> dict[str, Weighed]:
    """Each scheme with parts to weigh, by the criteria of the first city that still has them."""
    found = {}
    for key, (scheme, held) in schemes_of(seen).items():
        first = next((one for one in held.values() if one.criteria is not None), None)
        if first is None:
            continue
        fitting = {code: one for code, one in held.items() if one is first or is_under_same_criteria(first, one)}
        form = weight_form(request, [first, *(one for one in fitting.values() if one is not first)])
        if form is None:
            continue
        codes = [one.code for one in seen.cities]
        parts = tuple(
            Row(one.part.title, tuple(_part(fitting.get(code), one.part.id, here) for code in codes))
            for one in form.fields
        )
        tried = None
        if form.weights is not None:
            cells = tuple(_tried(code, held, fitting, form.weights, here) for code in codes)
            tried = Row(of_scheme(TITLE, scheme), cells, wording("tried.yours"))
        found[key] = Weighed(scheme, form, tried, parts)
    return found


def of_scheme(title: Text, scheme: Text) -> Text:
    """A score with the scheme that it is of."""
    return Text(f"{title.th} ({scheme.th})", f"{title.en} ({scheme.en})")


def _tried(
    code: str,
    held: Mapping[str, Decided],
    fitting: Mapping[str, Decided],
    weights: Mapping[str, float],
    here: Preferences,
) -> Text | None:
    """The score in words, or why there is none; None for a city that was not decided by this scheme."""
    if code not in fitting:
        return wording("tried.apart") if code in held else None
    score = tried_score(fitting[code], weights)
    return wording("tried.no_score") if score.low is None else _range(score, here)


def _part(decided: Decided | None, part: str, here: Preferences) -> Text | None:
    score = decided.parts.get(decided.certificate.city.code, {}).get(part) if decided is not None else None
    return None if score is None or score.low is None else _range(score, here)


def _range(score: Score, here: Preferences) -> Text:
    return same(share_words(score.low, score.high, here))
