"""Suggestions which clause of a plan a project or budget line serves: by likeness of words, for a person to confirm.

Against each text stand the words of the plan (titles and what they say), the words that its pack adds
(``links.yaml``), and texts that people linked before. A suggestion is never a link: it says how much of the likeness
points to the clause (its confidence) and which words made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plan_clauses import PlanLevel
from mudmai.core.plans import Plan
from mudmai.exchange.packs.link_words import read_link_words
from mudmai.methods.similarity import Floats, TextIndex, index_texts
from mudmai.workspace.workspace import Workspace

LEAST = 0.08
"""Likeness (0 to 1) below which nothing is suggested: what letters share by chance."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A clause that a text may serve. ``confidence``: the part of all likeness that points here, 0 to 1. ``likeness``:
    how much the words are alike at all. ``words`` are what both sides say, the weightiest first."""

    id: str
    level: PlanLevel
    title: Text
    confidence: float
    likeness: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Clause:
    id: str
    title: Text
    passages: tuple[str, ...]


def suggest(
    workspace: Workspace,
    texts: Sequence[str],
    plan: Plan | str | None = None,
    *,
    level: PlanLevel = "sub_strategy",
    confirmed: Iterable[tuple[str, str]] = (),
    most: int = 3,
) -> tuple[tuple[Suggestion, ...], ...]:
    """For each text up to ``most`` suggestions, the likeliest first; none where nothing is alike.

    ``plan`` is a plan, its id, or None for the workspace's own. ``confirmed`` are (text, id of a clause of this level)
    that people linked. Raises :class:`UnknownNameError` for a plan or level that there is not.
    """
    known = plan if isinstance(plan, Plan) else workspace.plan(plan)
    added = read_link_words(workspace.shelf.pack_of(known).directory, known)
    return suggest_in(known, texts, added, level=level, confirmed=confirmed, most=most)


def suggest_in(
    plan: Plan,
    texts: Sequence[str],
    added: Mapping[str, Sequence[str]],
    *,
    level: PlanLevel = "sub_strategy",
    confirmed: Iterable[tuple[str, str]] = (),
    most: int = 3,
) -> tuple[tuple[Suggestion, ...], ...]:
    """As :func:`suggest`, from a plan and the words added to it by the id of a clause."""
    clauses = _clauses(plan, level, added, confirmed)
    passages = [(n, passage) for n, clause in enumerate(clauses) for passage in clause.passages]
    distinct = list(dict.fromkeys(texts))
    index = index_texts([passage for _, passage in passages], background=distinct)
    cosines = index.cosines(distinct)
    owners = np.array([n for n, _ in passages], dtype=np.int64)
    told = {
        text: _best(text, row, index, owners, clauses, level, most) for text, row in zip(distinct, cosines, strict=True)
    }
    return tuple(told[text] for text in texts)


def _best(
    text: str,
    cosines: Floats,
    index: TextIndex,
    owners: np.ndarray,
    clauses: Sequence[_Clause],
    level: PlanLevel,
    most: int,
) -> tuple[Suggestion, ...]:
    """Several passages of a clause that are alike say more than one: their squares add up."""
    squares = np.bincount(owners, cosines * cosines, minlength=len(clauses))
    whole = float(squares.sum())
    found = []
    for n in np.argsort(-squares, kind="stable")[:most]:
        likeness = min(1.0, float(np.sqrt(squares[n])))
        if likeness < LEAST:
            break
        clause = clauses[n]
        own = np.flatnonzero(owners == n)
        nearest = own[np.argsort(-cosines[own], kind="stable")[:2]]
        words = tuple(dict.fromkeys(w for p in nearest if cosines[p] > 0 for w in index.shared(text, int(p), most=3)))
        found.append(Suggestion(clause.id, level, clause.title, float(squares[n]) / whole, likeness, words))
    return tuple(found)


def _clauses(
    plan: Plan, level: PlanLevel, added: Mapping[str, Sequence[str]], confirmed: Iterable[tuple[str, str]]
) -> tuple[_Clause, ...]:
    own = _own_words(plan, level)
    known = [name for name, _, _ in own]
    linked: dict[str, list[str]] = {}
    for text, name in confirmed:
        if name not in known:
            raise UnknownNameError(Text(f"ข้อของแผน {plan.id} ", f"clause of {plan.id}"), name, known)
        linked.setdefault(name, []).append(text)
    return tuple(
        _Clause(
            name,
            title,
            tuple(
                dict.fromkeys(
                    (*words, *(w for one in _below(plan, name) for w in added.get(one, ())), *linked.get(name, ()))
                )
            ),
        )
        for name, title, words in own
    )


def _below(plan: Plan, name: str) -> tuple[str, ...]:
    """A clause and the sub-strategies that are part of it: their words are its words too."""
    return (name, *(one.id for one in plan.sub_strategies(name)))


def _own_words(plan: Plan, level: PlanLevel) -> list[tuple[str, Text, tuple[str, ...]]]:
    match level:
        case "goal":
            return [(one.id, one.title, _said(one.title, one.plan_text)) for one in plan.goals]
        case "indicator":
            return [(one.id, one.title, _said(one.title, one.plan_text)) for one in plan.indicators]
        case "upward":
            return [(one.id, one.title, _said(one.title, one.text)) for one in plan.upward]
        case "sub_strategy":
            return [(one.id, one.title, _said(one.title, one.text)) for one in plan.strategies if one.parent]
        case "strategy":
            return [
                (
                    one.id,
                    one.title,
                    (
                        *_said(one.title, one.text),
                        *(p for sub in plan.sub_strategies(one.id) for p in _said(sub.title, sub.text)),
                    ),
                )
                for one in plan.strategies
                if one.parent is None
            ]
    raise UnknownNameError(Text("ระดับของแผน", "level of a plan"), level, list(get_args(PlanLevel)))


def _said(title: Text, text: Text) -> tuple[str, ...]:
    """Title and text in each language, as one passage of it."""
    return tuple(
        dict.fromkeys(said for said in (f"{title.th} {text.th}".strip(), f"{title.en} {text.en}".strip()) if said)
    )
