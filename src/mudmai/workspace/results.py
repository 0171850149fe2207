"""What the workspace answers with: frozen, JSON-ready, the same for the command line, the API and the pages.

Numbers are in the indicator's own unit; ``None`` is missing and never zero. Periods are :class:`Period`; ``as_dict``
writes them in ISO form and CE years. Rows keep the order of the plan and of the area system. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mudmai.core.areas import Area
from mudmai.core.language import Text
from mudmai.core.observations import Flag
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Goal, Indicator, Operator, Plan, Reading, SituationFact
from mudmai.core.series import Break, Series
from mudmai.core.sources import Method, Source
from mudmai.core.units import Unit
from mudmai.core.verdicts import Judgement, PathAhead, Reason, Verdict

if TYPE_CHECKING:
    import pyarrow as pa

_EMPTY = Text("", "")


@dataclass(frozen=True, slots=True)
class PackUsed:
    """The pack behind an answer: id, version as its author numbers it, and the state of all packs together."""

    id: str
    version: str
    state: str

    def __str__(self) -> str:
        """``th-m8 1.0 (5d41402abc4b)``."""
        return f"{self.id} {self.version} ({self.state})"


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One area in one period under one reading: the value, what it is compared with, and the verdict.

    ``comparator`` is the number that the verdict compares with: the parent's value, the base value, the fixed target,
    or, on the way to a deadline, the point of the straight line at this period. ``target`` is the number that the plan
    sets (None where it sets none). ``is_reference`` rows show an area that the plan does not judge (the kingdom beside
    its regions): verdict ``not_judged``, reason ``reference``. ``coverage`` is 0..1. ``decimals`` are the
    unit's own, or as many more as it takes to tell the numbers of the row apart.
    """

    indicator: str
    area: str
    area_name: Text
    area_system: str
    period: Period
    value: float | None
    unit: str
    comparator: float | None
    target: float | None
    verdict: Verdict
    reason: Reason
    sentence: Text
    coverage: float
    reading: str
    release: str
    path: PathAhead | None = None
    is_reference: bool = False
    form: Form | None = None
    operator: Operator | None = None
    unit_label: Text = _EMPTY
    decimals: int = 2

    @property
    def gap(self) -> float | None:
        """Value minus comparator, when both are known."""
        return None if self.value is None or self.comparator is None else self.value - self.comparator

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that the CLI and the API give (keys are public)."""
        return {
            "indicator": self.indicator,
            "area": self.area,
            "area_name_th": self.area_name.th,
            "area_name_en": self.area_name.en,
            "area_system": self.area_system,
            "period": self.period.iso,
            "value": self.value,
            "unit": self.unit,
            "comparator": self.comparator,
            "target": self.target,
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "sentence_th": self.sentence.th,
            "sentence_en": self.sentence.en,
            "coverage": self.coverage,
            "reading": self.reading,
            "release": self.release,
            "path": None if self.path is None else path_as_dict(self.path),
        }


def path_as_dict(path: PathAhead) -> dict[str, Any]:
    """The JSON form of a path; ``refusal_th``/``refusal_en`` are None when it is projected."""
    return {
        "start": path.start.iso,
        "deadline": path.deadline.iso,
        "target": path.target,
        "required": [{"period": p.iso, "value": v} for p, v in path.required],
        "latest": None if path.latest is None else path.latest.iso,
        "latest_value": path.latest_value,
        "needed_per_period": path.needed_per_period,
        "needed_note_th": path.needed_note.th,
        "needed_note_en": path.needed_note.en,
        "recent_per_period": path.recent_per_period,
        "points": [
            {
                "period": p.period.iso,
                "median": p.median,
                "low80": p.low80,
                "high80": p.high80,
                "low95": p.low95,
                "high95": p.high95,
            }
            for p in path.points
        ],
        "chance": path.chance,
        "method_th": path.method.th,
        "method_en": path.method.en,
        "refusal_th": None if path.refusal is None else path.refusal.th,
        "refusal_en": None if path.refusal is None else path.refusal.en,
        "last_reachable": None if path.last_reachable is None else path.last_reachable.iso,
        "last_reachable_note_th": path.last_reachable_note.th,
        "last_reachable_note_en": path.last_reachable_note.en,
        "easier_than_trend": path.easier_than_trend,
    }


@dataclass(frozen=True, slots=True)
class IndicatorSummary:
    """One indicator of a scorecard at a glance.

    ``period`` is the one shown (None: no data at all). ``counts`` has every verdict. ``judged`` of ``owed`` areas have
    a verdict other than ``not_judged``; ``coverage`` is the mean coverage of the owed rows. ``spark`` is the line of
    ``spark_area`` (the reference area, or the only area): one point per period, missing stays None. ``target`` is the
    plan's number when one holds for all areas. ``newer`` is a later period that only few areas have reached so far
    (where no year was asked for), and ``newer_note`` says so: ``newer: 2021 for 1 of 7 areas``.
    """

    indicator: Indicator
    period: Period | None
    reading: Reading
    counts: Mapping[Verdict, int]
    judged: int
    owed: int
    coverage: float
    headline: Text
    spark: tuple[tuple[Period, float | None], ...] = ()
    spark_area: str = ""
    target: float | None = None
    unit_label: Text = _EMPTY
    decimals: int = 2
    path: PathAhead | None = None
    newer: Period | None = None
    newer_note: Text = _EMPTY


@dataclass(frozen=True)
class Scorecard:
    """A plan under judgement in one release, by the packs in the state ``packs``.

    ``rows`` hold the areas that the plan judges, ``references`` the rows shown beside them (parents). ``period`` is the
    asked year as a calendar period; None means that each indicator shows its latest period with data. ``years`` are
    all CE years in which any indicator has a value (for a slider).
    """

    plan: Plan
    release: str
    period: Period | None
    rows: tuple[ScoreRow, ...]
    packs: str
    references: tuple[ScoreRow, ...] = ()
    summaries: tuple[IndicatorSummary, ...] = ()
    years: tuple[int, ...] = ()

    def goals(self) -> tuple[tuple[Goal, tuple[IndicatorSummary, ...]], ...]:
        """Summaries under the plan's goals, in the plan's order; goals without a shown indicator are left out."""
        groups = ((g, tuple(s for s in self.summaries if s.indicator.goal == g.id)) for g in self.plan.goals)
        return tuple((goal, found) for goal, found in groups if found)

    def of(self, indicator: str) -> tuple[ScoreRow, ...]:
        """The judged rows of one indicator."""
        return tuple(r for r in self.rows if r.indicator == indicator)

    def references_of(self, indicator: str) -> tuple[ScoreRow, ...]:
        """The reference rows of one indicator."""
        return tuple(r for r in self.references if r.indicator == indicator)

    def as_dicts(self) -> list[dict[str, Any]]:
        """``rows`` in their JSON form."""
        return [row.as_dict() for row in self.rows]


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area of an indicator through time: one row per period of the view; ``path`` towards a deadline."""

    area: Area
    rows: tuple[ScoreRow, ...]
    is_reference: bool = False
    path: PathAhead | None = None

    @property
    def latest(self) -> ScoreRow | None:
        """The last row that has a value."""
        return next((r for r in reversed(self.rows) if r.value is not None), None)


