"""A print as an Excel workbook that can be handed in again: numbers are numbers, totals are sums, text is never run.

Page numbers below a sheet are Arabic in Excel, which has no other ones; ``หน้า x จาก y`` counts the pages of what is
printed together.
"""

from __future__ import annotations

import io
import math
from typing import Any

from mudmai.exchange.forms.printing.model import FormPrint, Money, PrintRow, PrintSheet
from mudmai.exchange.forms.printing.pdf import margins, signature_lines
from mudmai.exchange.forms.printing.spec import PrintSpec
from mudmai.exchange.forms.printing.widths import MM_PER_POINT, fit
from mudmai.exchange.sheets.cells import column_name

_INCH = 25.4
_MM_PER_WIDTH = 1.95
"""Millimetres of one unit of Excel's column width, about."""
_A4 = 9
_EXACT = 15
"""Digits that a number of Excel keeps."""
_MOST_TEXT = 32_767
_TALLEST = 409.0
_THAI_DIGITS = "[$-D00041E]"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def print_xlsx(made: FormPrint, spec: PrintSpec) -> bytes:
    """The workbook: one sheet for each form and section, set up to print as the PDF does."""
    import xlsxwriter  # loaded when the first workbook is asked for

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": made.title})
        looks = _Looks(book, made, spec)
        for sheet in made.sheets:
            _Writer(book.add_worksheet(sheet.name), sheet, made, spec, looks).write(last=sheet is made.sheets[-1])
        if not made.sheets:
            book.add_worksheet(made.title[:31] or "-")
    return out.getvalue()


class _Looks:
    """Formats, each made once."""

    def __init__(self, book: Any, made: FormPrint, spec: PrintSpec) -> None:
        self._book, self._spec = book, spec
        self._script = _THAI_DIGITS if made.digits == "thai" else ""
        self._made: dict[tuple[Any, ...], Any] = {}

    def of(self, name: str, *, satang: bool = False, size: float = 0.0, bold: bool = False) -> Any:
        """A format by name: title, mark, level, head, text, number, money, count, words (of a total), plain."""
        key = (name, satang, size, bold)
        if key not in self._made:
            scale = self._spec.sizes.office_scale
            chosen: dict[str, Any] = {"font_name": self._spec.fonts.office, "valign": "top", **_LOOKS[name]}
            chosen["font_size"] = round((size or self._spec.sizes.body) * scale * 2) / 2
            if bold:
                chosen["bold"] = True
            if name in ("money", "count"):
                chosen["num_format"] = self._script + ("#,##0.00" if satang else "#,##0")
            self._made[key] = self._book.add_format(chosen)
        return self._made[key]


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "align": "center", "text_wrap": True},
    "mark": {"bold": True, "align": "right"},
    "level": {"text_wrap": True},
    "head": {
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "bg_color": "#E4E4E4",
    },
    "text": {"text_wrap": True, "border": 1},
    "number": {"align": "center", "border": 1, "text_wrap": True},
    "money": {"align": "right", "border": 1},
    "count": {"align": "right", "border": 1},
    "words": {"bold": True, "align": "right", "border": 1, "text_wrap": True},
    "group": {"bold": True, "border": 1, "text_wrap": True},
    "plain": {"align": "center", "text_wrap": True, "valign": "vjustify"},
}


