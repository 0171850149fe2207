"""The figures that the spine must show, from the shipped packs and their starter data."""

from __future__ import annotations

import pytest

from mudmai.core.periods import Period
from mudmai.core.verdicts import Reason, Verdict
from mudmai.workspace import ScoreRow, Workspace

READINGS = {
    "real-cagr-4": (2.994, {"NESDC-N": 3.241, "NESDC-NE": 3.071}),
    "real-mean-5": (2.897, {"NESDC-NE": 3.114}),
    "real-annual": (1.85, {"NESDC-BKV": 2.57, "NESDC-S": 2.08}),
    "nominal-cagr-4": (4.784, {}),
    "nominal-annual": (2.86, {"NESDC-BKV": 3.47, "NESDC-S": 3.96}),
}
"""Reading → the kingdom's figure of 2562 and the regions above it, as ../shared/data/README.md prints them."""

KEYS = {
    "indicator", "area", "area_name_th", "area_name_en", "area_system", "period", "value", "unit", "comparator",
    "target", "verdict", "reason", "sentence_th", "sentence_en", "coverage", "reading", "release", "path",
}  # fmt: skip


def _by_area(rows: tuple[ScoreRow, ...]) -> dict[str, ScoreRow]:
    return {row.area: row for row in rows}


@pytest.mark.parametrize("reading", [*READINGS, "nominal-mean-5"])
def test_income_per_head_in_2562(thailand: Workspace, reading: str):
    rows = thailand.scorecard("th-m8", year=2019, indicator="I1.1", reading=reading).rows
    assert len(rows) == 7 and {r.reading for r in rows} == {reading}
    assert all(r.verdict in (Verdict.MET, Verdict.NOT_MET) and r.coverage == 1.0 for r in rows)
    assert all((r.verdict is Verdict.MET) == (r.value >= r.comparator) for r in rows)
    if reading in READINGS:
        kingdom, above = READINGS[reading]
        assert rows[0].comparator == pytest.approx(kingdom, abs=0.006 if kingdom < 2.9 else 0.0006)
        met = {r.area: r.value for r in rows if r.verdict is Verdict.MET}
        assert met == pytest.approx(above, abs=0.006)


def test_rows_have_the_public_keys(thailand: Workspace):
    row = thailand.scorecard("th-m8", year=2019, indicator="I1.1").as_dicts()[0]
    assert row.keys() == KEYS
    assert (row["period"], row["verdict"], row["unit"]) == ("2019", "not_met", "percent")
    assert row["path"] is None


def test_the_default_reading_is_the_one_the_pack_names(thailand: Workspace):
    plan = thailand.plan("th-m8")
    rows = thailand.scorecard("th-m8", year=2019, indicator="I1.1").rows
    assert {r.reading for r in rows} == {plan.indicator("I1.1").default_reading}


def test_inequality_in_2566_only_the_south_above(thailand: Workspace):
    card = thailand.scorecard("th-m8", year=2023, indicator="I2.1")
    values = {r.area: (r.value, r.verdict) for r in card.rows}
    assert values == {
        "NSOI-BKK3": (0.307, Verdict.MET),
        "NSOI-C": (0.360, Verdict.MET),
        "NSOI-N": (0.372, Verdict.MET),
        "NSOI-NE": (0.377, Verdict.MET),
        "NSOI-S": (0.395, Verdict.NOT_MET),
    }
    assert [(r.area, r.value, r.reason) for r in card.references] == [("TH", 0.382, Reason.REFERENCE)]


@pytest.mark.parametrize("year", [None, 2021, 2023])
def test_employment_without_its_base_year_is_not_judged(thailand: Workspace, year: int | None):
    rows = _by_area(thailand.scorecard("th-m8", year=year, indicator="I2.2").rows)
    for area in ("NSO-N", "NSO-NE", "NSO-S"):
        assert (rows[area].verdict, rows[area].reason) == (Verdict.NOT_JUDGED, Reason.BASE_MISSING)
        assert "2563" in rows[area].sentence.th and "2020" in rows[area].sentence.en
    assert rows["NSO-BKK"].target == 13.0 and rows["NSO-BKK"].verdict is Verdict.NOT_JUDGED


def test_employment_where_the_base_is_at_hand(thailand: Workspace):
    central = _by_area(thailand.scorecard("th-m8", year=2021, indicator="I2.2").rows)["NSO-C"]
    assert central.comparator == pytest.approx(31.34, abs=0.005)
    assert central.verdict in (Verdict.MET, Verdict.NOT_MET)


