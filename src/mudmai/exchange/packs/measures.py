"""Units, sources, methods and series of a pack: the words that give its figures their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from mudmai.core.areas import AreaSystem
from mudmai.core.language import Text
from mudmai.core.periods import Frequency
from mudmai.core.series import Aggregation, AggregationRule, Break, Series, SeriesDimension
from mudmai.core.sources import Method, Source
from mudmai.core.units import BUILT_IN, Unit, unit
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import MethodsFile, SeriesFile, SeriesPart, SourcesFile, UnitsFile
from mudmai.exchange.packs.yaml_lines import Path_

FREQUENCIES = {
    "annual": Frequency.ANNUAL,
    "fiscal": Frequency.FISCAL,
    "quarterly": Frequency.QUARTERLY,
    "monthly": Frequency.MONTHLY,
}


def build_units(placed: Placed[UnitsFile]) -> dict[str, Unit]:
    """The units of ``units.yaml``."""
    parts = placed.part.units
    placed.unique(Text("หน่วย", "unit"), [p.id for p in parts], ("units",))
    found = {}
    for index, part in enumerate(parts):
        path: Path_ = ("units", index)
        if part.id in BUILT_IN:
            placed.tell(
                "pack_duplicate",
                (*path, "id"),
                Text(f"{part.id} เป็นหน่วยที่มีอยู่แล้วในระบบ", f"{part.id} is a built-in unit"),
                Text("ใช้รหัสอื่น", "use another id"),
            )
            continue
        try:
            scale = Fraction(part.scale)
        except (ValueError, ZeroDivisionError):
            scale = Fraction(0)
        if scale <= 0:
            placed.tell(
                "pack_value",
                (*path, "scale"),
                Text(f"มาตราส่วน “{part.scale}” ใช้ไม่ได้", f"the scale “{part.scale}” cannot be used"),
                Text(
                    'ใช้จำนวนบวก หรือเศษส่วนในเครื่องหมายคำพูด เช่น "1/100"',
                    'a positive number, or a quoted fraction: "1/100"',
                ),
            )
            continue
        found[part.id] = unit(part.id, part.base, scale, wording(part.label), part.decimals)
    return found


def build_sources(placed: Placed[SourcesFile]) -> dict[str, Source]:
    """The publications of ``sources.yaml``."""
    parts = placed.part.sources
    placed.unique(Text("แหล่งข้อมูล", "source"), [p.id for p in parts], ("sources",))
    return {
        p.id: Source(p.id, wording(p.publisher), wording(p.title), p.edition, p.url, p.licence, wording(p.note))
        for p in parts
    }


def build_methods(placed: Placed[MethodsFile]) -> dict[str, Method]:
    """The methods of ``methods.yaml``."""
    parts = placed.part.methods
    placed.unique(Text("วิธีการ", "method"), [p.id for p in parts], ("methods",))
    return {p.id: Method(p.id, wording(p.title), wording(p.note)) for p in parts}


def build_series(
    placed: Placed[SeriesFile],
    *,
    units: Mapping[str, Unit],
    systems: Mapping[str, AreaSystem],
    sources: Mapping[str, Source],
    methods: Mapping[str, Method],
    others: Mapping[str, Series],
) -> dict[str, Series]:
    """The series of ``series.yaml``; ``others`` are the series of required packs, for aggregation."""
    parts = placed.part.series
    placed.unique(Text("อนุกรม", "series"), [p.id for p in parts], ("series",))
    names = [*others, *(p.id for p in parts)]
    found = {}
    for index, part in enumerate(parts):
        path: Path_ = ("series", index)
        placed.known(Text("ระบบพื้นที่", "area system"), part.area_system, systems, (*path, "area_system"))
        placed.known(Text("หน่วย", "unit"), part.unit, [*units, *BUILT_IN], (*path, "unit"))
        placed.known(Text("แหล่งข้อมูล", "source"), part.source, sources, (*path, "source"))
        placed.known(Text("วิธีการ", "method"), part.method, methods, (*path, "method"))
        _check_series(placed, part, path, names)
        found[part.id] = _series(part)
    return found


def _check_series(placed: Placed[SeriesFile], part: SeriesPart, path: Path_, names: list[str]) -> None:
    rule = part.aggregation
    needed = {"weighted_mean": ("weight",), "ratio_of_sums": ("numerator", "denominator")}.get(rule.rule, ())
    for key in ("weight", "numerator", "denominator"):
        value = getattr(rule, key)
        if (value is None) == (key in needed):
            verb = Text("ต้องมี", "needs") if key in needed else Text("ไม่ใช้", "has no")
            placed.tell(
                "pack_value",
                (*path, "aggregation", key),
                Text(f"กฎ {rule.rule} {verb.th} {key}", f"the rule {rule.rule} {verb.en} {key}"),
                Text("ดูคู่มือชุดเนื้อหาหัวข้อ aggregation", "see aggregation in the pack reference"),
            )
        elif value is not None:
            placed.known(Text("อนุกรม", "series"), value, names, (*path, "aggregation", key))
    placed.unique(Text("มิติ", "dimension"), [d.id for d in part.dimensions], (*path, "dimensions"))
    for i, dimension in enumerate(part.dimensions):
        place = (*path, "dimensions", i, "codes")
        placed.unique(Text("รหัสของมิติ", "code of a dimension"), [c.code for c in dimension.codes], place, "code")
    for i, one in enumerate(part.breaks):
        if one.period.frequency is not FREQUENCIES[part.frequency]:
            placed.tell(
                "pack_period",
                (*path, "breaks", i, "period"),
                Text(f"{one.period.iso} ไม่ใช่ความถี่ {part.frequency}", f"{one.period.iso} is not {part.frequency}"),
                Text("ใช้ช่วงเวลาความถี่เดียวกับอนุกรม", "use a period of the series' own frequency"),
            )
    if part.minimum is not None and part.maximum is not None and part.minimum > part.maximum:
        placed.tell(
            "pack_value",
            (*path, "minimum"),
            Text("ค่าต่ำสุดมากกว่าค่าสูงสุด", "the minimum is above the maximum"),
            Text("สลับค่าให้ถูก", "swap them"),
        )


def _series(part: SeriesPart) -> Series:
    rule = part.aggregation
    return Series(
        id=part.id,
        title=wording(part.title),
        area_system=part.area_system,
        frequency=FREQUENCIES[part.frequency],
        unit=part.unit,
        aggregation=Aggregation(AggregationRule(rule.rule), rule.weight, rule.numerator, rule.denominator),
        dimensions=tuple(
            SeriesDimension(
                d.id, wording(d.title), tuple(c.code for c in d.codes), {c.code: wording(c.label) for c in d.codes}
            )
            for d in part.dimensions
        ),
        breaks=tuple(Break(b.period, wording(b.reason)) for b in part.breaks),
        method=part.method,
        source=part.source,
        note=wording(part.note),
        minimum=part.minimum,
        maximum=part.maximum,
    )
