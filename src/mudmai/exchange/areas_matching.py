"""Finding the code property of a file of areas and matching it to an area system; names are never keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import GeometryRefused, InputError, Problem, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.exchange.areas_reading import FeatureFile, names_of

_LIKELY = (
    "code", "pcode", "adm3_pcode", "adm2_pcode", "adm1_pcode", "adm0_pcode", "iso_3166_2", "iso3166_2", "iso",
    "shapeiso", "hasc", "hasc_1", "code_hasc", "changwat", "prov_code", "pv_code", "id", "gid",
)  # fmt: skip
"""Names of code properties in common boundary files, the most telling first (lower case)."""


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """Codes and aliases of a system, as written and in a bare form (letters and digits, upper case).

    The bare form lets ``TH10`` meet ``TH-10``; where it is shared by two areas it is no key.
    """

    exact: Mapping[str, Area]
    bare: Mapping[str, Area]

    @classmethod
    def of(cls, system: AreaSystem) -> CodeIndex:
        """Index one system; an area's own code goes before another's alias."""
        exact = {alias: area for area in system.areas for alias in area.aliases}
        exact |= {area.code: area for area in system.areas}
        bare: dict[str, Area | None] = {}
        for key, area in exact.items():
            short = _bare(key)
            bare[short] = area if bare.get(short, area) is area else None
        return cls(exact, {key: area for key, area in bare.items() if area is not None and key})

    def find(self, code: str) -> Area | None:
        """The area of a code, or None."""
        return self.exact.get(code) or self.bare.get(_bare(code))


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code).upper()


def find_code_field(file: FeatureFile, system: AreaSystem, wanted: str | None = None) -> str:
    """The property that holds the codes: ``wanted``, or the one whose values match the most areas of the system.

    Between equals the order is: names that code properties usually have, then the order of the file. Raises
    :class:`InputError` when no property matches at least one area.
    """
    if wanted is not None:
        if wanted not in file.fields:
            raise UnknownNameError(
                Text("ช่องรหัส", "code property"), wanted, file.fields, where=Where(file=file.path.name)
            )
        return wanted
    index = CodeIndex.of(system)
    ranked = sorted(range(len(file.fields)), key=lambda i: (_likeliness(file.fields[i]), i))
    scores = {i: _distinct_matches(file, file.fields[i], index) for i in ranked}
    best = max(ranked, key=lambda i: scores[i], default=None)
    if best is None or scores[best] == 0:
        codes = ", ".join(list(system.by_code)[:5])
        raise InputError(
            Text(
                f"ไม่มีช่องใดมีรหัสพื้นที่ของระบบ {system.id} (ช่องที่มี: {', '.join(file.fields) or '–'})",
                f"no property holds codes of the area system {system.id} (it has: {', '.join(file.fields) or '–'})",
            ),
            remedy=Text(
                f"ระบุช่องรหัสด้วย --code-field หรือใช้รหัสแบบ {codes} หรือสร้างระบบใหม่ด้วย --new-system",
                f"name it with --code-field, use codes like {codes}, or make a system of its own with --new-system",
            ),
            code="code_field",
            where=Where(file=file.path.name),
        )
    return file.fields[best]


def _likeliness(field: str) -> int:
    return _LIKELY.index(field.lower()) if field.lower() in _LIKELY else len(_LIKELY)


def _distinct_matches(file: FeatureFile, field: str, index: CodeIndex) -> int:
    found = (index.find(code) for code in set(names_of(file.properties, field)) if code)
    return len({area.code for area in found if area is not None})


def match_features(
    file: FeatureFile, system: AreaSystem, code_field: str, *, skip_unknown: bool = False
) -> dict[int, Area]:
    """Feature number → area. Every feature must have a code of the system, and no two the same.

    With ``skip_unknown`` features whose code the system does not know are left out. Raises :class:`GeometryRefused`
    with one problem per feature.
    """
    index = CodeIndex.of(system)
    matched: dict[int, Area] = {}
    first_with: dict[str, int] = {}
    problems: list[Problem] = []
    for i, code in enumerate(names_of(file.properties, code_field)):
        area = index.find(code) if code else None
        if area is None:
            if not (skip_unknown and code):
                problems.append(_unknown(file, i, code_field, code, system))
        elif area.code in first_with:
            problems.append(_duplicate(file, i, first_with[area.code], code_field, area.code))
        else:
            first_with[area.code] = i
            matched[i] = area
    if problems:
        raise GeometryRefused(
            Text(f"{len(problems)} จาก {len(file)} รูปจับคู่กับระบบ {system.id} ไม่ได้ จึงไม่นำเข้าทั้งไฟล์",
                 f"{len(problems)} of {len(file)} features do not match the system {system.id}; nothing was imported"),
            remedy=Text(
                "แก้รหัสในไฟล์ หรือระบุ --code-field หรือใช้ --skip-unknown เพื่อข้ามรหัสที่ไม่รู้จัก",
                "mend the codes, name another --code-field, or pass --skip-unknown to leave unknown codes out",
            ),
            code="unmatched",
            where=Where(file=file.path.name),
            problems=problems,
        )  # fmt: skip
    if not matched:
        raise GeometryRefused(
            Text(f"ไม่มีรูปใดตรงกับระบบ {system.id}", f"no feature matches the area system {system.id}"),
            remedy=Text("ตรวจช่องรหัส (--code-field)", "check the code property (--code-field)"),
            code="unmatched",
            where=Where(file=file.path.name),
        )
    return matched


def _unknown(file: FeatureFile, i: int, field: str, code: str, system: AreaSystem) -> Problem:
    label = file.label(i, field)
    if not code:
        return Problem(
            "no_code",
            Text(f"{label}: ไม่มีรหัสในช่อง {field}", f"{label}: no code in {field}"),
            Text("เติมรหัสพื้นที่", "fill in the area's code"),
            Where(field=field),
        )
    return Problem(
        "unknown_area",
        Text(f"{label}: ระบบ {system.id} ไม่มีรหัส “{code}”", f"{label}: {system.id} has no code “{code}”"),
        Text("แก้รหัสหรือเลือกระบบพื้นที่อื่น", "correct the code or choose another area system"),
        Where(field=field),
    )


def _duplicate(file: FeatureFile, i: int, first: int, field: str, code: str) -> Problem:
    label, other = file.label(i, field), file.label(first, field)
    return Problem(
        "duplicate_area",
        Text(f"{label}: รหัส {code} ซ้ำกับ {other}", f"{label}: code {code} is also that of {other}"),
        Text("รวมเป็นหนึ่งรูป (multipolygon) ต่อหนึ่งรหัส", "make one feature (multipolygon) of one code"),
        Where(field=field),
    )
