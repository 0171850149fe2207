"""Release, withdrawal, two publishers of one fact, and data that are not open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mudmai.apps.data.domain import outbox
from mudmai.apps.data.domain import submissions as do
from mudmai.apps.data.domain.releasing import order_release, withdrawal_of
from mudmai.apps.data.models import DatasetHolder, Publication, Submission
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import ImportRefused, InputError
from mudmai.workspace.data_classes import internal_store
from mudmai.workspace.notices import public_notices, withdrawn_from
from mudmai.workspace.publishers import paired_facts, publishers_record
from mudmai.workspace.publishing import publish_tables
from tests.apps.data.data_world import A, DataWorld, Row, draft, tidy
from tests.apps.registry.small_world import holding


def ready(world: DataWorld, rows: list[Row], **more: Any) -> Submission:
    """Approved in the ministry."""
    one = draft(world.contributor, world.ministry, rows, **more)
    do.submit(acting_user=world.contributor, submission=one)
    return do.approve(acting_user=world.reviewer, submission=one, level=1)


def released(world: DataWorld, rows: list[Row], **more: Any) -> Submission:
    return do.release(acting_user=world.publisher, submission=ready(world, rows, **more))


@pytest.fixture
def second(data_world: DataWorld) -> DataWorld:
    """The other ministry publishes money as well."""
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.other)
    return data_world


def released_by_other(world: DataWorld, rows: list[Row]) -> Submission:
    number = Submission.objects.count()
    people = {
        role: holding(role, world.other, name=f"{role.value}{number}")
        for role in (Role.CONTRIBUTOR, Role.REVIEWER, Role.PUBLISHER)
    }
    one = draft(people[Role.CONTRIBUTOR], world.other, rows)
    do.submit(acting_user=people[Role.CONTRIBUTOR], submission=one)
    do.approve(acting_user=people[Role.REVIEWER], submission=one, level=1)
    return do.release(acting_user=people[Role.PUBLISHER], submission=one)


def test_an_update_revises_and_adds_and_leaves_the_rest(data_world: DataWorld) -> None:
    before = data_world.workspace.release().rows
    one = released(data_world, [("A", "2020", 130.0), ("A", "2021", 140.0)])
    assert (data_world.value("A", "2020"), data_world.value("A", "2021")) == (130.0, 140.0)
    assert data_world.value("A", "2019") == 120.0
    assert data_world.workspace.release().rows == before + 1
    assert one.base_release == data_world.workspace.release().parent


def test_replacing_one_area_leaves_the_others(data_world: DataWorld) -> None:
    released(data_world, [("A", "2020", 1.0)], mode="replace", area=A)
    assert data_world.value("A", "2020") == 1.0
    assert data_world.value("A", "2019") is None and data_world.value("A1", "2019") is None
    assert data_world.value("B", "2019") == 100.0


def test_a_whole_replacement_supersedes_what_was_released_before(data_world: DataWorld) -> None:
    old = released(data_world, [("A", "2021", 1.0)])
    part = released(data_world, [("A", "2022", 1.0), ("A", "2023", 1.0)])
    released(data_world, [("A", "2021", 2.0), ("A", "2022", 2.0)])
    old.refresh_from_db(), part.refresh_from_db()
    assert (old.state, part.state) == ("superseded", "released")


def test_a_withdrawal_takes_the_rows_out_and_says_why(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2021", 130.0), ("A", "2020", 127.0), ("B", "2021", 90.0)])
    released(data_world, [("B", "2021", 95.0)])
    with pytest.raises(InputError):
        do.withdraw(acting_user=data_world.publisher, submission=one, reason="")
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="พบว่านับซ้ำ")
    assert one.state == "withdrawn"
    assert data_world.value("A", "2021") is None, "it was added, so it goes"
    assert data_world.value("A", "2020") == 126.0, "it was revised, so the figure of before is served"
    assert data_world.value("B", "2021") == 95.0, "a later release has given it anew"
    (notice,) = public_notices(data_world.workspace, "toy-money")
    assert (notice.reason, notice.facts, notice.series) == ("พบว่านับซ้ำ", 2, ("money",))
    assert (notice.first, notice.last, notice.release) == ("2020", "2021", one.release)
    assert data_world.workspace.release(one.release).cell("money", "", "A", "2021").value == 130.0  # type: ignore[union-attr]
    assert withdrawn_from(data_world.workspace, "toy-money", one.release, "money") == (notice,)
    assert withdrawn_from(data_world.workspace, "toy-money", one.base_release) == ()
    with pytest.raises(InputError) as again:
        do.withdraw(acting_user=data_world.publisher, submission=one, reason="x")
    assert again.value.code == "submission_state"


def test_a_withdrawn_update_leaves_what_it_did_not_change(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2020", 127.0), ("A", "2019", 120.0), ("A", "2021", 1.0)])
    taken = withdrawal_of(one)
    assert (taken.own.num_rows, taken.gone.num_rows, taken.fall_back) == (3, 1, 1)
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ผิด")
    assert [data_world.value("A", year) for year in ("2019", "2020", "2021")] == [120.0, 126.0, None]
    (notice,) = public_notices(data_world.workspace, "toy-money")
    assert notice.facts == 2


def test_figures_fall_back_past_those_that_were_withdrawn(data_world: DataWorld) -> None:
    first, second = (released(data_world, [("A", "2020", value)]) for value in (127.0, 128.0))
    third = released(data_world, [("A", "2020", 129.0), ("A", "2019", 5.0)])
    for one in (first, second):
        one.refresh_from_db()
        assert one.state == "superseded"
    do.withdraw(acting_user=data_world.publisher, submission=third, reason="ผิด")
    assert (data_world.value("A", "2020"), data_world.value("A", "2019")) == (128.0, 120.0)
    second.refresh_from_db(), first.refresh_from_db()
    assert (second.state, first.state) == ("released", "superseded"), "what is served again may be withdrawn"
    fourth = released(data_world, [("A", "2020", 130.0), ("A", "2021", 1.0)])
    again = released(data_world, [("A", "2020", 131.0)])
    do.withdraw(acting_user=data_world.publisher, submission=fourth, reason="ผิด")
    assert data_world.value("A", "2020") == 131.0
    do.withdraw(acting_user=data_world.publisher, submission=again, reason="ผิด")
    assert data_world.value("A", "2020") == 128.0, "not the 130 that was withdrawn meanwhile"


def test_a_withdrawn_replacement_brings_nothing_back(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2020", 127.0), ("A", "2019", 120.0)], mode="replace")
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ผิด")
    assert (data_world.value("A", "2020"), data_world.value("A", "2019")) == (None, 120.0)
    assert data_world.value("B", "2019") is None


def test_a_figure_that_an_import_has_changed_since_is_no_longer_the_submissions(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2020", 127.0)])
    publish_tables(data_world.workspace, {"toyplan/money": tidy([("A", "2020", 999.0)])}, mode="update")
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ผิด")
    assert data_world.value("A", "2020") == 999.0
    assert public_notices(data_world.workspace, "toy-money") == ()


def test_the_same_figures_published_after_a_withdrawal_are_not_marked(data_world: DataWorld) -> None:
    rows: list[Row] = [("A", "2020", 130.0)]
    one = released(data_world, rows)
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ผิด")
    again = released(data_world, rows)
    assert again.release.partition("-")[2] == one.release.partition("-")[2], "the same content under a later number"
    (notice,) = public_notices(data_world.workspace, "toy-money")
    assert withdrawn_from(data_world.workspace, "toy-money", one.release) == (notice,)
    assert withdrawn_from(data_world.workspace, "toy-money", again.release) == ()


def test_an_import_of_what_was_withdrawn_says_so(data_world: DataWorld, tmp_path: Path) -> None:
    one = released(data_world, [("A", "2020", 130.0), ("A", "2021", 131.0)])
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="นับซ้ำ")
    file = tmp_path / "again.csv"
    file.write_text("area_system,area,period,series,value\nland,A,2021,money,131\nland,A,2020,money,126\n")
    _, warnings = data_world.workspace.import_with_warnings(file, dataset="toyplan/money", mode="update")
    (told,) = [one for one in warnings if one.code == "withdrawn_before"]
    assert "1 value of this file was withdrawn" in told.message.en and "นับซ้ำ" in told.message.en


def test_withdrawing_everything_takes_the_table_away(data_world: DataWorld) -> None:
    one = released(data_world, [("A", "2021", 1.0)], mode="replace")
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ยกเลิก")
    assert "toyplan/money" not in data_world.workspace.release().datasets


def test_the_same_content_again_is_released_without_a_new_release(data_world: DataWorld) -> None:
    first = released(data_world, [("A", "2021", 1.0)])
    second = released(data_world, [("A", "2021", 1.0)])
    assert second.state == "released" and second.release == first.release


def test_two_publishers_of_one_fact(second: DataWorld) -> None:
    workspace = second.workspace
    released(second, [("A", "2021", 100.0), ("B", "2021", 50.0)])
    released_by_other(second, [("A", "2021", 110.0), ("K", "2021", 500.0)])
    assert second.value("A", "2021") == 100.0, "the first holder is the official one"
    assert second.value("K", "2021") == 500.0, "a fact that only the other gives is served"
    assert set(workspace.release().datasets) >= {"toyplan/money", "toyplan/money@other"}
    record = publishers_record(workspace, "toy-money")
    assert [(p.organisation, p.is_official, bool(p.left_out)) for p in record.publishers] == [
        ("ministry", True, False),
        ("other", False, True),
    ]
    facts, count = paired_facts(workspace, record, record.publishers[1])
    assert count == 1
    assert (facts[0].served, facts[0].other, facts[0].difference, facts[0].percent) == (100.0, 110.0, 10.0, 10.0)
    (profile,) = [r for r in workspace.datasets() if r.id == "toy-money"]
    assert profile.holding.rows == sum(
        one.rows for name, one in workspace.release().datasets.items() if name.startswith("toyplan/money")
    )


def test_the_official_choice_switches_both_in_one_release_and_back(second: DataWorld) -> None:
    released(second, [("A", "2021", 100.0), ("B", "2021", 50.0)])
    released_by_other(second, [("A", "2021", 110.0)])
    before = second.workspace.release()
    with pytest.raises(NotAllowed):
        do.choose_official(
            acting_user=second.publisher, dataset="toy-money", organisation=second.other, reason="ฉันเลือกเอง"
        )
    do.choose_official(
        acting_user=second.people.root, dataset="toy-money", organisation=second.other, reason="นิยามตรงแผน"
    )
    assert second.workspace.release().sequence == before.sequence + 1
    assert (second.value("A", "2021"), second.value("B", "2021")) == (110.0, 50.0)
    assert second.value("A", "2020") == 126.0, "what only the ministry gives stays"
    record = publishers_record(second.workspace, "toy-money")
    assert [(c.organisation, c.reason) for c in record.standing] == [("other", "นิยามตรงแผน")]
    facts, _ = paired_facts(second.workspace, record, record.publishers[0])
    assert [(f.served, f.other) for f in facts] == [(110.0, 100.0)]
    do.choose_official(acting_user=OPERATOR, dataset="toy-money", organisation=second.ministry, reason="กลับ")
    assert second.value("A", "2021") == 100.0
    assert second.workspace.release().hash == before.hash, "exactly as it was"


def test_a_choice_for_one_series(second: DataWorld) -> None:
    released(second, [("A", "2021", 100.0)])
    released_by_other(second, [("A", "2021", 110.0)])
    do.choose_official(acting_user=OPERATOR, series="money", organisation=second.other, reason="ตรงกว่า")
    assert second.value("A", "2021") == 110.0
    assert DatasetHolder.objects.get(is_official=True, dataset="toy-money").organisation == second.ministry
    released(second, [("A", "2021", 101.0), ("A", "2022", 102.0)])
    assert (second.value("A", "2021"), second.value("A", "2022")) == (110.0, 102.0)


def test_what_stands_back_comes_forward_when_the_official_figure_is_withdrawn(second: DataWorld) -> None:
    one = released(second, [("A", "2021", 100.0)])
    released_by_other(second, [("A", "2021", 110.0)])
    do.withdraw(acting_user=second.publisher, submission=one, reason="ผิด")
    assert second.value("A", "2021") == 110.0


def test_data_that_are_not_open_never_reach_the_public_store(data_world: DataWorld) -> None:
    served = data_world.workspace.store.current_id()
    one = released(data_world, [("A", "2021", 0.25)], dataset="toy-score")
    assert data_world.workspace.store.current_id() == served
    held = internal_store(data_world.workspace).current()
    assert held is not None and held.id == one.release
    assert held.cell("score", "", "A", "2021").value == 0.25  # type: ignore[union-attr]
    do.withdraw(acting_user=data_world.publisher, submission=one, reason="ลับ")
    assert public_notices(data_world.workspace, "toy-score") == ()
    assert data_world.workspace.store.current_id() == served


class Killed(BaseException):
    """The process ends here."""


def killing(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, before: bool) -> None:
    real = getattr(module, name)

    def end(*args: Any, **kwargs: Any) -> None:
        if not before:
            real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(module, name, end)


@pytest.mark.parametrize("moment", ["before publishing", "after publishing"])
@pytest.mark.parametrize("kind", ["release", "withdraw", "choice"])
def test_what_was_interrupted_is_finished_and_twice_is_once(
    second: DataWorld, monkeypatch: pytest.MonkeyPatch, moment: str, kind: str
) -> None:
    first = released(second, [("A", "2021", 100.0)])
    released_by_other(second, [("A", "2021", 110.0)])
    waiting = ready(second, [("A", "2021", 120.0)])
    expected = {"release": 120.0, "withdraw": 110.0, "choice": 110.0}[kind]
    acts = {
        "release": lambda: do.release(acting_user=second.publisher, submission=waiting),
        "withdraw": lambda: do.withdraw(acting_user=second.publisher, submission=first, reason="ผิด"),
        "choice": lambda: do.choose_official(
            acting_user=OPERATOR, dataset="toy-money", organisation=second.other, reason="ตรงกว่า"
        ),
    }
    with monkeypatch.context() as patched:
        killing(patched, outbox, "publish_plan", before=moment == "before publishing")
        with pytest.raises(Killed):
            acts[kind]()
    assert second.value("A", "2021") == (100.0 if moment == "before publishing" else expected)
    assert Publication.objects.filter(done_at=None).count() == 1
    assert do.resume_publications() == 1
    assert second.value("A", "2021") == expected
    released_now = second.workspace.release().id
    assert do.resume_publications() == 0
    assert second.workspace.release().id == released_now
    states = {"release": "released", "withdraw": "released", "choice": "released"}
    first.refresh_from_db(), waiting.refresh_from_db()
    assert waiting.state == (states[kind] if kind == "release" else "approved")
    assert first.state == {"release": "superseded", "withdraw": "withdrawn", "choice": "released"}[kind]


def test_an_import_in_between_is_not_lost(second: DataWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    released(second, [("A", "2021", 100.0)])
    released_by_other(second, [("A", "2021", 110.0)])
    waiting = ready(second, [("A", "2021", 120.0)])
    ordered = order_release(acting_user=second.publisher, submission=waiting)
    publish_tables(second.workspace, {"toyplan/money": tidy([("B", "2022", 7.0)])}, mode="update", note="by hand")
    outbox.carry_out(ordered.pk)
    assert (second.value("A", "2021"), second.value("B", "2022")) == (120.0, 7.0)


def test_figures_that_the_store_refuses_go_back_to_the_publisher(data_world: DataWorld) -> None:
    publish_tables(data_world.workspace, {"by-hand": tidy([("A", "2021", 7.0)])})
    waiting = ready(data_world, [("A", "2021", 120.0)])
    with pytest.raises(ImportRefused):
        do.release(acting_user=data_world.publisher, submission=waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.steps.last().action) == ("approved", "submission.refused")  # type: ignore[union-attr]
    assert not Publication.objects.filter(done_at=None).exists()
    assert data_world.value("A", "2021") == 7.0


def test_a_full_disk_leaves_the_order_open(data_world: DataWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = ready(data_world, [("A", "2021", 120.0)])

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "publish_plan", full)
        with pytest.raises(OSError, match="space"):
            do.release(acting_user=data_world.publisher, submission=waiting)
    waiting.refresh_from_db()
    assert waiting.state == "publishing" and Publication.objects.get(done_at=None).attempts == 1
    assert do.resume_publications() == 1
    waiting.refresh_from_db()
    assert waiting.state == "released"


def test_no_page_and_no_door_shows_what_is_internal(data_world: DataWorld) -> None:
    secret = "0.987654321"
    released(data_world, [("A", "2021", float(secret))], dataset="toy-score")
    addresses = [
        "/",
        "/datasets/",
        "/datasets/toy-score/",
        "/datasets/toy-score/publishers/",
        "/datasets/toy-score/as-of/?series=score&area=A&period=2564",
        "/areas/A/",
        "/plans/toyplan/indicators/B/",
        "/plans/toyplan/indicators/B/data.csv",
        "/api/v1/observations?series=score",
        "/api/3/action/package_show?id=toy-score",
        "/api/3/action/package_list",
        "/datasets/toy-score/data.csv",
        "/submissions/",
    ]
    for address in addresses:
        for prefix in ("", "/en"):
            if prefix and address.startswith("/api"):
                continue
            answer = Client(raise_request_exception=False).get(prefix + address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"987654" not in body, address
            assert answer.status_code < 500, address


def test_those_concerned_get_a_mail(
    data_world: DataWorld, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        one = draft(data_world.contributor, data_world.ministry, [("A", "2021", 1.0)])
        do.submit(acting_user=data_world.contributor, submission=one)
    assert sorted(a for m in mailoutbox for a in m.to) == ["publisher@example.go.th", "reviewer@example.go.th"]
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        do.return_submission(acting_user=data_world.reviewer, submission=one, reasons="แถว 3 ผิดหน่วย {x}")
    (mail,) = mailoutbox
    assert mail.to == ["contributor@example.go.th"] and "แถว 3 ผิดหน่วย {x}" in mail.body
    assert f"/submissions/{one.pk}/" in mail.body and f"/en/submissions/{one.pk}/" in mail.body
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        do.submit(acting_user=data_world.contributor, submission=one)
        do.approve(acting_user=data_world.reviewer, submission=one, level=1)
        mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        do.release(acting_user=data_world.publisher, submission=one)
    assert [m.to for m in mailoutbox if "เผยแพร่แล้ว" in m.subject] == [["contributor@example.go.th"]]
