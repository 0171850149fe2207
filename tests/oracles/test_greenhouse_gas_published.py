"""Emissions against tables that others published and worked out by hand (see ../shared/design/methods.md).

``citycatalyst_stationary_validation.csv`` is a sheet in which every row was worked out by hand beside two states of a
programme. All 56 rows agree with the hand's figure, rounded as it is there. The sheet's column of the programme in use
differs in every row that it has, and the sheet itself says that it is in error; a test states by how much.

One habit of the sheet is not ours, and a test shows it: carbon dioxide of wood, charcoal and other biomass is counted
in its total, where the GPC reports it apart.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mudmai.core.inventories import BIOGENIC, Entry, Factor, GwpSet
from mudmai.core.inventory_units import Heat, converted, measure_of
from mudmai.core.language import same
from mudmai.exchange.inventories import shipped_inventory_rules
from mudmai.methods.greenhouse_gas import combined_uncertainty, emissions_of
from mudmai.methods.waste_emissions import (
    landfill_methane,
    methane_potential,
    organic_load,
    wastewater_methane,
    wastewater_nitrous_oxide,
)

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/methods/ghg"
SHEET = SHARED / "citycatalyst_stationary_validation.csv"
needs_shared = pytest.mark.skipif(not SHEET.exists(), reason="../shared/data is not beside this checkout")

BIOMASS = {"charcoal", "firewood", "wood-wood-waste", "other-primary-solid-biomass"}
"""Fuels whose carbon dioxide the sheet counts in the total."""
NOT_IN_PRODUCTION = 19
"""Rows for which the sheet's production column has no figure ("NA": the form did not offer them)."""


def sheet_rows() -> list[dict[str, str]]:
    if not SHEET.exists():
        return []
    with SHEET.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def worked(row: dict[str, str]) -> float:
    gases = {gas: float(row[f"{gas.lower()}_global_api"]) for gas in ("CO2", "CH4", "N2O")}
    gwp = GwpSet("sheet", same("sheet"), same("sheet"), {gas: float(row[f"{gas.lower()}_gwp"]) for gas in gases})
    factor = Factor(row["fuel_type"], same(row["fuel_type"]), row["units_in_GlobalAPI"], gases, same("sheet"))
    amount, unit = float(row["total_fuel_value"]), row["total_fuel_units"]
    found = emissions_of(Entry("1", row["subsector"], "fuel", amount, unit, factor), gwp).co2e
    assert found is not None
    return found


@needs_shared
def test_the_sheet_has_56_rows() -> None:
    assert len(sheet_rows()) == 56


@needs_shared
@pytest.mark.parametrize("row", sheet_rows(), ids=lambda row: f"{row['subsector']}-{row['fuel_type'][10:]}")
def test_every_row_worked_out_by_hand(row: dict[str, str]) -> None:
    assert worked(row) == pytest.approx(float(row["Final_emissions_CO2e_manually_tonnes"]), abs=0.005000001)


@needs_shared
def test_where_the_production_column_differs_it_is_in_error_in_every_row() -> None:
    """None of its figures is the product of the row's own factors; they lie 0.06 to 0.31 t above whatever the fuel."""
    rows = [row for row in sheet_rows() if row["Final_emissions_CO2e_prod_tonnes"] != "NA"]
    off = [float(row["Final_emissions_CO2e_prod_tonnes"]) - worked(row) for row in rows]
    assert len(sheet_rows()) - len(rows) == NOT_IN_PRODUCTION
    assert min(off) > 0.05 and max(off) < 0.35


@needs_shared
def test_biomass_rows_as_the_protocol_reports_them() -> None:
    """The same rows with their carbon dioxide told apart: the total falls by exactly that."""
    rows = [row for row in sheet_rows() if row["fuel_type"].removeprefix("fuel-type-") in BIOMASS]
    assert len(rows) == 9
    for row in rows:
        gases = {BIOGENIC: float(row["co2_global_api"]), "CH4": float(row["ch4_global_api"])}
        gases["N2O"] = float(row["n2o_global_api"])
        factor = Factor("f", same("f"), row["units_in_GlobalAPI"], gases, same("sheet"))
        found = emissions_of(
            Entry("1", "I.1.1", "fuel", float(row["total_fuel_value"]), row["total_fuel_units"], factor),
            shipped_inventory_rules().gwp("AR5"),
        )
        assert found.co2e is not None and found.biogenic is not None
        assert found.co2e + found.biogenic == pytest.approx(worked(row))


