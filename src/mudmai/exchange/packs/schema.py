"""The shape of the files of a pack, as pydantic models: every key, its type and what it means.

A key that is not declared here is an error. Meaning beyond shape (unknown ids, units of formulas, deadlines) is
checked by the modules beside this one. The descriptions are the reference for pack writers:
``docs/reference/packs.md`` is generated from :func:`schema_json`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from mudmai.core.datasets import DataClass, DataType, GeoUnit, Governance, Objective, UpdateUnit
from mudmai.exchange.packs.schema_base import ID_PATTERN, Id, Number, PackPeriod, Part, Wording, Words
from mudmai.exchange.packs.schema_checks import CheckPart, SchemaPart
from mudmai.exchange.packs.schema_forms import FormsFile

__all__ = ["FILES", "ID_PATTERN", "Id", "Number", "PackPeriod", "Part", "Wording", "Words", "schema_json"]

# pack.yaml -----------------------------------------------------------------------------------------------------------


class PackFile(Part):
    """`pack.yaml`: what this pack is."""

    pack: Id = Field(description="The pack's id, equal to the name of its folder.")
    kind: Literal["plan", "areas", "overlay", "forms", "criteria"] = Field(
        description="`plan`: a plan with its figures; `areas`: area systems only; `overlay`: definitions added to "
        "other packs (series, formulas, datasets, readings), no plan and no areas of its own; `forms`: layouts of "
        "official forms; `criteria`: sets of criteria that cities are assessed by."
    )
    version: str = Field(min_length=1, description='Version of the content, quoted: `"1.0"`.')
    title: Wording = Field(description="Name of the pack.")
    note: Wording | None = Field(None, description="What a reader must know about the content.")
    requires: list[Id] = Field(
        default_factory=list, description="Ids of packs whose areas, units and sources are used."
    )
    replaces: list[Id] = Field(
        default_factory=list,
        description="Ids of series and named formulas of required packs that an overlay means to replace; without it, "
        "an id that is taken is refused.",
    )
    fiscal_year_starts: int = Field(
        10, ge=1, le=12, description="Month in which the fiscal year starts (10: 1 October)."
    )


# areas.yaml ----------------------------------------------------------------------------------------------------------


class SystemPart(Part):
    """One area system and its table."""

    id: Id
    title: Wording
    note: Wording | None = None
    table: str = Field(
        description="CSV in the pack: `code,name_th,name_en,level,parent,valid_from,valid_to,aliases`; "
        "aliases joined by `|`."
    )


class CrosswalkPart(Part):
    """A declared passage between two area systems: by equal codes at named levels, or by a table of links."""

    origin: Id
    destination: Id
    by_equal_code: list[str] | None = Field(None, description="Levels at which equal codes mean the same place.")
    links: str | None = Field(
        None, description="CSV `origin,destination,weight` (weight: share of an additive value, 0-1)."
    )
    both_ways: bool = Field(False, description="Also declare the way back (only for links of weight 1).")
    method: Wording = Field(description="How the passage was made, for the reader of a figure that crossed it.")


class AreasFile(Part):
    """`areas.yaml`: area systems and crosswalks."""

    systems: list[SystemPart] = Field(default_factory=list)
    crosswalks: list[CrosswalkPart] = Field(default_factory=list)


# units.yaml, sources.yaml, methods.yaml ------------------------------------------------------------------------------


class UnitPart(Part):
    """A unit: product of base units with a scale. `percent`, `ratio` and `number` are built in."""

    id: Id
    label: Wording
    base: dict[str, int] = Field(default_factory=dict, description="Base units and exponents: `{THB: 1, person: -1}`.")
    scale: int | Annotated[str, Field(pattern=r"^[0-9]{1,18}(/[0-9]{1,18})?$")] = Field(
        1, description='Exact scale: `1000000`, or a fraction in quotes: `"1/100"`.'
    )
    decimals: int = Field(2, ge=0, le=12, description="Decimals shown by default.")


class UnitsFile(Part):
    """`units.yaml`: units used by the series."""

    units: list[UnitPart]


class SourcePart(Part):
    """A publication that figures are taken from."""

    id: Id
    publisher: Wording
    title: Wording
    edition: str = Field("", description="Year or version as printed, quoted.")
    url: str | None = Field(None, description="Public address, http or https.", pattern=r"^https?://\S+$")
    licence: str = ""
    note: Wording | None = Field(None, description="What must be known before quoting.")


class SourcesFile(Part):
    """`sources.yaml`: publications."""

    sources: list[SourcePart]


class MethodPart(Part):
    """How values were measured; two methods never make one line."""

    id: Id
    title: Wording
    note: Wording | None = None


class MethodsFile(Part):
    """`methods.yaml`: methods of measurement."""

    methods: list[MethodPart]


# series.yaml, derived.yaml -------------------------------------------------------------------------------------------


class AggregationPart(Part):
    """How values of parts make the value of the whole."""

    rule: Literal["sum", "weighted_mean", "ratio_of_sums", "none"]
    weight: Id | None = Field(None, description="Series of the weights (`weighted_mean`).")
    numerator: Id | None = Field(None, description="Series above the line (`ratio_of_sums`).")
    denominator: Id | None = Field(None, description="Series below the line (`ratio_of_sums`).")


class DimensionCode(Part):
    """One category of a dimension."""

    code: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.+-]+$")
    label: Wording


class DimensionPart(Part):
    """A disaggregation (sex, industry): its categories without the total."""

    id: Id
    title: Wording
    codes: list[DimensionCode] = Field(min_length=1)


class BreakPart(Part):
    """From this period on, values are made by another method; nothing is compared across it."""

    period: PackPeriod
    reason: Wording


class SeriesPart(Part):
    """A measured quantity."""

    id: Id
    title: Wording
    area_system: Id
    frequency: Literal["annual", "fiscal", "quarterly", "monthly"]
    unit: Id
    aggregation: AggregationPart = Field(description="`{rule: none}` when parts must not be added up.")
    dimensions: list[DimensionPart] = Field(default_factory=list)
    breaks: list[BreakPart] = Field(default_factory=list)
    source: Id = Field(description="Source of observations that name none.")
    method: Id = Field(description="Method of observations that name none.")
    note: Wording | None = None
    minimum: Number | None = Field(None, description="Smallest possible value; less is refused on import.")
    maximum: Number | None = Field(None, description="Largest possible value; more is refused on import.")


class SeriesFile(Part):
    """`series.yaml`: series."""

    series: list[SeriesPart]


class DerivedPart(Part):
    """A named formula that other formulas may use."""

    id: Id
    title: Wording
    formula: Words
    note: Wording | None = None


class DerivedFile(Part):
    """`derived.yaml`: named formulas."""

    formulas: list[DerivedPart]


# readings.yaml -------------------------------------------------------------------------------------------------------


class AddedReadingPart(Part):
    """A further way to read an indicator of a required plan."""

    plan: Id = Field(description="Id of the plan.")
    indicator: Id = Field(description="Id of the indicator; its default reading stays.")
    id: Id
    title: Wording
    formula: Words = Field(description="A formula in the indicator's area system, giving the indicator's unit.")
    why: Wording | None = Field(None, description="What speaks for this reading.")
    method: Wording | None = Field(None, description="How the figure is made.")


class ReadingsFile(Part):
    """`readings.yaml`: readings that an overlay adds to plans of the packs it requires."""

    readings: list[AddedReadingPart]


# datasets.yaml -------------------------------------------------------------------------------------------------------

DATASET_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


class OrganisationPart(Part):
    """A publisher of datasets."""

    id: Annotated[str, Field(pattern=DATASET_ID, max_length=60)]
    name: Wording
    url: str | None = Field(None, description="Public address, http or https.", pattern=r"^https?://\S+$")


class ContactPart(Part):
    """Whom to ask: a unit, never a person by name."""

    name: Wording
    email: str = Field(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$", max_length=254)


class SumPart(Part):
    """A series that is the sum of others."""

    total: Id
    parts: list[Id] = Field(min_length=1)


class DisclosurePart(Part):
    """Counts that are too small to be shown, and how well they are protected."""

    counts: list[Id] = Field(min_length=1, description="Series of the dataset that count people or things.")
    threshold: Annotated[float, Field(gt=0, le=1000)] = Field(5, description="A count below this is small.")
    zeros: Literal["show", "hide"] = Field("show", description="`hide`: a count of zero is small too.")
    protection: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        None,
        description="Least distance between the lowest and the highest value that a reader can work out for a small "
        "count; default: the threshold.",
    )
    dimensions: list[str] | None = Field(
        None, description="Dimensions whose parts add up to the total; default: all of the counts' dimensions."
    )
    along: list[Id] = Field(
        default_factory=list, description="Series worked out from the counts: hidden wherever a count is."
    )
    sums: list[SumPart] = Field(default_factory=list, description="Counts that are sums of other counts.")


class DatasetPart(Part):
    """Metadata of one dataset, in the terms of the Thai government data catalogue."""

    id: Annotated[str, Field(pattern=DATASET_ID, max_length=60)] = Field(
        description="Lower-case letters, digits and hyphens; part of public addresses."
    )
    title: Wording
    notes: Wording = Field(description="What it holds and what must be known before using it.")
    publisher: str = Field(description="An id under `organisations`.")
    contact: ContactPart
    licence: str = Field(description="`not-stated`, `cc0`, `cc-by`, `cc-by-sa`, `cc-by-nc`, `odc-pddl`, `dga-ogl`.")
    tags: list[Wording] = Field(min_length=1)
    objectives: list[Objective] = Field(min_length=1, description="What the data is kept for.")
    update: UpdateUnit = Field(description="How often the publisher renews it.")
    interval: int = Field(1, ge=1, le=100, description="Units of `update` between two renewals.")
    geo_unit: GeoUnit = Field(description="The finest area with figures.")
    data_source: Wording = Field(description="Where the figures come from: survey, register, accounts.")
    data_class: DataClass = Field(description="`open`: served to everybody; `shared`, `internal`: never by the doors.")
    data_type: DataType = DataType.STATISTICS
    governance: Governance = Governance.PUBLIC
    official_statistics: bool = False
    series: list[Id] = Field(min_length=1, description="The series it holds.")
    tables: list[str] = Field(
        min_length=1, description="Names of its tables in releases; a file `data/x.csv` is `<pack>/x`."
    )
    disclosure: DisclosurePart | None = Field(
        None, description="Small counts are hidden before anything is public; the whole stays in the internal store."
    )
    url: str | None = Field(None, description="The publisher's own page.", pattern=r"^https?://\S+$")
    table_schema: SchemaPart | None = Field(
        None, alias="schema", description="Constraints of columns, in the words of Frictionless Table Schema."
    )
    checks: list[CheckPart] = Field(
        default_factory=list, description="Checks of files that are sent in; none: duplicates, changed history, jumps."
    )


class DatasetsFile(Part):
    """`datasets.yaml`: what the catalogue says about the pack's data."""

    organisations: list[OrganisationPart] = Field(min_length=1)
    datasets: list[DatasetPart] = Field(min_length=1)


