"""The plan of a pack: goals, indicators with rules and readings, strategies, links upward, situation."""

from __future__ import annotations

from mudmai.core.areas import AreaSystem
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import (
    Form,
    Goal,
    Indicator,
    Operator,
    Plan,
    Projection,
    Reading,
    Rule,
    SituationFact,
    Strategy,
    UpwardLink,
)
from mudmai.core.series import Catalogue
from mudmai.core.units import BUILT_IN
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema import IndicatorPart, LevelPart, PlanFile, RulePart, SituationPart
from mudmai.exchange.packs.yaml_lines import Path_

_TARGET_FORMS = (Form.ABSOLUTE, Form.CUMULATIVE_BY, Form.COUNT_BY)
_DEADLINE_FORMS = (Form.CUMULATIVE_BY, Form.COUNT_BY)
_BASE_FORMS = (Form.BASE_PERIOD, Form.CUMULATIVE_BY, Form.COUNT_BY)


def build_plan(placed: Placed[PlanFile], catalogue: Catalogue, version: str) -> Plan:
    """The plan of ``plan.yaml``; problems of meaning go to the findings."""
    part, head = placed.part, placed.part.plan
    _check_head(placed, catalogue)
    goals = [g.id for g in part.goals]
    placed.unique(Text("เป้าหมาย", "goal"), goals, ("goals",))
    placed.unique(Text("ตัวชี้วัด", "indicator"), [i.id for i in part.indicators], ("indicators",))
    placed.unique(Text("ความเชื่อมโยง", "link upward"), [u.id for u in part.upward], ("upward",))
    _check_strategies(placed, goals)
    indicators = [_indicator(placed, i, ("indicators", n), catalogue, goals) for n, i in enumerate(part.indicators)]
    situation = _situation(placed, catalogue)
    return Plan(
        id=head.id,
        title=wording(head.title),
        first=head.first,
        last=head.last,
        goals=tuple(Goal(g.id, wording(g.title), wording(g.plan_text)) for g in part.goals),
        indicators=tuple(i for i in indicators if i is not None),
        strategies=tuple(
            Strategy(s.id, wording(s.title), s.parent, wording(s.text), tuple(s.goals)) for s in part.strategies
        ),
        upward=tuple(UpwardLink(u.id, wording(u.framework), wording(u.title), wording(u.text)) for u in part.upward),
        situation=situation,
        summary=wording(head.summary),
        version=version,
        source=head.source,
        publisher=wording(head.publisher),
    )


def _check_head(placed: Placed[PlanFile], catalogue: Catalogue) -> None:
    head = placed.part.plan
    placed.known(Text("แหล่งข้อมูล", "source"), head.source, catalogue.sources, ("plan", "source"))
    if head.first.frequency is not head.last.frequency or head.last < head.first:
        placed.tell(
            "pack_period",
            ("plan", "last"),
            Text("ช่วงสุดท้ายต้องไม่มาก่อนช่วงแรก และใช้ความถี่เดียวกัน", "last must not come before first, in one frequency"),
            Text("แก้ first หรือ last", "mend first or last"),
        )


def _check_strategies(placed: Placed[PlanFile], goals: list[str]) -> None:
    parts = placed.part.strategies
    ids = [s.id for s in parts]
    placed.unique(Text("กลยุทธ์", "strategy"), ids, ("strategies",))
    tops = [s.id for s in parts if s.parent is None]
    for n, one in enumerate(parts):
        path: Path_ = ("strategies", n)
        if one.parent is not None:
            placed.known(Text("กลยุทธ์หลัก", "parent strategy"), one.parent, tops, (*path, "parent"))
        for g, goal in enumerate(one.goals):
            placed.known(Text("เป้าหมาย", "goal"), goal, goals, (*path, "goals", g))