def test_smart_cities_have_a_path_and_a_chance(thailand: Workspace):
    (row,) = thailand.scorecard("th-m8", indicator="I3.1").rows
    assert (row.value, row.target, row.verdict, row.reason) == (37, 105, Verdict.OFF_TRACK, Reason.PATH)
    path = row.path
    assert path is not None and path.refusal is None
    assert (path.needed_per_period, path.recent_per_period) == (34.0, 5.5)
    assert path.points[-1].period == Period.year(2027) and path.points[-1].median == pytest.approx(48.0)
    assert 0 < path.chance < 0.1
    assert path.last_reachable == Period.year(2022)


def test_indicators_without_figures_say_so(thailand: Workspace):
    rows = thailand.scorecard("th-m8", indicator="I1.2").rows
    assert {(r.verdict, r.reason) for r in rows} == {(Verdict.NOT_JUDGED, Reason.NO_DATA)}
    assert [r.target for r in rows] == [500000, 100000, 10000]
    assert all(r.value is None for r in rows)


def test_a_year_after_the_data_is_not_silent(thailand: Workspace):
    card = thailand.scorecard("th-m8", year=2027)
    assert len(card.rows) == 22 and {r.verdict for r in card.rows} == {Verdict.NOT_JUDGED}
    assert all(r.sentence.th and r.sentence.en and r.value is None for r in card.rows)


def test_the_whole_scorecard_in_plan_order(thailand: Workspace):
    card = thailand.scorecard("th-m8")
    assert [s.indicator.id for s in card.summaries] == ["I1.1", "I1.2", "I2.1", "I2.2", "I3.1", "I3.2"]
    assert [goal.id for goal, _ in card.goals()] == ["G1", "G2", "G3"]
    summary = {s.indicator.id: s for s in card.summaries}
    assert (summary["I2.1"].judged, summary["I2.1"].owed, summary["I2.1"].spark_area) == (5, 5, "TH")
    assert summary["I2.1"].counts[Verdict.MET] == 4
    assert summary["I3.1"].headline.th == "37 จาก 105 พื้นที่: หลุดเส้นทาง"
    assert (Period.year(2024), 36.0) in summary["I3.1"].spark  # the register knows what no announcement told
    (announced,) = thailand.scorecard("th-m8", indicator="I3.1", reading="certified").summaries
    assert (Period.year(2024), None) in announced.spark  # a gap stays a gap
    assert {2019, 2023, 2025} <= set(card.years)


def test_breaks_of_the_gini_are_shown_and_respected(thailand: Workspace):
    view = thailand.indicator_view("th-m8", "I2.1")
    assert [b.period for b in view.breaks] == [Period.year(2023)]
    assert view.periods[0] == Period.year(2006) and view.periods[-1] == Period.year(2023)
    growth = thailand.evaluate("growth(gini_income_nso, 2)", area_system="th-nso-income")
    assert growth.at("NSOI-NE", Period.year(2023)) is None
    assert thailand.evaluate("gini_income_nso").at("NSOI-NE", Period.year(2021)) is not None


def test_explaining_growth_shows_the_inputs_of_both_sides(thailand: Workspace):
    found = thailand.explain("th-m8", "I1.1", "NESDC-N", 2019, reading="real-cagr-4")
    cells = {(i.series, i.area, i.period.iso, i.role) for i in found.inputs}
    assert cells == {
        (series, area, year, role)
        for series in ("grp_cvm", "population")
        for year in ("2015", "2019")
        for area, role in (("NESDC-N", "value"), ("TH", "comparator"))
    }
    assert all(i.value and i.source and i.source.publisher.en and i.locator and i.dataset for i in found.inputs)
    by_cell = {(i.series, i.area, i.period.year_ce): i.value for i in found.inputs}
    per_head = {y: by_cell["grp_cvm", "NESDC-N", y] / by_cell["population", "NESDC-N", y] for y in (2015, 2019)}
    assert 100 * ((per_head[2019] / per_head[2015]) ** 0.25 - 1) == pytest.approx(found.row.value, rel=1e-12)
    assert "3.24" in found.with_numbers.en and "3.24" in found.with_numbers.th
    assert found.comparator_with_numbers is not None and "2.99" in found.comparator_with_numbers.en
    place = f"/r/{found.release}/th-m8/I1.1/NESDC-N/2019"
    assert found.permalink == f"{place}?reading=real-cagr-4&packs={thailand.packs_state}"
    assert found.release in found.citation.th and "NESDC" in found.citation.en
    assert {"formula", "inputs", "citation_th", "permalink"} <= found.as_dict().keys()


