"""Any office's file in: a tidy table with a source cell for each value, or an exact refusal.

Stages, each a frozen result that can be looked at alone::

    open_workbook   file → Workbook of sheets: values, and all that a person sees around them
    find_tables     sheet → Layout: titles, headings over several rows, data, totals, notes
    propose         workbook → Proposal: a Recipe with confidence, reasons, guesses and questions
    Recipe          what a person confirmed, as JSON; headings and words, no cell addresses
    recognise       next year's file + recipes → Recognition: goes through, or exactly what changed
    apply_recipe    workbook + recipe → Tidy: canonical columns, problems by cell, what was left out and why
"""

from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.findings import Ignored, Tidy
from mudmai.exchange.sheets.layout import Layout, Table, find_tables
from mudmai.exchange.sheets.name_forms import read_name_forms, shipped_name_forms
from mudmai.exchange.sheets.propose import Proposal, Question, propose
from mudmai.exchange.sheets.recipe import ColumnRule, HeadingRule, Meaning, Recipe, SeriesRule
from mudmai.exchange.sheets.recognition import Change, ChangeKind, Recognition, recognise
from mudmai.exchange.sheets.workbook import Sheet, Workbook, open_workbook

__all__ = [
    "Change",
    "ChangeKind",
    "ColumnRule",
    "HeadingRule",
    "Ignored",
    "Layout",
    "Meaning",
    "Proposal",
    "Question",
    "Recipe",
    "Recognition",
    "SeriesRule",
    "Sheet",
    "Table",
    "Tidy",
    "Workbook",
    "apply_recipe",
    "find_tables",
    "open_workbook",
    "propose",
    "read_name_forms",
    "recognise",
    "shipped_name_forms",
]
