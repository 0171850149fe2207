"""Parameters that several doors share: years and periods in both calendars, paging, formats."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Query

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.period_text import read_period
from mudmai.core.periods import Frequency, Period

MOST_ROWS = 10_000

YearText = Annotated[
    str | None,
    Query(
        description="A year or period: 2019, 2562, พ.ศ. 2562, FY2024, 2019-Q4. Absent: the latest with data",
        max_length=40,
    ),
]
Release = Annotated[
    str | None,
    Query(description="A release id; absent: the current one. Its figures never change", max_length=64),
]
Packs = Annotated[
    str | None,
    Query(
        description="The state of the packs that a permanent link names: formulas, rules and words as they were then. "
        "Absent: as they are now. With `release` and `packs` an answer never changes",
        max_length=64,
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows on a page")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="Rows to skip")]
TableFormat = Annotated[
    Literal["json", "csv", "parquet"], Query(description="csv has a byte order mark so that Thai opens in Excel")
]


def asked_period(text: str | None, *, field: str = "year") -> Period | None:
    """The period that a query asks for, in either calendar; None stays None.

    Raises :class:`InputError` naming the parameter.
    """
    if text is None or not text.strip():
        return None
    try:
        return read_period(text).period
    except InputError as fault:
        raise InputError(
            Text(f"{field}: {fault.message.th}", f"{field}: {fault.message.en}"), remedy=fault.remedy, code="period"
        ) from fault


def asked_range(first: str | None, last: str | None) -> tuple[Period | None, Period | None]:
    """Both ends of a range; a range that runs backwards is an :class:`InputError`."""
    start, end = asked_period(first, field="from"), asked_period(last, field="to")
    if start and end and (start.frequency != end.frequency or start > end):
        raise InputError(
            Text(f"ช่วง {start} ถึง {end} ใช้ไม่ได้", f"the range {start} to {end} cannot be used"),
            remedy=Text("ให้ from มาก่อน to และมีความถี่เดียวกัน", "let from come before to, in one frequency"),
            code="period",
        )
    return start, end


def asked_calendar_year(text: str | None) -> Period | None:
    """A period whose year counts, as scorecards ask for it."""
    period = asked_period(text)
    return None if period is None else Period(Frequency.ANNUAL, period.year_ce)


def next_address(request: HttpRequest, offset: int | None) -> str | None:
    """The address of the next page: this one with another ``offset``."""
    if offset is None:
        return None
    query = {name: request.GET.getlist(name) for name in request.GET}
    query["offset"] = [str(offset)]
    return f"{request.path}?{urlencode(query, doseq=True)}"


def with_paging(response: HttpResponse, request: HttpRequest, total: int, offset: int | None) -> HttpResponse:
    """Say the total and the next page in the headers too (RFC 8288), for callers of CSV and Parquet."""
    response.headers["X-Total-Count"] = str(total)
    following = next_address(request, offset)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