# plan.yaml -----------------------------------------------------------------------------------------------------------


class RulePart(Part):
    """One rule of judgement."""

    form: Literal["parent", "base_period", "absolute", "cumulative_by", "count_by", "direction"] = Field(
        description="`parent`: against the parent area in the same period; `base_period`: against the area's own value "
        "in `base`; `absolute`: against `target`; `cumulative_by`: the amount since `base` reaches `target` by "
        "`deadline` (the formula itself adds up: `cumulative(x, since=2023)`); `count_by`: a count reaches `target` by "
        "`deadline`, the path starting from the value in `base`; `direction`: moves one way against the step before "
        "(or `base`)."
    )
    operator: Literal[">=", ">", "<=", "<"] = Field(
        description="How the value must stand to what it is compared with; quoted."
    )
    target: Number | None = Field(
        None, description="In the indicator's unit (`absolute`, `cumulative_by`, `count_by`)."
    )
    base: PackPeriod | None = None
    deadline: PackPeriod | None = None
    note: Wording | None = Field(None, description="What the rule leaves out or assumes.")


class TargetPart(Part):
    """The target of one named area; the rest of the rule is the indicator's."""

    area: Id
    target: Number
    note: Wording | None = None


class ExceptionPart(Part):
    """A named area with a rule of its own."""

    area: Id
    rule: RulePart


