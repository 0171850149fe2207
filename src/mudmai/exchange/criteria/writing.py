"""A criteria set as the text of a file of a pack: what officers edited in a workbook becomes a pack again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mudmai.core.criteria import (
    Comparison,
    CriteriaSet,
    Criterion,
    FitClause,
    Level,
    LiveFigure,
    RegisterRule,
    Step,
)
from mudmai.core.language import Text
from mudmai.exchange.packs.yaml_lines import reads_as_text

Scale = tuple[Step, ...]
_LETTER = r"A-Za-z\u0e01-\u0e3a\u0e40-\u0e4e"
_PLAIN = re.compile(rf"[{_LETTER}](?:[{_LETTER}0-9()/.+ _-]*[{_LETTER}0-9()/.])?")
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def criteria_yaml(
    criteria: CriteriaSet,
    *,
    scales: Mapping[Scale, str] | None = None,
    sources: Mapping[str, str] | None = None,
    fits: Mapping[FitClause, str] | None = None,
) -> str:
    """The text of a file that reads back as this set (spaces in texts joined into one).

    ``scales``, ``sources`` and ``fits`` name what several criteria share; without them they are numbered.
    """
    named = _Named(criteria, scales or {}, sources or {}, fits or {})
    return "\n".join([*_head(criteria), *_shared(named), *_body(criteria, named)]) + "\n"


class _Named:
    """Names of what criteria share."""

    def __init__(
        self,
        criteria: CriteriaSet,
        scales: Mapping[Scale, str],
        sources: Mapping[str, str],
        fits: Mapping[FitClause, str],
    ) -> None:
        self.scales = _names("scale", _often(one.scale for one in criteria.criteria), scales)
        self.sources = _names("source", dict.fromkeys(one.source for one in criteria.criteria), sources)
        self.fits = _names("fit", _often(clause for one in criteria.criteria for clause in one.fits), fits)


def _often(things: Iterable[object]) -> dict[object, None]:
    found: dict[object, int] = {}
    for one in things:
        found[one] = found.get(one, 0) + 1
    return {one: None for one, count in found.items() if count > 1}


def _names(prefix: str, things: Mapping[object, None], given: Mapping[Any, str]) -> dict[object, str]:
    taken = set(given.values())
    free = (name for n in range(1, 10_000) if (name := f"{prefix}-{n}") not in taken)
    return {one: given[one] if one in given else next(free) for one in things}


def _head(one: CriteriaSet) -> Iterator[str]:
    yield f"id: {_plain(one.id)}"
    yield f"scheme: {_plain(one.scheme)}"
    yield f"version: {json.dumps(one.version, ensure_ascii=False)}"
    yield from _long("title", one.title, "")
    yield from _long("note", one.note, "")
    yield f"source: {_plain(one.source)}"
    if one.replaces:
        yield f"replaces: {_plain(one.replaces)}"
    if one.breaks:
        yield from _long("breaks", one.breaks, "")


def _shared(named: _Named) -> Iterator[str]:
    yield "sources:"
    for source, name in named.sources.items():
        yield f"  {name}: {_plain(str(source))}"
    if named.scales:
        yield "scales:"
        for scale, name in named.scales.items():
            yield f"  {name}:"
            assert isinstance(scale, tuple)
            yield from _steps(scale, "    ")


def _body(one: CriteriaSet, named: _Named) -> Iterator[str]:
    if one.facts:
        yield "facts:"
    for fact in one.facts:
        yield f"  - id: {_plain(fact.id)}"
        yield f"    kind: {fact.kind.value}"
        yield f"    title: {_text(fact.title)}"
        if fact.unit:
            yield f"    unit: {_text(fact.unit)}"
        if fact.choices:
            yield "    choices:"
            yield from (f"      - {{id: {_plain(word)}, title: {_text(title)}}}" for word, title in fact.choices)
    if named.fits:
        yield "fits:"
        for clause, name in named.fits.items():
            assert isinstance(clause, FitClause)
            yield f"  {name}: {_clause(clause)}"
    yield "parts:"
    for part in one.parts:
        yield f"  - id: {_plain(part.id)}"
        yield f"    title: {_text(part.title)}"
        yield f"    weight: {_number(part.weight)}"
        if part.group:
            yield f"    group: {_plain(part.group)}"
        if part.optional:
            yield "    optional: true"
        if part.note:
            yield from _long("note", part.note, "    ")
    yield "criteria:"
    for criterion in one.criteria:
        yield from _criterion(criterion, named)
    if one.levels:
        yield "levels:"
    for level in one.levels:
        yield from _level(level)
    if one.actions:
        yield "actions:"
    for action in one.actions:
        yield f"  - id: {_plain(action.id)}"
        yield f"    title: {_text(action.title)}"
        yield from _long("text", action.text, "    ")
        if action.source:
            yield f"    source: {_plain(action.source)}"
        if action.years is not None:
            yield f"    years: {action.years}"
    if one.register:
        yield from _register(one.register)


def _criterion(one: Criterion, named: _Named) -> Iterator[str]:
    yield f"  - id: {_plain(one.id)}"
    yield f"    part: {_plain(one.part)}"
    yield f"    title: {_text(one.title)}"
    yield from _long("question", one.question, "    ")
    if one.guidance:
        yield from _long("guidance", one.guidance, "    ")
    yield f"    side: {one.side.value}"
    yield f"    points: {_number(one.points)}"
    if one.scale in named.scales:
        yield f"    scale: {named.scales[one.scale]}"
    else:
        yield "    scale:"
        yield from _steps(one.scale, "      ")
    yield f"    source: {named.sources[one.source]}"
    if one.evidence:
        yield f"    evidence: {one.evidence}"
    if one.live:
        yield from _live(one.live)
    if one.fits:
        yield "    fits:"
        yield from (f"      - {named.fits.get(clause) or _clause(clause)}" for clause in one.fits)
    if one.actions:
        yield f"    actions: [{', '.join(_plain(action) for action in one.actions)}]"


def _steps(scale: Scale, space: str) -> Iterator[str]:
    top = max(step.value for step in scale) or 1
    for step in scale:
        share = "" if step.share == step.value / top else f", share: {_number(step.share)}"
        yield f"{space}- {{value: {step.value}{share}, title: {_text(step.title)}}}"


def _live(one: LiveFigure) -> Iterator[str]:
    yield "    live:"
    yield f"      formula: {json.dumps(one.formula, ensure_ascii=False)}"
    yield f"      area_system: {_plain(one.area_system)}"
    yield f"      unit: {_plain(one.unit)}"
    yield f"      direction: {'at_least' if one.rising else 'at_most'}"
    yield "      bounds: {" + ", ".join(f'"{step}": {_number(bound)}' for step, bound in one.bounds) + "}"
    if one.source:
        yield f"      source: {_plain(one.source)}"


def _clause(one: FitClause) -> str:
    match one.comparison:
        case Comparison.AT_LEAST | Comparison.BELOW:
            value = _number(float(one.values[0]))
        case Comparison.IS if isinstance(one.values[0], bool):
            value = "true" if one.values[0] else "false"
        case _:
            value = f"[{', '.join(_plain(str(word)) for word in one.values)}]"
    return f"{{fact: {_plain(one.fact)}, {one.comparison.value}: {value}, words: {_text(one.words)}}}"


def _level(one: Level) -> Iterator[str]:
    yield f"  - id: {_plain(one.id)}"
    yield f"    title: {_text(one.title)}"
    yield f"    overall: {_number(one.overall)}"
    if one.parts:
        yield "    parts:"
    for rule in one.parts:
        said = [f"score: {_number(rule.score)}"]
        said += [f"group: {_plain(rule.group)}"] if rule.group else []
        said += [f"count: {rule.count}"] if rule.count is not None else []
        said += [f"compulsory: [{', '.join(map(_plain, rule.compulsory))}]"] if rule.compulsory else []
        yield f"      - {{{', '.join(said)}}}"


def _register(one: RegisterRule) -> Iterator[str]:
    yield "register:"
    for key, value in (("months", one.months), ("surveillance", one.surveillance)):
        if value is not None:
            yield f"  {key}: {value}"
    if one.renewal_progress is not None:
        yield f"  renewal_progress: {_number(one.renewal_progress)}"
    yield f"  series: [{', '.join(map(_plain, one.series))}]"
    if one.levels:
        yield f"  levels: [{', '.join(map(_plain, one.levels))}]"
    if one.dataset:
        yield f"  dataset: {_plain(one.dataset)}"
    if one.note:
        yield from _long("note", one.note, "  ")


def _long(key: str, text: Text, space: str) -> Iterator[str]:
    yield f"{space}{key}:"
    yield f"{space}  th: {_plain(text.th)}"
    yield f"{space}  en: {_plain(text.en)}"


def _text(text: Text) -> str:
    return f"{{th: {_plain(text.th)}, en: {_plain(text.en)}}}"


def _plain(text: str) -> str:
    """A text as YAML: bare where nothing in it could mean anything else."""
    if _PLAIN.fullmatch(text) and reads_as_text(text):
        return text
    return _UNPRINTED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def _number(value: float) -> str:
    """The shortest decimal that reads back as this number."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
