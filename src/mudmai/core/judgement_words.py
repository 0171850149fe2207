"""Verdicts in words: one sentence in Thai and one in English, with the numbers, for every outcome of judgement.

The sentences are for a citizen: what the value is, what it is compared with, and what the plan asked. A sentence of
``not_judged`` names what is missing and what would cure it. Values that would look equal after rounding, though they
are not, are written with more decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mudmai.core.areas import Area
from mudmai.core.language import Text, same, write_number
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Operator, Rule
from mudmai.core.series import Break
from mudmai.core.units import Unit
from mudmai.core.verdicts import Reason, Verdict

if TYPE_CHECKING:
    from mudmai.core.judgement import Side

_ASKED = {
    Operator.AT_LEAST: Text("ไม่ต่ำกว่า", "at least"),
    Operator.MORE_THAN: Text("สูงกว่า", "above"),
    Operator.AT_MOST: Text("ไม่เกิน", "at most"),
    Operator.LESS_THAN: Text("ต่ำกว่า", "below"),
}
_MOST_EXTRA_DECIMALS = 12
"""Decimals beyond a unit's own that are tried until two different numbers look different."""


def amount(value: float | None, unit: Unit, decimals: int | None = None) -> Text:
    """A value with its unit as it is read aloud: ``ร้อยละ 3.24``, ``3.24 per cent``; ``37 แห่ง``; ``0.382``.

    >>> from mudmai.core.units import PERCENT
    >>> amount(3.2412, PERCENT).en
    '3.24 per cent'
    """
    number = write_number(value, unit.decimals if decimals is None else decimals)
    if value is None:
        return same(number)
    if unit.dimension.is_one and unit.scale == 1:
        return same(number)
    if unit.label.th == "ร้อยละ":
        return Text(f"ร้อยละ {number}", f"{number} {unit.label.en}")
    return Text(f"{number} {unit.label.th}".strip(), f"{number} {unit.label.en}".strip())


def telling_decimals(unit: Unit, *values: float | None) -> int:
    """Decimals with which different values look different: the unit's own, or as many more as it takes (up to 12).

    >>> from mudmai.core.units import PERCENT
    >>> telling_decimals(PERCENT, 2.9940, 2.9941), telling_decimals(PERCENT, 2.99, 3.24)
    (4, 2)
    """
    known = sorted({v for v in values if v is not None})
    for decimals in range(unit.decimals, unit.decimals + _MOST_EXTRA_DECIMALS + 1):
        if len({write_number(v, decimals) for v in known}) == len(known):
            return decimals
    return unit.decimals


def bare_amount(value: float | None, unit: Unit, decimals: int | None = None) -> Text:
    """The number without its label, for a second mention; a per cent keeps its word."""
    full = amount(value, unit, decimals)
    return (
        full if unit.label.th == "ร้อยละ" else same(write_number(value, unit.decimals if decimals is None else decimals))
    )


def _in(period: Period) -> Text:
    """``ใน พ.ศ. 2563 `` / ``in 2020``, spaced for the words around it."""
    when = period_text(period)
    return Text(f"ใน {when.th} " if when.th.startswith("พ.ศ.") else f"ใน{when.th} ", f"in {when.en}")


def _standing(value: float, other: float) -> Text:
    if value > other:
        return Text("สูงกว่า", "above")
    return Text("ต่ำกว่า", "below") if value < other else Text("เท่ากับ", "equal to")


def _opening(side: Side, unit: Unit, decimals: int | None = None, *, bare: bool = False) -> Text:
    """``ภาคเหนือ พ.ศ. 2562 อยู่ที่ร้อยละ 3.24`` / ``North, 2019: 3.24 per cent``."""
    when, much = period_text(side.period), (bare_amount if bare else amount)(side.value, unit, decimals)
    at = "อยู่ที่" if much.th.startswith("ร้อยละ") else "อยู่ที่ "
    return Text(f"{side.area.name.th} {when.th} {at}{much.th}", f"{side.area.name.en}, {when.en}: {much.en}")


def _verdict_tail(rule: Rule, held: bool, whom: Text) -> Text:
    """``จึงเป็นไปตามแผนที่กำหนดให้ไม่ต่ำกว่า...`` / ``so what the plan asks (at least ...) is met``."""
    asked = _ASKED[rule.operator]
    return Text(
        f"จึง{'' if held else 'ไม่'}เป็นไปตามแผนที่กำหนดให้{asked.th}{whom.th}",
        f"so what the plan asks ({asked.en} {whom.en}) is {'' if held else 'not '}met",
    )


