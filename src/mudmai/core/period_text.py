"""Periods as people write them: Buddhist and Common Era years, fiscal years, quarters and months, Thai and English.

Thai offices write a period in many ways: ``2566``, ``พ.ศ. ๒๕๖๖``, ``ปี 66``, ``FY2023``, ``ปีงบ 67``,
``ไตรมาส 4/2563``, ``ม.ค.66``; spreadsheets add ``2566.0``, no-break and zero-width spaces. :func:`read_period` takes
them all and says which calendar was meant; what could mean two things is refused with the remedy. :func:`write_period`
writes what it reads.

The calendar is told by the number: 1800-2199 is the Common Era, 2343-2742 the Buddhist Era (the same years plus 543);
the two never overlap. Buddhist years are taken as CE + 543 throughout, also before 1941, when the Thai year still began
in April. A fiscal year is named after the year in which it ends (ปีงบประมาณ 2567: 1 October 2566 to 30 September 2567).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from mudmai.core.errors import InputError
from mudmai.core.language import Digits, Language, Text, to_arabic_digits, to_thai_digits
from mudmai.core.periods import BE_OFFSET, Frequency, Period

Calendar = Literal["BE", "CE"]

CE_YEARS = range(1800, 2200)
"""Years read as Common Era."""
BE_YEARS = range(CE_YEARS.start + BE_OFFSET, CE_YEARS.stop + BE_OFFSET)
"""Years read as Buddhist Era."""
PIVOT = 2599
"""The latest Buddhist year that two digits may stand for: ``ปี 66`` is 2566, never 2466."""

MONTHS_TH_FULL = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_TH = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
MONTHS_EN_FULL = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MISSPELT = {
    "มกราคน": 1, "มกรา": 1, "มกคราคม": 1,
    "กุมภาพันธ": 2, "กุมภาพัน": 2, "กุมภาพันธุ์": 2, "กุมภาพันธุ": 2, "กุมภา": 2, "กุมพาพันธ์": 2, "กุมภาพันท์": 2,
    "มีนาคน": 3, "มีนา": 3, "มินาคม": 3,
    "เมษายณ": 4, "เมษา": 4, "เมศายน": 4, "เมษยน": 4, "เมษายม": 4,
    "พฤษภา": 5, "พฤศภาคม": 5, "พฤกษภาคม": 5, "พฤษาคม": 5, "พฤษภาคน": 5, "พฤติภาคม": 5,
    "มิถุนา": 6, "มิถุนายม": 6, "มถุนายน": 6, "มิถนายน": 6, "มิถุนายณ": 6,
    "กรกฎา": 7, "กรกฏาคม": 7, "กรกฏา": 7, "กรกฎคม": 7, "กรกฎาคน": 7, "กรกดาคม": 7,
    "สิงหา": 8, "สิงหาคน": 8, "สิหาคม": 8,
    "กันยา": 9, "กันยายม": 9, "กันยายณ": 9,
    "ตุลา": 10, "ตุลาคน": 10, "ตลาคม": 10,
    "พฤศจิกา": 11, "พฤษจิกายน": 11, "พฤษจิกา": 11, "พฤศจิกายม": 11, "พฤจิกายน": 11, "พฤศจิการยน": 11,
    "ธันวา": 12, "ธันวาคน": 12, "ธัวาคม": 12, "ธันวาม": 12,
    "sept": 9,
}  # fmt: skip
"""Spellings met in official workbooks beside the right ones (spoken short forms, ฏ for ฎ, ศ for ษ ...)."""

_FISCAL_TH = (
    "ปีงบประมาณ",
    "ปีงบประมาน",
    "ปีงปประมาณ",
    "ปีงบปม",
    "ปีงปม",
    "งบประมาณปี",
    "งบประมาณ",
    "ปีงบ",
    "ปีงป",
    "งบปี",
    "งปม",
)
_FISCAL_EN = ("fiscalyear", "financialyear", "budgetyear", "fiscal", "fy")
_QUARTER_TH = ("ไตรมาส", "ไตรมาศ", "ไตรมาท", "ไตรมาด", "ไตมาส")
_QUARTER_EN = ("quarter", "qtr", "q")
_COUNT_WORDS = {"หนึ่ง": "1", "สอง": "2", "สาม": "3", "สี่": "4"}


def _vocabulary() -> dict[str, tuple[str, int, bool]]:
    """Compact word (no spaces, no full stops, lower case) → kind of token, month number, whether it is Thai."""
    words: dict[str, tuple[str, int, bool]] = {}
    for n in range(12):
        for name in (MONTHS_TH_FULL[n], MONTHS_TH[n].replace(".", "")):
            words[name] = ("month", n + 1, True)
        for name in (MONTHS_EN_FULL[n], MONTHS_EN[n]):
            words[name.lower()] = ("month", n + 1, False)
    words |= {name: ("month", n, not name.isascii()) for name, n in _MISSPELT.items()}
    words |= dict.fromkeys(_FISCAL_TH, ("fiscal", 0, True)) | dict.fromkeys(_FISCAL_EN, ("fiscal", 0, False))
    words |= {f"{name}{at}": ("quarter", 0, True) for name in _QUARTER_TH for at in ("", "ที่")}
    words |= dict.fromkeys(_QUARTER_EN, ("quarter", 0, False))
    words |= {"พศ": ("BE", 0, True), "be": ("BE", 0, False), "buddhistera": ("BE", 0, False)}
    words |= {"คศ": ("CE", 0, True), "ce": ("CE", 0, False), "ad": ("CE", 0, False)}
    words |= {"ประจำปี": ("year", 0, True), "ปี": ("year", 0, True), "เดือน": ("monthword", 0, True)}
    return words | {"calendaryear": ("year", 0, False), "year": ("year", 0, False), "month": ("monthword", 0, False)}


_WORDS = _vocabulary()


@cache
def _token() -> re.Pattern[str]:
    """One number, joining sign or word; compiled on first use, because a command's help needs no periods."""
    words = sorted(map(re.escape, _WORDS), key=len, reverse=True)
    return re.compile("|".join([r"(?P<number>\d+)", r"(?P<join>[-/,])", *words]))


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class ReadPeriod:
    """A period and the calendar in which its year was written."""

    period: Period
    calendar: Calendar


