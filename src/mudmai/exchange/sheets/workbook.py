"""A file of tables, opened safely: values by the fastest reader, and everything a person sees around them.

:func:`open_workbook` takes xlsx, xlsm, xlsb, xls, ods, CSV (UTF-8, UTF-16, TIS-620/CP874), JSON records and Parquet.
Nothing in the file is ever run, followed or computed: macros and outer links are noted, a formula whose value was not
kept stays a formula. Sheets are read when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from mudmai.core.collecting import collection_put_off
from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.core.number_text import clean_text
from mudmai.exchange.marked_sheet import is_findings_sheet, is_list
from mudmai.exchange.sheets.archive import damaged, locked, too_large
from mudmai.exchange.sheets.cells import Cell, CellKind, MergedRange, Place, TextBox, kind_of, text_of
from mudmai.exchange.sheets.flat_files import Rows, read_csv, read_json, read_parquet
from mudmai.exchange.sheets.formats import ENDINGS, MOST_BYTES, Format, format_of
from mudmai.exchange.sheets.sheet_scan import SheetScan
from mudmai.exchange.sheets.xlsx_parts import MOST_CELLS, BookParts, SheetParts, read_xlsx_parts


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows`` are raw values from A1 on, rows of equal or ragged length, ``""`` for empty cells.

    Positions count from 0. ``without_value`` are formulas whose value was not kept, ``errors`` error values by place,
    ``percent`` cells whose number is shown as per cent (0.05 for 5 %).
    """

    name: str
    hidden: bool
    parts: SheetParts
    _load: Callable[[], tuple[Rows, tuple[MergedRange, ...]]] = field(repr=False)

    @cached_property
    def _loaded(self) -> tuple[Rows, tuple[MergedRange, ...]]:
        return self._load()

    @cached_property
    def rows(self) -> Rows:
        """Raw values, read at the first call; a row reaches as far as its last cell, one without a value included."""
        (down, across), read = self._reach, self._loaded[0]
        if not across:
            return read
        rows = [*read, *([] for _ in range(down - len(read)))]
        for row, col in (*self.without_value, *self.errors):
            if len(rows[row]) <= col:  # the reader ends a row at its last value
                rows[row] = [*rows[row], *[""] * (col + 1 - len(rows[row]))]
        return rows

    @property
    def merged(self) -> tuple[MergedRange, ...]:
        """Merged ranges."""
        return self._loaded[1]

    @cached_property
    def merged_from(self) -> Mapping[Place, Place]:
        """Every covered cell of a merged range → its upper left corner (the corner itself is left out)."""
        found: dict[Place, Place] = {}
        for one in self.merged:
            if (one.bottom - one.top + 1) * (one.right - one.left + 1) <= 200_000:
                found |= {place: (one.top, one.left) for place in one.places() if place != (one.top, one.left)}
        return found

    @cached_property
    def columns(self) -> Sequence[Sequence[object]]:
        """The same values by column, all of equal length."""
        width = self.width
        if all(len(row) == width for row in self.rows):
            return list(zip(*self.rows, strict=True))
        return list(zip(*([*row, *[""] * (width - len(row))] for row in self.rows), strict=True))

    @cached_property
    def width(self) -> int:
        """The number of columns of the widest row, cells without a value included."""
        return max(max(map(len, self.rows), default=0), self._reach[1])

    @cached_property
    def _reach(self) -> Place:
        """How many rows and columns cells with an error or an empty formula need; no further than sheets are long."""
        spoilt = [*self.without_value, *self.errors]
        rows, columns = (max((place[n] for place in spoilt), default=-1) + 1 for n in (0, 1))
        return (rows, columns) if rows * columns <= MOST_CELLS else (0, 0)

    @property
    def hidden_rows(self) -> set[int]:
        """Rows that a person does not see."""
        return self.parts.scan.hidden_rows

    @property
    def hidden_columns(self) -> set[int]:
        """Columns that a person does not see."""
        return self.parts.scan.hidden_columns

    @property
    def comments(self) -> Mapping[Place, str]:
        """Comments by cell."""
        return self.parts.comments

    @property
    def text_boxes(self) -> tuple[TextBox, ...]:
        """Text drawn over the cells."""
        return self.parts.text_boxes

    @property
    def without_value(self) -> set[Place]:
        """Formulas without a kept value."""
        return self.parts.scan.without_value

    @property
    def errors(self) -> Mapping[Place, str]:
        """Error values such as ``#REF!``."""
        return self.parts.scan.errors

    @property
    def percent(self) -> set[Place]:
        """Numbers shown as per cent."""
        return self.parts.scan.percent

    def value(self, row: int, col: int) -> object:
        """The raw value at a place; ``""`` outside of what is filled."""
        line: Sequence[object] = self.rows[row] if 0 <= row < len(self.rows) else ()
        return line[col] if 0 <= col < len(line) else ""

    def cell(self, row: int, col: int) -> Cell:
        """Everything known about one cell."""
        value = self.value(row, col)
        kind, text = kind_of(value), text_of(value)
        if (row, col) in self.errors:
            kind, text = CellKind.ERROR, self.errors[row, col]
        elif (row, col) in self.without_value:
            kind = CellKind.FORMULA
        hidden = row in self.hidden_rows or col in self.hidden_columns
        corner = self.merged_from.get((row, col))
        return Cell(row, col, value, text, kind, corner, self.comments.get((row, col), ""), hidden)