class _Writer:
    """Writes one sheet from top to bottom."""

    def __init__(self, page: Any, sheet: PrintSheet, made: FormPrint, spec: PrintSpec, looks: _Looks) -> None:
        self.page, self.sheet, self.made, self.spec, self.looks = page, sheet, made, spec, looks
        self.fit = fit(sheet, made, spec)
        self.last = len(sheet.columns) - 1
        self.row = 0

    def write(self, *, last: bool) -> None:
        for j, width in enumerate(self.fit.widths):
            self.page.set_column(j, j, round(width / _MM_PER_WIDTH, 2))
        self._above()
        head = self.row
        self._head()
        self._rows()
        if last:
            self._signatures()
        self._page_setup(head)

    def _above(self) -> None:
        size = self.spec.sizes.title
        self._line(self.sheet.mark, self.looks.of("mark", size=size), size)
        for title in self.sheet.titles:
            self._line(title, self.looks.of("title", size=size), size)
        for level in self.sheet.levels:
            self._line(level, self.looks.of("level", bold=level is self.sheet.levels[-1]), self.spec.sizes.body)

    def _line(self, text: str, look: Any, size: float) -> None:
        """Words over the whole width; merged cells do not grow by themselves, so their height is reckoned."""
        self.page.merge_range(self.row, 0, self.row, self.last, "", look)
        self.page.write_string(self.row, 0, text[:_MOST_TEXT], look)
        letters = sum(self.fit.widths) / (0.55 * size * MM_PER_POINT)
        lines = sum(math.ceil(max(len(part), 1) / letters) for part in text.split("\n"))
        self.page.set_row(self.row, min(_TALLEST, lines * size * self.spec.sizes.office_scale * 1.35))
        self.row += 1

    def _head(self) -> None:
        look = self.looks.of("head", size=self.fit.size)
        for cell in self.sheet.head:
            top, left = self.row + cell.row, cell.col
            if cell.rows > 1 or cell.cols > 1:
                self.page.merge_range(top, left, top + cell.rows - 1, left + cell.cols - 1, "", look)
            self.page.write_string(top, left, cell.text, look)
        self.row += self.sheet.head_rows

    def _rows(self) -> None:
        first, block = self.row, self.row
        for row in self.sheet.rows:
            if row.kind == "project":
                for j, _cell in enumerate(row.cells):
                    self._cell(row, j)
            elif row.kind == "group":
                self._wide(row, self.last, "group")
                block = self.row + 1
            else:
                self._wide(row, self.sheet.label_columns - 1, "words")
                start = block if row.kind == "subtotal" else first
                for j in range(self.sheet.label_columns, self.last + 1):
                    self._total(row, j, start)
            self.row += 1

    def _wide(self, row: PrintRow, to: int, look: str) -> None:
        chosen = self.looks.of(look, size=self.fit.size)
        if to > 0:
            self.page.merge_range(self.row, 0, self.row, to, "", chosen)
        self.page.write_string(self.row, 0, self.made.written(row.cells[0])[:_MOST_TEXT], chosen)

    def _cell(self, row: PrintRow, j: int, *, bold: bool = False) -> None:
        cell, kind = row.cells[j], self.sheet.columns[j].kind
        size = self.fit.size
        if isinstance(cell, Money):
            number = excel_number(cell)
            satang = cell.baht is not None and cell.baht != cell.baht.to_integral_value()
            look = self.looks.of("money", satang=satang, size=size, bold=bold)
            if cell.baht is None:
                self.page.write_blank(self.row, j, None, look)
            elif number is None:
                self.page.write_string(self.row, j, cell.text(), look)
            else:
                self.page.write_number(self.row, j, number, look)
        elif isinstance(cell, int):
            self.page.write_number(self.row, j, cell, self.looks.of("count", size=size, bold=bold))
        else:
            look = self.looks.of("number" if kind == "number" else "text", size=size, bold=bold)
            self.page.write_string(self.row, j, cell[:_MOST_TEXT], look) if cell else self.page.write_blank(
                self.row, j, None, look
            )

    def _total(self, row: PrintRow, j: int, start: int) -> None:
        """A sum of the cells above, with its value; only a value where a cell above is no number of Excel."""
        cell = row.cells[j]
        above = [one.cells[j] for one in self.sheet.rows if one.kind == "project"]
        exact = all(not isinstance(one, Money) or one.baht is None or one.told or excel_number(one) for one in above)
        number = excel_number(cell) if isinstance(cell, Money) else cell if isinstance(cell, int) else None
        if number is None or start >= self.row or not exact:
            self._cell(row, j, bold=True)
            return
        satang = isinstance(cell, Money) and cell.baht is not None and cell.baht != cell.baht.to_integral_value()
        look = self.looks.of(self.sheet.columns[j].kind, satang=satang, size=self.fit.size, bold=True)
        letters = column_name(j)
        # SUBTOTAL leaves out other subtotals, so the total of a sheet does not count its sections twice.
        self.page.write_formula(self.row, j, f"=SUBTOTAL(9,{letters}{start + 1}:{letters}{self.row})", look, number)

    def _signatures(self) -> None:
        """One row, each place a cell of several lines: a reader of forms leaves it out as a whole."""
        places = signature_lines(self.made, self.spec)
        look = self.looks.of("plain")
        self.row += 1
        height = max(map(len, places)) * self.spec.sizes.body * self.spec.sizes.office_scale * 2
        self.page.set_row(self.row, min(_TALLEST, height))
        for k, lines in enumerate(places):
            left = k * (self.last + 1) // len(places)
            right = (k + 1) * (self.last + 1) // len(places) - 1
            if right > left:
                self.page.merge_range(self.row, left, self.row, right, "", look)
            self.page.write_string(self.row, left, "\n".join(lines), look)
        self.row += 1

    def _page_setup(self, head: int) -> None:
        page, edges = self.page, margins(self.spec)
        page.set_paper(_A4)
        if edges["width"] > edges["height"]:
            page.set_landscape()
        page.set_margins(**{edge: edges[edge] / _INCH for edge in ("left", "right", "top", "bottom")})
        page.repeat_rows(head, head + self.sheet.head_rows - 1)
        page.fit_to_pages(1, 0)
        page.print_area(0, 0, max(self.row - 1, 0), self.last)
        page.freeze_panes(head + self.sheet.head_rows, 0)
        words = self.spec.words.page.replace("{page}", "&P").replace("{pages}", "&N")
        font = f'&"{self.spec.fonts.office},Regular"&12'
        page.set_footer(f"&L{font}{footer_text(self.made.title)}&R{font} {words}", {"margin": 6 / _INCH})


def excel_number(cell: Money) -> float | int | None:
    """The amount as a number that Excel keeps exactly; None for none, for ``-``, and for one with too many digits."""
    if cell.baht is None or (cell.told and not cell.baht):
        return None
    if len(cell.baht.normalize().as_tuple().digits) > _EXACT:
        return None
    return int(cell.baht) if cell.baht == cell.baht.to_integral_value() else float(cell.baht)


def footer_text(text: str) -> str:
    """Words of ours in a footer of Excel, where ``&`` begins a code; a footer has 255 signs."""
    return text.replace("&", "&&")[:120].rstrip("&")
