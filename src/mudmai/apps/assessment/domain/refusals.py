"""Refusals of the assessment, worded in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mudmai.apps.assessment.models import Call, CityFile, FileState
from mudmai.apps.programme.domain.refusals import AGAIN, CORRECT, needed, problem, refuse_all
from mudmai.core.days import write_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

__all__ = [
    "AGAIN",
    "CORRECT",
    "call_closed",
    "changed",
    "checked_text",
    "needed",
    "problem",
    "refuse_all",
    "refused",
    "wrong_state",
]


def refused(th: str, en: str, field: str, *, code: str = "assessment", remedy: Text = CORRECT) -> InputError:
    """A value that does not fit, by its field."""
    return InputError(Text(th, en), remedy=remedy, code=code, where=Where(field=field))


def changed(what: Text, *, code: str = "assessment_changed", told: Text | None = None) -> InputError:
    """The refusal of a change that was made from an older state of ``what``; ``told``: what changed, and by whom."""
    more = told or Text("", "")
    return InputError(
        Text(
            f"มีผู้แก้{what.th} หลังจากที่เปิดหน้า สิ่งที่สั่งยังไม่มีผล {more.th}".rstrip(),
            f"somebody changed {what.en} after you opened it; your change was not made. {more.en}".rstrip(),
        ),
        remedy=AGAIN,
        code=code,
        where=Where(field="revision"),
    )


def wrong_state(file: CityFile, wanted: Iterable[FileState]) -> InputError:
    """The refusal of a step that does not go with the state of the file."""
    now, may = FileState(file.state).title, [one.title for one in wanted]
    return InputError(
        Text(
            f"แฟ้มนี้ “{now.th}” ทำสิ่งนี้ได้เมื่อ {' หรือ '.join(f'“{t.th}”' for t in may)}",
            f"this file is “{now.en}”; this goes with {' or '.join(f'“{t.en}”' for t in may)}",
        ),
        remedy=AGAIN,
        code="file_state",
        where=Where(field="state"),
    )


def call_closed(call: Call, today: date, until: date | None = None) -> InputError:
    """The refusal of what goes only while the call is open; it says from when until when that was or will be."""
    ends = until or call.closes_on
    first, last = write_day(call.opens_on), write_day(ends)
    if not call.is_published:
        said = Text("รอบเปิดรับประเมินนี้ยังไม่ประกาศ", "this call is not published yet")
    elif today < call.opens_on:
        said = Text(f"รอบนี้ยังไม่เปิด เปิดวันที่ {first.th}", f"the call is not open yet: it opens on {first.en}")
    else:
        said = Text(
            f"หมดเวลาแล้ว รอบ “{call.title.th}” เปิดรับถึงวันที่ {last.th}",
            f"the time is over: the call “{call.title.en}” was open until {last.en}",
        )
    return InputError(
        said,
        remedy=Text(
            "ร่างที่บันทึกไว้ยังอ่านได้ หากจำเป็นให้ติดต่อหน่วยงานที่เปิดรอบเพื่อขอขยายเวลา",
            "what was saved can still be read; ask the organisation of the call for more time if it is needed",
        ),
        code="call_closed",
        where=Where(field="call"),
    )


def checked_text(text: str, field: str, *, most: int, what: Text, needs: bool = True) -> str:
    """``text`` without blanks around it; refused where it is missing or too long."""
    said = text.strip()
    if (needs and not said) or len(said) > most:
        raise refused(
            f"ต้องมี{what.th} ไม่เกิน {most:,} ตัวอักษร" if needs else f"{what.th}ยาวเกิน {most:,} ตัวอักษร",
            f"{what.en}: needed, {most:,} characters at most" if needs else f"{what.en}: {most:,} characters at most",
            field,
        )
    return said
