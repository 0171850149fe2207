"""Each kind of rule: what it finds, what it leaves alone, what it says."""

from __future__ import annotations

from mudmai.core.checks import CheckKind, CheckRule, FieldRule, Incomplete, Severity, Tolerance
from mudmai.core.periods import Period
from tests.workspace.checking.checking_world import PROVINCES, Row, check, found

PROVINCE = CheckRule("sums", CheckKind.PARTS, parts="province", whole="region")
SEXES = CheckRule("sexes", CheckKind.PARTS, dimension="sex")


def provinces(period: str = "2018", *, wrong: float = 0.0) -> list[Row]:
    rows: list[Row] = [(code, period, 10.0 * n) for n, code in enumerate(PROVINCES, start=1)]
    return [("K", period, 150.0), ("N", period, 60.0 + wrong), ("S", period, 90.0), *rows]


def test_parts_that_add_up_are_left_alone() -> None:
    assert check(provinces(), PROVINCE, CheckRule("up", CheckKind.PARTS, parts="region", whole="kingdom")).errors == 0


def test_a_whole_that_is_not_its_parts_is_told_at_its_cell_with_both_numbers() -> None:
    report = check(provinces(wrong=7.0), PROVINCE)
    (one,) = report.findings
    assert (one.fact.area, one.fact.period, one.value) == ("N", "2018", 67.0)
    assert (one.where.sheet, one.where.cell) == ("แผ่น", "B3")
    assert "67" in one.text.th
    assert "60" in one.text.th
    assert one.expected.en == "60"
    assert one.severity is Severity.ERROR


def test_a_difference_that_is_one_part_exactly_names_it() -> None:
    (one,) = check(provinces(wrong=20.0), PROVINCE).findings
    assert "Place P2" in one.text.en


def test_rounding_of_each_figure_is_allowed_for() -> None:
    close = CheckRule("r", CheckKind.PARTS, parts="province", whole="region", tolerance=Tolerance(rounded_to=1.0))
    assert check(provinces(wrong=2.0), close).errors == 0  # three parts and a whole, half each
    assert check(provinces(wrong=2.1), close).errors == 1
    relative = CheckRule("r", CheckKind.PARTS, parts="province", whole="region", tolerance=Tolerance(relative=0.1))
    assert check(provinces(wrong=6.0), relative).errors == 0
    assert check(provinces(wrong=8.0), relative).errors == 1


def test_a_missing_part_is_no_zero() -> None:
    rows = [row for row in provinces(wrong=40.0) if row[0] != "P2"]
    assert check(rows, PROVINCE).errors == 0
    at_most = CheckRule("m", CheckKind.PARTS, parts="province", whole="region", incomplete=Incomplete.AT_MOST)
    assert check(rows, at_most).errors == 0
    assert found(check([("N", "2018", 30.0), ("P3", "2018", 31.0)], at_most), "m") == [("N", "2018")]
    nothing = CheckRule("n", CheckKind.PARTS, parts="province", whole="region", incomplete=Incomplete.NOTHING)
    assert found(check(rows, nothing), "n") == [("N", "2018")]


def test_a_province_that_was_not_founded_yet_is_no_missing_part() -> None:
    before, after = provinces("2018"), provinces("2019")
    assert check(before, PROVINCE).errors == 0
    wrong = [(a, p, 99.0 if a == "S" else v) for a, p, v in after]  # type: ignore[misc]
    assert check(wrong, PROVINCE).errors == 0  # P6 is missing: nothing to hold the whole against
    assert found(check([*wrong, ("P6", "2019", 5.0)], PROVINCE), "sums") == [("S", "2019")]


def test_grandchildren_are_added_where_levels_are_named() -> None:
    far = CheckRule("far", CheckKind.PARTS, parts="province", whole="kingdom")
    rows = [row for row in provinces("2018") if row[0] not in ("N", "S")]
    assert check(rows, far).errors == 0
    assert found(check([("K", "2018", 151.0), *rows[1:]], far), "far") == [("K", "2018")]


