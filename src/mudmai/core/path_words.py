"""The way to a deadline in words: what is still needed each year, and the chance of arriving."""

from __future__ import annotations

from mudmai.core.judgement_words import amount
from mudmai.core.language import Text, so_many, write_number
from mudmai.core.period_text import period_text
from mudmai.core.periods import Frequency
from mudmai.core.units import Unit
from mudmai.core.verdicts import PathAhead

_EACH = {
    Frequency.ANNUAL: Text("ปีละ", "a year"),
    Frequency.FISCAL: Text("ปีงบประมาณละ", "a fiscal year"),
    Frequency.QUARTERLY: Text("ไตรมาสละ", "a quarter"),
    Frequency.MONTHLY: Text("เดือนละ", "a month"),
}


def needed_words(path: PathAhead, unit: Unit) -> Text:
    """The change still needed, counted from the latest figure; without any figure, from the start of the count.

    Empty at the deadline, and where not even a start is known (a count without its first figure).
    """
    each, deadline = _EACH[path.deadline.frequency], period_text(path.deadline)
    goal = plain_amount(path.target, unit)
    if path.latest is None:
        if len(path.required) < 2:
            return Text("", "")
        (_, at_start), (first, _) = path.required[:2]
        much, begins = change(_even(path, at_start), unit), period_text(first)
        return Text(
            f"ต้องได้{each.th}{_gap(much)}{much.th} ตั้งแต่ {begins.th} ถึง {deadline.th} จึงจะครบ{_gap(goal)}{goal.th} "
            "(ยังไม่มีข้อมูล)",
            f"takes {much.en} {each.en} from {begins.en} to {deadline.en} to reach {goal.en} (no figures yet)",
        )
    if path.needed_per_period is None:
        return Text("", "")
    if path.needed_per_period == 0:
        return Text(f"ถึงเป้าหมาย{_gap(goal)}{goal.th} แล้ว", f"the target of {goal.en} is reached")
    since, more = period_text(path.latest), path.needed_per_period > 0
    much = change(abs(path.needed_per_period), unit)
    return Text(
        f"ต้อง{'เพิ่มขึ้น' if more else 'ลดลง'}{each.th}{_gap(much)}{much.th} นับจาก {since.th} "
        f"จึงจะถึง{_gap(goal)}{goal.th} ภายใน {deadline.th}",
        f"must {'rise' if more else 'fall'} by {much.en} {each.en}, counted from {since.en}, "
        f"to reach {goal.en} by {deadline.en}",
    )


FEW_FIGURES = 6
"""A projection from fewer figures than these says so, and its chance is a rounded one."""


def few_figures(figures: int) -> Text:
    """What a projection from few figures must say of itself; empty when there are enough."""
    if figures >= FEW_FIGURES:
        return Text("", "")
    return Text(f"คิดจากข้อมูลเพียง {figures} ค่า", f"from {so_many(figures, 'figure', 'figures')} only")


def chance_words(chance: float, figures: int | None = None) -> Text:
    """The chance of arriving in whole per cent; never a flat 0 or 100, which no projection can promise.

    From fewer than :data:`FEW_FIGURES` ``figures`` a per cent would say too much: ``about 3 in 100, from 4 figures``.

    >>> chance_words(0.0296).en, chance_words(0.9999).en
    ('chance of arriving: 3 per cent', 'chance of arriving: over 99 per cent')
    >>> chance_words(0.0296, 4).en
    'chance of arriving: about 3 in 100, from 4 figures'
    """
    percent = write_number(100 * chance, 0)
    if figures is not None and figures < FEW_FIGURES:
        th, en = (
            ("ต่ำกว่า 1", "under 1") if percent == "0" else ("เกิน 99", "over 99") if percent == "100"
            else (f"ราว {percent}", f"about {percent}")
        )  # fmt: skip
        return Text(
            f"โอกาสถึงเป้าหมาย{th} ใน 100 คิดจากข้อมูล {figures} ค่า",
            f"chance of arriving: {en} in 100, from {so_many(figures, 'figure', 'figures')}",
        )
    if percent == "0":
        return Text("โอกาสถึงเป้าหมายต่ำกว่าร้อยละ 1", "chance of arriving: under 1 per cent")
    if percent == "100":
        return Text("โอกาสถึงเป้าหมายเกินร้อยละ 99", "chance of arriving: over 99 per cent")
    return Text(f"โอกาสถึงเป้าหมายร้อยละ {percent}", f"chance of arriving: {percent} per cent")


def plain_amount(value: float, unit: Unit) -> Text:
    """An amount with no more decimals than it needs: whole numbers without, others as its unit (at least one).

    >>> from mudmai.core.units import PERCENT
    >>> plain_amount(13.0, PERCENT).en
    '13 per cent'
    """
    return amount(value, unit, 0 if float(value).is_integer() else max(unit.decimals, 1))


def change(value: float, unit: Unit) -> Text:
    """A difference of two amounts: between two per cents it counts in percentage points."""
    if unit.label.th != "ร้อยละ":
        return plain_amount(value, unit)
    number = write_number(value, 0 if float(value).is_integer() else max(unit.decimals, 1))
    return Text(f"{number} จุดร้อยละ", f"{number} percentage point{'' if number == '1' else 's'}")


def _even(path: PathAhead, at_start: float) -> float:
    return (path.target - at_start) / (len(path.required) - 1)


def _gap(much: Text) -> str:
    return "" if much.th.startswith("ร้อยละ") else " "
