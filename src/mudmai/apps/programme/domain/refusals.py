"""Refusals of the register, worded in one place."""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text

AGAIN = Text(
    "เปิดหน้านี้ใหม่ อ่านสิ่งที่เปลี่ยนไป แล้วสั่งอีกครั้งหากยังต้องการ",
    "open the page again, read what changed, and repeat it if it is still wanted",
)
CORRECT = Text("แก้ช่องที่ระบุแล้วบันทึกอีกครั้ง", "correct the field and save again")


def refused(th: str, en: str, field: str, *, code: str = "project", remedy: Text = CORRECT) -> InputError:
    """A value that does not fit, by its field."""
    return InputError(Text(th, en), remedy=remedy, code=code, where=Where(field=field))


def problem(code: str, th: str, en: str, remedy: Text, where: Where) -> Problem:
    """One fault among several."""
    return Problem(code, Text(th, en), remedy, where)


def refuse_all(code: str, th: str, en: str, remedy: Text, problems: Sequence[Problem]) -> InputError:
    """A refusal with its list of faults."""
    return InputError(Text(th, en), remedy=remedy, code=code, problems=problems)


def changed(title: str) -> InputError:
    """The refusal of a change that was made from an older state of a row."""
    return InputError(
        Text(
            f"มีผู้เปลี่ยน “{title}” หลังจากที่เปิดหน้า การสั่งครั้งนี้ยังไม่มีผล",
            f"somebody changed “{title}” after you opened it; your change was not made",
        ),
        remedy=AGAIN,
        code="project_changed",
        where=Where(field="version"),
    )


def needed(text: str, field: str = "reason") -> str:
    """A reason that must be given."""
    said = text.strip()
    if not said or len(said) > 4000:
        raise InputError(
            Text("ต้องบอกเหตุผล (ไม่เกิน 4,000 ตัวอักษร)", "a reason is needed (4,000 characters at most)"),
            remedy=Text("เขียนเหตุผลให้ผู้เกี่ยวข้องอ่านเข้าใจ", "write it so that those concerned understand it"),
            code="reason_needed",
            where=Where(field=field),
        )
    return said
