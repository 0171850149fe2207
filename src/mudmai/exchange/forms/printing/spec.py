"""How forms are set on paper, as a pack declares it in ``print.yaml``: page, fonts, words and signatures.

What a form holds (columns, headings, titles, levels) stands in ``forms.yaml`` (:mod:`mudmai.exchange.forms.layouts`);
lengths are millimetres, sizes of letters points.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.packs.schema_base import Part, Words
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "print.yaml"

Length = Annotated[float, Field(ge=0, le=1200, allow_inf_nan=False)]
Size = Annotated[float, Field(ge=4, le=72, allow_inf_nan=False)]


class Paper(Part):
    """The sheet of paper, lying as it is read; ``binder`` is the margin of the edge with the holes."""

    width: Length = Field(description="Width of the page in millimetres.")
    height: Length = Field(description="Height of the page in millimetres.")
    binder_edge: Literal["left", "top"] = Field(description="The edge that is bound.")
    binder: Length = Field(description="Margin of the bound edge.")
    margin: Length = Field(description="Margin of the other edges.")


class Fonts(Part):
    """Faces: the one that is set into PDF, and the one that Word and Excel are told to use."""

    pdf: Words = Field(description="Family of the PDF; it must be one of the shipped fonts.")
    office: Words = Field(description="Family named in Word and Excel files.")


class Sizes(Part):
    """Sizes of letters: the body of the table as wished and at least, titles, and how much larger office files set."""

    body: Size = Field(description="Letters of the table where the columns leave room.")
    least: Size = Field(description="Smallest letters of the table; below it columns would be cut.")
    title: Size = Field(description="Titles above the table.")
    office_scale: Annotated[float, Field(ge=0.5, le=3)] = Field(
        description="Office face / PDF face for letters that look equally large."
    )


class PrintWords(Part):
    """Words that the print adds; ``{braces}`` are filled in."""

    page: Words = Field(description="With {page} and {pages}.")
    mark: Words = Field(description="The mark of the form, with {code}.")
    year: Words = Field(description="The head of a year, with {year}.")
    budget: Words = Field(description="Head above the years.")
    baht: Words = Field(description="The unit under a year.")
    stages: dict[Literal["planned", "ordinance", "allocated", "committed", "disbursed"], Words] = Field(
        description="Heads of the stages of money, where a year has several."
    )
    sheet_total: Words = Field(
        description="Total of a sheet, with {count}; among the words that forms.yaml reads as one."
    )
    strategy_total: Words = Field(description="Total of a strategy in the summary.")
    grand_total: Words = Field(description="Total of the summary.")
    summary_section: Words = Field(description="Head of the first column of the summary.")
    summary_count: Words = Field(description="Head of a number of projects.")
    summary_money: Words = Field(description="Head of an amount.")
    all_years: Words = Field(description="Head of the columns of all years, with {years}.")


class Signature(Part):
    """Who signs, and the lines of one place to sign; ``{role}`` is filled in."""

    roles: list[Words] = Field(min_length=1, max_length=4, description="From left to right.")
    lines: list[Words] = Field(min_length=1, max_length=6, description="From top to bottom.")


class PrintSpec(Part):
    """`print.yaml`: how the forms of this pack are printed."""

    paper: Paper
    fonts: Fonts
    sizes: Sizes
    words: PrintWords
    signature: Signature
    short: dict[str, Words] = Field(
        default_factory=dict, description="Field → heading of the print, where it differs from forms.yaml."
    )


def read_print_spec(folder: Path) -> PrintSpec:
    """The print of the pack in ``folder``.

    Raises :class:`mudmai.core.errors.PackError` with file, line and key.
    """
    findings = Findings(folder.name)
    spec = read_shape(PrintSpec, read_yaml(folder / FILE, FILE), FILE, findings)
    findings.raise_if_any()
    assert spec is not None
    return spec


@lru_cache(maxsize=4)
def shipped_print_spec(pack: str = "th-forms") -> PrintSpec:
    """The print of a pack that comes with the product.

    >>> shipped_print_spec().paper.width
    297.0
    """
    return read_print_spec(shipped_packs() / pack)
