"""A print made from a book of forms: the counted projects on their forms, and the summary reckoned from them.

Projects that go on in another row (moved, merged, duplicate) are not printed: they count where they went. Every
hierarchy gets a sheet of its own, so that the rows above a table hold for all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mudmai.core.days import BUDDHIST
from mudmai.core.errors import InputError
from mudmai.core.language import Digits, Text
from mudmai.exchange.forms.book import FormBook, FormProject, Stage
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.printing.heading import detail_columns, detail_head, level_lines
from mudmai.exchange.forms.printing.model import (
    Cell,
    FormPrint,
    Money,
    PrintColumn,
    PrintRow,
    PrintSheet,
    in_digits,
    sum_of,
    total_cells,
)
from mudmai.exchange.forms.printing.names import SheetNames
from mudmai.exchange.forms.printing.spec import PrintSpec
from mudmai.exchange.forms.printing.summary import summary_sheet


def form_print(
    book: FormBook,
    layouts: FormLayouts,
    spec: PrintSpec,
    *,
    forms: Sequence[str] = (),
    digits: Digits = "arabic",
    organisation: str = "",
) -> FormPrint:
    """The print of ``book``; ``forms`` chooses by id or code (all when empty, the summaries first).

    ``organisation`` stands in the titles.

    Raises :class:`InputError` ``form_unknown``.
    """
    chosen = chosen_forms(layouts, forms)
    names = SheetNames()
    sheets: list[PrintSheet] = []
    for form in (one for one in chosen if one.role == "summary"):
        made = summary_sheet(book, form, layouts, spec, digits)
        if made is not None:
            sheets.append(finished_sheet(made, form, names, organisation, digits))
    details = {one.id: one for one in chosen if one.role == "detail"}
    for group in _groups([one for one in book.counted if one.form in details], details, layouts):
        form = details[group[0].form]
        sheet = _detail_sheet(book, group, form, layouts, spec, digits)
        sheets.append(finished_sheet(sheet, form, names, organisation, digits))
    title = " ".join(part for part in (in_digits(layouts.title.th, digits), organisation) if part)
    return FormPrint(title, tuple(sheets), tuple(spec.signature.roles), digits)


def chosen_forms(layouts: FormLayouts, forms: Sequence[str]) -> list[Form]:
    """The forms of these ids or codes, all when empty. Raises :class:`InputError` ``form_unknown``."""
    if not forms:
        return list(layouts.forms)
    found: list[Form] = []
    for name in forms:
        meant = [one for one in layouts.forms if name in (one.id, one.code)]
        if not meant:
            known = ", ".join(dict.fromkeys(one.code for one in layouts.forms))
            raise InputError(
                Text(f"ไม่มีแบบฟอร์ม “{name}”", f"there is no form “{name}”"),
                remedy=Text(f"เลือกจาก {known}", f"choose from {known}"),
                code="form_unknown",
            )
        found += [one for one in meant if one not in found]
    return found


def _groups(
    projects: Sequence[FormProject], forms: Mapping[str, Form], layouts: FormLayouts
) -> list[list[FormProject]]:
    """Projects of one sheet and form under the same lines above the table, in the order in which they first appear."""
    groups: dict[tuple[object, ...], list[FormProject]] = {}
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    for one in projects:
        key = (one.form, one.hierarchy)
        if key not in known:
            known[key] = level_lines(one.hierarchy, forms[one.form], layouts)
        groups.setdefault((one.sheet, one.form, known[key]), []).append(one)
    return list(groups.values())


def _detail_sheet(
    book: FormBook,
    projects: Sequence[FormProject],
    form: Form,
    layouts: FormLayouts,
    spec: PrintSpec,
    digits: Digits,
) -> PrintSheet:
    years, stages = _money_of(book, projects, form)
    columns = detail_columns(form, years, stages)
    rows = [PrintRow("project", tuple(_cell(one, column, digits) for column in columns)) for one in projects]
    words = in_digits(spec.words.sheet_total.replace("{count}", f"{len(projects):,}"), digits)
    return PrintSheet(
        name=projects[0].sheet,
        form=form.id,
        mark=in_digits(spec.words.mark.replace("{code}", form.code), digits),
        titles=(),
        levels=level_lines(projects[0].hierarchy, form, layouts),
        columns=columns,
        head=detail_head(form, columns, spec, digits),
        rows=(*rows, PrintRow("total", total_cells(words, columns, rows))),
    )


def finished_sheet(sheet: PrintSheet, form: Form, names: SheetNames, organisation: str, digits: Digits) -> PrintSheet:
    """The sheet with its own name and its titles."""
    years = [column.fiscal_year for column in sheet.columns if column.fiscal_year is not None]
    made = []
    for title in form.print_titles:
        if years:
            first, last = str(min(years) + BUDDHIST), str(max(years) + BUDDHIST)
            title = title.replace("{first}", first).replace("{last}", last)
        made.append(in_digits(title, digits).replace("{organisation}", organisation).strip())
    return replace(sheet, name=names.free(sheet.name), titles=tuple(title for title in made if title))


def _money_of(book: FormBook, projects: Sequence[FormProject], form: Form) -> tuple[tuple[int, ...], tuple[Stage, ...]]:
    sheet = next((one for one in book.sheets if one.name == projects[0].sheet), None)
    amounts = [amount for one in projects for amount in one.amounts]
    in_columns = [(one.fiscal_year, one.stage) for one in sheet.columns] if sheet else []
    pairs = {*((one.fiscal_year, one.stage) for one in amounts), *in_columns}
    years = sorted({year for year, _stage in pairs if year is not None})
    stages = tuple(stage for stage in form.stages if any(stage == one for _year, one in pairs))
    return tuple(years), stages or form.stages[:1]


def _cell(project: FormProject, column: PrintColumn, digits: Digits) -> Cell:
    if column.kind == "money":
        found = [one for one in project.amounts if one.fiscal_year == column.fiscal_year and one.stage == column.stage]
        return sum_of([Money(one.amount, one.told) for one in found])
    if column.kind == "number":
        return in_digits(project.number, digits)
    return project.fields.get(column.field, "")
