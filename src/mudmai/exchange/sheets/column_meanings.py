"""What a column is, how sure that is and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.column_evidence import (
    AREAL,
    CODE,
    COUNTER,
    FLAGGED,
    PERIODIC,
    REMARK,
    ColumnEvidence,
)
from mudmai.exchange.sheets.heading_words import take_apart
from mudmai.exchange.sheets.recipe import Meaning


@dataclass(frozen=True)
class ColumnProposal:
    """One column: its meaning with a confidence from 0 to 1 and the reason, a few of its words as examples."""

    col: int
    heading: str
    meaning: Meaning
    confidence: float
    reason: Text
    examples: tuple[str, ...] = ()
    dimension: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def label_meanings(evidence: Sequence[ColumnEvidence], catalogue: Catalogue) -> dict[int, ColumnProposal]:
    """The meaning of every column, by column number."""
    told = {one.column.col: _meaning(one) for one in evidence}
    _keep_best_areas(evidence, told)
    return told


def _meaning(one: ColumnEvidence) -> ColumnProposal:
    heading, column = one.heading, one.column
    n = len(one.words)
    share = max((one.area_share(system) for system in one.areas), default=0.0)
    if not n:
        if column.numbers or take_apart(heading).period:
            return _is(one, Meaning.VALUE, 0.6, "คอลัมน์ตัวเลข", "a column of numbers")
        return _is(one, Meaning.IGNORE, 0.9, "คอลัมน์ว่าง", "the column is empty")
    if COUNTER.match(heading.strip()) and not one.series:
        return _is(one, Meaning.IGNORE, 0.95, "ลำดับที่ของแถว", "it numbers the rows")
    if FLAGGED.match(heading) and one.flags > 0.9:
        return _is(one, Meaning.FLAG, 0.95, "สถานะของค่า", "flags of values")
    if REMARK.search(heading) and not column.numeric:
        return _is(one, Meaning.NOTE, 0.9, "หัวคอลัมน์บอกว่าเป็นหมายเหตุ", "the heading says remarks")
    periodic = bool(PERIODIC.match(heading.strip()))
    if (one.periods > 0.9 and (periodic or not column.numeric)) or (periodic and one.periods + one.parts > 0.9):
        return _is(
            one, Meaning.PERIOD, 0.95 if periodic else 0.8, "ทุกคำอ่านเป็นช่วงเวลาได้", "all its words read as periods"
        )
    if one.parts > 0.9 and not column.numeric:
        return _is(one, Meaning.PERIOD, 0.85, "เดือนหรือไตรมาสที่ต้องมีปีประกอบ", "months or quarters that need their year")
    if column.numeric and not (share > 0.5 and (CODE.search(heading) or AREAL.search(heading))):
        if CODE.search(heading) and not take_apart(heading).period:
            return _is(one, Meaning.IGNORE, 0.6, "รหัสที่ไม่ตรงกับรหัสพื้นที่", "codes that are no area codes here")
        sure = 0.95 if take_apart(heading).period or take_apart(heading).unit else 0.8
        return _is(one, Meaning.VALUE, sure, "คอลัมน์ตัวเลข", "a column of numbers")
    if share >= 0.5 or (share >= 0.25 and AREAL.search(heading)):
        th = f"ร้อยละ {100 * share:.0f} ของชื่อเป็นพื้นที่ที่รู้จัก"
        return _is(
            one, Meaning.AREA, round(min(0.99, share), 2), th, f"{100 * share:.0f}% of its names are known areas"
        )
    return _words_meaning(one, n)


def _words_meaning(one: ColumnEvidence, n: int) -> ColumnProposal:
    best = max(one.dimensions.items(), key=lambda item: item[1], default=("", 0.0))
    if best[1] >= 0.6:
        th, en = f"คำตรงกับมิติ {best[0]}", f"its words are those of the dimension {best[0]}"
        return _is(one, Meaning.DIMENSION, round(best[1], 2), th, en, dimension=best[0])
    if one.series and len(one.series) >= n / 2:
        words = {word: code for word, (code, _) in one.series.items()}
        sure = round(sum(s for _, s in one.series.values()) / n, 2)
        return _is(one, Meaning.SERIES, sure, "คำตรงกับชื่ออนุกรม", "its words are names of series", words=words)
    rows = sum(one.words.values())
    if n <= max(2, rows // 3) and n <= 200:
        words = {word: code for word, (code, _) in one.series.items()}
        th, en = "คำซ้ำกันหลายแถว จึงน่าจะแยกเรื่องของค่า", "few words, often repeated: they tell the values apart"
        return _is(one, Meaning.SERIES, 0.4, th, en, words=words)
    return _is(one, Meaning.NOTE, 0.5, "ข้อความที่ไม่ซ้ำกัน", "words that hardly repeat")


def _keep_best_areas(evidence: Sequence[ColumnEvidence], told: dict[int, ColumnProposal]) -> None:
    """Of two columns that name the same areas row by row (a code beside a name) the surer one is read."""
    areas = [one for one in evidence if told[one.column.col].meaning is Meaning.AREA]
    for one in areas:
        for other in areas:
            if one is other or Meaning.IGNORE in (told[one.column.col].meaning, told[other.column.col].meaning):
                continue
            for system in one.areas:
                mine = {found.code for found in one.areas[system].values() if found.code}
                theirs = {found.code for found in other.areas[system].values() if found.code}
                if not mine or len(mine & theirs) < 0.8 * max(len(mine), len(theirs)):
                    continue
                weaker = min((one, other), key=lambda e: (told[e.column.col].confidence, bool(CODE.search(e.heading))))
                col = weaker.column.col
                told[col] = _is(
                    weaker, Meaning.IGNORE, 0.8, "บอกพื้นที่ซ้ำกับคอลัมน์อื่น", "names the same areas as another column"
                )
                break


def _is(
    one: ColumnEvidence,
    meaning: Meaning,
    confidence: float,
    th: str,
    en: str,
    *,
    dimension: str = "",
    words: Mapping[str, str] | None = None,
) -> ColumnProposal:
    examples = tuple(list(one.words)[:5])
    return ColumnProposal(
        one.column.col, one.heading, meaning, confidence, Text(th, en), examples, dimension, words or {}
    )
