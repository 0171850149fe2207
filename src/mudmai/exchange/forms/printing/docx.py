"""A print as a Word document: sections of one page setup, tables whose heading rows repeat, page numbers as fields."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

from mudmai.exchange.forms.printing.model import FormPrint, PrintRow, PrintSheet
from mudmai.exchange.forms.printing.pdf import margins, signature_lines
from mudmai.exchange.forms.printing.spec import PrintSpec
from mudmai.exchange.forms.printing.widths import fit

_TWIPS_PER_MM = 1440 / 25.4
_SHADES = {"head": "E4E4E4", "group": "F2F2F2", "subtotal": "F2F2F2", "total": "E4E4E4"}
_ALIGN = {"number": "center", "text": "left", "money": "right", "count": "right"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def print_docx(made: FormPrint, spec: PrintSpec) -> bytes:
    """The document, with the same pages of titles, tables, totals and signatures as the PDF."""
    from docx import Document  # loaded when the first document is asked for

    document = Document()
    _base(document, made, spec)
    for number, sheet in enumerate(made.sheets):
        _above(document, sheet, spec, new_page=number > 0)
        _table(document, sheet, made, spec)
    _signatures(document, made, spec)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _base(document: Any, made: FormPrint, spec: PrintSpec) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt

    document.core_properties.title = _clean(made.title)[:255]
    style = document.styles["Normal"]
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    _face(style.element.get_or_add_rPr(), spec.fonts.office, _half_points(spec.sizes.body, spec))
    section, edges = document.sections[0], margins(spec)
    section.page_width, section.page_height = Mm(edges["width"]), Mm(edges["height"])
    section.orientation = WD_ORIENT.LANDSCAPE if edges["width"] > edges["height"] else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = Mm(edges["left"]), Mm(edges["right"])
    section.top_margin, section.bottom_margin = Mm(edges["top"]), Mm(edges["bottom"])
    section.header_distance = section.footer_distance = Mm(6)
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(
        Mm(edges["width"] - edges["left"] - edges["right"]), WD_TAB_ALIGNMENT.RIGHT
    )
    footer.style = style
    _run(footer, f"{made.title}\t")
    for part in re.split(r"(\{pages?\})", spec.words.page):
        if part in ("{page}", "{pages}"):
            _field(footer, "PAGE" if part == "{page}" else "NUMPAGES", thai=made.digits == "thai")
        elif part:
            _run(footer, part)


def _above(document: Any, sheet: PrintSheet, spec: PrintSpec, *, new_page: bool) -> None:
    from docx.shared import Mm

    size = _half_points(spec.sizes.title, spec)
    mark = _paragraph(document, sheet.mark, align="right", bold=True, half_points=size)
    mark.paragraph_format.page_break_before = new_page
    for title in sheet.titles:
        _paragraph(document, title, align="center", bold=True, half_points=size)
    for j, level in enumerate(sheet.levels):
        line = _paragraph(document, level, bold=j + 1 == len(sheet.levels))
        line.paragraph_format.left_indent = Mm(3 * min(j, 8))
        line.paragraph_format.keep_with_next = True


def _table(document: Any, sheet: PrintSheet, made: FormPrint, spec: PrintSpec) -> None:
    """The table as one piece of XML: cell by cell through objects, a thousand rows would take half a minute."""
    widths = fit(sheet, made, spec)
    size = _half_points(widths.size, spec)
    twips = [round(width * _TWIPS_PER_MM) for width in widths.widths]
    rows = [_head_row(sheet, number, twips, size) for number in range(sheet.head_rows)]
    rows += [_body_row(row, sheet, made, twips, size) for row in sheet.rows]
    _append_table(document, twips, rows, borders=True)
    _paragraph(document, "", half_points=8)


def _append_table(document: Any, twips: list[int], rows: list[str], *, borders: bool) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    edges = ("top", "left", "bottom", "right", "insideH", "insideV") if borders else ()
    lines = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f"<w:tblBorders>{lines}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, table)


def _head_row(sheet: PrintSheet, row: int, twips: list[int], size: int) -> str:
    cells = []
    j = 0
    while j < len(sheet.columns):
        cell = next(c for c in sheet.head if c.row <= row < c.row + c.rows and c.col <= j < c.col + c.cols)
        merge = "" if cell.rows == 1 else "restart" if cell.row == row else "continue"
        text = cell.text if cell.row == row else ""
        cells.append(_table_cell(text, sum(twips[j : j + cell.cols]), size, cell.cols, "center", "head", merge))
        j += cell.cols
    return _table_row(cells, head=True)


def _body_row(row: PrintRow, sheet: PrintSheet, made: FormPrint, twips: list[int], size: int) -> str:
    cells = []
    first = 0
    if row.kind != "project":
        first = len(twips) if row.kind == "group" else sheet.label_columns
        align = "left" if row.kind == "group" else "right"
        cells.append(_table_cell(made.written(row.cells[0]), sum(twips[:first]), size, first, align, row.kind))
    for j in range(first, len(twips)):
        align = _ALIGN[sheet.columns[j].kind]
        cells.append(_table_cell(made.written(row.cells[j]), twips[j], size, 1, align, row.kind))
    return _table_row(cells, head=False)


def _table_row(cells: list[str], *, head: bool) -> str:
    repeats = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeats}</w:trPr>{''.join(cells)}</w:tr>"


def _table_cell(text: str, width: int, size: int, span: int, align: str, kind: str, merge: str = "") -> str:
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span > 1:
        look += f'<w:gridSpan w:val="{span}"/>'
    if merge:
        look += f'<w:vMerge w:val="{merge}"/>'
    if kind in _SHADES:
        look += f'<w:shd w:val="clear" w:color="auto" w:fill="{_SHADES[kind]}"/>'
    if kind == "head":
        look += '<w:vAlign w:val="center"/>'
    bold = "" if kind == "project" else "<w:b/><w:bCs/>"
    dress = f'<w:rPr>{bold}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    paragraphs = ""
    for line in _clean(text).split("\n"):
        run = f'<w:r>{dress}<w:t xml:space="preserve">{escape(line)}</w:t></w:r>' if line else ""
        paragraphs += f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{run}</w:p>'
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{paragraphs}</w:tc>"


def _signatures(document: Any, made: FormPrint, spec: PrintSpec) -> None:
    places = signature_lines(made, spec)
    edges = margins(spec)
    width = round((edges["width"] - edges["left"] - edges["right"]) / len(places) * _TWIPS_PER_MM)
    size = _half_points(spec.sizes.body, spec)
    _paragraph(document, "")
    cells = [_table_cell("\n".join(lines), width, size, 1, "center", "project") for lines in places]
    _append_table(document, [width] * len(places), [_table_row(cells, head=False)], borders=False)
    _paragraph(document, "", half_points=2)


# ------------------------------------------------------------------------------------------------ small parts


def _half_points(points: float, spec: PrintSpec) -> int:
    return round(points * spec.sizes.office_scale * 2)


def _clean(text: str) -> str:
    """What XML can hold."""
    return _NO_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _element(tag: str, **attributes: str | int) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def _face(look: Any, family: str, half_points: int) -> None:
    """Face and size, for Latin and for complex scripts such as Thai."""
    for old in list(look):
        look.remove(old)
    look.append(_element("w:rFonts", ascii=family, hAnsi=family, cs=family, eastAsia=family))
    look.append(_element("w:sz", val=half_points))
    look.append(_element("w:szCs", val=half_points))
    look.append(_element("w:lang", val="en-US", bidi="th-TH"))


def _run_element(text: str, half_points: int = 0, *, bold: bool = False) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run, look = OxmlElement("w:r"), OxmlElement("w:rPr")
    if bold:
        look.append(_element("w:b"))
        look.append(_element("w:bCs"))
    if half_points:
        look.append(_element("w:sz", val=half_points))
        look.append(_element("w:szCs", val=half_points))
    run.append(look)
    for j, part in enumerate(_clean(text).split("\t")):
        if j:
            run.append(_element("w:tab"))
        words = OxmlElement("w:t")
        words.set(qn("xml:space"), "preserve")
        words.text = part
        run.append(words)
    return run


def _run(paragraph: Any, text: str, half_points: int = 0, *, bold: bool = False) -> None:
    paragraph._p.append(_run_element(text, half_points, bold=bold))


def _field(paragraph: Any, name: str, *, thai: bool) -> None:
    """A field that Word reckons: the page, or the number of pages."""
    from docx.oxml import OxmlElement

    for kind in ("begin", None, "end"):
        run = OxmlElement("w:r")
        if kind is None:
            words = OxmlElement("w:instrText")
            words.text = f" {name} \\* {'ThaiArabic' if thai else 'Arabic'} "
            run.append(words)
        else:
            run.append(_element("w:fldChar", fldCharType=kind))
        paragraph._p.append(run)


def _paragraph(document: Any, text: str, *, align: str = "left", bold: bool = False, half_points: int = 0) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if text:
        _run(paragraph, text, half_points, bold=bold)
    return paragraph