def against_parent(rule: Rule, value: Side, parent: Side, unit: Unit, held: bool) -> Text:
    """Against the parent in the same period."""
    assert value.value is not None and parent.value is not None
    decimals = telling_decimals(unit, value.value, parent.value)
    opening, other = _opening(value, unit, decimals), amount(parent.value, unit, decimals)
    how, name = _standing(value.value, parent.value), parent.area.name
    tail = _verdict_tail(rule, held, Text(f"ค่าของ{name.th}", f"the value of {name.en}"))
    return Text(
        f"{opening.th} {how.th}{name.th} ({other.th}) {tail.th}",
        f"{opening.en}, {how.en} {name.en} ({other.en}), {tail.en}",
    )


def against_earlier(rule: Rule, value: Side, earlier: Side, unit: Unit, held: bool) -> Text:
    """Against the area's own value in the base period or one step before."""
    assert value.value is not None and earlier.value is not None
    decimals = telling_decimals(unit, value.value, earlier.value)
    opening, other = _opening(value, unit, decimals), amount(earlier.value, unit, decimals)
    how, when = _standing(value.value, earlier.value), period_text(earlier.period)
    kind = Text("ปีฐาน", "the base") if rule.form is Form.BASE_PERIOD else Text("ช่วงก่อน", "the earlier value")
    tail = _verdict_tail(
        rule, held, Text("ค่าของตนเอง" + _in(earlier.period).th.rstrip(), f"its own value in {when.en}")
    )
    return Text(
        f"{opening.th} {how.th}{kind.th} {when.th} ({other.th}) {tail.th}",
        f"{opening.en}, {how.en} {kind.en} of {when.en} ({other.en}), {tail.en}",
    )


def against_number(rule: Rule, value: Side, target: float, unit: Unit, held: bool) -> Text:
    """Against a fixed number."""
    assert value.value is not None
    decimals = telling_decimals(unit, value.value, target)
    opening, goal, how = _opening(value, unit, decimals), amount(target, unit, decimals), _standing(value.value, target)
    tail = _verdict_tail(rule, held, Text("เป้าหมาย", "the target"))
    gap = "" if goal.th.startswith("ร้อยละ") else " "
    return Text(
        f"{opening.th} {how.th}เป้าหมาย{gap}{goal.th} {tail.th}",
        f"{opening.en}, {how.en} the target of {goal.en}, {tail.en}",
    )


def reached(rule: Rule, value: Side, unit: Unit, *, ceiling: bool) -> Text:
    """The target with a deadline is reached (or, for a ceiling, was kept)."""
    decimals = telling_decimals(unit, value.value, rule.target)
    opening, goal = _opening(value, unit, decimals), amount(rule.target, unit, decimals)
    deadline = period_text(_deadline(rule))
    if ceiling:
        return Text(
            f"{opening.th} ไม่เกินเพดาน {goal.th} จนถึงกำหนด {deadline.th}",
            f"{opening.en}, within the ceiling of {goal.en} up to the deadline {deadline.en}",
        )
    return Text(
        f"{opening.th} ถึงเป้าหมาย {goal.th} แล้ว (กำหนด {deadline.th})",
        f"{opening.en}, the target of {goal.en} is reached (deadline {deadline.en})",
    )


def missed(rule: Rule, value: Side, unit: Unit, *, ceiling: bool) -> Text:
    """The deadline came unreached, or a ceiling was passed."""
    decimals = telling_decimals(unit, value.value, rule.target)
    opening, goal = _opening(value, unit, decimals), amount(rule.target, unit, decimals)
    deadline = period_text(_deadline(rule))
    if ceiling:
        return Text(f"{opening.th} เกินเพดาน {goal.th} แล้ว", f"{opening.en}, past the ceiling of {goal.en}")
    return Text(
        f"{opening.th} ครบกำหนด {deadline.th} แล้วยังไม่ถึงเป้าหมาย {goal.th}",
        f"{opening.en}; the deadline {deadline.en} has come and the target of {goal.en} is not reached",
    )


