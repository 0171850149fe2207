"""The lasting form of a criteria set: JSON of one spelling, by whose digest a version is kept for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from mudmai.core.criteria import (
    Action,
    Comparison,
    CriteriaSet,
    Criterion,
    FactAsked,
    FactKind,
    FitClause,
    Level,
    LiveFigure,
    Part,
    PartsRule,
    RegisterRule,
    Side,
    Step,
)
from mudmai.core.errors import FaultError
from mudmai.core.language import Text

FORM = "mudmai-criteria/1"


def criteria_json(criteria: CriteriaSet) -> bytes:
    """The set as JSON (UTF-8, keys in order): the same set always gives the same bytes."""
    return json.dumps(
        criteria_record(criteria), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def criteria_digest(content: bytes) -> str:
    """The 64 hexadecimal digits that name a content."""
    return hashlib.sha256(content).hexdigest()


def criteria_of_json(content: bytes) -> CriteriaSet:
    """The inverse of :func:`criteria_json`. Raises :class:`mudmai.core.errors.FaultError` for anything else."""
    try:
        record = json.loads(content)
        if record["form"] != FORM:
            raise ValueError(record["form"])
        return _set(record)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise FaultError(
            Text("ชุดเกณฑ์ที่เก็บไว้อ่านไม่ได้", f"a kept criteria set cannot be read ({error})"),
            remedy=Text("กู้คืนไฟล์จากข้อมูลสำรอง", "restore the file from a backup"),
            code="criteria_kept",
        ) from error


def criteria_record(criteria: CriteriaSet) -> dict[str, Any]:
    """The set as plain data, for JSON."""
    return {
        "form": FORM,
        "id": criteria.id,
        "scheme": criteria.scheme,
        "version": criteria.version,
        "title": _said(criteria.title),
        "note": _said(criteria.note),
        "source": criteria.source,
        "replaces": criteria.replaces,
        "breaks": _said(criteria.breaks),
        "facts": [_fact_record(one) for one in criteria.facts],
        "parts": [
            {
                "id": one.id,
                "title": _said(one.title),
                "weight": float(one.weight),
                "group": one.group,
                "optional": one.optional,
                "note": _said(one.note),
            }
            for one in criteria.parts
        ],
        "criteria": [criterion_record(one) for one in criteria.criteria],
        "levels": [
            {
                "id": one.id,
                "title": _said(one.title),
                "overall": float(one.overall),
                "parts": [[float(r.score), r.group, r.count, list(r.compulsory)] for r in one.parts],
            }
            for one in criteria.levels
        ],
        "actions": [
            {"id": a.id, "title": _said(a.title), "text": _said(a.text), "source": a.source, "years": a.years}
            for a in criteria.actions
        ],
        "register": _register_record(criteria.register),
    }


def criterion_record(one: Criterion) -> dict[str, Any]:
    """One criterion as plain data."""
    return {
        "id": one.id,
        "part": one.part,
        "title": _said(one.title),
        "question": _said(one.question),
        "guidance": _said(one.guidance),
        "side": one.side.value,
        "points": float(one.points),
        "scale": [[step.value, float(step.share), _said(step.title)] for step in one.scale],
        "source": one.source,
        "evidence": one.evidence,
        "live": _live_record(one.live),
        "fits": [[c.fact, c.comparison.value, [_value(v) for v in c.values], _said(c.words)] for c in one.fits],
        "actions": list(one.actions),
    }


def _live_record(live: LiveFigure | None) -> dict[str, Any] | None:
    if live is None:
        return None
    return {
        "formula": live.formula,
        "area_system": live.area_system,
        "unit": live.unit,
        "bounds": [[step, float(bound)] for step, bound in live.bounds],
        "rising": live.rising,
        "source": live.source,
    }


def _fact_record(one: FactAsked) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "title": _said(one.title),
        "choices": [[word, _said(title)] for word, title in one.choices],
        "unit": _said(one.unit),
    }


def _register_record(rule: RegisterRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "months": rule.months,
        "surveillance": rule.surveillance,
        "renewal_progress": None if rule.renewal_progress is None else float(rule.renewal_progress),
        "series": list(rule.series),
        "dataset": rule.dataset,
        "note": _said(rule.note),
        "levels": list(rule.levels),
    }


def _value(value: str | float | bool) -> str | float | bool:
    return value if isinstance(value, (str, bool)) else float(value)


def _said(text: Text | None) -> list[str] | None:
    return None if text is None else [text.th, text.en]


# ------------------------------------------------------------------------------------------------ back


def _set(record: Mapping[str, Any]) -> CriteriaSet:
    return CriteriaSet(
        id=record["id"],
        scheme=record["scheme"],
        version=record["version"],
        title=_text(record["title"]),
        note=_text(record["note"]),
        source=record["source"],
        parts=tuple(
            Part(p["id"], _text(p["title"]), p["weight"], p["group"], p["optional"], _maybe(p["note"]))
            for p in record["parts"]
        ),
        criteria=tuple(_criterion(one) for one in record["criteria"]),
        levels=tuple(
            Level(
                one["id"],
                _text(one["title"]),
                one["overall"],
                tuple(PartsRule(score, group, count, tuple(names)) for score, group, count, names in one["parts"]),
            )
            for one in record["levels"]
        ),
        actions=tuple(
            Action(a["id"], _text(a["title"]), _text(a["text"]), a["source"], a["years"]) for a in record["actions"]
        ),
        register=_register(record["register"]),
        replaces=record["replaces"],
        breaks=_maybe(record["breaks"]),
        facts=tuple(
            FactAsked(
                one["id"],
                FactKind(one["kind"]),
                _text(one["title"]),
                tuple((word, _text(title)) for word, title in one["choices"]),
                _maybe(one["unit"]),
            )
            for one in record["facts"]
        ),
    )


def _criterion(one: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=one["id"],
        part=one["part"],
        title=_text(one["title"]),
        question=_text(one["question"]),
        side=Side(one["side"]),
        points=one["points"],
        scale=tuple(Step(value, share, _text(title)) for value, share, title in one["scale"]),
        source=one["source"],
        guidance=_maybe(one["guidance"]),
        evidence=one["evidence"],
        live=_live(one["live"]),
        fits=tuple(
            FitClause(fact, Comparison(comparison), tuple(values), _text(words))
            for fact, comparison, values, words in one["fits"]
        ),
        actions=tuple(one["actions"]),
    )


def _live(one: Mapping[str, Any] | None) -> LiveFigure | None:
    if one is None:
        return None
    bounds = tuple((step, bound) for step, bound in one["bounds"])
    return LiveFigure(one["formula"], one["area_system"], one["unit"], bounds, one["rising"], one["source"])


def _register(one: Mapping[str, Any] | None) -> RegisterRule | None:
    if one is None:
        return None
    return RegisterRule(
        one["months"],
        one["surveillance"],
        one["renewal_progress"],
        tuple(one["series"]),
        one["dataset"],
        _maybe(one["note"]),
        tuple(one.get("levels", ())),
    )


def _text(said: Sequence[str]) -> Text:
    th, en = said
    return Text(th, en)


def _maybe(said: Sequence[str] | None) -> Text | None:
    return None if said is None else _text(said)
