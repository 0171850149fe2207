"""The form of a file's page as answers to a recipe; what it names is checked against what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mudmai.workspace.looking import Look
from mudmai.workspace.recipe_answers import RULES, Answers

_LONGEST = 300


def asked_answers(form: Mapping[str, str], look: Look) -> Answers:
    """Answers by the place of each question in the look that the form was made for; absent ones leave things be."""
    columns = tuple(
        (column, form.get(f"column-{at}", _now(column.meaning, column.dimension)), f"fill-{at}" in form)
        for at, column in enumerate(look.preview.columns)
    )
    headings = {
        text: given for at, text in enumerate(look.headings) if (given := form.get(f"heading-{at}")) is not None
    }
    words = tuple(
        replace(one, choice=form.get(f"word-{at}", one.choice), confidence=1.0) for at, one in enumerate(look.words)
    )
    names = {}
    for at, one in enumerate(look.names):
        typed = form.get(f"code-{at}", "").strip()[:_LONGEST]
        names[one.text] = typed or form.get(f"name-{at}", one.chosen)
    told = {name: form[name] for name in RULES if name in form}
    return Answers(
        columns if any(f"column-{at}" in form for at in range(len(columns))) else (),
        headings,
        words,
        names,
        series=_given(form, "series"),
        period=_given(form, "period"),
        area=_given(form, "area"),
        unit=_given(form, "unit"),
        rules=told,
    )


def _now(meaning: str, dimension: str) -> str:
    return f"dimension:{dimension}" if dimension else meaning


def _given(form: Mapping[str, str], name: str) -> str | None:
    value = form.get(name)
    return None if value is None else value.strip()[:_LONGEST]
