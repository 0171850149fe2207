"""Charts: classes, steps, spark lines, and the drawings themselves."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.periods import Period
from mudmai.web.charts.axes import decimals_of, round_steps
from mudmai.web.charts.classes import quantile_classes
from mudmai.web.charts.maps import outlines
from mudmai.web.charts.panels import Frame, drawn_lines, panel
from mudmai.web.charts.rendering import drawable, inline_svg, render_png
from mudmai.web.charts.sheets import sheet
from mudmai.web.charts.spark import spark
from mudmai.web.preferences import Preferences
from mudmai.workspace import Workspace

FINITE = st.floats(-1e9, 1e9, allow_nan=False)


@given(FINITE, FINITE)
def test_steps_span_what_they_are_asked_for_and_are_even(a: float, b: float) -> None:
    low, high = sorted((a, b))
    if high - low < 1e-6 * max(1.0, abs(high)):
        return
    steps = round_steps(low, high)
    slack = 1e-6 * (high - low)
    assert steps[0] <= low + slack
    assert steps[-1] >= high - slack
    assert 2 <= len(steps) <= 8


@pytest.mark.parametrize(("steps", "decimals"), [([0.3, 0.32, 0.34], 2), ([0, 5, 10], 0), ([0.0, 2.5, 5.0], 1)])
def test_labels_have_the_decimals_that_steps_need(steps: list[float], decimals: int) -> None:
    assert decimals_of(steps) == decimals


@given(st.lists(st.one_of(st.none(), st.integers(-500, 500).map(lambda n: n / 100)), max_size=80))
def test_every_class_holds_an_area_and_every_value_has_a_class(values: list[float | None]) -> None:
    classes = quantile_classes(values)
    known = [v for v in values if v is not None]
    if classes is None:
        assert known == []
        return
    used = {classes.of(v) for v in known}
    assert used == {number for number, _, _ in classes.ranges}
    assert classes.of(None) is None
    assert len(classes.ranges) <= 5
    for number, low, high in classes.ranges:
        assert all(low <= v <= high for v in known if classes.of(v) == number)


def test_a_spark_line_leaves_a_gap_open() -> None:
    points = [(Period.year(y), None if y == 2018 else float(y - 2010)) for y in range(2015, 2022)]
    drawn = spark(tuple(points), target=20.0)
    assert drawn is not None
    assert [len(s.split()) for s in drawn.strokes] == [3, 3]
    assert drawn.target_y == 8.0
    assert spark(tuple(points), step=2).strokes[0].count(",") == 6  # type: ignore[union-attr]


def test_one_value_is_no_line() -> None:
    assert spark(((Period.year(2020), 1.0), (Period.year(2021), None))) is None


def test_no_stroke_crosses_a_break_or_a_gap(starter: Workspace) -> None:
    view = starter.indicator_view("th-m8", "I2.1")
    assert view.breaks, "the survey changed its income concept"
    at = view.breaks[-1].period.year_ce
    for line in drawn_lines(view):
        drawn = panel(line, Frame.of(view, (line,)), Preferences())
        for layer in drawn["layer"]:
            parts: dict[int, list[float]] = {}
            for point in layer["data"]["values"]:
                if "part" in point:
                    parts.setdefault(point["part"], []).append(point["x"])
            for xs in parts.values():
                assert max(xs) < at or min(xs) >= at
                assert all(b - a <= view.indicator.step for a, b in itertools.pairwise(sorted(xs)))


def test_every_value_of_a_chart_is_a_value_of_the_view(starter: Workspace) -> None:
    view = starter.indicator_view("th-m8", "I1.1")
    line = drawn_lines(view)[0]
    drawn = panel(line, Frame.of(view, (line,)), Preferences())
    told = {(r.period.year_ce, r.value) for r in line.rows} | {(r.period.year_ce, r.comparator) for r in line.rows}
    shown = {(p["x"], p["y"]) for layer in drawn["layer"] for p in layer["data"]["values"] if "part" in p}
    assert shown and shown <= told


@pytest.mark.parametrize("indicator", ["I1.1", "I2.1", "I2.2", "I3.1"])
def test_the_picture_is_made_with_our_fonts_and_nothing_from_elsewhere(client: Client, indicator: str) -> None:
    response = client.get(f"/plans/th-m8/indicators/{indicator}/chart.svg")
    picture = response.content.decode()
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    assert "IBM Plex Sans Thai" in picture
    assert set(re.findall(r'(?:href|src|url)\W+(https?:[^"\')]+)', picture)) == set()
    png = client.get(f"/plans/th-m8/indicators/{indicator}/chart.png")
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in png.headers["Content-Disposition"]


def test_page_and_print_share_one_specification(starter: Workspace) -> None:
    view = starter.indicator_view("th-m8", "I1.1")
    lines = drawn_lines(view)
    frame = Frame.of(view, lines)
    here = Preferences()
    cells = [{k: v for k, v in cell.items() if k != "title"} for cell in sheet(view, here)["vconcat"][0]["concat"]]
    assert json.dumps(cells) == json.dumps([panel(line, frame, here) for line in lines])


def told(picture: str) -> set[str]:
    """All texts of a drawing."""
    return {"".join(one.itertext()) for one in ElementTree.fromstring(picture).iter() if one.tag.endswith("text")}


def test_figures_keep_the_decimals_of_their_unit(client: Client, starter: Workspace) -> None:
    page = client.get("/plans/th-m8/indicators/I2.1/").content.decode()
    figures = [text for picture in re.findall(r"<svg[^>]*class=.chart.*?</svg>", page, re.S) for text in told(picture)]
    for line in drawn_lines(starter.indicator_view("th-m8", "I2.1")):
        assert line.latest is not None and line.latest.value is not None
        assert f"{line.latest.value:.3f}" in figures


def test_a_yardstick_of_one_point_is_drawn(starter: Workspace) -> None:
    """After the break of the income concept there is one year only: a line would show nothing."""
    view = starter.indicator_view("th-m8", "I2.1")
    for line in drawn_lines(view):
        drawn = panel(line, Frame.of(view, (line,)), Preferences())
        ticks = [p for one in drawn["layer"] if one["mark"].get("shape") == "stroke" for p in one["data"]["values"]]
        last = next(r for r in reversed(line.rows) if r.comparator is not None)
        assert (last.period.year_ce, last.comparator) in {(p["x"], p["y"]) for p in ticks}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\u0e2a\u0e33\u0e19", "\u0e2a\u0e4d\u0e32\u0e19"),
        ("\u0e19\u0e49\u0e33", "\u0e19\u0e4d\u0e49\u0e32"),
        ("2.10 Thai", "2.10 Thai"),
    ],
)
def test_sara_am_is_taken_apart_for_drawing_alone(text: str, drawn: str) -> None:
    mark = {"type": "text", "fontSize": 40}
    spec = {
        "data": {"values": [{"t": text}]},
        "mark": mark,
        "encoding": {"text": {"field": "t"}},
        "config": {"font": "Sarabun"},
    }
    assert drawable(spec)["data"]["values"] == [{"t": drawn}]
    assert spec["data"] == {"values": [{"t": text}]}, "the specification itself stays as it is"
    apart = {**spec, "data": {"values": [{"t": drawn}]}}
    assert render_png(spec, 1) == render_png(apart, 1)
    assert text in inline_svg({**spec, "width": 200, "height": 80}, "k", "t", "d")


@pytest.mark.parametrize(("indicator", "notes"), [("I2.2", ["มาตราส่วนของตนเอง"]), ("I3.1", ["ข้าวหลามตัด", "80 และ 95"])])
def test_a_picture_taken_away_explains_itself(
    client: Client, starter: Workspace, indicator: str, notes: list[str]
) -> None:
    address = f"/plans/th-m8/indicators/{indicator}/chart.svg"
    thai, english = (" ".join(told(client.get(prefix + address).content.decode())) for prefix in ("", "/en"))
    view = starter.indicator_view("th-m8", indicator)
    for part in [*notes, "จุดใหญ่", "ที่มา:", view.sources[0].publisher.th, view.release]:
        assert part in thai, part
    held = f"indicators/{indicator}/?reading={view.reading.id}&release={view.release}&packs={view.packs}"
    assert f"http://testserver/plans/th-m8/{held}" in thai
    assert f"http://testserver/en/plans/th-m8/{held}" in english


def test_a_map_is_drawn_without_scripts_and_light(client: Client, starter: Workspace) -> None:
    """Every area of the level has an outline; what is judged has its sign; two kinds of colours, one drawing."""
    for query, marks in (("", "sign sign-"), ("?map=value", "<text ")):
        page = client.get(f"/plans/th-m8/indicators/I1.1/{query}").content.decode()
        drawing = re.search(r'<svg class="map-static".*?</svg>\s*<p class="map-wait">', page, re.S)
        assert drawing is not None
        assert len(gzip.compress(drawing[0].encode())) < 40_000
        features = starter.areas_geojson("th-nesdc", "region")["features"]
        assert drawing[0].count('<path class="fill-') == len(features) == drawing[0].count(marks)


def test_the_mark_of_an_area_stands_inside_it(starter: Workspace) -> None:
    shapely = pytest.importorskip("shapely")
    found = outlines(starter.areas_geojson("th-nesdc", "province")["features"], "th")
    assert found is not None and len(found.shapes) == 77 and not found.marked
    assert len(gzip.compress("".join(s.path for s in found.shapes).encode())) < 40_000
    for shape in found.shapes:
        first = shape.path[1 : shape.path.index("z")]
        start, steps = first.split("l")
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        ring = [tuple(int(n) for n in start.split())]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            ring.append((ring[-1][0] + dx, ring[-1][1] + dy))
        assert shapely.Polygon(ring).buffer(1).contains(shapely.Point(shape.x, shape.y)), shape.code


def test_no_outline_is_no_map() -> None:
    assert outlines([], "th") is None
