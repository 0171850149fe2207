"""How far the markers of a file agree, and how lenient or strict a marker is over files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Any

from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.filling import asked_criteria
from mudmai.apps.assessment.domain.marks import handed_in
from mudmai.apps.assessment.domain.settled import marks_by_criterion
from mudmai.apps.assessment.models import CityFile, FileState, Mark, MarkerState, ReconciledMark
from mudmai.apps.registry.models import Organisation, Person
from mudmai.core.criteria import Criterion
from mudmai.core.language import Text
from mudmai.methods.agreement import SMALL, weighted_kappa

LEAST = 5
"""Below so many criteria no kappa is told at all."""
SEED = 20_240_101
"""Of the bootstrap interval of few criteria: the same file always has the same interval."""

_OPEN = Text(
    "ผู้ตรวจยังส่งคะแนนไม่ครบทุกคน จึงยังไม่คำนวณความสอดคล้อง", "not all markers have handed in: no agreement is told yet"
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Quadratically weighted kappa of the markers with its interval, and the share of equal marks.

    ``count`` criteria have every marker's mark; ``differing`` are those with unequal ones, in order. ``kappa`` None:
    ``told`` says why (all marks equal, too few criteria, not handed in yet). ``low``..``high`` are of two markers only;
    with more, ``kappa`` and ``exact`` are means over ``pairs``, and ``told`` says so. ``parts``: each part by itself.
    """

    kappa: float | None
    low: float | None
    high: float | None
    count: int
    exact: float | None
    differing: tuple[str, ...]
    told: Text
    pairs: int = 1
    parts: Mapping[str, Agreement] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "kappa": self.kappa,
            "low": self.low,
            "high": self.high,
            "count": self.count,
            "exact": self.exact,
            "pairs": self.pairs,
            "differing": list(self.differing),
            "told": {"th": self.told.th, "en": self.told.en},
        }


def agreement_of(file: CityFile) -> Agreement:
    """The agreement of the file's markers, once all have handed in. It says nothing before (independence)."""
    if not handed_in(file):
        return Agreement(None, None, None, 0, None, (), _OPEN, 0)
    criteria = criteria_of(file)
    marks = marks_by_criterion(file)
    asked = asked_criteria(file, criteria)
    parts = {
        part.id: _agreement([one for one in asked if one.part == part.id], marks)
        for part in criteria.parts
        if any(one.part == part.id for one in asked)
    }
    whole = _agreement(asked, marks)
    return Agreement(
        whole.kappa, whole.low, whole.high, whole.count, whole.exact, whole.differing, whole.told, whole.pairs, parts
    )


def _agreement(asked: Sequence[Criterion], marks: Mapping[str, list[Mark]]) -> Agreement:
    markers = max((len(marks.get(one.id, [])) for one in asked), default=0)
    full = [one for one in asked if len(marks.get(one.id, [])) == markers and markers >= 2]
    values = [[mark.value for mark in marks[one.id]] for one in full]
    differing = tuple(one.id for one, given in zip(full, values, strict=True) if len(set(given)) > 1)
    pairs = list(combinations(range(markers), 2))
    exact = fmean([row[a] == row[b] for row in values for a, b in pairs]) if values else None
    if len(full) < LEAST:
        few = Text(
            f"มี {len(full)} ข้อ น้อยเกินกว่าจะวัดความสอดคล้อง (อย่างน้อย {LEAST} ข้อ)",
            f"{len(full)} criteria are too few to measure agreement (at least {LEAST})",
        )
        return Agreement(None, None, None, len(full), exact, differing, few, len(pairs))
    steps = sorted({step.value for one in full for step in one.scale})
    return _measured(values, steps, pairs, exact, differing)


def _measured(
    values: list[list[int]],
    steps: list[int],
    pairs: list[tuple[int, int]],
    exact: float | None,
    differing: tuple[str, ...],
) -> Agreement:
    count = len(values)
    seed = SEED if count < SMALL else None
    found = [weighted_kappa([r[a] for r in values], [r[b] for r in values], steps, seed=seed) for a, b in pairs]
    known = [one.kappa for one in found if one.kappa is not None]
    if not known:
        why = found[0].reason or Text("", "")
        return Agreement(None, None, None, count, exact, differing, why, len(pairs))
    if len(pairs) > 1:
        told = Text(
            f"ค่าเฉลี่ยของ {len(known)} คู่จาก {len(pairs)} คู่ของผู้ตรวจ ไม่มีช่วงความเชื่อมั่นของค่าเฉลี่ย",
            f"the mean of {len(known)} of {len(pairs)} pairs of markers; no interval is told for a mean",
        )
        return Agreement(fmean(known), None, None, count, exact, differing, told, len(pairs))
    one = found[0]
    low, high = (_finite(one.low), _finite(one.high))
    told = Text(f"จาก {count} ข้อ ช่วงความเชื่อมั่น 95%", f"over {count} criteria, with the 95% interval")
    if seed is not None:
        told = Text(
            f"จากเพียง {count} ข้อ ช่วงความเชื่อมั่นได้จากการสุ่มซ้ำและกว้าง",
            f"over only {count} criteria: the interval is from resampling, and wide",
        )
    if any(len({row[at] for row in values}) == 1 for at in pairs[0]):
        told = Text(
            "ผู้ตรวจคนหนึ่งให้คะแนนเท่ากันทุกข้อ ค่าแคปปาจึงเป็น 0 เสมอและไม่บอกอะไร ให้ดูสัดส่วนข้อที่ให้คะแนนตรงกันแทน",
            "one marker gave the same mark everywhere: kappa is then always 0 and tells nothing, "
            "look at the share of equal marks instead",
        )
    return Agreement(one.kappa, low, high, count, exact, differing, told)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Consistency:
    """A marker over files: ``difference`` is the mean of mark minus settled mark in steps, above 0 lenient.

    ``marks`` were compared, of ``files`` files.
    """

    person: Person
    files: int
    marks: int
    difference: float


TOLD = (FileState.REPLY, FileState.DECIDING, FileState.GRANTED, FileState.REFUSED, FileState.APPEALED)
"""States in which the marks of a file are settled and told."""


def consistency_of(organisation: Organisation) -> tuple[Consistency, ...]:
    """Every marker of the organisation's calls against the settled marks, in files told to their city.

    Two queries, whatever the number of files. Those who stepped back do not count.
    """
    here = {"file__call__organisation": organisation, "file__state__in": TOLD}
    settled: dict[tuple[object, str], int] = {}
    for file, criterion, value in (
        ReconciledMark.objects.filter(**here).order_by("file_id", "criterion", "sequence")
        .values_list("file_id", "criterion", "value")
    ):  # fmt: skip
        settled[file, criterion] = value
    marks = Mark.objects.filter(**{f"marker__{name}": value for name, value in here.items()})
    found: dict[int, tuple[Person, set[object], list[int]]] = {}
    for mark in marks.exclude(marker__state=MarkerState.RECUSED).select_related("marker__person__details"):
        stands = settled.get((mark.marker.file_id, mark.criterion))
        if stands is None:
            continue
        _, files, gaps = found.setdefault(mark.marker.person_id, (mark.marker.person, set(), []))
        files.add(mark.marker.file_id)
        gaps.append(mark.value - stands)
    return tuple(Consistency(person, len(files), len(gaps), fmean(gaps)) for person, files, gaps in found.values())
