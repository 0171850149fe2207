"""A filled workbook of answers, read back: every answer with its cell, every fault told by sheet and cell.

The file is hostile until proven: it is opened by :func:`mudmai.exchange.sheets.workbook.open_workbook` within its
limits, nothing in it is run, and no formula is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mudmai.core.criteria import CriteriaSet, Criterion, Fact, FactAsked, FactKind
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.number_text import clean_text, read_number
from mudmai.exchange.criteria.answer_sheets import (
    ANSWER,
    CITY,
    CLAIM,
    CRITERION,
    FACT,
    FORM,
    HIDDEN,
    LINKS,
    LOCAL_ROW,
    MOST_LINKS,
    NO,
    TITLE,
    VALUE_COLUMN,
    WORDS,
    YES,
    LocalEntry,
    option_of,
    sheet_name_of,
)
from mudmai.exchange.criteria.book_style import both
from mudmai.exchange.criteria.canonical import criteria_digest, criteria_json
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.formats import Format
from mudmai.exchange.sheets.workbook import Sheet, Workbook, open_workbook

MOST_BYTES = 20 << 20
MOST_ROWS = 5_000
MOST_TEXT = 8_000
MOST_PROBLEMS = 200
_NAME = 200
_LEADING = re.compile(r"([0-9]{1,3})(?:\.0+)?(?:\s*(?:[–—:.)-]|$)\s*(.*))?", re.DOTALL)
_DASHES = frozenset({"-", "–", "—"})


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One answer. ``step`` None: the row has words or links but no answer."""

    step: int | None
    text: str
    links: tuple[str, ...]
    where: Where
    links_where: Where


