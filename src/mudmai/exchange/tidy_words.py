"""What is said about the faults of a tidy file: what was found and what to do, in Thai and English.

Each function gives (message, remedy); the place of the fault is told beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text, same
from mudmai.core.observations import MISSING_FLAGS, Flag
from mudmai.core.period_text import MONTHS_TH, Calendar, write_period
from mudmai.core.periods import BE_OFFSET, Period
from mudmai.core.series import Series

Said = tuple[Text, Text]

_MISSING = ", ".join(sorted(flag.value for flag in MISSING_FLAGS))


def _near(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only on the way to an error

    return ", ".join(get_close_matches(word, list(known), n=3, cutoff=0.5) or sorted(known)[:8]) or "–"


def _one_of(word: str, known: Sequence[str]) -> Text:
    near = _near(word, known)
    return Text(f"ใช้ค่าใกล้เคียงหรือที่มีอยู่: {near}", f"near or existing: {near}")


def empty_cell(column: str) -> Said:
    """A key column without text."""
    return (
        Text(f"ช่อง {column} ว่าง", f"{column} is empty"),
        Text("เติมค่า หรือลบแถวนี้", "fill it in, or delete the row"),
    )


def unknown_area_system(word: str, known: Sequence[str]) -> Said:
    """An area system that the catalogue does not have."""
    return Text(f"ไม่รู้จักระบบพื้นที่ “{word}”", f"unknown area system “{word}”"), _one_of(word, known)


def unknown_series(word: str, known: Sequence[str]) -> Said:
    """A series that the catalogue does not have."""
    return Text(f"ไม่รู้จักอนุกรม “{word}”", f"unknown series “{word}”"), _one_of(word, known)


def unclear_dims(word: str, known: Sequence[str]) -> Said:
    """A text of dimensions that cannot be read, or that says what a column of its own says already."""
    listed = ", ".join(known) or "–"
    return (
        Text(f"อ่านมิติ “{word}” ไม่ได้", f"the dimensions “{word}” cannot be read"),
        Text(
            f"เขียนแบบ sex=F;age=15-24 (ว่างคือยอดรวม) แต่ละมิติครั้งเดียวและไม่ซ้ำกับคอลัมน์ของมิตินั้น มิติที่มี: {listed}",
            f"write sex=F;age=15-24 (empty: the totals), each dimension once and not in a column of its own as well; "
            f"known dimensions: {listed}",
        ),
    )


def wrong_area_system(series: str, found: str, expected: str) -> Said:
    """A series beside an area system that is not its own."""
    return (
        Text(
            f"อนุกรม {series} อยู่ในระบบพื้นที่ {expected} ไม่ใช่ {found}",
            f"the series {series} is measured in {expected}, not in {found}",
        ),
        Text(
            f"ใช้ {expected} กับรหัสพื้นที่ของระบบนั้น หรือเลือกอนุกรมของ {found}",
            f"use {expected} and its area codes, or a series of {found}",
        ),
    )


def unknown_area(word: str, system: AreaSystem, *, look: bool = True) -> Said:
    """An area code that the system does not have; a name is answered with its code, a slip with near ones.

    Looking for near ones among thousands of areas takes a while; ``look`` says whether to.
    """
    message = Text(f"ไม่รู้จักพื้นที่ “{word}” ในระบบ {system.id}", f"unknown area “{word}” in {system.id}")
    named = {
        name: area for area in system.areas for name in (area.name.th, area.name.en, area.code, *area.aliases) if name
    }
    if word in named:
        area = named[word]
        return message, Text(f"ชื่อใช้แทนรหัสไม่ได้ ใช้รหัส {area.code}", f"names are not keys: use the code {area.code}")
    from difflib import get_close_matches  # only on the way to an error

    alike = (
        [n for n in named if abs(len(n) - len(word)) <= 3 and (len(named) < 2_000 or n[:1] == word[:1])] if look else []
    )
    near = list(dict.fromkeys(named[n].code for n in get_close_matches(word, alike, n=5, cutoff=0.6)))[:3]
    if not near:
        return message, Text(
            f"ดูรหัสของระบบนี้ด้วยคำสั่ง mudmai areas list {system.id}", f"see its codes: mudmai areas list {system.id}"
        )
    listed = [system.by_code[code] for code in near]
    return message, Text(
        "หมายถึง " + ", ".join(f"{a.code} ({a.name.th})" for a in listed) + " หรือไม่",
        "did you mean " + ", ".join(f"{a.code} ({a.name.en})" for a in listed) + "?",
    )


def mixed_calendars(rare: Calendar, found: str, other: str, other_row: int) -> Said:
    """Years of both calendars in one file."""
    be, ce = (found, other) if rare == "BE" else (other, found)
    return (
        Text(
            f"ปนปี พ.ศ. ({be}) กับปี ค.ศ. ({ce}) ในไฟล์เดียว เทียบกับแถว {other_row}",
            f"Buddhist years ({be}) and Common Era years ({ce}) in one file; compare row {other_row}",
        ),
        Text("ใช้ศักราชเดียวทั้งไฟล์", "use one calendar throughout the file"),
    )


def area_not_valid(area: Area, period: Period) -> Said:
    """A value of an area from before it was founded or after it was dissolved."""
    since_th = f"ตั้งแต่ {_thai_day(area.valid_from)} " if area.valid_from else ""
    since_en = f" from {area.valid_from.isoformat()}" if area.valid_from else ""
    until_th = f"ถึง {_thai_day(area.valid_to)} " if area.valid_to else ""
    until_en = f" until {area.valid_to.isoformat()}" if area.valid_to else ""
    return (
        Text(
            f"{area.code} ({area.name.th}) ไม่มีอยู่ในช่วง{write_period(period, 'th')}",
            f"{area.code} ({area.name.en}) does not exist in {write_period(period, 'en')}",
        ),
        Text(
            f"พื้นที่นี้มีอยู่{since_th}{until_th}ให้ลบแถวหรือใช้รหัสพื้นที่เดิม",
            f"it exists{since_en}{until_en}: delete the row or use the area it was part of",
        ),
    )


def _thai_day(day: date) -> str:
    return f"{day.day} {MONTHS_TH[day.month - 1]} {day.year + BE_OFFSET}"


def foreign_dimension(dimension: str, code: str, series: str) -> Said:
    """A dimension value on a series without that dimension."""
    return (
        Text(
            f"อนุกรม {series} ไม่จำแนกตาม {dimension} (พบ “{code}”)",
            f"the series {series} has no {dimension} (found “{code}”)",
        ),
        Text("เว้นช่องนี้ให้ว่าง", "leave the cell empty"),
    )


def unknown_code(dimension: str, code: str, known: Sequence[str]) -> Said:
    """A code that a dimension does not have."""
    listed = ", ".join(known[:20])
    return (
        Text(f"ไม่รู้จักรหัส “{code}” ของ {dimension}", f"unknown code “{code}” of {dimension}"),
        Text(f"ใช้ {listed} หรือเว้นว่างสำหรับยอดรวม", f"use {listed}, or leave it empty for the total"),
    )


def text_in_value(found: str) -> Said:
    """Something in ``value`` that is not a number."""
    return (
        Text(f"“{found}” ไม่ใช่ตัวเลข", f"“{found}” is not a number"),
        Text(
            f"เขียนแบบ 1234.5 ไม่ใส่จุลภาค ถ้าไม่มีค่าให้เว้นว่างและใส่ flag {Flag.MISSING.value}",
            f"write it like 1234.5, without commas; if there is none leave it empty with the flag {Flag.MISSING.value}",
        ),
    )


def not_finite(found: str) -> Said:
    """NaN or an infinity."""
    return (
        Text(f"“{found}” ไม่ใช่จำนวนจำกัด", f"“{found}” is not a finite number"),
        Text(
            f"ถ้าไม่มีค่าให้เว้นว่างและใส่ flag {Flag.MISSING.value}",
            f"if there is no value leave it empty with the flag {Flag.MISSING.value}",
        ),
    )


def unknown_flag(found: str) -> Said:
    """A status code outside of the list."""
    th = ", ".join(f"{flag.value} {flag.label.th}" for flag in Flag)
    en = ", ".join(f"{flag.value} {flag.label.en}" for flag in Flag)
    return Text(f"ไม่รู้จัก flag “{found}”", f"unknown flag “{found}”"), Text(f"ใช้ {th}", f"use {en}")


def value_missing(flag: str) -> Said:
    """No value, and no flag that says so."""
    found_th = f" แต่ flag คือ {flag}" if flag else " และไม่มี flag"
    found_en = f" but the flag is {flag}" if flag else " and there is no flag"
    return (
        Text(f"ไม่มีค่า{found_th}", f"the value is empty{found_en}"),
        Text(
            f"เติมค่า หรือใส่ flag {_MISSING} เพื่อบอกว่าไม่มีค่า",
            f"fill it in, or say that it is missing with the flag {_MISSING}",
        ),
    )


def value_with_missing_flag(value: float, flag: str) -> Said:
    """A value that its flag calls missing."""
    return (
        Text(
            f"มีค่า {value:.15g} แต่ flag {flag} แปลว่าไม่มีค่า",
            f"there is a value, {value:.15g}, but the flag {flag} says it is missing",
        ),
        Text("ลบค่า หรือแก้ flag", "delete the value or change the flag"),
    )


def unknown_reference(column: str, found: str, known: Sequence[str]) -> Said:
    """A source or method that the catalogue does not have."""
    name = {"source": Text("แหล่งที่มา", "source"), "method": Text("วิธีการ", "method")}.get(column, same(column))
    return Text(f"ไม่รู้จัก{name.th} “{found}”", f"unknown {name.en} “{found}”"), _one_of(found, known)


def out_of_bounds(value: float, series: Series) -> Said:
    """A value that its series cannot have."""
    low = series.minimum is not None and value < series.minimum
    bound = series.minimum if low else series.maximum
    side_th, side_en = ("ต่ำกว่าค่าต่ำสุด", "is below the minimum") if low else ("สูงกว่าค่าสูงสุด", "is above the maximum")
    return (
        Text(
            f"{value:.15g} {side_th} {bound:.15g} ของ “{series.title.th}”",
            f"{value:.15g} {side_en} of “{series.title.en}”, {bound:.15g}",
        ),
        Text(f"ตรวจค่าและหน่วย ({series.unit})", f"check the value and its unit ({series.unit})"),
    )


def duplicate(fact: str, first_row: int) -> Said:
    """One fact in two rows."""
    return (
        Text(f"{fact} ซ้ำกับแถว {first_row}", f"{fact} is also in row {first_row}"),
        Text("เหลือไว้เพียงแถวเดียว", "keep one of the two rows"),
    )
