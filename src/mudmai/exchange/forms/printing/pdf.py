"""A print as PDF."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from mudmai.exchange.forms.printing.model import FormPrint, PrintRow, PrintSheet
from mudmai.exchange.forms.printing.spec import PrintSpec
from mudmai.exchange.forms.printing.widths import MM_PER_POINT, PAD, Fit, fit
from mudmai.exchange.typesetting import FONTS, typeset

TEMPLATE = Path(__file__).with_name("print.typ")

_LONG_RUN = re.compile(r"[^\s\u0e00-\u0e7f\u200b]{18,}")
_ALIGN = {"number": "center", "text": "left", "money": "right", "count": "right"}
_TALL = 0.4
"""A row over this part of a page may be parted between pages; others stay whole."""


def print_pdf(made: FormPrint, spec: PrintSpec, *, fonts: Path = FONTS) -> bytes:
    """The pages, with the heading of a table on each of its pages, ``หน้า x จาก y`` below, signatures at the end.

    Raises :class:`mudmai.core.errors.FaultError` ``font_missing`` when the face of the print is not installed.
    """
    return typeset(TEMPLATE, pdf_data(made, spec), font=spec.fonts.pdf, fonts=fonts)


def pdf_data(made: FormPrint, spec: PrintSpec) -> dict[str, Any]:
    """What the template is given."""
    return {
        "title": made.title,
        "thai": made.digits == "thai",
        "font": spec.fonts.pdf,
        "size": spec.sizes.body,
        "title_size": spec.sizes.title,
        "pad": PAD,
        "paper": margins(spec),
        "page_words": [part for part in re.split(r"(\{pages?\})", spec.words.page) if part],
        "sheets": [_sheet(sheet, made, spec) for sheet in made.sheets],
        "signatures": signature_lines(made, spec),
    }


def margins(spec: PrintSpec) -> dict[str, float]:
    """Width, height and the four margins of the page in millimetres."""
    paper = spec.paper
    edges = dict.fromkeys(("left", "top", "right", "bottom"), paper.margin)
    return {"width": paper.width, "height": paper.height, **edges, paper.binder_edge: paper.binder}


def signature_lines(made: FormPrint, spec: PrintSpec) -> list[list[str]]:
    """The lines of each place to sign."""
    return [[line.replace("{role}", role) for line in spec.signature.lines] for role in made.roles]


def _sheet(sheet: PrintSheet, made: FormPrint, spec: PrintSpec) -> dict[str, Any]:
    widths = fit(sheet, made, spec)
    return {
        "mark": sheet.mark,
        "titles": list(sheet.titles),
        "levels": [_breakable(line) for line in sheet.levels],
        "widths": [round(width, 2) for width in widths.widths],
        "size": widths.size,
        "aligns": [_ALIGN[column.kind] for column in sheet.columns],
        "label_columns": sheet.label_columns,
        "head": [{"row": c.row, "col": c.col, "rows": c.rows, "cols": c.cols, "text": c.text} for c in sheet.head],
        "rows": [_row(row, made, widths, spec) for row in sheet.rows],
    }


def _row(row: PrintRow, made: FormPrint, widths: Fit, spec: PrintSpec) -> dict[str, Any]:
    cells = [_breakable(cell) if isinstance(cell, str) else made.written(cell) for cell in row.cells]
    height = 0.0
    for width, text in zip(widths.widths, cells, strict=True):
        letters = max(1.0, (width - 2 * PAD) / (0.5 * widths.size * MM_PER_POINT))
        lines = sum(math.ceil(max(len(line), 1) / letters) for line in text.split("\n"))
        height = max(height, lines * 1.5 * widths.size * MM_PER_POINT)
    return {"kind": row.kind, "cells": cells, "tall": height > _TALL * spec.paper.height}


def _breakable(text: str) -> str:
    """Long runs without a space (addresses of pages, underscores) get places where a line may end."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(r".{1,9}", run[0], re.DOTALL)), text)