def against_line(rule: Rule, value: Side, line: float, unit: Unit, on_track: bool) -> Text:
    """Before the deadline: against the straight line from the base to the target."""
    assert value.value is not None
    goal, deadline = amount(rule.target, unit), period_text(_deadline(rule))
    decimals = max(unit.decimals, 0 if float(line).is_integer() else 1)
    beyond = value.value >= line if rule.operator.upward else value.value <= line
    if beyond is on_track:  # otherwise the two are only a hair of rounding apart
        decimals = max(decimals, telling_decimals(unit, value.value, line))
    shown = unit.decimals if float(value.value).is_integer() else decimals
    opening, due = _opening(value, unit, shown, bare=True), bare_amount(line, unit, decimals)
    tail = (
        Text("จึงอยู่ในเส้นทาง", "so it is on track")
        if on_track
        else Text("จึงยังช้ากว่าเส้นทาง", "so it is off track")
        if rule.operator.upward
        else Text("จึงเกินเส้นทาง", "so it is off track")
    )
    gap = "" if due.th.startswith("ร้อยละ") else " "
    return Text(
        f"{opening.th} จากเป้าหมาย {goal.th} ภายใน {deadline.th} ตามเส้นตรงสู่เป้าหมายควรอยู่ที่{gap}{due.th} แล้ว {tail.th}",
        f"{opening.en} of the {goal.en} due by {deadline.en}; the straight line to the target stands at {due.en}, "
        f"{tail.en}",
    )


def _deadline(rule: Rule) -> Period:
    assert rule.deadline is not None
    return rule.deadline


# ---------------------------------------------------------------------------------- not judged


def reference(area: Area, period: Period, value: float | None, unit: Unit, whole: Area | None = None) -> Text:
    """An area that is shown beside the judged ones; ``whole``: the area that its value is reckoned against."""
    when, much = period_text(period), amount(value, unit)
    if value is None:
        return Text(
            f"{area.name.th} {when.th} ไม่มีข้อมูล แผนไม่ได้กำหนดเป้าหมายให้พื้นที่นี้",
            f"{area.name.en}, {when.en}: no figure; the plan sets no target for this area",
        )
    at = "อยู่ที่" if much.th.startswith("ร้อยละ") else "อยู่ที่ "
    against = Text("", "")
    if whole is not None:
        against = Text(f" เมื่อเทียบกับ{whole.name.th}", f", reckoned against {whole.name.en}")
    return Text(
        f"{area.name.th} {when.th} {at}{much.th}{against.th} แสดงไว้เพื่อเทียบ แผนไม่ได้กำหนดเป้าหมายให้พื้นที่นี้",
        f"{area.name.en}, {when.en}: {much.en}{against.en}; shown for comparison, the plan sets no target "
        "for this area",
    )


def area_not_valid(area: Area, period: Period) -> Text:
    """The area did not exist then."""
    when = period_text(period)
    return Text(
        f"ยังตัดสินไม่ได้: {area.name.th}ยังไม่มีหรือสิ้นสภาพแล้ว{_in(period).th.rstrip()}",
        f"not judged: {area.name.en} did not exist in {when.en}",
    )


def no_data() -> Text:
    """Nothing at all is loaded for the indicator."""
    return Text(
        "ยังตัดสินไม่ได้: ยังไม่มีข้อมูลของตัวชี้วัดนี้ในระบบ จะตัดสินได้เมื่อนำเข้าข้อมูลแล้ว",
        "not judged: no figures of this indicator are loaded yet; importing them would allow a verdict",
    )


def other_frequency(period: Period, base: Period) -> Text:
    """The period asked for is of another kind than the rule's."""
    return Text(
        f"ยังตัดสินไม่ได้: {period_text(period).th} เป็นช่วงเวลาคนละแบบกับที่แผนใช้ ({period_text(base).th})",
        f"not judged: {period_text(period).en} is another kind of period than the plan uses ({period_text(base).en})",
    )


def before_start(period: Period, base: Period) -> Text:
    """Before the rule begins."""
    return Text(
        f"ไม่ตัดสิน: {period_text(period).th} อยู่ก่อนช่วงที่แผนเริ่มนับ ({period_text(base).th})",
        f"not judged: {period_text(period).en} lies before the plan begins to count ({period_text(base).en})",
    )


def is_base(base: Period) -> Text:
    """The base period itself."""
    return Text(
        f"ไม่ตัดสิน: {period_text(base).th} เป็นปีฐานที่ใช้เปรียบเทียบ",
        f"not judged: {period_text(base).en} is the base that later periods are compared with",
    )


