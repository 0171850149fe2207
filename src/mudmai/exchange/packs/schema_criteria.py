"""The shape of files of criteria (``criteria.yaml``, ``criteria/*.yaml``): one file is one version of one set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mudmai.exchange.packs.schema_base import Id, Number, Part, Wording, Words

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Above = Annotated[float, Field(strict=True, gt=0, le=1e6, allow_inf_nan=False)]
Value = Annotated[int, Field(strict=True, ge=0, le=100)]
Months = Annotated[int, Field(strict=True, ge=1, le=600)]


class StepPart(Part):
    """One step of a scale."""

    value: Value = Field(description="0 is the lowest step; every scale has it.")
    share: Share | None = Field(
        None, description="Part of the points that it earns, 0 to 1; default: value over the highest value."
    )
    title: Wording = Field(description="When this step is the answer.")


class ChoicePart(Part):
    """One word that a fact may be."""

    id: Id
    title: Wording


class FactPart(Part):
    """A fact of the body, by which criteria fit or not."""

    id: Id
    kind: Literal["word", "words", "number", "yes_no"] = Field(
        description="`word`: one of `choices`; `words`: any of them; `number`; `yes_no`."
    )
    title: Wording
    choices: list[ChoicePart] = Field(default_factory=list)
    unit: Wording | None = None


class ClausePart(Part):
    """One condition on a fact of the body; exactly one of the comparisons."""

    fact: Id = Field(description="A fact of `facts`.")
    is_: list[str] | bool | None = Field(None, alias="is", description="One of these words; or `true`, `false`.")
    is_not: list[str] | None = Field(None, description="None of these words.")
    at_least: Number | None = None
    below: Number | None = None
    has: list[str] | None = Field(None, description="For a fact of kind `words`: at least one of these.")
    words: Wording = Field(description="What is asked and why, in a sentence; shown to the body.")


class LivePart(Part):
    """A figure of the workspace that proposes the answer."""

    formula: Words
    area_system: Id
    unit: Words
    direction: Literal["at_least", "at_most"] = Field(description="A step is reached by a figure at least, or at most.")
    bounds: dict[str, Number] = Field(min_length=1, description="Step → bound; steps as quoted numbers above 0.")
    source: Words = Field("", min_length=0)


class CriterionPart(Part):
    """One question."""

    id: Id
    part: Id = Field(description="A part of `parts`.")
    title: Wording
    question: Wording
    guidance: Wording | None = Field(None, description="How to answer, what counts.")
    side: Literal["paper", "outcome"] = Field(description="`paper`: plans, documents; `outcome`: what came about.")
    points: Above = Field(1.0, description="Counts against the other criteria of its part.")
    scale: Id | list[StepPart] = Field(description="A scale of `scales`, or steps of its own.")
    source: Id = Field(description="A source of `sources`.")
    clause: Words = Field("", min_length=0, description="Where in the source; written after it.")
    evidence: Annotated[int, Field(strict=True, ge=0, le=20)] = Field(
        0, description="Pieces of evidence that an answer above 0 needs."
    )
    live: LivePart | None = None
    fits: list[Id | ClausePart] = Field(
        default_factory=list, description="Conditions, all of which must hold: names of `fits`, or written here."
    )
    actions: list[Id] = Field(default_factory=list, description="Actions of `actions` that close the gap.")


class PartPart(Part):
    """A part of the set."""

    id: Id
    title: Wording
    weight: Above = Field(1.0, description="Counts against the other parts.")
    group: Words = Field("", min_length=0, description="Joins parts for rules of levels.")
    optional: bool = Field(False, description="The body chooses whether it claims this part.")
    note: Wording | None = None


class PartsRulePart(Part):
    """A rule over parts: at least `count` of the group (absent: every one claimed) score at least `score`."""

    score: Share
    group: Words = Field("", min_length=0)
    count: Annotated[int, Field(strict=True, ge=1)] | None = None
    compulsory: list[Id] = Field(default_factory=list, description="Parts that must be among them.")


class LevelPart(Part):
    """A level, lowest first."""

    id: Id
    title: Wording
    overall: Share = Field(description="Least score of the whole, 0 to 1.")
    parts: list[PartsRulePart] = Field(default_factory=list)


class ActionPart(Part):
    """What a body may do about a gap."""

    id: Id
    title: Wording
    text: Wording
    source: Words = Field("", min_length=0)
    years: Annotated[int, Field(strict=True, ge=1, le=30)] | None = Field(
        None, description="How long it usually takes."
    )


class RegisterPart(Part):
    """How certificates stand in the register."""

    months: Months | None = Field(None, description="How long one holds; absent: no end is set.")
    surveillance: Months | None = Field(None, description="Months between checks; absent: none.")
    renewal_progress: Share | None = Field(
        None, description="A renewal needs more than this share of what was promised."
    )
    series: list[Id] = Field(default_factory=list, description="Series counted from the register.")
    levels: list[Id] = Field(default_factory=list, description="Levels that the series count; none: every level.")
    dataset: Words = Field("", min_length=0, description="The dataset that they are published in.")
    note: Wording | None = Field(None, description="What is known of the term, and where from.")


class CriteriaFile(Part):
    """`criteria.yaml` or any file in `criteria/`: one version of one set of criteria."""

    id: Id = Field(description="Names this version in addresses.")
    scheme: Id = Field(description="Stays the same from version to version.")
    version: Words = Field(description="Quoted. Newest by its numbers.")
    title: Wording
    note: Wording = Field(description="What a reader must know.")
    source: Words = Field(description="What the whole rests on.")
    sources: dict[str, Words] = Field(min_length=1, description="Publications: name → document, agency, year.")
    scales: dict[str, list[StepPart]] = Field(default_factory=dict, description="Scales that criteria name.")
    facts: list[FactPart] = Field(default_factory=list)
    fits: dict[str, ClausePart] = Field(default_factory=dict, description="Conditions that criteria name.")
    parts: list[PartPart] = Field(min_length=1)
    criteria: list[CriterionPart] = Field(min_length=1)
    levels: list[LevelPart] = Field(default_factory=list)
    actions: list[ActionPart] = Field(default_factory=list)
    register_: RegisterPart | None = Field(None, alias="register")
    replaces: Words = Field("", min_length=0, description="Id of the version before.")
    breaks: Wording | None = Field(None, description="Why scores do not compare with the version before.")
