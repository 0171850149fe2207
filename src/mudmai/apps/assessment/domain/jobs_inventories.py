"""Released inventories as observations: one table of all that are released, put in by a job, as often as asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from mudmai.apps.assessment.domain.inventory_rows import rules_of, totals_of
from mudmai.apps.assessment.models import Inventory, InventoryState
from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.registry.policy import Actor
from mudmai.core.inventories import InventoryRules
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.tables import write_csv
from mudmai.methods.greenhouse_gas import InventoryTotals

PUBLISH = "inventory.publish"
_COLUMNS = ("area_system", "area", "period", "series", "dims", "value", "locator")


def ask_to_publish(acting_user: Actor, inventory: Inventory) -> None:
    """Have the table made again; called where an inventory was released or taken back, inside its transaction."""
    enqueue(
        PUBLISH,
        {"rules": inventory.rules},
        actor=acting_user,
        organisation=inventory.city.organisation,
        about_kind="inventory",
        about_id=str(inventory.pk),
    )


@job(
    PUBLISH,
    title=Text("เผยแพร่ตัวเลขของบัญชีก๊าซเรือนกระจก", "publish figures of greenhouse-gas inventories"),
    attempts=3,
    retry_codes={"store_busy"},
)
def publish(run: JobRun, *, rules: str) -> dict[str, Any]:
    """Make the table from all released inventories and put it in; running it again puts in the same."""
    from mudmai.workspace.publishing import publish_tables, publishing_alone, remove_table

    space = workspace()
    with publishing_alone(space):
        held = list(
            Inventory.objects.filter(rules=rules, state=InventoryState.RELEASED).select_related("city").order_by("pk")
        )
        tables = rules_of(held[0]) if held else rules_of()
        series = space.catalogue.series.get(tables.series)
        rows: list[dict[str, Any]] = []
        why: dict[Any, Text] = {}
        for one in held:
            reason = _why_not(one, tables, space.catalogue)
            made = [] if reason else list(observations(one, tables, space.catalogue, totals_of(one, tables)))
            if not reason and not made:
                reason = Text("ทุกหมวดที่นับมีช่องที่ยังไม่ทราบ", "every counted sector has something that is not known")
            rows += made
            if reason:
                why[one.pk] = reason
        release = ""
        served = space.store.current()
        if rows and series is not None:
            release = publish_tables(
                space, {tables.dataset: _table(rows, space.catalogue, tables)}, note=tables.dataset
            ).id
        elif served is not None and tables.dataset in served.datasets:
            remove_table(space, tables.dataset, note=tables.dataset)
        with transaction.atomic():
            for one in held:
                told = why.get(one.pk)
                Inventory.objects.filter(pk=one.pk, state=InventoryState.RELEASED).update(
                    published="" if told else release,
                    published_why={"th": told.th, "en": told.en} if told else {},
                )
            Inventory.objects.filter(rules=rules, state=InventoryState.DRAFT).update(published="", published_why={})
    return {"inventories": len(held) - len(why), "rows": len(rows), "release": release}


def _why_not(inventory: Inventory, rules: InventoryRules, catalogue: Catalogue) -> Text | None:
    """Why the figures of an inventory are not put into the series; None where they are."""
    series = catalogue.series.get(rules.series)
    if series is None:
        return Text("ชุดเนื้อหาไม่ได้ประกาศอนุกรมไว้", "the pack declares no series for it")
    city = inventory.city
    if not city.is_whole_area:
        return Text(
            "เมืองนี้ไม่ใช่พื้นที่หนึ่งทั้งพื้นที่ ตัวเลขจึงอยู่ในหน้าบัญชีเท่านั้น",
            "the city is not one whole area, so the figures stay on this page",
        )
    if city.area_system != series.area_system:
        return Text(
            f"พื้นที่ของเมืองอยู่ในระบบ {city.area_system or '–'} ไม่ใช่ {series.area_system}",
            f"the city's area is of the system {city.area_system or '–'}, not {series.area_system}",
        )
    if city.area_code not in {area.code for area in catalogue.area_systems[series.area_system].areas}:
        return Text(f"ไม่มีพื้นที่ {city.area_code} ในระบบ", f"the system has no area {city.area_code}")
    return None


def observations(
    inventory: Inventory, rules: InventoryRules, catalogue: Catalogue, totals: InventoryTotals
) -> Iterator[dict[str, Any]]:
    """Rows of the series: the total and the sectors without anything unknown. Others have no row, never a zero.

    The population stands beside them, where the inventory has one and anything else is told.
    """
    series = catalogue.series[rules.series]
    dimension = series.dimensions[0]
    codes = set(dimension.codes)
    open_sectors = {one.cell.sector for one in totals.open_cells}
    counted = {cell.sector for cell in rules.cells.values() if cell.counts in totals.level.counted}
    base = {
        "area_system": inventory.city.area_system,
        "area": inventory.city.area_code,
        "period": str(inventory.year),
        "series": rules.series,
        "locator": f"/inventories/{inventory.pk}/",
    }
    told = 0
    for sector, total in totals.sectors.items():
        if sector in codes and sector in counted and sector not in open_sectors and total.co2e is not None:
            told += 1
            yield {**base, "dims": f"{dimension.id}={sector}", "value": total.co2e}
    if not open_sectors and totals.total.co2e is not None:
        told += 1
        yield {**base, "dims": "", "value": totals.total.co2e}
    if told and inventory.population and rules.population_series in catalogue.series:
        yield {**base, "series": rules.population_series, "dims": "", "value": inventory.population}


def _table(rows: list[dict[str, Any]], catalogue: Catalogue, rules: InventoryRules) -> Any:
    from mudmai.exchange.tidy import read_tidy

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{rules.dataset}.csv"
        write_csv(path, _COLUMNS, rows)
        return read_tidy(path, catalogue, dataset=rules.dataset)
