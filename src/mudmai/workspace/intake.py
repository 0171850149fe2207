"""A file of any office, read for a dataset: by a recipe that is known, or with a proposal that a person completes.

:func:`read_file` is the one way for pages, command line and connections. A file that is tidy already is checked and
taken; a file that a kept or shipped recipe was made for is read by it, or it is said exactly what changed; any other
file gets a proposal. Nothing is published here.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mudmai.core.datasets import Dataset
from mudmai.core.errors import ImportRefused, Problem, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.sources import USER_FILE
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.findings import Ignored
from mudmai.exchange.sheets.propose import Proposal, Question, propose
from mudmai.exchange.sheets.recipe import Recipe, heading_key
from mudmai.exchange.sheets.recognition import Change, ChangeKind, Recognition, recognise
from mudmai.exchange.sheets.workbook import Workbook, open_workbook
from mudmai.exchange.tidy import read_tidy
from mudmai.workspace.recipe_words import asked_words
from mudmai.workspace.recipes import KeptRecipe, RecipeShelf
from mudmai.workspace.tidy_files import TidyForm, tidy_form

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.workspace.workspace import Workspace

Kind = Literal["tidy", "recipe", "proposal"]
Progress = Callable[[int, int], None]
_LONGEST_NAME = 200
"""Bytes of a file's name while it is read."""


@dataclass(frozen=True)
class Reading:
    """What a file gave.

    ``kind``: it was ``tidy`` already; a ``recipe`` was found (or given) and applied; or it is new: ``proposal``.
    ``table`` has the canonical columns of :func:`mudmai.exchange.tidy.read_tidy` (None: it could not be read yet).
    ``problems`` stop it, ``problem_count`` counts all of them; ``changes`` say what is different from the file that
    the recipe was made for. ``recipe`` is the recipe used, with headings that were renamed already set right; it
    is to be confirmed wherever a change stops. ``left_out`` names rows, columns and cells that gave no value.
    """

    file: str
    kind: Kind
    dataset: str
    recipe: Recipe | None = None
    recipe_name: str = ""
    table: pa.Table | None = None
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    changes: tuple[Change, ...] = ()
    notes: tuple[Text, ...] = ()
    left_out: tuple[Ignored, ...] = ()
    proposal: Proposal | None = None

    @property
    def ready(self) -> bool:
        """True when there is a table and nothing stands against it."""
        return self.table is not None and not self.problem_count


