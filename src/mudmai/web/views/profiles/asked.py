"""What a reader chose: by what peers are found, which cities are set side by side."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from django.http import QueryDict

from mudmai.core.language import to_arabic_digits
from mudmai.core.peers import Body, Terms, usual_terms

RATIOS = ("1.5", "2", "3", "5")
SHARES = ("0.3", "0.5", "0.8", "1")
MOST_COMPARED = 6


@dataclass(frozen=True, slots=True)
class Chooser:
    """The form as it stands: ``is_usual`` while nobody chose. Numbers as they are in the options, "" for any."""

    terms: Terms
    is_usual: bool
    population: str
    budget: str
    marks: str


def chooser_of(given: QueryDict, body: Body, terrain: tuple[str, ...]) -> Chooser:
    """What the query string asks for; without it what is usual for this city."""
    if given.get("by") != "chosen":
        terms = usual_terms(body)
        return Chooser(terms, True, _shown(terms.population), _shown(terms.budget), _shown(terms.marks))
    ratios = _number(given.get("population", "")), _number(given.get("budget", ""))
    marks = _number(given.get("parts", ""))
    terms = Terms(
        legal_type=given.get("legal") != "any",
        population=ratios[0],
        budget=ratios[1],
        terrain=tuple(name for name in terrain if name in given.getlist("terrain")),
        region=given.get("region") == "same",
        marks=marks,
    )
    return Chooser(terms, False, *(_shown(one) for one in (*ratios, marks)))


def cities_asked(given: QueryDict) -> list[str]:
    """Codes of the cities to compare, each once, in the order given: ``cities=a,b`` or one ``cities`` for each."""
    codes = [one.strip() for part in given.getlist("cities") for one in part.split(",")]
    return list(dict.fromkeys(one for one in codes if one))[:MOST_COMPARED]


def _number(typed: str) -> float | None:
    """A number in either set of digits; what is none is not asked for."""
    try:
        value = float(to_arabic_digits(typed.strip()))
    except ValueError:
        return None
    return value if isfinite(value) else None


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