def test_a_series_that_must_not_be_added_is_never_added() -> None:
    rows = [(a, p, v, "", "rate") for a, p, v in provinces(wrong=50.0)]  # type: ignore[misc]
    assert check(rows, PROVINCE, series=("rate",)).errors == 0


def test_sexes_make_both() -> None:
    rows: list[Row] = [("P1", "2018", 10.0), ("P1", "2018", 4.0, "sex=M"), ("P1", "2018", 6.0, "sex=F")]
    assert check(rows, SEXES).errors == 0
    report = check([("P1", "2018", 11.0), *rows[1:]], SEXES)
    assert found(report, "sexes") == [("P1", "2018")]
    assert "เพศ" in report.findings[0].text.th
    assert check([rows[0], rows[1]], SEXES).errors == 0  # women are missing: no finding


def test_ranges_and_whole_numbers() -> None:
    rule = CheckRule("range", CheckKind.RANGE, minimum=0, maximum=100, integer=True, levels=("province",))
    rows: list[Row] = [
        ("P1", "2018", -1.0),
        ("P2", "2018", 101.0),
        ("P3", "2018", 7.5),
        ("P4", "2018", 7.0),
        ("K", "2018", 999.0),
    ]
    report = check([*rows, ("P5", "2018", None)], rule)
    assert found(report, "range") == [("P1", "2018"), ("P2", "2018"), ("P3", "2018")]
    assert "7.5" in report.findings[2].text.th
    assert report.findings[0].expected.th == "จำนวนเต็ม ค่าระหว่าง 0 ถึง 100"


def test_jumps_by_factor_skip_gaps_and_stop_at_breaks() -> None:
    rule = CheckRule("jump", CheckKind.JUMP, Severity.WARNING, times=5.0, above=50)
    rows: list[Row] = [("P1", "2015", 10.0), ("P1", "2017", 60.0), ("P1", "2018", 61.0), ("P1", "2019", 10.0)]
    assert found(check(rows, rule), "jump") == [("P1", "2017"), ("P1", "2019")]
    assert check([("P1", "2015", 1.0), ("P1", "2016", 9.0)], rule).warnings == 0  # both below 50
    broken: list[Row] = [
        ("P1", "2015", 10.0, "", "broken"),
        ("P1", "2016", 600.0, "", "broken"),
        ("P1", "2017", 90.0, "", "broken"),
    ]
    assert found(check(broken, rule, series=("broken",)), "jump") == [("P1", "2017")]


def test_figures_of_a_few_last_places_do_not_jump() -> None:
    rule = CheckRule("jump", CheckKind.JUMP, Severity.WARNING, times=1.5)
    assert check([("P1", "2015", 1.0), ("P1", "2016", 9.0)], rule).warnings == 0
    assert check([("P1", "2015", 100.0), ("P1", "2016", 900.0)], rule).warnings == 1
    assert check([("P1", "2015", 900.0), ("P1", "2016", 100.0)], rule).warnings == 1, "downwards too"


def test_a_jump_against_what_an_area_usually_does() -> None:
    rule = CheckRule("jump", CheckKind.JUMP, Severity.WARNING, spread=6.0)
    calm = [100.0, 102.0, 103.0, 105.0, 106.5, 109.0, 111.0]
    wild = [100.0, 160.0, 90.0, 170.0, 80.0, 150.0, 111.0]
    rows: list[Row] = [("P1", str(2010 + n), value) for n, value in enumerate([*calm, 150.0])]
    rows += [("P2", str(2010 + n), value) for n, value in enumerate([*wild, 150.0])]
    assert found(check(rows, rule), "jump") == [("P1", "2017")]


