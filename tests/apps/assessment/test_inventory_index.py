"""A released inventory feeds an index: its gases a head are scored, and a city without an inventory has no score."""

from __future__ import annotations

from typing import Any

import pytest

from mudmai.apps.assessment.domain.inventories import release_inventory, reopen_inventory
from mudmai.apps.assessment.domain.inventory_rows import rules_of, totals_of
from mudmai.apps.assessment.models import City
from mudmai.core.errors import InputError
from mudmai.core.inventories import Notation
from mudmai.workspace import Workspace
from mudmai.workspace.index_tracing import index_area
from mudmai.workspace.indices import compute_index
from tests.apps.assessment.test_inventories import Town, add, begun, town  # noqa: F401  a fixture

PACK = (
    'pack: green\nkind: overlay\nversion: "1"\ntitle: {th: เขียว, en: Green}\nrequires: [th-admin, th-areas, th-ghg]\n'
)
INDEX = """\
indices:
  - id: sustainable
    version: "1"
    title: {th: ดัชนีทดลองความยั่งยืน, en: Experimental sustainability}
    experimental: true
    note: {th: คือ, en: Is}
    is_not: {th: ไม่ใช่, en: Is not}
    area_system: th-admin
    level: district
    normalisation: goalposts
    missing: none
    coverage_floor: 1
    indicators:
      - id: emissions
        title: {th: ก๊าซเรือนกระจกต่อคน, en: Greenhouse gases per head}
        formula: city_ghg_co2e
        denominator: city_ghg_population
        unit: tonnes_co2e_per_head
        direction: less
        low: 0
        high: 10
        note: {th: ก, en: a}
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs without any data, and an index of one's own over the series of inventories."""
    home = tmp_path_factory.mktemp("home")
    green = home / "packs" / "green"
    green.mkdir(parents=True)
    (green / "pack.yaml").write_text(PACK, "utf-8")
    (green / "indices.yaml").write_text(INDEX, "utf-8")
    return Workspace.open(home)


def released(town: Town, area: str, kilowatt_hours: float, commit: Any) -> Any:  # noqa: F811
    """An inventory without anything unknown: electricity in homes at 0.5 kg/kWh, nothing else occurs."""
    City.objects.filter(pk=town.city.pk).update(area_code=area)
    town.city.refresh_from_db()
    held = begun(town)
    for cell in rules_of(held).cells.values():
        if cell.id == "I.1.2":
            add(town, held, cell.id, kilowatt_hours)
        else:
            add(town, held, cell.id, None, activity="-", unit="", factor=None, notation=Notation.NOT_OCCURRING)
    with commit(execute=True):
        release_inventory(acting_user=town.publisher, inventory=held, revision=held.revision)
    held.refresh_from_db()
    return held


def test_gases_a_head_are_scored_and_walked_back(
    town: Town,  # noqa: F811
    django_capture_on_commit_callbacks: Any,
) -> None:
    held = released(town, "TH-4001", 4_000_000, django_capture_on_commit_callbacks)
    assert held.published, held.published_why
    assert totals_of(held).per_head(held.population) == pytest.approx(2)
    view = compute_index(town.workspace, "sustainable", draws=0)
    assert [row.area.code for row in view.scored] == ["TH-4001"]
    assert view.scored[0].score == pytest.approx(80)
    assert len(view.unscored) > 900
    assert all(row.score is None and row.reason for row in view.unscored)
    (step,) = index_area(town.workspace, view, "TH-4001").work
    told = {one.title.en: (one.value, one.locator) for one in step.inputs}
    assert told["Greenhouse gases of cities"] == (pytest.approx(2000), f"/inventories/{held.pk}/")
    assert told["Population as city inventories give it"][0] == 1000
    with django_capture_on_commit_callbacks(execute=True):
        reopen_inventory(acting_user=town.publisher, inventory=held, revision=held.revision, reason="to be mended")
    with pytest.raises(InputError) as fault:
        compute_index(town.workspace, "sustainable", draws=0)
    assert fault.value.code == "index_all_missing"
