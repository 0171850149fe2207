"""A register with something of every kind in it: the 37 first entries, one in force, one expired, one withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mudmai.apps.assessment.domain.certificates import expire_due, grant_certificate, withdraw_certificate
from mudmai.apps.assessment.domain.registers import criteria_of
from mudmai.apps.assessment.models import Call, Certificate, City, CityFile, Decision, FileState
from mudmai.apps.registry.models import Organisation, Person

SCHEME = "smart-city"
TODAY = date(2026, 5, 4)


def decision(organisation: Organisation, city: City, level: str = "certified", scheme: str = SCHEME) -> Decision:
    """A file of the city that was decided to be certified."""
    criteria = criteria_of(scheme)
    assert criteria is not None
    call, _ = Call.objects.get_or_create(
        organisation=organisation, scheme=scheme, criteria=criteria.id,
        defaults={"criteria_sha": "0" * 64, "title_th": "รอบ", "opens_on": TODAY, "closes_on": TODAY},
    )  # fmt: skip
    file = CityFile.objects.filter(call=call, city=city).first() or CityFile.objects.create(
        call=call, city=city, criteria_sha="0" * 64, state=FileState.DECIDING, claimed=["environment", "living"]
    )
    scores = {"overall": 0.8, "paper": 0.9, "outcome": 0.6, "secret": 1}
    return Decision.objects.create(
        file=file, sequence=file.decisions.count() + 1, outcome="granted", level=level, reasons="ครบเกณฑ์",
        scores=scores, decided_on=TODAY,
    )  # fmt: skip


def new_city(code: str = "new-city", name: str = "เมืองใหม่", english: str = "", area: str = "TH-42") -> City:
    """A city in a province."""
    return City.objects.create(code=code, name_th=name, name_en=english, area_system="th-nesdc", area_code=area)


def grant(
    keeper: Person, organisation: Organisation, city: City, day: date = TODAY, level: str = "certified"
) -> Certificate:
    """A certificate of the smart cities, granted on ``day``."""
    criteria = criteria_of(SCHEME)
    assert criteria is not None
    held = decision(organisation, city, level)
    return grant_certificate(acting_user=keeper, decision=held, criteria=criteria, granted_on=day)


@dataclass(frozen=True)
class Kinds:
    """One certificate of each kind, and a first entry."""

    held: Certificate
    expired: Certificate
    withdrawn: Certificate
    first: Certificate


def every_kind(keeper: Person, organisation: Organisation, today: date) -> Kinds:
    """Grant three, let one expire and withdraw one. The register is held, first entries are loaded."""
    held = grant(keeper, organisation, new_city("loei-learning", "เลยเมืองน่าเรียนรู้", "Loei Learning City"), today)
    expired = grant(
        keeper, organisation, new_city("krabi-clean", "กระบี่เมืองสะอาด", "Krabi Clean City", "TH-81"),
        date(today.year - 3, 1, 15),
    )  # fmt: skip
    withdrawn = grant(
        keeper, organisation, new_city("nan-old-town", "น่านเมืองเก่ามีชีวิต", "Nan Living Old Town", "TH-55"),
        date(today.year - 1, 3, 1),
    )  # fmt: skip
    expire_due(today)
    withdraw_certificate(
        acting_user=keeper, certificate=withdrawn, reason="ไม่ทำตามแผนที่เสนอไว้ และไม่ส่งผลการติดตามสองครั้ง", today=today
    )
    for one in (held, expired, withdrawn):
        one.refresh_from_db()
    return Kinds(held, expired, withdrawn, Certificate.objects.get(number="smart-city-2021-F13"))
