"""Workbooks of official plan forms: read into a staged book, reconciled with their own summary.

Stages::

    read_form_layouts   folder of a pack of kind ``forms`` → FormLayouts: what its forms look like, in words
    read_form_book      workbook + layouts → FormBook: projects with a cell for every amount, notes, faults
    reconcile           FormBook → Reconciliation: every section and year against the summary, to the baht
"""

from mudmai.exchange.forms.book import (
    FormAmount,
    FormBook,
    FormColumn,
    FormNote,
    FormProject,
    FormSheet,
    LeftOut,
    NoteKind,
    ProjectKey,
    ReconciledLine,
    Reconciliation,
    Stage,
    State,
    SummaryAmount,
    SummaryRow,
    totals_of,
)
from mudmai.exchange.forms.layout_files import read_form_layouts, shipped_form_layouts
from mudmai.exchange.forms.layouts import FieldColumn, Form, FormLayouts, Level, NotePattern
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.forms.reconciling import reconcile

__all__ = [
    "FieldColumn",
    "Form",
    "FormAmount",
    "FormBook",
    "FormColumn",
    "FormLayouts",
    "FormNote",
    "FormProject",
    "FormSheet",
    "LeftOut",
    "Level",
    "NoteKind",
    "NotePattern",
    "ProjectKey",
    "ReconciledLine",
    "Reconciliation",
    "Stage",
    "State",
    "SummaryAmount",
    "SummaryRow",
    "read_form_book",
    "read_form_layouts",
    "reconcile",
    "shipped_form_layouts",
    "totals_of",
]
