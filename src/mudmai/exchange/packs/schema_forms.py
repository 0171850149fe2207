"""The shape of ``forms.yaml``: layouts of official forms in the words that stand on them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mudmai.exchange.packs.schema_base import Id, Part, Wording, Words

StageName = Literal["planned", "ordinance", "allocated", "committed", "disbursed"]
NoteName = Literal["added", "changed", "corrected", "moved", "merged", "duplicate", "co_funded"]


class LevelPart(Part):
    """A level of the hierarchy written in the rows above a table."""

    id: Id
    title: Wording
    starts: list[Words] = Field(
        min_length=1, description="Words that a row of this level begins with; a leading `ก.` or `1)` is passed over."
    )


class ColumnPart(Part):
    """A column of a form."""

    field: Id = Field(
        description="`number`, `title`, `objective`, `target`, `budget` (the columns of years), `kpi`, `outcome`, "
        "`department`, or a field of the pack's own."
    )
    headings: list[Words] = Field(min_length=1, description="Words that the heading begins with; spaces do not count.")
    printed: Words = Field(description="Heading of the official print.")
    width: float = Field(20, gt=0, le=200, description="Width in the print, in millimetres.")
    required: bool = Field(False, description="A table without this column is not this form.")


class FormPart(Part):
    """One form: how its sheets are known, what its columns are."""

    id: Id
    code: Words = Field(description="What people call it, such as `ผ.02`.")
    role: Literal["detail", "summary"] = Field(
        description="`detail`: a row is a project; `summary`: a row is a plan with counts and sums by year."
    )
    title: Wording
    marks: list[Words] = Field(
        default_factory=list, description="Words above the table that tell the form; the longest one found counts."
    )
    also: list[Words] = Field(
        default_factory=list, description="Words of which one must stand above the table as well as a mark."
    )
    sheet_names: list[Words] = Field(
        default_factory=list, description="Beginnings of names of its sheets, for sheets without a mark; typos pass."
    )
    columns: list[ColumnPart] = Field(min_length=1, description="Columns in the order of the print.")
    stages: list[StageName] = Field(
        ["planned"], min_length=1, description="Stages of money that may have columns of years."
    )
    summarises: list[Id] = Field(default_factory=list, description="For a summary: the forms that it sums up.")
    levels: list[Id] = Field(default_factory=list, description="Levels that are printed above the table.")
    print_titles: list[Words] = Field(
        default_factory=list, description="Title lines of the print; `{organisation}`, `{first}`, `{last}` are filled."
    )


class NotePart(Part):
    """Words of notes drawn over projects. `{number}`, `{year}`, `{target}` are numbers; `{plan}`, `{partner}` and
    `{rest}` any words; a space is any space or none."""

    kind: NoteName = Field(description="What the note says of the project.")
    words: list[Words] = Field(min_length=1)


class FormsFile(Part):
    """`forms.yaml`: layouts of official forms, for reading workbooks and printing them back."""

    id: Id
    title: Wording
    forms: list[FormPart] = Field(min_length=1)
    levels: list[LevelPart] = Field(min_length=1, description="From the top.")
    strategy_level: Id = Field(description="The level under which the summary lists its sections.")
    section_level: Id = Field(description="The level whose rows are the sections of the summary.")
    section_sheet_name: Words = Field(
        "", min_length=0, description="Pattern of a sheet name that tells both: `ยุทธ{strategy}.{number}{plan}`."
    )
    stage_words: dict[StageName, list[Words]] = Field(description="Stage → words under a year that tell it.")
    budget_words: list[Words] = Field(min_length=1, description="Heading above the years; in a summary, of sums.")
    count_words: list[Words] = Field(min_length=1, description="Heading of counts of projects in a summary.")
    all_years_words: list[Words] = Field(min_length=1, description="Heading of the total over years.")
    total_words: list[Words] = Field(min_length=1, description="Beginnings of rows of totals.")
    grand_total_words: list[Words] = Field(min_length=1, description="Beginnings of the row of the grand total.")
    note_row_words: list[Words] = Field(default_factory=list, description="Beginnings of rows that are no data.")
    notes: list[NotePart] = Field(default_factory=list)
    departments: dict[str, list[Words]] = Field(
        default_factory=dict, description="Name of a department → its other spellings."
    )
    total_counts: Literal["projects", "project_years", "as_written"] = Field(
        "as_written",
        description="What the summary counts over all years: each project once, once a year, or as its figures show.",
    )
    signature: list[Words] = Field(default_factory=list, description="Lines of the signature block of the print.")