class ReadingPart(Part):
    """One way to read the indicator where the document leaves a choice open."""

    id: Id
    title: Wording
    formula: Words = Field(description="A formula in the indicator's area system, giving the indicator's unit.")
    why: Wording | None = Field(None, description="What speaks for this reading.")
    method: Wording | None = Field(None, description="How the figure is made.")


class LevelPart(Part):
    """All areas of one level of the area system, in its order."""

    level: Id


class IndicatorPart(Part):
    """An indicator: what is promised and how it is judged."""

    id: Id
    goal: Id
    title: Wording
    unit: Id
    area_system: Id
    areas: LevelPart | list[Id] = Field(description="`{level: region}` or a list of codes: the areas that are judged.")
    rule: RulePart
    targets: list[TargetPart] = Field(default_factory=list, description="One target per named area.")
    exceptions: list[ExceptionPart] = Field(default_factory=list, description="Areas with another rule.")
    readings: list[ReadingPart] = Field(min_length=1)
    default_reading: Id
    why_default: Wording | None = None
    step: int = Field(1, ge=1, le=40, description="Periods between two regular observations.")
    projection: Literal["drift", "trend", "none"] | None = Field(
        None,
        description="How the way to a deadline is projected, for indicators that have one (default `drift`): `drift`, "
        "a random walk with drift; `trend`, a straight least-squares trend; `none`, no projection, only the straight "
        "line to the target and the change that is needed.",
    )
    can_fall: bool = Field(
        True, description="`false` for a count that only ever grows: it is not projected below its latest figure."
    )
    within: Id | None = Field(
        None,
        description="A level inside the judged areas (such as `province`) whose areas are held against every area "
        "above them by the same rule; shown apart and never counted. For rules of the form `parent`.",
    )
    method: Wording | None = Field(None, description="Method note shown beside every figure.")
    proxy: Wording | None = Field(
        None, description="What the figures stand for where the document's own quantity is not published."
    )
    source_clause: str = Field("", description="Where the document says it.")
    plan_text: Wording | None = Field(None, description="The clause in our own words.")