@dataclass(frozen=True)
class IndicatorView:
    """An indicator in all its areas and periods under one reading.

    ``lines`` hold the judged areas first, then the reference areas. ``periods`` run without gaps from the first to the
    last period with any value. ``packs`` is the state of the packs and ``breaks`` are the breaks of the series behind
    it. ``latest`` is the last period in which at least half of the judged areas that ever have a value have one.
    """

    plan: Plan
    indicator: Indicator
    reading: Reading
    release: str
    packs: str
    unit: Unit
    periods: tuple[Period, ...]
    lines: tuple[AreaLine, ...]
    latest: Period | None
    breaks: tuple[Break, ...] = ()
    formula_words: Text = _EMPTY
    sources: tuple[Source, ...] = ()
    methods: tuple[Method, ...] = ()
    citation: Text = _EMPTY

    def line(self, area: str) -> AreaLine | None:
        """The line of one area code, or None."""
        return next((one for one in self.lines if one.area.code == area), None)

    def at(self, period: Period | None = None) -> tuple[ScoreRow, ...]:
        """All rows (judged and reference) of one period, the latest by default."""
        wanted = period or self.latest
        return tuple(r for one in self.lines for r in one.rows if r.period == wanted)


@dataclass(frozen=True, slots=True)
class Membership:
    """The place of an area in one area system."""

    system: str
    system_title: Text
    area: Area
    ancestors: tuple[Area, ...] = ()
    siblings: tuple[Area, ...] = ()
    """The other children of the same parent (peers)."""
    children: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaIndicator:
    """One indicator seen from one area.

    ``own`` is the area's own row: judged when the plan judges this area, else a reference row (None when it has no
    value ever). ``judged`` is the row the plan judges for it: its own, or that of its nearest ancestor that the plan
    judges (a province sees its region); None when there is none. ``parent`` is the row of the parent of ``judged`` and
    ``peers`` those of its siblings, all in the same period.
    """

    plan: Plan
    indicator: Indicator
    reading: Reading
    system: str
    own: ScoreRow | None
    judged: ScoreRow | None
    parent: ScoreRow | None = None
    peers: tuple[ScoreRow, ...] = ()
    history: tuple[tuple[Period, float | None], ...] = ()
    """The line of the area itself, or of the judged ancestor when the area has no values of its own."""
    own_note: Text = _EMPTY
    """What must be known of the own values of an area that the plan does not judge: where it stands (below its parent,
    its place among siblings); its latest value beside its parents', when there is none in the shown period (with a
    warning where a break of method lies between); or that they are reckoned against its own parent and do not compare
    with the judged value."""
    gap: float | None = None
    """Own value of an unjudged area minus the value of its parent (the judged ancestor, where it is judged by one), in
    the shown period; None where either is missing or the two do not compare."""
    rank: int | None = None
    """Place of the own value of an unjudged area among the areas of the same parent with one, 1 = largest."""
    out_of: int = 0


