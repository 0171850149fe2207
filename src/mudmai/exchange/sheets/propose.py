"""A first recipe for a file nobody has read before: what each column is, how sure that is, and why.

Nothing is decided silently: what is a guess is told with its confidence, and what only a person can know becomes a
question. The proposal is a recipe like any other; corrections are made to it, and it is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from mudmai.core.area_names import NameForms
from mudmai.core.errors import ImportRefused, Where
from mudmai.core.language import Text, so_many
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.around import area_in, period_in, title_texts
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.column_evidence import ColumnEvidence, gather
from mudmai.exchange.sheets.column_meanings import ColumnProposal, label_meanings
from mudmai.exchange.sheets.finding_tables import FoundTable, layout_of, needed
from mudmai.exchange.sheets.heading_meanings import heading_meanings
from mudmai.exchange.sheets.labels import read_labels
from mudmai.exchange.sheets.layout import RowKind
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.recipe import SHEET, TITLE, ColumnRule, Meaning, Recipe, heading_key
from mudmai.exchange.sheets.row_areas import AreaReader
from mudmai.exchange.sheets.system_choice import choose_systems
from mudmai.exchange.sheets.workbook import Sheet, Workbook


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can answer. ``about`` is the word or heading; ``choices`` are codes, best first."""

    kind: Literal["series", "area", "period", "area_system", "table", "hidden", "column", "unit"]
    about: str
    text: Text
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A recipe with its reasons. ``guesses`` are misspelt names taken for areas: (text, code, confidence).

    ``ready`` when nothing has to be asked; guesses should be looked at all the same.
    """

    recipe: Recipe
    found: FoundTable
    columns: tuple[ColumnProposal, ...]
    guesses: tuple[tuple[str, str, float], ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Text, ...] = field(default=())

    @property
    def ready(self) -> bool:
        """True when the recipe can be applied as it is."""
        return not self.questions


def propose(
    workbook: Workbook,
    catalogue: Catalogue,
    *,
    forms: NameForms | None = None,
    series: str = "",
    sheet: str = "",
    table: int | None = None,
    name: str = "",
) -> Proposal:
    """Look at a workbook and propose how to read its main table (or table ``table`` of ``sheet``).

    ``series`` tells what the values are where the file does not. Raises :class:`ImportRefused` (code ``no_table``) when
    no table with a heading is found.
    """
    forms = forms if forms is not None else shipped_name_forms()
    every = AreaReader(catalogue, Recipe("", ()), forms)
    tables = _tables(workbook, every, sheet)
    if not tables:
        raise _nothing(workbook, sheet)
    found = _choose(tables, table)
    names = {one.system.id: one for one in every.names}
    evidence = [gather(found.sheet, found.table, column, names, catalogue) for column in found.table.columns]
    told = label_meanings(evidence, catalogue)
    areas = [one for one in evidence if told[one.column.col].meaning is Meaning.AREA]
    systems, levels = choose_systems(areas, found, names, catalogue, series)
    headings = heading_meanings(
        [one.column for one in evidence if told[one.column.col].meaning is Meaning.VALUE], catalogue, series
    )
    recipe = Recipe(
        name=name or workbook.file,
        columns=_column_rules(found, told, evidence),
        headings=headings.rules,
        sheet=found.sheet.name if len(workbook.sheets) > 1 else "",
        area_systems=systems,
        area_levels=levels,
        series=series,
    )
    recipe = _with_sections(replace(recipe, table=_number(recipe, found, tables)), found, every)
    return _finished(recipe, found, told, tables, headings.unknown, workbook, catalogue, forms)


def _tables(workbook: Workbook, reader: AreaReader, sheet: str) -> list[FoundTable]:
    wanted = workbook.sheet(sheet) if sheet else None
    sheets: Sequence[Sheet] = [wanted] if wanted else workbook.visible
    return [FoundTable(workbook.file, one, table) for one in sheets for table in layout_of(one, reader).tables]


def _number(recipe: Recipe, found: FoundTable, tables: list[FoundTable]) -> int:
    """The place of a table among those of its sheet that the recipe fits too."""
    wanted = needed(recipe)
    fitting = [t for t in tables if t.sheet is found.sheet and wanted <= {heading_key(c.text) for c in t.table.columns}]
    return next((n for n, one in enumerate(fitting) if one is found), 0)


def _choose(tables: list[FoundTable], table: int | None) -> FoundTable:
    """The table asked for, or the one with most numbers."""
    if table is not None:
        chosen = tables[min(table, len(tables) - 1)]
    else:
        chosen = max(tables, key=lambda one: sum(column.numbers for column in one.table.columns))
    return chosen


def _nothing(workbook: Workbook, sheet: str) -> ImportRefused:
    hidden = [one.name for one in workbook.sheets if one.hidden]
    more_th = f" (มีแผ่นงานซ่อนอยู่: {', '.join(hidden)})" if hidden else ""
    more_en = f" (hidden sheets: {', '.join(hidden)})" if hidden else ""
    return ImportRefused(
        Text(f"ไม่พบตารางที่มีหัวคอลัมน์และตัวเลข{more_th}", f"no table with a heading and numbers was found{more_en}"),
        remedy=Text(
            "ใส่ชื่อคอลัมน์ไว้เหนือข้อมูล และตรวจว่าตัวเลขอยู่ใต้หัวคอลัมน์",
            "write the names of the columns above the data, and numbers below them",
        ),
        code="no_table",
        where=Where(workbook.file, sheet or None),
    )


def _column_rules(
    found: FoundTable, told: dict[int, ColumnProposal], evidence: Sequence[ColumnEvidence]
) -> tuple[ColumnRule, ...]:
    rules = []
    keys = [c for c in found.table.columns if told[c.col].meaning in _KEYS]
    for one in evidence:
        proposal = told[one.column.col]
        if proposal.meaning is Meaning.VALUE or (proposal.meaning is Meaning.IGNORE and not one.column.text):
            continue
        fill = proposal.meaning in _KEYS and _fills_down(found, one.column.col, [c.col for c in keys], told)
        rules.append(
            ColumnRule(one.heading, proposal.meaning, proposal.dimension, dict(proposal.words), fill_down=fill)
        )
    return tuple(rules)


_READ = (Meaning.VALUE,)
_KEYS = (Meaning.AREA, Meaning.DIMENSION, Meaning.PERIOD, Meaning.SERIES)


def _fills_down(found: FoundTable, col: int, keys: Sequence[int], told: dict[int, ColumnProposal]) -> bool:
    """Whether empty cells of a column mean the word above: each word stands once at the head of its group."""
    table, sheet = found.table, found.sheet
    totals = [row for row, kind in table.kinds.items() if kind is RowKind.TOTAL]
    rows = np.setdiff1d(np.array(table.data_rows, np.intp), totals, assume_unique=True)
    if not len(rows):
        return False
    own = read_labels(sheet, col, rows, fill_down=False).codes
    blank = own == 0
    if not blank.any() or blank[0]:
        return False
    filled = own[~blank]
    follows = (own[1:] == own[:-1]) & ~blank[1:]
    if len(filled) > 2 and follows.sum() > 0.05 * len(filled) and not sheet.merged:
        return False
    others = [read_labels(sheet, other, rows, fill_down=False).codes for other in keys if other != col]
    if told[col].meaning is Meaning.AREA:
        wider = [
            read_labels(sheet, other, rows, fill_down=False).codes
            for other in keys
            if other < col and told[other].meaning is Meaning.AREA
        ]
        if any((codes[blank] != 0).any() for codes in wider):
            return False
    return any((codes[blank] != 0).mean() > 0.9 for codes in others)


def _with_sections(recipe: Recipe, found: FoundTable, reader: AreaReader) -> Recipe:
    """Labels alone in their row that are areas tell the area of what stands below them."""
    areas = [rule for rule in recipe.columns if rule.meaning is Meaning.AREA]
    levels = _levels_below(recipe, found, reader) if areas else set()
    for row, kind in found.table.kinds.items():
        if kind is RowKind.SECTION:
            texts = [str(value) for value in found.sheet.rows[row] if isinstance(value, str) and value.strip()]
            area = reader.find([texts[0]])[0] if len(texts) == 1 else None
            if area is not None and not (areas and _level(area, reader) in levels):
                return replace(recipe, sections="area")
    return recipe


def _levels_below(recipe: Recipe, found: FoundTable, reader: AreaReader) -> set[str]:
    """Levels of the areas that rows with values name: an area of such a level alone in its row has no value."""
    from mudmai.exchange.sheets.column_facts import sort_columns  # the table by this recipe

    words = {
        text
        for _, column in sort_columns(found.table, recipe).of(Meaning.AREA)
        for row in found.table.data_rows[:500]
        if (text := text_of(found.sheet.value(row, column.col)))
    }
    return {_level(area, reader) for word in words if (area := reader.find([word])[0]) is not None}


def _level(area: tuple[str, str], reader: AreaReader) -> str:
    return next(one.system.by_code[area[1]].level for one in reader.names if one.system.id == area[0])


def _finished(
    recipe: Recipe,
    found: FoundTable,
    told: dict[int, ColumnProposal],
    tables: list[FoundTable],
    unknown: tuple[str, ...],
    workbook: Workbook,
    catalogue: Catalogue,
    forms: NameForms,
) -> Proposal:
    """Constants, names that need a person, and questions."""
    reader = AreaReader(catalogue, recipe, forms)
    questions: list[Question] = []
    recipe = _with_period(recipe, found, questions)
    recipe = _with_area(recipe, found, reader, catalogue, questions)
    recipe, guesses = _with_guesses(recipe, found, told, reader, questions)
    for word in unknown:
        questions.append(
            Question(
                "series",
                word,
                Text(f"“{word}” คืออนุกรมใด", f"which series is “{word}”?"),
                _series_choices(recipe, catalogue),
            )
        )
    if not unknown and not _series_is_told(recipe, told):
        title = " ".join(title_texts(found)) or found.sheet.name
        text = Text(f"ตาราง “{title}” คืออนุกรมใด", f"which series is the table “{title}”?")
        questions.append(Question("series", "", text, _series_choices(recipe, catalogue)))
    if len(tables) > 1:
        listed = ", ".join(
            f"{one.sheet.name}!{cell_name(one.table.heading_rows[0], one.table.columns[0].col)}" for one in tables
        )
        questions.append(
            Question("table", "", Text(f"พบหลายตาราง: {listed}", f"several tables were found: {listed}"), ())
        )
    hidden = sorted(found.sheet.hidden_rows & set(found.table.data_rows))
    if hidden:
        text = Text(
            f"มีแถวซ่อน {len(hidden)} แถว จะอ่านด้วยหรือไม่",
            f"{so_many(len(hidden), 'row is', 'rows are')} hidden: to be read too?",
        )
        questions.append(Question("hidden", "", text, ("leave_out", "read")))
    covered = [c for c in found.table.columns if c.col in found.sheet.hidden_columns and told[c.col].meaning in _READ]
    if covered:
        listed = ", ".join(column.text for column in covered)
        text = Text(f"มีคอลัมน์ซ่อน {listed} จะอ่านด้วยหรือไม่", f"columns are hidden ({listed}): read them too?")
        questions.append(Question("hidden", listed, text, ("leave_out", "read")))
    for one in told.values():
        if one.meaning is Meaning.SERIES and one.confidence < 0.5:
            text = Text(f"คำในคอลัมน์ “{one.heading}” คืออะไร", f"what are the words of “{one.heading}”?")
            questions.append(Question("column", one.heading, text, one.examples))
    hidden_sheets = [one.name for one in workbook.sheets if one.hidden]
    notes = list(workbook.notes)
    if hidden_sheets:
        names = ", ".join(hidden_sheets)
        notes.append(Text(f"แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: {names}", f"hidden sheets were not read: {names}"))
    return Proposal(recipe, found, tuple(told.values()), guesses, tuple(questions), tuple(notes))


def _series_is_told(recipe: Recipe, told: dict[int, ColumnProposal]) -> bool:
    return (
        bool(recipe.series)
        or any(rule.meaning is Meaning.SERIES for rule in recipe.headings)
        or any(one.meaning is Meaning.SERIES for one in told.values())
    )


def _series_choices(recipe: Recipe, catalogue: Catalogue) -> tuple[str, ...]:
    fit = [s.id for s in catalogue.series.values() if s.area_system in recipe.area_systems]
    return tuple((fit or list(catalogue.series))[:30])


def _with_period(recipe: Recipe, found: FoundTable, questions: list[Question]) -> Recipe:
    from mudmai.exchange.sheets.column_facts import sort_columns  # the table by this recipe
    from mudmai.exchange.sheets.heading_words import is_part_of_period

    columns = sort_columns(found.table, recipe)
    rows = bool(columns.of(Meaning.PERIOD)) and not all(
        is_part_of_period(word)
        for _, column in columns.of(Meaning.PERIOD)
        for word in {str(v) for v in found.sheet.columns[column.col][found.table.first_row : found.table.last_row + 1]}
        if word.strip()
    )
    wide = all(facts.period and not is_part_of_period(facts.period) for facts in columns.values if not facts.ignored)
    if rows or (columns.values and wide):
        return recipe
    if period_in(title_texts(found)):
        return replace(recipe, period=TITLE)
    if period_in([found.sheet.name]):
        return replace(recipe, period=SHEET)
    text = Text("ตารางนี้เป็นข้อมูลของปีหรือช่วงเวลาใด", "which year or period is the table about?")
    questions.append(Question("period", "", text))
    return recipe


def _with_area(
    recipe: Recipe, found: FoundTable, reader: AreaReader, catalogue: Catalogue, questions: list[Question]
) -> Recipe:
    if any(rule.meaning is Meaning.AREA for rule in recipe.columns) or recipe.sections == "area":
        if len(recipe.area_systems) != 1 or recipe.series in catalogue.series:
            return recipe
        return recipe
    if area_in(title_texts(found), reader):
        return replace(recipe, area=TITLE)
    if area_in([found.sheet.name], reader):
        return replace(recipe, area=SHEET)
    questions.append(Question("area", "", Text("ตารางนี้เป็นข้อมูลของพื้นที่ใด", "which area is the table about?")))
    return recipe


def _with_guesses(
    recipe: Recipe,
    found: FoundTable,
    told: dict[int, ColumnProposal],
    reader: AreaReader,
    questions: list[Question],
) -> tuple[Recipe, tuple[tuple[str, str, float], ...]]:
    """Names that are no area for certain: guesses become aliases to be looked at, the rest questions."""
    from mudmai.exchange.sheets.column_facts import sort_columns
    from mudmai.exchange.sheets.labels import combine
    from mudmai.exchange.sheets.layout import TOTAL_WORDS
    from mudmai.exchange.sheets.row_reading import section_labels

    rows = np.array(found.table.data_rows, np.intp)
    pairs = sort_columns(found.table, recipe).of(Meaning.AREA)
    labels = [read_labels(found.sheet, column.col, rows, fill_down=rule.fill_down) for rule, column in pairs]
    if recipe.sections == "area":
        labels.insert(0, section_labels(found, rows))
    guesses: dict[str, tuple[str, float]] = {}
    asked: set[str] = set()
    for combo in combine([label.codes for label in labels], len(rows))[1]:
        words = [label.words[code] for label, code in zip(labels, combo, strict=True) if code]
        if not words:
            continue
        area, how = reader.find(words)
        if area is not None or TOTAL_WORDS.match(how.text):
            continue
        if how.guess:
            guesses[how.text] = (how.guess, how.confidence)
        elif how.text not in asked:
            asked.add(how.text)
            text = Text(f"“{how.text}” คือพื้นที่ใด", f"which area is “{how.text}”?")
            questions.append(Question("area", how.text, text, how.candidates))
    aliases = {text: code for text, (code, _) in guesses.items()}
    return recipe.with_aliases(aliases), tuple((text, code, sure) for text, (code, sure) in guesses.items())
