"""Values of a list of projects and what they are in the register; both ways (``mudmai.exchange.project_lists``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from mudmai.apps.programme.domain.facts import baht, line_fault, ordered, plain
from mudmai.apps.programme.domain.refusals import problem, refused
from mudmai.apps.programme.models import Programme, Project, Stage, Status
from mudmai.apps.programme.place_names import place_named
from mudmai.apps.registry.areas import catalogue
from mudmai.core.apportionment import SharingRule
from mudmai.core.area_names import fold_name
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.project_list_reading import ListedProject, ListLine, ProjectList
from mudmai.exchange.project_lists import levels_of, levels_text, places_of, places_text

_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MEND = Text("แก้เซลล์นี้แล้วนำเข้าใหม่", "mend this cell and load the file again")
_SHOWN = 200
_LONGEST = {"source_of_fund": 120, "note": 300}


def rows_of(project: Project) -> list[dict[str, Any]]:
    """The rows of a project in the list; places and money are read (prefetch them for many)."""
    shared: dict[str, Any] = {
        "project": str(project.pk),
        "programme": project.programme.title_th,
        **{name: getattr(project, name) for name in _PLAIN},
        "start": project.start.isoformat() if project.start else None,
        "end": project.end.isoformat() if project.end else None,
        "beneficiaries": project.beneficiaries,
        "hierarchy": levels_text(project.hierarchy),
        "areas": places_text((one.area_system, one.area, plain(one.weight)) for one in project.places.all()),
        "sharing": project.sharing_rule,
        "version": project.version,
    }
    money = [
        {
            "fiscal_year": line.fiscal_year,
            "stage": line.stage,
            "source_of_fund": line.source_of_fund,
            "amount": line.amount,
            "note": line.note,
            "cell": line.locator,
        }
        for line in project.budget.all()
    ]
    return [shared | line for line in money] or [shared]


_PLAIN = (
    *("number", "title", "objective", "output", "outcome", "kpi", "description", "department", "status"),
    *("type", "sector", "purpose"),
)


def same_fact(one: Any, other: Any) -> bool:
    """Are they the same, line ends and signs that no table keeps aside?"""
    return bool(_even(one) == _even(other))


def _even(value: Any) -> Any:
    if isinstance(value, str):
        text = _UNPRINTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text.strip()
    if isinstance(value, (list, tuple)):
        return [_even(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _even(one) for key, one in value.items()}
    return value


def fact_of(column: str, text: str, base: Mapping[str, Any]) -> tuple[str, Any, str, str]:
    """The fact that a column tells: its name, its value, and before and after in words. Raises :class:`InputError`."""
    if column in ("start", "end"):
        value = _day(text, column)
        return column, value, base[column] or "", value or ""
    if column == "beneficiaries":
        number = _whole(text)
        return column, number, "" if base[column] is None else f"{base[column]:,}", text
    if column == "status":
        status = _code(text, [(one.value, one.title) for one in Status], Text("สถานะ", "status")) or base[column]
        return column, status, Status(base[column]).title.th, Status(status).title.th
    if column == "sharing":
        rule = _code(text, [(one.value, one.label) for one in SharingRule], Text("วิธีแบ่ง", "sharing rule"))
        rule = rule or base["sharing_rule"]
        return "sharing_rule", rule, SharingRule(base["sharing_rule"]).label.th, SharingRule(rule).label.th
    if column == "hierarchy":
        try:
            levels = levels_of(text)
        except ValueError as line:
            raise refused(f"“{line}” ไม่บอกระดับ", f"“{line}” tells no level", column, remedy=_LEVELS) from None
        return column, levels, levels_text(base[column])[:_SHOWN], text[:_SHOWN]
    if column == "areas":
        places = _places(text)
        return "places", places, _places_said(base["places"]), _places_said(places)
    return column, text, str(base[column])[:_SHOWN], text[:_SHOWN]


_LEVELS = Text("เขียน รหัสระดับ: ชื่อ > รหัสระดับ: ชื่อ", "write level: words > level: words")


def _day(text: str, column: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(to_arabic_digits(text)[:10]).isoformat()
    except ValueError:
        raise refused(
            f"“{text}” ไม่ใช่วันที่แบบ 2025-01-31", f"“{text}” is no day such as 2025-01-31", column, remedy=_MEND
        ) from None


def _whole(text: str) -> int | None:
    plain_text = to_arabic_digits(text).replace(",", "")
    if not plain_text:
        return None
    if not plain_text.isdigit() or len(plain_text) > 12:
        raise refused(f"“{text}” ไม่ใช่จำนวนเต็ม", f"“{text}” is no whole number", "beneficiaries", remedy=_MEND)
    return int(plain_text)


def _code(text: str, known: Iterable[tuple[str, Text]], kind: Text) -> str | None:
    """The code that a code or its words in either language mean; None for an empty text."""
    if not text:
        return None
    listed = list(known)
    asked = fold_name(text)
    for code, title in listed:
        if asked in (fold_name(code), fold_name(title.th), fold_name(title.en)):
            return code
    raise UnknownNameError(kind, text, [code for code, _ in listed])


def _places(text: str) -> list[dict[str, Any]]:
    systems = catalogue().area_systems
    found = []
    for system, code, weight in places_of(text):
        if not system:
            homes = [id for id, one in systems.items() if code in one.by_code]
            if len(homes) == 1:
                system = homes[0]
            else:
                meant = place_named(code, field="areas")
                system, code = meant.system, meant.code
        share = _weight(weight) if weight else None
        found.append({"area_system": system, "area": code, "weight": share})
    return found


def _weight(text: str) -> str | None:
    """In the register's own way of writing; what is no number stays, to be refused with the others."""
    said = to_arabic_digits(text)
    try:
        return plain(Decimal(said))
    except InvalidOperation:
        return said