@dataclass(frozen=True, slots=True)
class SituationFigure:
    """A figure of the situation a plan starts from: as computed from loaded data, and as the document prints it.

    ``stated_only``: the loaded data are the document's own figure, so there is nothing to hold it against: ``value``,
    ``parent_value`` and ``rank`` are None, ``out_of`` is 0. ``stated_decimals`` are those that the document prints.
    """

    fact: SituationFact
    area: Area
    value: float | None
    stated: float | None
    unit: str
    unit_label: Text = _EMPTY
    decimals: int = 2
    parent_value: float | None = None
    rank: int | None = None
    """Place among siblings with a value, 1 = largest; None when the value is missing."""
    out_of: int = 0
    stated_only: bool = False
    stated_decimals: int = 2


@dataclass(frozen=True)
class AreaView:
    """Everything the loaded plans say about one area, in every area system that knows its code."""

    code: str
    name: Text
    release: str
    memberships: tuple[Membership, ...]
    indicators: tuple[AreaIndicator, ...]
    situation: tuple[SituationFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class InputUsed:
    """One observation that went into a figure.

    ``role`` is ``value`` (it made the area's value) or ``comparator``. ``text`` says it in one line. A missing input
    stands here too (``value`` None) so that a reader sees what is wanting; its source may then be unknown.
    ``method`` is the method's id, ``method_title`` its words; ``dims_title`` those of ``dims``.
    """

    series: str
    title: Text
    area: str
    area_name: Text
    period: Period
    value: float | None
    unit: str
    flag: Flag | None
    source: Source | None
    method: str
    locator: str
    dataset: str
    text: Text
    dims: str = ""
    role: str = "value"
    method_title: Text = _EMPTY
    unit_label: Text = _EMPTY
    dims_title: Text = _EMPTY

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "series": self.series,
            "title_th": self.title.th,
            "title_en": self.title.en,
            "area": self.area,
            "area_name_th": self.area_name.th,
            "area_name_en": self.area_name.en,
            "period": self.period.iso,
            "value": self.value,
            "unit": self.unit,
            "flag": None if self.flag is None else self.flag.value,
            "source": None if self.source is None else source_as_dict(self.source),
            "method": self.method,
            "method_th": self.method_title.th,
            "method_en": self.method_title.en,
            "locator": self.locator,
            "dataset": self.dataset,
            "dims": self.dims,
            "role": self.role,
            "text_th": self.text.th,
            "text_en": self.text.en,
        }


