"""The meaning of a file of criteria beyond its shape: every fault is told at its line and key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mudmai.core.criteria import Comparison
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.exchange.criteria.building import said, steps_of
from mudmai.exchange.packs.placed import Placed
from mudmai.exchange.packs.schema_criteria import ClausePart, CriteriaFile, CriterionPart, FactPart, StepPart
from mudmai.exchange.packs.yaml_lines import Path_

if TYPE_CHECKING:
    from mudmai.exchange.packs.pack import Pack

_PART, _CRITERION, _LEVEL = Text("หมวด", "part"), Text("เกณฑ์", "criterion"), Text("ระดับ", "level")
_ACTION, _SCALE, _SOURCE = Text("มาตรการ", "action"), Text("สเกล", "scale"), Text("แหล่งอ้างอิง", "source")
_FACT, _FIT, _GROUP = Text("ข้อมูลหน่วยงาน", "fact"), Text("เงื่อนไข", "condition"), Text("กลุ่มหมวด", "group of parts")
_WORD = Text("คำ", "word")
_BY_KIND = {
    "word": (Comparison.IS, Comparison.IS_NOT),
    "words": (Comparison.HAS,),
    "number": (Comparison.AT_LEAST, Comparison.BELOW),
    "yes_no": (Comparison.IS,),
}


def check_criteria(placed: Placed[CriteriaFile]) -> None:
    """Tell every fault of meaning."""
    part = placed.part
    for kind, ids, key in (
        (_PART, [one.id for one in part.parts], "parts"),
        (_CRITERION, [one.id for one in part.criteria], "criteria"),
        (_LEVEL, [one.id for one in part.levels], "levels"),
        (_ACTION, [one.id for one in part.actions], "actions"),
        (_FACT, [one.id for one in part.facts], "facts"),
    ):
        placed.unique(kind, ids, (key,))
    for name, scale in part.scales.items():
        _check_scale(placed, scale, ("scales", name))
    for name, clause in part.fits.items():
        _check_clause(placed, clause, ("fits", name))
    for n, one in enumerate(part.criteria):
        _check_criterion(placed, one, ("criteria", n))
    asked = {one.part for one in part.criteria}
    for n, own in enumerate(part.parts):
        if own.id not in asked:
            placed.tell(
                "pack_value",
                ("parts", n, "id"),
                Text(f"หมวด {own.id} ไม่มีเกณฑ์", f"the part {own.id} has no criterion"),
                Text("เพิ่มเกณฑ์ หรือลบหมวด", "add a criterion, or remove the part"),
            )
    _check_levels(placed)


def check_formulas(placed: Placed[CriteriaFile], pack: Pack) -> None:
    """Formulas of live figures against the series and areas of the packs that this one requires."""
    from mudmai.core.formulas.check import check  # only where a set has live figures

    for n, one in enumerate(placed.part.criteria):
        if one.live is None:
            continue
        path: Path_ = ("criteria", n, "live", "formula")
        try:
            check(one.live.formula, pack.catalogue, pack.definitions, area_system=one.live.area_system)
        except MudmaiError as error:
            placed.tell_error(path, error, prefix=f"{one.live.formula}: ")


def _check_scale(placed: Placed[CriteriaFile], scale: Sequence[StepPart], path: Path_) -> None:
    placed.unique(Text("ขั้น", "step"), [str(one.value) for one in scale], path, key="value")
    steps = steps_of(scale)
    if len(steps) < 2 or steps[0].value != 0:
        placed.tell(
            "pack_value",
            path,
            Text("สเกลต้องมีขั้น 0 และขั้นที่สูงกว่าอย่างน้อยหนึ่งขั้น", "a scale has the step 0 and at least one above it"),
            Text("เพิ่มขั้นที่ขาด", "add the missing step"),
        )
        return
    shares = [one.share for one in steps]
    if shares[0] != 0 or shares[-1] != 1 or shares != sorted(shares):
        placed.tell(
            "pack_value",
            path,
            Text(
                f"ส่วนของคะแนน {_listed(shares)} ต้องเริ่มที่ 0 ไม่ลดลง และขั้นสูงสุดได้ 1",
                f"the shares {_listed(shares)} must start with 0, never fall, and end with 1 at the top",
            ),
            Text("แก้ share หรือลบออกเพื่อแบ่งเท่ากัน", "mend share, or leave it out for even steps"),
        )


def _check_clause(placed: Placed[CriteriaFile], clause: ClausePart, path: Path_) -> None:
    facts = {one.id: one for one in placed.part.facts}
    given = said(clause)
    if len(given) != 1:
        placed.tell(
            "pack_value",
            path,
            Text(f"พบการเปรียบเทียบ {len(given)} แบบ ต้องมีแบบเดียว", f"{len(given)} comparisons where one is expected"),
            Text("ใช้ is, is_not, at_least, below หรือ has อย่างใดอย่างหนึ่ง", "use one of is, is_not, at_least, below, has"),
        )
    if not placed.known(_FACT, clause.fact, facts, (*path, "fact")):
        return
    fact = facts[clause.fact]
    for comparison, values in given:
        _check_comparison(placed, fact, comparison, values, path)


def _check_comparison(
    placed: Placed[CriteriaFile],
    fact: FactPart,
    comparison: Comparison,
    values: Sequence[str | float | bool],
    path: Path_,
) -> None:
    path = (*path, comparison.value)
    told = _BY_KIND[fact.kind]
    if comparison not in told or (fact.kind == "yes_no") != (len(values) == 1 and isinstance(values[0], bool)):
        expected = ", ".join(told) + (" true/false" if fact.kind == "yes_no" else "")
        placed.tell(
            "pack_value",
            path,
            Text(f"{fact.id} เป็นชนิด {fact.kind} ใช้ {comparison} แบบนี้ไม่ได้", f"{fact.id} is of kind {fact.kind}"),
            Text(f"ใช้ {expected}", f"use {expected}"),
        )
    elif fact.kind in ("word", "words"):
        for n, value in enumerate(values):
            placed.known(_WORD, str(value), [one.id for one in fact.choices], (*path, n))


def _check_criterion(placed: Placed[CriteriaFile], one: CriterionPart, path: Path_) -> None:
    part = placed.part
    placed.known(_PART, one.part, [own.id for own in part.parts], (*path, "part"))
    placed.known(_SOURCE, one.source, part.sources, (*path, "source"))
    if not isinstance(one.scale, str):
        _check_scale(placed, one.scale, (*path, "scale"))
        scale = one.scale
    else:
        known = placed.known(_SCALE, one.scale, part.scales, (*path, "scale"))
        scale = part.scales[one.scale] if known else []
    for n, fit in enumerate(one.fits):
        here = (*path, "fits", n)
        if isinstance(fit, str):
            placed.known(_FIT, fit, part.fits, here)
        else:
            _check_clause(placed, fit, here)
    for n, action in enumerate(one.actions):
        placed.known(_ACTION, action, [own.id for own in part.actions], (*path, "actions", n))
    if one.live is not None:
        _check_live(placed, one, scale, (*path, "live"))


def _check_live(placed: Placed[CriteriaFile], one: CriterionPart, scale: Sequence[StepPart], path: Path_) -> None:
    from mudmai.core.formulas.parse import parse  # only where a set has live figures

    assert one.live is not None
    if one.side != "outcome":
        placed.tell(
            "pack_value",
            path,
            Text("ตัวเลขจากระบบใช้กับเกณฑ์ผลลัพธ์เท่านั้น", "only an outcome criterion has a live figure"),
            Text("เปลี่ยน side เป็น outcome หรือลบ live", "make side outcome, or remove live"),
        )
    try:
        parse(one.live.formula)
    except MudmaiError as error:
        placed.tell_error((*path, "formula"), error, prefix=f"{one.live.formula}: ")
    steps = {str(step.value) for step in scale if step.value}
    for step in one.live.bounds:
        if scale:
            placed.known(Text("ขั้น", "step"), step, steps, (*path, "bounds", step))
    if any(not step.isdigit() for step in one.live.bounds):
        return
    bounds = [bound for _, bound in sorted((int(step), bound) for step, bound in one.live.bounds.items())]
    if bounds != sorted(bounds, reverse=one.live.direction == "at_most"):
        placed.tell(
            "pack_value",
            (*path, "bounds"),
            Text(f"ขอบเขต {_listed(bounds)} ไม่เรียงตามขั้น", f"the bounds {_listed(bounds)} do not follow the steps"),
            Text(
                "ขั้นสูงขึ้นต้องยากขึ้น: at_least ค่าเพิ่มขึ้น at_most ค่าลดลง",
                "a higher step asks more: rising with at_least, falling with at_most",
            ),
        )


def _check_levels(placed: Placed[CriteriaFile]) -> None:
    part = placed.part
    if part.register_:
        for n, name in enumerate(part.register_.levels):
            placed.known(_LEVEL, name, [one.id for one in part.levels], ("register", "levels", n))
    groups = {one.group for one in part.parts if one.group}
    before = 0.0
    for n, level in enumerate(part.levels):
        if level.overall < before:
            placed.tell(
                "pack_value",
                ("levels", n, "overall"),
                Text(f"ระดับ {level.id} ต่ำกว่าระดับก่อนหน้า", f"the level {level.id} asks less than the one before it"),
                Text("เรียงระดับจากต่ำไปสูง", "write levels in rising order"),
            )
        before = max(before, level.overall)
        for at, rule in enumerate(level.parts):
            path: Path_ = ("levels", n, "parts", at)
            if rule.group and not placed.known(_GROUP, rule.group, groups, (*path, "group")):
                continue
            members = [one.id for one in part.parts if not rule.group or one.group == rule.group]
            for k, name in enumerate(rule.compulsory):
                placed.known(_PART, name, members, (*path, "compulsory", k))
            if rule.count is not None and rule.count > len(members):
                placed.tell(
                    "pack_value",
                    (*path, "count"),
                    Text(f"กลุ่มนี้มีเพียง {len(members)} หมวด", f"the group has only {len(members)} parts"),
                    Text("ลดจำนวน", "ask for fewer"),
                )


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in numbers)
