"""Which form a sheet holds: by the mark above its table, else by its name, typos allowed; the heading decides."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from mudmai.exchange.forms.headings import Heading, find_heading
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.summary import SummaryHeading, find_summary_heading
from mudmai.exchange.forms.words import clean, folded
from mudmai.exchange.sheets.workbook import Sheet

MARK_ROWS = 16
"""Marks and titles stand within this many rows."""
NEAR_NAME = 0.7
MANY_TEXTS = 5


@dataclass(frozen=True)
class Recognised:
    """A sheet's form and heading. ``by`` says how the form was told; ``name_fits`` whether the name says it too."""

    form: Form
    heading: Heading | None
    summary: SummaryHeading | None
    by: str
    name_fits: bool


def recognise_sheet(sheet: Sheet, layouts: FormLayouts) -> Recognised | None:
    """The form of a sheet; None when neither mark nor name tells one, or no heading of it is there."""
    above = _above(sheet)
    by_name = _by_name(sheet.name, layouts)
    for by, forms in (("mark", _by_mark(above, layouts)), ("name", by_name)):
        for form in forms:
            if form.role == "summary":
                summary = find_summary_heading(sheet, form, layouts)
                if summary is not None:
                    return Recognised(form, None, summary, by, form in by_name)
            else:
                heading = find_heading(sheet, form, layouts)
                if heading is not None:
                    return Recognised(form, heading, None, by, form in by_name)
    return None


def _above(sheet: Sheet) -> list[str]:
    """Folded texts above the table: a row of many texts is a heading and ends them."""
    found: list[str] = []
    for line in sheet.rows[:MARK_ROWS]:
        texts = [value for value in line if isinstance(value, str) and value]
        if len(texts) >= MANY_TEXTS:
            break
        found += map(folded, texts)
    return found


def looks_like_form(sheet: Sheet, layouts: FormLayouts) -> Heading | None:
    """The heading of any detail form that a sheet has, with years: money that must not be passed over."""
    for form in layouts.forms:
        if form.role == "detail":
            heading = find_heading(sheet, form, layouts)
            if heading is not None and any(one.fiscal_year is not None for one in heading.columns):
                return heading
    return None


def _by_mark(above: list[str], layouts: FormLayouts) -> list[Form]:
    """Forms whose mark is there, the longest mark first; those with further words before those without."""
    found: list[tuple[int, int, int]] = []
    for n, form in enumerate(layouts.forms):
        lengths = [len(mark) for mark in map(folded, form.marks) if any(mark in text for text in above)]
        also = [word for word in map(folded, form.also) if any(word in text for text in above)]
        if lengths and (also or not form.also):
            found.append((max(lengths), bool(form.also), -n))
    return [layouts.forms[-n] for _, _, n in sorted(found, reverse=True)]


def _by_name(name: str, layouts: FormLayouts) -> list[Form]:
    """Forms whose sheet names begin as this one does: the longest exact beginning, else the nearest."""
    plain = folded(clean(name))
    names = [(n, word) for n, form in enumerate(layouts.forms) for word in map(folded, form.sheet_names)]
    ranked = [(float(len(word)), -n) for n, word in names if plain.startswith(word)]
    if not ranked:
        close = [(_likeness(plain[: len(word)], word), -n) for n, word in names if len(word) > 3]
        ranked = [one for one in close if one[0] >= NEAR_NAME]
    return [layouts.forms[-n] for n in dict.fromkeys(n for _, n in sorted(ranked, reverse=True))]


def _likeness(one: str, other: str) -> float:
    """How alike two words are, from 0 to 1; words that share few signs are not looked at closely."""
    if len(set(one) & set(other)) < NEAR_NAME * len(set(other)):
        return 0.0
    return SequenceMatcher(None, one, other).ratio()
