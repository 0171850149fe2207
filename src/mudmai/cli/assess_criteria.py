"""``mudmai assess criteria|template|score|criteria-pack``: criteria and answers without a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.project_files import tell_problems
from mudmai.cli.wording import SpokenCommand, language_of, option, say
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.core.criteria import Assessed, CriteriaSet, Fact, FactAsked, NextLevel
    from mudmai.core.errors import Problem
    from mudmai.exchange.criteria.answer_reading import AnswerBook

_MOST_GAINS = 8
_OUT = option("--out", type=click.Path(dir_okay=False, path_type=Path), text=Text("ไฟล์ xlsx ที่จะเขียน", "xlsx to write"))
_FACTS = option(
    "--fact",
    "facts",
    multiple=True,
    text=Text(
        "ข้อมูลหน่วยงาน เช่น population=50000 หรือ powers=waste,roads (ใส่ซ้ำได้)",
        "a fact of the body, such as population=50000 or powers=waste,roads; may be repeated",
    ),
)
_CLAIMS = option(
    "--claim", "claims", multiple=True, text=Text("หมวดที่เลือกขอรับ (ใส่ซ้ำได้)", "an optional part that is claimed")
)
_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command(
    "criteria",
    cls=SpokenCommand,
    text=Text(
        "ชุดเกณฑ์ทั้งหมด หรือเกณฑ์ทุกข้อของชุดหนึ่ง --out เขียนทั้งชุดเป็นสมุด Excel สำหรับแก้ไข",
        "All criteria sets, or every criterion of one. --out writes the whole set as a workbook to edit.",
    ),
    examples=[
        ("mudmai assess criteria", Text("ชุดเกณฑ์ที่มี", "which there are")),
        ("mudmai assess criteria smart-city", Text("เกณฑ์ทุกข้อ", "every criterion")),
        ("mudmai assess criteria smart-city --out criteria.xlsx", Text("สมุดสำหรับแก้ไข", "a workbook to edit")),
    ],
)
@click.argument("name", required=False)
@_OUT
@printing
def criteria(*, printer: Printer, name: str | None, out: Path | None) -> None:
    """See ``text`` above."""
    if name is None:
        _list(printer)
        return
    known = _set(name)
    if out is not None:
        from mudmai.exchange.criteria.criteria_book import write_criteria_book  # only where a workbook is asked for

        Printer("xlsx", out).write_workbook(write_criteria_book(known))
        _wrote(out)
        return
    _show(printer, known)


@click.command(
    "template",
    cls=SpokenCommand,
    text=Text(
        "แบบฟอร์ม Excel สำหรับกรอกคำตอบโดยไม่ต้องใช้เครือข่าย ข้อที่ไม่ต้องตอบตามข้อมูลหน่วยงานมีเหตุผลกำกับ",
        "A workbook to fill in without a network. What the facts of the body excuse it from is marked with the reason.",
    ),
    examples=[
        (
            "mudmai assess template smart-city --out answers.xlsx --fact population=50000",
            Text("แบบฟอร์มสำหรับกรอก", "a workbook to fill in"),
        )
    ],
)
@click.argument("name")
@option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    text=Text("ไฟล์ xlsx ที่จะเขียน", "xlsx to write"),
)
@option("--city", default="", text=Text("ชื่อเมือง", "name of the city"))
@_FACTS
@_CLAIMS
def template(*, name: str, out: Path, city: str, facts: Sequence[str], claims: Sequence[str]) -> None:
    """See ``text`` above."""
    from mudmai.exchange.criteria.answer_sheets import write_answer_book  # only where a workbook is written

    known = _set(name)
    content = write_answer_book(known, city=city, facts=_facts(known, facts), claimed=_claimed(known, claims))
    Printer("xlsx", out).write_workbook(content)
    _wrote(out)


@click.command(
    "score",
    cls=SpokenCommand,
    text=Text(
        "คิดคะแนนจากแบบฟอร์มที่กรอกแล้ว ต่ำสุดคือที่ได้แน่นอน สูงสุดคือหากข้อที่ยังไม่ตอบได้เต็ม แยกคะแนนเอกสารและผลลัพธ์ ระดับที่ได้ "
        "และสิ่งที่ติดขัดก่อนถึงระดับถัดไป จบด้วยรหัส 1 เมื่อไฟล์มีที่ผิด",
        "Score a filled workbook: from what is certain to what open answers could still earn, paper and outcome apart, "
        "the level, and what blocks the next one. Ends with code 1 when the file has faults.",
    ),
    examples=[
        ("mudmai assess score answers.xlsx", Text("คะแนน", "the score")),
        ("mudmai assess score answers.xlsx --fact coastal=no --format json", Text("พร้อมข้อมูลหน่วยงาน", "with a fact")),
    ],
)
@_FILE
@_FACTS
@_CLAIMS
@printing
def score(*, printer: Printer, file: Path, facts: Sequence[str], claims: Sequence[str]) -> None:
    """See ``text`` above."""
    from mudmai.core.criteria import assess, next_level  # only for this command
    from mudmai.exchange.criteria.answer_reading import answer_book_id, read_answer_book

    set_id, _, digest = answer_book_id(_there(file))
    known = _of_book(set_id, digest)
    book = read_answer_book(file, known)
    if book.problems:
        _refuse(file, book.problems)
    body = {**book.facts, **_facts(known, facts)}
    claimed = {*book.claimed, *_claimed(known, claims)}
    unasked = _unasked(known, book, body, claimed)
    if unasked:
        head = Text(f"คำตอบที่ไม่ถูกนับ {len(unasked)} ข้อ:", f"Answers that are not counted: {len(unasked)}")
        tell_problems(head, [problem for _, problem in unasked])
    assessed = assess(known, book.steps, facts=body, claimed=claimed)
    ahead = next_level(known, book.steps, assessed)
    rows = _score_rows(known, assessed)
    heading = _level_words(known, assessed, len(unasked))
    sheet = Sheet("score", _SCORE_COLUMNS, rows, heading=heading, footer=_ahead_words(known, ahead))
    not_counted = [{"criterion": name, **problem.as_dict()} for name, problem in unasked]
    printer.show(sheet, as_json={**_score_json(known, book, assessed, ahead), "not_counted": not_counted})


@click.command(
    "criteria-pack",
    cls=SpokenCommand,
    text=Text(
        "อ่านสมุดเกณฑ์ที่แก้แล้วและเขียนเป็นชุดเนื้อหา ตรวจด้วย mudmai pack check แล้ววางใน MUDMAI_HOME/packs",
        "Read an edited workbook of criteria and write it as a pack, to be put into MUDMAI_HOME/packs.",
    ),
    examples=[
        (
            "mudmai assess criteria-pack criteria.xlsx --out my-criteria",
            Text("เขียนโฟลเดอร์ชุดเนื้อหา", "write the folder of a pack"),
        )
    ],
)
@_FILE
@option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    text=Text("โฟลเดอร์ใหม่ของชุดเนื้อหา ชื่อโฟลเดอร์คือรหัสชุด", "new folder of the pack; its name is the pack's id"),
)
@option("--requires", multiple=True, text=Text("ชุดที่ต้องใช้ (ใส่ซ้ำได้)", "a pack that it requires; may be repeated"))
def criteria_pack(*, file: Path, out: Path, requires: Sequence[str]) -> None:
    """See ``text`` above."""
    from mudmai.exchange.criteria.criteria_book import read_criteria_book, written_pack  # only for this command
    from mudmai.exchange.packs.schema_base import ID_PATTERN

    read = read_criteria_book(_there(file))
    if read.criteria is None:
        _refuse(file, read.problems)
        return
    import re  # beside its only use

    if not re.match(ID_PATTERN, out.name) or (out.exists() and any(out.iterdir())):
        raise InputError(
            Text(f"โฟลเดอร์ {out.name} ใช้ไม่ได้", f"the folder {out.name} cannot be used"),
            remedy=Text("ใช้โฟลเดอร์ใหม่ ชื่อเป็นอักษรอังกฤษ ตัวเลข และ -", "name a new folder of letters, digits and -"),
            code="output",
            where=Where(file=str(out)),
        )
    for inside, text in written_pack(
        [read.criteria], pack=out.name, title=read.criteria.title, requires=requires
    ).items():
        Printer("table", _made(out / inside)).write(text)
    told = Text(
        f"เขียนแล้วใน {out} ตรวจด้วย mudmai pack check {out}", f"written to {out}; check it with: mudmai pack check {out}"
    )
    click.echo(say(told))


# ------------------------------------------------------------------------------------------------ sets


def _set(name: str) -> CriteriaSet:
    from mudmai.workspace.criteria import criteria_set  # reads packs: never for --help
    from mudmai.workspace.home import home_folder

    return criteria_set(home_folder(home()), name)


def _of_book(set_id: str, digest: str) -> CriteriaSet:
    """The very version that a workbook was written for where it was kept, else the set of that id."""
    from mudmai.core.errors import UnknownNameError
    from mudmai.workspace.criteria import criteria_by_sha
    from mudmai.workspace.home import home_folder

    try:
        return criteria_by_sha(home_folder(home()), digest)
    except UnknownNameError:
        return _set(set_id)


def _list(printer: Printer) -> None:
    from mudmai.core.criteria import Side
    from mudmai.workspace.criteria import criteria_sets
    from mudmai.workspace.home import home_folder

    rows = [
        {
            "id": one.id,
            "scheme": one.scheme,
            "version": one.version,
            "title": one.title.in_(language_of()),
            "parts": len(one.parts),
            "criteria": len(one.criteria),
            "paper": sum(c.side is Side.PAPER for c in one.criteria),
            "outcome": sum(c.side is Side.OUTCOME for c in one.criteria),
        }
        for one in criteria_sets(home_folder(home()))
    ]
    columns = [
        Column("id", Text("รหัส", "id")),
        Column("scheme", Text("โครงการ", "scheme"), in_table=False),
        Column("version", Text("ฉบับ", "version")),
        Column("title", Text("ชื่อ", "title")),
        Column("parts", Text("หมวด", "parts"), 0),
        Column("criteria", Text("เกณฑ์", "criteria"), 0),
        Column("paper", Text("เอกสาร", "paper"), 0),
        Column("outcome", Text("ผลลัพธ์", "outcome"), 0),
    ]
    printer.show(Sheet("criteria", columns, rows))


def _show(printer: Printer, known: CriteriaSet) -> None:
    spoken = language_of()
    rows = [
        {
            "part": known.part(one.part).title.in_(spoken),
            "id": one.id,
            "title": one.title.in_(spoken),
            "question": one.question.in_(spoken),
            "side": one.side.value,
            "points": one.points,
            "top": one.top,
            "evidence": one.evidence,
            "source": one.source,
        }
        for one in known.criteria
    ]
    columns = [
        Column("part", Text("หมวด", "part"), in_table=False),
        Column("id", Text("รหัส", "id")),
        Column("title", Text("เกณฑ์", "criterion")),
        Column("question", Text("คำถาม", "question")),
        Column("side", Text("ด้าน", "side")),
        Column("points", Text("คะแนน", "points"), 1),
        Column("top", Text("ขั้นสูงสุด", "top step"), 0),
        Column("evidence", Text("หลักฐาน", "evidence"), 0),
        Column("source", Text("แหล่งที่มา", "source"), in_table=False),
    ]
    heading = f"{known.title.in_(spoken)} ({known.id})\n{known.note.in_(spoken)}"
    heads = {part.title.in_(spoken): part.title.in_(spoken) for part in known.parts}
    printer.show(Sheet("criteria", columns, rows, heading=heading, groups="part", group_heads=heads))


def _facts(known: CriteriaSet, given: Sequence[str]) -> dict[str, Fact]:
    asked = {one.id: one for one in known.facts}
    found: dict[str, Fact] = {}
    for one in given:
        name, _, said = one.partition("=")
        if name not in asked:
            raise click.BadParameter(
                say(Text(f"ใช้ {', '.join(asked)}", f"use {', '.join(asked)}")), param_hint="--fact"
            )
        found[name] = _fact(asked[name], said.strip())
    return found


def _fact(asked: FactAsked, said: str) -> Fact:
    from mudmai.core.criteria import FactKind
    from mudmai.core.language import to_arabic_digits

    words = {word for word, _ in asked.choices}
    told = frozenset(word.strip() for word in said.split(",") if word.strip())
    expected = ", ".join(sorted(words)) or ("yes, no" if asked.kind is FactKind.YES_NO else "0-9")
    if asked.kind is FactKind.WORDS and told <= words:
        return told
    if asked.kind is FactKind.WORD and said in words:
        return said
    if asked.kind is FactKind.YES_NO and said in ("yes", "no", "ใช่", "ไม่ใช่"):
        return said in ("yes", "ใช่")
    number = to_arabic_digits(said).replace(",", "")
    if asked.kind is FactKind.NUMBER and number.isdigit() and len(number) < 16:
        return int(number)
    raise click.BadParameter(
        say(Text(f"{asked.id} ใช้ {expected}", f"{asked.id} takes {expected}")), param_hint="--fact"
    )


def _claimed(known: CriteriaSet, given: Sequence[str]) -> tuple[str, ...]:
    optional = [part.id for part in known.parts if part.optional]
    for one in given:
        if one not in optional:
            listed = ", ".join(optional) or "–"
            raise click.BadParameter(say(Text(f"ใช้ {listed}", f"use {listed}")), param_hint="--claim")
    return tuple(given)


# ------------------------------------------------------------------------------------------------ scores

_SCORE_COLUMNS = [
    Column("part", Text("รหัส", "id")),
    Column("title", Text("หมวด", "part")),
    Column("range", Text("ร้อยละ (แน่นอน–เป็นไปได้)", "per cent, certain–possible")),
    Column("answered", Text("ตอบแล้วร้อยละ", "answered, per cent"), 1),
    Column("low", Text("ต่ำสุด", "low"), 1, in_table=False),
    Column("high", Text("สูงสุด", "high"), 1, in_table=False),
]


def _unasked(
    known: CriteriaSet, book: AnswerBook, body: Mapping[str, Fact], claimed: Collection[str]
) -> list[tuple[str, Problem]]:
    """Criterion and place of every answer or link to what is not asked of the body: none of it counts."""
    from mudmai.core.criteria_words import why_not_asked
    from mudmai.core.errors import Problem

    remedy = Text(
        "ลบคำตอบ หรือขอรับหมวดนี้ในแผ่นแรกหรือด้วย --claim หรือแก้ข้อมูลหน่วยงาน",
        "clear it, claim the part on the first sheet or by --claim, or correct the facts of the body",
    )
    found = []
    for name, read in book.answers.items():
        one = known.by_id[name]
        why = why_not_asked(known, one, facts=body, claimed=claimed)
        if why is not None and (read.step is not None or read.links):
            told = Text(f"ไม่ต้องตอบข้อ “{one.title.th}”: {why.th}", f"not asked: “{one.title.en}”: {why.en}")
            found.append((name, Problem("not_asked", told, remedy, read.where)))
    return found


def _score_rows(known: CriteriaSet, assessed: Assessed) -> list[Mapping[str, Any]]:
    from mudmai.core.criteria_words import percent_range

    rows = [(part.id, part.title, assessed.parts[part.id]) for part in known.parts if part.id in assessed.parts]
    rows += [(side.value, side.label, held) for side, held in assessed.sides.items()]
    rows.append(("overall", Text("รวม", "whole"), assessed.overall))
    return [
        {
            "part": name,
            "title": title.in_(language_of()),
            "range": percent_range(held),
            "answered": _percent(held.coverage),
            "low": _percent(held.low),
            "high": _percent(held.high),
        }
        for name, title, held in rows
    ]


def _percent(share: float | None) -> float | None:
    from mudmai.core.criteria_words import percent_tenths

    return None if share is None else percent_tenths(share)


def _level_words(known: CriteriaSet, assessed: Assessed, unasked: int) -> str:
    from mudmai.core.criteria_words import percent_range

    none = Text("ยังไม่ถึงระดับใดอย่างแน่นอน", "no level is certain yet")
    level = assessed.level.title if assessed.level else none
    said = percent_range(assessed.overall)
    left = len(assessed.left_out)
    told = Text(
        f"{known.title.th}: รวมร้อยละ {said} ระดับ: {level.th}" + (f" (ไม่ต้องตอบ {left} ข้อ)" if left else ""),
        f"{known.title.en}: {said} per cent of the whole; level: {level.en}" + (f" ({left} not asked)" if left else ""),
    )
    if unasked:
        more = Text(
            f"มีคำตอบที่ไม่ถูกนับ {unasked} ข้อ เพราะไม่ต้องตอบ", f"answers not counted, as they are not asked: {unasked}"
        )
        return f"{say(told)}\n{say(more)}"
    return say(told)


def _ahead_words(known: CriteriaSet, ahead: NextLevel | None) -> str:
    from mudmai.core.criteria_words import percent_tenths, unmet_words

    if ahead is None:
        return say(Text("ไม่มีระดับที่สูงกว่านี้", "there is no higher level"))
    spoken = language_of()
    head = Text(f"ก่อนถึงระดับ “{ahead.level.title.th}”:", f"What stands before “{ahead.level.title.en}”:")
    lines = [say(head), *(f"  - {unmet_words(known, one).in_(spoken)}" for one in ahead.unmet)]
    gains = ahead.gains[:_MOST_GAINS]
    if gains:
        lines.append(say(Text("ข้อที่เพิ่มคะแนนรวมได้มากที่สุด (จุดร้อยละ):", "What could add most to the whole (points):")))
        lines += [
            f"  +{percent_tenths(one.overall):.1f}  {known.by_id[one.criterion].title.in_(spoken)}" for one in gains
        ]
    return "\n".join(lines)


def _score_json(known: CriteriaSet, book: AnswerBook, assessed: Assessed, ahead: NextLevel | None) -> dict[str, Any]:
    from mudmai.core.criteria_words import unmet_words

    def told(held: Any) -> dict[str, Any]:
        return {"low": held.low, "high": held.high, "coverage": held.coverage}

    return {
        "set": known.id,
        "version": known.version,
        "overall": told(assessed.overall),
        "sides": {side.value: told(held) for side, held in assessed.sides.items()},
        "parts": {name: told(held) for name, held in assessed.parts.items()},
        "criteria": {
            name: {
                "step": book.answers[name].step if name in book.answers else None,
                "cell": f"{book.answers[name].where.sheet}!{book.answers[name].where.cell}"
                if name in book.answers
                else None,
                **told(held),
            }
            for name, held in assessed.criteria.items()
        },
        "not_asked": {name: {"th": fit.reason.th, "en": fit.reason.en} for name, fit in assessed.left_out.items()},
        "claimed": sorted(assessed.claimed),
        "level": assessed.level.id if assessed.level else None,
        "next": None
        if ahead is None
        else {
            "level": ahead.level.id,
            "unmet": [
                {
                    "kind": one.kind,
                    "part": one.part,
                    "have": one.have,
                    "need": one.need,
                    **_both(unmet_words(known, one)),
                }
                for one in ahead.unmet
            ],
            "gains": [{"criterion": one.criterion, "now": one.now, "overall": one.overall} for one in ahead.gains],
        },
    }


def _both(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}


# ------------------------------------------------------------------------------------------------ files


def _there(file: Path) -> Path:
    if not file.is_file():
        raise InputError(
            Text(f"ไม่พบไฟล์ {file.name}", f"there is no file {file.name}"),
            remedy=Text("ตรวจชื่อและโฟลเดอร์ของไฟล์", "check its name and folder"),
            code="file_missing",
            where=Where(file=str(file)),
        )
    return file


def _wrote(out: Path) -> None:
    click.echo(say(Text(f"เขียน {out} แล้ว", f"wrote {out}")))


def _refuse(file: Path, problems: Sequence[Problem]) -> None:
    tell_problems(Text(f"ที่ต้องแก้ใน {file.name}:", f"To mend in {file.name}:"), problems)
    click.get_current_context().exit(1)


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
