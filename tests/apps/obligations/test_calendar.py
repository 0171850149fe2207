"""Who owes what by when: due days, what has come, reminders once a stage, the feed that calendar programs read."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from mudmai.apps.data.domain.submissions import discard, submit
from mudmai.apps.obligations.domain.calendar import DueState, due_items, open_obligations, visible_obligations
from mudmai.apps.obligations.domain.due import due_date, period_end
from mudmai.apps.obligations.domain.obligations import end_obligation, obligation_named, set_obligation, waive
from mudmai.apps.obligations.domain.reminders import pending_reminders, send_reminders
from mudmai.apps.obligations.interfaces.feed import feed
from mudmai.apps.obligations.interfaces.mail import deliver
from mudmai.apps.obligations.models import Obligation, Reminder, Stage
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.periods import Frequency, Period
from tests.apps.data.data_world import A, DataWorld, draft
from tests.apps.registry.small_world import holding

YEAR = Frequency.ANNUAL


def yearly(data: DataWorld, **more) -> Obligation:
    facts = {"first": Period.year(2023), "last": Period.year(2024), "due_after": 90, **more}
    return set_obligation(
        acting_user=OPERATOR, dataset="toy-money", organisation=data.ministry, frequency=YEAR, **facts
    )


def states(day: date) -> list[tuple[str, str, int]]:
    return [(i.period.iso, i.state.value, i.days) for i in due_items(open_obligations(), day)]


@pytest.mark.parametrize(
    ("period", "after", "unit", "weekends", "expected"),
    [
        ("2023", 90, "day", False, date(2024, 3, 30)),
        ("2023", 90, "day", True, date(2024, 4, 1)),  # a Saturday goes to Monday
        ("2023-Q4", 2, "month", False, date(2024, 2, 29)),
        ("2023-12", 1, "month", False, date(2024, 1, 31)),
        ("2023-11", 1, "month", False, date(2023, 12, 31)),
        ("FY2024", 30, "day", False, date(2024, 10, 30)),  # ends on 30 September 2024
        ("FY2024", 0, "day", False, date(2024, 9, 30)),
    ],
)
def test_due_days(period: str, after: int, unit: str, weekends: bool, expected: date) -> None:
    one = Obligation(due_after=after, due_unit=unit, skip_weekends=weekends, fiscal_start=10)
    assert due_date(one, Period.from_iso(period)) == expected


def test_a_fiscal_year_that_starts_in_january_ends_in_december() -> None:
    assert period_end(Period.fiscal(2024), 1) == date(2024, 12, 31)


def test_states_follow_the_days(data: DataWorld) -> None:
    yearly(data, grace=5, remind_before=14)
    due = date(2024, 3, 30)
    assert states(due - timedelta(days=15))[0] == ("2023", "upcoming", 15)
    assert states(due - timedelta(days=14))[0] == ("2023", "due_soon", 14)
    assert states(due + timedelta(days=5))[0] == ("2023", "due_soon", -5)  # the days of grace
    assert states(due + timedelta(days=6))[0] == ("2023", "overdue", -6)
    assert [s[0] for s in states(due)] == ["2023", "2024"]


def test_what_was_sent_counts_from_the_day_it_was_submitted(data: DataWorld) -> None:
    yearly(data)
    sent = draft(data.contributor, data.ministry, [("K", "2023", 1.0)])
    assert states(date(2024, 4, 10))[0][1] == "overdue"  # a draft is not sent
    submit(acting_user=data.contributor, submission=sent, note="")
    by_period = {p: s for p, s, _ in states(date(2024, 4, 10))}
    assert by_period == {"2023": "received_late", "2024": "upcoming"}  # sent today, long after that day
    (item, _) = due_items(open_obligations(), date(2024, 4, 10))
    assert item.received is not None


def test_a_discarded_draft_and_another_office_do_not_count(data: DataWorld) -> None:
    yearly(data)
    gone = draft(data.contributor, data.ministry, [("K", "2023", 1.0)])
    discard(acting_user=data.contributor, submission=gone)
    assert states(date(2024, 5, 1))[0][1] == "overdue"


def test_an_area_is_covered_by_rows_inside_it(data: DataWorld) -> None:
    yearly(data, area=A)
    sent = draft(data.contributor, data.ministry, [("B1", "2023", 1.0), ("A1", "2024", 1.0)])
    submit(acting_user=data.contributor, submission=sent, note="")
    by_period = {p: s for p, s, _ in states(date(2024, 5, 1))}
    assert by_period["2023"] == "overdue"
    assert by_period["2024"].startswith("received")


def test_a_waiver_needs_a_reason_and_an_owed_period(data: DataWorld) -> None:
    one = yearly(data)
    for period, reason in ((Period.year(2023), " "), (Period.year(2030), "why"), (Period.from_iso("2023-Q1"), "why")):
        with pytest.raises(InputError) as refused:
            waive(acting_user=OPERATOR, obligation=one, period=period, reason=reason)
        assert refused.value.code == "obligation"
    waive(acting_user=OPERATOR, obligation=one, period=Period.year(2023), reason="flood")
    waive(acting_user=OPERATOR, obligation=one, period=Period.year(2023), reason="again")
    item = due_items(open_obligations(), date(2024, 5, 1))[0]
    assert (item.state, item.reason) == (DueState.WAIVED, "flood")
    assert AuditEntry.objects.filter(action="obligation.waive").count() == 1


def test_setting_again_changes_the_open_one_and_the_log_says_what(data: DataWorld) -> None:
    one = yearly(data)
    again = yearly(data, due_after=60)
    assert (again.pk, Obligation.objects.count()) == (one.pk, 1)
    yearly(data, due_after=60)
    rows = list(AuditEntry.objects.filter(action="obligation.set").order_by("sequence"))
    assert [(r.old or {}).get("due_after") for r in rows] == [None, 90]
    end_obligation(acting_user=OPERATOR, obligation=one)
    end_obligation(acting_user=OPERATOR, obligation=one)
    assert states(date(2024, 5, 1)) == []
    assert yearly(data).pk != one.pk
    with pytest.raises(UnknownNameError):
        obligation_named(uuid4())


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": Period.from_iso("2023-Q1")},
        {"last": Period.year(2020)},
        {"due_after": 5000},
        {"due_unit": "week"},
        {"grace": -1},
        {"first": Period.year(1), "last": None},
        {"last": Period.year(9000)},
    ],
)
def test_what_does_not_fit_is_refused(data: DataWorld, wrong: dict) -> None:
    with pytest.raises(InputError) as refused:
        yearly(data, **wrong)
    assert refused.value.code == "obligation"
    assert Obligation.objects.count() == 0


def test_only_publishers_of_everything_set_the_calendar(data: DataWorld) -> None:
    facts = {"dataset": "toy-money", "frequency": YEAR, "first": Period.year(2023), "due_after": 30}
    for person in (data.contributor, data.reviewer):
        with pytest.raises(NotAllowed):
            set_obligation(acting_user=person, organisation=data.ministry, **facts)
    with pytest.raises(NotAllowed):
        set_obligation(acting_user=data.publisher, organisation=data.other, **facts)
    assert set_obligation(acting_user=data.publisher, organisation=data.ministry, **facts).pk


def test_visitors_do_not_hear_of_data_that_are_not_open(data: DataWorld) -> None:
    set_obligation(
        acting_user=OPERATOR, dataset="toy-score", organisation=data.ministry, frequency=YEAR,
        first=Period.year(2023), due_after=30,
    )  # fmt: skip
    yearly(data)
    assert [o.dataset for o in visible_obligations(None)] == ["toy-money"]
    assert len(visible_obligations(data.contributor)) == 2


def test_reminders_go_once_a_stage_to_those_who_hold_the_role(data: DataWorld) -> None:
    yearly(data, area=A)
    english = holding(Role.CONTRIBUTOR, data.ministry, A, name="english")
    english.language = "en"
    english.save(update_fields=["language"])
    holding(Role.READER, data.ministry, name="reader")
    holding(Role.CONTRIBUTOR, data.other, name="elsewhere")
    due = date(2024, 3, 30)
    assert send_reminders(acting_user=None, deliver=deliver, day=due - timedelta(days=20)).mails == 0
    dry = send_reminders(acting_user=None, deliver=deliver, day=due - timedelta(days=10), dry_run=True)
    assert (dry.reminders, dry.mails, len(mail.outbox)) == (1, 4, 0)
    send_reminders(acting_user=None, deliver=deliver, day=due - timedelta(days=10))
    assert {m.to[0] for m in mail.outbox} == {
        f"{n}@example.go.th" for n in ("contributor", "reviewer", "publisher", "english")
    }
    by_to = {m.to[0]: m for m in mail.outbox}
    assert "30 March 2024" in by_to["english@example.go.th"].body
    assert "30 มีนาคม 2567" in by_to["contributor@example.go.th"].body
    assert "ใกล้ครบกำหนด" in by_to["contributor@example.go.th"].body
    assert send_reminders(acting_user=None, deliver=deliver, day=due - timedelta(days=9)).mails == 0
    send_reminders(acting_user=None, deliver=deliver, day=due)
    send_reminders(acting_user=None, deliver=deliver, day=due + timedelta(days=40))
    assert sorted(Reminder.objects.values_list("stage", "mails")) == [("due", 4), ("overdue", 4), ("soon", 4)]
    assert pending_reminders(due + timedelta(days=41)) == []
    told = " ".join(str(e.new) for e in AuditEntry.objects.filter(action="obligation.remind"))
    assert "@" not in told


def test_a_mail_server_that_is_away_loses_no_reminder(data: DataWorld) -> None:
    yearly(data)
    day = date(2024, 4, 30)
    down = send_reminders(acting_user=None, deliver=lambda person, items: False, day=day)
    assert (down.mails, down.failed, Reminder.objects.count()) == (0, 3, 0)
    assert send_reminders(acting_user=None, deliver=deliver, day=day).mails == 3
    assert Reminder.objects.get().stage == Stage.OVERDUE


def test_where_nobody_holds_the_role_the_office_above_hears_of_it(data: DataWorld) -> None:
    set_obligation(
        acting_user=OPERATOR, dataset="toy-money", organisation=data.people.department, frequency=YEAR,
        first=Period.year(2023), last=Period.year(2023), due_after=30,
    )  # fmt: skip
    send_reminders(acting_user=None, deliver=deliver, day=date(2024, 3, 1))
    assert {m.to[0].partition("@")[0] for m in mail.outbox} == {"contributor", "reviewer", "publisher"}


def test_queries_do_not_grow_with_periods_and_obligations(data: DataWorld) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            due_items(visible_obligations(None), date(2024, 5, 1))
        return len(seen)

    yearly(data)
    few = queries()
    for organisation in (data.other, data.people.department):
        set_obligation(
            acting_user=OPERATOR, dataset="toy-money", organisation=organisation, frequency=Frequency.MONTHLY,
            first=Period.from_iso("2015-01"), due_after=30,
        )  # fmt: skip
    assert queries() == few


def test_the_feed_reads_back_and_keeps_its_ids(data: DataWorld) -> None:
    one = yearly(data, last=Period.year(2023))
    waive(acting_user=OPERATOR, obligation=one, period=Period.year(2023), reason="น้ำท่วม; ส่งรวมปีหน้า, ตามหนังสือ")
    items = due_items(open_obligations(), date(2024, 3, 1))
    content = feed(items, "th", address="https://city.example/calendar/")
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75  # RFC 5545 3.1, in octets
    for line in lines:
        line.decode("utf-8")  # never folded inside a letter
    read = Calendar.from_ical(content)
    (event,) = read.walk("VEVENT")
    assert str(event["uid"]) == f"{one.pk}-2023@calendar.mudmai"
    assert event["dtstart"].dt == date(2024, 3, 30)
    assert event["dtend"].dt == date(2024, 3, 31)
    assert str(event["summary"]) == "เงิน พ.ศ. 2566 – ชื่อ ministry"
    assert "น้ำท่วม; ส่งรวมปีหน้า, ตามหนังสือ" in str(event["description"])
    assert str(event["status"]) == "CANCELLED"
    assert not read.errors and not event.errors
    later = Calendar.from_ical(feed(due_items(open_obligations(), date(2024, 5, 1)), "en", address="/"))
    assert str(later.walk("VEVENT")[0]["uid"]) == str(event["uid"])
