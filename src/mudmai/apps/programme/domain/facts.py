"""The facts of a project: all that a version of the ledger says of it, as plain JSON, checked before it is kept.

Text fields by their name; ``start``, ``end`` ISO dates or None; ``hierarchy`` a list of [level, words];
``places`` a list of ``{area_system, area, weight}``; ``budget`` a list of ``{fiscal_year, source_of_fund, stage,
amount, locator, note}``. Amounts and weights are decimal text or None (not known).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from mudmai.apps.programme.domain.refusals import CORRECT, problem, refused
from mudmai.apps.programme.models import Programme, Project, Stage, Status
from mudmai.apps.registry.areas import catalogue, checked_area
from mudmai.core.apportionment import SharingRule, share
from mudmai.core.errors import InputError, Problem, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.core.periods import Period

TEXTS = {
    "number": 40,
    "title": 1000,
    "description": 20_000,
    "objective": 20_000,
    "output": 20_000,
    "outcome": 20_000,
    "kpi": 20_000,
    "department": 300,
    "type": 60,
    "sector": 120,
    "purpose": 20_000,
    "form": 60,
    "sheet": 120,
    "cell": 20,
}
"""Text fields and their greatest length."""

PLAIN = (*TEXTS, "status", "start", "end", "hierarchy", "sharing_rule", "beneficiaries", "extra")
FIELDS = (*PLAIN, "places", "budget")
"""All fields, in the order in which they are shown."""

MOST = Decimal(10) ** 13
"""Amounts reach less than this: ten million million baht, some three times the budget of a middle-sized state."""

CENT = Decimal("0.01")
LATE_YEARS = 5
"""Years after a programme's last in which money of it may still be committed and disbursed."""

_STAGES = {stage.value: place for place, stage in enumerate(Stage)}
_LATE = (Stage.COMMITTED.value, Stage.DISBURSED.value)


def empty_facts() -> dict[str, Any]:
    """A project of which nothing is known yet."""
    facts: dict[str, Any] = dict.fromkeys(TEXTS, "")
    return facts | {
        "status": Status.IDENTIFICATION.value,
        "start": None,
        "end": None,
        "hierarchy": [],
        "sharing_rule": SharingRule.UNDIVIDED.value,
        "beneficiaries": None,
        "extra": {},
        "places": [],
        "budget": [],
    }


def facts_of(project: Project) -> dict[str, Any]:
    """The facts of the row as it stands (its places and money are read; prefetch them for many)."""
    facts = {name: getattr(project, name) for name in PLAIN}
    for name in ("start", "end"):
        facts[name] = facts[name].isoformat() if facts[name] else None
    facts["places"] = [
        {"area_system": p.area_system, "area": p.area, "weight": plain(p.weight)} for p in project.places.all()
    ]
    lines = [
        {
            "fiscal_year": line.fiscal_year,
            "source_of_fund": line.source_of_fund,
            "stage": line.stage,
            "amount": baht(line.amount),
            "locator": line.locator,
            "note": line.note,
        }
        for line in project.budget.all()
    ]
    return {**facts, "budget": ordered(lines)}


def baht(amount: Decimal | None) -> str | None:
    """Decimal text with two places; None stays None.

    >>> baht(Decimal("12.5")), baht(None)
    ('12.50', None)
    """
    return None if amount is None else str(amount.quantize(CENT))


def plain(weight: Decimal | None) -> str | None:
    """Decimal text without trailing zeros."""
    if weight is None:
        return None
    text = f"{weight:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ordered(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Budget lines by year, stage and source of fund."""
    return sorted(lines, key=lambda one: (one["fiscal_year"], _STAGES[one["stage"]], one["source_of_fund"]))


