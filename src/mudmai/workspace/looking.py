"""A file looked at by a person who decides how it is read: the sheet, what is open, what the recipe says so far."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mudmai.core.area_names import Reason
from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.column_facts import sort_columns
from mudmai.exchange.sheets.finding_tables import FoundTable, find_table
from mudmai.exchange.sheets.labels import combine, read_labels
from mudmai.exchange.sheets.layout import TOTAL_WORDS
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.propose import Proposal, Question
from mudmai.exchange.sheets.recipe import Meaning, Recipe
from mudmai.exchange.sheets.recognition import Change, recognise
from mudmai.exchange.sheets.row_areas import AreaReader
from mudmai.exchange.sheets.row_reading import section_labels
from mudmai.exchange.sheets.workbook import Workbook, open_workbook
from mudmai.workspace.intake import Reading, known_dataset, named, propose_for, read_book, with_renamed_headings
from mudmai.workspace.recipe_words import AskedWord, asked_words, with_words
from mudmai.workspace.recipes import RecipeShelf
from mudmai.workspace.sheet_preview import SheetPreview, preview

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace

_BOOKS_KEPT = 3
_BOOK_CELLS = 2_000_000
"""Workbooks with more cells are not kept between two looks."""


@dataclass(frozen=True, slots=True)
class OpenName:
    """A name that is no area for certain. ``chosen`` is a code, ``-`` (leave out), or empty; ``candidates`` are
    (area system, code, name) of areas that it may be."""

    text: str
    chosen: str
    confidence: float
    rows: int
    candidates: tuple[tuple[str, str, Text], ...] = ()


@dataclass(frozen=True)
class Look:
    """What a person sees before deciding.

    ``recipe_name`` is the kept recipe that fits (empty: none); ``changes`` are what is different from its own file.
    ``questions`` are what must be answered, words and names apart. ``tables`` are all tables of the file: (sheet, first
    cell, is the one shown).
    """

    file: str
    recipe: Recipe
    recipe_name: str
    preview: SheetPreview
    words: tuple[AskedWord, ...]
    names: tuple[OpenName, ...]
    questions: tuple[Question, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[Text, ...] = ()
    headings: tuple[str, ...] = ()
    """Words in the headings of value columns that a rule may tell."""
    sheets: tuple[str, ...] = ()

    @property
    def open_words(self) -> tuple[AskedWord, ...]:
        """Words without a choice."""
        return tuple(one for one in self.words if not one.choice)


def look(
    workspace: Workspace,
    path: Path,
    *,
    name: str,
    dataset: str,
    recipe: Recipe | None = None,
    sheet: str = "",
) -> Look:
    """Look at an office's file: by ``recipe`` where one was begun, else by a kept one that fits, else by a proposal.

    ``sheet`` makes a new proposal for that sheet. Raises :class:`ImportRefused` for a file that cannot be read at all.
    """
    book = opened(workspace, path, name)
    catalogue = workspace.catalogue
    known = known_dataset(workspace, dataset)
    series = known.series if known else ()
    proposal: Proposal | None = None
    kept_name = ""
    changes: tuple[Change, ...] = ()
    found: FoundTable | None = None
    if recipe is not None and not sheet:
        found = _found(book, recipe, catalogue)
        changes = recognise(book, [recipe], catalogue).changes if found is None else ()
    if recipe is None and not sheet:
        shelf = RecipeShelf(workspace).of(dataset)
        recognised = recognise(book, [one.recipe for one in shelf], catalogue)
        kept = next((one for one in shelf if one.recipe is recognised.recipe), None)
        if kept is not None:
            recipe = with_renamed_headings(kept.recipe, recognised.changes)
            kept_name, changes, found = kept.name, recognised.changes, recognised.found
    if recipe is None or found is None:
        proposal = propose_for(workspace, book, dataset, sheet=sheet)
        recipe, found = proposal.recipe, proposal.found
    questions = (
        tuple(q for q in proposal.questions if q.kind not in ("area", "column") or not q.about) if proposal else ()
    )
    words = asked_words(found, recipe, catalogue, series)
    names = open_names(found, recipe, catalogue)
    if proposal is not None:
        recipe = with_words(recipe, words)
    return Look(
        book.file,
        recipe,
        kept_name,
        preview(found, recipe, proposal),
        words,
        names,
        questions,
        changes,
        (*book.notes, *(proposal.notes if proposal else ())),
        tuple(rule.text for rule in recipe.headings),
        tuple(one.name for one in book.visible),
    )


def _found(book: Workbook, recipe: Recipe, catalogue: Catalogue) -> FoundTable | None:
    try:
        return find_table(book, recipe, AreaReader(catalogue, recipe, shipped_name_forms()))
    except ImportRefused:
        return None


def open_names(found: FoundTable, recipe: Recipe, catalogue: Catalogue) -> tuple[OpenName, ...]:
    """Names of areas in the file that are not known for certain, or that the recipe had to learn."""
    reader = AreaReader(catalogue, recipe, shipped_name_forms())
    aliases = dict(recipe.aliases)
    rows = np.array(found.table.data_rows, np.intp)
    pairs = sort_columns(found.table, recipe).of(Meaning.AREA)
    labels = [read_labels(found.sheet, column.col, rows, fill_down=rule.fill_down) for rule, column in pairs]
    if recipe.sections == "area":
        labels.insert(0, section_labels(found, rows))
    if not labels:
        return ()
    which, combos = combine([one.codes for one in labels], len(rows))
    counts = np.bincount(which, minlength=len(combos))
    names: dict[str, OpenName] = {}
    for n, combo in enumerate(combos):
        words = [one.words[code] for one, code in zip(labels, combo, strict=True) if code]
        if not words:
            continue
        area, how = reader.find(words)
        if area is not None and how.reason is not Reason.ALIAS:
            continue
        if area is None and TOTAL_WORDS.match(how.text) and how.text not in aliases:
            continue
        chosen = aliases.get(how.text, how.code or "")
        sure = 1.0 if how.text in aliases else how.confidence
        many = int(counts[n]) + (names[how.text].rows if how.text in names else 0)
        names[how.text] = OpenName(how.text, chosen or how.guess or "", sure, many, _candidates(reader, how.candidates))
    return tuple(names.values())


def _candidates(reader: AreaReader, codes: tuple[str, ...]) -> tuple[tuple[str, str, Text], ...]:
    return tuple(
        (names.system.id, code, names.system.by_code[code].name)
        for code in codes
        for names in reader.names
        if code in names.system.by_code
    )


_books: OrderedDict[Hashable, Workbook] = OrderedDict()
_guard = threading.Lock()


def opened(workspace: Workspace, path: Path, name: str) -> Workbook:
    """The workbook, kept for the next look where it is not large; its sheets are read before the file's name goes."""
    key = (str(path), name)
    with _guard:
        if key in _books:
            _books.move_to_end(key)
            return _books[key]
    with named(workspace, path, name) as file:
        book = open_workbook(file)
        cells = sum(len(one.rows) * one.width for one in book.visible)
    if cells <= _BOOK_CELLS:
        with _guard:
            _books[key] = book
            while len(_books) > _BOOKS_KEPT:
                _books.popitem(last=False)
    return book


def tried(workspace: Workspace, path: Path, *, name: str, dataset: str, look: Look) -> Reading | None:
    """What the recipe of a look gives as it stands; None where the file is too large to try it on a page."""
    key = (str(path), dataset, look.recipe.to_json(), workspace.packs_state)
    with _guard:
        if key in _trials:
            _trials.move_to_end(key)
            return _trials[key]
    book = opened(workspace, path, name)
    if sum(len(one.rows) * one.width for one in book.visible) > _TRIAL_CELLS:
        return None
    found = read_book(workspace, book, look.recipe, dataset)
    with _guard:
        _trials[key] = found
        while len(_trials) > _TRIALS_KEPT:
            _trials.popitem(last=False)
    return found


_TRIAL_CELLS = 400_000
_TRIALS_KEPT = 8
_trials: OrderedDict[Hashable, Reading] = OrderedDict()