def test_running_totals_do_not_fall() -> None:
    rule = CheckRule("up", CheckKind.MONOTONE)
    assert found(check([("K", "2018", 5.0), ("K", "2019", 4.0), ("K", "2020", 6.0)], rule), "up") == [("K", "2019")]
    down = CheckRule("down", CheckKind.MONOTONE, falling=True)
    assert found(check([("K", "2018", 5.0), ("K", "2019", 6.0)], down), "down") == [("K", "2019")]


def test_duplicates_name_the_first_place() -> None:
    report = check([("P1", "2018", 1.0), ("P2", "2018", 1.0), ("P1", "2018", 2.0)])
    assert found(report, "duplicates") == [("P1", "2018")]
    (one,) = [f for f in report.findings if f.rule == "duplicates"]
    assert one.where.cell == "B4"
    assert "B2" in one.text.th


def test_coverage_tells_missing_areas_by_period_and_counts_what_is_told_missing() -> None:
    rule = CheckRule("all", CheckKind.COVERAGE, levels=("province",))
    rows = [row for row in provinces("2018") if row[0] not in ("P1", "P2")]
    report = check([*rows, ("P2", "2018", None)], rule)
    (one,) = report.findings
    assert (one.fact.area, one.fact.period, one.where.cell) == ("P1", "2018", None)
    assert "Place P1" in one.text.en
    (count,) = report.coverage
    assert (count.expected, count.present, count.told_missing) == (5, 3, 1)
    after = check(provinces("2019"), rule)
    assert found(after, "all") == [("P6", "2019")]  # founded in 2019


def test_coverage_between_the_first_and_the_last_period() -> None:
    rule = CheckRule("all", CheckKind.COVERAGE, levels=("kingdom",), continuous=True, first=Period.year(2016))
    rows: list[Row] = [("K", "2014", 1.0), ("K", "2016", 1.0), ("K", "2018", 1.0)]
    assert found(check(rows, rule), "all") == [("K", "2017")]


def test_coverage_of_dimension_values() -> None:
    rule = CheckRule("all", CheckKind.COVERAGE, levels=("kingdom",), dims=("sex=M", "sex=F"))
    report = check([("K", "2018", 3.0), ("K", "2018", 1.0, "sex=M")], rule)
    assert [one.fact.dims for one in report.findings] == ["sex=F"]


def test_a_figure_against_its_formula() -> None:
    rule = CheckRule(
        "identity", CheckKind.IDENTITY, series=("homes",), formula="people - broken", tolerance=Tolerance(absolute=0.5)
    )
    rows: list[Row] = [
        ("P1", "2018", 10.0), ("P1", "2018", 4.0, "", "broken"), ("P1", "2018", 6.0, "", "homes"),
        ("P2", "2018", 10.0), ("P2", "2018", 4.0, "", "broken"), ("P2", "2018", 7.0, "", "homes"),
        ("P3", "2018", 10.0), ("P3", "2018", 7.0, "", "homes"),
    ]  # fmt: skip
    report = check(rows, rule, series=("people", "homes", "broken"))
    assert found(report, "identity") == [("P2", "2018")]
    assert "people - broken" in report.findings[0].text.th


def test_columns_as_declared() -> None:
    fields = (
        FieldRule("area", enum=("P1", "P2")),
        FieldRule("period", pattern="20[0-9]{2}"),
        FieldRule("value", "integer", required=True, minimum=0),
        FieldRule("sex", enum=("M",)),
    )
    rows: list[Row] = [("P1", "2018", 1.0), ("P3", "1999", 1.5), ("P2", "2019", None), ("P1", "2019", 2.0, "sex=F")]
    report = check(rows, fields=fields)
    told = {(one.rule, one.where.cell) for one in report.findings}
    assert told == {
        ("schema.area", "B3"),
        ("schema.period", "B3"),
        ("schema.value", "B3"),
        ("schema.value", "B4"),
        ("schema.sex", "B5"),
    }
    assert not any(one.may_be_accepted for one in report.findings)
