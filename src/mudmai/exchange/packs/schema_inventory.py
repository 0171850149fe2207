"""The shape of ``inventory.yaml``: tables of city inventories of greenhouse gases."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mudmai.exchange.packs.schema_base import Id, Number, Part, Wording, Words

Amount = Annotated[Number, Field(ge=0)]
"""A number of zero or more."""


class CellPart(Part):
    """A sub-sector in one scope."""

    id: Id
    scope: Literal[1, 2, 3]
    counts: Literal["basic", "basic_plus", "territorial", "optional"] = Field(
        description="In the total of BASIC, of BASIC+ as well, or of none."
    )
    title: Wording


class SubSectorPart(Part):
    """A sub-sector with its cells."""

    id: Id
    title: Wording
    cells: list[CellPart] = Field(min_length=1)


class SectorPart(Part):
    """A sector."""

    id: Id
    title: Wording
    sub_sectors: list[SubSectorPart] = Field(min_length=1)


class GwpPart(Part):
    """A set of global warming potentials."""

    id: Id
    title: Wording
    source: Wording
    note: Wording | None = None
    values: dict[str, Amount] = Field(min_length=1, description="Gas → kg CO2e for one kg.")


class HeatPart(Part):
    """Net heat values of a fuel, in MJ."""

    per_kg: float | None = Field(None, gt=0)
    per_m3: float | None = Field(None, gt=0)


class FactorPart(Part):
    """An emission factor: given (`unit`, `gases`) or worked out (`method`, `parameters`)."""

    id: Id
    title: Wording
    unit: Words | None = Field(None, description="Gas for one unit of activity: `kg/TJ`, `g/kg`, `kg/m3`, ...")
    gases: dict[str, Amount] = Field(default_factory=dict, description="Gas → how much of it.")
    method: Id | None = Field(None, description="`landfill`, `wastewater`, `effluent` or `incineration`.")
    parameters: dict[str, Amount] = Field(default_factory=dict)
    source: Wording
    year: int | None = Field(None, ge=1900, le=2200)
    cells: list[Id] = Field(default_factory=list, description="Cells, sub-sectors or sectors that it is meant for.")
    heat: HeatPart | None = None
    uncertainty: dict[str, Amount] = Field(default_factory=dict, description="Gas or `all` → per cent.")
    note: Wording | None = None


class NoFactorPart(Part):
    """Cells for which no factor is given, and why."""

    cells: list[Id] = Field(min_length=1)
    why: Wording


class FlowPart(Part):
    """A flow of a balance."""

    id: Id
    side: Literal["in", "out"]
    title: Wording


class BalancePart(Part):
    """A balance that ought to close."""

    id: Id
    title: Wording
    unit: Words
    flows: list[FlowPart] = Field(min_length=2)


class InventoryFile(Part):
    """`inventory.yaml`: sectors, scopes, GWP sets, emission factors and balances of city inventories."""

    id: Id
    title: Wording
    source: Wording
    series: Id | None = Field(None, description="Series that released inventories are published into.")
    population_series: Id | None = Field(
        None, description="Series that takes the population of released inventories, for figures a head."
    )
    dataset: Id | None = Field(None, description="Name of the table in releases that holds them.")
    sectors: list[SectorPart] = Field(min_length=1)
    gwp_sets: list[GwpPart] = Field(min_length=1, description="The first is proposed for new inventories.")
    no_factor: list[NoFactorPart] = Field(default_factory=list)
    factors: list[FactorPart] = Field(default_factory=list)
    balances: list[BalancePart] = Field(default_factory=list)