def source_as_dict(source: Source) -> dict[str, Any]:
    """The JSON form of a source."""
    return {
        "id": source.id,
        "publisher_th": source.publisher.th,
        "publisher_en": source.publisher.en,
        "title_th": source.title.th,
        "title_en": source.title.en,
        "edition": source.edition,
        "edition_th": source.edition_words.th,
        "edition_en": source.edition_words.en,
        "url": source.url,
        "licence": source.licence,
        "note_th": source.note.th,
        "note_en": source.note.en,
    }


@dataclass(frozen=True)
class Explanation:
    """The work behind one figure, in one release, for good.

    ``formula`` is the reading's formula as the pack writes it; ``words`` says it; ``with_numbers`` says it with the
    numbers put in; ``comparator_with_numbers`` does so for what it is compared with (None where that is a number of
    the plan). ``pack`` is the pack that the formula, the rule and the words come from. ``permalink`` is a path:
    ``/r/<release>/<plan>/<indicator>/<area>/<period>?reading=<reading>&packs=<state>``.
    """

    row: ScoreRow
    plan: Plan
    indicator: Indicator
    reading: Reading
    formula: str
    words: Text
    with_numbers: Text
    judgement: Judgement
    inputs: tuple[InputUsed, ...]
    method: Text
    release: str
    citation: Text
    permalink: str
    pack: PackUsed
    comparator_with_numbers: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the row's keys and the work behind it."""
        return {
            **self.row.as_dict(),
            "plan": self.plan.id,
            "formula": self.formula,
            "words_th": self.words.th,
            "words_en": self.words.en,
            "with_numbers_th": self.with_numbers.th,
            "with_numbers_en": self.with_numbers.en,
            "comparator_with_numbers_th": self.comparator_with_numbers.th if self.comparator_with_numbers else None,
            "comparator_with_numbers_en": self.comparator_with_numbers.en if self.comparator_with_numbers else None,
            "inputs": [one.as_dict() for one in self.inputs],
            "method_th": self.method.th,
            "method_en": self.method.en,
            "citation_th": self.citation.th,
            "citation_en": self.citation.en,
            "permalink": self.permalink,
            "pack": self.pack.id,
            "pack_version": self.pack.version,
            "packs": self.pack.state,
        }


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """A series and what a release holds of it; ``first``/``last`` None and counts 0 when it holds nothing."""

    series: Series
    observations: int = 0
    missing: int = 0
    areas: int = 0
    first: Period | None = None
    last: Period | None = None
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObservationPage:
    """A page of observations: ``table`` (canonical columns, sorted by series, dims, area, period) of ``total`` rows."""

    table: pa.Table
    total: int
    offset: int
    limit: int | None
    release: str

    @property
    def next_offset(self) -> int | None:
        """Where the next page starts, or None at the end."""
        after = self.offset + self.table.num_rows
        return after if after < self.total else None

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows as JSON-ready records."""
        records: list[dict[str, Any]] = self.table.to_pylist()
        return records


@dataclass(frozen=True, slots=True)
class PackState:
    """A pack of the workspace: where it lives and what of it was loaded."""

    id: str
    kind: str
    version: str
    title: Text
    shipped: bool
    directory: str
    datasets: tuple[str, ...] = field(default_factory=tuple)
