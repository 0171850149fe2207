"""Facts of a city, each with its source and day, and what criteria read of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mudmai.apps.assessment.domain.as_of import LONGEST, kept_as_of
from mudmai.apps.assessment.domain.refusals import CORRECT, refused
from mudmai.apps.assessment.models import Call, City, CityFile
from mudmai.apps.data.site import workspace
from mudmai.core.criteria import CriteriaSet, Fact, FactAsked, FactKind
from mudmai.core.errors import FaultError, InputError, PackError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.criteria import criteria_by_sha, criteria_missing, criteria_sets

LEGAL_TYPE = "legal_type"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def criteria_of(held: CityFile | Call) -> CriteriaSet:
    """The kept version of the set that the file is assessed by, or that the call is about.

    Raises :class:`mudmai.core.errors.FaultError` where it is lost or damaged on disk.
    """
    try:
        return criteria_by_sha(workspace().home, held.criteria_sha)
    except UnknownNameError:
        call = held.call if isinstance(held, CityFile) else held
        raise criteria_missing(held.criteria_sha, call.criteria) from None


def criteria_or_fault(held: CityFile | Call) -> CriteriaSet | FaultError:
    """For pages that list files: the same, or what is wrong with the kept set, so that the others are listed too."""
    try:
        return criteria_of(held)
    except FaultError as fault:
        return fault


def facts_of(body: City | CityFile) -> Mapping[str, Fact]:
    """What :mod:`mudmai.core.criteria` asks of a body. Of a file: as it was when opened or last refreshed."""
    held = body.facts if isinstance(body, CityFile) else frozen_facts(body)
    return {name: _fact(one.get("value")) for name, one in held.items()}


def frozen_facts(city: City) -> dict[str, Any]:
    """The facts of the city as a file keeps them, its legal type among them."""
    found = {name: dict(one) for name, one in city.facts.items()}
    if city.legal_type:
        found[LEGAL_TYPE] = {"value": city.legal_type, "source": city.source, "as_of": ""}
    return found


def facts_asked() -> dict[str, FactAsked]:
    """Facts that the sets of this site ask for, by id; those of a faulty pack are not known."""
    try:
        return {one.id: one for known in criteria_sets(workspace().home) for one in known.facts}
    except PackError:
        return {}


def checked_facts(given: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """``given`` with every fact checked: ``{"value": ..., "source": ..., "as_of": ...}``; a value None is dropped.

    A time is kept as ISO, or as in ``before`` where it says the same. Raises :class:`InputError` ``city_facts``: a
    value of the wrong kind, a fact without its source or day, a day that cannot be read.
    """
    asked = facts_asked()
    kept: dict[str, Any] = {}
    for name, one in given.items():
        if not _NAME.fullmatch(name) or name == LEGAL_TYPE or not isinstance(one, Mapping):
            raise _refused(name, Text("ชื่อข้อมูลใช้ไม่ได้", "no name of a fact"))
        if one.get("value") is None:
            continue
        value = _value(name, one["value"], asked.get(name))
        source, as_of = str(one.get("source", "")).strip(), str(one.get("as_of", "")).strip()
        if not source or not as_of or len(source) > 300 or len(as_of) > LONGEST:
            raise _refused(name, Text("ต้องบอกแหล่งที่มาและวันที่ของข้อมูล", "its source and its day are needed"))
        old = str(((before or {}).get(name) or {}).get("as_of", ""))
        kept[name] = {"value": value, "source": source, "as_of": _as_of(name, as_of, old)}
    return kept


def _as_of(name: str, text: str, before: str) -> str:
    try:
        return kept_as_of(text, before)
    except InputError as fault:
        raise _refused(name, fault.message, fault.remedy) from fault


def checked_legal_type(word: str) -> str:
    """A word of the sets of criteria where they name any."""
    said = word.strip()
    known = facts_asked().get(LEGAL_TYPE)
    choices = [one for one, _ in known.choices] if known else []
    if said and (not _WORD.fullmatch(said) or (choices and said not in choices)):
        listed = ", ".join(choices) or "–"
        raise refused(
            f"ไม่รู้จักประเภทหน่วยงาน “{said}” ที่มีคือ {listed}", f"unknown legal type “{said}”; known: {listed}", LEGAL_TYPE
        )
    return said


def _value(name: str, value: Any, asked: FactAsked | None) -> Any:
    if isinstance(value, bool):
        fits = asked is None or asked.kind is FactKind.YES_NO
    elif isinstance(value, (int, float)):
        fits = (asked is None or asked.kind is FactKind.NUMBER) and 0 <= value < 1e15
    elif isinstance(value, str):
        fits = len(value) <= 200 and (asked is None or asked.kind is FactKind.WORD) and _known([value], asked)
    elif isinstance(value, (list, tuple)):
        value = sorted({str(word) for word in value})
        fits = (asked is None or asked.kind is FactKind.WORDS) and _known(value, asked)
    else:
        fits = False
    if not fits:
        raise _refused(name, Text(f"ค่า {value!s:.80} ใช้ไม่ได้", f"the value {value!s:.80} does not fit"))
    return value


def _known(words: list[str], asked: FactAsked | None) -> bool:
    choices = {one for one, _ in asked.choices} if asked else set()
    return not choices or choices.issuperset(words)


def _fact(value: Any) -> Fact:
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset(str(one) for one in value)
    return value if isinstance(value, (str, int, float, bool)) else None


def _refused(name: str, why: Text, remedy: Text | None = None) -> Exception:
    asked = facts_asked().get(name)
    title = asked.title if asked else Text(name, name)
    return refused(
        f"ข้อมูลเมือง “{title.th}”: {why.th}",
        f"fact “{title.en}” of the city: {why.en}",
        f"facts.{name}",
        code="city_facts",
        remedy=remedy or CORRECT,
    )
