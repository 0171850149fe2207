"""Sums of inventories: they add up, scale, and never take missing for zero; balances close or say why not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.inventories import Counts, Entry, Factor, Level, Notation, checked_entry
from mudmai.core.inventory_units import MEASURES, Heat, converted, factor_unit, measure_of
from mudmai.core.language import same
from mudmai.exchange.inventories import shipped_inventory_rules
from mudmai.methods.balances import Flow, balance
from mudmai.methods.greenhouse_gas import added_up, breaks_between
from mudmai.methods.waste_emissions import landfill_methane, methane_potential, worked_out

RULES = shipped_inventory_rules()
AR5 = RULES.gwp("AR5")
CELLS = [cell.id for cell in RULES.cells.values()]


def fuel(co2: float = 1.0, ch4: float = 0.0, uncertainty: float | None = None) -> Factor:
    stated = {} if uncertainty is None else {"": uncertainty}
    return Factor("own", same("own"), "kg/kg", {"CO2": co2, "CH4": ch4}, same("test"), uncertainty=stated)


amounts = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False))
entries = st.builds(
    lambda id, cell, amount, co2, ch4, has: Entry(
        id=str(id), cell=cell, activity=str(id), amount=amount, unit="kg", factor=fuel(co2, ch4) if has else None
    ),
    st.integers(),
    st.sampled_from(CELLS),
    amounts,
    st.floats(0, 1e3),
    st.floats(0, 1e3),
    st.booleans(),
)
levels = st.sampled_from(list(Level))


@given(st.lists(entries, max_size=25), levels)
def test_totals_add_up_over_sectors_scopes_cells_and_gases(rows: list[Entry], level: Level) -> None:
    found = added_up(RULES, rows, level=level, gwp=AR5)
    whole = found.total.co2e
    parts = [found.sectors.values(), found.scopes.values(), found.sector_scopes.values()]
    parts.append([one.total for one in found.cells.values() if one.cell.counts in level.counted])
    for some in parts:
        known = [one.co2e for one in some if one.co2e is not None]
        assert (whole is None) == (not known)
        assert math.fsum(known) == pytest.approx(whole or 0.0)
        assert sum(one.unknown for one in some) == found.total.unknown
    gases = [value for gas in found.total.kg if (value := found.gas_co2e(gas)) is not None]
    assert math.fsum(gases) == pytest.approx(whole or 0.0)


@given(st.lists(entries, max_size=15), levels)
def test_missing_never_counts_as_zero(rows: list[Entry], level: Level) -> None:
    """Entries that are not known change no figure, only what is told to be unknown and open."""
    known = [one for one in rows if one.amount is not None and one.factor is not None]
    some, all_of_them = (added_up(RULES, one, level=level, gwp=AR5) for one in (known, rows))
    assert some.total.co2e == pytest.approx(all_of_them.total.co2e)
    counted = [one for one in rows if RULES.cells[one.cell].counts in level.counted]
    assert all_of_them.total.unknown == len(counted) - sum(1 for one in counted if one in known)
    if not any(one in known for one in counted):
        assert all_of_them.total.co2e is None
    for one in counted:
        if one not in known:
            assert all_of_them.cells[one.cell].is_open


@given(st.lists(entries, max_size=15), st.floats(1e-3, 1e3))
def test_scaling_the_activities_scales_the_total(rows: list[Entry], times: float) -> None:
    from dataclasses import replace

    more = [replace(one, amount=None if one.amount is None else one.amount * times) for one in rows]
    before, after = (added_up(RULES, some, level=Level.BASIC_PLUS, gwp=AR5) for some in (rows, more))
    if before.total.co2e is None:
        assert after.total.co2e is None
    else:
        assert after.total.co2e == pytest.approx(before.total.co2e * times, rel=1e-9, abs=1e-12)


@given(st.permutations(range(6)))
def test_the_order_of_entries_changes_nothing(order: list[int]) -> None:
    rows = [Entry(str(n), CELLS[n], str(n), 10.0**n / 3, "kg", fuel(1 / 3, 1e-5)) for n in range(6)]
    first = added_up(RULES, rows, level=Level.BASIC_PLUS, gwp=AR5).total
    assert added_up(RULES, [rows[n] for n in order], level=Level.BASIC_PLUS, gwp=AR5).total == first


def test_a_cell_without_anything_is_missing_and_one_that_does_not_occur_is_not() -> None:
    rows = [Entry("1", "I.1.1", "gas", notation=Notation.NOT_OCCURRING)]
    found = added_up(RULES, rows, level=Level.BASIC, gwp=AR5)
    assert not found.cells["I.1.1"].is_open and found.cells["I.1.1"].notation is Notation.NOT_OCCURRING
    assert found.cells["I.1.2"].is_missing
    assert found.total.co2e is None
    counted = [one for one in RULES.cells.values() if one.counts is Counts.BASIC]
    assert len(found.open_cells) == len(counted) - 1


def test_what_is_brought_in_from_outside_belongs_to_no_total() -> None:
    found = added_up(RULES, [Entry("1", "III.1.3", "waste", 100.0, "t", fuel())], level=Level.BASIC_PLUS, gwp=AR5)
    assert found.total.co2e is None
    assert found.apart[Counts.TERRITORIAL].co2e == pytest.approx(100.0)


def test_uncertainty_of_a_product_and_of_a_sum() -> None:
    """Equations 3.1 and 3.2: sqrt(3^2 + 4^2) = 5 for each; two equal ones give 5 / sqrt(2)."""
    rows = [Entry(str(n), "I.1.1", str(n), 100.0, "kg", fuel(uncertainty=4), uncertainty=3) for n in range(2)]
    found = added_up(RULES, rows, level=Level.BASIC, gwp=AR5)
    assert [one.uncertainty for one in found.entries] == pytest.approx([5, 5])
    assert found.total.uncertainty == pytest.approx(5 / math.sqrt(2))
    rows.append(Entry("3", "I.1.1", "3", 200.0, "kg", fuel()))
    found = added_up(RULES, rows, level=Level.BASIC, gwp=AR5)
    assert found.total.uncertainty is None
    assert found.total.stated == pytest.approx(0.5)


def test_a_gas_without_gwp_is_not_known() -> None:
    odd = Factor("x", same("x"), "kg/kg", {"CO2": 1, "SF6": 1}, same("x"))
    found = added_up(RULES, [Entry("1", "I.1.1", "x", 1.0, "kg", odd)], level=Level.BASIC, gwp=RULES.gwp("AR6"))
    assert found.total.co2e is None
    assert found.entries[0].why is not None and "SF6" in found.entries[0].why.en


def test_units_lead_to_each_other_or_are_refused_by_name() -> None:
    assert converted(1, measure_of("MWh"), measure_of("kWh")) == pytest.approx(1000)
    assert converted(1, measure_of("rai"), measure_of("ha")) == pytest.approx(0.16)
    with pytest.raises(InputError) as fault:
        converted(1, measure_of("L"), measure_of("TJ"), Heat(per_kg=43))
    assert fault.value.code == "inventory_unit"
    assert "litre (L)" in fault.value.message.en
    with pytest.raises(UnknownNameError):
        measure_of("บาร์เรล")
    for name in ("kg", "kWh/kg", "kg/", "kg/furlong"):
        with pytest.raises(UnknownNameError):
            factor_unit(name)


@given(st.sampled_from(MEASURES), st.sampled_from(MEASURES), st.floats(1e-6, 1e6))
def test_there_and_back(one: object, other: object, amount: float) -> None:
    from mudmai.core.inventory_units import Measure

    assert isinstance(one, Measure) and isinstance(other, Measure)
    if one.kind == other.kind:
        assert converted(converted(amount, one, other), other, one) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry("1", "I.1.1", "x", -1.0, "kg"), "inventory_amount"),
        (Entry("1", "I.1.1", "x", 1.0, "parsec"), "unknown_name"),
        (Entry("1", "I.9.9", "x", 1.0, "kg"), "unknown_name"),
        (Entry("1", "I.1.1", "x", 1.0, "kg", Factor("f", same("f"), "kg/kg", {}, same("f"))), "inventory_factor"),
        (Entry("1", "I.1.1", "x", 1.0, "kg", notation=Notation.NOT_ESTIMATED), "inventory_notation"),
        (Entry("1", "I.1.1", "x", notation=Notation.ELSEWHERE), "inventory_notation"),
    ],
)
def test_entries_that_cannot_be_are_refused(entry: Entry, code: str) -> None:
    with pytest.raises(InputError) as fault:
        checked_entry(entry, RULES)
    assert fault.value.code == code


def test_two_years_tell_where_factors_or_coverage_changed() -> None:
    old = [Entry("1", "I.1.1", "gas", 5.0, "kg", fuel(1)), Entry("2", "II.1.1", "cars", 5.0, "kg", fuel(1))]
    new = [Entry("3", "I.1.1", "Gas", 7.0, "kg", fuel(1)), Entry("4", "II.1.1", "cars", 5.0, "kg", fuel(2))]
    assert [one.cell for one in breaks_between(RULES, old, new)] == ["II.1.1"]
    new.append(Entry("5", "III.4.1", "pits", 5.0, "kg", fuel(2)))
    assert [one.cell for one in breaks_between(RULES, old, new, gwp=("AR4", "AR5"))] == ["", "II.1.1", "III.4.1"]


WASTE = RULES.balances["waste"]


def flows(**told: float | None) -> dict[str, Flow]:
    none = Flow(None, notation=Notation.NOT_OCCURRING)
    return {one.id: Flow(told[one.id], 10.0) if one.id in told else none for one in WASTE.flows}


def test_a_balance_that_closes_and_one_that_does_not() -> None:
    found = balance(WASTE, flows(made=100.0, landfilled=70.0, recycled=30.0))
    assert found.closes and found.gap == 0
    found = balance(WASTE, flows(made=100.0, landfilled=70.0, recycled=10.0))
    assert (found.gap, found.share) == (pytest.approx(20.0), pytest.approx(0.2))
    assert found.half_width == pytest.approx(math.sqrt(10**2 + 7**2 + 1**2))
    assert found.within is False and "beyond" in found.verdict.en


@given(st.sampled_from([one.id for one in WASTE.flows]))
def test_a_missing_flow_leaves_the_balance_open(flow: str) -> None:
    told = flows(made=100.0, landfilled=100.0)
    told[flow] = Flow(None)
    found = balance(WASTE, told)
    assert found.closes is None and found.gap is None and found.inflow is None
    assert [one.id for one in found.missing] == [flow]
    assert "not known" in found.verdict.en


def test_a_gap_inside_its_uncertainty_may_be_noise_and_without_uncertainty_that_is_not_known() -> None:
    assert balance(WASTE, flows(made=100.0, landfilled=95.0)).within is True
    told = flows(made=100.0, landfilled=95.0) | {"landfilled": Flow(95.0)}
    found = balance(WASTE, told)
    assert found.half_width is None and found.within is None
    with pytest.raises(InputError):
        balance(WASTE, {"made": Flow(-1.0)})


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_methane_is_never_more_than_carbon_allows(mcf: float, doc: float, docf: float, f: float) -> None:
    assert 0 <= methane_potential(mcf=mcf, doc=doc, docf=docf, f=f) <= doc * 16 / 12 + 1e-12


def test_impossible_parameters_are_named() -> None:
    with pytest.raises(InputError) as fault:
        methane_potential(mcf=1.2, doc=0.1, docf=0.5, f=0.5)
    assert fault.value.where.field == "mcf"
    with pytest.raises(InputError) as fault:
        landfill_methane(10, mcf=1, doc=0.15, docf=0.5, f=0.5, recovered=1, oxidation=0)
    assert fault.value.where.field == "recovered"
    with pytest.raises(InputError) as fault:
        worked_out("landfill", {"mcf": 1})
    assert fault.value.where.field == "doc"
