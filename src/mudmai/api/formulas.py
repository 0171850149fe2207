"""The door for people who write formulas: checked, put into words, and computed on real figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS
from mudmai.api.problem_docs import problems
from mudmai.core.errors import FormulaError
from mudmai.workspace.definitions import Preview, preview

router = Router(tags=["formulas"], auth=KNOWN_CALLERS)


class FormulaIn(Schema):
    """A formula and what it has to give."""

    formula: str = Field(max_length=4000)
    area_system: str | None = Field(None, max_length=80, description="The area system that the result must be in")
    unit: str | None = Field(None, max_length=80, description="The unit that the result must have")
    preview: bool = Field(False, description="Also compute the latest periods")


class FormulaProblemOut(Schema):
    """What is wrong, and where."""

    code: str
    position: int | None = Field(description="The character, counted from 0")
    detail: str
    detail_th: str
    remedy: str
    remedy_th: str


class PreviewRowOut(Schema):
    """An area and its values, one for each period."""

    area: str
    values: list[float | None]


class FormulaCheckOut(Schema):
    """The answer: a formula that is sound, or the problem."""

    ok: bool
    problem: FormulaProblemOut | None = None
    words_th: str = ""
    words_en: str = ""
    unit: str = ""
    area_system: str = ""
    boolean: bool = False
    series: list[str] = Field(default_factory=list, description="The series that it reads, named formulas written out")
    release: str = ""
    periods: list[str] = Field(default_factory=list)
    rows: list[PreviewRowOut] = Field(default_factory=list)


@router.post(
    "/formulas/check",
    response=FormulaCheckOut,
    operation_id="checkFormula",
    openapi_extra=problems("400", "401", "403", "404", "422", "429", "500"),
)
def check_formula(request: HttpRequest, asked: FormulaIn) -> dict[str, Any]:
    """Check a formula against names, units and area systems. A faulty one is an answer too: `ok` is false."""
    workspace = request.workspace  # type: ignore[attr-defined]
    try:
        shown = preview(workspace, asked.formula, area_system=asked.area_system, unit=asked.unit)
    except FormulaError as fault:
        told = {
            "code": fault.code,
            "position": fault.position,
            "detail": fault.message.en,
            "detail_th": fault.message.th,
            "remedy": fault.remedy.en,
            "remedy_th": fault.remedy.th,
        }
        return {"ok": False, "problem": told}
    return _sound(shown, asked.preview)


def _sound(shown: Preview, with_rows: bool) -> dict[str, Any]:
    return {
        "ok": True,
        "words_th": shown.words.th,
        "words_en": shown.words.en,
        "unit": shown.unit.code,
        "area_system": shown.area_system,
        "boolean": shown.boolean,
        "series": list(shown.series),
        "release": shown.release,
        "periods": [p.iso for p in shown.periods] if with_rows else [],
        "rows": [{"area": r.area.code, "values": list(r.values)} for r in shown.rows] if with_rows else [],
    }
