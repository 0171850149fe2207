"""Checks of a dataset: what is declared about its figures, and what was found in a file that was sent in.

A :class:`FieldRule` is the constraint of one column (Frictionless Table Schema 1); a :class:`CheckRule` says how
figures must stand to each other: parts and wholes, the past, a formula, what must be there. A :class:`Finding` is one
figure that does not, with its place, what was expected and the next step. Its *fingerprint* is made of the rule, the
fact and the value: an exception that a person accepted holds for the same value in the next file and lapses with
another value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text, same
from mudmai.core.periods import Period

KEPT = 10_000
"""So many findings of one file are told in full; all are counted."""

READING = "reading"
"""Rule ids of faults that stopped the reading begin with this word: ``reading.number``. They cannot be excepted."""

SCHEMA = "schema"
"""Rule ids of column constraints begin with this word: ``schema.flag``."""


class Severity(StrEnum):
    """What a finding stops."""

    ERROR = "error"
    """The file must be mended, or the finding accepted with a reason, before it can be submitted."""
    WARNING = "warning"
    """Somebody should look."""

    @property
    def label(self) -> Text:
        """The severity in words."""
        return {"error": Text("ต้องแก้ไข", "must be mended"), "warning": Text("ควรตรวจสอบ", "worth a look")}[self.value]


class CheckKind(StrEnum):
    """What a rule compares."""

    PARTS = "parts"
    RANGE = "range"
    JUMP = "jump"
    HISTORY = "history"
    COVERAGE = "coverage"
    DUPLICATES = "duplicates"
    IDENTITY = "identity"
    MONOTONE = "monotone"

    @property
    def label(self) -> Text:
        """The kind in words."""
        return _KINDS[self]


_KINDS = {
    CheckKind.PARTS: Text("ส่วนย่อยกับยอดรวม", "parts against the whole"),
    CheckKind.RANGE: Text("ช่วงของค่า", "range of values"),
    CheckKind.JUMP: Text("ค่าเปลี่ยนผิดปกติจากเดิม", "jump against its own past"),
    CheckKind.HISTORY: Text("ค่าเดิมที่เผยแพร่แล้วถูกเปลี่ยน", "published figures changed"),
    CheckKind.COVERAGE: Text("ความครบถ้วน", "coverage"),
    CheckKind.DUPLICATES: Text("ข้อมูลซ้ำ", "duplicates"),
    CheckKind.IDENTITY: Text("ความสัมพันธ์ตามสูตร", "identity"),
    CheckKind.MONOTONE: Text("ค่าสะสมต้องไม่ย้อนทิศ", "values that only go one way"),
}


class Incomplete(StrEnum):
    """What a whole is held against when some of its parts are not there."""

    SKIP = "skip"
    """Nothing: a whole is compared with all of its parts only."""
    AT_MOST = "at_most"
    """The parts that are there must not exceed the whole."""
    NOTHING = "nothing"
    """A part without a row adds nothing (a table that lists only areas with cases)."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Constraints of one column of the tidy table, or of one dimension; None and empty: not constrained."""

    name: str
    type: str = "string"
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far off a figure may be: the largest of ``absolute``, ``relative`` (share of the expected) and what rounding
    to ``rounded_to`` (1, 0.1 ...) of every figure in the comparison can amount to."""

    absolute: float = 0.0
    relative: float = 0.0
    rounded_to: float = 0.0

    @property
    def rounding_per_figure(self) -> float:
        """Half of the last place kept: what one rounded figure can be off."""
        return self.rounded_to / 2


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One declared check. Which parameters count depends on ``kind``; ``series`` empty: every series of the dataset.

    ``whole``/``parts`` are levels of the area system; ``dimension`` is a dimension whose codes (``codes``; none: all)
    make its total, or its code ``of``. ``levels``, ``first`` and ``last`` narrow a rule to some areas and periods.
    """

    id: str
    kind: CheckKind
    severity: Severity = Severity.ERROR
    series: tuple[str, ...] = ()
    why: Text = field(default_factory=lambda: Text("", ""))
    tolerance: Tolerance = field(default_factory=Tolerance)
    levels: tuple[str, ...] = ()
    first: Period | None = None
    last: Period | None = None
    whole: str = ""
    parts: str = ""
    dimension: str = ""
    codes: tuple[str, ...] = ()
    of: str = ""
    incomplete: Incomplete = Incomplete.SKIP
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    times: float | None = None
    spread: float | None = None
    above: float = 0.0
    open_periods: int = 0
    continuous: bool = False
    dims: tuple[str, ...] = ()
    formula: str = ""
    falling: bool = False


