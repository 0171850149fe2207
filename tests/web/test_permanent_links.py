"""A permanent link through the pages and the API: the pack changes, the link does not."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

import pytest
from django.test import Client

from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.web.page_reading import read_page

OLD, NEW = "formula: cagr(real_income_per_head, 4)", "formula: cagr(real_income_per_head, 3)"
TITLE, TITLE_NEW = "Growth of income per head in each region", "Growth of income by region"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose packs the test may change."""
    workspace = Workspace.open(tmp_path / "home")
    workspace.init()
    monkeypatch.setattr(wiring, "_opened", workspace)
    return workspace


def change_pack(workspace: Workspace) -> None:
    """The office revises the plan: another span, another title."""
    folder = workspace.home.packs / "th-m8"
    shutil.copytree(workspace.shipped / "th-m8", folder)
    plan = folder / "plan.yaml"
    text = plan.read_text("utf-8")
    assert OLD in text and TITLE in text
    plan.write_text(text.replace(OLD, NEW).replace(TITLE, TITLE_NEW), "utf-8")
    workspace.look_again()


def test_the_page_behind_a_link_stays(own: Workspace) -> None:
    client = Client(raise_request_exception=False)
    link = own.explain("th-m8", "I1.1", "NESDC-N", 2019).permalink
    before = read_page(client.get("/en" + link).content).text
    assert "cagr(real_income_per_head, 4)" in before and "3.24" in before
    change_pack(own)
    now = own.explain("th-m8", "I1.1", "NESDC-N", 2019).permalink
    assert now != link
    after, changed = (read_page(client.get("/en" + one).content).text for one in (link, now))
    assert "cagr(real_income_per_head, 4)" in after and "3.24 per cent" in after and TITLE in after
    assert "cagr(real_income_per_head, 3)" in changed and TITLE_NEW in changed
    unknown = client.get("/en" + link.rpartition("=")[0] + "=0123456789ab")
    assert unknown.status_code == 404
    assert "kept state of the packs" in html.unescape(unknown.content.decode())


def test_the_api_answers_by_the_named_packs(own: Workspace) -> None:
    client = Client(raise_request_exception=False)
    base = "/api/v1/plans/th-m8/indicators/I1.1"
    before = client.get(f"{base}/explain?area=NESDC-N&year=2562").json()
    assert (before["pack"], before["packs"]) == ("th-m8", own.packs_state)
    change_pack(own)
    named = f"release={before['release']}&packs={before['packs']}"
    assert client.get(f"{base}/explain?area=NESDC-N&year=2562&{named}").json() == before
    assert client.get(f"{base}/explain?area=NESDC-N&year=2562").json()["formula"] != before["formula"]
    cells = client.get(f"{base}?{named}").json()
    assert cells["packs"] == before["packs"]
    value = next(r["value"] for r in cells["rows"] if (r["area"], r["period"]) == ("NESDC-N", "2019"))
    assert value == before["value"]
    card = client.get(f"/api/v1/plans/th-m8/scorecard?indicator=I1.1&year=2562&{named}").json()
    assert card["packs"] == before["packs"]
    assert next(r for r in card["rows"] if r["area"] == "NESDC-N")["value"] == before["value"]
    refused = client.get(f"{base}/explain?area=NESDC-N&packs=0123456789ab")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_name")
