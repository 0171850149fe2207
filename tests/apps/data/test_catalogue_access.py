"""Who finds datasets that are not public: readers of the organisation that holds them, nobody else."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from mudmai.apps.data.domain.catalogue_access import closed_datasets_for, may_submit
from mudmai.apps.registry.models import Person, Role
from tests.apps.data.data_world import A1, DataWorld
from tests.apps.registry.small_world import holding


def listed(client: Client, dataset: str) -> bool:
    return f'href="/datasets/{dataset}/"' in client.get("/datasets/").content.decode()


def test_a_visitor_finds_open_data_only(data_world: DataWorld) -> None:
    client = Client(raise_request_exception=False)
    assert listed(client, "toy-money")
    assert not listed(client, "toy-score")
    assert client.get("/datasets/toy-score/").status_code == 404
    assert "ไม่พบชุดข้อมูล" in client.get("/datasets/?q=คะแนน").content.decode()


def test_a_reader_of_the_holder_finds_its_closed_data(
    data_world: DataWorld, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(data_world.contributor)
    assert listed(client, "toy-score")
    response = client.get("/datasets/toy-score/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "ใช้ภายในหน่วยงาน" in page
    assert "data.csv" not in page, "its figures are not for taking away here"
    assert "no-store" in response.headers["Cache-Control"] or "private" in response.headers["Cache-Control"]
    assert "ETag" not in response.headers


def test_a_reader_of_another_organisation_does_not(
    data_world: DataWorld, signed_in: Callable[[Person], Client]
) -> None:
    stranger = holding(Role.READER, data_world.other, name="stranger")
    client = signed_in(stranger)
    assert not listed(client, "toy-score")
    assert client.get("/datasets/toy-score/").status_code == 404
    assert closed_datasets_for(stranger) == frozenset()


def test_a_role_in_one_area_is_enough_for_metadata(data_world: DataWorld) -> None:
    local = holding(Role.READER, data_world.ministry, A1, name="local")
    assert "toy-score" in closed_datasets_for(local)


def test_a_closed_account_finds_nothing(data_world: DataWorld) -> None:
    person = data_world.contributor
    person.is_active = False
    assert closed_datasets_for(person) == frozenset()


def test_who_may_submit_is_led_to_it(data_world: DataWorld, signed_in: Callable[[Person], Client]) -> None:
    reader = holding(Role.READER, data_world.ministry, name="only-reader")
    assert may_submit(data_world.contributor, "toy-money")
    assert not may_submit(reader, "toy-money")
    assert (
        'href="/datasets/toy-money/submit/"'
        in signed_in(data_world.contributor).get("/datasets/toy-money/").content.decode()
    )
    assert "/submit/" not in signed_in(reader).get("/datasets/toy-money/").content.decode()
