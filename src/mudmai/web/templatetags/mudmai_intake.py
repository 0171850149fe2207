"""Tags of the pages of files: heads of a shown sheet, roles of its rows, places of problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch

from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.exchange.sheets.cells import column_name
from mudmai.web.pages import address
from mudmai.web.templatetags.mudmai_web import here_of
from mudmai.web.wording import wording
from mudmai.workspace.sheet_preview import SheetPreview

register = template.Library()
ROLES = ("heading", "total", "section", "note", "hidden")
"""Roles of rows that are named beside their number."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a shown sheet: its letters and what it is."""

    letters: str
    meaning: str
    title: Text | None


@register.simple_tag
def sheet_heads(preview: SheetPreview) -> list[Head]:
    """A head for every column that is shown."""
    told = {one.col: one for one in preview.columns}
    width = max((sum(cell.columns for cell in row.cells) for row in preview.rows), default=0)
    heads = []
    for col in range(width):
        one = told.get(col)
        title = wording(f"reading.is_{one.meaning}", name=one.dimension) if one else None
        heads.append(Head(column_name(col), one.meaning if one else "", title))
    return heads


@register.simple_tag(takes_context=True)
def role_title(context: Context, role: str) -> str:
    """What a row is, where it is not plain data."""
    return here_of(context).say(wording(f"reading.role_{role}")) if role in ROLES else ""


@register.simple_tag(takes_context=True)
def spot_of(context: Context, problem: Problem) -> str:
    """The place of a problem without its file."""
    return problem.where.words(here_of(context).language, file=False)


@register.simple_tag
def joined(words: Sequence[str]) -> str:
    """Words in a row."""
    return ", ".join(words)


@register.simple_tag(takes_context=True)
def page_of(context: Context, name: str, **parts: Any) -> str:
    """The address of a page, or nothing where this installation has no such page."""
    try:
        return address(here_of(context).language, name, **parts)
    except NoReverseMatch:
        return ""
