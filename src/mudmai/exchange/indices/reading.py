"""Indices, read from the ``indices.yaml`` of a pack where they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mudmai.core.composites import (
    Aggregation,
    CompositeIndex,
    IndexGroup,
    IndexIndicator,
    MissingRule,
    Normalisation,
    Treatment,
    Uncertainty,
    Weighting,
    WeightNoise,
)
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.formulas.check import check
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.core.units import BUILT_IN
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema_base import Wording
from mudmai.exchange.packs.schema_indices import IndexGroupPart, IndexIndicatorPart, IndexPart, IndicesFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import Path_, parse_yaml

FILE = "indices.yaml"
_INDEX, _GROUP, _INDICATOR = Text("ดัชนี", "index"), Text("หมวด", "group"), Text("ตัวชี้วัด", "indicator")


@dataclass(frozen=True)
class DeclaredIndex:
    """An index as a pack has it: what is computed, and what a reader is told of it.

    ``period`` None: each indicator's latest well-covered one. ``experimental``: an example of method, not
    an official index.
    """

    index: CompositeIndex
    is_not: Text
    experimental: bool
    period: Period | None
    draws: int
    seed: int

    @property
    def id(self) -> str:
        """The id of the index."""
        return self.index.id


def figure_of(indicator: IndexIndicator) -> str:
    """The formula of an indicator's figure: the quotient where it has a denominator."""
    return indicator.formula if indicator.denominator is None else f"({indicator.formula}) / ({indicator.denominator})"


def read_indices(
    text: bytes, pack: str, catalogue: Catalogue, definitions: Mapping[str, str]
) -> tuple[DeclaredIndex, ...]:
    """The indices in the bytes of an ``indices.yaml``; formulas are checked against the pack's own words.

    Raises :class:`mudmai.core.errors.PackError` with file, line and key of every fault.
    """
    findings = Findings(pack)
    try:
        document = parse_yaml(text.decode("utf-8-sig"), FILE)
    except UnicodeDecodeError:
        findings.add(
            "pack_yaml",
            Text("ไม่ใช่ข้อความ UTF-8", "this is not UTF-8 text"),
            Text("บันทึกไฟล์ใหม่เป็น UTF-8", "save the file again as UTF-8"),
            file=FILE,
        )
        findings.raise_if_any()
        raise
    part = read_shape(IndicesFile, document, FILE, findings)
    findings.raise_if_any()
    assert part is not None
    placed = Placed(FILE, part, document, findings)
    placed.unique(_INDEX, [one.id for one in part.indices], ("indices",))
    made = [_made(placed, ("indices", n), one, catalogue, definitions) for n, one in enumerate(part.indices)]
    findings.raise_if_any()
    return tuple(one for one in made if one is not None)


def _made(
    placed: Placed[IndicesFile], at: Path_, part: IndexPart, catalogue: Catalogue, definitions: Mapping[str, str]
) -> DeclaredIndex | None:
    before = len(placed.findings.problems)
    _check_places(placed, at, part, catalogue)
    _check_tree(placed, at, part)
    _check_goalposts(placed, at, part)
    if len(placed.findings.problems) == before:
        _check_formulas(placed, at, part, catalogue, definitions)
    if len(placed.findings.problems) > before:
        return None
    try:
        index = _index(part)
    except InputError as fault:
        for problem in fault.problems or (fault.as_problem(),):
            placed.tell(f"pack_{problem.code}", _blamed(at, part, problem.message), problem.message, problem.remedy)
        return None
    noise = part.uncertainty
    return DeclaredIndex(index, wording(part.is_not), part.experimental, part.period, noise.draws, noise.seed)


def _check_places(placed: Placed[IndicesFile], at: Path_, part: IndexPart, catalogue: Catalogue) -> None:
    systems = catalogue.area_systems
    if not placed.known(Text("ระบบพื้นที่", "area system"), part.area_system, systems, (*at, "area_system")):
        return
    placed.known(Text("ระดับพื้นที่", "level"), part.level, systems[part.area_system].levels, (*at, "level"))


def _check_tree(placed: Placed[IndicesFile], at: Path_, part: IndexPart) -> None:
    """Ids that stand twice, groups that are not there, groups inside each other."""
    groups = [one.id for one in part.groups]
    placed.unique(_GROUP, groups, (*at, "groups"))
    placed.unique(_INDICATOR, [one.id for one in part.indicators], (*at, "indicators"))
    for n, one in enumerate(part.indicators):
        if one.group is not None:
            placed.known(_GROUP, one.group, groups, (*at, "indicators", n, "group"))
    above = {one.id: one.parent for one in part.groups}
    for n, group in enumerate(part.groups):
        if group.parent is not None and not placed.known(_GROUP, group.parent, groups, (*at, "groups", n, "parent")):
            continue
        seen, here = {group.id}, group.parent
        while here is not None and here in above and here not in seen:
            seen.add(here)
            here = above[here]
        if here is not None and here in seen:
            placed.tell(
                "pack_value",
                (*at, "groups", n, "parent"),
                Text(f"หมวดซ้อนกันเป็นวงที่ {group.id}", f"groups lie inside each other in a circle at {group.id}"),
                Text("ตัด parent ออกหนึ่งข้อ", "remove one parent"),
            )
            return


