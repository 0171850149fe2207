"""The register: a decision raises I3.1, expiry and withdrawal lower it, each with its audit row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from mudmai.apps.assessment.domain.certificates import (
    add_check,
    correct_certificate,
    expire_due,
    grant_certificate,
    survey,
    withdraw_certificate,
)
from mudmai.apps.assessment.domain.cities import change_city
from mudmai.apps.assessment.domain.first_entries import load_first_entries
from mudmai.apps.assessment.domain.register_clock import tick
from mudmai.apps.assessment.domain.register_publishing import publish_register
from mudmai.apps.assessment.domain.registers import criteria_of, hold_register
from mudmai.apps.assessment.models import Certificate, City, EventKind, RegisterHolder
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.verdicts import Verdict
from mudmai.workspace import Workspace
from tests.apps.assessment import register_world
from tests.apps.assessment.register_world import SCHEME, TODAY, decision, new_city
from tests.apps.registry.small_world import World, holding


def grant(keeper: Person, people: World, city: City, day: date = TODAY, level: str = "certified") -> Certificate:
    return register_world.grant(keeper, people.department, city, day, level)


def i31(site: Workspace, year: int) -> float | None:
    rows = site.scorecard("th-m8", indicator="I3.1", year=year).rows
    return rows[0].value


def test_first_entries_count_as_announced_and_loading_again_changes_nothing(people: World, site: Workspace) -> None:
    assert Certificate.objects.count() == 37
    assert load_first_entries(site.home.root)[0].known == 37
    assert AuditEntry.objects.filter(action="certificate.first_entry").count() == 37
    assert all(one.events.get().kind == EventKind.FIRST_ENTRY for one in Certificate.objects.all())
    told = publish_register(SCHEME, TODAY)
    assert (told.old, told.new) == (37, 37)
    assert [i31(site, year) for year in range(2021, 2027)] == [15, 30, 36, 36, 37, 37]


def test_a_decision_raises_the_indicator_and_expiry_lowers_it(
    people: World, keeper: Person, site: Workspace, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    tick(TODAY)
    assert i31(site, 2026) == 37
    with django_capture_on_commit_callbacks(execute=True):
        held = grant(keeper, people, new_city())
    assert held.number == "smart-city-2026-0001"
    assert held.expires_on == date(2028, 5, 3)
    assert [one.due_on for one in held.surveillance.all()] == [date(2027, 5, 4)]
    assert held.facts["scores"] == {"overall": 0.8, "paper": 0.9, "outcome": 0.6}
    assert i31(site, 2026) == 38
    row = AuditEntry.objects.filter(action="register.publish").order_by("-sequence").first()
    assert row is not None and (row.old, row.new["count"]) == ({"count": 37}, 38)
    assert row.new["release"] == site.store.current().id
    done = tick(date(2028, 5, 4))
    assert done.expired == [held.number]
    assert [i31(site, year) for year in (2026, 2027, 2028)] == [38, 38, 37]
    assert AuditEntry.objects.filter(action="certificate.expire", object_id=held.number).count() == 1
    before = site.store.current().id
    assert not tick(date(2028, 5, 4)).published
    assert site.store.current().id == before


@pytest.mark.parametrize(
    ("granted", "checked", "ends"),
    [
        (date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28), date(2025, 2, 27)),
        (date(2025, 12, 31), date(2026, 12, 31), date(2027, 12, 30)),
    ],
)
def test_no_check_is_planned_for_the_last_day(
    people: World, keeper: Person, granted: date, checked: date, ends: date
) -> None:
    held = grant(keeper, people, new_city(), granted)
    assert held.expires_on == ends
    assert [one.due_on for one in held.surveillance.all()] == [checked]


def test_a_clock_that_waits_past_midnight_counts_the_new_day(
    people: World, keeper: Person, site: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = grant(keeper, people, new_city())
    assert held.expires_on is not None
    last, days = held.expires_on, iter([held.expires_on])
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: next(days, last + timedelta(days=1)))
    assert tick().expired == []
    assert i31(site, last.year) == 37


def test_a_withdrawal_lowers_the_count_of_its_year_only(people: World, keeper: Person, site: Workspace) -> None:
    held = grant(keeper, people, new_city(), date(2025, 3, 1))
    publish_register(SCHEME, TODAY)
    assert (i31(site, 2025), i31(site, 2026)) == (38, 38)
    with pytest.raises(InputError) as refused:
        withdraw_certificate(acting_user=keeper, certificate=held, reason="x", on=date(2025, 12, 1), today=TODAY)
    assert refused.value.code == "certificate_day"
    withdraw_certificate(acting_user=keeper, certificate=held, reason="ไม่ทำตามแผน", today=TODAY)
    publish_register(SCHEME, TODAY)
    assert (i31(site, 2025), i31(site, 2026)) == (38, 37)
    assert AuditEntry.objects.get(action="certificate.withdraw").reason == "ไม่ทำตามแผน"
    held.refresh_from_db()
    assert held.events.last().kind == EventKind.WITHDRAWN
    with pytest.raises(InputError):
        withdraw_certificate(acting_user=keeper, certificate=held, reason="x", today=TODAY)


def test_a_city_that_turns_out_to_lie_elsewhere_is_counted_there(
    people: World, keeper: Person, site: Workspace,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    city = new_city()
    grant(keeper, people, city)
    publish_register(SCHEME)
    rows = AuditEntry.objects.filter(action="register.publish")
    before = rows.count()
    with django_capture_on_commit_callbacks(execute=True):
        city = change_city(acting_user=OPERATOR, city=city, revision=city.revision, area=AreaRef("th-nesdc", "TH-81"))
    assert rows.count() == before + 1
    assert not publish_register(SCHEME).release, "it was counted already"
    with django_capture_on_commit_callbacks(execute=True):
        change_city(acting_user=OPERATOR, city=city, revision=city.revision, name_en="Another Name")
    assert not Job.objects.filter(state="queued").exists() and rows.count() == before + 1


def test_a_certificate_does_not_take_another_name_or_place_in_silence(people: World, keeper: Person) -> None:
    """Its page shows the city's own name and area: whoever changes those leaves a trace on every certificate."""
    city = new_city()
    held = grant(keeper, people, city)
    city = change_city(acting_user=OPERATOR, city=city, revision=city.revision, name_th="เมืองชื่อใหม่", note="x")
    city = change_city(acting_user=OPERATOR, city=city, revision=city.revision, area=AreaRef("th-nesdc", "TH-81"))
    assert [one.facts for one in held.events.filter(kind=EventKind.CORRECTED)] == [
        {"old": {"name_th": "เมืองใหม่"}, "new": {"name_th": "เมืองชื่อใหม่"}},
        {"old": {"area": "th-nesdc:TH-42"}, "new": {"area": "th-nesdc:TH-81"}},
    ]
    logged = AuditEntry.objects.filter(action="certificate.correct", object_id=held.number)
    assert [one.new for one in logged.order_by("sequence")] == [
        {"name_th": "เมืองชื่อใหม่"},
        {"area": "th-nesdc:TH-81"},
    ]
    page = Client().get(f"/register/{held.number}/").content.decode()
    assert "เมืองใหม่ → เมืองชื่อใหม่" in page and "เลย → กระบี่" in page
    change_city(acting_user=OPERATOR, city=city, revision=city.revision, note="ไม่เกี่ยวกับใบรับรอง")
    assert held.events.filter(kind=EventKind.CORRECTED).count() == 2


