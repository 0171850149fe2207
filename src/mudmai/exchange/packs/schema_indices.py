"""The shape of ``indices.yaml``: composite indices over formulas."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mudmai.exchange.packs.schema_base import Id, Number, PackPeriod, Part, Wording, Words

NormalisationName = Literal["minmax", "zscore", "goalposts", "rank", "target"]
AggregationName = Literal["arithmetic", "geometric", "harmonic", "copeland"]
MissingName = Literal["none", "reweight", "group_mean", "median"]


class IndexGroupPart(Part):
    """Indicators or groups that have one score together."""

    id: Id
    title: Wording
    parent: Id | None = Field(None, description="The group above; absent: the index itself.")
    weight: Number | None = Field(None, ge=0, description="Among the groups and indicators with the same parent.")
    aggregation: AggregationName | None = Field(None, description="Absent: that of the group above.")
    note: Wording | None = None


class IndexIndicatorPart(Part):
    """One figure of an index."""

    id: Id
    title: Wording
    formula: Words = Field(description="A formula over series of the pack and of the packs it requires.")
    denominator: Words | None = Field(None, description="A formula; the figure is `formula / denominator`.")
    unit: Id = Field(description="The unit of the figure.")
    group: Id | None = Field(None, description="Absent: directly under the index.")
    direction: Literal["more", "less"] = Field(description="Which is better.")
    low: Number | None = Field(None, description="Goalpost: the reference minimum, in the indicator's unit.")
    high: Number | None = Field(None, description="Goalpost: the reference maximum.")
    log: bool = Field(False, description="The natural logarithm of figure, goalposts and target is used.")
    cap: bool = Field(False, description="What lies outside the goalposts counts as the nearer one.")
    target: Number | None = Field(None, description="For the normalisation `target`.")
    treat: bool = Field(True, description="Outliers may be treated, where the index treats any.")
    weight: Number | None = Field(None, ge=0, description="Within the group; weights of a group add up to 1.")
    note: Wording = Field(description="What the figure is and why the goalposts stand where they stand.")
    source: Words | None = Field(
        None, description="Where the choice of indicator comes from. Sources of figures come with the figures."
    )


class TreatmentPart(Part):
    """When an indicator has outliers and how many of its points may be drawn in."""

    skewness: Number = Field(2.0, gt=0)
    kurtosis: Number = Field(3.5, gt=0)
    most_points: int = Field(5, ge=0, le=100)


class UncertaintyPart(Part):
    """Choices that could have been made otherwise, for rank intervals and sensitivity; the index's own always count."""

    normalisations: list[NormalisationName] = Field(default_factory=list)
    aggregations: list[AggregationName] = Field(default_factory=list)
    missing: list[MissingName] = Field(default_factory=list)
    noise: Literal["none", "uniform", "dirichlet"] = Field("dirichlet", description="How weights are drawn.")
    spread: Number = Field(
        0.25, ge=0, lt=1, description="`dirichlet`: relative standard deviation of an average weight; "
        "`uniform`: the most that a weight moves, of itself."
    )  # fmt: skip
    draws: int = Field(1000, ge=100, le=10_000)
    seed: int = Field(0, ge=0, description="The same seed gives the same intervals.")


class IndexPart(Part):
    """One composite index."""

    id: Id
    version: Words = Field(description='Version of the index, quoted: `"1.0"`.')
    title: Wording
    experimental: bool = Field(
        description="true: an example of method; pages and files say so. false: an organisation stands for it."
    )
    note: Wording = Field(description="What the index is.")
    is_not: Wording = Field(description="What it does not measure; shown before any score.")
    source: Words | None = Field(None, description="The publication that the method follows, if any.")
    area_system: Id
    level: Words = Field(description="The level of the system whose areas are scored.")
    period: PackPeriod | None = Field(
        None, description="The year of all figures. Absent: for each indicator the latest one that is well covered."
    )
    normalisation: NormalisationName = "minmax"
    aggregation: AggregationName = "arithmetic"
    weights: Literal["equal", "given", "budget", "pca", "entropy", "ahp"] = "equal"
    budget: dict[str, list[dict[str, Number]]] = Field(
        default_factory=dict, description="Group (or the index) → the points that each expert gave to its children."
    )
    pairwise: dict[str, list[list[Number]]] = Field(
        default_factory=dict,
        description="Group (or the index) → comparisons of its children in pairs, 1/9 to 9, in their order.",
    )
    missing: MissingName = Field(
        "none", description="`none`: an area without all figures has no score; `reweight`: over what is there; "
        "`group_mean`, `median`: a figure is put in, and shown as put in."
    )  # fmt: skip
    coverage_floor: Number = Field(0.5, ge=0, le=1, description="Share of true figures below which there is no score.")
    floor: Number | None = Field(
        None, gt=0, lt=1, description="Smallest normalised value; geometric and harmonic means need one."
    )
    scale: Literal[1, 100] = Field(100, description="The top of the scores.")
    treatment: TreatmentPart | None = Field(None, description="Absent: outliers stay as they are.")
    groups: list[IndexGroupPart] = Field(default_factory=list)
    indicators: list[IndexIndicatorPart] = Field(min_length=1, max_length=200)
    uncertainty: UncertaintyPart = Field(default_factory=lambda: UncertaintyPart.model_validate({}))


class IndicesFile(Part):
    """`indices.yaml`: composite indices over formulas, in any pack."""

    indices: list[IndexPart] = Field(min_length=1)
