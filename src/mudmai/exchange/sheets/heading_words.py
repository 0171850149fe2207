"""Words of headings taken apart: the period in them, the unit, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mudmai.core.errors import InputError
from mudmai.core.language import to_arabic_digits
from mudmai.core.number_text import ReadUnit, clean_text, split_unit
from mudmai.core.period_text import MONTHS_TH, MONTHS_TH_FULL, read_period
from mudmai.core.periods import BE_OFFSET
from mudmai.exchange.sheets.row_profiles import reads_as_period

_MONTHS = "|".join(map(re.escape, sorted((*MONTHS_TH_FULL, *MONTHS_TH), key=len, reverse=True)))
_LEAD = r"ประจำปีงบประมาณ|ปีงบประมาณ|ปีงบ|ประจำปี|ปี|พ\.ศ\.|พ\.ศ|พศ|ค\.ศ\.|ไตรมาส(?:ที่)?|เดือน|FY|ณ สิ้นปี|สิ้นปี"
_QUARTER = r"ไตรมาส(?:ที่)?\s*[1-4]\s*(?:/|,|\s)?"
_YEAR = r"(?<![0-9\-–/])(?<![0-9] )(?:[0-9]{4}(?!\s*[-–/]\s*[0-9]{2,4})|(?<=[ก-๙. ])[0-9]{2}(?![0-9,.%]))(?![0-9])"
_YEAR_AFTER_QUARTER = r"(?<=[ /,])[0-9]{4}(?![0-9])"
_PERIOD = re.compile(
    rf"{_QUARTER}\s*(?:(?:{_LEAD})\s*)*{_YEAR_AFTER_QUARTER}"
    rf"|(?:(?:{_LEAD}|{_MONTHS}|Q[1-4]|[1-4]/)\s*\.?\s*)*{_YEAR}(?:[-/](?:Q[1-4]|[0-9]{{2}})(?![0-9]))?",
    re.IGNORECASE,
)
_BOTH_YEARS = re.compile(r"([0-9]{4})\s*[(/]\s*([0-9]{4})\s*\)?")
_YEAR_MARK = re.compile(r"(?<=[0-9])\s*(?:\(?[rpefRPEF]\)?|\*+|[¹²³])$")
_PER_HEAD = re.compile(r"per capita|per head|ต่อหัว|ต่อคน", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HeadingWords:
    """A heading taken apart: ``rest`` without period and unit; ``period`` as written, or empty; ``mark`` at a year."""

    text: str
    rest: str
    period: str
    unit: ReadUnit | None
    mark: str = ""


@lru_cache(maxsize=8192)
def take_apart(text: str) -> HeadingWords:
    """Take one heading text apart.

    >>> take_apart("ประชากร ปี 2566 (พันคน)").rest, take_apart("ประชากร ปี 2566 (พันคน)").period
    ('ประชากร', 'ปี 2566')
    >>> take_apart("แผน 2566-2570").period, take_apart("2566 (2023)").period, take_apart("2563p").mark
    ('', '2566', 'p')
    """
    plain = to_arabic_digits(clean_text(text))
    rest, unit = split_unit(plain)
    if unit is not None and unit.base == "baht" and _PER_HEAD.search(rest):
        unit = ReadUnit(unit.text, "baht/person", unit.scale)
    mark = ""
    twice = _BOTH_YEARS.search(rest)
    if twice and abs(int(twice[1]) - int(twice[2])) == BE_OFFSET:
        rest = clean_text(rest.replace(twice[0], twice[1]))
    marked = _YEAR_MARK.search(rest)
    if marked and reads_as_period(rest[: marked.start()]):
        mark, rest = marked[0].strip(" ()"), rest[: marked.start()]
    if reads_as_period(rest):
        return HeadingWords(text, "", rest, unit, mark)
    found = [match for match in _PERIOD.finditer(rest) if reads_as_period(match[0])]
    if len(found) != 1:
        return HeadingWords(text, rest, "", unit, mark)
    match = found[0]
    left = clean_text(rest[: match.start()] + " " + rest[match.end() :]).strip(" :,/()-")
    return HeadingWords(text, left, match[0].strip(), unit, mark)


@lru_cache(maxsize=8192)
def is_part_of_period(text: str) -> bool:
    """A month or quarter that only lacks its year: ``ม.ค.``, ``ไตรมาส 1``.

    >>> is_part_of_period("ม.ค."), is_part_of_period("ไตรมาส 2"), is_part_of_period("2566"), is_part_of_period("ชาย")
    (True, True, False, False)
    """
    plain = clean_text(text)
    if not plain or reads_as_period(plain) or len(plain) > 20:
        return False
    try:
        return len(read_period(f"{plain} พ.ศ. 2566").period.iso) > 4
    except InputError:
        return False
