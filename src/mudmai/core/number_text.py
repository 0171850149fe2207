"""Numbers and units as people write them in tables: Thai digits, separators, brackets, words of scale, marks.

Offices write ``๑,๖๓๒,๘๒๐.๐๐``, ``(1,200)``, ``1.2 ล้าน``, ``ร้อยละ 5``, ``1,234*``, ``12 r``, ``n.a.`` and
`` -   ``. :func:`read_number` takes them all; what could mean two numbers (``1,5``, ``1.234,50``) is refused, never
guessed. A dash means what the caller says it means: it is missing unless told otherwise. :func:`read_unit` reads the
unit in a heading (``ล้านบาท``, ``(พันคน)``, ``ร้อยละ``) as a base and a scale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.observations import Flag

DashRule = Literal["missing", "zero", "refuse"]
"""What a dash in place of a number means."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_DASH = re.compile(r"[-\u2010-\u2015\u2212_]+")
_NONE_WORDS = frozenset({"ไม่มี", "none", "nil"})
_MISSING = frozenset(
    {
        "n.a.", "n.a", "na", "n/a", "#n/a", "nan", "null", "..", "...", "....", "…", "no data", "missing",
        "not available",
        "ไม่มีข้อมูล", "ไม่พบข้อมูล", "ยังไม่มีข้อมูล", "ไม่ทราบ", "ไม่ระบุ", "ไม่ปรากฏข้อมูล", "รอข้อมูล", "ไม่ได้จัดเก็บ",
        "ไม่มีการจัดเก็บ", "ไม่มีการสำรวจ", "n.d.",
    }
)  # fmt: skip
_NOT_COLLECTED = frozenset({"ไม่ได้จัดเก็บ", "ไม่มีการจัดเก็บ", "ไม่มีการสำรวจ"})

_SCALES = {
    "ล้านล้าน": 10**12, "แสนล้าน": 10**11, "หมื่นล้าน": 10**10, "พันล้าน": 10**9, "ร้อยล้าน": 10**8, "สิบล้าน": 10**7,
    "ล้าน": 10**6, "แสน": 10**5, "หมื่น": 10**4, "พัน": 10**3,
    "trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3, "hundred thousand": 10**5,
    "bn": 10**9, "mn": 10**6, "mil.": 10**6, "mil": 10**6,
}  # fmt: skip
_MARK_FLAGS = {
    "r": Flag.NORMAL,
    "p": Flag.PROVISIONAL,
    "e": Flag.ESTIMATED,
    "f": Flag.FORECAST,
    "b": Flag.TIME_SERIES_BREAK,
}

