"""A criteria set as a workbook to fill in without a network: written here, read back by :mod:`answer_reading`.

The first sheet tells how to fill it in and asks for facts of the body and the parts that it claims; then a sheet for
each part with a drop-down list for every answer; then a sheet of local criteria, which are never scored. Ids stand in
hidden cells, the version in a hidden sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.criteria import CriteriaSet, Criterion, Fact, FactAsked, FactKind, Part, Step
from mudmai.core.language import Text
from mudmai.exchange.criteria.book_style import HEAD, both, height, locked, put, saved, structure_locked
from mudmai.exchange.criteria.canonical import criteria_digest, criteria_json

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FORM = "mudmai-answers/1"
HIDDEN, SCALES, GUIDE, LOCAL = "_mudmai", "_scales", "เริ่มที่นี่ Start", "เกณฑ์ท้องถิ่น Local"
FACT, CLAIM, CRITERION, LOCAL_ROW = "fact:", "claim:", "criterion:", "local:"
VALUE_COLUMN = 3
"""Column of facts and claims on the first sheet, from 1."""
TITLE, ANSWER, WORDS, LINKS = 3, 8, 9, 10
"""Columns of a sheet of a part, from 1; the hidden id is in the first."""
LOCAL_ROWS = 20
MOST_LINKS = 20
YES, NO = Text("ใช่", "yes"), Text("ไม่ใช่", "no")
CITY = Text("เมือง", "City")
"""Beside it stands the name of the city that the workbook was written for."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to be written into the workbook: step, what the city says, addresses of evidence."""

    step: int | None
    text: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """What the community itself values: title, why, where it stands. Never scored."""

    title: str
    why: str = ""
    standing: str = ""


def write_answer_book(
    criteria: CriteriaSet,
    *,
    city: str = "",
    facts: Mapping[str, Fact] | None = None,
    claimed: Sequence[str] = (),
    answers: Mapping[str, GivenAnswer] | None = None,
    local: Sequence[LocalEntry] = (),
) -> bytes:
    """The workbook (xlsx). Criteria that do not fit the body by ``facts`` are marked so, with the reason."""
    from openpyxl import Workbook  # heavy, and needed only where a workbook is written

    book = Workbook()
    guide = book.active
    assert guide is not None
    guide.title = GUIDE
    lists = _Lists(book)
    _guide(guide, criteria, city, facts or {}, claimed, lists)
    for n, part in enumerate(criteria.parts, 1):
        sheet = book.create_sheet(sheet_name_of(n, part))
        _part(sheet, criteria, part, answers or {}, facts or {}, lists)
    _local(book.create_sheet(LOCAL), local)
    _hidden(book, criteria)
    structure_locked(book)
    return saved(book)


def sheet_name_of(number: int, part: Part) -> str:
    """A name that Excel takes: number and Thai title, cut to 31 signs."""
    kept = "".join(sign for sign in part.title.th if sign not in "[]:*?/\\'")
    return f"{number}. {kept}"[:31].rstrip()


def option_of(step: Step) -> str:
    """A step as the drop-down list shows it."""
    return f"{step.value} – {step.title.th} / {step.title.en}"