def after_deadline(period: Period, deadline: Period) -> Text:
    """After the deadline; the verdict of the deadline stands."""
    return Text(
        f"ไม่ตัดสิน: {period_text(period).th} เลยกำหนด {period_text(deadline).th} แล้ว ผลตัดสินให้ดูที่ปีกำหนด",
        f"not judged: {period_text(period).en} is after the deadline; the verdict of {period_text(deadline).en} stands",
    )


def _listed(lacking: Sequence[Text]) -> Text:
    """Up to three names of what is missing, and how many more."""
    if len(lacking) > 3:
        rest = len(lacking) - 2
        th, en = "; ".join(t.th for t in lacking[:2]), "; ".join(t.en for t in lacking[:2])
        return Text(f"{th} และอีก {rest} ค่า", f"{en} and {rest} more")
    return Text("; ".join(t.th for t in lacking), "; ".join(t.en for t in lacking))


def _why(side: Side, reason: Reason, breaks: Sequence[Break]) -> Text:
    """Why one side has no value, and the cure."""
    when, name = period_text(side.period), side.area.name
    if reason is Reason.SERIES_BREAK:
        return _why_break(side, breaks)
    if reason is Reason.DIVISION_BY_ZERO:
        return Text(
            f"ตัวหารของสูตรเป็นศูนย์ที่{name.th} {when.th} จึงคำนวณไม่ได้",
            f"the formula divides by zero for {name.en} in {when.en}, so there is no value",
        )
    if reason is Reason.NO_PARENT:
        return no_parent_words(side.area)
    if reason is Reason.NOT_COMPARABLE:
        return Text(
            f"ไม่มีตารางเทียบพื้นที่ที่ให้ค่าแก่{name.th} จะคำนวณได้เมื่อประกาศตารางเทียบ",
            f"no declared crosswalk gives {name.en} a value; declaring one would",
        )
    if side.lacking:
        what, many = _listed(side.lacking), len(side.lacking) > 1
        return Text(
            f"ขาดข้อมูล{what.th} จะตัดสินได้เมื่อนำเข้าข้อมูล{'เหล่า' if many else ''}นี้",
            f"no figure for {what.en}; importing {'them' if many else 'it'} would allow a verdict",
        )
    return Text(
        f"ไม่มีค่าของ{name.th} {when.th} จะตัดสินได้เมื่อนำเข้าข้อมูลนี้",
        f"there is no value for {name.en} in {when.en}; importing it would allow a verdict",
    )


def _why_break(side: Side, breaks: Sequence[Break]) -> Text:
    past = [b for b in breaks if b.period.frequency == side.period.frequency and b.period <= side.period]
    if not past:
        return Text("สูตรต้องใช้ค่าข้ามจุดที่อนุกรมเปลี่ยนวิธี", "the formula would have to reach across a break of method")
    last = max(past, key=lambda b: b.period)
    when = period_text(last.period)
    return Text(
        f"สูตรต้องใช้ค่าข้ามจุดที่อนุกรมเปลี่ยนวิธี{_in(last.period).th}({last.reason.th}) จะตัดสินได้เมื่อมีค่าตามวิธีใหม่ครบทุกช่วงที่ต้องใช้",
        f"the formula would have to reach across the break of method in {when.en} ({last.reason.en}); "
        "values by the new method for all periods needed would allow a verdict",
    )


def _not_judged(text: Text) -> Text:
    return Text(f"ยังตัดสินไม่ได้: {text.th}", f"not judged: {text.en}")


def missing(value: Side, reason: Reason, breaks: Sequence[Break]) -> Text:
    """The value itself is missing."""
    return _not_judged(_why(value, reason, breaks))


def other_missing(value: Side, other: Side, reason: Reason, breaks: Sequence[Break], unit: Unit) -> Text:
    """The value is there; what it is compared with is not."""
    why, now, then = _why(other, reason, breaks), period_text(value.period), period_text(other.period)
    own = other.area.code == value.area.code
    if value.value is None:
        name, whose = value.area.name, other.area.name
        return Text(
            f"ยังตัดสินไม่ได้: {name.th}ไม่มีค่าของ {now.th} และ"
            + (f"ไม่มีค่าของ {then.th} ให้เทียบ" if own else f"ไม่มีค่าของ{whose.th}ให้เทียบ")
            + f" – {why.th}",
            f"not judged: {name.en} has no value in {now.en}, "
            + (f"nor one in {then.en} to compare it with" if own else f"nor has {whose.en} one to compare it with")
            + f" – {why.en}",
        )
    opening = _opening(value, unit)
    against = (
        Text(f"ค่าของตนเอง{_in(other.period).th}", f"its own value in {then.en}")
        if own
        else Text(f"ค่าของ{other.area.name.th}", f"the value of {other.area.name.en}")
    )
    return Text(
        f"ยังตัดสินไม่ได้: {opening.th} แต่ไม่มี{against.th}ให้เทียบ – {why.th}",
        f"not judged: {opening.en}, but {against.en} to compare it with is missing – {why.en}",
    )


