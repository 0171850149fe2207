"""The meaning of ``forms.yaml`` beyond its shape: names that nothing declares, names declared twice."""

from __future__ import annotations

from mudmai.core.language import Text
from mudmai.exchange.packs.placed import Placed
from mudmai.exchange.packs.schema_forms import FormsFile

_LEVEL, _FORM = Text("ระดับ", "level"), Text("แบบฟอร์ม", "form")


def check_forms(placed: Placed[FormsFile]) -> None:
    """Tell every fault of meaning at its key."""
    part = placed.part
    levels = [one.id for one in part.levels]
    forms = [one.id for one in part.forms]
    placed.unique(_LEVEL, levels, ("levels",))
    placed.unique(_FORM, forms, ("forms",))
    placed.known(_LEVEL, part.strategy_level, levels, ("strategy_level",))
    placed.known(_LEVEL, part.section_level, levels, ("section_level",))
    for n, form in enumerate(part.forms):
        for at, level in enumerate(form.levels):
            placed.known(_LEVEL, level, levels, ("forms", n, "levels", at))
        for at, other in enumerate(form.summarises):
            placed.known(_FORM, other, forms, ("forms", n, "summarises", at))
    written: dict[str, str] = {}
    for name, spellings in part.departments.items():
        for at, spelling in enumerate(spellings):
            if written.setdefault(spelling, name) != name:
                placed.tell(
                    "pack_duplicate",
                    ("departments", name, at),
                    Text(
                        f"“{spelling}” เป็นของ “{written[spelling]}” แล้ว",
                        f"“{spelling}” is “{written[spelling]}” already",
                    ),
                    Text("เหลือไว้ที่เดียว", "keep it in one place"),
                )