def read_file(
    workspace: Workspace,
    path: Path,
    *,
    name: str,
    dataset: str,
    recipe: Recipe | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a file for a dataset (its id in the catalogue, or any name of a table).

    ``name`` is what people call the file: it stands in messages and in the place of every value. Without ``recipe``
    the recipes of the dataset are tried. Faults in the file's content are :attr:`Reading.problems`; a file that cannot
    be read at all (damaged, locked, too large, no table in it) raises :class:`ImportRefused`.
    """
    with named(workspace, path, name) as file:
        if recipe is None and (tidy := tidy_form(file)) is not None:
            return _read_tidy(workspace, tidy, dataset, file.name, progress)
        workbook = open_workbook(file)
        if recipe is not None:
            return read_book(workspace, workbook, recipe, dataset)
        found, kept = _recognised(workspace, workbook, RecipeShelf(workspace).of(dataset))
        if kept is not None:
            return _by_recipe(workspace, workbook, kept.recipe, kept.name, found.changes, dataset)
        proposal = propose_for(workspace, workbook, dataset)
        return Reading(file.name, "proposal", dataset, proposal.recipe, "", proposal=proposal, notes=proposal.notes)


def read_book(workspace: Workspace, workbook: Workbook, recipe: Recipe, dataset: str) -> Reading:
    """Read an open workbook by a recipe, as :func:`read_file` does."""
    found = recognise(workbook, [recipe], workspace.catalogue)
    return _by_recipe(workspace, workbook, recipe, recipe.name, found.changes, dataset)


def propose_for(workspace: Workspace, workbook: Workbook, dataset: str, *, sheet: str = "") -> Proposal:
    """A first recipe for a workbook; a dataset of one series tells what the values are, others narrow the choices."""
    known = known_dataset(workspace, dataset)
    own = tuple(s for s in known.series if s in workspace.catalogue.series) if known else ()
    series = own[0] if len(own) == 1 else ""
    proposal = propose(workbook, workspace.catalogue, series=series, sheet=sheet)
    asked = [replace(one, choices=own) if one.kind == "series" and own else one for one in proposal.questions]
    told = {one.about for one in asked if one.kind == "column"}
    words = asked_words(proposal.found, proposal.recipe, workspace.catalogue, own)
    for heading in dict.fromkeys(one.heading for one in words if one.dimension and one.heading not in told):
        listed = tuple(dict.fromkeys(one.word for one in words if one.heading == heading))
        some = ", ".join(f"“{word}”" for word in listed[:3])
        text = Text(
            f"ในคอลัมน์ “{heading}” มี {len(listed)} คำที่ไม่ใช่รายการย่อย เช่น {some} แต่ละคำคืออะไร",
            f"{len(listed)} words of “{heading}” are no parts, such as {some}: what is each?",
        )
        asked.append(Question("column", heading, text, listed))
    return replace(proposal, questions=tuple(asked))


def known_dataset(workspace: Workspace, dataset: str) -> Dataset | None:
    """What the packs say about a dataset; None for a name that no pack describes. The last pack wins."""
    found = [one for pack in workspace.packs.values() for one in pack.datasets if one.id == dataset]
    return found[-1] if found else None


def all_datasets(workspace: Workspace) -> tuple[Dataset, ...]:
    """Every dataset that a pack describes."""
    return tuple({one.id: one for pack in workspace.packs.values() for one in pack.datasets}.values())


@dataclass(frozen=True, slots=True)
class DatasetGuess:
    """A dataset that a file may be for, ``score`` from 0 to 1; ``recipe`` says so (empty: the series of the file)."""

    dataset: str
    score: float
    recipe: str = ""


def guess_datasets(workspace: Workspace, path: Path, *, name: str) -> tuple[DatasetGuess, ...]:
    """The datasets that a file is most likely for, best first; empty where nothing tells.

    A tidy file is judged by its series, any other by the recipes. Raises :class:`ImportRefused` as :func:`read_file`.
    """
    with named(workspace, path, name) as file:
        tidy = tidy_form(file)
        if tidy is not None:
            return _by_series(workspace, tidy.first_series())
        workbook = open_workbook(file)
        guesses = []
        for dataset, kept in RecipeShelf(workspace).all().items():
            found, best = _recognised(workspace, workbook, kept)
            if best is not None:
                guesses.append(DatasetGuess(dataset, found.score, best.name))
    return tuple(sorted(guesses, key=lambda one: (-one.score, one.dataset)))


@contextlib.contextmanager
def named(workspace: Workspace, path: Path, name: str) -> Iterator[Path]:
    """The file under the name that people know it by, for as long as it is read."""
    plain = _file_name(name) or path.name
    if path.name == plain or not path.is_file():
        yield path
        return
    workspace.home.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=workspace.home.cache) as room:
        link = Path(room) / plain
        link.symlink_to(path.resolve())
        yield link


def _file_name(name: str) -> str:
    """The last part of a name without what a file's name must not hold, cut to what file systems take."""
    last = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip()
    if last in ("", ".", ".."):
        return ""
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending.encode()) > 12:
        stem, dot, ending = last, "", ""
    return stem.encode()[: _LONGEST_NAME - len(ending) - 1].decode("utf-8", "ignore") + dot + ending


def _read_tidy(workspace: Workspace, tidy: TidyForm, dataset: str, name: str, progress: Progress | None) -> Reading:
    try:
        with tidy.as_readable(workspace.home.cache) as path:
            table = read_tidy(
                path,
                workspace.catalogue,
                dataset=dataset,
                sheet=tidy.sheet,
                progress=progress,
                unsourced=USER_FILE.id,
            )
    except ImportRefused as found:
        if not found.problems:
            raise
        return Reading(
            name, "tidy", dataset, problems=found.problems, problem_count=max(len(found.problems), tidy.counted(found))
        )
    reading = Reading(name, "tidy", dataset, table=table, notes=tidy.notes)
    return _only_own_series(workspace, reading)


def _recognised(
    workspace: Workspace, workbook: Workbook, kept: tuple[KeptRecipe, ...]
) -> tuple[Recognition, KeptRecipe | None]:
    found = recognise(workbook, [one.recipe for one in kept], workspace.catalogue)
    best = next((one for one in kept if one.recipe is found.recipe), None) if found.recipe else None
    return found, best


def _by_recipe(
    workspace: Workspace, workbook: Workbook, recipe: Recipe, name: str, changes: tuple[Change, ...], dataset: str
) -> Reading:
    adapted = with_renamed_headings(recipe, changes)
    stops = tuple(change for change in changes if change.stops and change.kind is not ChangeKind.NO_TABLE)
    reading = Reading(workbook.file, "recipe", dataset, adapted, name, changes=changes)
    try:
        tidy = apply_recipe(workbook, adapted, workspace.catalogue)
    except ImportRefused as found:
        told = tuple(_told(change) for change in stops) or (found.as_problem(),)
        return replace(reading, problems=told, problem_count=len(told))
    settled = (ChangeKind.UNKNOWN_AREA,)  # told cell by cell among the problems
    told = tuple(_told(change) for change in stops if change.kind not in settled)
    reading = replace(
        reading,
        table=tidy.table,
        problems=(*told, *tidy.problems),
        problem_count=len(told) + tidy.counted,
        notes=tidy.notes,
        left_out=tidy.ignored,
    )
    return _only_own_series(workspace, reading)


