"""From the shape of a file of criteria to the set that it means."""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.criteria import (
    Action,
    Comparison,
    CriteriaSet,
    Criterion,
    FactAsked,
    FactKind,
    FitClause,
    Level,
    LiveFigure,
    Part,
    PartsRule,
    RegisterRule,
    Side,
    Step,
)
from mudmai.core.language import Text
from mudmai.exchange.packs.schema_base import Wording
from mudmai.exchange.packs.schema_criteria import (
    ActionPart,
    ClausePart,
    CriteriaFile,
    CriterionPart,
    FactPart,
    LevelPart,
    LivePart,
    RegisterPart,
    StepPart,
)


def built(part: CriteriaFile) -> CriteriaSet:
    """The set; what it names has been checked before."""
    return CriteriaSet(
        id=part.id,
        scheme=part.scheme,
        version=part.version,
        title=_text(part.title),
        note=_text(part.note),
        source=part.source,
        parts=tuple(
            Part(one.id, _text(one.title), one.weight, one.group, one.optional, _maybe(one.note)) for one in part.parts
        ),
        criteria=tuple(_criterion(one, part) for one in part.criteria),
        levels=tuple(_level(one) for one in part.levels),
        actions=tuple(_action(one) for one in part.actions),
        register=_register(part.register_) if part.register_ else None,
        replaces=part.replaces,
        breaks=_maybe(part.breaks),
        facts=tuple(_fact(one) for one in part.facts),
    )


def steps_of(scale: Sequence[StepPart]) -> tuple[Step, ...]:
    """The steps in rising order; a share that is not given is the value over the highest one."""
    top = max((one.value for one in scale), default=0) or 1
    found = (Step(one.value, one.value / top if one.share is None else one.share, _text(one.title)) for one in scale)
    return tuple(sorted(found, key=lambda step: step.value))


def clause_of(one: ClausePart) -> FitClause:
    """The clause; exactly one comparison was given."""
    for comparison, values in said(one):
        return FitClause(one.fact, comparison, values, _text(one.words))
    raise ValueError(one.fact)


def said(one: ClausePart) -> list[tuple[Comparison, tuple[str | float | bool, ...]]]:
    """The comparisons that a clause gives."""
    found: list[tuple[Comparison, tuple[str | float | bool, ...]]] = []
    if one.is_ is not None:
        found.append((Comparison.IS, (one.is_,) if isinstance(one.is_, bool) else tuple(one.is_)))
    if one.is_not is not None:
        found.append((Comparison.IS_NOT, tuple(one.is_not)))
    if one.at_least is not None:
        found.append((Comparison.AT_LEAST, (one.at_least,)))
    if one.below is not None:
        found.append((Comparison.BELOW, (one.below,)))
    if one.has is not None:
        found.append((Comparison.HAS, tuple(one.has)))
    return found


def _criterion(one: CriterionPart, file: CriteriaFile) -> Criterion:
    scale = file.scales[one.scale] if isinstance(one.scale, str) else one.scale
    clauses = (file.fits[fit] if isinstance(fit, str) else fit for fit in one.fits)
    return Criterion(
        id=one.id,
        part=one.part,
        title=_text(one.title),
        question=_text(one.question),
        side=Side(one.side),
        points=one.points,
        scale=steps_of(scale),
        source=" ".join(filter(None, (file.sources[one.source], one.clause))),
        guidance=_maybe(one.guidance),
        evidence=one.evidence,
        live=_live(one.live) if one.live else None,
        fits=tuple(clause_of(clause) for clause in clauses),
        actions=tuple(one.actions),
    )


def _live(one: LivePart) -> LiveFigure:
    bounds = sorted((int(step), bound) for step, bound in one.bounds.items())
    return LiveFigure(
        one.formula, one.area_system, one.unit, tuple(bounds), one.direction == "at_least", source=one.source
    )


def _level(one: LevelPart) -> Level:
    rules = (PartsRule(rule.score, rule.group, rule.count, tuple(rule.compulsory)) for rule in one.parts)
    return Level(one.id, _text(one.title), one.overall, tuple(rules))


def _action(one: ActionPart) -> Action:
    return Action(one.id, _text(one.title), _text(one.text), one.source, one.years)


def _fact(one: FactPart) -> FactAsked:
    choices = tuple((choice.id, _text(choice.title)) for choice in one.choices)
    return FactAsked(one.id, FactKind(one.kind), _text(one.title), choices, _maybe(one.unit))


def _register(one: RegisterPart) -> RegisterRule:
    return RegisterRule(
        one.months,
        one.surveillance,
        one.renewal_progress,
        tuple(one.series),
        one.dataset,
        _maybe(one.note),
        tuple(one.levels),
    )


def _text(one: Wording) -> Text:
    return Text(one.th, one.en)


def _maybe(one: Wording | None) -> Text | None:
    return _text(one) if one else None