@dataclass(frozen=True)
class AnswerBook:
    """What the workbook says. ``answers`` holds rows where anything was written; ``facts`` only what was answered."""

    set_id: str
    version: str
    answers: Mapping[str, ReadAnswer] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    claimed: tuple[str, ...] = ()
    local: tuple[LocalEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    city: str = ""
    """The name of the city that the workbook carries; "" where it carries none."""

    @property
    def ok(self) -> bool:
        """Nothing to mend."""
        return not self.problems

    @property
    def steps(self) -> Mapping[str, int | None]:
        """Criterion → step, as :func:`mudmai.core.criteria.assess` takes it."""
        return {key: one.step for key, one in self.answers.items()}


def answer_book_id(path: Path) -> tuple[str, str, str]:
    """Id, version and digest of the set that the workbook at ``path`` was written for.

    Raises :class:`mudmai.core.errors.ImportRefused` for a file that cannot be opened safely, and
    :class:`mudmai.core.errors.InputError` (``answer_book``) for another kind of workbook.
    """
    return _named(_opened(path))


def read_answer_book(path: Path, criteria: CriteriaSet, *, name: str = "") -> AnswerBook:
    """Read the workbook at ``path`` as answers to ``criteria``; ``name`` is what people call the file, where it is
    kept under another name.

    Faults are listed in ``problems`` with sheet and cell; of a workbook of another set or version nothing is read.
    Raises as :func:`answer_book_id`.
    """
    book = _opened(path, name)
    set_id, version, digest = _named(book)
    if set_id != criteria.id or digest != criteria_digest(criteria_json(criteria)):
        return AnswerBook(set_id, version, problems=(_other_set(criteria, set_id, version),))
    reading = _Reading(path, book, criteria)
    reading.read()
    return AnswerBook(
        set_id,
        version,
        reading.answers,
        reading.body_facts(),
        tuple(reading.claimed),
        tuple(reading.local),
        tuple(reading.problems[:MOST_PROBLEMS]),
        reading.city,
    )


def _opened(path: Path, name: str = "") -> Workbook:
    book = open_workbook(path, name=name, max_bytes=MOST_BYTES)
    if book.format is not Format.XLSX or book.sheet(HIDDEN) is None:
        raise _no_answer_book(book.file)
    return book


def _named(book: Workbook) -> tuple[str, str, str]:
    sheet = book.sheet(HIDDEN)
    assert sheet is not None
    told = {text_of(sheet.value(row, 0)): text_of(sheet.value(row, 1)) for row in range(4)}
    if told.get("form") != FORM or not told.get("id"):
        raise _no_answer_book(book.file)
    return told["id"], told.get("version", ""), told.get("digest", "")


def _no_answer_book(file: str) -> InputError:
    return InputError(
        Text(f"“{file}” ไม่ใช่สมุดคำตอบที่ส่งออกจากระบบ", f"“{file}” is no workbook of answers of this system"),
        remedy=Text("ส่งออกแบบฟอร์มใหม่แล้วกรอกลงในไฟล์นั้น", "export the form again and fill in that file"),
        code="answer_book",
        where=Where(file=file),
    )


def _other_set(criteria: CriteriaSet, name: str, version: str) -> Problem:
    other = (name, version) != (criteria.id, criteria.version)
    return Problem(
        "answer_book_set",
        Text(
            f"สมุดคำตอบเป็นของเกณฑ์อื่น ({name} ฉบับ {version}) แต่ที่นี่ใช้ “{criteria.title.th}” "
            f"({criteria.id} ฉบับ {criteria.version})"
            if other
            else f"เกณฑ์ “{criteria.title.th}” เปลี่ยนเนื้อหาหลังจากส่งออกสมุดคำตอบนี้",
            f"the workbook answers other criteria ({name} version {version}); here it is “{criteria.title.en}” "
            f"({criteria.id} version {criteria.version})"
            if other
            else f"the criteria “{criteria.title.en}” were changed after this workbook was exported",
        ),
        Text("ส่งออกแบบฟอร์มของชุดนี้ แล้วคัดลอกคำตอบลงไป", "export the form of this set, and copy the answers into it"),
    )


class _Reading:
    """One pass over the sheets; ``problems`` grow as it goes."""

    def __init__(self, path: Path, book: Workbook, criteria: CriteriaSet) -> None:
        self.book, self.criteria = book, criteria
        self.answers: dict[str, ReadAnswer] = {}
        self.city = ""
        self.claimed: list[str] = []
        self.local: list[LocalEntry] = []
        self.problems: list[Problem] = []
        self._facts: dict[str, object] = {}
        self._seen: dict[str, Where] = {}
        self._asked: Text | None = None
        """The question of the row that is read: every fault of the row names it."""
        self._formulas = _formula_cells(path, book)

    def read(self) -> None:
        """Every sheet but the hidden ones."""
        for sheet in self.book.sheets:
            if sheet.name.startswith("_"):
                continue
            rows = len(sheet.rows)
            if rows > MOST_ROWS:
                self._tell(
                    "answer_book_shape", sheet, MOST_ROWS, 0,
                    Text(f"แผ่นงานมี {rows:,} แถว", f"the sheet has {rows:,} rows"),
                    Text("ลบแถวที่เพิ่ม", "delete the rows that were added"),
                )  # fmt: skip
                continue
            for row in range(rows):
                self._row(sheet, row)
            self._asked = None
            self._strayed(sheet)
        missing = [one for one in self.criteria.criteria if one.id not in self._seen]
        optional = {part.id for part in self.criteria.parts if part.optional}
        sheets = {part.id: sheet_name_of(n, part) for n, part in enumerate(self.criteria.parts, 1)}
        for one in missing:
            if one.part in optional and one.part not in self.claimed:
                continue
            self.problems.append(
                Problem(
                    "answer_book_ids",
                    Text(f"ไม่พบแถวของข้อ “{one.title.th}”", f"there is no row of “{one.title.en}”"),
                    Text("ส่งออกแบบฟอร์มใหม่แล้วคัดลอกคำตอบ", "export the form again and copy the answers"),
                    Where(sheet=sheets[one.part]),
                )
            )

    def _row(self, sheet: Sheet, row: int) -> None:
        key = text_of(sheet.value(row, 0))
        self._asked = self._question(key)
        if not key and not self.city and text_of(sheet.value(row, 1)) == clean_text(both(CITY)):
            self.city = clean_text(text_of(sheet.value(row, VALUE_COLUMN - 1)))[:_NAME]
        if key.startswith(CRITERION):
            self._criterion(sheet, row, key.removeprefix(CRITERION))
        elif key.startswith(FACT) and self._sound(sheet, row, VALUE_COLUMN - 1):
            self._fact(sheet, row, key.removeprefix(FACT))
        elif key.startswith(CLAIM) and self._sound(sheet, row, VALUE_COLUMN - 1):
            if self._yes_no(sheet, row) and key.removeprefix(CLAIM) in {one.id for one in self.criteria.parts}:
                self.claimed.append(key.removeprefix(CLAIM))
        elif key.startswith(LOCAL_ROW) and all(self._sound(sheet, row, col) for col in (1, 2, 3)):
            title, why, standing = (self._text(sheet, row, col) for col in (1, 2, 3))
            if title:
                self.local.append(LocalEntry(title, why, standing))
            elif why or standing:
                self._tell(
                    "answer_book_shape", sheet, row, 1,
                    Text("เกณฑ์ท้องถิ่นไม่มีชื่อ", "a local criterion without a title"),
                    Text("ใส่ชื่อในช่องนี้", "write its title here"),
                )  # fmt: skip

    def _question(self, key: str) -> Text | None:
        """The title of what a row asks; None for a row that asks nothing known."""
        if key.startswith(CRITERION):
            one = self.criteria.by_id.get(key.removeprefix(CRITERION))
            return one.title if one else None
        if key.startswith(CLAIM):
            return next((part.title for part in self.criteria.parts if part.id == key.removeprefix(CLAIM)), None)
        name, _, word = key.removeprefix(FACT).partition(":")
        asked = next((fact for fact in self.criteria.facts if fact.id == name), None)
        if asked is None or not key.startswith(FACT):
            return None
        chosen = next((title for choice, title in asked.choices if choice == word), None)
        if chosen is None:
            return asked.title
        return Text(f"{asked.title.th}: {chosen.th}", f"{asked.title.en}: {chosen.en}")

    # ------------------------------------------------------------------ answers
    def _criterion(self, sheet: Sheet, row: int, name: str) -> None:
        one = self.criteria.by_id.get(name)
        if one is None:
            shown = clean_text(str(sheet.value(row, TITLE - 1)))
            self._tell(
                "answer_book_ids", sheet, row, 0,
                Text(
                    f"รหัสในคอลัมน์ซ่อน A ของแถว “{shown:.60}” ถูกเปลี่ยนเป็น “{name:.60}”",
                    f"the id of the row “{shown:.60}” in the hidden column A was changed to “{name:.60}”",
                ),
                Text("ส่งออกแบบฟอร์มใหม่แล้วคัดลอกคำตอบ", "export the form again and copy the answers"),
            )  # fmt: skip
            return
        here = Where(sheet=sheet.name, cell=cell_name(row, ANSWER - 1))
        if name in self._seen:
            self._tell(
                "answer_book_ids", sheet, row, 0,
                Text("ข้อนี้มีสองแถว", "it stands in two rows"),
                Text(f"เหลือแถวเดียว (อีกแถวที่ {self._seen[name].cell})", f"keep one (the other: {self._seen[name].cell})"),
            )  # fmt: skip
            return
        self._seen[name] = here
        shown = clean_text(str(sheet.value(row, TITLE - 1)))
        if shown != clean_text(f"{one.title.th}\n{one.title.en}"):
            self._tell(
                "answer_book_ids", sheet, row, TITLE - 1,
                Text(
                    f"รหัสของข้อนี้อยู่ในแถวของเกณฑ์ชื่อ “{shown:.60}”",
                    f"the id of this criterion stands in the row titled “{shown:.60}”",
                ),
                Text("อย่าเรียงหรือตัดแถว ส่งออกแบบฟอร์มใหม่", "do not sort or cut rows; export the form again"),
            )  # fmt: skip
            return
        sound = [self._sound(sheet, row, col - 1) for col in (ANSWER, WORDS, LINKS)]
        if not all(sound):
            return
        step, text, links = self._step(sheet, row, one), self._text(sheet, row, WORDS - 1), self._links(sheet, row)
        if step is not None or text or links:
            there = Where(sheet=sheet.name, cell=cell_name(row, LINKS - 1))
            self.answers[name] = ReadAnswer(step, text, links, here, there)

    def _step(self, sheet: Sheet, row: int, one: Criterion) -> int | None:
        said = to_arabic_digits(text_of(sheet.value(row, ANSWER - 1)))
        if not said or said in _DASHES:
            return None
        known = {step.value: step for step in one.scale}
        for step in one.scale:
            if said in (clean_text(to_arabic_digits(option_of(step))), *_spoken(step.title)):
                return step.value
        match = _LEADING.fullmatch(said)
        if match and int(match[1]) in known:
            rest = clean_text(match[2] or "")
            others = [step for step in one.scale if step.value != int(match[1]) and rest in _spoken(step.title)]
            if not others:
                return int(match[1])
        listed = Text(
            "; ".join(f"{step.value} – {step.title.th}" for step in one.scale),
            "; ".join(f"{step.value} – {step.title.en}" for step in one.scale),
        )
        self._tell(
            "answer_book_step", sheet, row, ANSWER - 1,
            Text(f"“{said:.60}” ไม่ใช่ขั้นใดของข้อนี้", f"“{said:.60}” is none of its steps"),
            Text(f"เลือกจากรายการ ({listed.th}) หรือเว้นว่าง", f"choose from the list ({listed.en}), or leave it empty"),
        )  # fmt: skip
        return None

    def _links(self, sheet: Sheet, row: int) -> tuple[str, ...]:
        raw = str(sheet.value(row, LINKS - 1) or "")
        found = [clean_text(line) for line in re.split(r"[\n\r;]+", raw) if clean_text(line)]
        bad = next((one for one in found if not _is_link(one)), None)
        if bad is not None or len(found) > MOST_LINKS:
            self._tell(
                "answer_book_link", sheet, row, LINKS - 1,
                Text(f"มีลิงก์ {len(found)} รายการ", f"there are {len(found)} links")
                if bad is None
                else Text(f"ลิงก์ “{bad:.80}” ใช้ไม่ได้", f"“{bad:.80}” cannot be used as a link"),
                Text(
                    f"ใส่ที่อยู่ http หรือ https บรรทัดละหนึ่ง ไม่เกิน {MOST_LINKS} บรรทัด",
                    f"write addresses with http or https, one a line, at most {MOST_LINKS}",
                ),
            )  # fmt: skip
            return ()
        return tuple(dict.fromkeys(found))

    # ------------------------------------------------------------------ facts
    def body_facts(self) -> Mapping[str, Fact]:
        """Facts that were answered; of several words those with a yes, once any was answered."""
        found: dict[str, Fact] = {}
        for one in self.criteria.facts:
            if one.kind is FactKind.WORDS:
                told = {w: self._facts[f"{one.id}:{w}"] for w, _ in one.choices if f"{one.id}:{w}" in self._facts}
                if told:
                    found[one.id] = frozenset(word for word, yes in told.items() if yes)
            elif one.id in self._facts:
                value = self._facts[one.id]
                assert isinstance(value, (str, int, float, bool))
                found[one.id] = value
        return found

    def _fact(self, sheet: Sheet, row: int, key: str) -> None:
        asked = {one.id: one for one in self.criteria.facts}.get(key.partition(":")[0])
        value = sheet.value(row, VALUE_COLUMN - 1)
        if asked is None or text_of(value) in ("", *_DASHES):
            return
        if asked.kind in (FactKind.YES_NO, FactKind.WORDS):
            said = self._yes_no(sheet, row)
            if said is not None:
                self._facts[key] = said
            return
        read = _number(value) if asked.kind is FactKind.NUMBER else _word(asked, text_of(value))
        if read is None:
            self._tell(
                "answer_book_fact", sheet, row, VALUE_COLUMN - 1,
                Text(f"“{text_of(value):.60}” ใช้เป็นคำตอบไม่ได้", f"“{text_of(value):.60}” is no answer to this"),
                Text("ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป หรือเว้นว่าง", "write a number of zero or more, or leave it empty")
                if asked.kind is FactKind.NUMBER
                else Text("เลือกจากรายการ หรือเว้นว่าง", "choose from the list, or leave it empty"),
            )  # fmt: skip
            return
        self._facts[key] = read

    def _yes_no(self, sheet: Sheet, row: int) -> bool | None:
        value = sheet.value(row, VALUE_COLUMN - 1)
        said = text_of(value).lower()
        if isinstance(value, bool):
            return value
        if said in ("", *_DASHES):
            return None
        for answer, word in ((True, YES), (False, NO)):
            if said in (word.th, word.en, f"{word.th} / {word.en}"):
                return answer
        self._tell(
            "answer_book_fact", sheet, row, VALUE_COLUMN - 1,
            Text(
                f"“{text_of(value):.60}” ไม่ใช่ทั้ง “{YES.th}” และ “{NO.th}”",
                f"“{text_of(value):.60}” is neither {YES.en} nor {NO.en}",
            ),
            Text(
                f"เลือก “{YES.th}” หรือ “{NO.th}” จากรายการ หรือเว้นว่าง",
                f"choose “{YES.en}” or “{NO.en}” from the list, or leave it empty",
            ),
        )  # fmt: skip
        return None

    # ------------------------------------------------------------------ cells
    def _text(self, sheet: Sheet, row: int, col: int) -> str:
        value = sheet.value(row, col)
        text = value.strip() if isinstance(value, str) else text_of(value)
        if len(text) > MOST_TEXT:
            self._tell(
                "answer_book_shape", sheet, row, col,
                Text(f"ข้อความยาว {len(text):,} ตัวอักษร", f"the text has {len(text):,} signs"),
                Text(f"ย่อให้ไม่เกิน {MOST_TEXT:,}", f"keep it within {MOST_TEXT:,}"),
            )  # fmt: skip
            return text[:MOST_TEXT]
        return text

    def _sound(self, sheet: Sheet, row: int, col: int) -> bool:
        """False (and told) for a cell with a formula or an error, or one that a merge covers."""
        if (sheet.name, row, col) in self._formulas or (row, col) in sheet.without_value:
            self._tell(
                "answer_book_formula", sheet, row, col,
                Text("ช่องนี้เป็นสูตร", "this cell is a formula"),
                Text("พิมพ์ค่าลงไป หรือวางเฉพาะค่า", "type the value, or paste values only"),
            )  # fmt: skip
        elif (row, col) in sheet.errors:
            self._tell(
                "answer_book_formula", sheet, row, col,
                Text(f"ช่องนี้มีค่าผิดพลาด {sheet.errors[row, col]}", f"this cell holds {sheet.errors[row, col]}"),
                Text("พิมพ์ค่าใหม่ หรือเว้นว่าง", "type the value, or leave it empty"),
            )  # fmt: skip
        elif any(m.top <= row <= m.bottom and m.left <= col <= m.right for m in sheet.merged):
            self._tell(
                "answer_book_shape", sheet, row, col,
                Text("ช่องนี้ถูกผสานกับช่องอื่น", "this cell is merged with others"),
                Text("ยกเลิกการผสานเซลล์ แล้วกรอกแต่ละข้อ", "unmerge, and answer each row"),
            )  # fmt: skip
        else:
            return True
        return False

    def _strayed(self, sheet: Sheet) -> None:
        """Answers below or beside the rows that were asked are told, never dropped in silence."""
        for row in range(2, len(sheet.rows)):
            held = text_of(sheet.value(row, ANSWER - 1))
            is_part = text_of(sheet.value(0, 0)).startswith("part:")
            if is_part and held and not text_of(sheet.value(row, 0)):
                self._tell(
                    "answer_book_ids", sheet, row, ANSWER - 1,
                    Text("คำตอบนี้ไม่อยู่ในแถวของข้อใด", "this answer is in no row of a criterion"),
                    Text("ย้ายไปแถวของข้อนั้น", "move it to the row of its criterion"),
                )  # fmt: skip

    def _tell(self, code: str, sheet: Sheet, row: int, col: int, message: Text, remedy: Text) -> None:
        if self._asked is not None:
            message = Text(f"“{self._asked.th}”: {message.th}", f"“{self._asked.en}”: {message.en}")
        self.problems.append(Problem(code, message, remedy, Where(sheet=sheet.name, cell=cell_name(row, col))))


def _spoken(title: Text) -> tuple[str, ...]:
    said = [clean_text(to_arabic_digits(one)) for one in (title.th, title.en, f"{title.th} / {title.en}")]
    return tuple(said)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if value >= 0 else None
    try:
        read = read_number(text_of(value)).value
    except InputError:
        return None
    return read if read is not None and read >= 0 else None


def _word(asked: FactAsked, said: str) -> str | None:
    for word, title in asked.choices:
        if said in (word, title.th, title.en, f"{title.th} / {title.en}") or said.partition(" – ")[0] == word:
            return word
    return None


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 2000 and " " not in text


def _formula_cells(path: Path, book: Workbook) -> frozenset[tuple[str, int, int]]:
    """Every cell that holds a formula, also one whose value was kept."""
    names = {sheet.name for sheet in book.sheets if sheet.parts.scan.has_formulas}
    if not names:
        return frozenset()
    from openpyxl import load_workbook  # heavy, and only for files with formulas

    with path.open("rb") as file:
        loaded = load_workbook(file, read_only=True, keep_links=False)
        try:
            return frozenset(_formulas_of(loaded, names))
        finally:
            loaded.close()


def _formulas_of(loaded: object, names: Iterable[str]) -> Iterable[tuple[str, int, int]]:
    for name in names:
        sheet = loaded[name]  # type: ignore[index]
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=LINKS):
            for cell in row:
                if cell.data_type == "f":
                    yield name, cell.row - 1, cell.column - 1
