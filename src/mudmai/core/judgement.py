"""Judgement: what is compared with what, and the verdict that follows.

:func:`judge` is pure. It is handed a :class:`Case` - the value of one area in one period, the side it is compared with,
and what is known about breaks and methods - and gives a :class:`~mudmai.core.verdicts.Judgement` with a reason code and
a sentence in Thai and English. The rules, by form:

=================  =====================================================  =========================================
form               compared with                                          verdicts
=================  =====================================================  =========================================
``parent``         the parent area, same period                           met, not_met
``base_period``    the area itself in the base period                     met, not_met
``absolute``       a fixed number                                         met, not_met
``direction``      the area itself one regular step before (or in         met, not_met
                   the base period, when the rule names one)
``cumulative_by``  the target; before the deadline, the straight line     met once reached; not_met at the deadline;
                   from 0 before the first period that counts             else on_track or off_track
``count_by``       the target; before the deadline, the straight line     as above
                   from the value in the base period
=================  =====================================================  =========================================

A missing value, a missing comparator, a series break between the two periods or two measuring methods make the verdict
``not_judged``: never met, never not met. ``<=`` in ``cumulative_by`` is a ceiling: passing it is ``not_met`` at once;
staying below is ``met`` only at the deadline. Comparison is exact, without tolerance; only the straight line, which is
computed, is compared with a relative tolerance of 1e-9. A base that is missing is told even where the value is missing
too: the base is what stands in the way for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mudmai.core import judgement_words as words
from mudmai.core.areas import Area
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Operator, Rule
from mudmai.core.series import Break
from mudmai.core.units import Unit
from mudmai.core.verdicts import Judgement, MissingReason, Reason, Verdict

LINE_TOLERANCE = 1e-9
"""Relative tolerance when a value is compared with a computed point of the straight line."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a value at an area and a period, or the reason why there is none.

    ``methods`` maps each series that went in to the methods of its observations; ``lacking`` names the missing inputs
    in words; ``present`` of ``needed`` inputs were there.
    """

    area: Area
    period: Period
    value: float | None
    missing: MissingReason | None = None
    lacking: tuple[Text, ...] = ()
    methods: Mapping[str, frozenset[str]] = field(default_factory=dict)
    present: int = 1
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """All that a verdict needs.

    ``other`` is the parent's cell (``parent``), or the area's own cell in the period of :func:`compared_period`;
    None when there is no such cell (an area without parent) or the form needs none. ``breaks`` are the breaks of the
    series behind the value. ``any_data`` is False when the indicator has no value in any area and period.
    ``common`` is the indicator's rule where the area has one of its own: what lies before the common rule begins is not
    judged by the exception either.
    """

    unit: Unit
    value: Side
    other: Side | None = None
    breaks: tuple[Break, ...] = ()
    any_data: bool = True
    common: Rule | None = None


def compared_period(rule: Rule, period: Period, step: int = 1) -> Period | None:
    """The period in which the same area's value is needed for a verdict in ``period``; None when only this one is.

    >>> from mudmai.core.plans import Form, Operator, Rule
    >>> compared_period(Rule(Form.DIRECTION, Operator.MORE_THAN), Period.year(2023)).iso
    '2022'
    """
    if rule.form is Form.DIRECTION:
        return rule.base or period.shift(-step)
    if rule.form in (Form.BASE_PERIOD, Form.COUNT_BY):
        return rule.base
    return None


def required_at(rule: Rule, period: Period, base_value: float | None) -> float | None:
    """The point of the straight line at ``period``: from the base to the target, from one period to the next.

    ``cumulative_by`` starts from 0 in the period before ``rule.base``; ``count_by`` from ``base_value`` in it.
    None when the rule has no deadline or the base value is missing; beyond the deadline the target stands.

    >>> from mudmai.core.plans import Form, Operator, Rule
    >>> rule = Rule(Form.COUNT_BY, Operator.AT_LEAST, 105, Period.year(2021), Period.year(2027))
    >>> required_at(rule, Period.year(2024), 15)
    60.0
    """
    if rule.deadline is None or rule.base is None or rule.target is None:
        return None
    if rule.form is Form.CUMULATIVE_BY:
        start, at_start = rule.base.shift(-1), 0.0
    elif base_value is not None:
        start, at_start = rule.base, base_value
    else:
        return None
    whole = rule.deadline.ordinal - start.ordinal
    gone = min(max(period.ordinal - start.ordinal, 0), whole)
    return at_start + (rule.target - at_start) * gone / whole if whole else rule.target


def judge(rule: Rule, case: Case) -> Judgement:
    """The verdict on one area in one period. Never raises for missing figures; every outcome has a sentence."""
    refused = _refused_before(rule, case)
    if refused is not None:
        return refused
    match rule.form:
        case Form.ABSOLUTE:
            return _against_number(rule, case)
        case Form.PARENT | Form.BASE_PERIOD | Form.DIRECTION:
            return _against_side(rule, case)
    return _towards_deadline(rule, case)


def reference(case: Case, whole: Area | None = None) -> Judgement:
    """The row of an area that is shown for comparison and not judged.

    ``whole`` is the area that the value is reckoned against, where it is not the one that judged areas are.
    """
    value = case.value
    sentence = words.reference(value.area, value.period, value.value, case.unit, whole)
    return Judgement(Verdict.NOT_JUDGED, Reason.REFERENCE, sentence, value.value, coverage=_coverage(case))


def _refused_before(rule: Rule, case: Case) -> Judgement | None:
    """Reasons for which no comparison is tried: area, period, value."""
    value = case.value
    if not value.area.is_valid_in(value.period):
        return _not_judged(rule, case, Reason.AREA_NOT_VALID, words.area_not_valid(value.area, value.period))
    if not case.any_data:
        return _not_judged(rule, case, Reason.NO_DATA, words.no_data())
    if _base_is_missing(rule, case):
        return _refused_side(rule, case, case.other)
    outside = _outside(rule, value.period) or (_before(case.common, value.period) if case.common else None)
    if outside is not None:
        return _not_judged(rule, case, Reason.PERIOD_OUTSIDE, outside)
    if value.value is None:
        reason = _reason_of_missing(value, Reason.VALUE_MISSING)
        return _not_judged(rule, case, reason, words.missing(value, reason, case.breaks))
    return None


def _base_is_missing(rule: Rule, case: Case) -> bool:
    """``base_period`` without its base value: no later figure can cure that, so it is told before all else."""
    if rule.form is not Form.BASE_PERIOD or rule.base is None or case.other is None:
        return False
    later = case.value.period.frequency == rule.base.frequency and case.value.period >= rule.base
    return later and case.other.value is None


def _outside(rule: Rule, period: Period) -> Text | None:
    """Words when the rule says nothing about ``period``; None inside."""
    if rule.base is not None and period.frequency != rule.base.frequency:
        return words.other_frequency(period, rule.base)
    late = rule.form in (Form.CUMULATIVE_BY, Form.COUNT_BY) and rule.deadline is not None and period > rule.deadline
    if late and rule.deadline is not None:
        return words.after_deadline(period, rule.deadline)
    return _before(rule, period)


def judges_in(rule: Rule, period: Period, common: Rule | None = None) -> bool:
    """Does the rule say anything about ``period``: not before it begins (nor before ``common`` does), not too late?

    >>> from mudmai.core.plans import Form, Operator, Rule
    >>> judges_in(Rule(Form.BASE_PERIOD, Operator.MORE_THAN, base=Period.year(2020)), Period.year(2020))
    False
    """
    return _outside(rule, period) is None and (common is None or _before(common, period) is None)


def _before(rule: Rule, period: Period) -> Text | None:
    """Words when ``period`` lies before the rule begins to judge (the base it compares with included)."""
    if rule.base is None or period.frequency != rule.base.frequency:
        return None
    if period < rule.base:
        return words.before_start(period, rule.base)
    compares = rule.form in (Form.BASE_PERIOD, Form.DIRECTION)
    return words.is_base(rule.base) if compares and period == rule.base else None


def _against_number(rule: Rule, case: Case) -> Judgement:
    assert case.value.value is not None and rule.target is not None
    held = rule.operator.holds(case.value.value, rule.target)
    sentence = words.against_number(rule, case.value, rule.target, case.unit, held)
    return _judged(rule, case, Verdict.MET if held else Verdict.NOT_MET, Reason.COMPARED, sentence, rule.target)


def _against_side(rule: Rule, case: Case) -> Judgement:
    """Against the parent's value or the area's own earlier value."""
    value, other = case.value, case.other
    assert value.value is not None
    refused = _refused_side(rule, case, other)
    if refused is not None or other is None or other.value is None:
        return refused or _not_judged(rule, case, Reason.NO_PARENT, words.no_parent(value.area))
    held = rule.operator.holds(value.value, other.value)
    if rule.form is Form.PARENT:
        sentence = words.against_parent(rule, value, other, case.unit, held)
    else:
        sentence = words.against_earlier(rule, value, other, case.unit, held)
    return _judged(rule, case, Verdict.MET if held else Verdict.NOT_MET, Reason.COMPARED, sentence, other.value)


def _refused_side(rule: Rule, case: Case, other: Side | None) -> Judgement | None:
    """Reasons for which the other side cannot be compared with: absent, a break between, other methods."""
    value = case.value
    if other is None:
        reason = Reason.NO_PARENT if rule.form is Form.PARENT else Reason.BASE_MISSING
        sentence = words.no_parent(value.area) if rule.form is Form.PARENT else words.no_base(value.area)
        return _not_judged(rule, case, reason, sentence)
    between = break_between(case.breaks, other.period, value.period)
    if between is not None:
        return _not_judged(rule, case, Reason.SERIES_BREAK, words.break_between(value, other, between))
    if other.value is None:
        usual = Reason.COMPARATOR_MISSING if rule.form is Form.PARENT else Reason.BASE_MISSING
        reason = _reason_of_missing(other, usual)
        return _not_judged(rule, case, reason, words.other_missing(value, other, reason, case.breaks, case.unit))
    differing = differing_methods(value.methods, other.methods)
    if differing is not None:
        sentence = words.methods_differ(value, other, differing)
        return _not_judged(rule, case, Reason.NOT_COMPARABLE, sentence, other.value)
    return None


def _towards_deadline(rule: Rule, case: Case) -> Judgement:
    """``cumulative_by`` and ``count_by``: reached, too late, or against the straight line."""
    value = case.value
    assert value.value is not None and rule.target is not None and rule.deadline is not None
    now, last = value.value, value.period == rule.deadline
    ceiling = rule.form is Form.CUMULATIVE_BY and not rule.operator.upward
    held = rule.operator.holds(now, rule.target)
    if held and (not ceiling or last):
        sentence = words.reached(rule, value, case.unit, ceiling=ceiling)
        return _judged(rule, case, Verdict.MET, Reason.REACHED, sentence, rule.target)
    if last or (ceiling and not held):
        sentence = words.missed(rule, value, case.unit, ceiling=ceiling)
        reason = Reason.DEADLINE_PASSED if last else Reason.COMPARED
        return _judged(rule, case, Verdict.NOT_MET, reason, sentence, rule.target)
    base_value = None
    if rule.form is Form.COUNT_BY:
        refused = _refused_side(rule, case, case.other)
        if refused is not None or case.other is None:
            return refused or _not_judged(rule, case, Reason.BASE_MISSING, words.no_base(value.area))
        base_value = case.other.value
    line = required_at(rule, value.period, base_value)
    assert line is not None
    on_track = _keeps_line(rule.operator, now, line)
    sentence = words.against_line(rule, value, line, case.unit, on_track)
    return _judged(rule, case, Verdict.ON_TRACK if on_track else Verdict.OFF_TRACK, Reason.PATH, sentence, line)


def _keeps_line(operator: Operator, value: float, line: float) -> bool:
    slack = LINE_TOLERANCE * max(abs(value), abs(line))
    return value >= line - slack if operator.upward else value <= line + slack


def break_between(breaks: tuple[Break, ...], one: Period, other: Period) -> Break | None:
    """The first break that lies in (earlier, later]: from it on, values are made by another method."""
    early, late = min(one, other), max(one, other)
    inside = [b for b in breaks if b.period.frequency == early.frequency and early < b.period <= late]
    return min(inside, key=lambda b: b.period) if inside else None


def differing_methods(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> tuple[str, frozenset[str], frozenset[str]] | None:
    """The first series that stands on both sides with different methods (and both sets), or None.

    Observations without a method id say nothing and never differ.
    """
    for series in one.keys() & other.keys():
        left, right = one[series] - {""}, other[series] - {""}
        if left and right and left != right:
            return series, left, right
    return None


_MISSING_REASONS = {
    MissingReason.SERIES_BREAK: Reason.SERIES_BREAK,
    MissingReason.DIVISION_BY_ZERO: Reason.DIVISION_BY_ZERO,
    MissingReason.NO_PARENT: Reason.NO_PARENT,
    MissingReason.NO_CROSSWALK_LINK: Reason.NOT_COMPARABLE,
}


def _reason_of_missing(side: Side, usual: Reason) -> Reason:
    return usual if side.missing is None else _MISSING_REASONS.get(side.missing, usual)


def _coverage(case: Case) -> float:
    sides = [case.value] if case.other is None else [case.value, case.other]
    needed = sum(s.needed for s in sides)
    return sum(s.present for s in sides) / needed if needed else 0.0


def _judged(rule: Rule, case: Case, verdict: Verdict, reason: Reason, sentence: Text, comparator: float) -> Judgement:
    return Judgement(verdict, reason, sentence, case.value.value, comparator, rule.target, _coverage(case))


def _not_judged(rule: Rule, case: Case, reason: Reason, sentence: Text, comparator: float | None = None) -> Judgement:
    if comparator is None and case.other is not None and rule.form in (Form.PARENT, Form.BASE_PERIOD, Form.DIRECTION):
        comparator = case.other.value
    coverage = _coverage(case)
    return Judgement(Verdict.NOT_JUDGED, reason, sentence, case.value.value, comparator, rule.target, coverage)
