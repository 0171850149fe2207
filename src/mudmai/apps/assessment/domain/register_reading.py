"""The public register read: what it holds, chosen and searched, its counts, one certificate with its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from mudmai.apps.assessment.domain.certificates import entry_of, valid_on
from mudmai.apps.assessment.domain.registers import criteria_of, part_titles, scheme_title
from mudmai.apps.assessment.models import Certificate, City, EndReason
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.certificates import YearCount, counts_by_year
from mudmai.core.criteria import RegisterRule
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import BE_OFFSET
from mudmai.workspace.register_tables import area_within

KIND = Text("ใบรับรอง", "certificate")
FIRST_COUNTED = 1900


class Standing(StrEnum):
    """How a certificate stands on a day."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    NOT_YET = "not_yet"

    @property
    def title(self) -> Text:
        """In words."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.IN_FORCE: EndReason.NONE.title,
    Standing.EXPIRED: EndReason.EXPIRED.title,
    Standing.WITHDRAWN: EndReason.WITHDRAWN.title,
    Standing.SUPERSEDED: EndReason.SUPERSEDED.title,
    Standing.NOT_YET: Text("ยังไม่เริ่มมีผล", "not in force yet"),
}


def standing_on(row: Certificate, day: date) -> Standing:
    """Whether it holds on ``day``, and if not, why; an end that the clock has not noted yet counts."""
    if entry_of(row).valid_on(day):
        return Standing.IN_FORCE
    if row.granted_on > day:
        return Standing.NOT_YET
    if row.ended_on is not None and row.ended_on <= day and row.end_reason:
        return Standing(row.end_reason)
    return Standing.EXPIRED


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the register is asked for; empty is all. ``area`` is ``system:code``, with what lies in it.

    ``counted``: a year; only what the plan counts at its end (today in the year that still runs).
    """

    scheme: str = ""
    words: str = ""
    area: str = ""
    level: str = ""
    standing: str = ""
    counted: str = ""


def certificates() -> QuerySet[Certificate]:
    """All of them, with what a list shows, newest first."""
    rows = Certificate.objects.select_related("city", "renews").defer("city__facts", "city__note")
    return rows.order_by("-granted_on", "number")


def chosen(asked: Asked, today: date | None = None) -> QuerySet[Certificate]:
    """Those that are asked for, newest first; an unknown standing is refused with the known ones."""
    day = today or timezone.localdate()
    rows = certificates()
    if asked.scheme:
        rows = rows.filter(scheme=asked.scheme)
    for word in asked.words.split():
        named = Q(city__name_th__icontains=word) | Q(city__name_en__icontains=word)
        # A number begins with its scheme: "smart" would find every smart city by it.
        rows = rows.filter(named | Q(number__icontains=word) if any(map(str.isdigit, word)) else named)
    if asked.area:
        rows = rows.filter(_inside(asked.area))
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.standing:
        rows = rows.filter(_standing(asked.standing, day))
    if asked.counted:
        rows = _counted(rows, asked, day)
    return rows


def counted_day(year: str, today: date) -> date:
    """The day on which a year (Buddhist or Common Era, Thai digits too) is counted.

    Raises :class:`InputError` for what is no year of the past or this one.
    """
    if year.isdecimal() and len(year) == len("2566"):
        found = int(year)
        found -= BE_OFFSET if found >= FIRST_COUNTED + BE_OFFSET else 0
        if FIRST_COUNTED <= found <= today.year:
            return min(date(found, 12, 31), today)
    raise InputError(
        Text(f"“{year[:20]}” ไม่ใช่ปีที่นับแล้ว", f"“{year[:20]}” is no year that was counted"),
        remedy=Text(
            f"ใช้ปีไม่เกิน พ.ศ. {today.year + BE_OFFSET} (ค.ศ. {today.year})",
            f"use a year CE up to {today.year} ({today.year + BE_OFFSET} BE)",
        ),
        code="period",
    )


def _counted(rows: QuerySet[Certificate], asked: Asked, today: date) -> QuerySet[Certificate]:
    """Those that the figures of the plan count: valid on the day, of the levels that the sets name."""
    levels = Q()
    schemes = rows.order_by().values_list("scheme", flat=True).distinct()
    for scheme in [asked.scheme] if asked.scheme else list(schemes):
        criteria = criteria_of(scheme)
        rule = criteria.register if criteria is not None else None
        of_scheme = Q(scheme=scheme)
        levels |= of_scheme & Q(level__in=rule.levels) if rule is not None and rule.levels else of_scheme
    return valid_on(rows.filter(levels), counted_day(asked.counted, today))


def _inside(asked: str) -> Q:
    """Cities in the area ``system:code``: there itself, in an area below it, or in one of another system that does."""
    system_id, _, code = asked.partition(":")
    catalogue = workspace().catalogue
    system = catalogue.area_systems.get(system_id)
    exact = Q(city__area_system=system_id, city__area_code=code)
    if system is None or code not in system.by_code:
        return exact
    pairs = Certificate.objects.order_by().values_list("city__area_system", "city__area_code").distinct()
    for held, place in set(pairs):
        smallest = place if held == system_id else area_within(catalogue, system, held, place)
        if smallest in system.by_code and code in (smallest, *(up.code for up in system.ancestors(smallest))):
            exact |= Q(city__area_system=held, city__area_code=place)
    return exact