def _places_said(places: Sequence[Mapping[str, Any]]) -> str:
    return places_text((one["area_system"], one["area"], one["weight"]) for one in places)[:_SHOWN]


Told = tuple[str, str, str, str]


def money_facts(
    programme: Programme, listed: ProjectList, one: ListedProject, known: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[Told], list[Problem]]:
    """The lines of a project with those of the file in their places; what is different; what is wrong.

    A line that the file does not have stays. An amount that changes carries the cell of this file from now on.
    """
    lines = {_line_key(line): dict(line) for line in known}
    seen: set[tuple[int, str, str]] = set()
    told: list[Told] = []
    faults: list[Problem] = []
    for line in one.lines:
        place = f"{listed.sheet}!{line.cell}"
        try:
            made = _line(line, place)
        except InputError as refusal:
            where = listed.where(line.stage.cell, row=line.row, field="stage")
            faults.append(Problem(refusal.code, refusal.message, refusal.remedy, where))
            continue
        key = _line_key(made)
        old = lines.get(key)
        if old is not None:
            made["source_of_fund"] = old["source_of_fund"]
        if old is not None and line.note is None and old["amount"] == made["amount"]:
            made["note"] = old["note"]
        wrong = _wrong(programme, listed, line, made, key in seen, old)
        seen.add(key)
        if wrong is not None:
            faults.append(wrong)
        elif old is None or old["amount"] != made["amount"] or not same_fact(old["note"], made["note"]):
            words = f"{Stage(made['stage']).title.th} {made['fiscal_year'] + 543} {made['source_of_fund']}".strip()
            told.append((words, _said(old), _said(made), place))
            lines[key] = made
    return ordered(lines.values()), told, faults


def _line_key(line: Mapping[str, Any]) -> tuple[int, str, str]:
    return line["fiscal_year"], line["stage"], _even(line["source_of_fund"])


def _line(line: ListLine, place: str) -> dict[str, Any]:
    stage = _code(line.stage.text, [(one.value, one.title) for one in Stage], Text("ขั้นของเงิน", "stage of money"))
    note = line.note or ""
    return {
        "fiscal_year": line.fiscal_year,
        "source_of_fund": line.source,
        "stage": stage or Stage.PLANNED.value,
        "amount": baht(line.amount),
        "locator": place,
        "note": note or ("-" if line.told else ""),
    }


def _wrong(
    programme: Programme,
    listed: ProjectList,
    line: ListLine,
    made: Mapping[str, Any],
    twice: bool,
    old: Mapping[str, Any] | None,
) -> Problem | None:
    where = listed.where(line.cell, row=line.row, field="amount")
    if twice:
        th, en = "ระบุปี ขั้น และแหล่งเงินเดียวกันซ้ำ", "a year, stage and source of fund given twice"
        return problem("budget_twice", th, en, _MEND, where)
    for name, most in _LONGEST.items():
        if len(made[name]) > most:
            th, en = f"{name} ยาวเกิน {most} ตัวอักษร", f"{name} has more than {most} characters"
            return problem("list_value", th, en, _MEND, where)
    fault = line_fault(programme, made) if old is None or old["amount"] != made["amount"] else None
    return None if fault is None else Problem(fault.code, fault.message, fault.remedy, where)


def _said(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return ""
    return "–" if line["amount"] is None else f"{Decimal(line['amount']):,.2f}"