def _indicator(
    placed: Placed[PlanFile], part: IndicatorPart, path: Path_, catalogue: Catalogue, goals: list[str]
) -> Indicator | None:
    placed.known(Text("เป้าหมาย", "goal"), part.goal, goals, (*path, "goal"))
    placed.known(Text("หน่วย", "unit"), part.unit, [*catalogue.units, *BUILT_IN], (*path, "unit"))
    systems = catalogue.area_systems
    readings = [r.id for r in part.readings]
    placed.unique(Text("วิธีอ่าน", "reading"), readings, (*path, "readings"))
    if part.default_reading not in readings:
        placed.tell(
            "pack_reading",
            (*path, "default_reading"),
            Text(
                f"วิธีอ่านหลัก “{part.default_reading}” ไม่อยู่ในรายการ",
                f"the default reading “{part.default_reading}” is not listed",
            ),
            Text(f"เลือกจาก {', '.join(readings)}", f"choose one of {', '.join(readings)}"),
        )
    if not placed.known(Text("ระบบพื้นที่", "area system"), part.area_system, systems, (*path, "area_system")):
        return None
    areas = _areas(placed, part, path, systems[part.area_system])
    exceptions = _exceptions(placed, part, path, areas)
    if part.within:
        levels = systems[part.area_system].levels
        placed.known(
            Text(f"ระดับใน {part.area_system} ", f"level of {part.area_system}"), part.within, levels, (*path, "within")
        )
    _check_rule(placed, part.rule, (*path, "rule"), covered=set(areas) <= set(exceptions))
    rules = [_rule(part.rule), *exceptions.values()]
    if part.projection is not None and not any(rule.form in _DEADLINE_FORMS for rule in rules):
        placed.tell(
            "pack_rule",
            (*path, "projection"),
            Text(f"{part.id} ไม่มีกำหนดเวลา จึงไม่มีอะไรให้พยากรณ์", f"{part.id} has no deadline, so nothing is projected"),
            Text("ลบ projection", "remove projection"),
        )
    return Indicator(
        id=part.id,
        goal=part.goal,
        title=wording(part.title),
        unit=part.unit,
        area_system=part.area_system,
        areas=areas,
        rule=_rule(part.rule),
        readings=tuple(
            Reading(r.id, wording(r.title), r.formula, wording(r.why), wording(r.method)) for r in part.readings
        ),
        default_reading=part.default_reading,
        why_default=wording(part.why_default),
        exceptions=exceptions,
        method=wording(part.method),
        proxy=wording(part.proxy),
        source_clause=part.source_clause,
        plan_text=wording(part.plan_text),
        step=part.step,
        projection=Projection(part.projection or "drift"),
        can_fall=part.can_fall,
        within=part.within or "",
    )


def _areas(placed: Placed[PlanFile], part: IndicatorPart, path: Path_, system: AreaSystem) -> tuple[str, ...]:
    if isinstance(part.areas, LevelPart):
        level = part.areas.level
        placed.known(
            Text(f"ระดับใน {system.id} ", f"level of {system.id}"), level, system.levels, (*path, "areas", "level")
        )
        return tuple(a.code for a in system.level(level))
    placed.unique(Text("พื้นที่", "area"), part.areas, (*path, "areas"), "")
    for n, code in enumerate(part.areas):
        placed.known(Text(f"พื้นที่ใน {system.id} ", f"area of {system.id}"), code, system.by_code, (*path, "areas", n))
    return tuple(part.areas)


def _exceptions(placed: Placed[PlanFile], part: IndicatorPart, path: Path_, areas: tuple[str, ...]) -> dict[str, Rule]:
    """Rules by area: a target per named area, then areas with a rule of their own; two for one area is a fault."""
    found: dict[str, Rule] = {}
    first: dict[str, int] = {}
    judged = Text(f"พื้นที่ที่ {part.id} ตัดสิน ", f"area judged by {part.id}")

    def admit(code: str, place: Path_) -> bool:
        if not placed.known(judged, code, areas, place):
            return False
        line = placed.document.line_of(place)
        if code in first:
            placed.tell(
                "pack_two_targets",
                place,
                Text(f"{part.id}: พื้นที่ {code} มีสองเป้าหมาย (อีกแห่งบรรทัด {first[code]})",
                     f"{part.id}: two targets for the area {code} (the other on line {first[code]})"),
                Text("เหลือไว้เพียงเป้าหมายเดียวต่อพื้นที่", "keep one target for each area"),
            )  # fmt: skip
            return False
        first[code] = line
        return True

    for n, one in enumerate(part.targets):
        place: Path_ = (*path, "targets", n)
        if admit(one.area, (*place, "area")):
            own = part.rule.model_copy(update={"target": one.target, "note": one.note or part.rule.note})
            _check_rule(placed, own, (*path, "rule"))
            found[one.area] = _rule(own)
    for n, other in enumerate(part.exceptions):
        place = (*path, "exceptions", n)
        if admit(other.area, (*place, "area")):
            _check_rule(placed, other.rule, (*place, "rule"))
            found[other.area] = _rule(other.rule)
    return found


