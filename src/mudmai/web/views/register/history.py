"""What happened to a certificate, in words: each event with its day as precise as it was known, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mudmai.apps.assessment.domain.registers import criteria_of, part_titles
from mudmai.apps.assessment.models import Certificate, CertificateEvent, EventKind
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.language import Text, same
from mudmai.web.preferences import Preferences
from mudmai.web.wording import wording

FIELDS = ("level", "expires_on", "source", "claimed", "name_th", "name_en", "area")
"""What a correction tells beside the grant, whose day and precision are told together."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the history; ``changes``: field, old and new of a correction."""

    event: CertificateEvent
    title: Text
    when: Text
    changes: list[tuple[Text, Text, Text]]


@dataclass(frozen=True, slots=True)
class _Writing:
    here: Preferences
    write: Callable[[date], Text]
    names: Mapping[str, Mapping[str, Text]]
    """Levels and parts of the scheme by id, in words."""

    def year(self, day: date) -> Text:
        return wording("register.in_year", year=self.here.year(day.year))

    def day(self, written: object) -> Text:
        return self.write(date.fromisoformat(str(written))) if written else same("–")

    def granted(self, state: dict[str, Any]) -> Text:
        only_year = state["granted_precision"] == "year"
        return self.year(date.fromisoformat(state["granted_on"])) if only_year else self.day(state["granted_on"])


def history_of(held: Certificate, here: Preferences, write: Callable[[date], Text]) -> list[Told]:
    """The events, oldest first. ``write``: a day in words.

    A correction may tell only the day or only its precision: the other is what it was then, found from today backwards.
    """
    writing = _Writing(here, write, _names(held))
    after = {"granted_on": held.granted_on.isoformat(), "granted_precision": held.granted_precision}
    found = []
    for event in reversed(list(held.events.all())):
        old = event.facts.get("old") or {}
        before = {name: old.get(name, value) for name, value in after.items()}
        when = writing.year(event.on) if event.on_precision == "year" else write(event.on)
        found.append(Told(event, EventKind(event.kind).title, when, _changes(event, before, after, writing)))
        after = before
    return found[::-1]


def _names(held: Certificate) -> dict[str, dict[str, Text]]:
    """Words of what events keep by id; nothing is looked up where no correction changed such a thing."""
    changed = {name for event in held.events.all() for name in event.facts.get("new") or {}}
    names: dict[str, dict[str, Text]] = {}
    if "level" in changed and (criteria := criteria_of(held.scheme)):
        names["level"] = {one.id: one.title for one in criteria.levels}
    if "claimed" in changed:
        names["claimed"] = part_titles(held.scheme)
    return names


def _changes(
    event: CertificateEvent, before: dict[str, Any], after: dict[str, Any], writing: _Writing
) -> list[tuple[Text, Text, Text]]:
    old, new = event.facts.get("old") or {}, event.facts.get("new") or {}
    found = []
    if before != after:
        found.append((wording("register.field_granted_on"), writing.granted(before), writing.granted(after)))
    for name, value in new.items():
        if name not in FIELDS:
            continue
        words = [
            writing.day(one) if name == "expires_on" else _plain(one, name, writing) for one in (old.get(name), value)
        ]
        found.append((wording(f"register.field_{name}"), words[0], words[1]))
    return found


def _plain(value: object, name: str, writing: _Writing) -> Text:
    if value in (None, "", []):
        return same("–")
    if name == "area":
        return area_name(AreaRef(*str(value).split(":", 1)))
    titles = writing.names.get(name, {})
    said = [titles.get(str(one), same(str(one))) for one in (value if isinstance(value, list) else [value])]
    return Text(", ".join(one.th for one in said), ", ".join(one.en for one in said))
