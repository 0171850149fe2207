"""What ``mudmai inventory compute`` prints: sums by sector, cells that are not known, balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mudmai.cli.output import Column
from mudmai.cli.wording import language_of, say
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.inventories import InventoryRules
    from mudmai.exchange.inventories.sheets import InventorySheet
    from mudmai.methods.balances import Balance
    from mudmai.methods.greenhouse_gas import InventoryTotals, Total

_NOT_COUNTED = Text("ไม่นับในระดับนี้", "not counted at this level")


def heading(rules: InventoryRules, totals: InventoryTotals) -> str:
    """The level and the GWP set."""
    gwp = totals.gwp
    told = Text(
        f"{rules.title.th}\nระดับ {totals.level} · ชุดค่า GWP {gwp.id} ({gwp.title.th})",
        f"{rules.title.en}\nlevel {totals.level} · GWP set {gwp.id} ({gwp.title.en})",
    )
    return say(told)


def sum_columns(totals: InventoryTotals) -> list[Column]:
    """Columns of :func:`sum_rows`."""
    return [
        Column("sector", Text("หมวด", "Sector")),
        Column("title", Text("ชื่อ", "Title")),
        Column("co2e_t", Text("ตัน CO2e", "t CO2e"), decimals=1),
        *(Column(f"scope_{n}", Text(f"ขอบเขต {n}", f"Scope {n}"), decimals=1) for n in totals.scopes),
        Column("uncertainty", Text("± %", "± %"), decimals=0),
        Column("open_words", Text("ช่องยังไม่ทราบ", "Cells not known")),
        Column("open_cells", Text("ช่องยังไม่ทราบ", "Cells not known"), decimals=0, in_table=False),
        Column("biogenic_t", Text("CO2 ชีวภาพ", "Biogenic CO2"), decimals=1, in_table=False),
    ]


def sum_rows(rules: InventoryRules, totals: InventoryTotals) -> list[dict[str, Any]]:
    """A row for each sector and one of all. ``open_cells`` None: the sector does not count at the level."""
    language = language_of()
    counted = {cell.sector for cell in rules.cells.values() if cell.counts in totals.level.counted}

    def row(id: str, title: str, total: Total) -> dict[str, Any]:
        scopes = {f"scope_{n}": (totals.sector_scopes[id, n] if id else one).co2e for n, one in totals.scopes.items()}
        missing = [one for one in totals.open_cells if not id or one.cell.sector == id]
        counts = not id or id in counted
        return {
            "sector": id,
            "title": title,
            "co2e_t": total.co2e,
            **scopes,
            "uncertainty": total.uncertainty,
            "open_words": str(len(missing)) if counts else say(_NOT_COUNTED),
            "open_cells": len(missing) if counts else None,
            "biogenic_t": total.biogenic,
        }

    rows = [row(id, rules.sectors[id].title.in_(language), total) for id, total in totals.sectors.items()]
    rows.append(row("", say(Text("รวมที่ทราบ", "known total")), totals.total))
    return rows


def footer(
    rules: InventoryRules,
    totals: InventoryTotals,
    balances: Sequence[Balance],
    sheet: InventorySheet,
    population: int | None,
) -> str:
    """The value a head, what counts elsewhere, the cells that are not known and why, the balances."""
    from mudmai.exchange.inventories.sheets import cell_words  # loads readers of workbooks
    from mudmai.methods.inventory_gaps import gaps_of

    language = language_of()
    lines = [say(one) for one in (_a_head(totals, population), _apart(totals)) if one is not None]
    gaps = gaps_of(rules, totals)
    if gaps:
        n = len(gaps)
        lines += ["", say(Text(f"ช่องที่ยังไม่ทราบ ({n}):", f"Cells not known ({n}):"))]
    for gap in gaps:
        found = [sheet.hinders[one.entry] for one in gap.reasons if one.entry in sheet.hinders]
        places = [one.words(language, file=False) for one in found]
        at = f" ({'; '.join(places)})" if places else ""
        lines.append(f"  {gap.cell.id}  {cell_words(rules, gap.cell.id).in_(language)}: {gap.why.in_(language)}{at}")
    lines += ["", say(Text("ดุล:", "Balances:"))]
    lines += [f"  {one.kind.title.in_(language)}: {say(_closing(one))}" for one in balances]
    return "\n".join(lines).lstrip("\n")


def _a_head(totals: InventoryTotals, population: int | None) -> Text | None:
    value = totals.per_head(population)
    if value is None:
        return None
    th, en = ("อย่างน้อย ", "at least ") if totals.open_cells else ("", "")
    return Text(f"{th}{value:.2f} ตันต่อคน", f"{en}{value:.2f} t a head")


def _apart(totals: InventoryTotals) -> Text | None:
    known = [one.co2e for one in totals.apart.values() if one.co2e is not None]
    if not known:
        return None
    said = f"{sum(known):,.1f}"
    return Text(
        f"ไม่รวมในผลรวม เพราะไม่นับในระดับนี้: {said} ตัน CO2e",
        f"not in the total, as it is not counted at this level: {said} t CO2e",
    )


def _closing(one: Balance) -> Text:
    """Closed, or not closed and why."""
    if len(one.missing) == len(one.kind.flows):
        return Text("ปิดดุลไม่ได้ เพราะยังไม่ได้กรอกกระแสใด", "not closed because none of its flows is filled in")
    if one.missing or one.closes:
        return one.verdict
    return Text(f"ดุลไม่ปิด: {one.verdict.th}", f"not closed: {one.verdict.en}")


def json_of(
    rules: InventoryRules,
    totals: InventoryTotals,
    balances: Sequence[Balance],
    sheet: InventorySheet,
    population: int | None,
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """All of it for programs: as the inventory's page gives it, with the rows, gaps and warnings."""
    from mudmai.exchange.inventories.export import inventory_record
    from mudmai.methods.inventory_gaps import gaps_of

    gaps = [
        {
            "cell": gap.cell.id,
            "why_th": gap.why.th,
            "why_en": gap.why.en,
            "reasons": [
                {"kind": one.kind, "place": sheet.hinders[one.entry].words(file=False) if one.entry else None}
                for one in gap.reasons
            ],
        }
        for gap in gaps_of(rules, totals)
    ]
    return {
        **inventory_record(rules, totals, balances, facts={"population": population}),
        "per_head_is_least": bool(totals.open_cells),
        "rows": list(rows),
        "not_known": gaps,
        "warnings": [one.as_dict() for one in sheet.warnings],
    }
