"""Findings, their fingerprints and reports: JSON and back, exceptions, counts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.checks import (
    KEPT,
    CheckReport,
    Coverage,
    Fact,
    Finding,
    RuleCount,
    Severity,
    fingerprint,
    joined,
    report_of_problems,
    with_exceptions,
)
from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text, same

FACT = Fact("th-nesdc", "TH-50", "2019", "grp", "sex=F")


def finding(
    rule: str = "parts", *, severity: Severity = Severity.ERROR, value: float = 1.5, area: str = "A"
) -> Finding:
    fact = Fact("s", area, "2019", "x", "")
    return Finding(
        rule, severity, Text("ไม่ตรง", "off"), Text("แก้", "mend"), Where("a.xlsx", "แผ่น", "B7"), fact, value,
        same("2"), fingerprint(rule, fact, value),
    )  # fmt: skip


def report(*findings: Finding, extra: int = 0) -> CheckReport:
    rules = {(one.rule, one.severity) for one in findings}
    counts = tuple(
        RuleCount(
            rule,
            same(rule),
            severity,
            sum((one.rule, one.severity) == (rule, severity) for one in findings) + extra,
        )
        for rule, severity in sorted(rules)
    )
    return CheckReport(findings, counts, (Coverage("c", "x", "", 10, 9, 1),), "a.xlsx", 10)


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_a_fingerprint_changes_with_the_value_and_only_with_it(one: float, other: float) -> None:
    same_digits = f"{one:.12g}" == f"{other:.12g}"
    assert (fingerprint("r", FACT, one) == fingerprint("r", FACT, other)) == same_digits


def test_a_fingerprint_knows_rule_and_fact() -> None:
    marks = {
        fingerprint("r", FACT, 1.0),
        fingerprint("q", FACT, 1.0),
        fingerprint("r", Fact("th-nesdc", "TH-50", "2019", "grp", "sex=M"), 1.0),
        fingerprint("r", Fact("th-nesdc", "TH-50", "2020", "grp", "sex=F"), 1.0),
        fingerprint("r", FACT, None),
        fingerprint("r", FACT, 1.0, 2.0),
    }
    assert len(marks) == 6


def test_a_report_goes_through_json_unchanged() -> None:
    made = report(finding(), finding("jump", severity=Severity.WARNING))
    assert CheckReport.from_dict(json.loads(json.dumps(made.as_dict(), ensure_ascii=False))) == made


def test_exceptions_take_findings_out_of_the_counts_and_give_them_back() -> None:
    one, two = finding(), finding("jump", severity=Severity.WARNING)
    made = report(one, two)
    assert (made.errors, made.warnings, made.accepted, made.ok) == (1, 1, 0, False)
    excepted = with_exceptions(made, {one.fingerprint})
    assert (excepted.errors, excepted.warnings, excepted.accepted, excepted.ok) == (0, 1, 1, True)
    assert [f.rule for f in excepted.findings] == ["jump", "parts"]
    assert with_exceptions(excepted, ()).errors == 1
    assert with_exceptions(excepted, {one.fingerprint}) == excepted


def test_faults_of_reading_are_counted_all_and_never_excepted() -> None:
    problems = [Problem("number", same("“x”"), same("mend"), Where("a.csv", row=row)) for row in (2, 3)]
    made = report_of_problems(problems, counted=12_000, titles={"number": Text("ตัวเลข", "numbers")}, file="a.csv")
    assert made.errors == 12_000
    assert made.counts[0].title.en == "numbers"
    assert len({one.fingerprint for one in made.findings}) == 2
    assert with_exceptions(made, {one.fingerprint for one in made.findings}).errors == 12_000
    assert made.cut == 11_998


def test_joined_reports_keep_errors_first_and_are_cut() -> None:
    many = report(*(finding("jump", severity=Severity.WARNING, value=n) for n in range(KEPT)))
    both = joined(many, report(finding()))
    assert len(both.findings) == KEPT
    assert both.findings[0].severity is Severity.ERROR
    assert both.errors == 1
    assert both.warnings == KEPT
    assert both.cut == 1
