"""The overlay of the desk: saved whole or not at all, checked before anybody sees it, with history and dependents."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mudmai.core.errors import FormulaError, InputError, PackError, UnknownNameError
from mudmai.workspace import Workspace
from mudmai.workspace.definitions import dependents, known_content, names_in, preview
from mudmai.workspace.overlay import EMPTY, PACK, Overlay, State
from mudmai.workspace.overlay_files import Definitions, read_definitions, write_definitions


def both(text: str) -> dict[str, str]:
    return {"th": f"ไทย {text}", "en": text}


def formula(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": both(name), "formula": text, **more}


def series(name: str, **more: Any) -> dict[str, Any]:
    told = {"area_system": "land", "frequency": "annual", "unit": "baht", "aggregation": {"rule": "sum"}}
    return {"id": name, "title": both(name), **told, "source": "office", "method": "old", **more}


def save(overlay: Overlay, kind: str, content: dict[str, Any], **more: Any) -> State:
    return overlay.save(kind, content, **{"started_from": overlay.version, "by": "p-1", **more})


@pytest.fixture
def desk(toy: Workspace) -> Overlay:
    return Overlay(toy)


def test_nothing_is_there_before_the_first(desk: Overlay, toy: Workspace) -> None:
    assert (desk.version, desk.history(), desk.state().definitions) == (EMPTY, (), Definitions())
    assert PACK not in toy.packs


def test_a_formula_is_in_use_at_once_and_by_another_process(desk: Overlay, toy: Workspace) -> None:
    save(desk, "formulas", formula("twice", "money * 2"), note="first", owner="ministry")
    assert toy.evaluate("twice").cells()
    other = Workspace.open(toy.home.root, shipped=toy.shipped)
    assert other.pack_faults == () and other.shelf.definitions["twice"] == "money * 2"
    (version,) = desk.history()
    assert (version.by, version.note, version.changed) == ("p-1", "first", ("formulas", "twice"))
    assert desk.state().owners == {("formulas", "twice"): "ministry"}


def test_a_series_may_be_imported_into(desk: Overlay, toy: Workspace, tmp_path: Path) -> None:
    dimension = {"id": "sex", "title": both("sex"), "codes": [{"code": "F", "label": both("female")}]}
    save(desk, "series", series("debt", dimensions=[dimension], minimum=0.0))
    path = tmp_path / "debt.csv"
    path.write_text("area,period,series,value,area_system,source,method\nA,2020,debt,7,land,office,old\n", "utf-8")
    toy.import_file(path, dataset="user/debt")
    assert toy.observations("debt").total == 1
    assert [d.id for d in toy.catalogue.series["debt"].dimensions] == ["sex"]


def test_a_dataset_takes_its_publisher_along_or_names_its_own(desk: Overlay, toy: Workspace) -> None:
    told = {
        "id": "own-data",
        "title": both("own"),
        "notes": both("notes"),
        "publisher": "nobody",
        "contact": {"name": both("unit"), "email": "unit@example.go.th"},
        "licence": "cc0",
        "tags": [both("tag")],
        "objectives": ["mission"],
        "update": "year",
        "geo_unit": "province",
        "data_source": both("register"),
        "data_class": "open",
        "series": ["money"],
        "tables": ["user/own"],
    }
    with pytest.raises(PackError) as refused:
        save(desk, "datasets", told)
    assert any(
        "publisher" in (p.where.field or "") or "organisations" in (p.where.field or "") for p in refused.value.problems
    )
    with_own = {**told, "publisher": "town-hall"}
    save(desk, "datasets", with_own, publisher={"id": "town-hall", "name": both("Town hall")})
    assert [d.publisher.name.en for d in toy.packs[PACK].datasets] == ["Town hall"]


def test_a_reading_is_added_and_the_official_one_stays(desk: Overlay, toy: Workspace) -> None:
    plan = toy.plan()
    one = plan.indicators[0]
    before = toy.scorecard().rows
    told = {"plan": plan.id, "indicator": one.id, "id": "own", "title": both("own"), "formula": one.readings[0].formula}
    save(desk, "readings", told)
    changed = toy.plan().indicator(one.id)
    assert [r.id for r in changed.readings] == [*(r.id for r in one.readings), "own"]
    assert changed.default_reading == one.default_reading
    assert [(r.area, r.value, r.verdict) for r in toy.scorecard().rows] == [
        (r.area, r.value, r.verdict) for r in before
    ]
    assert toy.indicator_view(None, one.id, reading="own").reading.id == "own"
    with pytest.raises(PackError) as refused:
        save(desk, "readings", {**told, "id": one.default_reading})
    assert refused.value.problems[0].code == "pack_taken"


FAULTY: list[tuple[str, dict[str, Any], str, str]] = [
    ("formulas", formula("x", "no_such * 2"), "pack_unknown_name", "formulas[0].formula"),
    ("formulas", formula("x", "money + score"), "pack_unit_clash", "formulas[0].formula"),
    ("formulas", formula("x", "x + 1"), "pack_cycle", "formulas[0].formula"),
    ("formulas", formula("money", "score * 2"), "pack_duplicate", "formulas[0].id"),
    ("formulas", {"id": "x", "formula": "money"}, "pack_missing_key", "formulas[0].title"),
    ("series", series("s", unit="bat"), "pack_unknown_id", "series[0].unit"),
    ("series", series("s", area_system="moon"), "pack_unknown_id", "series[0].area_system"),
    ("series", series("money"), "pack_taken", "series[0].id"),
    ("series", series("s", frequency="hourly"), "pack_value", "series[0].frequency"),
    ("series", series("s", aggregation={"rule": "weighted_mean"}), "pack_value", "series[0].aggregation.weight"),
    ("series", series("s", colour="red"), "pack_unknown_key", "series[0].colour"),
    ("units", {"id": "baht", "label": both("baht")}, "pack_taken", "units[0].id"),
]


@pytest.mark.parametrize(("kind", "content", "code", "key"), FAULTY)
def test_what_is_faulty_never_becomes_visible(
    desk: Overlay, toy: Workspace, kind: str, content: dict[str, Any], code: str, key: str
) -> None:
    sound = save(desk, "formulas", formula("aa_sound", "money * 3")) if kind != "formulas" else desk.state()
    for act in (desk.check, lambda k, c: save(desk, k, c)):
        with pytest.raises(PackError) as refused:
            act(kind, content)  # type: ignore[operator]  # both are called alike
        found = {(p.code, p.where.field) for p in refused.value.problems}
        assert (code, key) in found, found
        assert all(p.where.line for p in refused.value.problems)
    assert desk.version == sound.version and toy.pack_faults == ()
    assert not list(desk.states.glob(".room-*")), "nothing is left behind"


def test_replacing_has_to_be_meant_and_old_links_keep_their_state(desk: Overlay, toy: Workspace) -> None:
    toy.keep_packs()
    state, title = toy.packs_state, toy.catalogue.series["money"].title
    with pytest.raises(PackError):
        save(desk, "series", series("money", note=both("new")))
    save(desk, "series", series("money", note=both("new")), replaces=True)
    assert toy.catalogue.series["money"].note.en == "new"
    old = toy.shelf_of(state)
    assert (old.catalogue.series["money"].title, old.catalogue.series["money"].note.en) == (title, "")
    assert desk.state().definitions.replaces == {"money"}


def test_replacing_what_breaks_an_indicator_is_refused(desk: Overlay, toy: Workspace) -> None:
    with pytest.raises(PackError) as refused:
        save(desk, "series", series("money", unit="ratio"), replaces=True)
    assert {p.code for p in refused.value.problems} & {"unit_clash", "pack_value"}
    assert toy.catalogue.series["money"].unit == "baht"


def test_a_definition_that_another_needs_stays(desk: Overlay) -> None:
    save(desk, "formulas", formula("a", "money * 2"))
    save(desk, "formulas", formula("b", "a + a"))
    with pytest.raises(PackError):
        desk.remove("formulas", "a", started_from=desk.version, by="p-1")
    desk.remove("formulas", "b", started_from=desk.version, by="p-1")
    desk.remove("formulas", "a", started_from=desk.version, by="p-1")
    assert desk.state().definitions.items == {}


def test_two_editors_of_one_definition(desk: Overlay) -> None:
    seen = save(desk, "formulas", formula("a", "money * 2")).version
    save(desk, "formulas", formula("b", "money * 4"), name="", started_from=seen)
    save(desk, "formulas", formula("a", "money * 3"), name="a", started_from=seen)  # b is not a: nobody is in the way
    with pytest.raises(InputError) as refused:
        save(desk, "formulas", formula("a", "money * 5"), name="a", started_from=seen)
    assert refused.value.code == "definition_changed"
    with pytest.raises(InputError) as refused:
        desk.remove("formulas", "a", started_from=seen, by="p-2")
    assert refused.value.code == "definition_changed"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(formula("a", "money"), "", "definition_exists"), (formula("c", "money"), "a", "definition_renamed")],
)
def test_ids_are_for_good(desk: Overlay, content: dict[str, Any], name: str, code: str) -> None:
    save(desk, "formulas", formula("a", "money * 2"))
    with pytest.raises(InputError) as refused:
        save(desk, "formulas", content, name=name)
    assert refused.value.code == code


def test_history_difference_and_restoring(desk: Overlay, toy: Workspace) -> None:
    first = save(desk, "formulas", formula("a", "money * 2")).version
    second = save(desk, "formulas", formula("a", "money * 3"), name="a").version
    save(desk, "formulas", formula("b", "money"))
    assert [(v.version, c and c["formula"]) for v, c in desk.history_of("formulas", "a")] == [
        (second, "money * 3"),
        (first, "money * 2"),
    ]
    (changed,) = desk.difference(first, second)
    assert changed.old is not None and changed.new is not None
    assert (changed.old["formula"], changed.new["formula"]) == ("money * 2", "money * 3")
    desk.restore("formulas", "a", first, started_from=desk.version, by="p-2")
    assert toy.shelf.definitions["a"] == "money * 2" and "b" in toy.shelf.definitions
    assert len(desk.history()) == 4
    for strange in ("000009-nothing", "../packs", ".room-x"):
        with pytest.raises(UnknownNameError):
            desk.state(strange)


def test_saving_the_same_again_makes_no_version(desk: Overlay) -> None:
    first = save(desk, "formulas", formula("a", "money * 2")).version
    assert save(desk, "formulas", formula("a", "money * 2"), name="a").version == first


def test_a_folder_of_that_name_is_left_alone(desk: Overlay, toy: Workspace) -> None:
    (toy.home.packs / PACK).mkdir(parents=True)
    with pytest.raises(InputError) as refused:
        save(desk, "formulas", formula("a", "money * 2"))
    assert refused.value.code == "overlay_taken"


class Killed(BaseException):
    """The machine goes off."""


def test_killed_at_any_step_leaves_the_old_or_the_new(toy: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Overlay(toy)
    save(desk, "formulas", formula("a", "money * 2"))
    old = desk.version
    real = {name: getattr(os, name) for name in ("fsync", "replace", "rename", "symlink", "mkdir")}
    ended = False
    seen = set()
    for step in range(200):
        left = step

        def strike(name: str) -> Any:
            def call(*args: Any, **more: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed(name)
                return real[name](*args, **more)

            return call

        with monkeypatch.context() as patch:
            for name in real:
                patch.setattr(os, name, strike(name))
            try:
                desk.save("formulas", formula("a", "money * 3"), name="a", started_from=old, by="p-1")
                ended = True
            except Killed:
                pass
        fresh = Workspace.open(toy.home.root, shipped=toy.shipped)
        assert fresh.pack_faults == ()
        found = fresh.shelf.definitions["a"]
        assert found == ("money * 2" if Overlay(fresh).version == old else "money * 3")
        assert Overlay(fresh).history()[-1].version == old
        seen.add(found)
        if ended:
            break
        if Overlay(fresh).version != old:  # the link was swapped before the strike: start over from the old state
            desk.link.unlink()
            desk.link.symlink_to(Path("..") / PACK / old / PACK)
            shutil.rmtree(next(p for p in desk.states.glob("000002-*")))
    assert ended and seen == {"money * 2", "money * 3"}


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    lambda s: bool(s.strip())
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,20}", fullmatch=True), st.tuples(WORDS, WORDS), max_size=6)
)
@example(told={"A": ("0", "0E0"), "b": ("true", "1e5")})
def test_what_is_written_is_read_back(tmp_path: Path, told: dict[str, tuple[str, str]]) -> None:
    items = {
        ("formulas", name): {"id": name, "title": {"th": th, "en": en}, "formula": "money"}
        for name, (th, en) in told.items()
    }
    folder = tmp_path / "desk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_definitions(folder, Definitions(items), pack="desk", version="1", requires=["toyland"])
    assert read_definitions(folder).items == items
    text = (folder / "pack.yaml").read_text("utf-8")
    assert "#" not in text


def test_dependents_directly_and_through_others(desk: Overlay, toy: Workspace) -> None:
    save(desk, "formulas", formula("a", "money * 2"))
    save(desk, "formulas", formula("b", "a / 2"))
    found = {(d.kind, d.id): d for d in dependents(toy, "money")}
    assert found["formula", "a"].through == () and found["formula", "b"].through == ("a",)
    readings = {d.indicator for d in dependents(toy, "money") if d.kind == "reading"}
    used = {i.id for i in toy.plan().indicators for r in i.readings if "money" in names_in(r.formula)}
    assert readings == used and used
    assert [d.id for d in dependents(toy, "b")] == []
    with pytest.raises(UnknownNameError):
        dependents(toy, "nothing")


def test_a_copy_of_a_known_definition_is_that_definition(toy: Workspace, desk: Overlay) -> None:
    """Of each shape of series: dimensions, breaks, limits and notes come back as they were."""
    full = {
        "dimensions": [{"id": "sex", "title": both("sex"), "codes": [{"code": "F", "label": both("female")}]}],
        "breaks": [{"period": "2018", "reason": both("new")}],
        "aggregation": {"rule": "weighted_mean", "weight": "money"},
        "minimum": 0.0,
        "maximum": 9.5,
        "note": both("note"),
    }
    save(desk, "series", series("full", **full))
    for name in ("full", "score"):
        one = toy.catalogue.series[name]
        told = known_content(toy, "series", name)
        there = name if name == "full" else ""
        save(desk, "series", told, name=there, replaces=name == "score")
        assert toy.catalogue.series[name] == one
    save(desk, "formulas", formula("twice", "money * 2"))
    assert known_content(toy, "formulas", "twice") == formula("twice", "money * 2")


def test_a_preview_is_what_the_workspace_evaluates(toy: Workspace) -> None:
    shown = preview(toy, "growth(money)")
    cube = toy.evaluate("growth(money)")
    values = {(a, p): v for a, p, v in cube.cells() if v is not None}
    assert shown.rows and shown.unit.code == "percent" and shown.area_system == "land"
    for row in shown.rows:
        for period, value in zip(shown.periods, row.values, strict=True):
            assert values.get((row.area.code, period)) == value


def test_a_preview_says_where_the_fault_is(toy: Workspace) -> None:
    with pytest.raises(FormulaError) as refused:
        preview(toy, "money + mony")
    assert refused.value.position == 8
    with pytest.raises(FormulaError) as refused:
        preview(toy, "money", unit="ratio")
    assert refused.value.code == "unit_clash"


def test_a_preview_without_figures_says_so(desk: Overlay, toy: Workspace) -> None:
    save(desk, "series", series("debt"))
    shown = preview(toy, "debt * 2")
    assert shown.rows == () and shown.no_data is not None and shown.no_data.code == "no_data"
