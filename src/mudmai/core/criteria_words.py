"""What an assessment says, in words: scores as ranges, rules of levels that do not hold yet."""

from __future__ import annotations

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


def unmet_words(criteria: CriteriaSet, one: Unmet) -> Text:
    """A rule that does not hold for certain, as a sentence."""
    if one.kind == "count":
        have, need = int(one.have or 0), int(one.need)
        chosen = any(part.optional for part in criteria.parts if part.group == one.group)
        among = Text("ที่เลือก", "that were chosen ") if chosen else same("")
        return Text(
            f"หมวด{among.th}ผ่านแล้ว {have} หมวด ต้องผ่านอย่างน้อย {need} หมวด",
            f"of the parts {among.en}{have} pass for certain; {need} must",
        )
    need_words = f"{100 * one.need:g}"
    if one.kind == "part":
        title = criteria.part(one.part).title
        if one.have is None:
            return Text(
                f"หมวด “{title.th}” ต้องได้ร้อยละ {need_words} แต่ยังไม่มีคะแนน",
                f"the part “{title.en}” needs {need_words} per cent and has no score",
            )
        return Text(
            f"หมวด “{title.th}” ได้แน่นอนร้อยละ {100 * one.have:.1f} ต้องได้ {need_words}",
            f"the part “{title.en}” has {100 * one.have:.1f} per cent for certain and needs {need_words}",
        )
    if one.have is None:
        return Text("ยังไม่มีคะแนนรวม", "there is no score of the whole")
    return Text(
        f"คะแนนรวมที่แน่นอนร้อยละ {100 * one.have:.1f} ต้องได้ {need_words}",
        f"the whole has {100 * one.have:.1f} per cent for certain and needs {need_words}",
    )
