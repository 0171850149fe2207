"""Widths of columns: figures never wrap, text shares what they leave, and letters shrink before anything is cut."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from mudmai.exchange.forms.printing.model import FormPrint, PrintSheet
from mudmai.exchange.forms.printing.spec import PrintSpec

MM_PER_POINT = 25.4 / 72
DIGIT_WIDTHS = {"arabic": 0.57, "thai": 0.70}
"""Of a bold digit, in widths of the letter size (Sarabun)."""
PAD = 1.0
"""Millimetres left and right of a cell's words."""
_NARROWEST_TEXT = 18.0
"""At the size of the body: long Thai words such as สาธารณสุข stay whole."""
_CROWDED_TEXT = 11.0
_SMALLEST = 4.0
_STEP = 0.25


@dataclass(frozen=True, slots=True)
class Fit:
    """``widths`` in millimetres for letters of ``size`` points."""

    widths: tuple[float, ...]
    size: float


def usable_width(spec: PrintSpec) -> float:
    """Millimetres between the margins."""
    side = spec.paper.binder if spec.paper.binder_edge == "left" else spec.paper.margin
    return spec.paper.width - side - spec.paper.margin


def fit(sheet: PrintSheet, whole: FormPrint, spec: PrintSpec) -> Fit:
    """The widths of a sheet: the largest letters with which all text columns keep a readable width."""
    room, size = usable_width(spec), spec.sizes.body
    texts = [column.width for column in sheet.columns if column.kind == "text"]
    while True:
        figures = _figure_widths(sheet, whole, size)
        left = room - sum(figures)
        if not texts or min(texts) / sum(texts) * left >= _NARROWEST_TEXT * size / spec.sizes.body:
            break
        if size - _STEP < spec.sizes.least:
            return _crowded(sheet, whole, spec)
        size -= _STEP
    if not texts:
        return Fit(tuple(one * room / sum(figures) for one in figures), size)
    return Fit(_shared(sheet, figures, left, [column.width for column in sheet.columns]), size)


def _crowded(sheet: PrintSheet, whole: FormPrint, spec: PrintSpec) -> Fit:
    """Enormous figures: columns as wide as their own figures, text in equal columns, letters as small as need be."""
    room, size = usable_width(spec), spec.sizes.least
    texts = sum(1 for column in sheet.columns if column.kind == "text")
    while True:
        figures = [_figure_width(sheet, j, whole, size) for j in range(len(sheet.columns))]
        left = room - sum(figures)
        if left >= texts * _CROWDED_TEXT or size - _STEP < _SMALLEST:
            return Fit(_shared(sheet, figures, max(left, texts * _CROWDED_TEXT), [1.0] * len(sheet.columns)), size)
        size -= _STEP


def _shared(sheet: PrintSheet, figures: list[float], left: float, wished: list[float]) -> tuple[float, ...]:
    kinds = [column.kind for column in sheet.columns]
    whole = sum(width for kind, width in zip(kinds, wished, strict=True) if kind == "text")
    return tuple(
        width / whole * left if kind == "text" else figure
        for kind, width, figure in zip(kinds, wished, figures, strict=True)
    )


def _figure_widths(sheet: PrintSheet, whole: FormPrint, size: float) -> list[float]:
    """What figures need, 0 for text; columns of one kind are equally wide, so that years compare at a glance."""
    needed = [_figure_width(sheet, j, whole, size) for j in range(len(sheet.columns))]
    widest = {column.kind: 0.0 for column in sheet.columns}
    for column, width in zip(sheet.columns, needed, strict=True):
        widest[column.kind] = max(widest[column.kind], width)
    return [widest[column.kind] for column in sheet.columns]


def _figure_width(sheet: PrintSheet, j: int, whole: FormPrint, size: float) -> float:
    """What the figures of a column need; 0 for text."""
    column = sheet.columns[j]
    if column.kind == "text":
        return 0.0
    cells = (row.cells[j] for row in sheet.rows if j or row.kind == "project")
    longest = max((_ems(whole.written(cell), whole) for cell in cells), default=0.0)
    if column.kind == "number":
        longest = min(longest, 4.0)
    heads = (_ems(cell.text, whole) for cell in sheet.head if cell.col == j and cell.cols == 1)
    longest = max([longest, 4.6] if column.kind == "money" else [longest, *heads])
    return longest * size * MM_PER_POINT + 2 * PAD + 0.6


def _ems(text: str, whole: FormPrint) -> float:
    digit = DIGIT_WIDTHS[whole.digits]
    return sum(
        digit if c.isdigit() else 0.3 if c in ",. " else 0.0 if unicodedata.category(c) == "Mn" else 0.62 for c in text
    )