@needs_shared
def test_shipped_factors_are_those_of_the_sheet_where_it_counts_by_mass() -> None:
    """IPCC 2006 by table, multiplied with the heat value, against the sheet's kilograms per kilogram."""
    named = {"anthracite": "anthracite", "sub-bituminous-coal": "subbit", "lignite": "lignite", "charcoal": "charcoal"}
    rules, seen = shipped_inventory_rules(), 0
    for row in sheet_rows():
        fuel = named.get(row["fuel_type"].removeprefix("fuel-type-"))
        factor = rules.factors.get(f"industry-{fuel}")
        if row["units_in_GlobalAPI"] != "kg/kg" or factor is None:
            continue
        kilograms = converted(1, measure_of("kg"), measure_of("TJ"), factor.heat)
        carbon = factor.gases.get("CO2", factor.gases.get(BIOGENIC, 0.0)) * kilograms
        assert carbon == pytest.approx(float(row["co2_global_api"]), rel=1e-6)
        seen += 1
    assert seen >= 8


@needs_shared
def test_gwp_of_the_fifth_report() -> None:
    with (SHARED / "gwp_ar5.csv").open(encoding="utf-8-sig") as file:
        told = {row["gas"]: float(row["co2eq_per_kg"]) for row in csv.DictReader(file)}
    values = shipped_inventory_rules().gwp("AR5").values
    assert {gas: values[gas] for gas in told} == told


@needs_shared
def test_correction_factors_of_wastewater() -> None:
    with (SHARED / "mcf_values_c40.csv").open(encoding="utf-8-sig") as file:
        told = sorted(float(row["VALUE"]) for row in csv.DictReader(file))
    factors = shipped_inventory_rules().factors.values()
    assert sorted(f.parameters["mcf"] for f in factors if f.method == "wastewater") == told


def test_gwps_of_three_reports() -> None:
    sets = shipped_inventory_rules().gwp_sets
    found = {name: (one.values["CO2"], one.values["CH4"], one.values["N2O"]) for name, one in sets.items()}
    assert found == {"AR4": (1, 25, 298), "AR5": (1, 28, 265), "AR6": (1, 27.0, 273)}


def test_methane_commitment_of_food_waste() -> None:
    """GPC 1.1, equation 8.4, with the defaults of IPCC 2006: 15 % carbon, half of it decomposes, half is methane."""
    assert methane_potential(mcf=1, doc=0.15, docf=0.5, f=0.5) == pytest.approx(0.05)
    found = landfill_methane(1000, mcf=0.8, doc=0.15, docf=0.5, f=0.5, recovered=0, oxidation=0.1)
    assert found == pytest.approx(1000 * 0.8 * 0.15 * 0.5 * 0.5 * 4 / 3 * 0.9)


def test_wastewater_by_hand() -> None:
    """IPCC 2006, volume 5, equations 6.1, 6.3, 6.7 and 6.8 for 1,000 persons in Asia with septic tanks."""
    load = organic_load(1000, bod_per_day=40, industrial=1.0)
    assert load == pytest.approx(14_600)
    assert wastewater_methane(load, bo=0.6, mcf=0.5) == pytest.approx(4_380)
    found = wastewater_nitrous_oxide(1000, protein=21.9, npr=0.16, other=1.1, industrial=1.25, ef=0.005)
    assert found == pytest.approx(1000 * 21.9 * 0.16 * 1.1 * 1.25 * 0.005 * 44 / 28)


def test_a_tonne_of_plastics_burned_gives_2750_kilograms() -> None:
    """IPCC 2006, volume 5, table 2.4: 75 % carbon, all of it fossil; burned wholly, times 44/12."""
    assert shipped_inventory_rules().factor("incineration-plastics").gases["CO2"] == pytest.approx(2.75)


def test_error_propagation_by_hand() -> None:
    """IPCC 2006, volume 1, equation 3.2: 100 with 5 % and 200 with 10 % give 300 with 6.87 %."""
    assert combined_uncertainty([100, 200], [5, 10]) == pytest.approx((5**2 * 100**2 + 10**2 * 200**2) ** 0.5 / 300)


def test_a_litre_of_thai_diesel() -> None:
    """DEDE: 36.42 MJ a litre; with 74,100 kg/TJ that is 2.6987 kg of carbon dioxide."""
    factor = shipped_inventory_rules().factor("road-diesel")
    assert converted(1, measure_of("L"), measure_of("TJ"), Heat(per_m3=36420)) * 74_100 == pytest.approx(
        2.6987, abs=5e-5
    )
    assert factor.heat.per_m3 == 36420


def test_electricity_of_the_grid() -> None:
    """1,000 MWh by hand: 1,000,000 kWh x 0.4750 kg = 475 t; the figure is the same under every set."""
    rules = shipped_inventory_rules()
    grid = rules.factors["grid-2569"]
    assert grid.fits("I.1.2") and grid.fits("II.5.2") and not grid.fits("I.1.3") and not grid.fits("I.1.1")
    for gwp in ("AR4", "AR5", "AR6"):
        found = emissions_of(Entry("a", "I.1.2", "power", 1000.0, "MWh", grid), rules.gwp(gwp))
        assert found.co2e == pytest.approx(475.0)
