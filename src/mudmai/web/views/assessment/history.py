"""The history of a file in words: who did what when, and to which criterion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mudmai.apps.assessment.models import CityFile, FileState, FileStep
from mudmai.apps.registry.domain.audit_words import action_words
from mudmai.core.criteria import CriteriaSet
from mudmai.core.language import Text

LONGEST = 60
"""So many steps are told, the latest first."""
_LEFT_OUT = ("file.answer", "file.mark")
_NAMED = frozenset({"file.assign", "file.attach", "file.detach", "file.reply"})
_SETTLED = "file.reconcile"
_UNSETTLED = (FileState.MARKING, FileState.RECONCILING)
_TOGETHER = timedelta(minutes=1)


@dataclass(slots=True)
class HistoryLine:
    """One act, or the same act of one person repeated within a minute. ``about``: criteria with their evidence."""

    words: Text
    by: Text | None
    at: datetime
    note: str
    action: str
    person: int | None
    about: list[Text] = field(default_factory=list)


def history_of(file: CityFile, criteria: CriteriaSet) -> list[HistoryLine]:
    """The history, the latest first; single answers and marks stand with their criteria.

    Which criteria had to be settled is not named before the city is told the result.
    """
    rows = file.steps.exclude(action__in=_LEFT_OUT).select_related("by__details").order_by("-sequence")
    return _together(rows[:LONGEST], file, criteria)


def _together(rows: Iterable[FileStep], file: CityFile, criteria: CriteriaSet) -> list[HistoryLine]:
    pieces = {str(key): title for key, title in file.evidence.values_list("pk", "title")}
    found: list[HistoryLine] = []
    for one in rows:
        about = _about(one, file, criteria, pieces)
        last = found[-1] if found else None
        if about is not None and last is not None and _same(last, one):
            last.about.append(about)
            continue
        by = one.by.shown if one.by else None
        line = HistoryLine(action_words(one.action), by, one.at, one.note, one.action, one.by_id)
        line.about += [about] if about is not None else []
        found.append(line)
    return found


def _same(line: HistoryLine, step: FileStep) -> bool:
    who = (line.action, line.person, line.note) == (step.action, step.by_id, step.note)
    return who and bool(line.about) and line.at - step.at < _TOGETHER


def _about(step: FileStep, file: CityFile, criteria: CriteriaSet, pieces: dict[str, str]) -> Text | None:
    """The criterion of a step with the title of its evidence; None where the step is about none."""
    if step.action not in _NAMED and (step.action != _SETTLED or file.state in _UNSETTLED):
        return None
    criterion = criteria.by_id.get(str(step.facts.get("criterion", "")))
    if criterion is None:
        return None
    title, piece = criterion.title, pieces.get(str(step.facts.get("evidence", "")))
    return title if piece is None else Text(f"{title.th}: “{piece}”", f"{title.en}: “{piece}”")
