"""The profile of a city on one A4 page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from mudmai.apps.assessment.domain.profiles import CityProfile
from mudmai.apps.assessment.domain.register_reading import source_of
from mudmai.core.days import write_day
from mudmai.core.language import Digits, Language, Text, same
from mudmai.exchange.one_page import DotLine, ProfilePart, ProfileSheet, profile_page
from mudmai.web.asking import asked_choice
from mudmai.web.pages import address, language_of, reader
from mudmai.web.preferences import Preferences
from mudmai.web.views.assessment.fact_times import as_of_words
from mudmai.web.views.profiles.profile import (
    Line,
    emission_line,
    figure_lines,
    held_of,
    index_line,
    score_lines,
    stand_alone,
)
from mudmai.web.wording import wording

MOST_NAMED = 5


def profile_paper(request: HttpRequest, seen: CityProfile) -> bytes:
    """The page as PDF; ``?digits=`` over what the reader usually has."""
    language, here = language_of(request), reader(request)
    asked = request.GET.get("digits") or here.digits
    digits = cast("Digits", asked_choice({"digits": asked}, "digits", ("arabic", "thai")))
    link = request.build_absolute_uri(address(language, "city_profile", code=seen.city.code))
    return profile_page(profile_sheet(seen, language, link), language, digits)


def profile_sheet(seen: CityProfile, language: Language, link: str) -> ProfileSheet:
    """What the page says; years of the Buddhist era in Thai, of the common era in English."""
    here, today = Preferences(language), timezone.localdate()
    held = seen.in_force
    now = held_of(held, today) if held else None
    standing = wording("profile.no_certificates")
    if now is not None:
        end = now.certificate.expires_on
        until = wording("profile.until", day=write_day(end)) if end else wording("profile.no_end")
        since = wording("profile.since", year=here.year(now.certificate.granted_on.year))
        standing = _joined(now.scheme, now.level, since, until)
    under = [one for one in (seen.legal_type, seen.area_name, seen.region) if one is not None]
    body = seen.city.organisation.name if seen.city.organisation else wording("profile.nobody")
    parts = [_facts(seen, here), *_scores(seen, here), _peers(seen, here), *_area(seen, here), _unknown(seen)]
    sources: list[str | Text] = [wording("profile.sources")]
    given = source_of(seen.city)
    if given is not None:
        sources.append(given)
    release = seen.area.indices[0].view.release if seen.area and seen.area.indices else ""
    return ProfileSheet(
        kind=wording("profile.kicker"),
        title=seen.city.name,
        under=(_joined(*under), body),
        standing=standing,
        tone="good" if now else "open",
        parts=tuple(one for one in parts if one.lines or one.dots),
        sources=tuple(sources),
        address=link,
        printed_on=today,
        release=release,
    )


def _facts(seen: CityProfile, here: Preferences) -> ProfilePart:
    people = seen.body.population
    fact = seen.city.facts.get("population") or {}
    told = same(here.number(people, 0)) if people is not None else wording("profile.not_known")
    if people is not None and fact.get("source"):
        told = _joined(told, same(str(fact["source"])), same(as_of_words(here, str(fact.get("as_of", "")))))
    lines = [_labelled("profile.population", told)]
    today = timezone.localdate()
    for row in seen.certificates[:3]:
        one = held_of(row, today)
        if one.claimed:
            names = Text(" · ".join(c.th for c in one.claimed), ", ".join(c.en for c in one.claimed))
            head = wording("profile.certified_for", n=len(one.claimed))
            lines.append(Text(f"{head.th}: {names.th}", f"{head.en}: {names.en}"))
    if seen.money is not None and seen.money.projects:
        money = wording(
            "profile.money_area", area=seen.area_name, n=here.number(seen.money.projects, 0),
            money=here.number(float(seen.money.total), 0),
        )  # fmt: skip
        lines.append(money)
    return ProfilePart(wording("profile.glance"), tuple(lines))


def _scores(seen: CityProfile, here: Preferences) -> list[ProfilePart]:
    found = []
    for decided in seen.decided:
        lines = score_lines(seen, decided, here)
        told = [_beside(lines)]
        if decided.lacks is not None and decided.next is not None:
            head = wording("profile.next_level", level=decided.next)
            told.append(Text(f"{head.th}: {decided.lacks.th}", f"{head.en}: {decided.lacks.en}"))
        head = wording("profile.scores_of", scheme=decided.scheme, version=decided.version)
        found.append(ProfilePart(head, tuple(told), tuple(map(_dot, lines)), _heads("profile.own", lines)))
    emission = emission_line(seen, here)
    if emission is not None:
        heads = _heads("profile.own", [emission])
        told = [wording("profile.alone")] if stand_alone([emission]) else []
        found.append(ProfilePart(wording("profile.emissions"), tuple(told), (_dot(emission),), heads))
    if not seen.decided:
        found.insert(0, ProfilePart(wording("profile.stands"), (wording("profile.no_scores"),)))
    return found


def _peers(seen: CityProfile, here: Preferences) -> ProfilePart:
    count = len(seen.peers.peers)
    lines = [seen.peers.told] if seen.peers.told is not None else []
    for one in seen.peers.peers[:MOST_NAMED]:
        name = seen.cities[one.body.id].name
        lines.append(Text(f"{name.th}: {one.fitting.th}", f"{name.en}: {one.fitting.en}"))
    if count > MOST_NAMED:
        lines.append(wording("profile.peers_elsewhere", n=here.number(count - MOST_NAMED, 0)))
    return ProfilePart(wording("profile.peers_count", n=count), tuple(lines))


def _area(seen: CityProfile, here: Preferences) -> list[ProfilePart]:
    if seen.area is None:
        return []
    name = seen.area.area.name
    told = wording("profile.is_city") if seen.area_is_city else wording("profile.not_city", area=name)
    beside = wording("profile.area_peers", n=here.number(len(seen.area.peers.peers), 0))
    lines = [
        line for one in seen.area.indices for line in (index_line(seen, one, here), *figure_lines(seen, one, here))
    ]
    return [
        ProfilePart(
            wording("profile.of_area", area=name),
            (told, beside, wording("profile.legend_area", area=name)),
            tuple(map(_dot, lines)),
            _heads("profile.own_area", lines),
        )
    ]


def _unknown(seen: CityProfile) -> ProfilePart:
    lines = tuple(Text(f"{one.what.th}: {one.who.th}", f"{one.what.en}: {one.who.en}") for one in seen.unknown)
    return ProfilePart(wording("profile.unknown"), lines)


def _dot(line: Line) -> DotLine:
    dots = line.dots
    if dots is None:
        return DotLine(line.title, line.own, line.note, line.middle)
    left, width = _place(dots.left), _place(dots.width)
    return DotLine(
        title=line.title,
        own=line.own,
        note=line.note,
        middle=line.middle,
        at=_place(dots.own),
        to=_place(dots.own_to),
        others=tuple(place for one in dots.others if (place := _place(one)) is not None),
        low=left,
        median=_place(dots.middle),
        high=None if left is None or width is None else left + width,
    )


def _place(text: str | None) -> float | None:
    return None if text is None else float(text.rstrip("%")) / 100


def _beside(lines: Sequence[Line]) -> Text:
    """How the plot is read; where no peer has a value, that there is none."""
    return wording("profile.alone" if stand_alone(lines) else "profile.legend")


def _heads(own: str, lines: Sequence[Line]) -> tuple[Text, Text, Text]:
    middle = wording("profile.middle_area" if own == "profile.own_area" else "profile.middle")
    return wording("profile.measure"), wording(own), Text("", "") if stand_alone(lines) else middle


def _labelled(key: str, value: Text) -> Text:
    label = wording(key)
    return Text(f"{label.th}: {value.th}", f"{label.en}: {value.en}")


def _joined(*texts: Text) -> Text:
    told = [one for one in texts if one.th]
    return Text(" · ".join(one.th for one in told), ", ".join(one.en for one in told))