def with_renamed_headings(recipe: Recipe, changes: tuple[Change, ...]) -> Recipe:
    """The recipe with headings as they are written now; a person still has to confirm that they mean the same."""
    renamed = {heading_key(c.old): c.new for c in changes if c.kind is ChangeKind.RENAMED_HEADING}
    if not renamed:
        return recipe

    def now(heading: str) -> str:
        return renamed.get(heading_key(heading), heading)

    columns = tuple(replace(rule, heading=now(rule.heading)) for rule in recipe.columns)
    rules = tuple(
        replace(rule, when={now(heading): words for heading, words in rule.when.items()})
        for rule in recipe.series_rules
    )
    return replace(recipe, columns=columns, series_rules=rules)


def _told(change: Change) -> Problem:
    """A change that a person must settle, as a problem."""
    return Problem(_CODES[change.kind], change.text, _REMEDIES[change.kind], change.where)


_CODES = {
    ChangeKind.NEW_COLUMN: "new_column",
    ChangeKind.MISSING_COLUMN: "column_gone",
    ChangeKind.RENAMED_HEADING: "renamed_heading",
    ChangeKind.RENAMED_SHEET: "renamed_sheet",
    ChangeKind.UNKNOWN_AREA: "area_name",
    ChangeKind.NO_TABLE: "no_table",
}
_CONFIRM = Text("ยืนยันในหน้าอ่านไฟล์ หรือแก้สูตรอ่านไฟล์", "confirm it on the page of the file, or mend the recipe")
_REMEDIES = {
    ChangeKind.NEW_COLUMN: Text("บอกว่าคอลัมน์นี้คืออะไร หรือเลือกไม่อ่าน", "say what the column is, or choose not to read it"),
    ChangeKind.MISSING_COLUMN: Text(
        "ตรวจว่าได้ไฟล์ครบ หากเลิกใช้คอลัมน์นี้แล้วให้แก้สูตร",
        "check that the file is whole; if the column is no more, mend the recipe",
    ),
    ChangeKind.RENAMED_HEADING: _CONFIRM,
    ChangeKind.RENAMED_SHEET: _CONFIRM,
    ChangeKind.UNKNOWN_AREA: Text("เลือกพื้นที่ที่หมายถึง แล้วระบบจะจำไว้", "choose the area that is meant; it is remembered"),
    ChangeKind.NO_TABLE: _CONFIRM,
}


def _only_own_series(workspace: Workspace, reading: Reading) -> Reading:
    """Values of series that do not belong to the dataset stop it: they would be published under a wrong name."""
    known = known_dataset(workspace, reading.dataset)
    if known is None or reading.table is None:
        return reading
    found = [str(name) for name in reading.table.column("series").unique().to_pylist()]
    foreign = [name for name in found if name not in known.series]
    if not foreign:
        return reading
    listed, own = ", ".join(foreign), ", ".join(known.series)
    problem = Problem(
        "series_of_other_dataset",
        Text(f"อนุกรม {listed} ไม่อยู่ในชุดข้อมูล {known.id}", f"{listed} is no series of the dataset {known.id}"),
        Text(
            f"ชุดข้อมูลนี้รับ {own} เท่านั้น: เลือกชุดข้อมูลอื่น หรือไม่อ่านส่วนนี้",
            f"it takes {own} only: choose another dataset, or leave this out",
        ),
        Where(reading.file),
    )
    return replace(reading, problems=(problem, *reading.problems), problem_count=reading.problem_count + 1)


def _by_series(workspace: Workspace, series: frozenset[str]) -> tuple[DatasetGuess, ...]:
    guesses = []
    for one in all_datasets(workspace):
        share = len(series & set(one.series)) / len(series) if series else 0.0
        if share:
            guesses.append(DatasetGuess(one.id, round(share, 3)))
    return tuple(sorted(guesses, key=lambda one: (-one.score, one.dataset)))


def recipe_of(workspace: Workspace, dataset: str, name: str) -> KeptRecipe:
    """A kept recipe by name, of this dataset or (with an empty dataset) of any; :class:`UnknownNameError` otherwise."""
    shelf = RecipeShelf(workspace)
    if dataset:
        return shelf.one(dataset, name)
    known = [one for kept in shelf.all().values() for one in kept]
    found = [one for one in known if one.name == name]
    if len(found) != 1:
        raise UnknownNameError(Text("สูตรอ่านไฟล์", "recipe"), name, [f"{one.dataset}: {one.name}" for one in known])
    return found[0]
