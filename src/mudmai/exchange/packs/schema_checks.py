"""The shape of ``schema:`` and ``checks:`` of a dataset."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mudmai.core.checks import CheckKind, Incomplete, Severity
from mudmai.exchange.packs.schema_base import Id, Number, PackPeriod, Part, Wording

Amount = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
"""A number that is not below 0."""


class ConstraintsPart(Part):
    """Constraints of one column (Table Schema 1)."""

    required: bool = Field(False, description="No empty cell.")
    minimum: Number | None = Field(None, description="Of `value` only.")
    maximum: Number | None = Field(None, description="Of `value` only.")
    enum: list[str] = Field(default_factory=list, description="The words that may stand there; of text columns only.")
    pattern: str = Field("", description="A regular expression for the whole text; of text columns only.")


class ColumnPart(Part):
    """One column of the tidy table."""

    name: str = Field(
        description="`area_system`, `area`, `period`, `series`, `value`, `flag`, `source`, `method`, or a dimension."
    )
    type: Literal["string", "number", "integer"] = Field("string", description="`number` and `integer`: `value` only.")
    constraints: ConstraintsPart | None = None


class SchemaPart(Part):
    """`schema`: what the columns of the dataset's files may hold; also written into its data package."""

    fields: list[ColumnPart] = Field(min_length=1)


class TolerancePart(Part):
    """How far off a figure may be; the largest of what is given counts."""

    absolute: Amount = Field(0.0, description="In the series' own unit.")
    relative: Amount = Field(0.0, description="A share of the expected figure: 0.01 is one per cent.")
    rounded_to: Amount = Field(
        0.0, description="Figures are rounded to this (1, 0.1, 0.01); a sum may be off by half of it for each figure."
    )


class CheckPart(Part):
    """One check. `parts`: a whole against the sum of its parts; `range`: limits of a figure; `jump`: against the figure
    before it; `history`: published figures that the file changes; `coverage`: areas and periods that must be there;
    `duplicates`: one fact told twice; `identity`: a figure against a formula; `monotone`: a figure that only rises."""

    id: Id = Field(description="Unique among the checks of the dataset; accepted exceptions are remembered by it.")
    kind: CheckKind
    severity: Severity = Field(
        Severity.ERROR, description="`error` stops submission until mended or accepted with a reason; `warning` tells."
    )
    series: list[Id] = Field(default_factory=list, description="Series of the dataset it looks at (none: all).")
    why: Wording | None = Field(None, description="The check in words, shown to who sends the file.")
    tolerance: TolerancePart | None = Field(None, description="For `parts`, `history`, `identity`, `monotone`.")
    levels: list[Id] = Field(default_factory=list, description="Levels of areas it looks at (none: all).")
    first: PackPeriod | None = Field(None, description="First period it looks at.")
    last: PackPeriod | None = Field(None, description="Last period it looks at.")
    whole: str = Field("", description="`parts`: level of the whole; empty: the parent of each part.")
    parts: str = Field("", description="`parts`: level of the parts, such as `province`.")
    dimension: str = Field("", description="`parts`: the dimension whose codes make its total, instead of areas.")
    codes: list[str] = Field(
        default_factory=list, description="`parts` with `dimension`: the codes that are added (none: all of them)."
    )
    of: str = Field("", description="`parts` with `dimension`: the code that they make (none: the total).")
    incomplete: Incomplete = Field(
        Incomplete.SKIP,
        description="`parts`: when some parts are not there: `skip` the whole; `at_most`: what is there must not "
        "exceed it; `nothing`: what is not there adds nothing.",
    )
    minimum: Number | None = Field(None, description="`range`: the least value.")
    maximum: Number | None = Field(None, description="`range`: the greatest value.")
    integer: bool = Field(False, description="`range`: whole numbers only.")
    times: Annotated[float, Field(strict=True, gt=1)] | None = Field(
        None, description="`jump`: more than so many times, or less than that part of, the figure before."
    )
    spread: Annotated[float, Field(strict=True, gt=0)] | None = Field(
        None,
        description="`jump`: modified z-score of the change among the changes of the same area (3.5 is usual); with "
        "`times` both must hold.",
    )
    above: Amount = Field(0.0, description="`jump`: where neither figure reaches this, nothing is told.")
    open_periods: int = Field(0, ge=0, le=100, description="`history`: so many latest published periods may change.")
    continuous: bool = Field(False, description="`coverage`: no period may be left out between the first and the last.")
    dims: list[str] = Field(
        default_factory=list, description="`coverage`: dimension values beside the totals, such as `sex=F`."
    )
    formula: str = Field("", description="`identity`: a formula in the series' area system and unit.")
    falling: bool = Field(False, description="`monotone`: a figure that only falls.")
