"""A file of projects of any kind: the register's own list, or what packs describe: plan forms, flat lists of lines.

Which it is, is seen from its headings; nobody has to say. Layouts of the workspace's own packs go before shipped ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mudmai.core.area_names import AreaNames
from mudmai.core.errors import ImportRefused, InputError
from mudmai.core.language import Text
from mudmai.engine.money import Amount
from mudmai.exchange.forms.book import FormBook
from mudmai.exchange.forms.flat_layouts import FlatLayout, read_flat_layouts
from mudmai.exchange.forms.flat_projects import FlatBook, fitting_layout, read_flat_projects
from mudmai.exchange.forms.layout_files import read_form_layouts
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.project_list_reading import ProjectList, fitting_list, read_project_list
from mudmai.exchange.project_lists import places_of
from mudmai.exchange.project_records import STAGES
from mudmai.exchange.sheets.formats import Format
from mudmai.exchange.sheets.name_forms import read_name_forms
from mudmai.exchange.sheets.workbook import Workbook, open_workbook
from mudmai.workspace.pack_content import pack_folders
from mudmai.workspace.workspace import Workspace

_BOOKS = (Format.XLSX, Format.XLSB, Format.XLS, Format.ODS)


@dataclass(frozen=True)
class ProjectFile:
    """A file that was read: ``listed`` where it has the register's own columns (``book`` is empty then), ``flat`` where
    it is a flat list, ``layouts`` its family of forms where it is a workbook of forms; the others are None."""

    book: FormBook
    flat: FlatBook | None = None
    layouts: FormLayouts | None = None
    listed: ProjectList | None = None

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        """Fiscal years (CE) with an amount or a column, in order."""
        if self.listed is not None:
            return self.listed.fiscal_years
        return self.flat.fiscal_years if self.flat is not None else self.book.years

    def amounts(self) -> Iterator[Amount]:
        """Every known amount that counts, with its area where the file tells one for certain."""
        if self.listed is not None:
            yield from _listed_amounts(self.listed)
            return
        if self.flat is not None:
            stage = self.flat.layout.stage
            for project in self.flat.projects:
                areas = (project.unit.area,) if project.unit.area else ()
                for line in project.lines:
                    if line.amount is not None:
                        yield Amount(line.fiscal_year, stage, line.amount, areas)
            return
        for one in self.book.counted:
            for amount in one.amounts:
                if amount.amount is not None:
                    yield Amount(amount.fiscal_year, amount.stage, amount.amount)


def _listed_amounts(listed: ProjectList) -> Iterator[Amount]:
    """The amounts of a list as it stands: stages by their codes, areas by theirs."""
    for one in listed.projects:
        cell = one.fields.get("areas")
        areas = tuple(dict.fromkeys(code for _system, code, _weight in places_of(cell.text))) if cell else ()
        for line in one.lines:
            if line.stage.text not in STAGES:
                raise InputError(
                    Text(f"ไม่รู้จักขั้นของเงิน “{line.stage.text}”", f"unknown stage of money “{line.stage.text}”"),
                    remedy=Text(f"ใช้ {', '.join(STAGES)}", f"use {', '.join(STAGES)}"),
                    code="list_value",
                    where=listed.where(line.stage.cell, row=line.row, field="stage"),
                )
            if line.amount is not None:
                yield Amount(line.fiscal_year, line.stage.text, line.amount, areas)


def read_project_file(workspace: Workspace, path: Path, *, aliases: Mapping[str, str] | None = None) -> ProjectFile:
    """Read ``path`` by the layout that its headings fit. ``aliases`` say what units of a flat list mean: name → code.

    Raises :class:`mudmai.core.errors.InputError`: a file that cannot be opened, ``flat_layout``/``no_form`` when no
    layout fits. Faults of its rows are in the book.
    """
    workbook = open_workbook(path)
    if fitting_list(workbook) is not None:
        return ProjectFile(FormBook(workbook.file, "", (), (), ()), listed=read_project_list(workbook))
    folders = _folders(workspace)
    flat_layouts = tuple(reversed(read_flat_layouts(folders)))
    if fitting_layout(workbook, flat_layouts) is not None:
        flat = read_flat_projects(workbook, flat_layouts, area_names(workspace), aliases=aliases)
        return ProjectFile(flat.form_book(), flat=flat)
    return _forms(workbook, folders, flat_layouts, workspace)


def area_names(workspace: Workspace) -> Callable[[str], AreaNames]:
    """The names of an area system of the workspace by its id, read by the words of its packs."""
    forms = read_name_forms(_folders(workspace))
    return lambda system: AreaNames(workspace.catalogue.area_system(system), forms)


def _forms(
    workbook: Workbook, folders: tuple[Path, ...], flat: tuple[FlatLayout, ...], workspace: Workspace
) -> ProjectFile:
    """A workbook of forms, by the first family that knows one of its sheets."""
    refused: ImportRefused | None = None
    for folder in reversed(folders):
        if (folder / "forms.yaml").is_file():
            layouts = read_form_layouts(folder)
            try:
                return ProjectFile(read_form_book(workbook, layouts), layouts=layouts)
            except ImportRefused as error:
                refused = refused or error
    if refused is not None and workbook.format in _BOOKS:
        raise refused
    flat_book = read_flat_projects(workbook, flat, area_names(workspace))  # tells which headings are expected
    return ProjectFile(flat_book.form_book(), flat=flat_book)


def _folders(workspace: Workspace) -> tuple[Path, ...]:
    """Folders of packs, shipped ones first: what comes later wins."""
    own = workspace.home.packs
    found = pack_folders(shipped_packs(), own)
    return tuple(sorted(found.values(), key=lambda folder: (folder.parent == own, folder.name)))
