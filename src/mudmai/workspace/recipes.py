"""Recipes kept for the next file: those that packs bring, and those that people of this installation confirmed.

::

    <pack>/recipes/<dataset>/<name>.json            shipped, read only
    <home>/recipes/<dataset>/<name>.json            own, as JSON that people may read and mend
    <home>/recipes/<dataset>/.history/<sha256>.json every content that was ever kept
    <home>/recipes/<dataset>/.history/log.jsonl     which content was kept when, and by whom (a pseudonym)

They are files, so that the command line uses what was made in the browser without a database. An own recipe hides a
shipped one of its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.workspace.durable_files import write_whole

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace

Origin = Literal["shipped", "own"]
_HISTORY = ".history"
_LONGEST_NAME = 120
"""Bytes of a file's name without its ending; letters of Thai take three."""
_LARGEST = 4 << 20
_DATASET = re.compile(r"[a-z0-9][a-z0-9_.-]*(?:/[\w.-]+)?")


@dataclass(frozen=True, slots=True)
class KeptRecipe:
    """A recipe on the shelf. ``changed_at`` is in UTC; ``by`` a pseudonym, empty where nobody noted it."""

    dataset: str
    name: str
    recipe: Recipe
    origin: Origin
    changed_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class RecipeVersion:
    """What a recipe was from ``kept_at`` on."""

    sha256: str
    kept_at: datetime
    by: str
    recipe: Recipe


class RecipeShelf:
    """The recipes of a workspace, by dataset. Reads the folders at every call: they are few and small."""

    def __init__(self, workspace: Workspace) -> None:
        self._own = workspace.home.root / "recipes"
        self._workspace = workspace

    # ------------------------------------------------------------------ reading
    def of(self, dataset: str) -> tuple[KeptRecipe, ...]:
        """The recipes of one dataset, own ones first, each by name. Files that are no recipe are left out
        (see :meth:`faults`)."""
        found: dict[str, KeptRecipe] = {}
        for origin, path in self._files(dataset):
            kept = _read(path, dataset, origin)
            if isinstance(kept, KeptRecipe):
                found.setdefault(path.stem, kept)
        return tuple(self._with_authors(dataset, found))

    def all(self) -> Mapping[str, tuple[KeptRecipe, ...]]:
        """Every dataset that has a recipe → its recipes."""
        names: dict[str, None] = {}
        for root in [self._own, *self._shipped()]:
            if root.is_dir():
                names |= dict.fromkeys(
                    _dataset_of(one.name) for one in sorted(root.iterdir()) if one.is_dir() and one.name[0] != "."
                )
        found = {name: self.of(name) for name in names}
        return {name: kept for name, kept in found.items() if kept}

    def one(self, dataset: str, name: str) -> KeptRecipe:
        """The recipe ``name`` of a dataset; :class:`UnknownNameError` otherwise."""
        known = self.of(dataset)
        wanted = file_name(name)
        for kept in known:
            if name == kept.name or wanted == file_name(kept.name):
                return kept
        raise UnknownNameError(Text("สูตรอ่านไฟล์", "recipe"), name, [kept.name for kept in known])

    def faults(self, dataset: str) -> tuple[Problem, ...]:
        """Files among the recipes of a dataset that cannot be used, and why."""
        read = (_read(path, dataset, origin) for origin, path in self._files(dataset))
        return tuple(one for one in read if isinstance(one, Problem))

    def history(self, dataset: str, name: str) -> tuple[RecipeVersion, ...]:
        """Every content of an own recipe that was kept by :meth:`keep`, newest first."""
        folder = self._folder(dataset) / _HISTORY
        found = []
        for line in _log(folder):
            if line.get("name") != file_name(name):
                continue
            try:
                recipe = Recipe.from_json((folder / f"{line['sha256']}.json").read_text("utf-8"))
                at = datetime.fromisoformat(line["at"])
            except (OSError, KeyError, ValueError, InputError):
                continue
            found.append(RecipeVersion(line["sha256"], at, line.get("by", ""), recipe))
        return tuple(reversed(found))

    # ------------------------------------------------------------------ writing
    def keep(self, dataset: str, recipe: Recipe, *, by: str) -> KeptRecipe:
        """Keep a recipe under its own name, in place of what had the name before; the history keeps that.

        Nothing changes where the content is the same. The new content is on disk before the name leads to it.
        Raises :class:`InputError` (code ``recipe_name``) for a name that leaves nothing to call a file.
        """
        stem = file_name(recipe.name)
        if not stem:
            raise InputError(
                Text("สูตรอ่านไฟล์ต้องมีชื่อ", "a recipe needs a name"),
                remedy=Text("ตั้งชื่อ เช่น ชื่อรายงาน", "give it one, for example the name of the report"),
                code="recipe_name",
            )
        recipe = replace(recipe, name=unicodedata.normalize("NFC", recipe.name).strip())
        content = recipe.to_json() + "\n"
        Recipe.from_json(content)  # what is kept can be read again
        folder = self._folder(dataset)
        path = folder / f"{stem}.json"
        now = datetime.now(UTC)
        if path.is_file() and path.read_text("utf-8") == content:
            return self.one(dataset, recipe.name)
        sha = hashlib.sha256(content.encode()).hexdigest()
        history = folder / _HISTORY
        history.mkdir(parents=True, exist_ok=True)
        write_whole(history / f"{sha}.json", content.encode())
        write_whole(path, content.encode())
        _append(history / "log.jsonl", {"name": stem, "sha256": sha, "at": now.isoformat(), "by": by})
        return KeptRecipe(dataset, recipe.name, recipe, "own", now, by)

    def remove(self, dataset: str, name: str) -> None:
        """Take an own recipe off the shelf; its history stays. :class:`UnknownNameError` for any other."""
        kept = self.one(dataset, name)
        path = self._folder(dataset) / f"{file_name(kept.name)}.json"
        if kept.origin != "own" or not path.is_file():
            own = [one.name for one in self.of(dataset) if one.origin == "own"]
            raise UnknownNameError(Text("สูตรอ่านไฟล์ของหน่วยงานนี้", "own recipe"), name, own)
        path.unlink()

    # ------------------------------------------------------------------ inside
    def _folder(self, dataset: str) -> Path:
        return self._own / _folder_name(dataset)

    def _shipped(self) -> list[Path]:
        return [pack.directory / "recipes" for pack in self._workspace.packs.values()]

    def _files(self, dataset: str) -> Iterator[tuple[Origin, Path]]:
        for path in sorted(self._folder(dataset).glob("*.json")):
            yield "own", path
        for root in self._shipped():
            for path in sorted((root / _folder_name(dataset)).glob("*.json")):
                yield "shipped", path

    def _with_authors(self, dataset: str, found: Mapping[str, KeptRecipe]) -> Iterator[KeptRecipe]:
        folder = self._folder(dataset)
        last = {line.get("name"): line for line in _log(folder / _HISTORY)}
        for stem, kept in found.items():
            line = last.get(stem)
            if kept.origin == "own" and line and _digest(folder / f"{stem}.json") == line.get("sha256"):
                kept = replace(kept, by=line.get("by", ""), changed_at=datetime.fromisoformat(line["at"]))
            yield kept