@dataclass(frozen=True)
class Workbook:
    """A file of sheets. ``notes`` say what was met and left alone: macros, outer links, a wrong ending."""

    file: str
    format: Format
    sheets: tuple[Sheet, ...]
    notes: tuple[Text, ...] = ()
    defined_names: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of this name (spaces and invisible signs aside), or None."""
        wanted = clean_text(name)
        return next((sheet for sheet in self.sheets if clean_text(sheet.name) == wanted), None)

    @property
    def visible(self) -> tuple[Sheet, ...]:
        """The sheets that a person sees."""
        return tuple(sheet for sheet in self.sheets if not sheet.hidden)


def open_workbook(path: Path, *, name: str = "", max_bytes: int = MOST_BYTES) -> Workbook:
    """Open a file of tables by its content, whatever its ending.

    ``name``: what people call the file, where it is kept under another name; refusals and notes tell this one.
    Raises :class:`mudmai.core.errors.ImportRefused` for what is absent, empty, too large, unfolds too far, damaged,
    locked with a password, or no table (a web page named .xls, a PDF).
    """
    shown = Path(name or path.name)
    with _told_as(shown.name):
        return _opened(path, shown, max_bytes)


@contextmanager
def _told_as(name: str) -> Iterator[None]:
    """Refusals inside name the file as people know it."""
    try:
        yield
    except ImportRefused as found:
        found.where = replace(found.where, file=name)
        raise


def _opened(path: Path, shown: Path, max_bytes: int) -> Workbook:
    kind = format_of(path, max_bytes)
    notes = _ending_notes(shown, kind)
    if kind in (Format.CSV, Format.JSON):
        rows, encoding = (read_csv if kind is Format.CSV else read_json)(path)
        return Workbook(shown.name, kind, (_flat(shown, rows),), notes, encoding=encoding)
    if kind is Format.PARQUET:
        return Workbook(shown.name, kind, (_flat(shown, read_parquet(path)),), notes)
    if kind is Format.XLSX:
        with collection_put_off():
            parts, merged = read_xlsx_parts(path), None
    elif kind is Format.ODS:
        from mudmai.exchange.sheets.ods_parts import read_ods_parts  # few files are of this kind

        parts, merged = read_ods_parts(path)
    else:
        parts, merged = BookParts({}), None
        if kind is Format.XLSB:
            from mudmai.exchange.sheets.archive import check_archive  # the others unfold elsewhere

            check_archive(path, lambda name: None)
        notes += (_UNSEEN,)
    sheets = _calamine_sheets(path, shown, kind, parts, merged)
    return Workbook(shown.name, kind, sheets, notes + _part_notes(parts), parts.defined_names)


def _flat(path: Path, rows: Rows) -> Sheet:
    return Sheet(path.stem, False, SheetParts(), lambda: (rows, ()))


def _calamine_sheets(
    path: Path, shown: Path, kind: Format, parts: BookParts, merged: Mapping[str, tuple[MergedRange, ...]] | None
) -> tuple[Sheet, ...]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum  # heavy

    try:
        # The library goes by the ending; where that lies, it is given the content.
        right = ENDINGS.get(path.suffix.lower()) is kind
        book = CalamineWorkbook.from_path(path) if right else CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        described = [
            (one.name, str(one.visible).endswith("Visible"))
            for one in book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and not _is_our_list(book, one.name)
        ]
    except PasswordError as found:
        raise locked(path) from found
    except (CalamineError, OSError, ValueError) as found:
        raise (locked(path) if "assword" in str(found) else damaged(path, found)) from found
    return tuple(
        Sheet(
            name,
            not visible or parts.sheets.get(name, SheetParts()).hidden,
            parts.sheets.get(name, SheetParts(scan=SheetScan())),
            _loader(shown, book, name, None if merged is None else merged.get(name, ())),
        )
        for name, visible in described
    )


def _is_our_list(book: Any, name: str) -> bool:
    """True for the list of what to mend that a marked workbook carries in front: it is no data."""
    return is_findings_sheet(name) and is_list(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))


def _loader(
    path: Path, book: Any, name: str, merged: tuple[MergedRange, ...] | None
) -> Callable[[], tuple[Rows, tuple[MergedRange, ...]]]:
    def load() -> tuple[Rows, tuple[MergedRange, ...]]:
        from python_calamine import CalamineError  # loaded when the workbook was opened

        try:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise too_large(path, f"{sheet.total_height:,} x {sheet.total_width:,}")
            rows: Rows = sheet.to_python(skip_empty_area=False)
            ranges = merged
            if ranges is None:
                ranges = tuple(MergedRange(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
        except (CalamineError, OSError, ValueError) as found:
            raise damaged(path, found) from found
        return rows, ranges

    return load


_UNSEEN = Text(
    "ไฟล์ชนิดนี้ไม่บอกแถวซ่อน ข้อคิดเห็น และกล่องข้อความ จึงไม่ได้อ่านส่วนเหล่านั้น",
    "this kind of file does not give hidden rows, comments and text boxes; they were not read",
)


def _ending_notes(path: Path, kind: Format) -> tuple[Text, ...]:
    if not path.suffix or ENDINGS.get(path.suffix.lower()) is kind:
        return ()
    return (
        Text(
            f"นามสกุลไฟล์คือ “{path.suffix}” แต่เนื้อหาเป็น {kind} จึงอ่านตามเนื้อหา",
            f"the ending is “{path.suffix}” but the content is {kind}: read by its content",
        ),
    )


def _part_notes(parts: BookParts) -> tuple[Text, ...]:
    notes = []
    if parts.macros:
        notes.append(Text("ไฟล์มีแมโคร ซึ่งไม่ถูกเรียกใช้", "the file has macros; they are never run"))
    if parts.external_links:
        n = parts.external_links
        notes.append(
            Text(
                f"ไฟล์เชื่อมไปยังไฟล์อื่น {n} แห่ง ใช้ค่าที่เก็บไว้ล่าสุดโดยไม่เปิดตามลิงก์",
                f"it links to {n} other file{'s' if n > 1 else ''}; links are never followed, kept values are used",
            )
        )
    return tuple(notes)
