"""Recipes on the shelf: kept whole, found again by the command line, never outside their folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mudmai.core.errors import InputError, UnknownNameError
from mudmai.exchange.sheets.recipe import ColumnRule, Meaning, Recipe
from mudmai.workspace import Workspace
from mudmai.workspace.recipes import RecipeShelf, file_name, read_recipe

RECIPE = Recipe("เงิน รายปี", (ColumnRule("พื้นที่", Meaning.AREA),), series="money")


def test_a_kept_recipe_is_found_by_dataset_and_name(toy: Workspace) -> None:
    shelf = RecipeShelf(toy)
    assert shelf.of("toy-money") == () and shelf.all() == {}
    kept = shelf.keep("toy-money", RECIPE, by="p-1")
    assert (kept.origin, kept.by, kept.name) == ("own", "p-1", "เงิน รายปี")
    found = RecipeShelf(Workspace.open(toy.home.root, shipped=toy.shipped)).one("toy-money", "เงิน-รายปี")
    assert found.recipe == RECIPE and found.by == "p-1"
    assert list(shelf.all()) == ["toy-money"]
    with pytest.raises(UnknownNameError):
        shelf.one("toy-money", "another")


def test_a_change_keeps_what_was_before(toy: Workspace) -> None:
    shelf = RecipeShelf(toy)
    shelf.keep("toy-money", RECIPE, by="p-1")
    shelf.keep("toy-money", RECIPE, by="p-2")  # nothing new, nothing written
    changed = replace(RECIPE, aliases={"เอ ๑": "A1"})
    shelf.keep("toy-money", changed, by="p-2")
    history = shelf.history("toy-money", RECIPE.name)
    assert [(one.by, one.recipe.aliases) for one in history] == [("p-2", {"เอ ๑": "A1"}), ("p-1", {})]
    shelf.remove("toy-money", RECIPE.name)
    assert shelf.of("toy-money") == () and len(shelf.history("toy-money", RECIPE.name)) == 2


def test_a_recipe_mended_by_hand_is_used_without_an_author(toy: Workspace) -> None:
    shelf = RecipeShelf(toy)
    shelf.keep("toy-money", RECIPE, by="p-1")
    path = toy.home.root / "recipes" / "toy-money" / "เงิน-รายปี.json"
    path.write_text(replace(RECIPE, dash="zero").to_json(), "utf-8")
    assert shelf.of("toy-money")[0].recipe.dash == "zero" and shelf.of("toy-money")[0].by == ""


def test_a_faulty_file_is_told_and_stops_no_other(toy: Workspace) -> None:
    shelf = RecipeShelf(toy)
    shelf.keep("toy-money", RECIPE, by="")
    folder = toy.home.root / "recipes" / "toy-money"
    (folder / "broken.json").write_text('{"version": 1, "name": "x", "columns": 3}', "utf-8")
    (folder / "latin.json").write_bytes(b"\xff\xfe\x00")
    assert [one.name for one in shelf.of("toy-money")] == [RECIPE.name]
    assert {(one.code, one.where.file) for one in shelf.faults("toy-money")} >= {("recipe", "broken.json")}
    assert len(shelf.faults("toy-money")) == 2


def test_shipped_recipes_are_there_and_own_ones_hide_them(toy: Workspace) -> None:
    place = toy.shipped / "toyplan" / "recipes" / "toy-money" / "เงิน-รายปี.json"
    place.parent.mkdir(parents=True)
    place.write_text(RECIPE.to_json(), "utf-8")
    shelf = RecipeShelf(toy)
    assert [(one.origin, one.by) for one in shelf.of("toy-money")] == [("shipped", "")]
    with pytest.raises(UnknownNameError):
        shelf.remove("toy-money", RECIPE.name)
    shelf.keep("toy-money", replace(RECIPE, dash="zero"), by="p-1")
    assert [(one.origin, one.recipe.dash) for one in shelf.of("toy-money")] == [("own", "zero")]


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a\\b", "x" * 500, "ก" * 300, "..", "CON:?*"])
def test_a_name_never_leaves_its_folder(toy: Workspace, name: str) -> None:
    shelf = RecipeShelf(toy)
    root = toy.home.root / "recipes"
    if not file_name(name):
        with pytest.raises(InputError):
            shelf.keep("toy-money", replace(RECIPE, name=name), by="")
        return
    shelf.keep("toy-money", replace(RECIPE, name=name), by="")
    written = [path for path in toy.home.root.rglob("*.json") if path.parent == root / "toy-money"]
    assert len(written) == 1 and len(written[0].name.encode()) < 200


@pytest.mark.parametrize("dataset", ["../x", "a/../b", "/x", "", "a/b/c", ".hidden"])
def test_a_dataset_never_leaves_its_folder(toy: Workspace, dataset: str) -> None:
    with pytest.raises(UnknownNameError):
        RecipeShelf(toy).keep(dataset, RECIPE, by="")


def test_a_recipe_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xff", b"[]", b'{"version": 9}'):
        path = tmp_path / "r.json"
        path.write_bytes(content)
        with pytest.raises(InputError) as refused:
            read_recipe(path)
        assert refused.value.remedy.th
    with pytest.raises(InputError):
        read_recipe(tmp_path / "absent.json")
