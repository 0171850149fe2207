"""Observations: area x period x series x dimensions → value + flag + source."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.sources import SourceRef


class Flag(StrEnum):
    """Observation status, codes of SDMX CL_OBS_STATUS 2.2 (the part that official figures use)."""

    NORMAL = "A"
    TIME_SERIES_BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    IMPUTED = "I"
    MISSING_DATA_EXISTS = "L"
    MISSING_CANNOT_EXIST = "M"
    MISSING = "O"
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    LOW_RELIABILITY = "U"

    @property
    def label(self) -> Text:
        """The flag in words."""
        return _LABELS[self]


_LABELS = {
    Flag.NORMAL: Text("ปกติ", "normal value"),
    Flag.TIME_SERIES_BREAK: Text("อนุกรมขาดตอน", "time series break"),
    Flag.DEFINITION_DIFFERS: Text("นิยามต่างออกไป", "definition differs"),
    Flag.ESTIMATED: Text("ค่าประมาณ", "estimated value"),
    Flag.FORECAST: Text("ค่าพยากรณ์", "forecast value"),
    Flag.IMPUTED: Text("ค่าที่แทนค่าสูญหาย", "imputed value"),
    Flag.MISSING_DATA_EXISTS: Text("ไม่มีค่า (มีข้อมูลแต่ไม่ได้เก็บ)", "missing value; data exist but were not collected"),
    Flag.MISSING_CANNOT_EXIST: Text("ไม่มีค่า (เป็นไปไม่ได้)", "missing value; data cannot exist"),
    Flag.MISSING: Text("ไม่มีค่า", "missing value"),
    Flag.PROVISIONAL: Text("ค่าเบื้องต้น", "provisional value"),
    Flag.SUPPRESSED: Text("ปกปิดเพื่อคุ้มครองข้อมูลส่วนบุคคล", "missing value; suppressed to protect people"),
    Flag.LOW_RELIABILITY: Text("ความเชื่อถือได้ต่ำ", "low reliability"),
}

MISSING_FLAGS = frozenset({Flag.MISSING_DATA_EXISTS, Flag.MISSING_CANNOT_EXIST, Flag.MISSING, Flag.SUPPRESSED})
"""The only flags under which ``value`` may be None."""

Dims = tuple[tuple[str, str], ...]
"""Dimension values of an observation, sorted by dimension id: ``(("sex", "F"),)``; totals are left out."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One value. ``value`` None means missing and goes with a missing flag; it is never read as zero."""

    area: str
    period: Period
    series: str
    value: float | None
    dims: Dims = ()
    flag: Flag = Flag.NORMAL
    source: SourceRef = field(default_factory=lambda: SourceRef(""))
    method: str = ""


def write_dims(dims: Dims) -> str:
    """The canonical text of dimension values: ``age=15-24;sex=F``; empty for totals.

    >>> write_dims((("sex", "F"), ("age", "15-24")))
    'age=15-24;sex=F'
    """
    return ";".join(f"{name}={code}" for name, code in sorted(dims))


def read_dims(text: str) -> Dims:
    """The inverse of :func:`write_dims`.

    >>> read_dims("age=15-24;sex=F")
    (('age', '15-24'), ('sex', 'F'))
    """
    if not text:
        return ()
    pairs = (part.partition("=") for part in text.split(";"))
    return tuple(sorted((name, code) for name, _, code in pairs))