class _Lists:
    """Drop-down lists, kept in a hidden sheet: Excel takes no more than 255 signs in a rule itself."""

    def __init__(self, book: Workbook) -> None:
        self.sheet = book.create_sheet(SCALES)
        self.sheet.sheet_state = "hidden"
        self._at: dict[tuple[str, ...], str] = {}

    def range_of(self, options: Sequence[str]) -> str:
        """The range that holds these options."""
        key = tuple(options)
        if key not in self._at:
            col = len(self._at) + 1
            for row, option in enumerate(key, 1):
                put(self.sheet, row, col, option)
            letter = self.sheet.cell(1, col).column_letter
            self._at[key] = f"'{SCALES}'!${letter}$1:${letter}${len(key)}"
        return self._at[key]

    def choose(self, sheet: Worksheet, row: int, col: int, options: Sequence[str]) -> None:
        """Let the cell be one of ``options`` or empty."""
        from openpyxl.worksheet.datavalidation import DataValidation  # only for workbooks

        rule = DataValidation(type="list", formula1=self.range_of(options), allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "เลือกจากรายการ / Choose from the list", "เว้นว่างได้ / May stay empty"
        sheet.add_data_validation(rule)
        rule.add(sheet.cell(row, col))


def _guide(
    sheet: Worksheet,
    criteria: CriteriaSet,
    city: str,
    facts: Mapping[str, Fact],
    claimed: Sequence[str],
    lists: _Lists,
) -> None:
    sheet.column_dimensions["A"].hidden = True
    for letter, width in {"B": 52, "C": 40, "D": 60}.items():
        sheet.column_dimensions[letter].width = width
    widths = {2: 52.0, 3: 40.0, 4: 60.0}
    lines = [
        (both(criteria.title), f"{criteria.id} · {criteria.version}", both(criteria.note)),
        (both(CITY), city, ""),
        (both(Text("วิธีกรอก", "How to fill in")), "", both(_HOW)),
    ]
    row = 0
    for row, line in enumerate(lines, 1):
        for col, value in enumerate(line, 2):
            put(sheet, row, col, value, bold=col == 2)
        height(sheet, row, widths)
    row += 2
    row = _table_head(sheet, row, Text("ข้อมูลหน่วยงาน", "Facts of the body"), Text("คำตอบ", "Answer"))
    for fact in criteria.facts:
        for key, title, shown, options in _fact_rows(fact, facts.get(fact.id)):
            _line(sheet, row, FACT + key, title, shown)
            if options:
                lists.choose(sheet, row, VALUE_COLUMN, options)
            height(sheet, row, widths)
            row += 1
    optional = [part for part in criteria.parts if part.optional]
    if optional:
        row = _table_head(sheet, row + 1, Text("ด้านที่ขอรับประเมิน", "Parts that are claimed"), Text("ขอรับ", "Claimed"))
    for part in optional:
        _line(sheet, row, CLAIM + part.id, part.title, both_words(part.id in claimed) if claimed else "")
        put(sheet, row, 4, both(part.note) if part.note else "")
        lists.choose(sheet, row, VALUE_COLUMN, _YES_NO)
        height(sheet, row, widths)
        row += 1
    locked(sheet)


def both_words(value: bool) -> str:
    """Yes or no as the drop-down list shows it."""
    said = YES if value else NO
    return f"{said.th} / {said.en}"


_YES_NO = (both_words(True), both_words(False))
_HOW = Text(
    "กรอกเฉพาะช่องสีเหลือง เลือกคำตอบจากรายการ ข้อที่ยังไม่ทราบให้เว้นว่าง เพราะข้อว่างหมายถึงยังไม่ทราบ ไม่ใช่ศูนย์ "
    "ลิงก์หลักฐานใส่บรรทัดละหนึ่งที่อยู่ อย่าเพิ่มหรือลบแถว อย่าใช้สูตร",
    "Fill in yellow cells only. Choose answers from the list. Leave open what is not known: an empty cell means not "
    "known, not zero. One address of evidence per line. Add or remove no rows; use no formulas.",
)


def _fact_rows(fact: FactAsked, value: Fact) -> list[tuple[str, Text, object, tuple[str, ...]]]:
    """(key, title, value shown, options) of the rows that ask for a fact."""
    match fact.kind:
        case FactKind.WORDS:
            held = value if isinstance(value, frozenset) else None
            return [
                (
                    f"{fact.id}:{word}",
                    Text(f"{fact.title.th}: {title.th}", f"{fact.title.en}: {title.en}"),
                    "" if held is None else both_words(word in held),
                    _YES_NO,
                )
                for word, title in fact.choices
            ]
        case FactKind.YES_NO:
            return [(fact.id, fact.title, both_words(value) if isinstance(value, bool) else "", _YES_NO)]
        case FactKind.WORD:
            options = tuple(f"{title.th} / {title.en}" for _, title in fact.choices)
            shown = next((one for one, (word, _) in zip(options, fact.choices, strict=True) if word == value), "")
            return [(fact.id, fact.title, shown, options)]
    unit = fact.unit
    title = Text(f"{fact.title.th} ({unit.th})", f"{fact.title.en} ({unit.en})") if unit else fact.title
    return [(fact.id, title, value if isinstance(value, (int, float)) else None, ())]


def _table_head(sheet: Worksheet, row: int, *titles: Text) -> int:
    for col, title in enumerate(titles, 2):
        put(sheet, row, col, both(title), bold=True, fill=HEAD)
    sheet.row_dimensions[row].height = 46
    return row + 1


def _line(sheet: Worksheet, row: int, key: str, title: Text, value: object) -> None:
    put(sheet, row, 1, key)
    put(sheet, row, 2, both(title))
    put(sheet, row, VALUE_COLUMN, value, open_=True)


_WIDTHS = {2: 5.0, 3: 34.0, 4: 48.0, 5: 16.0, 6: 44.0, 7: 12.0, 8: 44.0, 9: 44.0, 10: 40.0}
_HEADS = (
    Text("ข้อ", "No."),
    Text("เกณฑ์", "Criterion"),
    Text("คำถาม", "Question"),
    Text("คะแนนด้าน", "Side"),
    Text("คำแนะนำและแหล่งที่มา", "Guidance and source"),
    Text("หลักฐานอย่างน้อย", "Evidence, least"),
    Text("คำตอบ", "Answer"),
    Text("คำอธิบาย", "In words"),
    Text("ลิงก์หลักฐาน (บรรทัดละหนึ่ง)", "Links to evidence (one a line)"),
)


def _part(
    sheet: Worksheet,
    criteria: CriteriaSet,
    part: Part,
    answers: Mapping[str, GivenAnswer],
    facts: Mapping[str, Fact],
    lists: _Lists,
) -> None:
    put(sheet, 1, 1, f"part:{part.id}")
    put(sheet, 1, TITLE, both(part.title), bold=True)
    put(sheet, 1, TITLE + 1, both(part.note) if part.note else "")
    height(sheet, 1, {TITLE: 34.0, TITLE + 1: 48.0})
    for col, title in enumerate(_HEADS, 2):
        put(sheet, 2, col, both(title), bold=True, fill=HEAD)
    sheet.row_dimensions[2].height = 46
    sheet.column_dimensions["A"].hidden = True
    for number, width in _WIDTHS.items():
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = width
    for n, one in enumerate(criteria.of_part(part.id), 1):
        _criterion(sheet, n + 2, n, one, answers.get(one.id), facts)
        lists.choose(sheet, n + 2, ANSWER, [option_of(step) for step in one.scale])
    sheet.freeze_panes = sheet.cell(3, TITLE + 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    locked(sheet)


def _criterion(
    sheet: Worksheet, row: int, number: int, one: Criterion, answer: GivenAnswer | None, facts: Mapping[str, Fact]
) -> None:
    fit = one.fit(facts)
    notes = [both(one.guidance)] if one.guidance else []
    if not fit.applies:
        notes.insert(0, both(Text(f"ไม่ต้องตอบ: {fit.reason.th}", f"Not asked: {fit.reason.en}")))
    else:
        notes += [both(clause.words) for clause in one.fits]
    notes.append(one.source)
    step = next((s for s in one.scale if answer is not None and s.value == answer.step), None)
    put(sheet, row, 1, CRITERION + one.id)
    for col, value in enumerate(
        (number, both(one.title), both(one.question), both(one.side.label), "\n".join(notes), one.evidence), 2
    ):
        put(sheet, row, col, value)
    put(sheet, row, ANSWER, option_of(step) if step else "", open_=True)
    put(sheet, row, WORDS, answer.text if answer else "", open_=True)
    put(sheet, row, LINKS, "\n".join(answer.links) if answer else "", open_=True)
    height(sheet, row, _WIDTHS)


def _local(sheet: Worksheet, local: Sequence[LocalEntry]) -> None:
    sheet.column_dimensions["A"].hidden = True
    for letter in "BCD":
        sheet.column_dimensions[letter].width = 52
    heads = (
        Text("สิ่งที่ชุมชนให้คุณค่า", "What the community values"),
        Text("เพราะอะไร", "Why"),
        Text("ขณะนี้เป็นอย่างไร", "Where it stands"),
    )
    put(sheet, 1, 2, both(Text("เกณฑ์ท้องถิ่นไม่นับรวมในคะแนน", "Local criteria are never part of the score")), bold=True)
    sheet.row_dimensions[1].height = 46
    _table_head(sheet, 2, *heads)
    for n in range(max(LOCAL_ROWS, len(local))):
        entry = local[n] if n < len(local) else None
        put(sheet, n + 3, 1, f"{LOCAL_ROW}{n + 1}")
        for col, value in enumerate((entry.title, entry.why, entry.standing) if entry else ("", "", ""), 2):
            put(sheet, n + 3, col, value, open_=True)
    locked(sheet)


def _hidden(book: Workbook, criteria: CriteriaSet) -> None:
    sheet = book.create_sheet(HIDDEN)
    for row, (key, value) in enumerate(
        (
            ("form", FORM),
            ("id", criteria.id),
            ("version", criteria.version),
            ("digest", criteria_digest(criteria_json(criteria))),
        ),
        1,
    ):
        put(sheet, row, 1, key)
        put(sheet, row, 2, value)
    sheet.sheet_state = "hidden"
    locked(sheet)
