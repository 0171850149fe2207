"""Forms to be filled in: heading, levels and numbered empty rows, for offices that keep no workbook yet.

A filled-in workbook is read like any other: rows that stay empty are passed over, and so are lines above the table
with nothing behind their words.
"""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.days import BUDDHIST
from mudmai.core.errors import InputError
from mudmai.core.language import Digits, Text
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.printing.build import chosen_forms, finished_sheet
from mudmai.exchange.forms.printing.heading import detail_columns, detail_head
from mudmai.exchange.forms.printing.model import Cell, FormPrint, Money, PrintColumn, PrintRow, PrintSheet, in_digits
from mudmai.exchange.forms.printing.names import SheetNames
from mudmai.exchange.forms.printing.spec import PrintSpec

DOTS = " " + "." * 60
ROWS = 20
MOST_ROWS = 500
MOST_YEARS = 10


def blank_print(
    layouts: FormLayouts,
    spec: PrintSpec,
    years: Sequence[int],
    *,
    forms: Sequence[str] = (),
    rows: int = ROWS,
    digits: Digits = "arabic",
    organisation: str = "",
) -> FormPrint:
    """Empty detail forms with a column for each of ``years`` (fiscal years, CE) and ``rows`` numbered rows.

    ``forms`` chooses by id or code, all when empty; summaries are reckoned from the projects and never filled in.

    Raises :class:`InputError` ``form_unknown`` (no such form, or a summary only) or ``form_years`` (none, or too many).
    """
    if not 1 <= len(years) <= MOST_YEARS:
        raise InputError(
            Text(
                f"แบบเปล่ามีได้ 1-{MOST_YEARS} ปี ที่ขอคือ {len(years)} ปี",
                f"a form has 1 to {MOST_YEARS} years, not {len(years)}",
            ),
            remedy=Text(
                "บอกปีแรกและปีสุดท้ายของแผน เช่น 2566-2570", "give first and last year of the plan, such as 2566-2570"
            ),
            code="form_years",
        )
    details = [one for one in chosen_forms(layouts, forms) if one.role == "detail"]
    if not details:
        raise InputError(
            Text(
                "แบบสรุปคำนวณจากโครงการ ไม่มีแบบเปล่าให้กรอก",
                "a summary is reckoned from the projects; there is none to fill in",
            ),
            remedy=Text("เลือกแบบรายละเอียด", "choose a form of projects"),
            code="form_unknown",
        )
    names = SheetNames()
    sheets = [
        finished_sheet(_sheet(one, layouts, spec, years, rows, digits), one, names, organisation, digits)
        for one in details
    ]
    title = " ".join(part for part in (in_digits(layouts.title.th, digits), organisation) if part)
    return FormPrint(title, tuple(sheets), tuple(spec.signature.roles), digits)


def years_between(first: int, last: int) -> tuple[int, ...]:
    """Fiscal years from ``first`` to ``last``, each in either calendar, as years CE.

    >>> years_between(2566, 2568), years_between(2024, 2023)
    ((2023, 2024, 2025), ())
    """
    begin, end = (year - BUDDHIST if year > 2400 else year for year in (first, last))
    return tuple(range(begin, min(end, begin + MOST_YEARS) + 1))


def _sheet(
    form: Form, layouts: FormLayouts, spec: PrintSpec, years: Sequence[int], rows: int, digits: Digits
) -> PrintSheet:
    columns = detail_columns(form, years, form.stages[:1])
    known = {one.id: one for one in layouts.levels}
    return PrintSheet(
        name=form.code,
        form=form.id,
        mark=in_digits(spec.words.mark.replace("{code}", form.code), digits),
        titles=(),
        levels=tuple(known[one].title.th + DOTS for one in form.levels if one in known),
        columns=columns,
        head=detail_head(form, columns, spec, digits),
        rows=tuple(_row(number, columns, digits) for number in range(1, min(rows, MOST_ROWS) + 1)),
    )


def _row(number: int, columns: Sequence[PrintColumn], digits: Digits) -> PrintRow:
    cells: list[Cell] = []
    for column in columns:
        if column.kind == "money":
            cells.append(Money(None))
        else:
            cells.append(in_digits(str(number), digits) if column.kind == "number" else "")
    return PrintRow("project", tuple(cells))