def cleaned(programme: Programme, given: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """``base`` (nothing: an empty project) with the fields ``given``, checked. Raises :class:`InputError`."""
    facts = dict(base) if base is not None else empty_facts()
    for name, value in given.items():
        if name not in FIELDS:
            raise UnknownNameError(Text("ช่องของโครงการ", "field of a project"), name, list(FIELDS))
        facts[name] = _checked(programme, name, value)
    if not facts["title"]:
        raise refused("โครงการต้องมีชื่อ", "a project needs a name", "title")
    if facts["start"] and facts["end"] and facts["end"] < facts["start"]:
        raise refused("วันสิ้นสุดอยู่ก่อนวันเริ่ม", "the end is before the start", "end")
    check_places(facts)
    return facts


def _checked(programme: Programme, name: str, value: Any) -> Any:
    if name in TEXTS:
        text = str(value or "").strip()
        if len(text) > TEXTS[name]:
            raise refused(f"ยาวเกิน {TEXTS[name]:,} ตัวอักษร", f"more than {TEXTS[name]:,} characters", name)
        return text
    if name == "status":
        return _one_of(str(value), Status.values, Text("สถานะ", "status"))
    if name == "sharing_rule":
        return _one_of(str(value), [one.value for one in SharingRule], Text("วิธีแบ่ง", "sharing rule"))
    if name in ("start", "end"):
        return _day(value, name)
    if name == "beneficiaries":
        if value is not None and (type(value) is not int or not 0 <= value < 10**12):
            raise refused("จำนวนผู้ได้รับประโยชน์ใช้ไม่ได้", "the number of beneficiaries does not fit", name)
        return value
    if name == "hierarchy":
        return [[str(level), str(words)] for level, words in value]
    if name == "extra":
        return {str(key): str(text) for key, text in dict(value).items()}
    return _places(value) if name == "places" else budget_lines(programme, value)


def _one_of(value: str, known: list[str], kind: Text) -> str:
    if value not in known:
        raise UnknownNameError(kind, value, known)
    return value


def _day(value: Any, name: str) -> str | None:
    if value in (None, ""):
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise refused(f"“{value}” ไม่ใช่วันที่", f"“{value}” is no date (2025-12-31)", name) from None
    if not 1950 <= day.year <= 2200:
        raise refused(f"ปี {day.year} ไม่น่าเป็นปี ค.ศ.", f"{day.year} is hardly a year CE", name, code="year_calendar")
    return day.isoformat()


def budget_lines(programme: Programme, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Checked lines in order; every fault is told at once, each with its cell or its year."""
    found: dict[tuple[int, str, str], dict[str, Any]] = {}
    faults: list[Problem] = []
    for line in lines:
        made = {
            "fiscal_year": line["fiscal_year"],
            "source_of_fund": str(line.get("source_of_fund") or "").strip()[:120],
            "stage": str(line.get("stage") or Stage.PLANNED.value),
            "amount": line.get("amount"),
            "locator": str(line.get("locator") or "")[:160],
            "note": str(line.get("note") or "")[:300],
        }
        fault = line_fault(programme, made)
        key = (made["fiscal_year"], made["stage"], made["source_of_fund"])
        if fault is None and key in found:
            fault = _fault(made, "budget_twice", "ระบุปี ขั้น และแหล่งเงินเดียวกันซ้ำ", "a year, stage and source given twice")
        if fault is not None:
            faults.append(fault)
            continue
        made["amount"] = baht(amount_of(made["amount"]))
        found[key] = made
    if faults:
        first = faults[0]
        raise InputError(
            first.message,
            remedy=first.remedy,
            code=first.code,
            where=first.where,
            problems=faults if faults[1:] else (),
        )
    return ordered(found.values())


def amount_of(value: Any) -> Decimal | None:
    """The exact amount; None where none is given. A float is refused (``ValueError``)."""
    if value is None or value == "":
        return None
    if isinstance(value, float | bool):
        raise ValueError(value)
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError):
        raise ValueError(value) from None
    if not amount.is_finite():
        raise ValueError(value)
    return amount


def line_fault(programme: Programme, line: Mapping[str, Any]) -> Problem | None:
    """What is wrong with a line: its stage, its year or its amount."""
    stage, year = line["stage"], line["fiscal_year"]
    if stage not in _STAGES:
        return _fault(line, "budget", f"ไม่รู้จักขั้นของเงิน {stage}", f"unknown stage of money {stage}")
    if type(year) is not int:
        return _fault(line, "budget", f"ปี {year} ใช้ไม่ได้", f"{year} is no year")
    last = programme.last_year + (LATE_YEARS if stage in _LATE else 0)
    if not programme.first_year <= year <= last:
        if programme.first_year <= year - 543 <= last:
            th = f"ปี {year} เป็น พ.ศ. ทะเบียนเก็บเป็น ค.ศ. ({year - 543})"
            return _fault(line, "year_calendar", th, f"{year} is a Buddhist year; the register keeps CE ({year - 543})")
        th = f"ปี {year} อยู่นอกแผน ({programme.first_year}-{last})"
        return _fault(line, "year_outside", th, f"{year} lies outside the programme ({programme.first_year}-{last})")
    try:
        amount = amount_of(line["amount"])
    except ValueError:
        return _fault(line, "budget", f"“{line['amount']}” ไม่ใช่จำนวนเงิน", f"“{line['amount']}” is no exact amount")
    if amount is None:
        return None
    if amount < 0:
        return _fault(line, "budget_negative", f"จำนวนเงินติดลบ ({amount:,})", f"an amount below zero ({amount:,})")
    if amount >= MOST:
        th = f"จำนวนเงิน {amount:,} มากเกินจริง (ต้องน้อยกว่า {MOST:,})"
        return _fault(line, "budget_too_large", th, f"{amount:,} is out of all measure (less than {MOST:,} is taken)")
    if amount != amount.quantize(CENT):
        return _fault(line, "budget", f"{amount} ละเอียดกว่าสตางค์", f"{amount} is finer than 0.01 baht")
    return None


def _fault(line: Mapping[str, Any], code: str, th: str, en: str) -> Problem:
    sheet, _, cell = str(line["locator"]).rpartition("!")
    where = (
        Where(sheet=sheet or None, cell=cell) if cell else Where(field=f"budget {line['fiscal_year']} {line['stage']}")
    )
    return problem(code, th, en, CORRECT, where)


def _places(places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in places:
        area = checked_area(str(one["area_system"]), str(one["area"]))
        if (area.system, area.code) in found:
            raise refused(f"พื้นที่ซ้ำ {area.code}", f"the place {area.code} is given twice", "places")
        try:
            weight = amount_of(one.get("weight"))
        except ValueError:
            raise refused(
                f"น้ำหนัก {one['weight']} ใช้ไม่ได้", f"the weight {one['weight']} is no number", "weights"
            ) from None
        if weight is not None and not 0 <= weight < Decimal(10) ** 15:
            raise refused(f"น้ำหนัก {weight} อยู่นอกช่วง", f"the weight {weight} is out of range", "weights")
        made = {
            "area_system": area.system,
            "area": area.code,
            "weight": plain(weight and weight.quantize(Decimal("1e-8"))),
        }
        found[area.system, area.code] = made
    return list(found.values())


def check_places(facts: Mapping[str, Any]) -> None:
    """Places that live in the years of the money, and a sharing rule that can be carried out with their weights."""
    years = {line["fiscal_year"] for line in facts["budget"] if line["amount"] is not None}
    by_system: dict[str, dict[str, Decimal | None]] = {}
    for place in facts["places"]:
        weight = None if place["weight"] is None else Decimal(place["weight"])
        by_system.setdefault(place["area_system"], {})[place["area"]] = weight
        _check_alive(place["area_system"], place["area"], years)
    rule = SharingRule(facts["sharing_rule"])
    for weights in by_system.values():
        share(Decimal(100), list(weights), rule, weights)


def _check_alive(system: str, code: str, years: Iterable[int]) -> None:
    known = catalogue().area_systems.get(system)
    area = known.by_code.get(code) if known else None
    if area is None or (area.valid_from is None and area.valid_to is None):
        return
    dead = [year for year in sorted(years) if not area.is_valid_in(Period.fiscal(year))]
    if dead:
        told = ", ".join(map(str, dead))
        raise refused(
            f"{area.name.th} ({code}) ไม่มีอยู่ในปีงบประมาณ {', '.join(str(year + 543) for year in dead)}",
            f"{area.name.en} ({code}) did not exist in the fiscal years {told}",
            "places",
            code="area_not_alive",
            remedy=Text("เลือกพื้นที่ที่มีอยู่ในปีนั้น หรือแก้ปีของงบประมาณ", "choose an area that lived then, or mend the years"),
        )


def check_commitment(facts: Mapping[str, Any], over_commitment: str = "") -> None:
    """Disbursed no more than committed, where a commitment is known, unless a reason is given."""
    sums = {stage: [Decimal(0), 0] for stage in _LATE}
    for line in facts["budget"]:
        if line["stage"] in sums and line["amount"] is not None:
            sums[line["stage"]][0] += Decimal(line["amount"])
            sums[line["stage"]][1] += 1
    (committed, told), (disbursed, _) = sums[_LATE[0]], sums[_LATE[1]]
    if told and disbursed > committed and not over_commitment.strip():
        raise refused(
            f"เบิกจ่าย {disbursed:,} บาท เกินก่อหนี้ผูกพัน {committed:,} บาท",
            f"{disbursed:,} baht disbursed is more than the {committed:,} baht committed",
            "budget",
            code="disbursement_above_commitment",
            remedy=Text("แก้จำนวนเงิน หรือบอกเหตุผลแล้วบันทึกอีกครั้ง", "mend the amounts, or give the reason and save again"),
        )


def row_values(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that are columns of the project's row."""
    values = {name: facts[name] for name in PLAIN}
    for name in ("start", "end"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return values


PLACE = ("project_id", "area_system", "area", "weight")
MONEY = ("project_id", "fiscal_year", "source_of_fund", "stage", "amount", "locator", "note")
"""Columns of the rows of places and of money."""


def place_rows(project: Project, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of the places (:data:`PLACE`)."""
    return [
        (project.pk, one["area_system"], one["area"], None if one["weight"] is None else Decimal(one["weight"]))
        for one in facts["places"]
    ]


def budget_rows(project: Project, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of the money (:data:`MONEY`)."""
    return [
        (
            project.pk,
            one["fiscal_year"],
            one["source_of_fund"],
            one["stage"],
            None if one["amount"] is None else Decimal(one["amount"]),
            one["locator"],
            one["note"],
        )
        for one in facts["budget"]
    ]