def no_parent_words(area: Area) -> Text:
    """An area at the top of its system."""
    return Text(f"{area.name.th}ไม่มีพื้นที่แม่ให้เทียบ", f"{area.name.en} has no parent area to compare with")


def no_parent(area: Area) -> Text:
    """Not judged because there is no parent."""
    return _not_judged(no_parent_words(area))


def no_base(area: Area) -> Text:
    """Not judged because the rule has no base period for this area."""
    return _not_judged(Text(f"ไม่มีช่วงฐานให้{area.name.th}เทียบ", f"{area.name.en} has no base period to compare with"))


def break_between(value: Side, other: Side, between: Break) -> Text:
    """A break of method lies between the two periods."""
    now, then, at = period_text(value.period), period_text(other.period), period_text(between.period)
    return _not_judged(
        Text(
            f"ค่าของ {now.th} กับ {then.th} เทียบกันไม่ได้ เพราะวิธีวัดเปลี่ยน{_in(between.period).th}({between.reason.th}) "
            "จะตัดสินได้เมื่อมีค่าของทั้งสองช่วงตามวิธีเดียวกัน",
            f"{now.en} and {then.en} cannot be compared: the method changed in {at.en} ({between.reason.en}); "
            "values of both periods by one method would allow a verdict",
        )
    )


def methods_differ(value: Side, other: Side, differing: tuple[str, frozenset[str], frozenset[str]]) -> Text:
    """Both values stand, made by different methods."""
    series, left, right = differing
    one, two = ", ".join(sorted(left)), ", ".join(sorted(right))
    here, there = value.area.name, other.area.name
    return _not_judged(
        Text(
            f"{here.th} ({period_text(value.period).th}) กับ{there.th} ({period_text(other.period).th}) "
            f"วัดด้วยวิธีต่างกันในอนุกรม {series}: {one} กับ {two} จะตัดสินได้เมื่อมีค่าตามวิธีเดียวกัน",
            f"{here.en} ({period_text(value.period).en}) and {there.en} ({period_text(other.period).en}) are measured "
            f"differently in series {series}: {one} against {two}; values by one method would allow a verdict",
        )
    )


# ---------------------------------------------------------------------------------- summaries


def headline(counts: Mapping[Verdict, int]) -> Text:
    """All areas of an indicator in one line: ``บรรลุ 2 จาก 7 พื้นที่``; not judged areas are always named.

    >>> headline({Verdict.MET: 2, Verdict.NOT_MET: 5}).en
    'met in 2 of 7 areas'
    """
    owed = sum(counts.values())
    unjudged = counts.get(Verdict.NOT_JUDGED, 0)
    judged = owed - unjudged
    if owed == 0:
        return Text("ไม่มีพื้นที่ที่ต้องตัดสิน", "no area to judge")
    if judged == 0:
        return (
            Text(f"ยังตัดสินไม่ได้ทั้ง {owed} พื้นที่", f"none of {owed} areas judged")
            if owed > 1
            else Text("ยังตัดสินไม่ได้", "not judged yet")
        )
    if owed == 1:
        return next(v.label for v, n in counts.items() if n)
    parts = [
        Text(
            f"บรรลุ {counts.get(Verdict.MET, 0)} จาก {owed} พื้นที่", f"met in {counts.get(Verdict.MET, 0)} of {owed} areas"
        )
    ]
    parts += [
        Text(f"{v.label.th} {counts[v]}", f"{v.label.en} {counts[v]}")
        for v in (Verdict.ON_TRACK, Verdict.OFF_TRACK, Verdict.NOT_JUDGED)
        if counts.get(v, 0)
    ]
    return Text(" ".join(p.th for p in parts), ", ".join(p.en for p in parts))
