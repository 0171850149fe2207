"""Formulas compiled into steps: equal subtrees once, each with the periods it is really needed for.

A :class:`Program` is a list of steps, operands before their users. Two facts decide the width of every step:

* what is *asked*: the periods its users look at (``lag(x, 5)`` asks x five periods earlier, ``at(x, P)`` for one);
* what can *be*: the periods outside of which it is certainly missing, because its series have no observations there.

A step is computed for the overlap of both, so a look back beyond the data costs nothing and ``at`` costs one column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mudmai.core.errors import FaultError, InputError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.nodes import Node, NodeType
from mudmai.core.formulas.scope import operands_of, summed_refs
from mudmai.core.language import Text
from mudmai.core.observations import write_dims
from mudmai.core.periods import Frequency
from mudmai.core.series import TOTAL, Catalogue
from mudmai.engine.cubes import PeriodAxis
from mudmai.engine.objects import SeriesKey

Span: TypeAlias = tuple[int, int]
"""First and last ordinal, both included; last < first means empty."""

EMPTY: Span = (0, -1)
ALWAYS: Span = (-(10**9), 10**9)


class Checked(Protocol):
    """What the compiler reads of a checked formula (:class:`mudmai.core.formulas.check.CheckedFormula`)."""

    @property
    def root(self) -> Node: ...
    @property
    def types(self) -> Mapping[Node, NodeType]: ...
    @property
    def type(self) -> NodeType: ...
    @property
    def series(self) -> Sequence[nodes.SeriesRef]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One operation. ``operands`` are numbers of earlier steps; ``users`` counts who reads the result.

    ``constant``: made of numbers alone, an array [1, 1] for all areas and periods. ``operand_breaks`` are ordinals of
    the first operand's series breaks. ``key`` names the series of a leaf. ``span`` is what is computed.
    """

    node: Node
    operands: tuple[int, ...]
    system: str | None
    frequency: Frequency | None
    constant: bool
    boolean: bool
    operand_breaks: tuple[int, ...]
    operand_additive: bool
    key: SeriesKey | None
    span: Span
    users: int


@dataclass(frozen=True, slots=True)
class Target:
    """One formula of a program: its name, the step that gives its value and the axis it is wanted on."""

    name: str
    step: int
    system: str
    periods: PeriodAxis
    boolean: bool


@dataclass(frozen=True)
class Program:
    """Steps (operands first) and targets in the order in which they are best computed."""

    steps: tuple[Step, ...]
    targets: tuple[Target, ...]

    def series(self) -> tuple[SeriesKey, ...]:
        """All series that are read, in step order."""
        return tuple(dict.fromkeys(s.key for s in self.steps if s.key is not None))


@dataclass(frozen=True, slots=True)
class _Draft:
    node: Node
    operands: tuple[int, ...]
    type: NodeType
    operand_type: NodeType | None
    constant: bool
    key: SeriesKey | None