_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_SCALE_WORDS = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
_SIGN = "[+-]"
_NUMBER = re.compile(
    rf"(?P<about>ประมาณ|ราว|~|≈|c\.)? ?"
    rf"(?P<percent_word>ร้อยละ|percent|per cent)? ?"
    rf"(?P<money>฿|thb|บาท)? ?"
    rf"(?P<open>\()? ?(?P<sign>{_SIGN})? ?(?P<number>{_DIGITS})(?P<exponent>e[+-]?[0-9]{{1,3}})?(?P<price>\.-)? ?"
    rf"(?P<scale>{_SCALE_WORDS})? ?(?P<percent>%|เปอร์เซ็นต์|percent|per cent)? ?(?P<close>\))? ?(?P<percent_after>%)? ?"
    rf"(?P<unit>[^0-9*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰()\[\]/]*?)? ?"
    rf"(?P<marks>(?:[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+|\(?[rpefb]\)?|\[[0-9a-z]{{1,2}}\]|\(?[0-9]{{1,2}}/\)?| )*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """A cell read as a number. ``value`` None is missing and goes with a missing flag.

    ``percent``: written with a per cent sign or word (``value`` is as written, 5 for 5 %). ``marks`` are footnote marks
    as written; ``unit`` a unit word after the number; ``dash`` says that only a dash stood there.
    """

    value: float | None
    flag: Flag = Flag.NORMAL
    percent: bool = False
    marks: str = ""
    unit: str = ""
    dash: bool = False


def clean_text(text: str) -> str:
    """``text`` without invisible signs, its spaces (no-break and line breaks too) made single and trimmed.

    >>> clean_text(" เชียง\\u200bใหม่\\u00a0 ")
    'เชียงใหม่'
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def read_number(text: str, *, dash: DashRule = "missing") -> ReadNumber:
    """Read one cell of text as a number; raises :class:`InputError` (code ``number``) for anything else.

    The empty text is missing. ``dash`` also rules what “ไม่มี” (there is none) means.

    >>> read_number("๑,๖๓๒,๘๒๐.๐๐").value, read_number("(1,200)").value, read_number("3 พันล้าน").value
    (1632820.0, -1200.0, 3000000000.0)
    >>> read_number(" -   ").flag.value, read_number(" -   ", dash="zero").value
    ('O', 0.0)
    """
    return _read(text, dash)


@lru_cache(maxsize=65536)
def _read(text: str, dash: DashRule) -> ReadNumber:
    plain = to_arabic_digits(clean_text(text)).lower()
    if not plain:
        return ReadNumber(None, Flag.MISSING)
    if _DASH.fullmatch(plain.replace(" ", "")) or plain in _NONE_WORDS:
        return _dash(text, dash)
    bare = plain.strip("()[] *")
    if bare in _MISSING or plain in _MISSING:
        return ReadNumber(None, Flag.MISSING_DATA_EXISTS if bare in _NOT_COLLECTED else Flag.MISSING)
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    match = _NUMBER.fullmatch(plain)
    if match is None or bool(match["open"]) != bool(match["close"]) or not _unit_is_known(match["unit"]):
        raise _no_number(text)
    if match["open"] and match["sign"]:
        raise _no_number(text)
    return _number(match)


def _number(match: re.Match[str]) -> ReadNumber:
    digits = match["number"].replace(",", "").replace(" ", "") + (match["exponent"] or "")
    exact = Decimal(digits) * _SCALES.get(match["scale"] or "", 1)
    if match["open"] or match["sign"] == "-":
        exact = -exact
    marks = (match["marks"] or "").strip()
    flag = Flag.ESTIMATED if match["about"] else Flag.NORMAL
    for letter in re.findall(r"(?<![a-z\[])[rpefb](?![a-z\]])", marks):
        flag = _MARK_FLAGS[letter] if _MARK_FLAGS[letter] is not Flag.NORMAL else flag
    percent = any(match[name] for name in ("percent_word", "percent", "percent_after"))
    value = float(exact)
    if value - value != 0:
        raise _no_number(match.string)
    unit = (match["unit"] or "").strip() or ("บาท" if match["money"] or match["price"] else "")
    return ReadNumber(value + 0.0, flag, percent, marks, unit)


def _dash(text: str, rule: DashRule) -> ReadNumber:
    if rule == "refuse":
        raise InputError(
            Text(f"“{text.strip()}” อาจแปลว่าศูนย์หรือไม่มีข้อมูล", f"“{text.strip()}” can mean zero or missing"),
            remedy=Text("ใส่ 0 หรือเขียนว่า ไม่มีข้อมูล", "write 0, or say that it is missing"),
            code="number",
        )
    if rule == "zero":
        return ReadNumber(0.0, dash=True)
    return ReadNumber(None, Flag.MISSING, dash=True)


def _no_number(text: str) -> InputError:
    return InputError(
        Text(f"“{text.strip()}” ไม่ใช่ตัวเลขที่อ่านได้ความหมายเดียว", f"“{text.strip()}” is not a number with one meaning"),
        remedy=Text(
            "เขียนแบบ 1,234.5 ถ้าไม่มีค่าให้เว้นว่างหรือเขียนว่า ไม่มีข้อมูล",
            "write it like 1,234.5; if there is none, leave it empty or write n.a.",
        ),
        code="number",
    )


def looks_numeric(text: str) -> bool:
    """True when ``text`` reads as a number or stands for a missing one (the empty text does not).

    >>> looks_numeric("1,234*"), looks_numeric("ไม่มีข้อมูล"), looks_numeric("เชียงใหม่"), looks_numeric("")
    (True, True, False, False)
    """
    try:
        return bool(clean_text(text)) and _read(text, "missing") is not None
    except InputError:
        return False


# Units ---------------------------------------------------------------------------------------------------------------

_BASES = {
    "บาท": "baht", "baht": "baht", "thb": "baht",
    "คน": "person", "ราย": "person", "person": "person", "persons": "person", "people": "person", "capita": "person",
    "head": "person", "heads": "person", "หัว": "person",
    "ครัวเรือน": "household", "ครอบครัว": "household", "household": "household", "households": "household",
    "หลัง": "house", "houses": "house",
    "ร้อยละ": "percent", "เปอร์เซ็นต์": "percent", "%": "percent", "percent": "percent", "per cent": "percent",
    "ไร่": "rai", "rai": "rai", "เฮกตาร์": "hectare", "hectares": "hectare", "ha": "hectare",
    "ตร.กม.": "km2", "ตารางกิโลเมตร": "km2", "sq.km.": "km2", "sq km": "km2", "km2": "km2",
    "กิโลเมตร": "km", "กม.": "km", "km": "km",
    "ตัน": "tonne", "tonnes": "tonne", "tons": "tonne", "กิโลกรัม": "kg", "กก.": "kg", "kg": "kg",
    "แห่ง": "place", "places": "place", "โครงการ": "project", "projects": "project", "เมือง": "city", "cities": "city",
    "เรื่อง": "case", "คดี": "case", "คัน": "vehicle", "เที่ยว": "trip", "วัน": "day", "days": "day",
    "ลบ.ม.": "m3", "ลูกบาศก์เมตร": "m3", "ลิตร": "litre", "หน่วย": "unit", "ดัชนี": "index", "index": "index",
    "ปี": "year", "years": "year",
}  # fmt: skip
_BASE_WORDS = "|".join(sorted(map(re.escape, _BASES), key=len, reverse=True))
_ROUND = "1,000|1000|10,000|100,000|1,000,000|1000000"
_ONE_UNIT = rf"(?:(?P<round{{n}}>{_ROUND}) ?)?(?P<scale{{n}}>{_SCALE_WORDS})? ?(?P<base{{n}}>{_BASE_WORDS})"
_UNIT = re.compile(
    _ONE_UNIT.replace("{n}", "1") + rf"(?: ?(?:ต่อ|/|per) ?{_ONE_UNIT.replace('{n}', '2')})?(?:/ปี|ต่อปี| per year)?"
)
_UNIT_MARK = re.compile(r"^(?:หน่วย(?:นับ)?|unit|units|in) ?[:：]? ?")


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit as written: ``base`` (``baht``, ``person``, ``baht/person``, ``percent``) and ``scale`` to one of it."""

    text: str
    base: str
    scale: Fraction


@lru_cache(maxsize=4096)
def read_unit(text: str) -> ReadUnit | None:
    """The unit that ``text`` is, as a whole, or None: no unit is ever guessed from a part of a word.

    >>> read_unit("(หน่วย: ล้านบาท)")
    ReadUnit(text='ล้านบาท', base='baht', scale=Fraction(1000000, 1))
    >>> read_unit("1,000 persons").scale, read_unit("บาทต่อคน").base, read_unit("เชียงใหม่")
    (Fraction(1000, 1), 'baht/person', None)
    """
    plain = to_arabic_digits(clean_text(text)).lower().strip("()[] :")
    plain = _UNIT_MARK.sub("", plain).strip("()[] ")
    match = _UNIT.fullmatch(plain)
    if match is None:
        return None
    scale = Fraction(1)
    for n, power in ((1, 1), (2, -1)):
        part = int((match[f"round{n}"] or "1").replace(",", "")) * _SCALES.get(match[f"scale{n}"] or "", 1)
        scale = scale * part if power == 1 else scale / part
    base = _BASES[match["base1"]]
    if match["base2"]:
        base = f"{base}/{_BASES[match['base2']]}"
    return ReadUnit(plain, base, scale)


def _unit_is_known(unit: str | None) -> bool:
    return not (unit or "").strip() or read_unit((unit or "").strip()) is not None


@lru_cache(maxsize=4096)
def split_unit(text: str) -> tuple[str, ReadUnit | None]:
    """A heading without the unit it names in brackets or after a colon, and that unit.

    >>> split_unit("รายได้ (ล้านบาท)")[0], split_unit("Population (1,000 persons)")[1].scale
    ('รายได้', Fraction(1000, 1))
    >>> split_unit("ชาย (ไม่รวมทหาร)")
    ('ชาย (ไม่รวมทหาร)', None)
    """
    plain = clean_text(text)
    whole = read_unit(plain)
    if whole is not None:
        return "", whole
    for match in re.finditer(r"[(\[]([^()\[\]]{1,60})[)\]]", plain):
        unit = read_unit(match[1])
        if unit is not None:
            return clean_text(plain[: match.start()] + " " + plain[match.end() :]), unit
    match2 = re.fullmatch(r"(.*?)[ ,:]*หน่วย(?:นับ)? ?[:：]? ?(.+)", plain)
    if match2 is not None and (unit := read_unit(match2[2])) is not None:
        return clean_text(match2[1]), unit
    return plain, None
