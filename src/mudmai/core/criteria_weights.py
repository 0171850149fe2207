"""Weights that somebody tries out on the parts of a criteria set, in place of its own.

What is tried changes nothing that was decided: a level and a certificate stand on the weights of the set.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from mudmai.core.criteria import Part, Score, added
from mudmai.core.errors import InputError, Problem, UnknownNameError, Where
from mudmai.core.language import Text

LARGEST_WEIGHT = 1000.0
_PART = Text("หมวดของเกณฑ์", "part of the criteria")


def checked_weights(parts: Iterable[Part], given: Mapping[str, float]) -> dict[str, float]:
    """Part → weight: ``given`` where it names the part, else its own.

    Raises :class:`UnknownNameError` for a part that is none, and :class:`InputError` ``part_weights`` (one problem for
    each weight, ``where.field`` names the part; "" for the whole) where a weight is no number from 0 to
    ``LARGEST_WEIGHT``, or none is above 0.
    """
    own = {one.id: one.weight for one in parts}
    for name in given:
        if name not in own:
            raise UnknownNameError(_PART, name, list(own))
    problems = [
        weight_problem(name, f"{value:g}")
        for name, value in given.items()
        if not (math.isfinite(value) and 0 <= value <= LARGEST_WEIGHT)
    ]
    mixed = {**own, **given}
    if not problems and not any(mixed.values()):
        problems.append(
            Problem(
                "part_weights",
                Text(
                    "น้ำหนักเป็นศูนย์ทุกหมวด จึงไม่มีอะไรให้รวมเป็นคะแนน",
                    "every part has the weight zero, which leaves nothing to add up",
                ),
                Text("ให้อย่างน้อยหนึ่งหมวดมีน้ำหนักมากกว่าศูนย์", "give at least one part a weight above zero"),
                Where(field=""),
            )
        )
    if problems:
        raise refused_weights(problems)
    return mixed


def weight_problem(part: str, said: str) -> Problem:
    """Why a weight cannot be used; ``said`` is what was typed."""
    most = f"{LARGEST_WEIGHT:g}"
    return Problem(
        "part_weights",
        Text(f"น้ำหนัก “{said[:40]}” ใช้ไม่ได้", f"the weight “{said[:40]}” cannot be used"),
        Text(f"ใส่ตัวเลขตั้งแต่ 0 ถึง {most} เช่น 25", f"give a number from 0 to {most}, such as 25"),
        Where(field=part),
    )


def refused_weights(problems: list[Problem]) -> InputError:
    """The refusal of these problems, the first of them told."""
    first = problems[0]
    return InputError(first.message, remedy=first.remedy, where=first.where, code=first.code, problems=problems)


def whole_by(parts: Mapping[str, Score], weights: Mapping[str, float], own: Mapping[str, float]) -> Score:
    """The whole score where parts count by ``weights``; the same rule as :func:`mudmai.core.criteria.assess`.

    ``parts`` are scores as that function gives them, in the order of the set; ``own`` are the weights of the set. Only
    proportions count: weights in the proportions of ``own`` give the score of ``own`` to the last digit. A part with
    nothing to score is left out, never zero; without any part that counts there is no score (shares are None).
    """
    counted = [key for key, score in parts.items() if score.reachable]
    tried = shares_of(weights, counted)
    if tried == shares_of(own, counted):
        return added((parts[key], own[key]) for key in counted)
    return added((parts[key], float(tried[key])) for key in counted)


def shares_of(weights: Mapping[str, float], keys: Iterable[str]) -> dict[str, Fraction]:
    """Each weight as its exact part of all of ``keys``; 0 where all are 0.

    >>> shares_of({"a": 30, "b": 10, "c": 7}, ["a", "b"])
    {'a': Fraction(3, 4), 'b': Fraction(1, 4)}
    """
    exact = {key: Fraction(weights[key]) for key in keys}
    whole = sum(exact.values())
    return {key: one / whole if whole else Fraction(0) for key, one in exact.items()}
