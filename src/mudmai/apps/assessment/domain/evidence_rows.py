"""Evidence as it stands: what is there now, what of it counts, what changed when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from mudmai.apps.assessment.domain.refusals import problem
from mudmai.apps.assessment.models import CityFile, Evidence, EvidenceKind
from mudmai.core.criteria import Criterion
from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text


def current_evidence(file: CityFile) -> list[Evidence]:
    """What stands now: neither taken off nor replaced; by criterion, oldest first."""
    rows = file.evidence.filter(removed_at=None, replaced_by=None)
    return list(rows.select_related("added_by__details", "project__programme"))


def counts(evidence: Evidence) -> bool:
    """Does the piece support an answer about the city?

    A figure that is missing, or that is of a wider area than the city, is kept as context and supports nothing. A
    project supports nothing until its programme is released: markers cannot read it before.
    """
    if evidence.kind == EvidenceKind.PROJECT:
        return evidence.project is not None and evidence.project.programme.is_released
    if evidence.kind != EvidenceKind.FIGURE:
        return True
    return evidence.figure.get("value") is not None and bool(evidence.figure.get("of_city"))


def counted_evidence(file: CityFile) -> Counter[str]:
    """How many pieces that count each criterion has now."""
    return Counter(one.criterion for one in current_evidence(file) if counts(one))


def evidence_changed_at(file: CityFile) -> dict[str, datetime]:
    """When the evidence of each criterion changed last (added, replaced or taken off): older marks are stale."""
    found: dict[str, datetime] = {}
    for criterion, added, removed in file.evidence.values_list("criterion", "added_at", "removed_at"):
        latest = max(added, removed) if removed else added
        found[criterion] = max(found.get(criterion, latest), latest)
    return found


def lacking_evidence(
    criteria: Iterable[Criterion], values: dict[str, int | None], held: Counter[str]
) -> tuple[tuple[Criterion, int], ...]:
    """Criteria answered above step 0 with less evidence than they need, and how many pieces are missing."""
    return tuple(
        (one, one.evidence - held[one.id])
        for one in criteria
        if one.evidence and (values.get(one.id) or 0) > 0 and held[one.id] < one.evidence
    )


def _pieces(count: int) -> str:
    return "1 piece" if count == 1 else f"{count} pieces"


def lacks_of(
    criteria: Collection[Criterion], values: dict[str, int | None], held: Counter[str], left_open: Collection[str]
) -> list[Problem]:
    """Everything that keeps a file from being sent, one problem for each criterion."""
    found = []
    missing = {one.id: many for one, many in lacking_evidence(criteria, values, held)}
    for one in criteria:
        where = Where(field=f"answer.{one.id}")
        if values.get(one.id) is None and one.id not in left_open:
            found.append(
                problem(
                    "not_answered",
                    f"ข้อ “{one.title.th}” ยังไม่ได้ตอบ",
                    f"“{one.title.en}” is not answered",
                    Text(
                        "ตอบข้อนี้ หรือยืนยันว่าไม่ตอบ (ไม่ได้คะแนน)", "answer it, or confirm that it is not answered (no score)"
                    ),
                    where,
                )
            )
        elif one.id in missing:
            found.append(
                problem(
                    "evidence_missing",
                    f"ข้อ “{one.title.th}” ต้องมีหลักฐาน {one.evidence} รายการ ขาดอีก {missing[one.id]}",
                    f"“{one.title.en}” needs {_pieces(one.evidence)} of evidence: {missing[one.id]} missing",
                    Text(
                        "แนบไฟล์ ลิงก์ ตัวเลขจากระบบ หรือโครงการ"
                        " (ตัวเลขที่ไม่มีค่าหรือเป็นของพื้นที่ใหญ่กว่า และโครงการของแผนงานที่ยังไม่เปิดเผย ไม่นับ)",
                        "attach a file, link, live figure or project (figures missing or of a wider area, and projects"
                        " of programmes that are not released, do not count)",
                    ),
                    where,
                )
            )
    return found