def file_name(name: str) -> str:
    """The name of a recipe as the stem of a file: its words in any script, joined by hyphens; never a path.

    >>> file_name("GPP รายปี"), file_name("../../x"), file_name(" . ")
    ('GPP-รายปี', 'x', '')
    """
    plain = re.sub(r'[/\\:*?"<>|\x00-\x1f\x7f\s]+', "-", unicodedata.normalize("NFC", name)).strip("-. ")
    cut = plain.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    return cut.strip("-. ")


def read_recipe(path: Path) -> Recipe:
    """A recipe from a file; :class:`InputError` (codes ``recipe``, ``recipe_file``) says what is wrong with it."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _unreadable(path)
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as found:
        raise _unreadable(path) from found
    return Recipe.from_json(text)


def _unreadable(path: Path) -> InputError:
    return InputError(
        Text(f"อ่านไฟล์สูตร {path.name} ไม่ได้", f"the recipe file {path.name} cannot be read"),
        remedy=Text(
            "ตรวจชื่อไฟล์ ไฟล์สูตรคือ JSON ที่ได้จาก mudmai data propose หรือจากหน้าเว็บ",
            "check its name; a recipe is JSON as mudmai data propose or the page writes it",
        ),
        code="recipe_file",
    )


def _folder_name(dataset: str) -> str:
    if not _DATASET.fullmatch(dataset) or ".." in dataset:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset, [])
    return dataset.replace("/", "~")


def _dataset_of(folder: str) -> str:
    return folder.replace("~", "/")


def _read(path: Path, dataset: str, origin: Origin) -> KeptRecipe | Problem:
    try:
        recipe = read_recipe(path)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return _unreadable(path).as_problem()
    except InputError as found:
        return replace(found.as_problem(), where=replace(found.where, file=path.name))
    return KeptRecipe(dataset, recipe.name or path.stem, recipe, origin, changed)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _log(history: Path) -> Iterator[dict[str, str]]:
    """The lines of a log that are whole; the last may be half written."""
    try:
        text = (history / "log.jsonl").read_text("utf-8")
    except OSError:
        return
    for line in text.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and isinstance(told.get("at"), str):
            yield told


def _append(path: Path, line: Mapping[str, str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(line), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
