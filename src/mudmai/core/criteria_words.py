"""What an assessment says, in words: scores as ranges, rules of levels that do not hold yet."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mudmai.core.criteria import CriteriaSet, Score, Unmet
from mudmai.core.language import MISSING_TEXT, Text, same


def percent_range(score: Score) -> str:
    """From what is certain to what could still be earned, in per cent; a dash where nothing can be earned.

    >>> percent_range(Score(1, 0, 2)), percent_range(Score(1, 1, 4)), percent_range(Score(0, 0, 0))
    ('50.0', '25.0–50.0', '–')
    """
    low, high = score.low, score.high
    if low is None or high is None:
        return MISSING_TEXT
    if f"{low:.3f}" == f"{high:.3f}":
        return f"{100 * low:.1f}"
    return f"{100 * low:.1f}–{100 * high:.1f}"


def percent(share: float | None) -> str:
    """A share for people, never rounded up over a line: 0.6999 is 69.9%.

    >>> percent(0.6999), percent(0.7), percent(None)
    ('69.9%', '70%', '–')
    """
    return MISSING_TEXT if share is None else f"{math.floor(share * 1000 + 1e-6) / 10:g}%"


def unmet_words(criteria: CriteriaSet, one: Unmet) -> Text:
    """A rule that does not hold for certain, as a sentence."""
    if one.kind == "count":
        have, need = int(one.have or 0), int(one.need)
        chosen = any(part.optional for part in criteria.parts if part.group == one.group)
        among = Text("ที่เลือก", "that were chosen ") if chosen else same("")
        return Text(
            f"หมวด{among.th}ผ่านแล้ว {have} หมวด ต้องผ่านอย่างน้อย {need} หมวด",
            f"{have} of the parts {among.en}pass for certain, at least {need} must",
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
            f"หมวด “{title.th}” ได้แน่นอน {have_words} ต้องได้ {need_words}",
            f"the part “{title.en}” has {have_words} for certain and needs {need_words}",
        )
    if one.have is None:
        return Text(f"ยังไม่มีคะแนนรวม ต้องได้ {need_words}", f"there is no score of the whole, {need_words} is needed")
    return Text(
        f"คะแนนรวมที่แน่นอน {have_words} ต้องได้ {need_words}",
        f"the whole has {have_words} for certain and needs {need_words}",
    )


def lacks_told(criteria: CriteriaSet, lacks: Iterable[Unmet]) -> Text:
    """Rules that do not hold for certain, in one line."""
    told = [unmet_words(criteria, one) for one in lacks]
    return Text(" · ".join(one.th for one in told), "; ".join(one.en for one in told))
