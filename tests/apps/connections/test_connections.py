"""Connections: rights, fetching, versions, back-off, secrets, submissions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.connections.domain import connections
from mudmai.apps.connections.domain.fetching import due_connections, run_fetch
from mudmai.apps.connections.domain.jobs_fetching import DUE
from mudmai.apps.connections.models import Connection, Fetch
from mudmai.apps.data.models import Submission
from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.jobs.domain.kinds import periods
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.domain.roles import revoke_role
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.workspace.raw_files import raw_files
from tests.apps.data.data_world import DataWorld
from tests.apps.registry.small_world import holding
from tests.exchange.connectors.naughty_server import Naughty

TABLE = b"area_system,area,period,series,value,flag,source,method\nland,A,2024,money,7,A,office,old\n"
Capture = DjangoCaptureOnCommitCallbacks


def connect(world: DataWorld, url: str, **more: Any) -> Connection:
    given = {"name": "เงินจากต้นทาง", "kind": "url", "dataset": "toy-money", "every": 86400, **more}
    given.setdefault("settings", {"url": url})
    given.setdefault("acting_user", world.publisher)
    return connections.create_connection(organisation=world.ministry, **given)


def fetched(held: Connection) -> Fetch:
    row = run_fetch(held, by=None)
    assert row is not None
    held.refresh_from_db()
    return row


def test_only_publishers_of_all_areas_set_up_and_reviewers_see(data_world: DataWorld, source: Naughty) -> None:
    url = source.put("/a.csv", TABLE)
    for person in (data_world.contributor, data_world.reviewer):
        with pytest.raises(NotAllowed):
            connect(data_world, url, acting_user=person)
    made = connect(data_world, url)
    assert connections.connection_for(data_world.reviewer, made.pk) == made
    with pytest.raises(NotAllowed):
        connections.connection_for(data_world.contributor, made.pk)
    with pytest.raises(NotAllowed):
        connections.ask_fetch(acting_user=data_world.reviewer, connection=made)
    with pytest.raises(UnknownNameError):
        connections.connection_for(data_world.publisher, "nothing")
    with pytest.raises(UnknownNameError):
        connect(data_world, url, dataset="toy-mony")


def test_a_dataset_needs_a_holder_and_settings_are_checked(data_world: DataWorld) -> None:
    outsider = holding(Role.PUBLISHER, data_world.other, name="outsider")
    with pytest.raises(InputError) as found:
        connections.create_connection(
            acting_user=outsider, organisation=data_world.other, dataset="toy-money", name="x", kind="url",
            settings={"url": "https://a.example/a.csv"},
        )  # fmt: skip
    assert found.value.code == "not_holder"
    for wrong in ({"every": 7}, {"name": " "}, {"mode": "append"}, {"settings": {"url": "file:///etc/passwd"}}):
        with pytest.raises(InputError) as found:
            connect(data_world, "https://a.example/a.csv", **wrong)
        assert found.value.code == "connection_setting"
    assert not Connection.objects.exists()


def test_new_content_becomes_a_draft_and_the_same_content_does_not(data_world: DataWorld, source: Naughty) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE, ETag='"1"'))
    first = fetched(held)
    assert first.outcome == "new" and first.submission is not None
    draft = first.submission
    assert (draft.state, draft.raw_sha, draft.created_by) == ("draft", first.sha256, data_world.publisher)
    assert draft.organisation == data_world.ministry
    assert raw_files(data_world.workspace).read_bytes(first.sha256) == TABLE
    assert Job.objects.filter(kind="data.read", about_id=str(draft.pk)).count() == 1
    assert fetched(held).outcome == "unchanged" and held.failures == 0
    assert Submission.objects.count() == 1
    source.put("/a.csv", TABLE.replace(b",7,", b",8,"))
    third = fetched(held)
    assert third.outcome == "new" and third.submission == draft  # nobody has taken the draft up yet
    draft.refresh_from_db()
    assert draft.raw_sha == third.sha256 != first.sha256
    assert [f.outcome for f in held.fetches.all()] == ["new", "unchanged", "new"]
    actions = list(AuditEntry.objects.filter(object_id=str(held.pk)).values_list("action", flat=True))
    assert actions == ["connection.fetch", "connection.fetch", "connection.create"]
    assert data_world.value("A", "2024") is None or data_world.value("A", "2024") != 8  # nothing was published


def test_fetches_are_written_once(data_world: DataWorld, source: Naughty) -> None:
    row = fetched(connect(data_world, source.put("/a.csv", TABLE)))
    row.outcome = "unchanged"
    with pytest.raises(RuntimeError):
        row.save()


def test_failures_wait_longer_each_time_and_a_success_forgets_them(data_world: DataWorld, source: Naughty) -> None:
    held = connect(data_world, source.base + "/gone.csv")
    waits = []
    for count in range(1, 12):
        began = timezone.now()
        row = fetched(held)
        assert row.outcome == "failed" and row.fault is not None and row.fault["code"] == "connection_status"
        assert held.failures == count and held.next_due is not None
        waits.append((held.next_due - began).total_seconds())
    assert 270 <= waits[0] <= 340 and 540 <= waits[1] <= 670
    assert all(wait <= 86400 + 5 for wait in waits) and waits[-1] > 86400 * 0.89
    assert AuditEntry.objects.filter(action="connection.fail").count() == 1
    source.put("/gone.csv", TABLE)
    assert fetched(held).outcome == "new" and held.failures == 0
    assert held.next_due is not None and held.next_due > timezone.now() + timedelta(hours=23)


def test_retry_after_is_respected_and_unscheduled_ones_give_up(data_world: DataWorld, source: Naughty) -> None:
    source.paths["/busy.csv"] = lambda h: h.answer(429, b"", Retry_After="7200")
    held = connect(data_world, source.base + "/busy.csv", every=0)
    assert held.next_due is None
    fetched(held)
    assert held.next_due is not None and held.next_due >= timezone.now() + timedelta(seconds=7190)
    for _ in range(4):
        fetched(held)
    assert held.failures == 5 and held.next_due is None


def test_who_lost_the_right_stops_the_connection_with_the_reason(data_world: DataWorld, source: Naughty) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE))
    role = data_world.publisher.memberships.get()
    revoke_role(acting_user=OPERATOR, membership=role, reason="moved")
    row = fetched(Connection.objects.get(pk=held.pk))
    assert row.outcome == "failed" and row.fault is not None and row.fault["code"] == "connection_owner"
    assert not source.seen and not Submission.objects.exists()


def test_secrets_are_encrypted_unlogged_and_stay_with_their_host(data_world: DataWorld, source: Naughty) -> None:
    url = source.put("/a.csv", TABLE)
    held = connect(data_world, url, settings={"url": url, "key_header": "api-key"}, secret="very secret")
    with database.cursor() as cursor:
        cursor.execute("SELECT secret, settings FROM connections_connection")
        assert "very secret" not in str(cursor.fetchall())
    assert "very secret" not in str(list(AuditEntry.objects.values_list("new", "old")))
    fetched(held)
    assert source.seen[-1][1]["api-key"] == "very secret"
    given = {"name": held.name, "every": 0, "mode": "update", "auto_submit": False}
    same_host = {"url": url + "?page=2", "key_header": "api-key"}
    kept = connections.change_connection(acting_user=data_world.publisher, connection=held, settings=same_host, **given)
    assert kept.secret and kept.validators == {}
    moved = connections.change_connection(
        acting_user=data_world.publisher, connection=held, settings={"url": "https://evil.example/a.csv"}, **given
    )
    assert moved.secret == ""


def test_another_key_of_the_site_is_a_fault_that_says_what_to_do(
    data_world: DataWorld, source: Naughty, settings: Settings
) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE), secret="s")
    settings.SECRET_KEY = "another key that is long enough to be one"
    row = fetched(held)
    assert row.fault is not None and row.fault["code"] == "connection_secret"


def test_pausing_changing_and_ending(data_world: DataWorld, source: Naughty) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE), secret="s")
    person = data_world.publisher
    assert due_connections(timezone.now()) == [held]
    connections.pause_connection(acting_user=person, connection=held)
    assert due_connections(timezone.now()) == []
    connections.resume_connection(acting_user=person, connection=held)
    assert due_connections(timezone.now()) == [held]
    ended = connections.end_connection(acting_user=person, connection=held, reason="the source moved")
    assert ended.secret == "" and due_connections(timezone.now()) == []
    assert run_fetch(held, by=None) is None
    with pytest.raises(InputError):
        connections.resume_connection(acting_user=person, connection=held)


def test_two_workers_do_not_fetch_at_once_and_a_change_meanwhile_wins(data_world: DataWorld, source: Naughty) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE))

    outcome: list[Fetch | None] = []
    told: list[int] = []

    def tick(count: int) -> None:  # in this thread, while the body comes
        if not told:
            told.append(count)
            outcome.append(run_fetch(held, by=None))
            Connection.objects.filter(pk=held.pk).update(revision=99)

    assert run_fetch(held, by=None, tick=tick) is None
    assert outcome == [None] and not Fetch.objects.exists() and not Submission.objects.exists()
    held.refresh_from_db()
    assert held.busy_until is None


def test_the_clock_starts_what_is_due_once(
    data_world: DataWorld, source: Naughty, django_capture_on_commit_callbacks: Capture
) -> None:
    held = connect(data_world, source.put("/a.csv", TABLE))
    idle = connect(data_world, source.put("/b.csv", TABLE), every=0)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            enqueue(DUE, {}, actor=OPERATOR)
    assert held.fetches.count() == 1 and idle.fetches.count() == 0
    assert periods()[DUE] == 60
    job = Job.objects.get(kind="connections.fetch")
    assert job.state == "done" and job.result["outcome"] == "new"


def test_a_clean_snapshot_is_handed_in_but_never_approved(
    data_world: DataWorld, source: Naughty, django_capture_on_commit_callbacks: Capture
) -> None:
    from mudmai.apps.data.domain.submissions import approve, note_reading
    from mudmai.apps.data.domain.tables import keep_table
    from tests.apps.data.data_world import tidy

    held = connect(data_world, source.put("/a.csv", TABLE), auto_submit=True)
    row = fetched(held)
    draft = row.submission
    assert draft is not None
    draft.refresh_from_db()

    def read(errors: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            note_reading(
                actor=None, submission=draft, summary={"rows": errors}, report_sha="", warnings=0, accepted=0,
                errors=errors,
                table_sha=keep_table(tidy([("A", "2024", 7.0)]), "t.parquet"),
            )  # fmt: skip
        draft.refresh_from_db()

    read(errors=1)
    assert draft.state == "draft"
    read(errors=0)
    assert draft.state == "submitted" and draft.submitted_by == data_world.publisher
    with pytest.raises(NotAllowed):  # four eyes
        approve(acting_user=data_world.publisher, submission=draft, level=1)
    approve(acting_user=data_world.reviewer, submission=draft, level=1)
    source.put("/a.csv", TABLE.replace(b",7,", b",9,"))
    assert fetched(held).submission != draft  # a submission under way is never touched


def test_from_the_source_to_the_reviewer_by_itself(
    data_world: DataWorld, source: Naughty, django_capture_on_commit_callbacks: Capture
) -> None:
    """The job fetches, the file is really read and checked, and as it is clean it waits for a reviewer."""
    held = connect(data_world, source.put("/a.csv", TABLE), auto_submit=True, every=0)
    with django_capture_on_commit_callbacks(execute=True):
        connections.ask_fetch(acting_user=data_world.publisher, connection=held)
    draft = Submission.objects.get()
    assert draft.errors == 0 and draft.table_sha, draft.reading
    assert (draft.state, draft.submitted_by) == ("submitted", data_world.publisher)
    row = held.fetches.get()
    assert row.by == data_world.publisher and row.submission == draft
    assert data_world.value("A", "2024") != 7
