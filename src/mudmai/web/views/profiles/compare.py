"""A few cities side by side. Legal types are mixed only when that is asked for openly, and with a warning."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mudmai.apps.assessment.domain.profiles import Compared, compared
from mudmai.apps.assessment.models import City
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.collation import dictionary_order
from mudmai.core.language import Text, same
from mudmai.core.peers import mixed_legal_types
from mudmai.web.pages import reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.views.profiles.asked import MOST_COMPARED, cities_asked
from mudmai.web.views.profiles.profile import Held, held_of, share_words
from mudmai.web.views.profiles.weighed import Row, Weighed, of_scheme, schemes_of, weighed_schemes
from mudmai.web.views.profiles.weights import fault_status, tried_weights
from mudmai.web.wording import wording


@require_safe
@never_cache
def compare(request: HttpRequest, language: str) -> HttpResponse:
    """``?cities=a,b,c``; ``mixed=yes`` shows bodies of different legal types all the same."""
    asked, today, here = cities_asked(request.GET), timezone.localdate(), reader(request)
    seen = compared(asked, today) if asked else None
    unfair = mixed_legal_types(seen.bodies.values(), seen.words) if seen else None
    is_mixed = request.GET.get("mixed") == "yes"
    shown = seen if seen is not None and (unfair is None or is_mixed) else None
    held = {code: held_of(one, today) for code, one in seen.certificates.items()} if seen else {}
    weighed = weighed_schemes(request, shown, here) if shown else {}
    return render_page(
        request,
        "profiles/compare.html",
        fault_status(request) if any(one.form.is_faulty for one in weighed.values()) else 200,
        current="register",
        asked=asked,
        seen=seen,
        unfair=unfair,
        is_mixed=is_mixed,
        rows=_rows(shown, held, weighed, here) if shown else [],
        weighed=list(weighed.values()),
        kept_weights=tried_weights(request.GET),
        claims=_claims(shown, held) if shown else [],
        choices=_choices(here),
        slots=[*asked, *[""] * max(1, 3 - len(asked))][:MOST_COMPARED],
        most=MOST_COMPARED,
    )


def _choices(here: Preferences) -> list[tuple[str, Text]]:
    """Cities to choose from, by name in the reader's language."""
    found = [(one.code, one.name) for one in City.objects.only("code", "name_th", "name_en").order_by("name_th")[:1000]]
    return sorted(found, key=lambda one: dictionary_order(one[1].in_(here.language)))


def _rows(seen: Compared, held: dict[str, Held], weighed: dict[str, Weighed], here: Preferences) -> list[Row]:
    def each(title: str, told: dict[str, Text | None], note: Text | None = None) -> Row:
        return Row(wording(title), tuple(told.get(one.code) for one in seen.cities), note)

    bodies, words = seen.bodies, seen.words
    legal = {
        code: words.legal_types.get(one.legal_type, same(one.legal_type))
        for code, one in bodies.items()
        if one.legal_type
    }
    rows = [
        each("profile.legal_type", dict(legal)),
        each("profile.area", {one.code: area_name(AreaRef(one.area_system, one.area_code)) for one in seen.cities}),
        each("profile.population", {code: _number(one.population, here) for code, one in bodies.items()}),
        each("profile.certificate", {code: _certificate(one, here) for code, one in held.items()}),
        each("profile.valid_until", {code: _end(one) for code, one in held.items()}),
    ]
    rows += _scores(seen, weighed, here)
    heads = {code: _number(one.per_head, here, 2) for code, one in seen.emissions.items()}
    rows.append(each("profile.per_head", heads))
    return rows


def _scores(seen: Compared, weighed: dict[str, Weighed], here: Preferences) -> list[Row]:
    """Whole, paper and outcome score of each scheme; a line says where criteria do not compare."""
    found = []
    for key, (scheme, held) in schemes_of(seen).items():
        apart = any(one.apart for one in held.values())
        note = wording("profile.criteria_differ") if apart else None
        for name in ("overall", "paper", "outcome"):
            cells: list[Text | None] = []
            title = None
            for city in seen.cities:
                line = (
                    next((one for one in held[city.code].lines if one.id == name), None) if city.code in held else None
                )
                title = line.title if line else title
                cells.append(same(share_words(line.low, line.high, here)) if line and line.low is not None else None)
            if title is not None:
                found.append(Row(of_scheme(title, scheme), tuple(cells), note))
            if name == "overall" and key in weighed and (tried := weighed[key].tried) is not None:
                found.append(tried)
    return found


def _claims(seen: Compared, held: dict[str, Held]) -> list[tuple[Text, tuple[bool | None, ...]]]:
    """What each is certified for; None for a city without a certificate in force."""
    titles: dict[str, Text] = {}
    has: dict[str, set[str]] = {}
    for code, one in held.items():
        parts = {str(part.get("id", "")): title for part, title in zip(_parts(one), one.claimed, strict=True)}
        titles |= parts
        has[code] = set(parts)
    return [
        (title, tuple(key in has[one.code] if one.code in has else None for one in seen.cities))
        for key, title in sorted(titles.items())
    ]


def _parts(one: Held) -> list[dict[str, str]]:
    found: list[dict[str, str]] = one.certificate.facts.get("claimed", [])
    return found


def _certificate(one: Held, here: Preferences) -> Text:
    year = here.year(one.certificate.granted_on.year)
    since = wording("profile.since", year=year)
    return Text(f"{one.scheme.th} {one.level.th} {since.th}", f"{one.scheme.en}: {one.level.en}, {since.en}")


def _end(one: Held) -> Text:
    from mudmai.core.days import write_day  # only for pages with an end

    end = one.certificate.expires_on
    return write_day(end) if end else wording("register.no_known_end")


def _number(value: float | None, here: Preferences, decimals: int = 0) -> Text | None:
    return None if value is None else same(here.number(value, decimals))
