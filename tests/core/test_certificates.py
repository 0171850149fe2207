"""Counts of a register: by hand, and what must hold for any register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.certificates import Entry, counts_by_group, counts_by_year, month_day, months_after

TODAY = date(2026, 6, 15)


def test_counts_by_hand() -> None:
    entries = [
        Entry(date(2021, 12, 31)),
        Entry(date(2022, 3, 1), expires_on=date(2024, 2, 29)),
        Entry(date(2023, 5, 5), ended_on=date(2025, 7, 1)),
        Entry(date(2027, 1, 1)),
    ]
    found = counts_by_year(entries, TODAY)
    assert [(one.year, one.count, one.no_known_end) for one in found] == [
        (2021, 1, 1), (2022, 2, 1), (2023, 3, 2), (2024, 2, 2), (2025, 1, 1), (2026, 1, 1),
    ]  # fmt: skip
    assert [one.is_provisional for one in found] == [False] * 5 + [True]
    assert found[-1].day == TODAY


def test_before_the_first_grant_there_is_no_count() -> None:
    assert counts_by_year([], TODAY) == ()
    assert counts_by_year([Entry(date(2027, 1, 1))], TODAY) == ()


def test_the_last_day_holds_and_the_day_of_the_end_does_not() -> None:
    one = Entry(date(2024, 1, 1), expires_on=date(2024, 12, 31))
    assert [x.count for x in counts_by_year([one], date(2025, 1, 1))] == [1, 0]
    ended = Entry(date(2024, 1, 1), ended_on=date(2024, 12, 31))
    assert [x.count for x in counts_by_year([ended], date(2025, 1, 1))] == [0, 0]


def test_groups_without_certificates_count_zero_over_the_years_of_the_register() -> None:
    entries = [Entry(date(2024, 1, 1), area="A"), Entry(date(2025, 1, 1), area="B")]
    found = counts_by_group(entries, TODAY, group=lambda one: one.area, groups=["A", "B", "C"])
    assert {key: [x.count for x in rows] for key, rows in found.items()} == {
        "A": [1, 1, 1], "B": [0, 1, 1], "C": [0, 0, 0],
    }  # fmt: skip


def test_terms_end_on_the_day_before() -> None:
    assert months_after(date(2025, 1, 1), 12) == date(2025, 12, 31)
    assert month_day(date(2024, 8, 31), 6) == date(2025, 2, 28)


DAYS = st.dates(date(2015, 1, 1), date(2026, 6, 15))


@st.composite
def registers(draw: st.DrawFn) -> list[Entry]:
    found = []
    for _ in range(draw(st.integers(1, 8))):
        granted = draw(DAYS)
        months = draw(st.none() | st.integers(1, 60))
        found.append(Entry(granted, months_after(granted, months) if months else None))
    return found


@given(registers(), st.data())
def test_a_withdrawal_never_changes_the_ends_of_earlier_years(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    day = data.draw(st.dates(entries[at].granted_on, TODAY))
    after = [*entries[:at], replace(entries[at], ended_on=day), *entries[at + 1 :]]
    for before, now in zip(counts_by_year(entries, TODAY), counts_by_year(after, TODAY), strict=True):
        if before.year < day.year:
            assert before == now
        else:
            lost = entries[at].valid_on(before.day)
            assert now.count == before.count - lost


@given(registers(), st.data())
def test_expiry_lowers_the_count_from_its_year_on(entries: list[Entry], data: st.DataObject) -> None:
    endless = Entry(data.draw(DAYS))
    last = data.draw(st.dates(endless.granted_on, TODAY - timedelta(days=1)))
    before = counts_by_year([*entries, endless], TODAY)
    after = counts_by_year([*entries, replace(endless, expires_on=last)], TODAY)
    for one, two in zip(before, after, strict=True):
        fallen = one.day > last and one.day >= endless.granted_on
        assert two.count == one.count - fallen
        assert not (fallen and one.year < last.year)


@given(registers())
def test_groups_add_up_to_the_whole(entries: list[Entry]) -> None:
    spread = [replace(one, area="AB"[at % 2]) for at, one in enumerate(entries)]
    whole = counts_by_year(spread, TODAY)
    parts = counts_by_group(spread, TODAY, group=lambda one: one.area)
    for at, one in enumerate(whole):
        assert sum(rows[at].count for rows in parts.values()) == one.count
