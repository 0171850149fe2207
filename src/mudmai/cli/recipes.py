"""``mudmai data recipes`` and ``mudmai data propose``: recipes on the shelf, and a first one for a new file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from mudmai.cli.data_files import dataset_id, show_proposal
from mudmai.cli.home import open_workspace
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, option, say
from mudmai.core.language import Text


@click.group(
    "recipes",
    cls=SpokenGroup,
    text=Text("สูตรอ่านไฟล์ที่เก็บไว้", "Recipes that are kept: how files of an office are read."),
)
def recipes() -> None:
    """See ``text`` above."""


@recipes.command(
    "list",
    cls=SpokenCommand,
    text=Text("สูตรทั้งหมด", "All recipes."),
    examples=[("mudmai data recipes list", Text("ทุกชุดข้อมูล", "of all datasets"))],
)
@option("--dataset", default="", text=Text("เฉพาะชุดข้อมูลนี้", "of this dataset only"))
@printing
def list_(*, printer: Printer, dataset: str) -> None:
    """See ``text`` above."""
    from mudmai.workspace.recipes import RecipeShelf

    workspace = open_workspace()
    shelf = RecipeShelf(workspace)
    wanted = dataset_id(workspace, dataset)
    found = {wanted: shelf.of(wanted)} if wanted else dict(shelf.all())
    columns = [
        Column("dataset", Text("ชุดข้อมูล", "Dataset")),
        Column("recipe", Text("สูตร", "Recipe")),
        Column("origin", Text("มาจาก", "From")),
        Column("changed_at", Text("แก้ล่าสุด (UTC)", "Changed (UTC)")),
    ]
    rows = [
        {
            "dataset": name,
            "recipe": one.name,
            "origin": one.origin,
            "changed_at": one.changed_at.isoformat(timespec="seconds"),
        }
        for name, kept in found.items()
        for one in kept
    ]
    faults = [one for name in found for one in shelf.faults(name)]
    printer.show(Sheet("recipes", columns, rows))
    for one in faults:
        click.echo(f"{one.where.file}: {say(one.message)} – {say(one.remedy)}", err=True)


@recipes.command(
    "show",
    cls=SpokenCommand,
    text=Text("สูตรหนึ่งเป็น JSON", "One recipe as JSON."),
    examples=[
        (
            'mudmai data recipes show "GPP" --dataset nesdc-accounts -o gpp.json',
            Text("ส่งออกไปใช้ที่อื่น", "take it elsewhere"),
        )
    ],
)
@click.argument("name")
@option("--dataset", default="", text=Text("ชุดข้อมูลของสูตร", "the dataset of the recipe"))
@option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    text=Text("บันทึกลงไฟล์แทนหน้าจอ", "write it to a file instead of the screen"),
)
def show(*, name: str, dataset: str, output: Path | None) -> None:
    """See ``text`` above."""
    from mudmai.workspace.intake import recipe_of

    workspace = open_workspace()
    kept = recipe_of(workspace, dataset_id(workspace, dataset), name)
    Printer("json", output).write(kept.recipe.to_json() + "\n")


@recipes.command(
    "keep",
    cls=SpokenCommand,
    text=Text("เก็บสูตรจากไฟล์ไว้ใช้กับไฟล์ปีต่อไป", "Keep a recipe from a file for the files to come."),
    examples=[
        (
            "mudmai data recipes keep recipe.json --dataset nesdc-accounts --name GPP",
            Text("เก็บสูตรที่แก้แล้ว", "keep a mended recipe"),
        )
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--dataset", required=True, text=Text("ชุดข้อมูลที่สูตรนี้ใช้", "the dataset that it is for"))
@option("--name", default="", text=Text("ชื่อสูตร (ปกติชื่อในไฟล์)", "its name (default: the one in the file)"))
def keep(*, file: Path, dataset: str, name: str) -> None:
    """See ``text`` above."""
    from mudmai.workspace.recipes import RecipeShelf, read_recipe

    workspace = open_workspace()
    recipe = read_recipe(file)
    kept = RecipeShelf(workspace).keep(dataset_id(workspace, dataset), replace(recipe, name=name or recipe.name), by="")
    click.echo(say(Text(f"เก็บสูตร “{kept.name}” แล้ว", f"kept the recipe “{kept.name}”")))


@click.command(
    "propose",
    cls=SpokenCommand,
    text=Text(
        "ดูไฟล์ของหน่วยงานแล้วเสนอว่าแต่ละคอลัมน์คืออะไร พร้อมความเชื่อมั่นและคำถามที่ต้องตอบ ใช้ -o FILE.json เพื่อได้สูตรไปแก้",
        "Look at an office's file and propose what each column is, with confidence and the questions left. "
        "-o FILE.json writes the recipe, to be mended and given to: mudmai data import --recipe FILE.json",
    ),
    examples=[
        (
            'mudmai data propose "GPP 2566.xlsx" --dataset nesdc-accounts -o recipe.json',
            Text("สูตรแรกของไฟล์ใหม่", "a first recipe for a new file"),
        )
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@option("--dataset", default="", text=Text("ชุดข้อมูลของไฟล์นี้", "the dataset that it is for"))
@option("--sheet", default="", text=Text("แผ่นงาน", "sheet of the workbook"))
@printing
def propose(*, printer: Printer, file: Path, dataset: str, sheet: str) -> None:
    """See ``text`` above."""
    from mudmai.exchange.sheets.workbook import open_workbook
    from mudmai.workspace.intake import known_dataset, propose_for
    from mudmai.workspace.recipe_words import asked_words, with_words

    workspace = open_workspace()
    name = dataset_id(workspace, dataset)
    proposal = propose_for(workspace, open_workbook(file), name, sheet=sheet)
    known = known_dataset(workspace, name)
    words = asked_words(proposal.found, proposal.recipe, workspace.catalogue, known.series if known else ())
    recipe = with_words(proposal.recipe, words)
    if printer.output is not None and printer.format == "json":
        printer.write(recipe.to_json() + "\n")
        for one in proposal.questions:
            click.echo(f"? {say(one.text)}", err=True)
        return
    show_proposal(printer, proposal, recipe)
