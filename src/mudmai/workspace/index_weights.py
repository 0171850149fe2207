"""Weights that somebody tries out on an index, in place of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from mudmai.core.composites import SUM_TOLERANCE, CompositeIndex, IndexGroup, IndexIndicator, Weighting
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text, to_arabic_digits

LARGEST_WEIGHT = 1000.0
_WEIGHT = Text("รายการที่มีน้ำหนัก", "item with a weight")


def read_weights(text: str) -> dict[str, float]:
    """``a=0.4,b=0.6`` as weights by id of indicator or group; raises :class:`InputError` ``index_weights``.

    >>> read_weights("a=0.4, b=๐.๖")
    {'a': 0.4, 'b': 0.6}
    """
    found: dict[str, float] = {}
    for piece in filter(None, (one.strip() for one in text.split(","))):
        name, sign, said = (part.strip() for part in piece.partition("="))
        try:
            value = float(to_arabic_digits(said))
        except ValueError:
            value = math.nan
        if not sign or not name or not math.isfinite(value) or value < 0 or name in found:
            raise InputError(
                Text(f"อ่านน้ำหนัก “{piece}” ไม่ได้", f"the weight “{piece}” cannot be read"),
                remedy=Text(
                    "เขียน รหัส=น้ำหนัก คั่นด้วยจุลภาค แต่ละรหัสครั้งเดียว เช่น a=0.4,b=0.6",
                    "write id=weight with commas between, each id once, such as a=0.4,b=0.6",
                ),
                code="index_weights",
            )
        found[name] = value
    return found


def families(index: CompositeIndex) -> Iterator[tuple[IndexGroup, tuple[str, ...]]]:
    """Each group with more than one child, and the ids of its children: their weights add up to 1."""
    for group in index.groups:
        if len(group.children) > 1:
            yield group, tuple(child.id for child in group.children)


def reweighted(
    index: CompositeIndex, current: Mapping[str, float], given: Mapping[str, float], *, shares: bool = False
) -> CompositeIndex:
    """``index`` with ``given`` weights over its ``current`` ones (shares of 1); items that are not named keep theirs.

    ``shares`` True: ``given`` are points of a form, beside which an item that is not named has its current weight per
    cent; within every group that is touched points count as shares of their sum. False: the weights of every group must
    add up to 1. Raises :class:`InputError` ``index_weights`` (one problem for
    each group) and :class:`UnknownNameError`.
    """
    movable = {one: group for group, children in families(index) for one in children}
    for name in given:
        if name not in movable:
            raise UnknownNameError(_WEIGHT, name, list(movable))
    mixed, scale = dict(current), 100.0 if shares else 1.0
    problems = []
    for group, children in families(index):
        if not any(one in given for one in children):
            continue
        said = {one: given.get(one, scale * current[one]) for one in children}
        if not any(said.values()) or not all(0 <= weight <= LARGEST_WEIGHT for weight in said.values()):
            problems.append(_none(group))
            continue
        total = math.fsum(said.values())
        if shares:
            mixed.update({one: weight / total for one, weight in said.items()})
        elif abs(total - 1) <= SUM_TOLERANCE:
            mixed.update(said)
        else:
            problems.append(_wrong_sum(group, said, total))
    if problems:
        first = problems[0]
        raise InputError(
            first.message, remedy=first.remedy, code=first.code, problems=problems if len(problems) > 1 else ()
        )
    root = _with_weights(index.root, mixed)
    assert isinstance(root, IndexGroup)
    return replace(index, root=root, weighting=Weighting.GIVEN, budget={}, pairwise={})


def _with_weights(item: IndexGroup | IndexIndicator, weights: Mapping[str, float]) -> IndexGroup | IndexIndicator:
    if isinstance(item, IndexIndicator):
        return replace(item, weight=weights.get(item.id, 1.0))
    children = tuple(
        replace(_with_weights(child, weights), weight=weights.get(child.id, 1.0) if len(item.children) > 1 else 1.0)
        for child in item.children
    )
    return replace(item, children=children)


def _wrong_sum(group: IndexGroup, weights: Mapping[str, float], total: float) -> Problem:
    told = ", ".join(f"{name}={value:g}" for name, value in weights.items())
    return Problem(
        "index_weights",
        Text(
            f"น้ำหนักในหมวด “{group.title.th}” รวมได้ {total:.6g} ไม่ใช่ 1 ({told})",
            f"weights in “{group.title.en}” add up to {total:.6g}, not 1 ({told})",
        ),
        Text(
            "ให้น้ำหนักของทุกรายการในหมวดรวมเป็น 1 รายการที่ไม่ระบุใช้น้ำหนักเดิม",
            "make the weights of the group add up to 1; items that are not named keep their own",
        ),
    )


def _none(group: IndexGroup) -> Problem:
    return Problem(
        "index_weights",
        Text(
            f"น้ำหนักในหมวด “{group.title.th}” เป็นศูนย์ทั้งหมด ติดลบ เกิน {LARGEST_WEIGHT:g} หรือไม่ใช่ตัวเลข",
            f"weights in “{group.title.en}” are all zero, negative, above {LARGEST_WEIGHT:g} or no numbers",
        ),
        Text("ให้อย่างน้อยหนึ่งรายการมีน้ำหนักมากกว่าศูนย์", "give at least one item a weight above zero"),
    )
