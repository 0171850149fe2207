"""A workbook of forms, read into a staged book: nothing is loaded, every amount keeps its cell."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from mudmai.core.collecting import collection_put_off
from mudmai.core.errors import ImportRefused, Where
from mudmai.core.language import Text
from mudmai.exchange.forms.book import FormBook, FormNote, FormProject, FormSheet, NoteKind, SummaryRow
from mudmai.exchange.forms.departments import Departments
from mudmai.exchange.forms.findings import FormFindings
from mudmai.exchange.forms.headings import Heading
from mudmai.exchange.forms.hierarchy import Hierarchy, HierarchyReader
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.notes import note_reader
from mudmai.exchange.forms.recognising import MARK_ROWS, Recognised, looks_like_form, recognise_sheet
from mudmai.exchange.forms.resolving import resolve
from mudmai.exchange.forms.rows import Draft, RowReader
from mudmai.exchange.forms.summary import read_summary
from mudmai.exchange.forms.words import CleanTexts, clean
from mudmai.exchange.sheets.cells import cell_name
from mudmai.exchange.sheets.workbook import Sheet, Workbook

_REACH = 1
"""A box may lie this many rows below the last row of its project."""


def read_form_book(workbook: Workbook, layouts: FormLayouts) -> FormBook:
    """Read all visible sheets of ``workbook`` by the forms of ``layouts``.

    What must be mended is in ``faults``, never raised one by one. Raises :class:`mudmai.core.errors.ImportRefused`
    (code ``no_form``) when no sheet holds a form.
    """
    reading = _BookReading(workbook, layouts)
    with collection_put_off():
        for sheet in workbook.sheets:
            reading.take(sheet)
        return reading.book()


class _BookReading:
    def __init__(self, workbook: Workbook, layouts: FormLayouts) -> None:
        self.workbook, self.layouts = workbook, layouts
        self.findings = FormFindings(workbook.file)
        self.levels = HierarchyReader(layouts)
        self.notes = note_reader(layouts.notes)
        self.cleaned = CleanTexts()
        self.departments = Departments(layouts.departments)
        self.unknown_departments: Counter[str] = Counter()
        self.first_unknown: dict[str, tuple[str, int]] = {}
        self.sheets: list[FormSheet] = []
        self.projects: list[FormProject] = []
        self.summary: list[SummaryRow] = []
        self.calendars: dict[str, tuple[str, Heading]] = {}

    def take(self, sheet: Sheet) -> None:
        """Read one sheet, or say why it was left out."""
        if sheet.hidden:
            self.findings.leave(sheet.name, "", "", Text("แผ่นงานที่ซ่อนไว้", "a hidden sheet"))
            return
        if not any(any(line) for line in sheet.rows):
            self.findings.leave(sheet.name, "", "", Text("แผ่นงานว่าง", "an empty sheet"))
            return
        found = recognise_sheet(sheet, self.layouts)
        if found is None:
            self._not_recognised(sheet)
        elif found.summary is not None:
            rows = read_summary(sheet, found.form, found.summary, self.layouts, self.levels, self.findings)
            self.summary += rows
        elif found.heading is not None:
            self._detail(sheet, found, found.heading)

    def _not_recognised(self, sheet: Sheet) -> None:
        heading = looks_like_form(sheet, self.layouts)
        if heading is None:
            self.findings.leave(sheet.name, "", "", Text("ไม่มีตารางของแบบฟอร์ม", "no table of a form"))
            return
        codes = ", ".join(dict.fromkeys(form.code for form in self.layouts.forms))
        said = Text("แผ่นงานนี้เป็นตารางโครงการแต่ไม่บอกว่าเป็นแบบใด", "a table of projects that does not say which form it is")
        remedy = Text(f"เขียนชื่อแบบ ({codes}) ไว้เหนือตาราง", f"write the form ({codes}) above the table")
        self.findings.fault("form_unnamed", said, remedy, sheet=sheet.name, row=heading.first, col=0)

    def _detail(self, sheet: Sheet, found: Recognised, heading: Heading) -> None:
        for code, message, remedy, row, col in heading.faults:
            self.findings.fault(code, message, remedy, sheet=sheet.name, row=row, col=col)
        if heading.calendar:
            self.calendars.setdefault(heading.calendar, (sheet.name, heading))
        if not any(one.fiscal_year is not None for one in heading.columns):
            said = Text("หัวตารางไม่มีคอลัมน์ปีงบประมาณ", "the heading has no column of a year")
            remedy = Text("เขียนปีไว้ใต้หัวข้อ งบประมาณ", "write the years under the heading of budgets")
            self.findings.fault("form_no_years", said, remedy, sheet=sheet.name, row=heading.first, col=0)
        if not found.name_fits:
            said = Text(
                f"ชื่อแผ่นงาน “{sheet.name}” ไม่ตรงกับ {found.form.code}",
                f"the name “{sheet.name}” does not say {found.form.code}",
            )
            remedy = Text("อ่านตามแบบที่เขียนไว้ในแผ่นงาน ตรวจว่าถูกต้อง", "it was read by the form written on it: check it")
            self.findings.warn("form_sheet_name", said, remedy, sheet=sheet.name)
        above, titles = self._preamble(sheet, heading)
        rows = RowReader(sheet, heading, self.layouts, (self.levels, self.notes, self.cleaned), self.findings, above)
        drafts = rows.read()
        self._bind(sheet, drafts)
        made = [self._project(sheet, found, draft) for draft in drafts]
        self.projects += made
        self.sheets.append(
            FormSheet(
                sheet.name,
                found.form.id,
                found.form.code,
                made[0].section if made else self.levels.section(above),
                made[0].hierarchy if made else above,
                titles,
                heading.columns,
                tuple(range(heading.first + 1, heading.end + 1)),
                heading.calendar,
                drafts[0].row + 1 if drafts else 0,
                drafts[-1].last_row + 1 if drafts else 0,
                len(made),
                len({one.run for one in made}),
            )
        )

    def _preamble(self, sheet: Sheet, heading: Heading) -> tuple[Hierarchy, tuple[str, ...]]:
        """Hierarchy and title lines above the heading; what the rows lack, the sheet's name may tell."""
        above: Hierarchy = ()
        titles: list[str] = []
        for line in sheet.rows[: heading.first]:
            read = self.levels.read(above, line, within=False)
            if read is not None:
                above = read
            elif len(titles) < MARK_ROWS:
                titles += [clean(value) for value in line if isinstance(value, str) and value.strip()]
        return self.levels.from_sheet_name(sheet.name, above), tuple(titles)

    def _bind(self, sheet: Sheet, drafts: list[Draft]) -> None:
        """Each text box to the project that it is drawn over."""
        starts = [one.row for one in drafts]
        for box in sheet.text_boxes:
            cell = cell_name(*box.anchor)
            read = self.notes.read(box.text, cell)
            row = box.anchor[0] if box.over_row is None else box.over_row
            at = bisect_right(starts, row) - 1
            over = drafts[at] if at >= 0 and row <= drafts[at].last_row + _REACH else None
            if over is None or read[0].kind is NoteKind.UNKNOWN:
                self.findings.unknown_notes.append((sheet.name, read[0]))
            if over is not None:
                over.notes.extend(read)
            elif read[0].kind is not NoteKind.UNKNOWN:
                self._adrift(sheet, read[0])

    def _adrift(self, sheet: Sheet, note: FormNote) -> None:
        said = Text(f"กล่องข้อความ “{note.text}” ไม่ได้ทับโครงการใด", f"the text box “{note.text}” lies over no project")
        remedy = Text("เลื่อนกล่องให้ทับแถวของโครงการ", "move the box over the row of its project")
        self.findings.warn("form_note_adrift", said, remedy, sheet=sheet.name, cell=note.cell)

    def _project(self, sheet: Sheet, found: Recognised, draft: Draft) -> FormProject:
        fields = draft.texts
        written = fields.get("department", "")
        if written:
            name, known = self.departments.name(written)
            fields["department"], fields["department_written"] = name, written
            if not known:
                self.unknown_departments[written] += 1
                self.first_unknown.setdefault(written, (sheet.name, draft.row))
        hierarchy = draft.hierarchy
        level = self.layouts.section_level
        if level in fields and all(name != level for name, _ in hierarchy):
            hierarchy = (*hierarchy, (level, fields[level]))
        # A frozen object sets its attributes one by one; of these there are thousands.
        made = object.__new__(FormProject)
        made.__dict__.update(
            number=draft.number,
            fields=fields,
            hierarchy=hierarchy,
            amounts=tuple(draft.amounts),
            notes=tuple(draft.notes),
            sheet=sheet.name,
            row=draft.row + 1,
            form=found.form.id,
            section=self.levels.section(hierarchy),
            run=draft.run,
            state="active",
            successor=None,
        )
        return made

    def book(self) -> FormBook:
        """Everything that was read, tied together."""
        if not self.sheets and not self.summary:
            raise _no_form(self.workbook, self.layouts)
        self._one_calendar()
        projects = resolve(self.projects, self.layouts, self.findings)
        for written, count in self.unknown_departments.most_common():
            sheet, row = self.first_unknown[written]
            said = Text(
                f"ไม่รู้จักหน่วยงาน “{written}” ({count} โครงการ)", f"unknown department “{written}” ({count} projects)"
            )
            remedy = Text(
                "เพิ่มการสะกดในชุดแบบฟอร์ม หรือใช้ชื่อตามที่เขียน", "add the spelling to the pack, or keep it as written"
            )
            self.findings.warn("form_department", said, remedy, sheet=sheet, cell=str(row + 1))
        return FormBook(
            self.workbook.file,
            self.layouts.id,
            tuple(self.sheets),
            projects,
            tuple(self.summary),
            tuple(self.findings.faults),
            tuple(self.findings.warnings),
            tuple(self.findings.left_out),
            tuple(self.findings.unknown_notes),
            {form.id: form.summarises for form in self.layouts.forms if form.summarises},
            self.layouts.total_counts,
        )

    def _one_calendar(self) -> None:
        if len(self.calendars) < 2:
            return
        (be_sheet, _), (ce_sheet, ce) = self.calendars["BE"], self.calendars["CE"]
        said = Text(
            f"แผ่นงานนี้ใช้ปี ค.ศ. แต่ “{be_sheet}” ใช้ปี พ.ศ.", f"the years are Common Era here, Buddhist on “{be_sheet}”"
        )
        remedy = Text("ใช้ปฏิทินเดียวทั้งไฟล์", "use one calendar in the whole file")
        col = next(one.col for one in ce.columns if one.fiscal_year is not None)
        self.findings.fault("form_calendars", said, remedy, sheet=ce_sheet, row=ce.end - 1, col=col)


def _no_form(workbook: Workbook, layouts: FormLayouts) -> ImportRefused:
    codes = ", ".join(dict.fromkeys(form.code for form in layouts.forms))
    return ImportRefused(
        Text(f"ไม่พบแบบฟอร์ม {codes} ในไฟล์นี้", f"no sheet holds a form ({codes})"),
        remedy=Text(
            "ตรวจว่าไฟล์เป็นเล่มแผน และมีชื่อแบบเหนือตารางพร้อมหัวตาราง",
            "check that this is the workbook of the plan, with the form's name above each table and its heading",
        ),
        code="no_form",
        where=Where(workbook.file),
    )
