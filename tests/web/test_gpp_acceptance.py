"""NESDC's own workbook goes in by the page and by the command line, with a recipe made in the browser and no code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.data.domain.submissions import assign_dataset
from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import Submission
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.cli.main import run
from mudmai.core.area_names import AreaNames
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.registry.small_world import build, holding
from tests.web.test_intake_pages import fields

STATS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "stats"
ORIGINAL, OURS = STATS / "originals" / "GPP + regional.xlsx", STATS / "nesdc_gpp_grp_1995_2020.csv"
pytestmark = pytest.mark.skipif(
    not (ORIGINAL.is_file() and OURS.is_file()),
    reason="the shared folder with NESDC's workbook is not beside the project",
)
YEARS = [str(year) for year in range(1995, 2021)]
Key = tuple[str, str, str, str]


@pytest.fixture
def thailand(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Workspace:
    """The shipped packs in a workspace of the test's own, as the workspace of the site."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path / "home"
    settings.MUDMAI_JOBS = "immediate"
    opened = Workspace.open(tmp_path / "home")
    opened.init()
    monkeypatch.setattr(wiring, "_opened", opened)
    return opened


def expected(workspace: Workspace) -> dict[Key, float]:
    """Every cell of the cleaned table: (area, series, dimensions, year) → value."""
    catalogue = workspace.catalogue
    names = {s: AreaNames(catalogue.area_systems[s], shipped_name_forms()) for s in ("th-nesdc", "th-clusters")}
    sectors = {one.en: code for code, one in catalogue.series["grp_current"].dimensions[0].labels.items()}
    cells: dict[Key, float] = {}
    with OURS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            cluster = row["level"] == "Subregional"
            area = names["th-clusters" if cluster else "th-nesdc"].find(row["area_nesdc_en"]).code
            volumes, dims, word = row["type"] == "Chain Volume Measures", "", row["sector"]
            series = ("gcp_cvm" if volumes else "gcp_current") if cluster else ("grp_cvm" if volumes else "grp_current")
            if word.startswith("Population"):
                series = "cluster_population" if cluster else "population"
            elif "apita" in word:
                series = "gcp_per_head" if cluster else "grp_per_head"
            elif word in sectors:
                dims = f"sector={sectors[word]}"
            cells |= {(str(area), series, dims, year): float(row[year]) for year in YEARS}
    return cells


def cells_of(rows: list[dict[str, object]]) -> dict[Key, float]:
    return {(r["area"], r["series"], r["dims"], r["period"]): r["value"] for r in rows}  # type: ignore[misc]


def same(found: dict[Key, float], wanted: dict[Key, float]) -> None:
    assert found.keys() == wanted.keys()
    assert max(abs(found[key] - value) / max(1.0, abs(value)) for key, value in wanted.items()) < 1e-9


def test_the_workbook_goes_in_by_page_and_command_line(
    thailand: Workspace, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, tmp_path: Path, capsys
) -> None:
    people = build()
    assign_dataset(acting_user=OPERATOR, dataset="nesdc-accounts", organisation=people.ministry)
    officer = holding(Role.CONTRIBUTOR, people.ministry, name="officer")
    cache.clear()
    client = Client()
    client.force_login(officer)
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            "/datasets/nesdc-accounts/submit/",
            {"file": SimpleUploadedFile(ORIGINAL.name, ORIGINAL.read_bytes()), "mode": "update"},
        )
    page = client.get(sent["Location"]).content.decode()
    questions = page[page.index('<ol class="questions">') : page.index("</ol>", page.index('<ol class="questions">'))]
    assert questions.count("<li>") == 2  # the words of "type", and those of "sector" that are no sectors
    form = fields(page)
    assert sum(name.startswith("word-") for name in form) == 18 and all(form[n] for n in form if n.startswith("word-"))

    # Confirmed as proposed; zeros from before a province was founded are read too, so that every cell is compared.
    with django_capture_on_commit_callbacks(execute=True):
        client.post(sent["Location"], {**form, "not_alive": "keep", "do": "confirm", "name": "GPP รายปี"})
    one = Submission.objects.get()
    assert (one.reading["kind"], one.reading["problem_count"]) == ("recipe", 0), one.reading["problems"][:3]
    assert one.reading["left_out_counts"]["repeat"] == {"places": 5356 - 5150, "values": 26 * (5356 - 5150)}
    wanted = expected(thailand)
    assert len(wanted) == 5150 * 26
    same(cells_of(table_named(one.table_sha).to_pylist()), wanted)

    # The recipe on the shelf is found by the command line, which needs no other option.
    monkey = pytest.MonkeyPatch()
    monkey.setenv("MUDMAI_HOME", str(thailand.home.root))
    monkey.setenv("MUDMAI_LANG", "en")
    try:
        capsys.readouterr()
        ended = run(["data", "import", str(ORIGINAL), "--format", "json"])
    finally:
        monkey.undo()
    told = json.loads(capsys.readouterr().out)
    assert ended == 0 and told["recipe"] == "GPP รายปี" and told["dataset"] == "th-m8/nesdc_accounts"
    assert sum(left["kind"] == "repeat" for left in told["left_out"]) == 206
    held = Workspace.open(thailand.home.root).release()
    own = {key for key in held.runs if any(table == "th-m8/nesdc_accounts" for table, _ in held.runs[key])}
    served = {cell: v for key in own for cell, v in cells_of(held.observations_of(key).to_pylist()).items()}
    same(served, wanted)
