"""The doors to the register of certificates: open to everybody, and never of yesterday."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from mudmai.apps.assessment.domain.certificates import correct_certificate
from mudmai.apps.assessment.domain.register_reading import Standing
from mudmai.apps.registry.models import Person
from tests.apps.assessment.register_fixtures import keeper, people, site, starter_home
from tests.apps.assessment.register_world import Kinds, every_kind
from tests.apps.registry.small_world import World

__all__ = ["keeper", "people", "site", "starter_home"]
pytestmark = pytest.mark.django_db
DOOR = "/api/v1/certificates"


@pytest.fixture
def kinds(people: World, keeper: Person) -> Kinds:
    return every_kind(keeper, people.department, timezone.localdate())


def test_the_list_is_filtered_and_turned_over(kinds: Kinds) -> None:
    client = Client()
    whole = client.get(DOOR).json()
    assert whole["count"] == 40 == len(whole["certificates"])
    assert client.get(f"{DOOR}?state=withdrawn").json()["certificates"][0]["number"] == kinds.withdrawn.number
    some = client.get(f"{DOOR}?limit=3&offset=39").json()
    assert (some["count"], len(some["certificates"])) == (40, 1)
    (one,) = client.get(f"{DOOR}?q=krabi+clean").json()["certificates"]
    assert (one["state"], one["area"], one["overall"]) == ("expired", "TH-81", 0.8)
    assert client.get(f"{DOOR}?area=th-nesdc:TH-42").json()["count"] == 1
    for wrong in ("state=gone", "limit=0", "colour=red"):
        refused = client.get(f"{DOOR}?{wrong}")
        assert refused.status_code == 422, wrong
        assert refused.headers["Content-Type"].startswith("application/problem+json")


def test_the_register_as_it_stood_on_a_day(kinds: Kinds) -> None:
    """Of the kinds: one held from today, one from 15 January three years ago for two years, one withdrawn today."""
    client, year = Client(), timezone.localdate().year

    def told(query: str) -> dict[str, str]:
        found = client.get(f"{DOOR}?limit=1000&{query}")
        assert found.status_code == 200, found.content
        return {one["number"]: one["state"] for one in found.json()["certificates"]}

    now, before = told(""), told(f"on={year - 1}-06-01")
    assert kinds.held.number in now and kinds.held.number not in before
    assert told(f"on={year - 1}-06-01&state=not_yet")[kinds.held.number] == "not_yet"
    assert (now[kinds.withdrawn.number], before[kinds.withdrawn.number]) == ("withdrawn", "in_force")
    assert (now[kinds.expired.number], before[kinds.expired.number]) == ("expired", "expired")
    assert told(f"on={year - 2}-06-01")[kinds.expired.number] == "in_force"
    for day in ("2021-06-01", f"{year - 2}-06-01", f"{year - 1}-06-01", f"{year}-01-01", f"{year + 9}-01-01"):
        whole = told(f"on={day}")
        for state in Standing:
            later = told(f"on={day}&state={state}")
            if state is Standing.NOT_YET:
                assert not later.keys() & whole.keys() and set(later.values()) <= {"not_yet"}
                assert len(later) + len(whole) == 40
            else:
                assert later == {key: one for key, one in whole.items() if one == state}
    counts = {one["year"]: one["count"] for one in client.get(f"{DOOR}/counts").json()[0]["years"]}
    for past in range(2021, year + 1):
        assert len(told(f"scheme=smart-city&counted={past}")) == counts[past]
        assert len(told(f"scheme=smart-city&on={past}-12-31&state=in_force")) == counts[past] or past == year
    assert len(told("counted=2566")) == counts[2023]
    for wrong in ("counted=soon", "counted=2999", "on=2566-02-31"):
        refused = client.get(f"{DOOR}?{wrong}")
        assert refused.status_code in (400, 422), wrong
        assert refused.headers["Content-Type"].startswith("application/problem+json")


def test_one_certificate_with_its_history(kinds: Kinds) -> None:
    held = Client().get(f"{DOOR}/{kinds.withdrawn.number}").json()
    assert [one["kind"] for one in held["history"]] == ["granted", "withdrawn"]
    assert held["ended_on"] == timezone.localdate().isoformat() and "สองครั้ง" in held["history"][1]["reason"]
    first = Client().get(f"{DOOR}/{kinds.first.number}").json()
    assert (first["granted"], first["expires_on"], first["overall"]) == ("2021", None, None)
    assert [(one["kind"], one["on"], one["on_precision"]) for one in first["history"]] == [
        ("first_entry", first["granted"], first["granted_precision"])
    ]
    days = [(one["on"], one["on_precision"]) for one in held["history"]]
    assert days[1] == (held["ended_on"], "day") and days[0] == (held["granted"], held["granted_precision"])
    lost = Client().get(f"{DOOR}/smart-city-2021-F99")
    assert lost.status_code == 404 and lost.json()["code"]


def test_counts(kinds: Kinds) -> None:
    (told,) = Client().get(f"{DOOR}/counts").json()
    assert told["series"][0] == "smart_cities_valid"
    year = timezone.localdate().year
    counts = {one["year"]: (one["count"], one["no_known_end"], one["provisional"]) for one in told["years"]}
    assert counts[2021] == (15, 15, False) and counts[year] == (38, 37, True)


def test_a_change_that_no_figure_shows_is_seen_at_once(kinds: Kinds, keeper: Person) -> None:
    """The counts, and with them the release, stay: the answer must not."""
    client, door = Client(), f"{DOOR}/{kinds.first.number}"
    before = client.get(door)
    assert client.get(door, HTTP_IF_NONE_MATCH=before.headers.get("ETag", '"x"')).status_code == 200
    correct_certificate(
        acting_user=keeper, certificate=kinds.first, reason="ตรวจแล้ว", revision=kinds.first.revision, source="หนังสือดีป้า"
    )
    after = client.get(door).json()
    assert after["source"] == "หนังสือดีป้า" and after["history"][-1]["kind"] == "corrected"
    assert before.headers["Access-Control-Allow-Origin"] == "*"
