"""The history of a certificate: what was known then stays as precise as it was, on the page and on paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from mudmai.apps.assessment.domain.certificates import correct_certificate, withdraw_certificate
from mudmai.apps.registry.models import Person
from mudmai.core.errors import InputError
from tests.apps.assessment.register_world import Kinds
from tests.web.register.conftest import plain
from tests.web.register.test_register import squeezed

pytestmark = pytest.mark.django_db
Enter = Callable[[Person], Client]


def paper(number: str, prefix: str = "") -> str:
    answer = Client().get(f"{prefix}/register/{number}/certificate.pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    return squeezed(reader.pages[0].extract_text())


def correction(client: Client, kinds: Kinds, **given: str) -> int:
    kinds.first.refresh_from_db()
    asked = {
        "seen": str(kinds.first.revision), "granted_on": "2021", "expires_on": "", "level": kinds.first.level,
        "claimed": " ".join(one["id"] for one in kinds.first.facts["claimed"]), "source": kinds.first.source,
        "reason": "seen in the announcement",
    }  # fmt: skip
    return client.post(f"/en/register/{kinds.first.number}/correct/", asked | given).status_code


def test_a_year_that_became_a_day_is_no_day_in_the_history(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    client, address = enter(keeper), f"/register/{kinds.first.number}/"
    assert correction(client, kinds, granted_on="15/9/2022") == 302
    assert correction(client, kinds, granted_on="2022-09-16", expires_on="2032-09-15", reason="สะกดวันผิด") == 302
    english, thai = plain(Client().get(f"/en{address}")), plain(Client().get(address))
    assert "2021 (the day is not known) granted before this register began" in english
    assert "2021 (the day is not known) → 15 Sep 2022" in english and "15 Sep 2022 → 16 Sep 2022" in english
    assert "– → 15 Sep 2032" in english and "precision" not in english
    assert "ปี 2564 (ไม่ทราบวันที่) → 15 ก.ย. 2565" in thai and "ปี 2564 (ไม่ทราบวันที่) ออกใบรับรองก่อน" in thai
    for page in (english, thai):
        assert "2021-12-31" not in page and "31 Dec 2021" not in page and "31 ธ.ค. 2564" not in page
    printed = paper(kinds.first.number, "/en")
    for words in (
        "2021 (the day is not known) → 15 Sep 2022",
        "15 Sep 2022 → 16 Sep 2022",
        "2021 (the day is not known): ",
    ):
        assert squeezed(words) in printed, words
    assert "31Dec2021" not in printed and "seenintheannouncement" in printed


def test_a_day_found_out_of_the_last_of_the_year_is_told(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    assert correction(enter(keeper), kinds, granted_on="2021-12-31") == 302
    told = plain(Client().get(f"/en/register/{kinds.first.number}/"))
    assert "2021 (the day is not known) → 31 Dec 2021" in told
    assert "2021 (the day is not known) granted before" in told


def test_levels_and_parts_that_a_correction_changed_are_told_in_words(
    kinds: Kinds, keeper: Person, enter: Enter
) -> None:
    assert correction(enter(keeper), kinds, level="promoted", claimed="economy living") == 302
    english = plain(Client().get(f"/en/register/{kinds.first.number}/"))
    thai = plain(Client().get(f"/register/{kinds.first.number}/"))
    assert "Certified smart city → Smart city promotion zone (no certification)" in english
    assert "→ Smart Economy, Smart Living" in english or "→ Smart Living, Smart Economy" in english
    assert "เมืองอัจฉริยะที่ได้รับการรับรอง → เขตส่งเสริมเมืองอัจฉริยะ" in thai and "เศรษฐกิจอัจฉริยะ" in thai
    for told in (english, thai):
        assert "promoted" not in told and "economy" not in told and "certified →" not in told
    assert squeezed("Smart Economy") in paper(kinds.first.number, "/en")


def test_a_withdrawn_certificate_has_no_check_before_it(kinds: Kinds, keeper: Person) -> None:
    address = f"/en/register/{kinds.held.number}/"
    assert "Checks after the grant due on" in plain(Client().get(address))
    withdraw_certificate(acting_user=keeper, certificate=kinds.held, reason="The plan was given up")
    told = plain(Client().get(address))
    assert "due on" not in told and "Checks after the grant" not in told


def test_paper_tells_why_a_certificate_was_withdrawn(kinds: Kinds, keeper: Person) -> None:
    withdraw_certificate(acting_user=keeper, certificate=kinds.held, reason="The plan was\r\ngiven up")
    assert squeezed("withdrawn · The plan was given up") in paper(kinds.held.number, "/en")


def test_a_grant_is_not_dated_after_today(kinds: Kinds, keeper: Person, enter: Enter) -> None:
    client, today = enter(keeper), timezone.localdate()
    for late in ((today + timedelta(days=1)).isoformat(), str(today.year + 1), str(today.year + 544), "0000"):
        assert correction(client, kinds, granted_on=late) == 400, late
    with pytest.raises(InputError) as refused:
        correct_certificate(
            acting_user=keeper, certificate=kinds.first, reason="x", revision=kinds.first.revision,
            granted_on=today + timedelta(days=1), granted_precision="day",
        )  # fmt: skip
    assert refused.value.code == "certificate_day" and refused.value.where.field == "granted_on"
    kinds.first.refresh_from_db()
    assert (kinds.first.granted_on.year, kinds.first.granted_precision) == (2021, "year")
    assert kinds.first.events.count() == 1
    assert correction(client, kinds, granted_on=str(today.year)) == 302
    assert correction(client, kinds, granted_on=today.isoformat()) == 302


def test_a_level_that_is_no_certification_is_not_passed_off_as_one(kinds: Kinds) -> None:
    address, told = f"/register/{kinds.held.number}/", "This level does not amount to certification"
    assert told not in plain(Client().get(f"/en{address}"))
    type(kinds.held).objects.filter(pk=kinds.held.pk).update(level="promoted")
    assert told in plain(Client().get(f"/en{address}"))
    assert "ระดับนี้ยังไม่ถือเป็นการรับรอง" in plain(Client().get(address))
