"""Small books of forms, built by hand."""

from __future__ import annotations

from decimal import Decimal

from mudmai.exchange.forms.book import (
    FormAmount,
    FormBook,
    FormNote,
    FormProject,
    NoteKind,
    ReconciledLine,
    Reconciliation,
)
from mudmai.workspace.raw_files import RawFile

SHEET = "ยุทธ1.1"


def amount(year: int, value: str | None, cell: str, stage: str = "planned", told: bool = False) -> FormAmount:
    return FormAmount(year, stage, None if value is None else Decimal(value), cell, told)


def note(kind: NoteKind, text: str, **more) -> FormNote:
    return FormNote(kind, text, "F13", **more)


def project(row: int, title: str, *amounts: FormAmount, notes=(), sheet: str = SHEET, **more) -> FormProject:
    fields = {
        "title": title,
        "target": "1 สาย",
        "department": "กองช่าง",
        "department_written": "กองช่างฯ",
        "plan": "ครุภัณฑ์",
    }
    return FormProject(
        number=str(row - 12),
        fields=fields,
        hierarchy=(("strategy", "ยุทธศาสตร์ที่ 1"), ("plan", "แผนงานเคหะ")),
        amounts=amounts or (amount(2024, "100.00", f"E{row}"), amount(2025, None, f"F{row}")),
        notes=tuple(notes),
        sheet=sheet,
        row=row,
        form="por-02",
        section="เคหะ",
        **more,
    )


def book(*projects: FormProject, **more) -> FormBook:
    return FormBook("plan.xlsx", "por", (), projects, (), **more)


def raw(letter: str = "a") -> RawFile:
    return RawFile(letter * 64, 10, "plan.xlsx")


def agreeing(form: str = "100.00", summary: str = "100.00") -> Reconciliation:
    return Reconciliation(
        (
            ReconciledLine(
                "section", "เคหะ", "por-02", 2024, 1, 1, Decimal(form), Decimal(summary), ("E13:E40",), ("C7",)
            ),
        )
    )
