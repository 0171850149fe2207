"""Packs of an installation's own: the how-to's pack from folder to scorecard, and faulty ones that stop nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mudmai.core.errors import PackError
from mudmai.exchange.packs import load_packs, shipped_packs
from mudmai.exchange.packs.kept import read_packs, write_packs
from mudmai.workspace import Workspace
from tests.cli.conftest import process
from tests.exchange.test_packs_howto import files_of
from tests.workspace.toy_packs import write_toy_packs


def write_howto_pack(packs: Path) -> Path:
    for name, text in files_of("write-a-pack.md").items():
        path = packs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return packs / "khon-kaen"


def test_the_pack_of_the_howto_is_scored_beside_the_one_it_requires(tmp_path: Path) -> None:
    folder = write_howto_pack(tmp_path / "packs")
    (tmp_path / "cache").mkdir()
    workspace = Workspace.open(tmp_path)
    names = list(workspace.packs)
    assert {*names} == {"khon-kaen", *(one.name for one in shipped_packs().iterdir() if (one / "pack.yaml").is_file())}
    assert names.index("khon-kaen") > names.index("th-m8")
    workspace.init()
    card = workspace.scorecard("khon-kaen")
    assert [(row.area, row.reason.value) for row in card.rows] == [("TH-40", "compared")]
    assert workspace.scorecard().plan.id == "th-m8"
    assert workspace.observations("registered_population").total == 1
    assert list((tmp_path / "cache" / "packs").glob("*.json")), "the packs are kept"
    again = Workspace.open(tmp_path)
    assert again.pack_faults == () and again.scorecard("khon-kaen").rows == card.rows
    folders = {name: shipped_packs() / name for name in ("th-areas", "th-m8", "th-register")} | {"khon-kaen": folder}
    backwards = tuple(reversed(load_packs(folders)))
    assert {p.id for p in read_packs(write_packs(backwards), folders)} == set(folders)


def test_the_command_line_scores_the_pack_of_the_howto(tmp_path: Path) -> None:
    write_howto_pack(tmp_path / "packs")
    for call in (["init"], ["score", "khon-kaen"], ["score"]):
        ended = process(tmp_path, *call)
        assert ended.code == 0, ended.err
    assert "khon-kaen" in process(tmp_path, "pack", "list").text


def test_packs_that_cannot_be_kept_are_used_all_the_same(tmp_path: Path) -> None:
    write_howto_pack(tmp_path / "packs")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "packs").write_text("a file where the folder of kept packs would be")
    assert "khon-kaen" in Workspace.open(tmp_path).packs


def test_faulty_packs_are_left_out_and_each_is_named(toy: Workspace) -> None:
    own = toy.home.packs
    write_toy_packs(own)
    for name, requires in (("first", "toyland"), ("second", "first"), ("third", "toyland")):
        shutil.copytree(own / "toyplan", own / name)
        head = own / name / "pack.yaml"
        shutil.rmtree(own / name / "data", ignore_errors=True)
        text = f'pack: {name}\nkind: plan\nversion: "1"\ntitle: {{th: แผน, en: Plan}}\nrequires: [{requires}]\n'
        head.write_text(text, "utf-8")
        plan = own / name / "plan.yaml"
        plan.write_text(plan.read_text("utf-8").replace("  id: toyplan\n", f"  id: {name}\n"), "utf-8")
    shutil.rmtree(own / "toyplan")
    plan = own / "first" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("growth(money)", "growth(mony)"), "utf-8")
    opened = Workspace.open(toy.home.root, shipped=toy.shipped)
    assert list(opened.packs) == ["toyland", "third", "toyplan"]
    assert [fault.where.file for fault in opened.pack_faults] == ["first", "second"]
    assert "mony" in opened.pack_faults[0].words("en")
    assert opened.scorecard("toyplan").rows and opened.scorecard("third").rows
    plan.write_text(plan.read_text("utf-8").replace("growth(mony)", "growth(money)"), "utf-8")
    opened.look_again()
    assert list(opened.packs) == ["toyland", "first", "second", "third", "toyplan"] and opened.pack_faults == ()


def test_a_faulty_pack_in_the_place_of_a_shipped_one_leaves_that_standing(toy: Workspace) -> None:
    write_toy_packs(toy.home.packs)
    plan = toy.home.packs / "toyplan" / "plan.yaml"
    plan.write_text("plan: [", "utf-8")
    opened = Workspace.open(toy.home.root, shipped=toy.shipped)
    assert opened.shelf.own == {"toyland"} and len(opened.pack_faults) == 1
    assert opened.scorecard("toyplan").rows
    (toy.shipped / "toyplan" / "plan.yaml").write_text("plan: [", "utf-8")
    with pytest.raises(PackError):
        Workspace.open(toy.home.root, shipped=toy.shipped)


def test_figures_of_a_pack_that_became_faulty_disturb_nobody(tmp_path: Path) -> None:
    folder = write_howto_pack(tmp_path / "packs")
    Workspace.open(tmp_path).init()
    (folder / "plan.yaml").write_text("plan: [", "utf-8")
    opened = Workspace.open(tmp_path)
    assert [fault.where.file for fault in opened.pack_faults] == ["khon-kaen"]
    opened.init()
    assert opened.scorecard().rows and opened.area_view("TH-40").indicators and opened.datasets()
    assert opened.observations().total > opened.observations("grp_current").total > 0
    assert opened.series_list()
