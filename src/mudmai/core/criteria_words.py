"""What an assessment says, in words: scores as ranges, rules of levels that do not hold yet."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from mudmai.core.criteria import CriteriaSet, Criterion, Fact, Score, Unmet
from mudmai.core.language import MISSING_TEXT, Text, same


def percent_range(score: Score) -> str:
    """From what is certain to what could still be earned, in per cent; a dash where nothing can be earned. Both are
    cut as by :func:`percent_tenths`.

    >>> percent_range(Score(1, 0, 2)), percent_range(Score(1, 1, 4)), percent_range(Score(0, 0, 0))
    ('50.0', '25.0–50.0', '–')
    >>> percent_range(Score(0.6857, 0, 1))
    '68.5'
    """
    if score.low is None or score.high is None:
        return MISSING_TEXT
    low, high = f"{percent_tenths(score.low):.1f}", f"{percent_tenths(score.high):.1f}"
    return low if low == high else f"{low}–{high}"


def percent_tenths(share: float) -> float:
    """A share in per cent, cut (never rounded up over a line) to tenths.

    >>> percent_tenths(0.6999), percent_tenths(0.7)
    (69.9, 70.0)
    """
    return math.floor(share * 1000 + 1e-6) / 10


def percent(share: float | None) -> str:
    """A share for people, never rounded up over a line: 0.6999 is 69.9%.

    >>> percent(0.6999), percent(0.7), percent(None)
    ('69.9%', '70%', '–')
    """
    return MISSING_TEXT if share is None else f"{percent_tenths(share):g}%"


def unmet_words(criteria: CriteriaSet, one: Unmet) -> Text:
    """A rule that does not hold for certain, as a sentence."""
    if one.kind == "count":
        have, need = int(one.have or 0), int(one.need)
        inside = [part for part in criteria.parts if not one.group or part.group == one.group]
        among = Text("ที่เลือก", " that were chosen") if any(part.optional for part in inside) else same("")
        passing = f"part{among.en} passes" if have == 1 else f"parts{among.en} pass"
        return Text(
            f"หมวด{among.th}ที่ผ่านแน่แล้วมี {have} หมวด ต้องมีอย่างน้อย {need} จาก {len(inside)} หมวด",
            f"{have} {passing} for certain; at least {need} of {len(inside)} must",
        )
    have_words, need_words = percent(one.have), percent(one.need)
    if one.kind == "part":
        title = criteria.part(one.part).title
        if one.have is None:
            return Text(
                f"หมวด “{title.th}” ต้องได้ {need_words} แต่ยังไม่มีคะแนน",
                f"the part “{title.en}” needs {need_words} and has no score",
            )
        return Text(
            f"หมวด “{title.th}” ได้แน่ {have_words} ต้องได้ {need_words}",
            f"the part “{title.en}” has {have_words} for certain and needs {need_words}",
        )
    if one.have is None:
        return Text(f"ยังไม่มีคะแนนรวม ต้องได้ {need_words}", f"there is no overall score, {need_words} is needed")
    return Text(
        f"คะแนนรวมที่ได้แน่ {have_words} ต้องได้ {need_words}",
        f"the overall score is {have_words} for certain and must be {need_words}",
    )


def lacks_told(criteria: CriteriaSet, lacks: Iterable[Unmet]) -> Text:
    """Rules that do not hold for certain, in one line."""
    told = [unmet_words(criteria, one) for one in lacks]
    return Text(" · ".join(one.th for one in told), "; ".join(one.en for one in told))


def why_not_asked(
    criteria: CriteriaSet, one: Criterion, *, facts: Mapping[str, Fact], claimed: Collection[str]
) -> Text | None:
    """Why a criterion is not asked of a body (its part is not claimed, or facts excuse it); None where it is."""
    part = criteria.part(one.part)
    if part.optional and part.id not in claimed:
        return Text(f"ไม่ได้ขอรับประเมินด้าน{part.title.th}", f"the part {part.title.en} is not claimed")
    fit = one.fit(facts)
    return None if fit.applies else fit.reason
