"""Shape of ``flat.yaml``: layouts of flat lists of projects (one row for each budget line)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mudmai.exchange.packs.schema_base import Id, Part, Wording, Words

Headings = Annotated[list[Words], Field(min_length=1)]


class FlatColumnsPart(Part):
    """Headings by what the column says; the first of a list that a file has is taken."""

    project: Headings = Field(description="Name of the project.")
    amount: Headings = Field(description="The amount in baht.")
    unit: Headings = Field(description="Who has the money, read as a name of an area.")
    fiscal_year: Headings = Field(description="The fiscal year.")
    line: list[Words] = Field(default_factory=list, description="The line's own id.")
    text: list[Words] = Field(default_factory=list, description="What the line is for.")
    amount_again: list[Words] = Field(
        default_factory=list, description="A second column of the same amounts; rows where the two differ are at fault."
    )


class FlatLevelPart(Part):
    """A level above the project, in a column of its own."""

    level: Id = Field(description="Id of the level.")
    title: Wording = Field(description="The level in words.")
    headings: Headings = Field(description="Headings of its column.")


class FlatLayoutPart(Part):
    """One layout of flat lists."""

    id: Id = Field(description="Id of the layout.")
    title: Wording = Field(description="What files of this layout hold.")
    calendar: Literal["BE", "CE"] = Field(description="Calendar of the column of fiscal years.")
    stage: Literal["planned", "ordinance", "allocated", "committed", "disbursed"] = Field(
        description="What the amounts mean."
    )
    area_system: Words = Field(description="The area system in which the units are looked up.")
    columns: FlatColumnsPart = Field(description="The columns.")
    hierarchy: list[FlatLevelPart] = Field(default_factory=list, description="Levels above the project, from the top.")
    categories: list[Headings] = Field(default_factory=list, description="Columns of categories, the widest first.")
    spellings: dict[str, str] = Field(
        default_factory=dict,
        description="What a cell of a level or category may say → what is meant. Units and projects are never mended.",
    )


class FlatLayoutsFile(Part):
    """`flat.yaml`: layouts of flat lists of projects. A file whose heading fits one is read by it unasked."""

    flat: list[FlatLayoutPart] = Field(min_length=1, description="The layouts.")
