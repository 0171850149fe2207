"""Where a file stands: its score as a range, the level that is certain, and what blocks the next one, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mudmai.apps.assessment.domain.answer_rows import values_of
from mudmai.apps.assessment.domain.evidence_rows import counted_evidence, lacking_evidence
from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.live_figures import proposed
from mudmai.apps.assessment.domain.settled import settled_marks, settled_values
from mudmai.apps.assessment.models import CityFile, FileState, Marker
from mudmai.apps.data.site import workspace
from mudmai.core.criteria import Assessed, CriteriaSet, Criterion, Gain, NextLevel, Unmet, assess, next_level
from mudmai.core.criteria_words import percent, unmet_words
from mudmai.core.language import Text

__all__ = ["Blocker", "FigureClaim", "Standing", "blockers_of", "facts_of", "marks_told", "percent", "standing_of"]

Marks = Literal["answers", "reconciled"] | Marker
_TOLD = (FileState.REPLY, FileState.DECIDING, FileState.GRANTED, FileState.REFUSED, FileState.APPEALED)


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way of the next level. ``kind``: ``overall``, ``part``, ``unclaimed``, ``count`` (rules of the
    level), ``criterion``. ``gain``: what it could add to the share of the whole at most, 0..1."""

    text: Text
    kind: str
    part: str
    criterion: str
    gain: float


@dataclass(frozen=True, slots=True)
class FigureClaim:
    """What a criterion's live figure says beside the answer. ``reaches``: the step that the figure gives, None where it
    gives none (missing, or of a wider area); ``above``: the answer claims more than the figure reaches."""

    criterion: str
    answer: int | None
    reaches: int | None
    above: bool
    figure: dict[str, Any]
    text: Text


@dataclass(frozen=True)
class Standing:
    """``next`` None: the highest level is reached, or the set has none. ``blockers``: rules of the next level first,
    then criteria, each sorted by what could help most."""

    criteria: CriteriaSet
    values: Mapping[str, int | None]
    assessed: Assessed
    next: NextLevel | None
    blockers: tuple[Blocker, ...]
    open_questions: tuple[Criterion, ...]
    evidence_missing: tuple[tuple[Criterion, int], ...]
    figures: tuple[FigureClaim, ...]

    @property
    def claims_above(self) -> tuple[FigureClaim, ...]:
        """Answers that claim more than their figure reaches."""
        return tuple(one for one in self.figures if one.above)


def standing_of(file: CityFile, *, marks: Marks = "answers", figures: bool = True) -> Standing:
    """The standing by the city's own answers, by the reconciled marks, or by one marker's.

    ``figures`` False leaves the live figures out (lists of many files).
    """
    criteria = criteria_of(file)
    values = values_by(file, marks)
    assessed = assess(criteria, values, facts=facts_of(file), claimed=file.claimed)
    following = next_level(criteria, values, assessed)
    asked = asked_criteria(file, criteria)
    return Standing(
        criteria=criteria,
        values=values,
        assessed=assessed,
        next=following,
        blockers=blockers_of(criteria, assessed, following),
        open_questions=tuple(one for one in asked if values.get(one.id) is None),
        evidence_missing=lacking_evidence(asked, dict(values), counted_evidence(file)),
        figures=_claims(file, asked, values) if figures else (),
    )


def marks_told(file: CityFile) -> Literal["answers", "reconciled"]:
    """By what the city plans on: its own answers, and the settled marks from the day they were told to it."""
    return "reconciled" if file.state in _TOLD else "answers"


def values_by(file: CityFile, marks: Marks) -> dict[str, int | None]:
    """Criterion → step, by whose marks."""
    if isinstance(marks, Marker):
        return dict(marks.marks.values_list("criterion", "value"))
    return settled_values(settled_marks(file)) if marks == "reconciled" else values_of(file)


def blockers_of(criteria: CriteriaSet, assessed: Assessed, following: NextLevel | None) -> tuple[Blocker, ...]:
    """What stands in the way of the next level, in sentences."""
    if following is None:
        return ()
    rules = [_rule(criteria, assessed, following, one) for one in following.unmet]
    rules.sort(key=lambda one: -one.gain)
    helpful = _helpful_parts(criteria, following)
    ones = [_criterion(criteria, one) for one in following.gains if criteria.by_id[one.criterion].part in helpful]
    return (*rules, *ones)


def _helpful_parts(criteria: CriteriaSet, following: NextLevel) -> set[str]:
    """Parts whose criteria count for a rule that is not met."""
    found: set[str] = set()
    for one in following.unmet:
        if one.kind == "overall":
            return {part.id for part in criteria.parts}
        if one.kind == "part":
            found.add(one.part)
        else:
            found |= {part.id for part in criteria.parts if not one.group or part.group == one.group}
    return found