def _check_rule(placed: Placed[PlanFile], part: RulePart, path: Path_, *, covered: bool = False) -> None:
    """Check one rule; ``covered``: every judged area has its own target, so the common rule needs none."""
    form = Form(part.form)
    wanted = {"target": form in _TARGET_FORMS, "deadline": form in _DEADLINE_FORMS, "base": form in _BASE_FORMS}
    for key, needed in wanted.items():
        given = getattr(part, key) is not None
        optional = (key == "base" and form is Form.DIRECTION) or (key == "target" and covered)
        if given == needed or optional:
            continue
        verb = Text("ต้องมี", "needs") if needed else Text("ไม่ใช้", "has no")
        placed.tell(
            "pack_rule",
            (*path, key),
            Text(f"รูปแบบ {form.value} {verb.th} {key}", f"the form {form.value} {verb.en} {key}"),
            Text(f"{'เพิ่ม' if needed else 'ลบ'} {key}", f"{'add' if needed else 'remove'} {key}"),
        )
    if part.base is None or part.deadline is None:
        return
    if part.base.frequency is not part.deadline.frequency or part.deadline < part.base:
        placed.tell(
            "pack_deadline",
            (*path, "deadline"),
            Text(f"กำหนด {part.deadline.iso} มาก่อนจุดเริ่ม {part.base.iso}",
                 f"the deadline {part.deadline.iso} comes before the start {part.base.iso}"),
            Text("แก้ base หรือ deadline ให้เรียงตามเวลา", "mend base or deadline"),
        )  # fmt: skip


def _rule(part: RulePart) -> Rule:
    return Rule(Form(part.form), Operator(part.operator), part.target, part.base, part.deadline, wording(part.note))


def _situation(placed: Placed[PlanFile], catalogue: Catalogue) -> tuple[SituationFact, ...]:
    parts = placed.part.situation
    placed.unique(Text("ข้อเท็จจริง", "fact"), [s.id for s in parts], ("situation",))
    return tuple(_fact(placed, part, ("situation", n), catalogue) for n, part in enumerate(parts))


def _fact(placed: Placed[PlanFile], part: SituationPart, path: Path_, catalogue: Catalogue) -> SituationFact:
    placed.known(Text("หน่วย", "unit"), part.unit, [*catalogue.units, *BUILT_IN], (*path, "unit"))
    systems = catalogue.area_systems
    if placed.known(Text("ระบบพื้นที่", "area system"), part.area_system, systems, (*path, "area_system")):
        system = systems[part.area_system]
        kind = Text(f"พื้นที่ใน {system.id} ", f"area of {system.id}")
        for n, code in enumerate(part.areas):
            placed.known(kind, code, system.by_code, (*path, "areas", n))
    for code in part.stated:
        placed.known(Text("พื้นที่ของข้อเท็จจริง", "area of this fact"), code, part.areas, (*path, "stated", code))
    period: Period = part.period
    return SituationFact(
        id=part.id,
        title=wording(part.title),
        formula=part.formula,
        area_system=part.area_system,
        areas=tuple(part.areas),
        period=period,
        unit=part.unit,
        stated=dict(part.stated),
        source_clause=part.source_clause,
        note=wording(part.note),
    )