DEFAULT_RULES: tuple[CheckRule, ...] = (
    CheckRule("duplicates", CheckKind.DUPLICATES),
    CheckRule("history", CheckKind.HISTORY, Severity.WARNING, tolerance=Tolerance(relative=1e-9)),
    CheckRule("jump", CheckKind.JUMP, Severity.WARNING, times=5.0),
)
"""What a dataset that declares nothing is checked for; ``duplicates`` holds for every dataset."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Which figure: an area of a system, a period (house form), a series and its dimension values. ``area`` may be
    empty where a finding concerns many areas together."""

    area_system: str = ""
    area: str = ""
    period: str = ""
    series: str = ""
    dims: str = ""


def fingerprint(rule: str, fact: Fact, *values: float | str | None) -> str:
    """The lasting mark of a finding (32 hexadecimal digits); numbers count to twelve significant digits.

    >>> fact = Fact("s", "A", "2019", "x")
    >>> fingerprint("r", fact, 1.0) == fingerprint("r", fact, 1.0000000000001)
    True
    >>> fingerprint("r", fact, 1.0) == fingerprint("r", fact, 1.1)
    False
    """
    told = [rule, fact.area_system, fact.area, fact.period, fact.series, fact.dims]
    told += ["" if v is None else f"{v:.12g}" if isinstance(v, (int, float)) else v for v in values]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure that does not fit, or one thing that is not there.

    ``value`` is what was found (None: nothing), ``expected`` what should stand there in words. ``accepted`` is True
    where an exception holds; such a finding no longer stops the file.
    """

    rule: str
    severity: Severity
    text: Text
    remedy: Text
    where: Where
    fact: Fact
    value: float | str | None
    expected: Text
    fingerprint: str
    accepted: bool = False

    @property
    def may_be_accepted(self) -> bool:
        """False for faults that stopped the reading and for broken column constraints: these must be mended."""
        return self.rule.partition(".")[0] not in (READING, SCHEMA)

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "text": [self.text.th, self.text.en],
            "remedy": [self.remedy.th, self.remedy.en],
            "where": {n: getattr(self.where, n) for n in Where.__slots__ if getattr(self.where, n) is not None},
            "fact": [getattr(self.fact, n) for n in Fact.__slots__],
            "value": self.value,
            "expected": [self.expected.th, self.expected.en],
            "fingerprint": self.fingerprint,
            "accepted": self.accepted,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Finding:
        """The finding that :meth:`as_dict` told."""
        return cls(
            told["rule"],
            Severity(told["severity"]),
            Text(*told["text"]),
            Text(*told["remedy"]),
            Where(**told["where"]),
            Fact(*told["fact"]),
            told["value"],
            Text(*told["expected"]),
            told["fingerprint"],
            told["accepted"],
        )


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule brought up: ``found`` in all, of which ``accepted`` are excepted and ``kept`` told in full."""

    rule: str
    title: Text
    severity: Severity
    found: int
    accepted: int = 0
    kept: int = 0

    @property
    def open(self) -> int:
        """Findings that nobody accepted."""
        return self.found - self.accepted


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a coverage rule expected of one series (``dims``) and what was there: figures, and rows that say that there
    is none (``told_missing``)."""

    rule: str
    series: str
    dims: str
    expected: int
    present: int
    told_missing: int


@dataclass(frozen=True)
class CheckReport:
    """All that checking a file brought up. ``findings`` are at most :data:`KEPT`: errors first, then in the order of
    the file; ``counts`` (one for each rule that ran, findings or not) count everything."""

    findings: tuple[Finding, ...]
    counts: tuple[RuleCount, ...]
    coverage: tuple[Coverage, ...] = ()
    file: str = ""
    rows: int = 0

    @property
    def errors(self) -> int:
        """Errors that nobody accepted."""
        return sum(one.open for one in self.counts if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """Warnings that nobody accepted."""
        return sum(one.open for one in self.counts if one.severity is Severity.WARNING)

    @property
    def accepted(self) -> int:
        """Findings under an exception."""
        return sum(one.accepted for one in self.counts)

    @property
    def ok(self) -> bool:
        """True when nothing stands against submitting the file."""
        return self.errors == 0

    @property
    def cut(self) -> int:
        """How many findings are counted and not told."""
        return sum(one.found for one in self.counts) - len(self.findings)

    def finding(self, mark: str) -> Finding | None:
        """The finding with this fingerprint."""
        return next((one for one in self.findings if one.fingerprint == mark), None)

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form, read again by :meth:`from_dict`."""
        return {
            "file": self.file,
            "rows": self.rows,
            "errors": self.errors,
            "warnings": self.warnings,
            "accepted": self.accepted,
            "counts": [
                [c.rule, [c.title.th, c.title.en], c.severity.value, c.found, c.accepted, c.kept] for c in self.counts
            ],
            "coverage": [[getattr(c, n) for n in Coverage.__slots__] for c in self.coverage],
            "findings": [one.as_dict() for one in self.findings],
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> CheckReport:
        """The report that :meth:`as_dict` told."""
        return cls(
            tuple(Finding.from_dict(one) for one in told["findings"]),
            tuple(RuleCount(c[0], Text(*c[1]), Severity(c[2]), c[3], c[4], c[5]) for c in told["counts"]),
            tuple(Coverage(*c) for c in told["coverage"]),
            told["file"],
            told["rows"],
        )


def with_exceptions(report: CheckReport, accepted: Collection[str]) -> CheckReport:
    """The report as it stands under these exceptions: of the findings that are told, those accepted and no others."""
    findings, change = [], dict[tuple[str, Severity], int]()
    for one in report.findings:
        now = one.may_be_accepted and one.fingerprint in accepted
        if now != one.accepted:
            key = (one.rule, one.severity)
            change[key] = change.get(key, 0) + (1 if now else -1)
        findings.append(replace(one, accepted=now))
    counts = tuple(replace(c, accepted=c.accepted + change.get((c.rule, c.severity), 0)) for c in report.counts)
    return replace(report, findings=_in_order(findings), counts=counts)


def problem_findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Faults that stopped the reading, as findings, so that one list and one marked file tell all."""
    found = []
    for one in problems:
        rule = f"{READING}.{one.code}"
        place = one.where.words("en")
        mark = fingerprint(rule, Fact(), place, one.message.en)
        found.append(
            Finding(rule, Severity.ERROR, one.message, one.remedy, one.where, Fact(), None, Text("", ""), mark)
        )
    return tuple(found)


def report_of_problems(
    problems: Sequence[Problem], *, counted: int = 0, titles: Mapping[str, Text] | None = None, file: str = ""
) -> CheckReport:
    """The report on a file that could not be read as a whole; ``counted`` is how many faults there were in all."""
    findings = problem_findings(problems)
    by_rule: dict[str, int] = {}
    for one in findings:
        by_rule[one.rule] = by_rule.get(one.rule, 0) + 1
    known = titles or {}
    counts = [
        RuleCount(rule, known.get(rule.partition(".")[2], same(rule)), Severity.ERROR, n, 0, n)
        for rule, n in by_rule.items()
    ]
    rest = counted - len(findings)
    if rest > 0:
        title = Text("ข้อผิดพลาดในการอ่านอื่น ๆ ที่ไม่ได้แสดง", "more faults of reading, not listed")
        counts.append(RuleCount(f"{READING}.more", title, Severity.ERROR, rest))
    return CheckReport(findings[:KEPT], tuple(counts), file=file)


def joined(*reports: CheckReport) -> CheckReport:
    """Several reports on one file as one."""
    findings = [one for report in reports for one in report.findings]
    counts = tuple(one for report in reports for one in report.counts)
    coverage = tuple(one for report in reports for one in report.coverage)
    file = next((report.file for report in reports if report.file), "")
    rows = max((report.rows for report in reports), default=0)
    return CheckReport(_in_order(findings)[:KEPT], counts, coverage, file, rows)


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Open errors, open warnings, then what is accepted; each in the order given."""
    return tuple(sorted(findings, key=lambda one: (one.accepted, one.severity is not Severity.ERROR)))