class _Numbering:
    """Gives every different subtree its number."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.drafts: list[_Draft] = []
        self.known: dict[tuple[object, ...], int] = {}

    def number(self, node: Node, types: Mapping[Node, NodeType]) -> int:
        operands = tuple(self.number(operand, types) for operand in self._expanded(node))
        type_ = types[node] if node in types else self._leaf_type(node)
        operand_type = self.drafts[operands[0]].type if operands else None
        identity = (type(node), _parameters(node), operands, type_.area_system, type_.frequency, type_.breaks)
        if identity not in self.known:
            constant = not isinstance(node, nodes.SeriesRef) and all(self.drafts[o].constant for o in operands)
            key = self._key(node) if isinstance(node, nodes.SeriesRef) else None
            self.known[identity] = len(self.drafts)
            self.drafts.append(_Draft(node, operands, type_, operand_type, constant, key))
        return self.known[identity]

    def _expanded(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, nodes.Rollup):
            raise _unchecked(node)
        return summed_refs(node, self.catalogue) if isinstance(node, nodes.SumOver) else operands_of(node)

    def _key(self, ref: nodes.SeriesRef) -> SeriesKey:
        series = self.catalogue.one_series(ref.series)
        dims = write_dims(tuple(d for d in ref.dims if d[1] != TOTAL))
        return SeriesKey(series.area_system, series.id, dims)

    def _leaf_type(self, node: Node) -> NodeType:
        if not isinstance(node, nodes.SeriesRef):
            raise _unchecked(node)
        series = self.catalogue.one_series(node.series)
        unit = self.catalogue.unit(series.unit)
        return NodeType(
            unit, series.area_system, series.frequency, additive=series.additive, breaks=series.break_periods
        )


def _unchecked(node: Node) -> FaultError:
    name = type(node).__name__
    return FaultError(
        Text(f"สูตรมี {name} ที่ยังไม่ได้ตรวจ", f"the formula holds a {name} that the checker should have replaced"),
        remedy=Text("แจ้งผู้ดูแลระบบพร้อมข้อความสูตร", "report this with the text of the formula"),
        code="unchecked_formula",
    )


def _parameters(node: Node) -> tuple[object, ...]:
    """Everything a node says besides its operands."""
    names = getattr(type(node), "__slots__", ())
    taken = {"operand", "operands", "left", "right", "condition", "then", "otherwise", "weight"}
    if isinstance(node, nodes.SumOver):
        taken = set()
    said = [(name, getattr(node, name)) for name in names if name not in taken]
    return (*said, getattr(node, "weight", None) is not None)


# -- widths ------------------------------------------------------------------------------------------------------------


def _overlap(one: Span, two: Span) -> Span:
    span = (max(one[0], two[0]), min(one[1], two[1]))
    return span if span[0] <= span[1] else EMPTY


def _hull(one: Span, two: Span) -> Span:
    if one[1] < one[0]:
        return two
    if two[1] < two[0]:
        return one
    return (min(one[0], two[0]), max(one[1], two[1]))


def _later(span: Span, n: int) -> Span:
    return span if span in (EMPTY, ALWAYS) else (span[0] + n, span[1] + n)


def _possible(draft: _Draft, spans: Sequence[Span]) -> Span:
    """Where a step can have a value at all, given where its operands can."""
    node = draft.node
    if draft.constant:
        return ALWAYS
    match node:
        case nodes.Coalesce():
            hull = EMPTY
            for span in spans:
                hull = _hull(hull, span)
            return hull
        case nodes.If():
            return _overlap(spans[0], _hull(spans[1], spans[2]))
        case nodes.Lag():
            return _later(spans[0], node.n)
        case nodes.Growth() | nodes.Cagr():
            return _overlap(spans[0], _later(spans[0], node.n))
        case nodes.MeanOver():
            return _overlap(spans[0], _later(spans[0], node.n - 1))
        case nodes.CumulativeSince():
            return _overlap(spans[0], (node.since.ordinal, ALWAYS[1]))
        case nodes.AtPeriod():
            inside = _overlap(spans[0], (node.period.ordinal, node.period.ordinal))
            return EMPTY if inside == EMPTY else ALWAYS
        case nodes.PickPart() | nodes.Annual():
            parts = _parts(draft)
            return spans[0] if spans[0] in (EMPTY, ALWAYS) else (spans[0][0] // parts, spans[0][1] // parts)
    common = ALWAYS
    for span in spans:
        common = _overlap(common, span)
    return common


def _asked(draft: _Draft, span: Span) -> Span:
    """What a step that is computed for ``span`` looks at in its operands."""
    if span == EMPTY:
        return EMPTY
    node = draft.node
    match node:
        case nodes.Lag():
            return (span[0] - node.n, span[1] - node.n)
        case nodes.Growth() | nodes.Cagr():
            return (span[0] - node.n, span[1])
        case nodes.MeanOver():
            return (span[0] - node.n + 1, span[1])
        case nodes.CumulativeSince():
            return (node.since.ordinal, span[1])
        case nodes.AtPeriod():
            return (node.period.ordinal, node.period.ordinal)
        case nodes.PickPart() | nodes.Annual():
            parts = _parts(draft)
            return (span[0] * parts, span[1] * parts + parts - 1)
    return span


def _parts(draft: _Draft) -> int:
    frequency = draft.operand_type.frequency if draft.operand_type is not None else None
    return frequency.per_year if frequency is not None else 1


# -- the whole ---------------------------------------------------------------------------------------------------------


def compile_formulas(
    formulas: Mapping[str, Checked],
    catalogue: Catalogue,
    area_system: str | None,
    periods: Callable[[Frequency | None], PeriodAxis],
    extent: Callable[[SeriesKey, Frequency], Span | None],
    storage_order: Mapping[SeriesKey, int],
) -> Program:
    """One program for all ``formulas``; ``area_system`` is for formulas of numbers alone.

    ``periods`` gives the wanted axis for a frequency (None: a formula of literals only); ``extent`` the periods in
    which a series may have observations (None: it has none at all); ``storage_order`` the place of a series on disk.
    Targets are ordered by the last series they wait for, so that series are read once, in the order of storage, and
    results leave as early as they can.
    """
    numbering = _Numbering(catalogue)
    roots = {name: numbering.number(checked.root, checked.types) for name, checked in formulas.items()}
    drafts = numbering.drafts
    possible: list[Span] = []
    for draft in drafts:
        if draft.key is not None:
            frequency = draft.type.frequency
            assert frequency is not None
            possible.append(extent(draft.key, frequency) or EMPTY)
        else:
            possible.append(_possible(draft, [possible[o] for o in draft.operands]))
    wanted = [EMPTY] * len(drafts)
    users = [0] * len(drafts)
    targets = []
    for name, root in roots.items():
        axis = periods(drafts[root].type.frequency)
        targets.append(Target(name, root, _system(name, formulas[name], area_system), axis, drafts[root].type.boolean))
        wanted[root] = _hull(wanted[root], (axis.first, axis.last))
        users[root] += 1
    steps = _steps(drafts, possible, wanted, users)
    return Program(steps, tuple(_ordered(targets, drafts, storage_order)))


def _steps(
    drafts: Sequence[_Draft], possible: Sequence[Span], wanted: list[Span], users: list[int]
) -> tuple[Step, ...]:
    found: list[Step] = []
    for number in range(len(drafts) - 1, -1, -1):
        draft = drafts[number]
        span = _overlap(wanted[number], possible[number])
        asked = _asked(draft, span)
        for operand in draft.operands:
            wanted[operand] = _hull(wanted[operand], asked)
            users[operand] += 1
        before = draft.operand_type
        found.append(
            Step(
                draft.node,
                draft.operands,
                draft.type.area_system,
                draft.type.frequency,
                draft.constant,
                draft.type.boolean,
                tuple(sorted(b.ordinal for b in before.breaks)) if before is not None else (),
                before is not None and before.additive,
                draft.key,
                span,
                users[number],
            )
        )
    return tuple(reversed(found))


def _system(name: str, checked: Checked, given: str | None) -> str:
    system = checked.type.area_system or given
    if system is None:
        raise InputError(
            Text(f"สูตร {name} มีแต่ตัวเลข จึงไม่รู้ว่าเป็นของพื้นที่ใด", f"formula {name} is numbers alone: of which areas?"),
            remedy=Text("ระบุระบบพื้นที่ หรือใส่ชื่ออนุกรมในสูตร", "name an area system, or put a series in the formula"),
            code="no_area_system",
        )
    return system


def _ordered(
    targets: Sequence[Target], drafts: Sequence[_Draft], storage_order: Mapping[SeriesKey, int]
) -> list[Target]:
    places: list[frozenset[int]] = []
    for draft in drafts:
        own = {storage_order[draft.key]} if draft.key is not None and draft.key in storage_order else set()
        places.append(frozenset(own.union(*(places[o] for o in draft.operands))))
    return sorted(targets, key=lambda t: sorted(places[t.step], reverse=True))
