"""Words of forms made comparable: no spaces, Arabic digits, no marks that people leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from mudmai.core.language import to_arabic_digits
from mudmai.core.number_text import clean_text

_cleaned = lru_cache(maxsize=65536)(clean_text)

_NOTHING = re.compile(r"[\s.,:;()\[\]“”\"'\u2010-\u2015/-]+")
_ENUMERATOR = re.compile(r"(?:[ก-ฮ]\.|[0-9]{1,2}(?:\.[0-9]{1,2})*(?:[.)]\s*|\s+)(?![0-9])|\([0-9]{1,2}\)|[-•*])\s*")
_NUMBERED = re.compile(r"([0-9]{1,2})")


def clean(text: str) -> str:
    """As :func:`clean_text`, at once where there is nothing to clean.

    >>> clean("ก ข"), clean(" ก\\u200b  ข ")
    ('ก ข', 'ก ข')
    """
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return _cleaned(text)


class CleanTexts(dict[str, str]):
    """Texts of one file by what they are written as: the same department stands in thousands of its cells."""

    def __missing__(self, text: str) -> str:
        found = self[text] = clean(text)
        return found


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """``text`` without spaces, stops and brackets, digits Arabic, lower case.

    >>> folded("งบประมาณ (บาท) ๒๕๖๖"), folded("ผ. 02/1")
    ('งบประมาณบาท2566', 'ผ021')
    """
    return _NOTHING.sub("", to_arabic_digits(clean(text))).lower()


@lru_cache(maxsize=16384)
def without_enumerator(text: str) -> str:
    """The words of a row without the ``ก.``, ``1)`` or ``1.2`` before them.

    >>> without_enumerator("ก. ยุทธศาสตร์ชาติ"), without_enumerator("1.2 แผนงานการศึกษา")
    ('ยุทธศาสตร์ชาติ', 'แผนงานการศึกษา')
    """
    plain = to_arabic_digits(clean(text))
    found = _ENUMERATOR.match(plain)
    return plain[found.end() :] if found else plain


def starts_with(text: str, words: Iterable[str]) -> bool:
    """True when the folded ``text`` begins with one of the folded words; words of under four signs must be all of it.

    >>> starts_with("ตัวชี้วัด (KPI)", ["ตัวชี้วัด"]), starts_with("ที่มา", ["ที่"]), starts_with("ที่", ["ที่"])
    (True, False, True)
    """
    whole, beginnings = _known(tuple(words))
    plain = folded(text)
    return plain in whole or plain.startswith(beginnings)


@lru_cache(maxsize=1024)
def _known(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    plain = [folded(one) for one in words]
    return frozenset(plain), tuple(one for one in plain if len(one) > 3)


def near(one: str, other: str, least: float = 0.8) -> bool:
    """True when two folded words differ by a typo at most.

    >>> near("แผนงานสาธารณสุข", "แผนงานสาธรณสุข"), near("แผนงานการศึกษา", "แผนงานสาธารณสุข")
    (True, False)
    """
    if one == other:
        return True
    return bool(one and other) and SequenceMatcher(None, one, other).ratio() >= least


def first_number(text: str) -> str:
    """The first number of one or two digits in ``text``, empty when there is none.

    >>> first_number("ยุทธศาสตร์ที่ ๑ เมืองน่าอยู่")
    '1'
    """
    found = _NUMBERED.search(to_arabic_digits(text))
    return str(int(found[1])) if found else ""


def section_name(strategy: str, plan: str) -> str:
    """The name under which sheets and summary meet: number of the strategy (else its words) and words of the plan.

    >>> section_name("ยุทธศาสตร์ที่ 1 เมืองน่าอยู่", "1.2 แผนงานสาธารณสุข")
    '1 แผนงานสาธารณสุข'
    """
    number = first_number(strategy) or without_enumerator(strategy)
    return f"{number} {without_enumerator(plan)}".strip()
