"""Headers, freshness, bad input and forms: what a browser gets besides the page itself."""

from __future__ import annotations

import pytest
from django.test import Client

from mudmai.site import wiring
from mudmai.web.preferences import COOKIE
from mudmai.workspace import Workspace
from tests.web.page_list import addresses
from tests.web.page_reading import read_page

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_every_answer_carries_the_policy(client: Client, starter: Workspace) -> None:
    for address in [*addresses(starter), "/no/such/page", "/static/web/icon.svg", "/plans/th-m8/scorecard.csv"]:
        response = client.get(address)
        b"".join(response)  # a file is read to its end, so that it is closed
        headers = response.headers
        assert headers["Content-Security-Policy"] == POLICY, address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert headers["X-Frame-Options"] == "DENY", address


def test_a_known_page_is_answered_304_without_a_body(client: Client, starter: Workspace) -> None:
    for address in addresses(starter):
        if address == "/preferences":
            continue
        first = client.get(address)
        again = client.get(address, HTTP_IF_NONE_MATCH=first.headers["ETag"])
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"]), address


def test_the_tag_changes_with_whatever_the_page_shows(client: Client, tmp_path: object) -> None:
    def tag(address: str, cookie: str = "auto.arabic") -> str:
        client.cookies[COOKIE] = cookie
        return client.get(address).headers["ETag"]

    tags = [tag("/"), tag("/en/"), tag("/?year=2019"), tag("/", "CE.arabic"), tag("/", "auto.thai")]
    assert len(set(tags)) == len(tags)
    assert tag("/", "BE.arabic") == tag("/"), "the same looks share one tag"


def test_a_new_release_changes_the_tag_and_the_old_link_stays(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Workspace.open(tmp_path_factory.mktemp("own-home"))
    own.init()
    monkeypatch.setattr(wiring, "_opened", own)
    client = Client(raise_request_exception=False)
    old = own.release().id
    link = f"/r/{old}/th-m8/I1.1/NESDC-NE/2019?reading=real-cagr-4"
    before, work_before = client.get("/"), read_page(client.get(link).content).text
    dataset = next(name for name in own.release().datasets if "gini" in name)
    own.store.remove_dataset(dataset)
    after = client.get("/", HTTP_IF_NONE_MATCH=before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    work_after = client.get(link)
    assert work_after.status_code == 200
    assert "3.07" in work_before and "3.07" in read_page(work_after.content).text
    assert own.release().id in read_page(work_after.content).text, "it says that a newer release exists"


def test_pages_are_compressed_for_those_who_ask(client: Client) -> None:
    packed, plain = client.get("/", HTTP_ACCEPT_ENCODING="gzip"), client.get("/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "Cookie" in packed.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/plans/th-m9/", 404, "th-m9"),
        ("/plans/th-m8/indicators/I9.9/", 404, "I9.9"),
        ("/areas/TH-99/", 404, "TH-99"),
        ("/plans/th-m8/indicators/I1.1/?reading=guess", 404, "guess"),
        ("/?r.I1.1=guess", 404, "guess"),
        ("/?r.I7=x", 404, "I7"),
        ("/?year=last", 400, "last"),
        ("/?year=99999", 400, "99999"),
        ("/?year=2700", 400, "2700"),
        ("/plans/th-m8/scorecard.csv?year=2700", 400, "2700"),
        ("/plans/th-m8/indicators/I1.1/?year=2400", 400, "2400"),
        ("/plans/th-m8/indicators/I1.1/?sort=colour", 400, "colour"),
        ("/plans/th-m8/indicators/I1.1/?map=heat", 400, "heat"),
        ("/plans/th-m8/indicators/I1.1/data.pdf", 404, "pdf"),
        ("/plans/th-m8/indicators/I1.1/chart.gif", 404, "gif"),
        ("/r/r99-deadbeef/th-m8/I1.1/NESDC-NE/2019", 404, "r99-deadbeef"),
        ("/r/current/th-m8/I1.1/NESDC-NE/soon", 400, "soon"),
        ("/shapes/th-nesdc/moon.geojson", 404, "moon"),
        ("/shapes/nowhere/region.geojson", 404, "nowhere"),
        ("/no/such/page", 404, ""),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_bad_input_gets_a_page_that_names_it(client: Client, prefix: str, address: str, status: int, said: str) -> None:
    response = client.get(prefix + address)
    page = read_page(response.content)
    assert (response.status_code, page.faults, page.language) == (status, [], "en" if prefix else "th")
    assert said in page.text
    assert page.headings.count(1) == 1


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "%00", "../../etc/passwd", "ก" * 500])
def test_what_is_typed_is_never_run(client: Client, text: str) -> None:
    for address, query in (("/", {"year": text}), ("/areas/", {"q": text}), ("/plans/th-m8/", {"r.I1.1": text})):
        response = client.get(address, query)
        assert response.status_code in (200, 400, 404)
        assert read_page(response.content).faults == []


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_for_reading(client: Client, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405


def test_preferences_are_kept_in_a_cookie_and_lead_back(client: Client) -> None:
    response = client.post("/preferences", {"calendar": "CE", "digits": "thai", "next": "/areas/?q=%E0%B8%81"})
    assert (response.status_code, response.headers["Location"]) == (302, "/areas/?q=%E0%B8%81")
    cookie = response.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("CE.thai", True, "Lax")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_preferences_never_lead_elsewhere(client: Client, target: str) -> None:
    response = client.post("/preferences", {"calendar": "CE", "digits": "thai", "next": target})
    assert response.headers["Location"] == "/"


def test_a_form_without_its_token_is_refused(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert strict.post("/preferences", {"calendar": "CE", "digits": "thai"}).status_code == 403


def test_an_unknown_choice_is_refused(client: Client) -> None:
    assert client.post("/preferences", {"calendar": "lunar", "digits": "thai"}).status_code == 400


def test_a_home_without_figures_says_what_to_do(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setattr(wiring, "_opened", Workspace.open(Path(str(tmp_path)) / "empty"))
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code in (400, 500)
    assert "mudmai init" in read_page(response.content).text


def test_a_cited_state_of_the_packs_is_kept_in_the_links_of_the_page(client: Client, starter: Workspace) -> None:
    view = starter.indicator_view("th-m8", "I1.1")
    cited = f"/plans/th-m8/indicators/I1.1/?reading={view.reading.id}&release={view.release}&packs={view.packs}"
    starter.explain("th-m8", "I1.1", "NESDC-NE")  # a citation keeps the packs it speaks of
    page = read_page(client.get(cited).content)
    assert page.faults == []
    figures = [t for _, _, t in page.links if t.startswith("/r/")]
    assert figures and all(f"packs={view.packs}" in t for t in figures)
    assert client.get("/plans/th-m8/indicators/I1.1/?packs=0123456789ab").status_code == 404
    assert client.get("/?release=r99-deadbeef").status_code == 404


def test_provinces_stand_against_their_region_and_the_country(client: Client) -> None:
    page = client.get("/plans/th-m8/indicators/I1.1/within/").content.decode()
    assert "เทียบกับระดับภาค: 47 จาก 77" in page and "เทียบกับระดับประเทศ: 52 จาก 77" in page and "บึงกาฬ" in page
    assert "/plans/th-m8/indicators/I1.1/within/" in client.get("/plans/th-m8/indicators/I1.1/").content.decode()
    assert client.get("/en/plans/th-m8/indicators/I3.1/within/").status_code == 400
