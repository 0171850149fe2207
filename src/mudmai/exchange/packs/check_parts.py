"""``schema:`` and ``checks:`` of a dataset made into rules, checked against the pack's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mudmai.core.checks import CheckKind, CheckRule, FieldRule, Tolerance
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.core.observations import read_dims
from mudmai.core.series import Catalogue, Series
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import DatasetPart, DatasetsFile
from mudmai.exchange.packs.schema_checks import CheckPart, ColumnPart, ConstraintsPart, TolerancePart
from mudmai.exchange.packs.yaml_lines import Path_

COLUMNS = ("area_system", "area", "period", "series", "value", "flag", "source", "method")
"""Columns of tidy data that may be constrained, beside dimensions."""

_FREE = ConstraintsPart.model_validate({})
_ANY = ("id", "kind", "severity", "series", "why", "levels", "first", "last")
_OWN: Mapping[CheckKind, tuple[str, ...]] = {
    CheckKind.PARTS: ("tolerance", "whole", "parts", "dimension", "codes", "of", "incomplete"),
    CheckKind.RANGE: ("minimum", "maximum", "integer"),
    CheckKind.JUMP: ("times", "spread", "above"),
    CheckKind.HISTORY: ("tolerance", "open_periods"),
    CheckKind.COVERAGE: ("continuous", "dims"),
    CheckKind.DUPLICATES: (),
    CheckKind.IDENTITY: ("tolerance", "formula"),
    CheckKind.MONOTONE: ("tolerance", "falling"),
}
"""Keys that each kind of check reads, beside those of all kinds."""

_NEEDS: Mapping[CheckKind, tuple[tuple[str, ...], ...]] = {
    CheckKind.PARTS: (("parts", "dimension"),),
    CheckKind.RANGE: (("minimum", "maximum", "integer"),),
    CheckKind.JUMP: (("times", "spread"),),
    CheckKind.IDENTITY: (("formula",), ("series",)),
}
"""Of each group of keys one must be given."""


def build_fields(
    placed: Placed[DatasetsFile], part: DatasetPart, catalogue: Catalogue, path: Path_
) -> tuple[FieldRule, ...]:
    """The column constraints of a dataset; faults go to the findings."""
    if part.table_schema is None:
        return ()
    columns = part.table_schema.fields
    here: Path_ = (*path, "schema", "fields")
    placed.unique(Text("คอลัมน์", "column"), [c.name for c in columns], here, "name")
    names = [n for n in part.series if n in catalogue.series]
    dimensions = list(dict.fromkeys(d.id for n in names for d in catalogue.series[n].dimensions))
    found = []
    for index, one in enumerate(columns):
        at: Path_ = (*here, index)
        known = placed.known(Text("คอลัมน์", "column"), one.name, [*COLUMNS, *dimensions], (*at, "name"))
        if known and _sound_column(placed, one, at):
            limits = one.constraints or _FREE
            found.append(
                FieldRule(
                    one.name, one.type, limits.required, limits.minimum, limits.maximum, tuple(limits.enum),
                    limits.pattern,
                )
            )  # fmt: skip
    return tuple(found)


def _sound_column(placed: Placed[DatasetsFile], one: ColumnPart, path: Path_) -> bool:
    limits, number = one.constraints or _FREE, one.name == "value"
    here: Path_ = (*path, "constraints")
    wrong = []
    if not number:
        wrong += [(*here, key) for key in ("minimum", "maximum") if getattr(limits, key) is not None]
        wrong += [(*path, "type")] if one.type != "string" else []
    else:
        wrong += [(*here, key) for key in ("enum", "pattern") if getattr(limits, key)]
    for each in wrong:
        placed.tell(
            "pack_value",
            each,
            Text(f"{each[-1]} ใช้กับคอลัมน์ {one.name} ไม่ได้", f"{each[-1]} does not fit the column {one.name}"),
            Text(
                "คอลัมน์ value เป็นตัวเลข (minimum, maximum) คอลัมน์อื่นเป็นข้อความ (enum, pattern)",
                "value holds numbers (minimum, maximum); all other columns hold text (enum, pattern)",
            ),
        )
    if limits.pattern and not _is_pattern(limits.pattern):
        placed.tell(
            "pack_value",
            (*here, "pattern"),
            Text(f"อ่านรูปแบบ {limits.pattern} ไม่ได้", f"the pattern {limits.pattern} cannot be read"),
            Text("เขียนเป็น regular expression", "write a regular expression"),
        )
        return False
    return not wrong


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def build_checks(
    placed: Placed[DatasetsFile],
    part: DatasetPart,
    catalogue: Catalogue,
    definitions: Mapping[str, str],
    path: Path_,
) -> tuple[CheckRule, ...]:
    """The checks of a dataset; faults go to the findings, with file, line and key."""
    here: Path_ = (*path, "checks")
    placed.unique(Text("การตรวจ", "check"), [c.id for c in part.checks], here)
    return tuple(
        _rule(one)
        for index, one in enumerate(part.checks)
        if _sound(placed, part, one, catalogue, definitions, (*here, index))
    )


def _rule(one: CheckPart) -> CheckRule:
    off = one.tolerance or TolerancePart.model_validate({})
    return CheckRule(
        id=one.id,
        kind=one.kind,
        severity=one.severity,
        series=tuple(one.series),
        why=wording(one.why),
        tolerance=Tolerance(off.absolute, off.relative, off.rounded_to),
        levels=tuple(one.levels),
        first=one.first,
        last=one.last,
        whole=one.whole,
        parts=one.parts,
        dimension=one.dimension,
        codes=tuple(one.codes),
        of=one.of,
        incomplete=one.incomplete,
        minimum=one.minimum,
        maximum=one.maximum,
        integer=one.integer,
        times=one.times,
        spread=one.spread,
        above=one.above,
        open_periods=one.open_periods,
        continuous=one.continuous,
        dims=tuple(one.dims),
        formula=one.formula,
        falling=one.falling,
    )


def _sound(
    placed: Placed[DatasetsFile],
    part: DatasetPart,
    one: CheckPart,
    catalogue: Catalogue,
    definitions: Mapping[str, str],
    path: Path_,
) -> bool:
    sound = _fitting_keys(placed, one, path)
    for n, name in enumerate(one.series):
        sound &= placed.known(Text("อนุกรมของชุดข้อมูล", "series of the dataset"), name, part.series, (*path, "series", n))
    series = [catalogue.series[n] for n in one.series or part.series if n in catalogue.series]
    sound &= _known_levels(placed, one, series, catalogue, path)
    sound &= _known_dimensions(placed, one, series, path)
    if one.kind is CheckKind.PARTS and sound:
        sound &= _additive(placed, one, series, path)
    if one.kind is CheckKind.IDENTITY and sound:
        sound &= _readable(placed, one, series, catalogue, definitions, path)
    return sound


def _fitting_keys(placed: Placed[DatasetsFile], one: CheckPart, path: Path_) -> bool:
    sound = True
    allowed = (*_ANY, *_OWN[one.kind])
    for key in sorted(one.model_fields_set - set(allowed)):
        sound = False
        placed.tell(
            "pack_value",
            (*path, key),
            Text(f"{key} ไม่มีผลกับการตรวจชนิด {one.kind}", f"{key} means nothing for a check of the kind {one.kind}"),
            Text(f"คีย์ที่ใช้ได้: {', '.join(allowed)}", f"keys of this kind: {', '.join(allowed)}"),
        )
    for group in _NEEDS.get(one.kind, ()):
        if not any(getattr(one, key) for key in group) and not any(
            getattr(one, key) is not None and key in ("minimum", "maximum") for key in group
        ):
            sound = False
            listed = {"th": " หรือ ".join(group), "en": " or ".join(group)}
            placed.tell(
                "pack_missing_key",
                path,
                Text(
                    f"การตรวจ {one.id} ชนิด {one.kind} ต้องมี {listed['th']}",
                    f"the check {one.id} of the kind {one.kind} needs {listed['en']}",
                ),
                Text(f"เพิ่ม {listed['th']}", f"add {listed['en']}"),
            )
    if one.dimension and (one.parts or one.whole):
        sound = False
        placed.tell(
            "pack_value",
            (*path, "dimension"),
            Text("ใช้ dimension พร้อมกับระดับพื้นที่ไม่ได้", "dimension and levels of areas exclude each other"),
            Text("แยกเป็นสองการตรวจ", "write two checks"),
        )
    return sound


def _known_levels(
    placed: Placed[DatasetsFile], one: CheckPart, series: Sequence[Series], catalogue: Catalogue, path: Path_
) -> bool:
    levels = {
        level
        for s in series
        if s.area_system in catalogue.area_systems
        for level in catalogue.area_systems[s.area_system].levels
    }
    kind = Text("ระดับพื้นที่", "level of areas")
    sound = True
    for n, level in enumerate(one.levels):
        sound &= placed.known(kind, level, levels, (*path, "levels", n))
    for key in ("whole", "parts"):
        if getattr(one, key):
            sound &= placed.known(kind, getattr(one, key), levels, (*path, key))
    return sound


def _known_dimensions(placed: Placed[DatasetsFile], one: CheckPart, series: Sequence[Series], path: Path_) -> bool:
    codes = {d.id: set(d.codes) for s in series for d in s.dimensions}
    sound = True
    word = Text("รหัสของมิติ", "code of the dimension")
    if one.dimension:
        sound &= placed.known(Text("มิติ", "dimension"), one.dimension, codes, (*path, "dimension"))
        for n, code in enumerate(one.codes):
            sound &= placed.known(word, code, codes.get(one.dimension, ()), (*path, "codes", n))
        if one.of:
            sound &= placed.known(word, one.of, codes.get(one.dimension, ()), (*path, "of"))
    for n, dims in enumerate(one.dims):
        for name, code in read_dims(dims):
            here: Path_ = (*path, "dims", n)
            if placed.known(Text("มิติ", "dimension"), name, codes, here):
                sound &= placed.known(word, code, codes[name], here)
            else:
                sound = False
    return sound


def _additive(placed: Placed[DatasetsFile], one: CheckPart, series: Sequence[Series], path: Path_) -> bool:
    """Only what may be added is held against a sum; a rule for the whole dataset passes the others over."""
    named = [s for s in series if s.id in one.series and not s.additive]
    if not named and any(s.additive for s in series):
        return True
    names = ", ".join(s.id for s in named or series)
    placed.tell(
        "not_additive",
        (*path, "series") if one.series else path,
        Text(f"{names} บวกกันไม่ได้ จึงเทียบกับผลรวมไม่ได้", f"{names} must not be added, so no sum can be held against it"),
        Text("เลือกเฉพาะอนุกรมที่ aggregation เป็น sum", "name series whose aggregation is sum"),
    )
    return False


def _readable(
    placed: Placed[DatasetsFile],
    one: CheckPart,
    series: Sequence[Series],
    catalogue: Catalogue,
    definitions: Mapping[str, str],
    path: Path_,
) -> bool:
    from mudmai.core.formulas.check import check  # formulas are read only where a check has one

    try:
        for each in series:
            check(one.formula, catalogue, definitions, area_system=each.area_system, unit=each.unit)
    except MudmaiError as error:
        placed.tell_error((*path, "formula"), error, prefix=f"{one.formula}: ")
        return False
    return True
