"""The workspace on a toy country: judgement end to end, releases that stay, packs that change, many readers."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from mudmai.core.errors import ImportRefused, InputError, PackError, UnknownNameError
from mudmai.core.periods import Period
from mudmai.core.verdicts import Reason, Verdict
from mudmai.workspace import Workspace
from tests.workspace.toy_packs import FILES, write_toy_packs


def verdicts(workspace: Workspace, indicator: str, year: int | None, **more: str) -> dict[str, tuple[str, str]]:
    rows = workspace.scorecard("toyplan", year=year, indicator=indicator, **more).rows
    return {r.area: (r.verdict.value, r.reason.value) for r in rows}


def revision(tmp_path: Path, value: float, name: str = "revision.csv") -> Path:
    path = tmp_path / name
    path.write_text(f"area_system,area,period,series,value\nland,B,2019,money,{value}\n", encoding="utf-8")
    return path


def test_all_forms_on_the_toy_country(toy: Workspace):
    # 2019: the country grew 10 %, Alpha 20 %, Beta 0 %
    assert verdicts(toy, "P", 2019) == {"A": ("met", "compared"), "B": ("not_met", "compared")}
    assert verdicts(toy, "P", 2020) == {"A": ("met", "compared"), "B": ("not_judged", "value_missing")}
    # the score broke in 2018: 2019 is not compared with 2017; Beta has no base at all
    assert verdicts(toy, "B", 2019) == {"A": ("not_judged", "series_break"), "B": ("not_judged", "series_break")}
    # Beta's score of 2019 was made the old way, the country's the new way
    assert verdicts(toy, "M", 2019) == {"A": ("met", "compared"), "B": ("not_judged", "not_comparable")}
    # 120 + 126 = 246 of 400, the line stands at 200; Beta reached 100 in 2019 and lacks 2020
    assert verdicts(toy, "C", 2020) == {"A": ("on_track", "path"), "B": ("not_judged", "value_missing")}
    assert verdicts(toy, "C", 2019) == {"A": ("on_track", "path"), "B": ("met", "reached")}
    assert verdicts(toy, "D", 2019) == {"K": ("met", "compared")}
    assert verdicts(toy, "D", 2020) == {"K": ("not_met", "compared")}
    assert verdicts(toy, "D", None) == verdicts(toy, "D", 2020)


def test_missing_figures_are_named_in_the_sentence(toy: Workspace):
    beta = toy.scorecard("toyplan", year=2020, indicator="P").rows[1]
    assert "Money, Beta, 2020" in beta.sentence.en and "เงิน บี พ.ศ. 2563" in beta.sentence.th
    assert beta.coverage == 0.75  # one of its two inputs, and both of the country's


def test_readings_are_switched_and_unknown_names_refused(toy: Workspace):
    assert verdicts(toy, "P", 2019, reading="two-years")["A"] == ("met", "compared")
    card = toy.scorecard("toyplan", year=2019, reading="two-years")
    assert {s.indicator.id: s.reading.id for s in card.summaries} == {
        "P": "two-years", "B": "plain", "M": "plain", "C": "plain", "D": "plain",
    }  # fmt: skip
    for ask in (
        lambda: toy.scorecard("nowhere"),
        lambda: toy.scorecard("toyplan", indicator="Q"),
        lambda: toy.scorecard("toyplan", reading="three-years"),
        lambda: toy.scorecard("toyplan", indicator="B", reading="two-years"),
        lambda: toy.scorecard("toyplan", area="ZZ"),
        lambda: toy.scorecard("toyplan", release="r99"),
        lambda: toy.explain("toyplan", "P", "ZZ"),
        lambda: toy.area_view("ZZ"),
        lambda: toy.areas_geojson("land", "village"),
        lambda: toy.observations("nothing"),
        lambda: toy.observations("money", areas=["ZZ"]),
    ):
        with pytest.raises(UnknownNameError):
            ask()


def test_older_releases_keep_their_numbers(toy: Workspace, tmp_path: Path):
    before = toy.release().id
    seen = toy.scorecard("toyplan", year=2019, indicator="P")
    work = toy.explain("toyplan", "P", "B", 2019)
    after = toy.import_file(revision(tmp_path, 150), dataset="toyplan/money", mode="update")
    assert after.id != before and toy.release().id == after.id
    assert verdicts(toy, "P", 2019) == {"A": ("met", "compared"), "B": ("met", "compared")}
    again = toy.scorecard("toyplan", year=2019, indicator="P", release=before)
    assert again.as_dicts() == seen.as_dicts()
    assert toy.explain("toyplan", "P", "B", 2019, release=before).as_dict() == work.as_dict()
    fresh = Workspace.open(toy.home.root, shipped=toy.shipped)  # as another process would see it
    assert fresh.scorecard("toyplan", year=2019, indicator="P", release=before).as_dicts() == seen.as_dicts()
    assert toy.diff(before).counts.revised == 1


def test_another_opened_workspace_sees_the_new_release(toy: Workspace, tmp_path: Path):
    other = Workspace.open(toy.home.root, shipped=toy.shipped)
    assert verdicts(other, "P", 2019)["B"] == ("not_met", "compared")
    mark = other.etag()
    toy.import_file(revision(tmp_path, 150), dataset="toyplan/money", mode="update")
    assert verdicts(other, "P", 2019)["B"] == ("met", "compared")
    assert other.etag() != mark


def test_a_refused_import_changes_nothing(toy: Workspace, tmp_path: Path):
    before = toy.etag()
    bad = tmp_path / "bad.csv"
    bad.write_text("area_system,area,period,series,value\nland,ZZ,2019,money,1\n", encoding="utf-8")
    with pytest.raises(ImportRefused):
        toy.import_file(bad)
    with pytest.raises(ImportRefused):  # a fact that another dataset holds
        toy.import_file(revision(tmp_path, 150))
    assert toy.etag() == before


def test_init_is_idempotent_and_renews_only_what_nobody_changed(toy: Workspace, tmp_path: Path):
    first = toy.release().id
    assert toy.init().id == first
    data = toy.shipped / "toyplan/data/money.csv"
    data.write_text(FILES["toyplan/data/money.csv"].replace("B,2019,money,100", "B,2019,money,111"), encoding="utf-8")
    renewed = toy.init()
    assert renewed.id != first and renewed.cell("money", "", "B", "2019").value == 111
    toy.import_file(revision(tmp_path, 150), dataset="toyplan/money", mode="update")
    data.write_text(FILES["toyplan/data/money.csv"], encoding="utf-8")
    assert toy.init().cell("money", "", "B", "2019").value == 150
    assert {s.id: s.datasets for s in toy.pack_states()}["toyplan"] == ("toyplan/money", "toyplan/score")


def test_init_tells_its_progress_and_writes_only_inside_home(tmp_path: Path):
    write_toy_packs(tmp_path / "shipped")
    before = set((tmp_path / "shipped").rglob("*"))
    told: list[tuple[str, int, int]] = []
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    assert not (tmp_path / "home").exists()
    with pytest.raises(InputError, match="no data yet"):
        workspace.release()
    workspace.init(lambda what, done, of: told.append((what.en, done, of)))
    assert told[0] == ("reading toyplan/money", 0, 3) and told[-1] == ("ready", 3, 3)
    assert set((tmp_path / "shipped").rglob("*")) == before
    assert {p.name for p in tmp_path.iterdir()} == {"home", "shipped"}


def test_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_toy_packs(tmp_path / "shipped")
    monkeypatch.setenv("MUDMAI_HOME", str(tmp_path / "elsewhere"))
    assert Workspace.open(shipped=tmp_path / "shipped").home.root == tmp_path / "elsewhere"
    monkeypatch.delenv("MUDMAI_HOME")
    monkeypatch.chdir(tmp_path)
    assert Workspace.open(shipped=tmp_path / "shipped").home.root == tmp_path / "var"


def test_a_pack_of_the_home_folder_takes_the_place_of_a_shipped_one(toy: Workspace):
    own = toy.home.packs
    mark = toy.etag()
    write_toy_packs(own)
    plan = own / "toyplan/plan.yaml"
    plan.write_text(
        plan.read_text("utf-8").replace('form: parent, operator: ">="', 'form: parent, operator: "<"'), "utf-8"
    )
    toy.look_again()
    assert verdicts(toy, "P", 2019) == {"A": ("not_met", "compared"), "B": ("met", "compared")}
    assert toy.etag() != mark and not next(s for s in toy.pack_states() if s.id == "toyplan").shipped


def test_a_pack_broken_while_in_use_leaves_the_old_one(toy: Workspace):
    plan = toy.shipped / "toyplan/plan.yaml"
    sound = plan.read_text("utf-8")
    plan.write_text(sound.replace("growth(money)", "growth(mony)"), "utf-8")
    toy.look_again()
    assert verdicts(toy, "P", 2019)["A"] == ("met", "compared")
    assert toy.pack_fault is not None and "mony" in toy.pack_fault.words("en")
    with pytest.raises(PackError):
        Workspace.open(toy.home.root, shipped=toy.shipped)
    plan.write_text(sound + "\n", "utf-8")
    toy.look_again()
    assert toy.plans and toy.pack_fault is None


def test_readers_see_whole_releases_while_another_imports(toy: Workspace, tmp_path: Path):
    faults: list[BaseException] = []
    stop = threading.Event()
    values: dict[str, set[float | None]] = {}
    reader = Workspace.open(toy.home.root, shipped=toy.shipped)

    def read() -> None:
        try:
            while not stop.is_set():
                card = reader.scorecard("toyplan", year=2019, indicator="P")
                assert {r.release for r in card.rows} == {card.release}
                values.setdefault(card.release, set()).add(card.rows[1].value)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(6):
        toy.import_file(revision(tmp_path, 101 + n), dataset="toyplan/money", mode="update")
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert all(len(seen) == 1 for seen in values.values())


def test_the_indicator_view_covers_all_periods_and_names_breaks(toy: Workspace):
    view = toy.indicator_view("toyplan", "M")
    assert [line.area.code for line in view.lines] == ["A", "B", "K"]
    assert [p.year_ce for p in view.periods] == [2017, 2018, 2019]
    assert [b.period.year_ce for b in view.breaks] == [2018]
    assert {m.id for m in view.methods} == {"old", "new"}
    assert view.line("K").is_reference and view.line("B").latest.period == Period.year(2019)
    gap = view.line("A").rows[1]
    assert (gap.value, gap.verdict) == (None, Verdict.NOT_JUDGED)
    everyone = toy.indicator_view("toyplan", "D", everyone=True)
    assert [line.area.code for line in everyone.lines] == ["K", "A", "B", "A1", "A2"]


def test_paths_use_what_was_known_then(toy: Workspace):
    then = toy.scorecard("toyplan", year=2019, indicator="C").rows[0].path
    assert (then.latest, then.latest_value) == (Period.year(2019), 120.0)
    now = toy.scorecard("toyplan", year=2020, indicator="C").rows[0].path
    assert (now.latest_value, now.needed_per_period) == (246.0, 77.0)


def test_areas_not_yet_valid_are_not_judged(toy: Workspace):
    rows = {r.area: r for r in toy.scorecard("toyplan", year=2019, area="B1").rows if r.indicator == "P"}
    assert list(rows) == ["B"]
    view = toy.area_view("AA")
    assert (view.code, view.name.en) == ("A", "Alpha")
    assert [a.code for a in view.memberships[0].children] == ["A1", "A2"]
    assert [a.code for a in view.memberships[0].siblings] == ["B"]


def test_free_formulas(toy: Workspace):
    cube = toy.evaluate("children_sum(money)", first=Period.year(2019), last=Period.year(2019))
    assert cube.at("K", Period.year(2019)) == 220 and cube.at("A", Period.year(2019)) == 120
    assert cube.at("B", Period.year(2019)) is None  # Beta One has no figure: missing, not zero
    whole = toy.evaluate("money")
    assert whole.periods.labels == ("2017", "2018", "2019", "2020")
    assert toy.evaluate("money", last=Period.year(2018)).periods.labels == ("2017", "2018")
    assert toy.check_formula("growth(money)").type.unit.code == "percent"
    with pytest.raises(UnknownNameError):
        toy.evaluate("money", area_system="sea")


def test_observations_page_by_page(toy: Workspace):
    whole = toy.observations(limit=None)
    assert whole.total == 19 and whole.next_offset is None
    pages, offset = [], 0
    while offset is not None:
        page = toy.observations(offset=offset, limit=4)
        assert page.total == 19
        pages += page.as_dicts()
        offset = page.next_offset
    assert pages == whole.as_dicts()
    assert [(r["series"], r["area"], r["period"]) for r in pages] == sorted(
        (r["series"], r["area"], r["period"]) for r in pages
    )


def test_observations_are_filtered(toy: Workspace):
    found = toy.observations("money", areas=["AA", "K"], first=Period.year(2019), last=Period.year(2019)).as_dicts()
    assert [(r["area"], r["value"]) for r in found] == [("A", 120.0), ("K", 220.0)]
    missing = toy.observations("money", areas=["B"], first=Period.year(2020)).as_dicts()
    assert [(r["value"], r["flag"]) for r in missing] == [(None, "O")]
    assert toy.observations(dataset="toyplan/score").total == 5
    assert toy.observations("money", offset=100).as_dicts() == []
    with pytest.raises(InputError):
        toy.observations(offset=-1)


def test_series_are_listed_with_what_is_held(toy: Workspace):
    money, score = toy.series_list()
    assert (money.observations, money.missing, money.areas) == (14, 1, 5)
    assert (money.first, money.last, money.datasets) == (Period.year(2017), Period.year(2020), ("toyplan/money",))
    assert score.series.id == "score" and score.observations == 5


def test_imported_outlines_win_over_dissolved_ones(toy: Workspace):
    assert toy.areas_geojson("land")["features"] == []
    folder = toy.home.areas / "land"
    folder.mkdir(parents=True)
    before = toy.etag()
    (folder / "town.geojson").write_text(squares(A1=0, A2=1), "utf-8")
    imported = toy.etag()
    assert imported != before, "answers with a map are made anew"
    (region,) = toy.areas_geojson("land", "region")["features"]
    assert (region["id"], region["properties"]["shape"]) == ("A", "dissolved")
    xs = {x for ring in region["geometry"]["coordinates"] for x, _ in ring}
    assert (min(xs), max(xs)) == (0, 2)
    (folder / "region.geojson").write_text(squares(A=5), "utf-8")
    assert toy.etag() not in (before, imported)
    (region,) = toy.areas_geojson("land", "region")["features"]
    assert region["properties"]["shape"] == "user"


def squares(**left: int) -> str:
    """Unit squares by area code, each with its left edge."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]]},
        }
        for code, x in left.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_reference_rows_are_not_owed(toy: Workspace):
    card = toy.scorecard("toyplan", year=2019, indicator="P")
    assert [(r.area, r.reason) for r in card.references] == [("K", Reason.REFERENCE)]
    assert (card.summaries[0].owed, card.summaries[0].judged) == (2, 2)
    assert card.of("P") == card.rows and card.references_of("P") == card.references