def test_explaining_what_is_missing_lists_it(thailand: Workspace):
    found = thailand.explain("th-m8", "I2.2", "NSO-N", 2021)
    lacking = [i for i in found.inputs if i.value is None]
    assert lacking and all(i.source is None and i.flag is None for i in lacking)
    assert found.row.reason is Reason.BASE_MISSING


def test_a_province_sees_its_region_and_itself(thailand: Workspace):
    view = thailand.area_view("TH-50")
    assert {m.system for m in view.memberships} >= {"th-nesdc", "th-nso", "th-nso-income"}
    seen = {i.indicator.id: i for i in view.indicators}
    assert (seen["I1.1"].judged.area, seen["I2.1"].judged.area, seen["I2.2"].judged.area) == (
        "NESDC-N", "NSOI-N", "NSO-N",
    )  # fmt: skip
    assert seen["I1.1"].own.area == "TH-50" and seen["I1.1"].own.verdict is Verdict.NOT_JUDGED
    assert seen["I1.1"].parent.area == "TH" and len(seen["I1.1"].peers) == 6
    assert thailand.area_view("50").code == "TH-50"  # by its registration code


def test_a_province_sees_its_latest_own_figure_beside_its_parents(thailand: Workspace):
    seen = {i.indicator.id: i for i in thailand.area_view("TH-10").indicators}
    gini = seen["I2.1"]
    assert gini.own.value is None and gini.own.sentence.en.startswith("Bangkok, 2023: no figure")
    assert gini.own_note.en.startswith(
        "The latest value of Bangkok itself is of 2011: 0.433 (Bangkok and 3 vicinity provinces 0.402, Thailand 0.376)"
        "; the method changed in 2023 ("
    )
    assert gini.own_note.en.endswith("so it does not compare with values of 2023")
    assert "พ.ศ. 2554: 0.433" in gini.own_note.th
    assert seen["I1.1"].own_note.en == (
        "The plan does not judge provinces · 0.72 percentage points above Bangkok and Vicinities · "
        "rank 4 of 6 in Bangkok and Vicinities (1 is the largest value)"
    )
    assert seen["I2.2"].own is None, "the only part of its region would hold 100 per cent of itself"


def test_a_share_of_a_region_is_not_passed_off_as_a_share_of_the_country(thailand: Workspace):
    share = {i.indicator.id: i for i in thailand.area_view("TH-50").indicators}["I2.2"]
    assert (share.own.period, share.judged.period) == (Period.year(2019), Period.year(2019))
    assert "16.15 per cent, reckoned against North" in share.own.sentence.en
    assert "เมื่อเทียบกับภาคเหนือ" in share.own.sentence.th
    assert "does not compare with the value of North itself" in share.own_note.en
    kingdom = thailand.indicator_view("th-m8", "I2.1").line("TH").latest
    assert "reckoned" not in kingdom.sentence.en


def test_situation_figures_stand_beside_what_the_document_prints(thailand: Workspace):
    figures = {f.fact.id: f for f in thailand.area_view("TH-10").situation}
    share = figures["bangkok-share-2019"]
    assert share.stated == 33.8 and share.value == pytest.approx(33.8, abs=0.5)
    assert not [f for f in thailand.area_view("TH-50").situation if f.fact.id.startswith("bangkok")]


def test_an_area_filter_keeps_the_row_that_speaks_for_it(thailand: Workspace):
    card = thailand.scorecard("th-m8", year=2019, area="TH-50")
    assert [(r.indicator, r.area) for r in card.rows] == [("I1.1", "NESDC-N"), ("I2.1", "NSOI-N"), ("I2.2", "NSO-N")]
    card = thailand.scorecard("th-m8", year=2019, indicator="I1.1", area="NESDC-S")
    assert [r.area for r in card.rows] == ["NESDC-S"] and [r.area for r in card.references] == ["TH"]


def test_maps_are_dissolved_once_and_kept(thailand: Workspace):
    regions = thailand.areas_geojson("th-nesdc", "region")
    assert [f["properties"]["code"] for f in regions["features"]] == [
        a.code for a in thailand.catalogue.area_system("th-nesdc").level("region")
    ]
    assert {f["properties"]["shape"] for f in regions["features"]} == {"dissolved"}
    assert {f["geometry"]["type"] for f in regions["features"]} <= {"Polygon", "MultiPolygon"}
    assert list((thailand.home.cache / "shapes").glob("th-nesdc-region-*.geojson"))
    assert len(thailand.areas_geojson("th-nesdc", "province")["features"]) == 77


