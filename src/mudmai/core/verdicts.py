"""The results of judgement and of looking ahead: what every face shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core.language import Text
from mudmai.core.periods import Period


class Verdict(StrEnum):
    """The five verdicts."""

    MET = "met"
    NOT_MET = "not_met"
    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    NOT_JUDGED = "not_judged"

    @property
    def label(self) -> Text:
        """The verdict in words."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.MET: Text("บรรลุ", "met"),
    Verdict.NOT_MET: Text("ไม่บรรลุ", "not met"),
    Verdict.ON_TRACK: Text("อยู่ในเส้นทาง", "on track"),
    Verdict.OFF_TRACK: Text("หลุดเส้นทาง", "off track"),
    Verdict.NOT_JUDGED: Text("ยังตัดสินไม่ได้", "not judged"),
}


class Reason(StrEnum):
    """Why a verdict is what it is; the first group goes with a judged verdict, the second with ``not_judged``."""

    COMPARED = "compared"
    PATH = "path"
    REACHED = "reached"
    DEADLINE_PASSED = "deadline_passed"

    VALUE_MISSING = "value_missing"
    COMPARATOR_MISSING = "comparator_missing"
    BASE_MISSING = "base_missing"
    SERIES_BREAK = "series_break"
    NOT_COMPARABLE = "not_comparable"
    AREA_NOT_VALID = "area_not_valid"
    PERIOD_OUTSIDE = "period_outside"
    DIVISION_BY_ZERO = "division_by_zero"
    NO_PARENT = "no_parent"
    NO_DATA = "no_data"
    REFERENCE = "reference"
    """The area is shown for comparison; the plan does not judge it."""


class MissingReason(StrEnum):
    """Why a formula has no value at a cell (reference evaluator)."""

    INPUT_MISSING = "input_missing"
    DIVISION_BY_ZERO = "division_by_zero"
    SERIES_BREAK = "series_break"
    NO_PARENT = "no_parent"
    NO_CHILDREN = "no_children"
    CHILD_MISSING = "child_missing"
    NO_CROSSWALK_LINK = "no_crosswalk_link"
    UNDEFINED = "undefined"
    """Mathematically undefined: a growth from a base that is not positive, an overflow."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict on one area in one period.

    ``value`` and ``comparator`` are in the indicator's unit; None is missing. ``gap`` is value minus comparator.
    ``coverage`` is the share (0..1) of the inputs this verdict needs that are present.
    """

    verdict: Verdict
    reason: Reason
    sentence: Text
    value: float | None = None
    comparator: float | None = None
    target: float | None = None
    coverage: float = 0.0

    @property
    def gap(self) -> float | None:
        """Value minus comparator, when both are known."""
        return None if self.value is None or self.comparator is None else self.value - self.comparator


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A point ahead: median and the limits of the 80 % and 95 % prediction intervals, in the indicator's unit."""

    period: Period
    median: float
    low80: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True, slots=True)
class PathAhead:
    """The way to a target with a deadline.

    ``required`` is the straight line from the start to the target; ``needed_per_period`` the change still needed in
    each remaining period; ``recent_per_period`` the average change so far. ``points`` and ``chance`` are None/empty
    when ``refusal`` says why no projection is made. ``last_reachable`` is the last period from which the target could
    still be reached at the fastest pace this series has shown; ``easier_than_trend`` warns that the target asks for
    less than the trend delivers anyway. ``needed_note`` says ``needed_per_period`` in words; with no figure at all it
    says the yearly change from the start to the deadline instead.
    """

    start: Period
    deadline: Period
    target: float
    required: tuple[tuple[Period, float], ...]
    latest: Period | None
    latest_value: float | None
    needed_per_period: float | None
    recent_per_period: float | None
    points: tuple[PathPoint, ...] = ()
    chance: float | None = None
    method: Text = field(default_factory=lambda: Text("", ""))
    refusal: Text | None = None
    last_reachable: Period | None = None
    last_reachable_note: Text = field(default_factory=lambda: Text("", ""))
    easier_than_trend: bool = False
    needed_note: Text = field(default_factory=lambda: Text("", ""))
    figures: int = 0
    """How many figures the projection rests on."""
    chance_note: Text = field(default_factory=lambda: Text("", ""))
    """``chance`` in words, which say so when the figures are few; empty where there is no projection."""
