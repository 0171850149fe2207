"""Families of forms of the workspace: layouts and print of every pack that has them, its own before shipped ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mudmai.exchange.forms.layout_files import FILE as FORMS
from mudmai.exchange.forms.layout_files import read_form_layouts
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.printing.spec import FILE as PRINT
from mudmai.exchange.forms.printing.spec import PrintSpec, read_print_spec, shipped_print_spec
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.workspace.home import Home
from mudmai.workspace.pack_content import pack_folders


@dataclass(frozen=True)
class FormPack:
    """One family of forms; ``spec`` is its own print, or the shipped one where its pack has none."""

    folder: Path
    layouts: FormLayouts
    spec: PrintSpec


def form_packs(home: Home) -> tuple[FormPack, ...]:
    """All families, packs of the workspace first. Raises :class:`mudmai.core.errors.PackError`."""
    found = pack_folders(shipped_packs(), home.packs)
    folders = sorted(found.values(), key=lambda one: (one.parent != home.packs, one.name))
    return tuple(_pack(one, *_stamps(one)) for one in folders if (one / FORMS).is_file())


def form_pack_of(home: Home, names: Iterable[str]) -> FormPack | None:
    """The family that a programme or a book of forms names (ids of layouts or forms), else the first shipped one."""
    known = form_packs(home)
    asked = {name for name in names if name}
    for one in known:
        if one.layouts.id in asked or asked & {form.id for form in one.layouts.forms}:
            return one
    shipped = [one for one in known if one.folder.parent != home.packs]
    return next(iter((*shipped, *known)), None)


@lru_cache(maxsize=32)
def _pack(folder: Path, *_stamps: int) -> FormPack:
    spec = read_print_spec(folder) if (folder / PRINT).is_file() else shipped_print_spec()
    return FormPack(folder, read_form_layouts(folder), spec)


def _stamps(folder: Path) -> tuple[int, ...]:
    """What changes when a file of the pack does."""
    return tuple(path.stat().st_mtime_ns for name in (FORMS, PRINT) if (path := folder / name).is_file())
