"""Files for the table of roles: calls of the ministry, a city of the other organisation, marked by two strangers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.files import open_file
from mudmai.apps.assessment.models import (
    Appeal,
    Certificate,
    City,
    CityFile,
    Decision,
    FileState,
    Mark,
    Marker,
    MarkerState,
    ReconciledMark,
)
from mudmai.apps.registry.models import Organisation, Person, Role
from mudmai.apps.registry.policy import OPERATOR
from tests.apps.registry.small_world import holding

ASKED = ("c-plan", "c-open", "c-coast")
"""Criteria of the toy set that are asked of a city that claims no part and whose coast nobody knows of."""


def marking_objects(ministry: Organisation, other: Organisation) -> dict[str, Any]:
    """What addresses and forms of the marking pages are about."""
    city = City.objects.create(
        code="marked-city", name_th="เมืองที่ตรวจ", organisation=other, area_system="land", area_code="A"
    )
    strangers = [holding(Role.CONTRIBUTOR, ministry, name=f"stranger{number}") for number in (1, 2)]
    deciding, appealed, replying = (
        _file(ministry, city, strangers, state) for state in (FileState.DECIDING, FileState.APPEALED, FileState.REPLY)
    )
    decision = Decision.objects.create(
        file=appealed, sequence=1, outcome="granted", level="passed", reasons="ครบ", decided_on=timezone.localdate()
    )
    Appeal.objects.create(decision=decision, text="ขอระดับสูงกว่า")
    certificate = Certificate.objects.create(
        scheme="toy-smart", criteria="toy-smart-1", number="toy-2026-0002", city=city, level="passed",
        granted_on=timezone.localdate(), decision=decision,
    )  # fmt: skip
    return {
        "marked_file": deciding,
        "appealed_file": appealed,
        "replying_file": replying,
        "decided_number": certificate.number,
        "form:marking_settle": {
            "do": "settle", "criterion": "c-plan", "value": "1", "reason": "หารือแล้ว", "sequence": "1",
        },
        "form:marking_decide": {
            "outcome": "refused", "reasons": "ยังไม่ถึง", "revision": deciding.revision, "sure": "yes",
        },
    }  # fmt: skip


def _file(ministry: Organisation, city: City, strangers: list[Person], state: FileState) -> CityFile:
    today = timezone.localdate()
    call = create_call(
        acting_user=OPERATOR, organisation=ministry, criteria_id="toy-smart-1", title_th=f"รอบ {state}",
        opens_on=today, closes_on=today,
    )  # fmt: skip
    file = open_file(acting_user=OPERATOR, call=publish_call(acting_user=OPERATOR, call=call), city=city)
    for person in strangers:
        marker = Marker.objects.create(file=file, person=person, state=MarkerState.DONE, done_at=timezone.now())
        for criterion in ASKED:
            Mark.objects.create(marker=marker, criterion=criterion, value=2, reason="เห็นแล้ว")
    for criterion in ASKED:
        ReconciledMark.objects.create(file=file, criterion=criterion, value=2)
    file.state, file.reply_due = state, today + timedelta(days=10)
    file.submitted_at = timezone.now()
    file.save()
    return file
