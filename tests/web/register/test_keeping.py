"""Pages of the holder of a register: who may, what is kept after a refusal, what two at once are told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from mudmai.apps.assessment.models import EventKind, Surveillance
from mudmai.apps.registry.models import AuditEntry, Person, Role
from tests.apps.assessment.register_world import Kinds
from tests.apps.registry.small_world import World, holding
from tests.web.page_reading import read_page
from tests.web.register.conftest import plain

pytestmark = pytest.mark.django_db
Enter = Callable[[Person], Client]
WORKS = ("check", "correct", "withdraw")
FIELD = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')


def test_who_may(kinds: Kinds, keeper: Person, people: World, enter: Enter) -> None:
    stranger = holding(Role.PUBLISHER, people.other, name="stranger")
    reader = holding(Role.READER, people.department, name="reader")
    for work in WORKS:
        address = f"/register/{kinds.held.number}/{work}/"
        assert Client().get(address).status_code in (302, 401, 403), work
        for person in (stranger, reader):
            assert enter(person).get(address).status_code == 403, (work, person)
            assert enter(person).post(address, {"reason": "x"}).status_code == 403, (work, person)
        for prefix in ("", "/en"):
            answer = enter(keeper).get(prefix + address)
            assert (answer.status_code, read_page(answer.content).faults) == (200, []), work
    mine = enter(keeper).get(f"/register/{kinds.held.number}/").content.decode()
    assert all(f"/register/{kinds.held.number}/{work}/" in mine for work in WORKS)
    over = enter(keeper).get(f"/register/{kinds.withdrawn.number}/").content.decode()
    assert "/withdraw/" not in over


def test_a_check_is_recorded(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    client, address = enter(keeper), f"/en/register/{kinds.held.number}/check/"
    due = kinds.held.surveillance.get()
    given = {
        "which": str(due.pk),
        "on": timezone.localdate().isoformat(),
        "progress": "many",
        "finding": "ถนนเสร็จครึ่งหนึ่ง",
    }
    refused = client.post(address, given)
    assert refused.status_code == 400 and "ถนนเสร็จครึ่งหนึ่ง" in refused.content.decode()
    refused = client.post(address, given | {"progress": "140"})
    assert refused.status_code == 400 and 'value="140"' in refused.content.decode()
    assert client.post(address, given | {"progress": "62.5"}).status_code == 302
    due.refresh_from_db()
    assert (float(due.progress), due.by, due.has_concern) == (62.5, keeper, False)
    more = given | {"which": "", "progress": "", "concern": "yes"}
    assert client.post(address, more).status_code == 302
    other = Surveillance.objects.exclude(pk=due.pk).get(certificate=kinds.held)
    assert other.progress is None and other.has_concern
    told = plain(client.get(f"/en/register/{kinds.held.number}/"))
    assert "There is a concern" in told and "Progress not known" in told
    assert AuditEntry.objects.filter(action="certificate.survey", object_id=kinds.held.number).count() == 3


def ticked(answer: HttpResponse) -> list[str]:
    """Parts that the form of a correction holds."""
    return re.findall(r'name="claimed" value="(\w+)" checked', answer.content.decode())


def test_the_holder_reads_days_in_their_own_calendar_and_parts_by_name(
    kinds: Kinds, keeper: Person, enter: Enter
) -> None:
    client, base = enter(keeper), f"/register/{kinds.held.number}/"
    year = timezone.localdate().year
    for page in ("check/", "withdraw/", "correct/"):
        thai, english = (client.get(prefix + base + page).content.decode() for prefix in ("", "/en"))
        assert re.search(rf'value="\d+ \S+ {year + 543}"', thai) and f'value="{year}-' not in thai, page
        assert re.search(rf'value="\d+ \w+ {year}"', english), page
    form = client.get(base + "correct/")
    assert ticked(form) == ["environment", "living"] and "สิ่งแวดล้อมอัจฉริยะ" in plain(form)
    assert "รหัส" not in plain(form)
    now = {one: html.unescape(value) for one, value in FIELD.findall(form.content.decode())}
    given = {"seen": now["seen"], "granted_on": now["granted_on"], "expires_on": now["expires_on"]}
    given |= {
        "level": kinds.held.level,
        "source": "",
        "claimed": ["environment", "living", "energy"],
        "reason": "ตกหล่น",
    }
    assert client.post(base + "correct/", given).status_code == 302
    before = kinds.held.granted_on, kinds.held.expires_on
    kinds.held.refresh_from_db()
    assert [one["id"] for one in kinds.held.facts["claimed"]] == ["environment", "living", "energy"]
    assert (kinds.held.granted_on, kinds.held.expires_on) == before


def test_parts_whose_words_were_not_kept_are_named_by_a_set_of_the_scheme(
    kinds: Kinds, keeper: Person, enter: Enter
) -> None:
    kept = {"claimed": [{"id": "living", "th": "living", "en": "living"}, {"id": "gone"}]}
    type(kinds.held).objects.filter(pk=kinds.held.pk).update(facts=kinds.held.facts | kept)
    form = enter(keeper).get(f"/register/{kinds.held.number}/correct/")
    assert form.status_code == 200 and ticked(form) == ["living", "gone"]
    assert "การดำรงชีวิตอัจฉริยะ" in plain(form)


def test_a_correction_is_public_and_the_second_of_two_is_told(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    client, address = enter(keeper), f"/en/register/{kinds.held.number}/correct/"
    seen, later = str(kinds.held.revision), timezone.localdate().year + 5
    given = {
        "seen": seen, "granted_on": kinds.held.granted_on.isoformat(), "expires_on": f"{later}-01-31",
        "level": "certified", "claimed": "environment living", "source": "", "reason": "คำสั่งแก้วันสิ้นอายุ",
    }  # fmt: skip
    for wrong in ({"reason": ""}, {"expires_on": "31 of May"}, {"granted_on": ""}):
        refused = client.post(address, given | wrong)
        assert refused.status_code == 400, wrong
        assert next(iter(wrong.values())) in html.unescape(refused.content.decode())
        assert ticked(refused) == ["environment", "living"], "what was chosen is kept"
    assert client.post(address, given).status_code == 302
    late = client.post(address, given | {"expires_on": f"{later + 1}-01-31"})
    assert late.status_code == 409 and "somebody has changed this certificate meanwhile" in plain(late)
    assert f'value="{later + 1}-01-31"' in late.content.decode()
    kinds.held.refresh_from_db()
    assert kinds.held.expires_on is not None and kinds.held.expires_on.isoformat() == f"{later}-01-31"
    told = plain(Client().get(f"/en/register/{kinds.held.number}/"))
    assert f"→ 31 Jan {later}" in told and "คำสั่งแก้วันสิ้นอายุ" in told
    same = client.post(address, given | {"seen": str(kinds.held.revision)})
    assert same.status_code == 400 and "nothing was changed" in plain(same)


def test_a_withdrawal_warns_and_asks_for_a_reason(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    client, address = enter(keeper), f"/en/register/{kinds.held.number}/withdraw/"
    assert "cannot be taken back" in plain(client.get(address))
    today = timezone.localdate()
    refused = client.post(address, {"reason": "", "on": today.isoformat()})
    assert refused.status_code == 400
    refused = client.post(address, {"reason": "เลิกโครงการแล้ว", "on": "2020-01-01"})
    assert refused.status_code == 400 and "เลิกโครงการแล้ว" in refused.content.decode()
    kinds.held.refresh_from_db()
    assert kinds.held.ended_on is None
    assert client.post(address, {"reason": "เลิกโครงการแล้ว", "on": today.isoformat()}).status_code == 302
    assert kinds.held.events.order_by("-sequence")[0].kind == EventKind.WITHDRAWN
    assert client.post(address, {"reason": "อีกครั้ง", "on": today.isoformat()}).status_code == 400
    assert "เลิกโครงการแล้ว" in plain(Client().get(f"/register/{kinds.held.number}/"))