def _check_goalposts(placed: Placed[IndicesFile], at: Path_, part: IndexPart) -> None:
    for n, one in enumerate(part.indicators):
        if (one.low is None) != (one.high is None):
            placed.tell(
                "pack_value",
                (*at, "indicators", n),
                Text(f"{one.id}: หลักหมุดต้องมีทั้ง low และ high", f"{one.id}: goalposts need both low and high"),
                Text("ใส่อีกค่าหนึ่ง หรือลบทั้งคู่", "give the other one, or remove both"),
            )


def _check_formulas(
    placed: Placed[IndicesFile], at: Path_, part: IndexPart, catalogue: Catalogue, definitions: Mapping[str, str]
) -> None:
    for n, one in enumerate(part.indicators):
        where = (*at, "indicators", n)
        text = one.formula if one.denominator is None else f"({one.formula}) / ({one.denominator})"
        if not placed.known(Text("หน่วย", "unit"), one.unit, (*BUILT_IN, *catalogue.units), (*where, "unit")):
            continue
        try:
            check(text, catalogue, definitions, area_system=part.area_system, unit=one.unit)
        except MudmaiError as fault:
            placed.tell_error((*where, "formula"), fault, prefix=f"{text}: ")


def _blamed(at: Path_, part: IndexPart, message: Text) -> Path_:
    """The nearest place that a fault of the whole index can be mended at: the item that its message names."""
    named = {"indicators": [one.id for one in part.indicators], "groups": [one.id for one in part.groups]}
    for key, ids in named.items():
        for n, name in enumerate(ids):
            if f"“{name}”" in message.en:
                return (*at, key, n)
    return at


def _index(part: IndexPart) -> CompositeIndex:
    noise = part.uncertainty
    return CompositeIndex(
        id=part.id,
        version=part.version,
        title=wording(part.title),
        note=wording(part.note),
        area_system=part.area_system,
        level=part.level,
        root=IndexGroup(part.id, wording(part.title), _children(part, None), Aggregation(part.aggregation)),
        normalisation=Normalisation(part.normalisation),
        weighting=Weighting(part.weights),
        missing=MissingRule(part.missing),
        treatment=None if part.treatment is None else Treatment(**part.treatment.model_dump()),
        coverage_floor=part.coverage_floor,
        floor=part.floor,
        scale=part.scale,
        budget={group: tuple(points) for group, points in part.budget.items()},
        pairwise={group: tuple(tuple(row) for row in rows) for group, rows in part.pairwise.items()},
        uncertainty=Uncertainty(
            tuple(Normalisation(one) for one in noise.normalisations),
            tuple(Aggregation(one) for one in noise.aggregations),
            tuple(MissingRule(one) for one in noise.missing),
            WeightNoise(noise.noise),
            noise.spread,
        ),
        source=part.source or "",
    )


def _children(part: IndexPart, parent: str | None) -> tuple[IndexIndicator | IndexGroup, ...]:
    groups = tuple(_group(part, one) for one in part.groups if one.parent == parent)
    return (*groups, *_indicators([one for one in part.indicators if one.group == parent]))


def _group(part: IndexPart, one: IndexGroupPart) -> IndexGroup:
    return IndexGroup(
        id=one.id,
        title=wording(one.title),
        children=_children(part, one.id),
        aggregation=None if one.aggregation is None else Aggregation(one.aggregation),
        weight=one.weight,
        note=_optional(one.note),
    )


def _indicators(parts: Sequence[IndexIndicatorPart]) -> tuple[IndexIndicator, ...]:
    return tuple(
        IndexIndicator(
            id=one.id,
            title=wording(one.title),
            formula=one.formula,
            unit=one.unit,
            direction=1 if one.direction == "more" else -1,
            goalposts=None if one.low is None or one.high is None else (one.low, one.high),
            log=one.log,
            cap=one.cap,
            target=one.target,
            denominator=one.denominator,
            treat=one.treat,
            weight=one.weight,
            note=wording(one.note),
            source=one.source or "",
        )
        for one in parts
    )


def _optional(part: Wording | None) -> Text | None:
    return None if part is None else wording(part)