def _standing(name: str, day: date) -> Q:
    if name not in list(Standing):
        raise UnknownNameError(Text("สถานะ", "state"), name, [one.value for one in Standing])
    begun, ended = Q(granted_on__lte=day), Q(ended_on__lte=day)
    match Standing(name):
        case Standing.IN_FORCE:
            return Q(pk__in=valid_on(Certificate.objects.all(), day).values("pk"))
        case Standing.NOT_YET:
            return Q(granted_on__gt=day)
        case Standing.EXPIRED:
            unnoted = Q(expires_on__lt=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
            return begun & (unnoted | ended & Q(end_reason__in=("", EndReason.EXPIRED)))
    return begun & ended & Q(end_reason=name)


def certificate_named(number: str) -> Certificate:
    """The certificate with its city and decision. Raises :class:`UnknownNameError`."""
    rows = Certificate.objects.select_related(
        "city__organisation", "decision__file__call__organisation", "renews", "renewed_by"
    )
    found = rows.filter(number=number).first()
    if found is None:
        start = number.rpartition("-")[0]
        near = Certificate.objects.filter(number__startswith=start) if start else Certificate.objects.all()
        raise UnknownNameError(KIND, number, list(near.order_by("number").values_list("number", flat=True)[:50]))
    return found


@dataclass(frozen=True)
class SchemeCounts:
    """A scheme of the register: its rule (None where its pack is gone), its counts over the years."""

    scheme: str
    title: Text
    rule: RegisterRule | None
    counts: tuple[YearCount, ...]

    @property
    def latest(self) -> YearCount | None:
        """The count as of today; None before the first certificate."""
        return self.counts[-1] if self.counts else None


def counts_of(scheme: str, today: date | None = None) -> SchemeCounts:
    """What the plan counts: certificates of the levels that the set names."""
    criteria = criteria_of(scheme)
    rule = criteria.register if criteria is not None else None
    rows = Certificate.objects.filter(scheme=scheme)
    if rule is not None and rule.levels:
        rows = rows.filter(level__in=rule.levels)
    entries = [entry_of(one) for one in rows.only("granted_on", "expires_on", "ended_on")]
    return SchemeCounts(scheme, scheme_title(scheme), rule, counts_by_year(entries, today or timezone.localdate()))


def text_of(held: Mapping[str, Any] | None, otherwise: str = "") -> Text:
    """Words kept in the facts of a certificate."""
    if not held:
        return Text(otherwise, otherwise)
    return Text(str(held.get("th") or otherwise), str(held.get("en") or held.get("th") or otherwise))


def source_of(city: City) -> Text | None:
    """Where the facts of a city are from: in both languages where they came with its certificate; None if not told."""
    if not city.source:
        return None
    held = Certificate.objects.filter(city=city, source=city.source).only("facts").first()
    return text_of(held.facts.get("source") if held is not None else None, city.source)


def level_title(row: Certificate) -> Text:
    """The level in words as it was granted; by the newest set where the words were not kept."""
    if kept := row.facts.get("level"):
        return text_of(kept, row.level)
    criteria = criteria_of(row.scheme)
    found = next((one.title for one in criteria.levels if one.id == row.level), None) if criteria else None
    return found or Text(row.level, row.level)


def claimed_of(row: Certificate) -> list[Text]:
    """What it was granted for, in words; by any set of the scheme where the words were not kept."""
    kept = [(str(one.get("id", "")), one) for one in row.facts.get("claimed", [])]
    wordless = {key for key, one in kept if one.get("th", key) == key}
    titles = part_titles(row.scheme) if wordless else {}
    return [titles[key] if key in wordless and key in titles else text_of(one, key) for key, one in kept]


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score on a certificate, as shares 0..1; ``low`` is certain, ``high`` what it could come to. None: no score."""

    name: str
    low: float | None
    high: float | None


def scores_shown(row: Certificate) -> tuple[ShownScore, ...]:
    """Overall, paper and outcome score as they were at the decision; empty for first entries."""
    held = row.facts.get("scores", {})
    found = []
    for name in ("overall", "paper", "outcome"):
        told = held.get(name)
        if isinstance(told, Mapping):
            found.append(ShownScore(name, told.get("low"), told.get("high")))
        elif isinstance(told, int | float):
            found.append(ShownScore(name, float(told), float(told)))
    return tuple(found)


COLUMNS = (
    *("number", "scheme", "city", "name_th", "name_en", "area_system", "area", "area_th", "area_en", "level"),
    *("level_th", "level_en", "granted", "granted_precision", "expires_on", "state", "ended_on", "claimed"),
    *("overall", "paper", "outcome", "renews", "source"),
)
"""Columns of the register as a file."""


def records(rows: Iterable[Certificate], today: date | None = None) -> Iterator[dict[str, Any]]:
    """Certificates as plain rows; a day that is not known is None, of a grant only the year where no more is known."""
    day = today or timezone.localdate()
    for one in rows:
        city = one.city
        area = area_name(AreaRef(city.area_system, city.area_code))
        level = level_title(one)
        scores = {score.name: score.low for score in scores_shown(one)}
        whole = one.granted_precision == "day"
        yield {
            "number": one.number, "scheme": one.scheme, "city": city.code, "name_th": city.name.th,
            "name_en": city.name.en, "area_system": city.area_system, "area": city.area_code, "area_th": area.th,
            "area_en": area.en, "level": one.level, "level_th": level.th, "level_en": level.en,
            "granted": one.granted_on.isoformat() if whole else str(one.granted_on.year),
            "granted_precision": one.granted_precision,
            "expires_on": one.expires_on.isoformat() if one.expires_on else None,
            "state": standing_on(one, day).value, "ended_on": one.ended_on.isoformat() if one.ended_on else None,
            "claimed": "|".join(str(part.get("id", "")) for part in one.facts.get("claimed", [])),
            "overall": scores.get("overall"), "paper": scores.get("paper"), "outcome": scores.get("outcome"),
            "renews": one.renews.number if one.renews else None, "source": one.source or None,
        }  # fmt: skip
