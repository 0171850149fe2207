"""Layouts of forms, read from the ``forms.yaml`` of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from mudmai.core.errors import PackError
from mudmai.core.language import Text
from mudmai.exchange.forms.book import NoteKind
from mudmai.exchange.forms.layouts import FieldColumn, Form, FormLayouts, Level, NotePattern
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.form_parts import check_forms
from mudmai.exchange.packs.pack import Pack, shipped_packs
from mudmai.exchange.packs.placed import Placed, wording
from mudmai.exchange.packs.schema_forms import FormPart, FormsFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "forms.yaml"


def read_form_layouts(pack: Pack | Path) -> FormLayouts:
    """The layouts of a pack of kind ``forms`` (or of its folder).

    Raises :class:`mudmai.core.errors.PackError` with file, line and key.

    >>> read_form_layouts(shipped_packs() / "th-forms").form("ผ.02").id
    'por-02'
    """
    folder = pack.directory if isinstance(pack, Pack) else pack
    if not (folder / FILE).is_file():
        raise PackError(
            Text(f"ชุดเนื้อหา “{folder.name}” ไม่มี {FILE}", f"the pack “{folder.name}” has no {FILE}"),
            remedy=Text("ใช้ชุดเนื้อหาชนิด forms", "use a pack of kind forms"),
            code="pack_file",
        )
    findings = Findings(folder.name)
    document = read_yaml(folder / FILE, FILE)
    part = read_shape(FormsFile, document, FILE, findings)
    findings.raise_if_any()
    assert part is not None
    check_forms(Placed(FILE, part, document, findings))
    findings.raise_if_any()
    return _layouts(part)


@lru_cache(maxsize=1)
def shipped_form_layouts() -> tuple[FormLayouts, ...]:
    """The layouts of all packs that come with the product."""
    return tuple(read_form_layouts(one) for one in sorted(shipped_packs().iterdir()) if (one / FILE).is_file())


def _layouts(part: FormsFile) -> FormLayouts:
    return FormLayouts(
        id=part.id,
        title=wording(part.title),
        forms=tuple(_form(one) for one in part.forms),
        levels=tuple(Level(one.id, wording(one.title), tuple(one.starts)) for one in part.levels),
        strategy_level=part.strategy_level,
        section_level=part.section_level,
        section_sheet_name=part.section_sheet_name,
        stage_words={stage: tuple(words) for stage, words in part.stage_words.items()},
        budget_words=_all(part.budget_words),
        count_words=_all(part.count_words),
        all_years_words=_all(part.all_years_words),
        total_words=_all(part.total_words),
        grand_total_words=_all(part.grand_total_words),
        note_row_words=_all(part.note_row_words),
        notes=tuple(NotePattern(NoteKind(one.kind), words) for one in part.notes for words in one.words),
        departments={name: tuple(words) for name, words in part.departments.items()},
        total_counts=part.total_counts,
        signature=_all(part.signature),
    )


def _all(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words)


def _form(part: FormPart) -> Form:
    return Form(
        id=part.id,
        code=part.code,
        role=part.role,
        title=wording(part.title),
        marks=_all(part.marks),
        also=_all(part.also),
        sheet_names=_all(part.sheet_names),
        columns=tuple(
            FieldColumn(one.field, tuple(one.headings), one.printed, one.width, one.required) for one in part.columns
        ),
        stages=tuple(part.stages),
        summarises=_all(part.summarises),
        print_titles=_all(part.print_titles),
        levels=_all(part.levels),
    )
