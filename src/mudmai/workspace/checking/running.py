"""Running the rules of a dataset over a table, and making one report of what they bring up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mudmai.core.checks import (
    DEFAULT_RULES,
    KEPT,
    CheckKind,
    CheckReport,
    CheckRule,
    Coverage,
    Finding,
    RuleCount,
    Severity,
    joined,
    report_of_problems,
)
from mudmai.core.datasets import Dataset
from mudmai.core.errors import Problem, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.workspace.checking import past_rules, sum_rules, value_rules
from mudmai.workspace.checking.figures import FileFigures, file_figures
from mudmai.workspace.checking.hits import Hits

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.release import Release
    from mudmai.workspace.workspace import Workspace

Mode: TypeAlias = Literal["update", "replace"]
"""``update``: the file adds to what is published; ``replace``: it takes its place."""

MOST_COMPARED = 100_000
"""So many findings of one rule and series are compared with exceptions; nobody excepts more."""

_DUPLICATES = DEFAULT_RULES[0]


@dataclass(frozen=True)
class _Asked:
    """A dataset with the words its rules are read in."""

    dataset: Dataset
    catalogue: Catalogue
    definitions: Mapping[str, str]


def check_table(
    workspace: Workspace,
    dataset_id: str,
    table: pa.Table | None,
    *,
    accepted: Collection[str] = (),
    file: str = "",
    mode: Mode = "update",
    problems: Sequence[Problem] = (),
    problem_count: int = 0,
    history: Release | None = None,
) -> CheckReport:
    """Check a tidy table (canonical columns of :mod:`mudmai.exchange.tidy`) against what the dataset declares.

    ``accepted`` are fingerprints under an exception; ``problems`` are faults of reading the file (``problem_count`` in
    all), told in the same report; with ``table`` None they are all there is. ``history`` is the release to compare with
    (default: the one that is served for the dataset's class). Raises :class:`UnknownNameError` for an unknown dataset.
    """
    asked = _asked(workspace, dataset_id)
    before = history if history is not None else published_before(workspace, asked.dataset)
    faults = reading_report(problems, problem_count, file)
    if table is None:
        return faults
    report = check_figures(
        asked.dataset,
        asked.catalogue,
        table,
        accepted=frozenset(accepted),
        file=file,
        mode=mode,
        history=before,
        definitions=asked.definitions,
    )
    return joined(faults, report) if problems else report


def reading_report(problems: Sequence[Problem], counted: int = 0, file: str = "") -> CheckReport:
    """Faults of reading alone, titled as the list of error codes has them."""
    from mudmai.core.error_codes import CODES  # words for faults of reading

    return report_of_problems(problems, counted=counted, titles=CODES, file=file)


def _asked(workspace: Workspace, dataset_id: str) -> _Asked:
    shelf = workspace.shelf
    found: _Asked | None = None
    known = []
    for pack in shelf.packs.values():
        for one in pack.datasets:
            known.append(one.id)
            if one.id == dataset_id:
                found = _Asked(one, shelf.catalogue, pack.definitions)
    if found is None:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset_id, known)
    return found


def published_before(workspace: Workspace, dataset: Dataset) -> Release | None:
    """The release that holds the dataset in full now: public, or internal where it is closed or small cells hide."""
    from mudmai.workspace.data_classes import truth_store  # the engine loads where figures are read

    return truth_store(workspace, dataset).current()


def rules_of(dataset: Dataset) -> tuple[CheckRule, ...]:
    """The rules that hold for a dataset: its own with ``duplicates``, or the default ones."""
    if not dataset.checks:
        return DEFAULT_RULES
    if any(rule.kind is CheckKind.DUPLICATES for rule in dataset.checks):
        return dataset.checks
    return (_DUPLICATES, *dataset.checks)


def check_figures(
    dataset: Dataset,
    catalogue: Catalogue,
    table: pa.Table,
    *,
    accepted: frozenset[str] = frozenset(),
    file: str = "",
    mode: Mode = "update",
    history: Release | None = None,
    definitions: Mapping[str, str] | None = None,
) -> CheckReport:
    """As :func:`check_table`, for a dataset and a catalogue at hand."""
    figures = file_figures(table, catalogue, series=dataset.series, file=file, history=history, fill=mode == "update")
    runs = [(rule, list(_run(rule, figures, definitions or {}))) for rule in rules_of(dataset)]
    fields = [(one, list(value_rules.columns([one], figures))) for one in dataset.fields]
    coverage: list[Coverage] = []
    told: list[tuple[CheckRule, Text, list[Hits]]] = []
    for one, hits in fields:
        told.append((value_rules.schema_rule(one), value_rules.title_of(one), hits))
    for rule, hits in runs:
        if rule.kind is CheckKind.COVERAGE:
            hits, counts = value_rules.coverage(rule, figures)
            coverage += counts
        told.append((rule, title_of(rule), hits))
    findings, counted = _told(told, figures, accepted)
    return CheckReport(findings, counted, tuple(coverage), file, table.num_rows)


def title_of(rule: CheckRule) -> Text:
    """A rule in words: what its author wrote, else its kind."""
    return rule.why if rule.why.th else rule.kind.label


def _run(rule: CheckRule, figures: FileFigures, definitions: Mapping[str, str]) -> Iterator[Hits]:
    match rule.kind:
        case CheckKind.PARTS:
            return sum_rules.parts(rule, figures)
        case CheckKind.IDENTITY:
            return sum_rules.identities(rule, figures, definitions)
        case CheckKind.RANGE:
            return value_rules.ranges(rule, figures)
        case CheckKind.DUPLICATES:
            return value_rules.duplicates(rule, figures)
        case CheckKind.JUMP:
            return past_rules.jumps(rule, figures)
        case CheckKind.HISTORY:
            return past_rules.changed_history(rule, figures)
        case CheckKind.MONOTONE:
            return past_rules.one_way(rule, figures)
        case CheckKind.COVERAGE:
            return iter(())


def _told(
    told: Sequence[tuple[CheckRule, Text, list[Hits]]], figures: FileFigures, accepted: frozenset[str]
) -> tuple[tuple[Finding, ...], tuple[RuleCount, ...]]:
    """Findings in words, at most :data:`KEPT`, shared out so that no rule crowds out another; and all counts."""
    sizes = [sum(len(hits) for hits in several) for _, _, several in told]
    shares = _shares(sizes, KEPT)
    found: list[tuple[int, Finding]] = []
    counts = []
    for (rule, title, several), size, share in zip(told, sizes, shares, strict=True):
        excepted, kept = 0, 0
        for hits in several:
            marks = {}
            if accepted and not rule.id.startswith("schema."):
                marks = {at: True for at in range(min(len(hits), MOST_COMPARED)) if hits.fingerprint(at) in accepted}
                excepted += len(marks)
            for at in range(min(len(hits), share - kept)):
                row = int(hits.rows[at])
                found.append((row if row >= 0 else 1 << 62, hits.finding(at, figures, accepted=at in marks)))
                kept += 1
        counts.append(RuleCount(rule.id, title, rule.severity, size, excepted, kept))
    found.sort(key=lambda one: (one[1].accepted, one[1].severity is not Severity.ERROR, one[0]))
    return tuple(one for _, one in found), tuple(counts)


def _shares(sizes: Sequence[int], most: int) -> list[int]:
    """How many findings of each rule are told: all where they fit, else the small ones whole and the rest cut evenly.

    >>> _shares([5, 100, 200], 100)
    [5, 47, 48]
    """
    shares = [0] * len(sizes)
    left, order = most, sorted(range(len(sizes)), key=lambda at: sizes[at])
    for n, at in enumerate(order):
        shares[at] = min(sizes[at], left // (len(order) - n))
        left -= shares[at]
    return shares
