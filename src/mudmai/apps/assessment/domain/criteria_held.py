"""The criteria that a file is assessed by: the kept version, what of it applies to the body, what marks add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from mudmai.apps.assessment.models import CityFile
from mudmai.core.criteria import Assessed, CriteriaSet, Criterion, Fact, assess
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.workspace.criteria import criteria_by_sha
from mudmai.workspace.home import Home


def criteria_of(file: CityFile) -> CriteriaSet:
    """The version that the file was opened on, whatever packs say by now."""
    return criteria_by_sha(Home(Path(settings.MUDMAI_HOME)), file.criteria_sha)


def known_facts(facts: Mapping[str, Any]) -> dict[str, Fact]:
    """Facts of a body as :func:`mudmai.core.criteria.assess` reads them; what has no value is not known."""
    found: dict[str, Fact] = {}
    for name, told in facts.items():
        value = told.get("value") if isinstance(told, dict) else told
        if value is not None:
            found[name] = frozenset(value) if isinstance(value, list) else value
    return found


def assessed_by(file: CityFile, values: Mapping[str, int | None], criteria: CriteriaSet | None = None) -> Assessed:
    """What ``values`` (criterion → step; absent: none) add up to for the file's body and its claimed parts."""
    return assess(criteria or criteria_of(file), values, facts=known_facts(file.facts), claimed=file.claimed)


def asked_of(file: CityFile, criteria: CriteriaSet | None = None) -> tuple[Criterion, ...]:
    """The criteria that the file has to be marked on: those of claimed parts that apply to the body, in order."""
    held = criteria or criteria_of(file)
    counted = assessed_by(file, {}, held).criteria
    return tuple(one for one in held.criteria if one.id in counted)


def criterion_asked(file: CityFile, criterion: str, criteria: CriteriaSet | None = None) -> Criterion:
    """One of :func:`asked_of`. Another id is refused: unknown with near names, or not asked of this body."""
    held = criteria or criteria_of(file)
    one = held.by_id.get(criterion)
    if one is None:
        raise UnknownNameError(Text("เกณฑ์", "criterion"), criterion, list(held.by_id), where=Where(field="criterion"))
    if one.id not in {asked.id for asked in asked_of(file, held)}:
        raise InputError(
            Text(f"เกณฑ์ “{one.title.th}” ไม่ใช้กับแฟ้มนี้", f"the criterion “{one.title.en}” is not asked of this file"),
            remedy=Text("ดูรายการเกณฑ์ของแฟ้ม", "see the criteria of the file"),
            code="criterion_not_asked",
            where=Where(field="criterion"),
        )
    return one


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
