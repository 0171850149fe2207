"""What marks add up to, and what a scale allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mudmai.apps.assessment.domain.facts import criteria_of, facts_of
from mudmai.apps.assessment.models import CityFile
from mudmai.core.criteria import Assessed, CriteriaSet, Criterion, assess
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text


def assessed_by(file: CityFile, values: Mapping[str, int | None], criteria: CriteriaSet | None = None) -> Assessed:
    """What ``values`` (criterion → step; absent: none) add up to for the file's body and its claimed parts."""
    return assess(criteria or criteria_of(file), values, facts=facts_of(file), claimed=file.claimed)


def refuse_step(criterion: Criterion, value: int) -> None:
    """Raise ``mark_step`` where the scale has no such step."""
    steps = [step.value for step in criterion.scale]
    if value in steps:
        return
    listed = ", ".join(str(step) for step in steps)
    raise InputError(
        Text(f"เกณฑ์ “{criterion.title.th}” ไม่มีขั้น {value}", f"the criterion “{criterion.title.en}” has no step {value}"),
        remedy=Text(f"เลือกขั้นใดขั้นหนึ่ง: {listed}", f"choose one of its steps: {listed}"),
        code="mark_step",
        where=Where(field="value"),
    )


def titles(criteria: CriteriaSet, keys: Iterable[str], most: int = 5) -> Text:
    """Criteria by their titles, the first few."""
    held = [criteria.by_id[key].title for key in keys if key in criteria.by_id]
    th, en = ", ".join(f"“{one.th}”" for one in held[:most]), ", ".join(f"“{one.en}”" for one in held[:most])
    rest = len(held) - most
    return Text(f"{th} และอีก {rest} ข้อ", f"{en} and {rest} more") if rest > 0 else Text(th, en)