def test_promotion_zones_are_no_smart_cities(people: World, keeper: Person, site: Workspace) -> None:
    grant(keeper, people, new_city(), level="promoted")
    publish_register(SCHEME, TODAY)
    assert i31(site, 2026) == 37


def test_a_renewal_needs_known_progress(people: World, keeper: Person) -> None:
    before = Certificate.objects.get(number="smart-city-2021-F13")
    with pytest.raises(InputError) as refused:
        grant(keeper, people, before.city)
    assert refused.value.code == "renewal_progress"
    check = add_check(acting_user=keeper, certificate=before, due_on=TODAY)
    survey(acting_user=keeper, surveillance=check, progress=50, finding="ครึ่งทาง", has_concern=False, on=TODAY)
    with pytest.raises(InputError):
        grant(keeper, people, before.city)
    check = add_check(acting_user=keeper, certificate=before, due_on=date(2026, 5, 5))
    survey(acting_user=keeper, surveillance=check, progress=51, finding="เกินครึ่ง", has_concern=False, on=TODAY)
    new = grant(keeper, people, before.city)
    before.refresh_from_db()
    assert new.renews == before and before.end_reason == "superseded" and before.ended_on == TODAY
    assert publish_register(SCHEME, TODAY).new == 37


def test_a_correction_tells_old_and_new_and_refuses_the_second_of_two(people: World, keeper: Person) -> None:
    held = Certificate.objects.get(number="smart-city-2021-F07")
    asked = {"acting_user": keeper, "certificate": held, "reason": "ตรวจกับดีป้าแล้ว", "today": TODAY}
    parts = ["economy", "environment", "living", "mobility"]
    correct_certificate(revision=1, claimed=parts, **asked)
    event = held.events.last()
    assert event.kind == EventKind.CORRECTED and event.facts["new"]["claimed"] == parts
    with pytest.raises(InputError) as refused:
        correct_certificate(revision=1, source="x", **asked)
    assert refused.value.code == "certificate_changed"


