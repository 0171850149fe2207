"""First entries of registers, from packs into the database: cities and certificates of before the register began.

Loading again adds what is new and changes nothing: where a pack says something else than the register, that is told,
and a correction of the certificate is a decision of people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from mudmai.apps.assessment.domain.certificates import note_event
from mudmai.apps.assessment.domain.register_publishing import register_changed
from mudmai.apps.assessment.domain.registers import criteria_in
from mudmai.apps.assessment.models import Certificate, City, EventKind
from mudmai.apps.registry.domain.audit import SYSTEM, record
from mudmai.core.criteria import CriteriaSet
from mudmai.core.language import Text
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.register_entries import FirstEntries, FirstEntry, read_first_entries, register_files
from mudmai.workspace.home import Home
from mudmai.workspace.pack_content import pack_folders


@dataclass
class Loaded:
    """What was done with one register. ``differing``: numbers whose row says something else than the pack, and what."""

    scheme: str
    new: int = 0
    known: int = 0
    differing: list[Text] = field(default_factory=list)


def first_entries_of(home: Home) -> Iterator[FirstEntries]:
    """The first entries of every pack; those of the workspace before shipped ones.

    Raises :class:`mudmai.core.errors.PackError` for a faulty file.
    """
    for folder in pack_folders(shipped_packs(), home.packs).values():
        if register_files(folder):
            yield from read_first_entries(folder)


def load_first_entries(root: Path, *, publish: bool = True) -> list[Loaded]:
    """Load what the packs of the workspace ``root`` have; all of it or nothing.

    ``publish`` False: the clock counts the register later (while the site starts there is no store yet).
    """
    home = Home(root)
    done = []
    with transaction.atomic():
        for first in first_entries_of(home):
            report = Loaded(first.scheme)
            criteria = criteria_in(home, first.scheme)
            for one in first.entries:
                _load(first, one, criteria, report)
            if report.new and publish:
                register_changed(first.scheme)
            done.append(report)
    return done


def _load(first: FirstEntries, one: FirstEntry, criteria: CriteriaSet | None, report: Loaded) -> None:
    held = Certificate.objects.select_related("city").filter(number=one.number).first()
    if held is not None:
        report.known += 1
        if fault := _difference(held, first, one):
            report.differing.append(fault)
        return
    city, made = City.objects.get_or_create(
        code=one.city,
        defaults={
            "name_th": one.name.th, "name_en": one.name.en, "area_system": first.area_system, "area_code": one.area,
            "source": first.source.en, "note": one.note.th if one.note else "",
        },
    )  # fmt: skip
    if not made and (city.area_system, city.area_code) != (first.area_system, one.area):
        where = f"{city.area_system} {city.area_code}"
        report.differing.append(
            Text(
                f"{one.number}: มีเมืองรหัส {one.city} อยู่แล้วในพื้นที่อื่น ({where})",
                f"{one.number}: the city {one.city} is known in another area ({where})",
            )
        )
        return
    row = Certificate.objects.create(
        scheme=first.scheme, number=one.number, city=city, level=first.level, granted_on=one.granted_on,
        granted_precision="year", source=first.source.en[:500], facts=_facts(first, one, criteria),
    )  # fmt: skip
    note_event(row, EventKind.FIRST_ENTRY, one.granted_on, None, reason=one.note.th if one.note else "")
    record(
        actor=SYSTEM, action="certificate.first_entry", object_kind="certificate", object_id=one.number,
        new={"city": one.city, "area": one.area, "year": one.year, "level": first.level, "city_added": made},
    )  # fmt: skip
    report.new += 1


def _facts(first: FirstEntries, one: FirstEntry, criteria: CriteriaSet | None) -> dict[str, object]:
    titles = {part.id: part.title for part in criteria.parts} if criteria else {}
    levels = {level.id: level.title for level in criteria.levels} if criteria else {}
    return {
        "scheme": _two(criteria.title) if criteria else None,
        "level": _two(levels[first.level]) if first.level in levels else None,
        "claimed": [{"id": key, **_two(titles.get(key, Text(key, key)))} for key in one.parts],
        "source": _two(first.source),
        "note": _two(one.note) if one.note else None,
    }


def _difference(held: Certificate, first: FirstEntries, one: FirstEntry) -> Text | None:
    """What the pack says otherwise than a register that nobody has corrected; None where they agree."""
    if held.revision > 1:
        return None
    told = []
    if held.city.code != one.city:
        told.append(f"{held.city.code} ≠ {one.city}")
    if held.granted_on != one.granted_on:
        told.append(f"{held.granted_on.year} ≠ {one.year}")
    parts = [part["id"] for part in held.facts.get("claimed", [])]
    if parts != list(one.parts):
        told.append(f"{'|'.join(parts)} ≠ {'|'.join(one.parts)}")
    if not told:
        return None
    words = ", ".join(told)
    return Text(
        f"{one.number}: ทะเบียนกับชุดเนื้อหาไม่ตรงกัน ({words}) ทะเบียนไม่ถูกเปลี่ยน แก้ได้ด้วยการแก้ใบรับรองพร้อมเหตุผล",
        f"{one.number}: register and pack differ ({words}); the register stays as it is, correct it with a reason",
    )


def _two(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}
