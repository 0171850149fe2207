"""Pages of composite indices: what an index is not comes first; ranks are intervals; weights move without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import Client

PAGE = "/en/indices/province-base/"


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_what_the_index_is_not_stands_before_any_score(client: Client) -> None:
    page = body(client, PAGE)
    assert page.index("Experimental index") < page.index("does not measure liveability") < page.index("Prachin Buri")
    assert "ดัชนีทดลอง" in body(client, "/indices/")


def test_ranks_are_intervals_and_areas_without_a_score_say_why(client: Client) -> None:
    page = body(client, PAGE)
    assert re.search(r"<td class=\"rank-cell\">\d+ to \d+</td>", page)
    assert 'class="rank-span"' in page
    assert "75 of 77 areas have a score" in page
    unscored = page[page.index('id="unscored"') :]
    assert "Chai Nat" in unscored
    assert "4 of 6 figures, less than 80%" in unscored


def test_weights_move_by_a_plain_form(client: Client) -> None:
    page = body(client, PAGE)
    names = re.findall(r'name="(w\.[\w-]+)"', page)
    assert {"w.base", "w.work", "w.investment", "w.gini", "w.product"} <= set(names)
    moved = body(client, PAGE + "?w.base=10&w.work=70&w.investment=10&w.gini=10")
    assert "weights tried by a reader" in moved
    assert "in use: 70%" in moved
    assert "the index: 30%" in moved
    assert moved.split("rank-cell")[1] != page.split("rank-cell")[1]
    for wrong in ("w.base=x", "w.base=-1", "w.base=0&w.work=0&w.gini=0&w.investment=0", "w.wealth=1"):
        assert client.get(f"{PAGE}?{wrong}").status_code in (400, 404), wrong


@pytest.mark.parametrize("asked", ["w.growth=30", "w.product=&w.growth=30", "w.product=60&w.growth=30"])
def test_an_item_that_is_not_named_has_its_published_percentage(client: Client, asked: str) -> None:
    """Product has 0.6 of its group: 60 beside 30 points is two thirds of it."""
    page = body(client, f"{PAGE}?{asked}")
    assert 'value="66.67"' in page
    assert "in use: 67% · the index: 60%" in page
    assert "in use: 33% · the index: 40%" in page
    assert "An empty box takes the percentage of the index" in page
    assert "in use: 30% · the index: 30%" in page, "the other group keeps its weights"


def test_an_area_and_a_file_with_a_refused_weight_lead_to_the_form(client: Client) -> None:
    for one in ("TH-40/", "scores.csv"):
        page = body(client, f"{PAGE}{one}?w.base=x&w.work=40", 400)
        assert f'href="{PAGE}?w.base=x&amp;w.work=40"' in page


def test_points_beyond_the_form_are_refused(client: Client) -> None:
    for wrong in ("w.base=1001", "w.base=1e308&w.work=1e308", "w.base=inf", "w.base=nan"):
        assert client.get(f"{PAGE}?{wrong}").status_code == 400, wrong


@pytest.mark.parametrize("typed", ["-1", "plenty", "1001", "nan"])
def test_a_weight_that_cannot_be_used_is_told_beside_its_field_above_the_published_scores(
    client: Client, typed: str
) -> None:
    own = body(client, PAGE)
    page = body(client, f"{PAGE}?w.base={typed}&w.work=40&year=", 400)
    assert page.index('role="alert"') < page.index("Nothing was worked out") < page.index('<a href="#w.base">')
    assert page.index('<a href="#w.base">') < page.index('id="scores-title"')
    fault = re.search(r'id="w\.base-fault">([^<]*)<', page)
    assert fault is not None and f"“{typed}” cannot be used: give a number from 0 to 1000" in fault[1]
    field = re.search(r'<input id="w\.base"[^>]*>', page)
    assert field is not None and f'value="{typed}"' in field[0] and 'aria-invalid="true"' in field[0]
    other = re.search(r'<input id="w\.work"[^>]*>', page)
    assert other is not None and 'value="40"' in other[0] and "aria-invalid" not in other[0]
    assert re.findall(r'rank-cell">([^<]*)<', page) == re.findall(r'rank-cell">([^<]*)<', own)
    assert f"w.base={typed}" not in page[page.index('id="scores"') : page.index("</main>")], "links lead on without it"
    assert client.get(f"{PAGE}?w.base={typed}", headers={"HX-Request": "true"}).status_code == 200
    assert client.get(f"{PAGE}?w.base={typed}").status_code == 400


def test_weights_that_are_all_zero_are_told_at_their_frame(client: Client) -> None:
    page = body(client, f"{PAGE}?w.growth=0&w.product=0", 400)
    fault = re.search(r'id="(w-[\w-]+)-fault">every weight in this frame is zero', page)
    assert fault is not None and f'<a href="#{fault[1]}">' in page and f'<fieldset id="{fault[1]}"' in page
    assert page.count('aria-invalid="true"') == 2 and page.count("is-faulty") == 2
    assert "weights tried by a reader" not in page and "75 of 77 areas have a score" in page


def test_sensitivity_and_downloads_are_on_the_page(client: Client) -> None:
    page = body(client, PAGE)
    assert "The choice that moves ranks most" in page
    assert "What would change the order" in page
    assert "normalised values run from 0.01, not from 0 (floor)" in page
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("json", b"{")):
        answer = client.get(f"{PAGE}scores.{form}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)
    assert client.get(f"{PAGE}scores.pdf").status_code == 404


def test_an_area_is_walked_back_to_its_cells(client: Client) -> None:
    page = body(client, PAGE + "TH-40/")
    assert "KHON KAEN; chain volume measures; 2019" in page
    assert re.search(r"rank \d+ to \d+ of 75", page)
    assert "Goalposts −5 to 8" in page and "<small>in Work</small>" in page
    thai = client.get(PAGE.removeprefix("/en") + "TH-40/").content.decode()
    assert "ร้อยละ 1.88" in thai and "1.88 ร้อยละ" not in thai and "หลักหมุด −5 ถึง 8" in thai
    without = body(client, PAGE + "TH-18/")
    assert "No score" in without
    assert "missing: no data" in without
    assert client.get(PAGE + "NESDC-NE/").status_code == 400
    assert client.get(PAGE + "nowhere/").status_code == 404
    assert client.get("/en/indices/nothing/").status_code == 404


def test_the_score_of_an_area_can_be_rebuilt_from_its_page(client: Client) -> None:
    spread = 0
    codes = re.findall(r'<th scope="row"><a href="([A-Z0-9-]+)/"', body(client, PAGE))
    for code in (*codes[:3], *codes[-9:]):
        page = body(client, f"{PAGE}{code}/")
        told, score = re.findall(r"The score: ([^=]+) = ([0-9.]+)", page)[0]
        parts = [(float(w) / 100, float(x)) for w, x in re.findall(r"([0-9.]+)% × ([0-9.]+)", told)]
        assert sum(w for w, _ in parts) == pytest.approx(1, abs=0.003), code
        assert sum(w * x for w, x in parts) == pytest.approx(float(score), abs=0.2), code
        assert f"Score {score} ·" in page
        assert '<a href="/en/datasets/nesdc-accounts/">' in page and "th-m8/nesdc" not in page, "a dataset by its title"
        assert "Gini" in page.partition('id="groups-caption"')[2].partition("</table>")[0], "in no group"
        spread += "is spread in proportion" in page
    assert 0 < spread < 12, "some of these areas lack a figure"
    assert "no sampling error" in page and "no sampling error" in body(client, PAGE)


def test_years_are_those_in_which_every_indicator_has_figures(client: Client) -> None:
    page = body(client, PAGE)
    years = re.findall(r'<option value="(\d*)"', page.split('id="year"')[1].split("</select>")[0])
    assert years == ["", "2019", "2017"]
    assert client.get(PAGE + "?year=2020").status_code == 400


def test_areas_lead_to_their_indices(client: Client) -> None:
    assert "/en/indices/province-base/TH-40/" in body(client, "/en/areas/TH-40/")
    assert "/en/indices/" in body(client, "/en/areas/")
