"""Which rows of a table are read, and what around the table a person should know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from mudmai.core.language import Text
from mudmai.core.observations import MISSING_FLAGS, Flag
from mudmai.exchange.sheets.cell_values import FLAGS
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.column_facts import ColumnFacts, TableColumns
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.findings import Findings
from mudmai.exchange.sheets.labels import Labels
from mudmai.exchange.sheets.layout import RowKind
from mudmai.exchange.sheets.recipe import Meaning, Recipe

_MOST_TOLD = 200
Rows = npt.NDArray[np.intp]


def rows_to_read(found: FoundTable, recipe: Recipe, findings: Findings) -> Rows:
    """Rows with values; hidden rows and labels without values are told."""
    table, sheet = found.table, found.sheet
    rows = np.array(table.data_rows, np.intp)
    hidden = sorted(sheet.hidden_rows & set(table.data_rows)) if sheet.hidden_rows else []
    if hidden and recipe.hidden == "leave_out":
        rows = rows[~np.isin(rows, hidden)]
        for row in hidden[:_MOST_TOLD]:
            findings.ignore(f"row {row + 1}", "hidden", Text("แถวถูกซ่อนไว้ในไฟล์", "the row is hidden in the file"))
        n = len(hidden)
        findings.note(f"ไม่ได้อ่านแถวที่ซ่อนไว้ {n} แถว", f"{n} hidden rows were not read")
    elif hidden:
        findings.note(f"อ่านแถวที่ซ่อนไว้ {len(hidden)} แถวด้วย", f"{len(hidden)} hidden rows were read too")
    sections = [row for row, kind in table.kinds.items() if kind is RowKind.SECTION]
    if recipe.empty == "missing" and recipe.sections == "ignore":
        rows, sections = np.array(sorted([*rows.tolist(), *sections]), np.intp), []
    for row in sections[:_MOST_TOLD]:
        text = " ".join(filter(None, (text_of(value) for value in sheet.rows[row])))
        if recipe.sections == "ignore":
            reason = Text(f"แถวมีแต่ข้อความ “{text}” ไม่มีค่า", f"the row has only the words “{text}” and no value")
            findings.ignore(f"row {row + 1}", "no_value", reason)
    return rows


def section_labels(found: FoundTable, rows: Rows) -> Labels:
    """For each row the label that stood alone above it."""
    words: list[str] = [""]
    codes = np.zeros(len(rows), np.int64)
    sections = sorted(row for row, kind in found.table.kinds.items() if kind is RowKind.SECTION)
    for row in sections:
        words.append(next((text for value in found.sheet.rows[row] if (text := text_of(value))), ""))
        codes[rows > row] = len(words) - 1
    return Labels(codes, tuple(words))


def tell_surroundings(found: FoundTable, findings: Findings) -> None:
    """Text boxes, comments and notes near the table: shown, never read as values."""
    sheet, table = found.sheet, found.table
    for box in sheet.text_boxes:
        at = cell_name(*box.anchor)
        findings.note(f"กล่องข้อความที่ {at}: {box.text}", f"text box at {at}: {box.text}")
    for (row, col), text in sorted(sheet.comments.items()):
        if table.heading_rows[0] <= row <= table.last_row:
            at = cell_name(row, col)
            findings.note(f"ข้อคิดเห็นที่ {at}: {text}", f"comment at {at}: {text}")
    for (row, col), text in table.notes:
        at = cell_name(row, col)
        findings.note(f"หมายเหตุใต้ตาราง ({at}): {text}", f"note below the table ({at}): {text}")


FlagsOf = Callable[[ColumnFacts, npt.NDArray[np.int8], npt.NDArray[np.bool_]], npt.NDArray[np.int8]]


def flag_ranks(columns: TableColumns, labels: Mapping[str, Labels], rows: Rows, findings: Findings) -> FlagsOf:
    """How flags of cells, of headings and of a flag column come together: the most specific wins."""
    ranks = {flag.value: n for n, flag in enumerate(FLAGS)}
    normal = ranks[Flag.NORMAL]
    told = np.full(len(rows), normal, np.int8)
    missing = [ranks[flag] for flag in MISSING_FLAGS]
    for rule, column in columns.of(Meaning.FLAG):
        label = labels[rule.heading]
        of_word = []
        for n, word in enumerate(label.words):
            code = rule.words.get(word, word)
            if code and code not in ranks and bool((label.codes == n).any()):
                row = int(rows[int(np.argmax(label.codes == n))])
                message = Text(f"ไม่รู้จักสถานะ “{word}”", f"unknown flag “{word}”")
                remedy = Text(f"ใช้ {', '.join(ranks)}", f"use {', '.join(ranks)}")
                findings.problem("flag", message, remedy, row=row, col=column.col, once=f"flag {word}")
            of_word.append(ranks.get(code, normal))
        told = np.array(of_word, np.int8)[label.codes]

    def flags(facts: ColumnFacts, cells: npt.NDArray[np.int8], good: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
        own = np.where(told[good] != normal, told[good], ranks[facts.flag]).astype(np.int8)
        is_missing = np.isin(cells, missing)
        own_missing = np.isin(own, missing)
        found = np.where(cells != normal, cells, own)
        found = np.where(is_missing & own_missing, own, found)
        return found.astype(np.int8)

    return flags