def test_a_later_end_brings_an_expired_one_back(people: World, keeper: Person) -> None:
    held = grant(keeper, people, new_city(), date(2024, 1, 1))
    assert [one.pk for one in expire_due(TODAY)] == [held.pk]
    held.refresh_from_db()
    asked = {"acting_user": keeper, "certificate": held, "reason": "คำสั่งกำหนดสามปี", "today": TODAY}
    again = correct_certificate(revision=held.revision, expires_on=date(2026, 12, 31), **asked)
    assert again.ended_on is None and again.end_reason == ""
    assert not expire_due(TODAY)


def test_who_may(people: World, keeper: Person) -> None:
    held = Certificate.objects.first()
    stranger = holding(Role.PUBLISHER, people.other, name="stranger")
    with pytest.raises(NotAllowed):
        withdraw_certificate(acting_user=stranger, certificate=held, reason="x", today=TODAY)
    with pytest.raises(NotAllowed):
        hold_register(acting_user=keeper, scheme=SCHEME, organisation=people.other)
    held, criteria = decision(people.other, new_city()), criteria_of(SCHEME)
    with pytest.raises(InputError) as refused:
        grant_certificate(acting_user=stranger, decision=held, criteria=criteria, granted_on=TODAY)
    assert refused.value.code == "register_holder"


def test_without_a_decision_there_is_no_figure_of_liveable_cities(
    people: World, keeper: Person, site: Workspace
) -> None:
    scheme = "liveable-sustainable-city"
    tick(TODAY)
    (row,) = site.scorecard("th-m8", indicator="I3.2").rows
    assert row.value is None and row.verdict is Verdict.NOT_JUDGED
    hold_register(acting_user=OPERATOR, scheme=scheme, organisation=people.department)
    criteria = criteria_of(scheme)
    held = decision(people.department, new_city(), "passed", scheme)
    one = grant_certificate(acting_user=keeper, decision=held, criteria=criteria, granted_on=TODAY)
    assert one.expires_on is None
    publish_register(scheme, TODAY)
    assert site.scorecard("th-m8", indicator="I3.2", year=2026).rows[0].value == 1


def test_a_pack_without_the_series_leaves_the_certificate_and_tells_on_the_page_of_the_work(
    people: World, keeper: Person, monkeypatch: pytest.MonkeyPatch, client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    criteria = criteria_of(SCHEME)
    assert criteria is not None and criteria.register is not None
    lacking = replace(criteria, register=replace(criteria.register, series=("of_no_pack",)))
    monkeypatch.setattr("mudmai.apps.assessment.domain.register_publishing.criteria_of", lambda _: lacking)
    with django_capture_on_commit_callbacks(execute=True):
        held = grant(keeper, people, new_city())
    assert Certificate.objects.filter(pk=held.pk, ended_on=None).exists()
    work = Job.objects.filter(kind="register.publish").latest("created_at")
    assert (work.state, work.fault["code"]) == ("failed", "register_series")
    client.force_login(people.root)
    page = client.get(f"/jobs/{work.pk}/")
    assert page.status_code == 200 and "of_no_pack" in page.content.decode()
    assert "คำตัดสินและใบรับรองยังอยู่ครบ" in page.content.decode()


def test_a_register_without_a_holder_tells_the_operator_what_to_do(people: World, keeper: Person) -> None:
    RegisterHolder.objects.all().delete()
    with pytest.raises(InputError) as refused:
        grant(keeper, people, new_city())
    assert refused.value.code == "register_holder"
    assert refused.value.remedy is not None
    assert "mudmai assess register hold smart-city" in refused.value.remedy.en