def _rule(criteria: CriteriaSet, assessed: Assessed, following: NextLevel, one: Unmet) -> Blocker:
    level, told = following.level.title, unmet_words(criteria, one)
    if one.kind == "part" and one.part not in assessed.parts:
        title = criteria.part(one.part).title
        text = Text(
            f"ต้องขอรับประเมินหมวด “{title.th}” ด้วย ระดับ “{level.th}” บังคับ",
            f"the part “{title.en}” must be claimed too: “{level.en}” needs it",
        )
        return Blocker(text, "unclaimed", one.part, "", 1.0)
    if one.kind == "part":
        score, gain = assessed.parts[one.part], _gain_of(criteria, following, {one.part})
        return Blocker(_both(told, _could(score.low, score.high)), "part", one.part, "", gain)
    if one.kind == "count":
        group = {part.id for part in criteria.parts if not one.group or part.group == one.group}
        return Blocker(told, "count", "", "", _gain_of(criteria, following, group))
    could = _could(assessed.overall.low, assessed.overall.high)
    return Blocker(_both(told, could), "overall", "", "", sum(gain.overall for gain in following.gains))


def _both(told: Text, more: Text) -> Text:
    return Text(told.th + more.th, told.en + more.en)


def _could(low: float | None, high: float | None) -> Text:
    """What the open questions could still bring."""
    if low is None or high is None or high - low < 0.0005:
        return Text("", "")
    return Text(
        f" (ยังมีข้อที่ไม่ได้ตอบ ถ้าตอบครบและได้เต็มจะถึง {percent(high)})",
        f" (with the open questions answered in full, up to {percent(high)})",
    )


def _gain_of(criteria: CriteriaSet, following: NextLevel, parts: set[str]) -> float:
    return sum(one.overall for one in following.gains if criteria.by_id[one.criterion].part in parts)


def _criterion(criteria: CriteriaSet, gain: Gain) -> Blocker:
    one = criteria.by_id[gain.criterion]
    points = f"{gain.overall * 100:.1f}"
    if gain.now is None:
        text = Text(
            f"ข้อ “{one.title.th}” ยังไม่ได้ตอบ ได้เต็มจะเพิ่มคะแนนรวม {points} จุด",
            f"“{one.title.en}” is not answered: in full it adds {points} points to the overall score",
        )
    else:
        text = Text(
            f"ข้อ “{one.title.th}” ได้ขั้น {gain.now} จาก {one.top} ได้เต็มจะเพิ่มคะแนนรวม {points} จุด",
            f"“{one.title.en}” stands at step {gain.now} of {one.top}: "
            f"in full it adds {points} points to the overall score",
        )
    return Blocker(text, "criterion", one.part, one.id, gain.overall)


def _claims(file: CityFile, asked: tuple[Criterion, ...], values: Mapping[str, int | None]) -> tuple[FigureClaim, ...]:
    found = []
    for one in asked:
        figure = proposed(workspace(), file.city, one)
        if figure is not None:
            found.append(_claim(one, values.get(one.id), figure))
    return tuple(found)


def _claim(criterion: Criterion, answer: int | None, figure: dict[str, Any]) -> FigureClaim:
    reaches: int | None = figure.get("reaches")
    above = answer is not None and reaches is not None and answer > reaches
    told = Text(figure["told_th"], figure["told_en"])
    if reaches is None:
        more = Text(figure.get("note_th", ""), figure.get("note_en", ""))
        text = Text(
            f"ข้อ “{criterion.title.th}” ตัวเลขจากระบบ: {told.th} จึงยังเทียบกับคำตอบไม่ได้ {more.th}".rstrip(),
            f"“{criterion.title.en}”: the live figure ({told.en}) cannot be set against the answer. {more.en}".rstrip(),
        )
    elif above:
        text = Text(
            f"ข้อ “{criterion.title.th}” ตอบขั้น {answer} แต่ตัวเลขจากระบบ {told.th} ถึงขั้น {reaches} เท่านั้น",
            f"“{criterion.title.en}” claims step {answer}, but the live figure, {told.en}, reaches step {reaches} only",
        )
    else:
        text = Text(
            f"ข้อ “{criterion.title.th}” ตัวเลขจากระบบ {told.th} ถึงขั้น {reaches}",
            f"“{criterion.title.en}”: the live figure, {told.en}, reaches step {reaches}",
        )
    return FigureClaim(criterion.id, answer, reaches, above, figure, text)
