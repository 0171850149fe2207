"""What is said about faults of an office's table, in Thai and English: (message, remedy)."""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.language import Text

Said = tuple[Text, Text]


def unknown_area(text: str, candidates: Sequence[str], *, ambiguous: bool) -> Said:
    """A name that is no area for certain."""
    listed = ", ".join(candidates)
    if ambiguous:
        return (
            Text(f"“{text}” เป็นได้หลายพื้นที่", f"“{text}” can be several areas"),
            Text(f"เลือกหนึ่งพื้นที่: {listed}", f"choose one: {listed}"),
        )
    if candidates:
        return (
            Text(f"ไม่พบพื้นที่ชื่อ “{text}”", f"no area is called “{text}”"),
            Text(
                f"หมายถึง {listed} หรือไม่ ยืนยันแล้วระบบจะจำไว้",
                f"did you mean {listed}? Confirm it once and it is remembered",
            ),
        )
    return (
        Text(f"ไม่พบพื้นที่ชื่อ “{text}”", f"no area is called “{text}”"),
        Text("แก้ชื่อ ระบุรหัสพื้นที่ หรือเลือกไม่อ่านแถวนี้", "mend the name, give its code, or leave these rows out"),
    )


NO_AREA: Said = (
    Text("แถวนี้ไม่มีชื่อพื้นที่", "the row names no area"),
    Text("เติมชื่อพื้นที่ หรือเลือกให้ใช้ชื่อจากแถวบน", "fill in the area, or let empty cells mean the area above"),
)
NO_PERIOD: Said = (
    Text("ไม่พบปีหรือช่วงเวลาของค่านี้", "no year or period is told for the value"),
    Text("ระบุช่วงเวลาในหัวตาราง ในคอลัมน์ หรือในสูตรอ่านไฟล์", "name the period in the heading, a column, or the recipe"),
)


def no_series(words: str) -> Said:
    """Values whose series is not known."""
    return (
        Text(f"ยังไม่ได้บอกว่า “{words}” คืออนุกรมใด", f"it is not told which series “{words}” is"),
        Text("เลือกอนุกรม หรือเลือกไม่อ่าน", "choose the series, or leave it out"),
    )


def unknown_word(heading: str, word: str, dimension: str, codes: Sequence[str]) -> Said:
    """A word that is no code of its dimension."""
    listed = ", ".join(codes[:12])
    return (
        Text(
            f"“{word}” ในคอลัมน์ “{heading}” ไม่ใช่ค่าของ {dimension}", f"“{word}” in “{heading}” is no value of {dimension}"
        ),
        Text(f"จับคู่กับ {listed} หรือเลือกไม่อ่าน", f"match it with one of {listed}, or leave it out"),
    )


def unit_differs(written: str, series: str, label: Text) -> Said:
    """A unit that cannot become the unit of the series."""
    return (
        Text(
            f"หน่วยในไฟล์ “{written}” ไม่เข้ากับหน่วยของ {series} ({label.th})",
            f"the unit “{written}” does not fit {series} ({label.en})",
        ),
        Text("ตรวจอนุกรมที่เลือกหรือหน่วยในหัวตาราง", "check the series chosen, or the unit in the heading"),
    )


def formula_without_value() -> Said:
    """A formula that was never computed."""
    return (
        Text(
            "ช่องนี้เป็นสูตรที่ไม่มีผลคำนวณเก็บไว้ ระบบไม่คำนวณแทน",
            "the cell is a formula without a kept value; it is never computed here",
        ),
        Text("เปิดไฟล์ใน Excel แล้วบันทึกใหม่ หรือวางเป็นค่า", "open it in Excel and save it, or paste it as values"),
    )


def error_value(found: str) -> Said:
    """A cell such as #REF!."""
    return (
        Text(f"ช่องนี้มีค่าผิดพลาด {found}", f"the cell holds the error {found}"),
        Text("แก้สูตรในไฟล์ หรือเว้นว่างถ้าไม่มีค่า", "mend the formula, or leave the cell empty if there is no value"),
    )


def repeats_differ(fact: str, first: str, value: str, other: str) -> Said:
    """One fact with two values."""
    return (
        Text(
            f"{fact} มีสองค่า: {value} และ {other} ({first})", f"{fact} has two values: {value}, and {other} in {first}"
        ),
        Text("เหลือค่าที่ถูกต้องเพียงค่าเดียว", "keep the right one only"),
    )


def repeated(fact: str, first: str) -> Said:
    """One fact twice, equal, where the recipe wants none twice."""
    return (
        Text(f"{fact} ซ้ำกับ {first}", f"{fact} is repeated from {first}"),
        Text("ลบตัวที่ซ้ำ", "delete the repeat"),
    )