def read_period(
    text: str | float, *, frequency: Frequency | None = None, pivot: int = PIVOT, fiscal_start_month: int = 10
) -> ReadPeriod:
    """Read one period in any of the spellings of the module's docstring.

    With ``frequency`` the period must be of it: a bare year is then a fiscal year where fiscal years are wanted, and
    ``4/2563`` a quarter or a month; anything else of another frequency is refused. ``pivot`` is the latest Buddhist
    year that two digits may mean. Quarters of a fiscal year become calendar quarters by ``fiscal_start_month``
    (1, 4, 7 or 10). Raises :class:`InputError` (code ``period``).

    >>> read_period("ปี พ.ศ. ๒๕๖๖")
    ReadPeriod(period=Period(frequency=<Frequency.ANNUAL: 'A'>, ordinal=2023), calendar='BE')
    >>> read_period("ปีงบ 67").period.iso, read_period("ไตรมาส 4/2563").period.iso, read_period("ม.ค.66").period.iso
    ('FY2024', '2020-Q4', '2023-01')
    """
    return _read(str(text), frequency, pivot, fiscal_start_month)


@lru_cache(maxsize=8192)
def _read(text: str, frequency: Frequency | None, pivot: int, fiscal_start_month: int) -> ReadPeriod:
    parts = _Parts.of(text)
    if parts.kinds & {"month"}:
        return parts.month(pivot, frequency)
    if parts.kinds & {"quarter"}:
        return parts.quarter(pivot, fiscal_start_month, frequency)
    if len(parts.numbers) == 1:
        return parts.year(pivot, frequency)
    return parts.numeric_pair(frequency)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words and numbers of one written period."""

    text: str
    kinds: frozenset[str]
    months: tuple[int, ...]
    numbers: tuple[str, ...]
    thai: bool
    joined: bool

    @classmethod
    def of(cls, text: str) -> _Parts:
        compact = _compact(text)
        kinds, months, numbers, thai, joined, at = set(), [], [], False, False, 0
        while at < len(compact):
            match = _token().match(compact, at)
            if match is None:
                raise _unreadable(text)
            if match["number"]:
                numbers.append(match["number"])
            elif match["join"]:
                joined = True
            else:
                kind, month, is_thai = _WORDS[match[0]]
                kinds.add(kind)
                months += [month] if month else []
                thai = thai or is_thai
            at = match.end()
        if not numbers:
            raise _unreadable(text)
        return cls(text, frozenset(kinds), tuple(months), tuple(numbers), thai, joined)

    def month(self, pivot: int, frequency: Frequency | None) -> ReadPeriod:
        """A month by name: one name, one year."""
        if len(self.numbers) > 1:
            raise _date_or_range(self.text)
        if len(self.months) != 1 or self.kinds & {"fiscal", "quarter"}:
            raise _ambiguous(self.text)
        year, calendar = self._year(self.numbers[0], pivot)
        return self._checked(Period(Frequency.MONTHLY, 12 * year + self.months[0] - 1), calendar, frequency)

    def quarter(self, pivot: int, fiscal_start_month: int, frequency: Frequency | None) -> ReadPeriod:
        """A quarter: its number has one digit, its year two or four."""
        ones = [n for n in self.numbers if len(n) == 1]
        years = [n for n in self.numbers if len(n) > 1]
        if len(ones) != 1 or len(years) != 1 or ones[0] not in "1234":
            raise _unreadable(self.text)
        year, calendar = self._year(years[0], pivot)
        ordinal = 4 * year + int(ones[0]) - 1
        if "fiscal" in self.kinds:
            if fiscal_start_month % 3 != 1:
                raise _ambiguous(self.text)
            ordinal -= (13 - fiscal_start_month) // 3 % 4
        return self._checked(Period(Frequency.QUARTERLY, ordinal), calendar, frequency)

    def year(self, pivot: int, frequency: Frequency | None) -> ReadPeriod:
        """A calendar or fiscal year."""
        if "monthword" in self.kinds or self.joined:
            raise _unreadable(self.text)
        year, calendar = self._year(self.numbers[0], pivot)
        fiscal = "fiscal" in self.kinds or frequency is Frequency.FISCAL
        return self._checked(Period.fiscal(year) if fiscal else Period.year(year), calendar, frequency)

    def numeric_pair(self, frequency: Frequency | None) -> ReadPeriod:
        """``2023-01``, ``01/2566``; ``4/2563`` only when the frequency says whether 4 is a month or a quarter."""
        long = [n for n in self.numbers if len(n) == 4]
        short = [n for n in self.numbers if len(n) < 3]
        if len(self.numbers) != 2 or len(long) != 1 or len(short) != 1 or "fiscal" in self.kinds:
            raise _date_or_range(self.text)
        year, calendar = self._year(long[0], PIVOT)
        part = int(short[0])
        if len(short[0]) == 1 and frequency is Frequency.QUARTERLY and 1 <= part <= 4:
            return ReadPeriod(Period(Frequency.QUARTERLY, 4 * year + part - 1), calendar)
        if len(short[0]) == 1 and frequency is not Frequency.MONTHLY and "monthword" not in self.kinds:
            raise _ambiguous(self.text)
        if not 1 <= part <= 12:
            raise _date_or_range(self.text)
        return self._checked(Period(Frequency.MONTHLY, 12 * year + part - 1), calendar, frequency)

    def _year(self, digits: str, pivot: int) -> tuple[int, Calendar]:
        """The CE year and the calendar of a written year number."""
        marked_be, marked_ce, year = "BE" in self.kinds, "CE" in self.kinds, int(digits)
        if marked_be and marked_ce:
            raise _ambiguous(self.text)
        if len(digits) == 2:
            if marked_ce or not (self.thai or marked_be):
                raise _ambiguous(self.text)
            year = pivot - (pivot - year) % 100
        if year in BE_YEARS and not marked_ce:
            return year - BE_OFFSET, "BE"
        if len(digits) == 4 and year in CE_YEARS and not marked_be:
            return year, "CE"
        raise _wrong_year(self.text, digits)

    def _checked(self, period: Period, calendar: Calendar, frequency: Frequency | None) -> ReadPeriod:
        if frequency is not None and period.frequency is not frequency:
            wanted = _FREQUENCY_WORDS[frequency]
            raise InputError(
                Text(f"“{self.text}” ไม่ใช่{wanted.th}", f"“{self.text}” is not a {wanted.en}"),
                remedy=Text(
                    f"ชุดข้อมูลนี้ใช้{wanted.th} เช่น {_EXAMPLES[frequency].th}", f"write it like {_EXAMPLES[frequency].en}"
                ),
                code="period",
            )
        return ReadPeriod(period, calendar)


_FREQUENCY_WORDS = {
    Frequency.ANNUAL: Text("ปีปฏิทิน", "calendar year"),
    Frequency.FISCAL: Text("ปีงบประมาณ", "fiscal year"),
    Frequency.QUARTERLY: Text("ไตรมาส", "quarter"),
    Frequency.MONTHLY: Text("เดือน", "month"),
}
_EXAMPLES = {
    Frequency.ANNUAL: Text("2566 หรือ พ.ศ. 2566", "2023 or พ.ศ. 2566"),
    Frequency.FISCAL: Text("ปีงบประมาณ 2567 หรือ FY2567", "FY2024 or ปีงบประมาณ 2567"),
    Frequency.QUARTERLY: Text("ไตรมาส 4/2563 หรือ 2020-Q4", "2020-Q4 or ไตรมาส 4/2563"),
    Frequency.MONTHLY: Text("ม.ค. 2566 หรือ 2023-01", "2023-01 or ม.ค. 2566"),
}


def _compact(text: str) -> str:
    """``text`` in Arabic digits and lower case, without spaces, invisible signs, full stops and ``.0`` of floats."""
    plain = to_arabic_digits(_INVISIBLE.sub("", text)).lower()
    plain = _DASHES.sub("-", plain).replace("เเ", "แ").replace("\u0e4d\u0e32", "\u0e33")
    plain = " ".join(plain.replace("_", " ").split()).strip("()[]'\"")
    plain = re.sub(r"(?<=\d{4})\.0+$", "", plain)
    if re.search(r"\d\.\d", plain):
        raise _unreadable(text)
    plain = re.sub(r"(\d) (?=\d)", r"\1,", plain.replace(".", " "))
    plain = plain.replace(" ", "")
    for word, digit in _COUNT_WORDS.items():
        plain = plain.replace(word, digit)
    return plain


def _unreadable(text: str) -> InputError:
    return InputError(
        Text(f"“{text}” ไม่ใช่ช่วงเวลาที่อ่านได้", f"“{text}” cannot be read as a period"),
        remedy=Text(
            "เขียนแบบ 2566, พ.ศ. 2566, ปีงบประมาณ 2567, ไตรมาส 4/2563, ม.ค. 2566 หรือ 2023, FY2024, 2020-Q4, 2023-01",
            "write 2023, FY2024, 2020-Q4, 2023-01 or 2566, ปีงบประมาณ 2567, ไตรมาส 4/2563, ม.ค. 2566",
        ),
        code="period",
    )


def _ambiguous(text: str) -> InputError:
    return InputError(
        Text(f"“{text}” อ่านได้มากกว่าหนึ่งความหมาย", f"“{text}” can mean more than one period"),
        remedy=Text(
            "เขียนปีเต็มสี่หลักพร้อมบอกว่าเป็นเดือนหรือไตรมาส เช่น ม.ค. 2566 หรือ ไตรมาส 4/2563",
            "write all four digits of the year and say whether it is a month or a quarter: 2023-01, 2020-Q4",
        ),
        code="period",
    )


def _date_or_range(text: str) -> InputError:
    return InputError(
        Text(f"“{text}” เป็นวันที่หรือช่วงหลายปี ไม่ใช่ช่วงเวลาเดียว", f"“{text}” is a date or a span, not one period"),
        remedy=Text(
            "ใช้ปี ไตรมาส หรือเดือนเดียวต่อหนึ่งแถว เช่น 2566 หรือ ม.ค. 2566",
            "give one year, quarter or month per row, such as 2023 or 2023-01",
        ),
        code="period",
    )


def _wrong_year(text: str, digits: str) -> InputError:
    return InputError(
        Text(
            f"ปี {digits} ใน “{text}” ไม่อยู่ในศักราชที่ระบุหรือที่เป็นไปได้", f"year {digits} in “{text}” does not fit its calendar"
        ),
        remedy=Text(
            f"พ.ศ. ใช้ {BE_YEARS.start}-{BE_YEARS.stop - 1} และ ค.ศ. ใช้ {CE_YEARS.start}-{CE_YEARS.stop - 1}",
            f"Buddhist Era: {BE_YEARS.start}-{BE_YEARS.stop - 1}; Common Era: {CE_YEARS.start}-{CE_YEARS.stop - 1}",
        ),
        code="period",
    )


def write_period(
    period: Period,
    language: Language = "th",
    calendar: Calendar | None = None,
    digits: Digits = "arabic",
    *,
    short: bool = False,
) -> str:
    """The period in natural Thai or English; Buddhist years in Thai and Common Era years in English unless told.

    ``short`` is for axes and table heads: the bare year, ``ปีงบ 2567``, ``4/2563`` with its quarter mark. What it
    writes, :func:`read_period` reads back as the same period (years 1800-2199 CE).

    >>> write_period(Period.year(2023)), write_period(Period.fiscal(2024)), write_period(Period.from_iso("2020-Q4"))
    ('พ.ศ. 2566', 'ปีงบประมาณ 2567', 'ไตรมาสที่ 4 ปี 2563')
    >>> write_period(Period.from_iso("2023-01")), write_period(Period.from_iso("2023-01"), "en")
    ('ม.ค. 2566', 'Jan 2023')
    >>> write_period(Period.year(2023), "en", "BE"), write_period(Period.year(2023), "th", "CE", "thai")
    ('2566 BE', 'ค.ศ. ๒๐๒๓')
    """
    era: Calendar = calendar or ("BE" if language == "th" else "CE")
    year = str(period.year_be if era == "BE" else period.year_ce)
    text = _write_th(period, year, era, short) if language == "th" else _write_en(period, year, era, short)
    return to_thai_digits(text) if digits == "thai" else text


def _write_th(period: Period, year: str, era: Calendar, short: bool) -> str:
    marked = year if era == "BE" or short else f"ค.ศ. {year}"
    match period.frequency:
        case Frequency.FISCAL:
            return f"ปีงบ {marked}" if short else f"ปีงบประมาณ {marked}"
        case Frequency.QUARTERLY:
            return f"ไตรมาส {period.part}/{year}" if short else f"ไตรมาสที่ {period.part} ปี {marked}"
        case Frequency.MONTHLY:
            return f"{MONTHS_TH[period.part - 1]} {marked}"
    return year if short else f"{'พ.ศ.' if era == 'BE' else 'ค.ศ.'} {year}"


def _write_en(period: Period, year: str, era: Calendar, short: bool) -> str:
    suffix = " BE" if era == "BE" and not short else ""
    match period.frequency:
        case Frequency.FISCAL:
            return f"FY{year}{suffix}"
        case Frequency.QUARTERLY:
            return f"Q{period.part} {year}{suffix}"
        case Frequency.MONTHLY:
            return f"{MONTHS_EN[period.part - 1]} {year}{suffix}"
    return f"{year}{suffix}"


def period_text(period: Period, *, short: bool = False) -> Text:
    """Both wordings at once, each in its usual calendar.

    >>> period_text(Period.year(2019))
    Text(th='พ.ศ. 2562', en='2019')
    """
    return Text(write_period(period, "th", short=short), write_period(period, "en", short=short))