def test_bangkoks_ceiling_is_not_judged_before_the_base_of_its_indicator(thailand: Workspace):
    line = thailand.indicator_view("th-m8", "I2.2").line("NSO-BKK")
    assert line is not None
    before = [row for row in line.rows if row.period <= Period.year(2020)]
    assert len([row for row in before if row.value is not None]) == 6
    assert {(row.verdict, row.reason) for row in before} == {(Verdict.NOT_JUDGED, Reason.PERIOD_OUTSIDE)}


def test_a_new_year_of_few_areas_does_not_hide_the_full_one(tmp_path):
    opened = Workspace.open(tmp_path)
    opened.init()
    before = opened.scorecard("th-m8", indicator="I1.1").summaries[0]
    assert (before.period, before.judged, before.newer, before.newer_note.en) == (Period.year(2020), 7, None, "")
    rows = [
        f"th-nesdc,{area},{year},{series},{value},nesdc-gpp-2563\n"
        for area in ("TH", "NESDC-N")
        for year, series, value in [(2021, name, 100000) for name in ("grp_cvm", "population")]
    ]
    file = tmp_path / "new.csv"
    file.write_text("area_system,area,period,series,value,source\n" + "".join(rows), "utf-8")
    opened.import_file(file)
    after = opened.scorecard("th-m8", indicator="I1.1").summaries[0]
    assert (after.period, after.headline, after.counts) == (before.period, before.headline, before.counts)
    assert after.newer == Period.year(2021) and after.newer_note.en == "newer: 2021 for 1 of 7 areas"
    assert after.newer_note.th == "มีค่าใหม่กว่านี้: พ.ศ. 2564 1 จาก 7 พื้นที่"
    assert opened.indicator_view("th-m8", "I1.1").latest == Period.year(2020)
    asked = opened.scorecard("th-m8", indicator="I1.1", year=2021).summaries[0]
    assert (asked.judged, asked.newer) == (1, None)


def test_a_figure_that_only_the_document_gives_is_not_shown_as_computed(thailand: Workspace):
    figures = {one.fact.id: one for one in thailand.area_view("SEZ-BORDER").situation}
    capital = figures["border-registered-capital"]
    assert capital.stated_only and (capital.value, capital.rank, capital.out_of) == (None, None, 0)
    assert (capital.stated, capital.stated_decimals) == (9823.03, 2)
    assert figures["border-new-businesses"].stated_decimals == 0
    bangkok = {one.fact.id: one for one in thailand.area_view("TH-10").situation}["bangkok-share-2019"]
    assert not bangkok.stated_only and bangkok.value is not None and bangkok.rank == 1
    assert (bangkok.stated, bangkok.stated_decimals) == (33.8, 1)


def test_the_chance_of_smart_cities_says_from_how_few_figures(thailand: Workspace):
    path = thailand.scorecard("th-m8", indicator="I3.1").rows[0].path
    assert path is not None
    assert path.chance_note.en == "chance of arriving: about 1 in 100, from 5 figures"
    assert min(point.low95 for point in path.points) < 37  # certificates end: the count can fall
    assert "from 5 figures only" in thailand.explain("th-m8", "I3.1", "TH").method.en


def test_a_province_sees_its_place_though_the_plan_does_not_judge_it(thailand: Workspace):
    seen = {one.indicator.id: one for one in thailand.area_view("TH-40").indicators}
    growth = seen["I1.1"]
    assert growth.gap == pytest.approx(-0.882, abs=0.001) and (growth.rank, growth.out_of) == (17, 20)
    assert growth.own_note.th == (
        "แผนไม่ตัดสินระดับจังหวัด · ต่ำกว่าภาคตะวันออกเฉียงเหนือ 0.88 จุดร้อยละ · อันดับ 17 จาก 20 ในภาคตะวันออกเฉียงเหนือ (1 คือค่ามากที่สุด)"
    )
    share = seen["I2.2"]
    assert share.gap is None and share.rank == 3, "a share of the region ranks in it, but does not compare with it"
    gini = seen["I2.1"]
    assert (gini.gap, gini.rank) == (None, None) and "the method changed in 2023" in gini.own_note.en
    region = {one.indicator.id: one for one in thailand.area_view("NESDC-NE").indicators}["I1.1"]
    assert (region.gap, region.rank, region.own_note.en) == (None, None, "")