class GoalPart(Part):
    """A goal of the plan."""

    id: Id
    title: Wording
    plan_text: Wording | None = None


class StrategyPart(Part):
    """A strategy, or with `parent` a sub-strategy."""

    id: Id
    title: Wording
    parent: Id | None = None
    text: Wording | None = None
    goals: list[Id] = Field(default_factory=list, description="Goals it serves, where the plan says so.")


class UpwardPart(Part):
    """What the plan serves above itself."""

    id: Id
    framework: Wording
    title: Wording
    text: Wording | None = None


class SituationPart(Part):
    """A figure of the situation that the plan starts from."""

    id: Id
    title: Wording
    formula: Words
    area_system: Id
    areas: list[Id] = Field(min_length=1)
    period: PackPeriod
    unit: Id
    stated: dict[str, Number] = Field(
        default_factory=dict, description="Area code → the figure as the document prints it."
    )
    source_clause: str = ""
    note: Wording | None = None


class PlanPart(Part):
    """The plan itself."""

    id: Id
    title: Wording
    summary: Wording | None = None
    first: PackPeriod = Field(description="First period in force.")
    last: PackPeriod = Field(description="Last period in force.")
    source: Id = Field(description="Source that the plan's text is read from.")
    publisher: Wording


class PlanFile(Part):
    """`plan.yaml`: goals, indicators, strategies, links upward, situation."""

    plan: PlanPart
    goals: list[GoalPart] = Field(min_length=1)
    indicators: list[IndicatorPart] = Field(min_length=1)
    strategies: list[StrategyPart] = Field(default_factory=list)
    upward: list[UpwardPart] = Field(default_factory=list)
    situation: list[SituationPart] = Field(default_factory=list)


class NameFormsFile(Part):
    """`name_forms.yaml`: words around and inside names of areas, for reading names in files of offices. No codes."""

    prefixes: dict[str, str] = Field(
        default_factory=dict, description="Word before a name → the level it tells, empty for none."
    )
    suffixes: dict[str, str] = Field(default_factory=dict, description="Word after a name → the level it tells.")
    spellings: dict[str, str] = Field(
        default_factory=dict, description="Another spelling or abbreviation → the name as the area tables have it."
    )
    whole: list[str] = Field(default_factory=list, description="Words that stand for the area without a parent.")
    short_of_parent: list[str] = Field(
        default_factory=list, description="Names that mean this word followed by the name of the area above."
    )
    words: dict[str, str] = Field(
        default_factory=dict, description="Another word inside a name → the word of the area tables."
    )


FILES: dict[str, type[Part]] = {
    "pack.yaml": PackFile,
    "areas.yaml": AreasFile,
    "name_forms.yaml": NameFormsFile,
    "units.yaml": UnitsFile,
    "sources.yaml": SourcesFile,
    "methods.yaml": MethodsFile,
    "series.yaml": SeriesFile,
    "derived.yaml": DerivedFile,
    "readings.yaml": ReadingsFile,
    "datasets.yaml": DatasetsFile,
    "plan.yaml": PlanFile,
    "forms.yaml": FormsFile,
}
"""The YAML files of a pack and their shapes, in the order in which they are read."""

READ_ELSEWHERE = ("criteria.yaml", "flat.yaml", "indices.yaml", "inventory.yaml", "links.yaml", "print.yaml")
"""Files whose shape is checked where they are read (``exchange/forms``, ``exchange/criteria`` and the like)."""


def schema_json() -> dict[str, Any]:
    """JSON Schema (2020-12) of every YAML file of a pack, by file name.

    >>> "plan.yaml" in schema_json()
    True
    """
    return {name: model.model_json_schema() for name, model in FILES.items()}
