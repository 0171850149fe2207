"""Files of any office on the command line: read by a recipe, or told what a person has to answer first."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from mudmai.cli.output import Column, Printer, Sheet
from mudmai.cli.wording import language_of, say
from mudmai.core.errors import ImportRefused, InputError
from mudmai.core.language import Text, so_many

if TYPE_CHECKING:
    from mudmai.core.errors import Problem
    from mudmai.exchange.sheets.findings import Ignored
    from mudmai.exchange.sheets.propose import Proposal
    from mudmai.exchange.sheets.recipe import Recipe
    from mudmai.workspace import Workspace
    from mudmai.workspace.intake import Reading

MOST_TOLD = 20
_TIDY_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq")
_KINDS = {
    "repeat": Text("แถวที่ซ้ำกันทุกค่า เก็บครั้งเดียว", "rows that repeat others in every value, kept once"),
    "not_alive": Text("ค่าของพื้นที่ในปีที่ยังไม่ตั้งหรือยุบแล้ว ไม่อ่าน", "areas in years when they did not exist, left out"),
    "total": Text("แถวรวมที่ไม่ใช่พื้นที่ ไม่อ่าน", "rows of totals that are no areas, left out"),
    "hidden": Text("แถวหรือคอลัมน์ที่ซ่อน ไม่อ่าน", "hidden rows or columns, left out"),
}


def is_tidy(file: Path) -> bool:
    """True when the tidy importer should take the file, if only to say what is wrong with it."""
    from mudmai.workspace.tidy_files import tidy_form  # readers load where files are read

    try:
        return tidy_form(file) is not None and file.suffix.lower() in _TIDY_ENDINGS
    except ImportRefused:
        if file.suffix.lower() in _TIDY_ENDINGS:
            return True
        raise


def read_with_recipe(workspace: Workspace, file: Path, dataset: str, recipe: str) -> Reading:
    """Read an office's file; ``dataset`` (an id, or the name of its table) and ``recipe`` (a name, or a file of JSON)
    may be empty: then the recipes on the shelf are tried."""
    from mudmai.workspace.intake import guess_datasets, read_file, recipe_of
    from mudmai.workspace.recipes import read_recipe

    name = dataset_id(workspace, dataset)
    given: Recipe | None = None
    if recipe and (recipe.endswith(".json") or Path(recipe).is_file()):
        given = read_recipe(Path(recipe))
    elif recipe:
        kept = recipe_of(workspace, name, recipe)
        given, name = kept.recipe, name or kept.dataset
    if not name and given is None:
        guesses = guess_datasets(workspace, file, name=file.name)
        name = guesses[0].dataset if guesses else ""
    return read_file(workspace, file, name=file.name, dataset=name, recipe=given)


def dataset_id(workspace: Workspace, dataset: str) -> str:
    """The id of a dataset told by its id or by the name of one of its tables; any other name as it is."""
    from mudmai.workspace.intake import all_datasets

    for one in all_datasets(workspace):
        if dataset in (one.id, *one.tables):
            return one.id
    return dataset


def table_of(workspace: Workspace, reading: Reading) -> str:
    """The table that a reading belongs into; refuses where the dataset is not told, or not open to everybody."""
    from mudmai.workspace.intake import known_dataset

    if not reading.dataset:
        raise InputError(
            Text("ยังไม่ได้บอกว่าไฟล์นี้เป็นของชุดข้อมูลใด", "it is not told which dataset the file is for"),
            remedy=Text(
                "ระบุ --dataset เช่น --dataset nesdc-accounts", "say --dataset, for example --dataset nesdc-accounts"
            ),
            code="no_dataset",
        )
    known = known_dataset(workspace, reading.dataset)
    if known is None:
        return reading.dataset if "/" in reading.dataset else f"user/{reading.dataset}"
    if not known.is_open:
        raise InputError(
            Text(f"ชุดข้อมูล {known.id} ไม่ใช่ข้อมูลเปิด", f"the dataset {known.id} is not open"),
            remedy=Text("นำส่งในหน้าเว็บ เพื่อให้ผ่านการตรวจและสิทธิ์", "hand it in on the page, where rights and review hold"),
            code="not_open",
        )
    return known.tables[0]


def tell_unready(reading: Reading, file: Path) -> None:
    """Say on standard error what stops the file, and the next step."""
    lines = [say(line) for line in _stops(reading)]
    problems = reading.problems[:MOST_TOLD]
    lines += [
        f"  - {one.where.words(language_of(), file=False)}: {say(one.message)} – {say(one.remedy)}" for one in problems
    ]
    rest = reading.problem_count - len(problems)
    if rest > 0:
        lines.append(say(Text(f"  ... และอีก {rest:,} จุด", f"  ... and {rest:,} more")))
    dataset = f" --dataset {shlex.quote(reading.dataset)}" if reading.dataset else ""
    command = f"mudmai data propose {shlex.quote(str(file))}{dataset} -o recipe.json"
    lines.append(
        say(
            Text(
                f"→ ตอบในหน้าเว็บ (ข้อมูล → นำส่งไฟล์) หรือสร้างสูตรด้วย {command} แล้วแก้และนำเข้าด้วย --recipe recipe.json",
                f"→ answer on the page (Data → hand in a file), or make a recipe with: {command} - "
                "mend it, and import with --recipe recipe.json",
            )
        )
    )
    click.echo("\n".join(lines), err=True)


def _stops(reading: Reading) -> Sequence[Text]:
    if reading.kind == "proposal" and reading.proposal is not None:
        asked = [Text(f"  ? {one.text.th}", f"  ? {one.text.en}") for one in reading.proposal.questions]
        head = Text(
            f"{reading.file}: ยังไม่มีสูตรอ่านไฟล์แบบนี้ ต้องตอบก่อน", f"{reading.file}: no recipe fits; to be answered first:"
        )
        return [head, *asked]
    told = Text(
        f"{reading.file}: สูตร “{reading.recipe_name}” อ่านไม่ผ่าน {reading.problem_count:,} จุด",
        f"{reading.file}: the recipe “{reading.recipe_name}” meets "
        f"{so_many(reading.problem_count, 'problem', 'problems')}",
    )
    return [told]


def reading_as_dict(reading: Reading) -> dict[str, Any]:
    """What a file gave, as JSON."""
    return {
        "file": reading.file,
        "kind": reading.kind,
        "dataset": reading.dataset,
        "recipe": reading.recipe_name,
        "ready": reading.ready,
        "rows": reading.table.num_rows if reading.table is not None else None,
        "problem_count": reading.problem_count,
        "problems": [one.as_dict() for one in reading.problems],
        "changes": [
            {"kind": c.kind.value, "th": c.text.th, "en": c.text.en, "stops": c.stops} for c in reading.changes
        ],
        "notes": [{"th": one.th, "en": one.en} for one in reading.notes],
        "left_out": [
            {"place": o.place, "kind": o.kind, "th": o.reason.th, "en": o.reason.en, "values": o.cells}
            for o in reading.left_out
        ],
        "questions": [
            {"kind": q.kind, "about": q.about, "th": q.text.th, "en": q.text.en, "choices": list(q.choices)}
            for q in (reading.proposal.questions if reading.proposal else ())
        ],
    }


def tell_reading(reading: Reading) -> None:
    """Say on standard error what was read and what was left out, by kind."""
    rows = reading.table.num_rows if reading.table is not None else 0
    lines = [Text(f"อ่าน {reading.file}: {rows:,} ค่า", f"read {reading.file}: {so_many(rows, 'value', 'values')}")]
    lines += [Text(f"  {one.text.th}", f"  {one.text.en}") for one in reading.changes]
    counts: Counter[str] = Counter(one.kind for one in reading.left_out)
    for kind, many in counts.items():
        some = [one for one in reading.left_out if one.kind == kind]
        lines.append(_left_out(kind, many, some))
    lines += [Text(f"  {one.th}", f"  {one.en}") for one in reading.notes]
    click.echo("\n".join(say(line) for line in lines), err=True)


def _left_out(kind: str, many: int, some: Sequence[Ignored]) -> Text:
    what = _KINDS.get(kind, Text("ไม่ได้อ่าน", "left out"))
    values = sum(one.cells for one in some)
    first = some[0]
    return Text(
        f"  {what.th}: {many:,} แห่ง {values:,} ค่า เช่น {first.place}: {first.reason.th}",
        f"  {what.en}: {so_many(many, 'place', 'places')}, {so_many(values, 'value', 'values')}; "
        f"for example {first.place}: {first.reason.en}",
    )


def show_proposal(printer: Printer, proposal: Proposal, recipe: Recipe) -> None:
    """The columns with their meaning and reason, then the questions."""
    language = language_of()
    columns = [
        Column("heading", Text("หัวคอลัมน์", "Heading")),
        Column("meaning", Text("เป็น", "Is")),
        Column("confidence", Text("ความเชื่อมั่น", "Confidence"), decimals=2),
        Column("reason", Text("เพราะ", "Because")),
    ]
    rows = [
        {
            "heading": one.heading,
            "meaning": f"{one.meaning.value} {one.dimension}".strip(),
            "confidence": one.confidence,
            "reason": one.reason.in_(language),
        }
        for one in proposal.columns
    ]
    asked = "\n".join(f"? {one.text.in_(language)}" for one in proposal.questions)
    printer.show(Sheet("proposal", columns, rows, footer=asked), as_json=recipe.to_json())


def publish_reading(
    workspace: Workspace, reading: Reading, *, mode: Literal["replace", "update"], note: str
) -> tuple[str, Any, Any]:
    """Put the table into the served release; (name of the table, release before, release after)."""
    from mudmai.workspace.publishing import publish_tables

    name = table_of(workspace, reading)
    assert reading.table is not None
    before = workspace.store.current()
    after = publish_tables(workspace, {name: reading.table}, mode=mode, note=note or reading.file)
    return name, before, after


def odd_values_of(workspace: Workspace, reading: Reading) -> tuple[Problem, ...]:
    """What is to be looked at again: findings of the dataset's checks, or values far off the one before them."""
    from mudmai.workspace.plausibility import import_warnings

    assert reading.table is not None
    return import_warnings(workspace, reading.table, table_of(workspace, reading), file=reading.file)
