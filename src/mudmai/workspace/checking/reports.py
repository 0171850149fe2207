"""Reports of checks: kept by their content, and given out as a marked workbook or as rows for CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudmai.core.checks import CheckReport, Finding, Severity
from mudmai.core.language import Text
from mudmai.workspace.raw_files import RawFile, raw_files

if TYPE_CHECKING:
    from collections.abc import Collection

    from mudmai.workspace.checking.running import Mode
    from mudmai.workspace.intake import Reading
    from mudmai.workspace.workspace import Workspace

CSV_COLUMNS = (
    *("number", "severity", "rule", "accepted", "sheet", "cell", "row", "area_system", "area", "period", "series"),
    *("dims", "value", "expected_th", "expected_en", "problem_th", "problem_en", "remedy_th", "remedy_en"),
    "fingerprint",
)
"""Columns of :func:`finding_rows`."""


def checked_reading(
    workspace: Workspace, reading: Reading, *, accepted: Collection[str] = (), mode: Mode = "update"
) -> CheckReport:
    """Check what :func:`mudmai.workspace.intake.read_file` read: faults of reading and findings in one report.

    For a table that no pack describes only the faults of reading are told.
    """
    from mudmai.workspace.checking.running import check_table, reading_report
    from mudmai.workspace.intake import known_dataset

    if known_dataset(workspace, reading.dataset) is None:
        return reading_report(reading.problems, reading.problem_count, reading.file)
    return check_table(
        workspace,
        reading.dataset,
        reading.table,
        accepted=accepted,
        file=reading.file,
        mode=mode,
        problems=reading.problems,
        problem_count=reading.problem_count,
    )


def keep_report(workspace: Workspace, report: CheckReport) -> RawFile:
    """Keep a report among the raw files, by its content."""
    told = json.dumps(report.as_dict(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return raw_files(workspace).keep_bytes(told.encode(), name="checks.json")


def read_report(workspace: Workspace, sha256: str) -> CheckReport:
    """The report kept under ``sha256``; :class:`UnknownNameError` when there is none."""
    return _read(str(raw_files(workspace).path(sha256)))


@lru_cache(maxsize=16)
def _read(path: str) -> CheckReport:
    # A kept file never changes, so that its path is as good as its content.
    return CheckReport.from_dict(json.loads(Path(path).read_bytes()))


def marked_file(workspace: Workspace, path: Path, *, name: str, report: CheckReport, title: Text) -> bytes:
    """The file at ``path`` as a workbook with the open findings of ``report`` marked; ``title`` names the dataset."""
    from mudmai.exchange.marked_workbook import marked_workbook  # heavy, and needed only where a file is marked
    from mudmai.workspace.intake import named

    marks = [_mark(one) for one in report.findings if not one.accepted]
    with named(workspace, path, name) as file:  # sheets of a file without sheets are called by its name
        return marked_workbook(file, name=name, marks=marks, summary=_summary(report, title))


def _mark(one: Finding) -> Any:
    from mudmai.exchange.marked_workbook import Mark  # beside its only use

    place = one.where
    return Mark(
        one.text,
        one.remedy,
        one.severity,
        sheet=place.sheet or "",
        cell=place.cell or "",
        row=place.row or place.line,
        column=place.field or "",
        found=shown_value(one.value),
        expected=one.expected,
    )


def _summary(report: CheckReport, title: Text) -> Sequence[Text]:
    lines = [
        Text(
            f"ชุดข้อมูล {title.th}: ต้องแก้ไข {report.errors:,} รายการ ควรตรวจสอบ {report.warnings:,} รายการ",
            f"dataset {title.en}: {report.errors:,} must be mended, {report.warnings:,} are worth a look",
        )
    ]
    for one in report.counts:
        if one.open:
            label = one.severity.label
            lines.append(Text(f"{label.th} {one.open:,}: {one.title.th}", f"{label.en} {one.open:,}: {one.title.en}"))
    if report.cut:
        lines.append(
            Text(
                f"รายการนี้แสดง {len(report.findings):,} รายการแรก ยังมีอีก {report.cut:,} รายการ แก้ส่วนนี้แล้วส่งใหม่เพื่อดูที่เหลือ",
                f"the first {len(report.findings):,} are listed; there are {report.cut:,} more: mend these and send "
                "the file again to see the rest",
            )
        )
    return lines


def shown_value(value: float | str | None) -> str:
    """What was found, in full.

    >>> shown_value(1234567.25), shown_value(481148.7), shown_value(None)
    ('1,234,567.25', '481,148.7', '')
    """
    from decimal import Decimal  # only where numbers meet people

    if value is None:
        return ""
    if isinstance(value, str):
        return value
    told = f"{Decimal(repr(float(value))):,f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def finding_rows(findings: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    """Findings as rows with the columns :data:`CSV_COLUMNS`."""
    for number, one in enumerate(findings, start=1):
        yield {
            "number": number,
            "severity": one.severity.value,
            "rule": one.rule,
            "accepted": one.accepted,
            "sheet": one.where.sheet,
            "cell": one.where.cell,
            "row": one.where.row,
            "area_system": one.fact.area_system,
            "area": one.fact.area,
            "period": one.fact.period,
            "series": one.fact.series,
            "dims": one.fact.dims,
            "value": one.value,
            "expected_th": one.expected.th,
            "expected_en": one.expected.en,
            "problem_th": one.text.th,
            "problem_en": one.text.en,
            "remedy_th": one.remedy.th,
            "remedy_en": one.remedy.en,
            "fingerprint": one.fingerprint,
        }


def chosen(findings: Sequence[Finding], *, rule: str = "", show: str = "open") -> list[Finding]:
    """Findings of one rule (empty: all): ``open``, ``error``, ``warning``, ``accepted`` or ``all``."""
    wanted = [one for one in findings if not rule or one.rule == rule]
    match show:
        case "error" | "warning":
            return [one for one in wanted if not one.accepted and one.severity is Severity(show)]
        case "accepted":
            return [one for one in wanted if one.accepted]
        case "all":
            return wanted
    return [one for one in wanted if not one.accepted]
