"""Projects as they are exchanged: plain records close to OC4IDS 0.9, and who publishes them under which prefixes.

An empty string, None or an empty tuple is what is not known; it is left out of every file and never becomes zero.
Money is ``Decimal``; years are fiscal years of the Common Era, named after the year in which they end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from mudmai.core.errors import InputError
from mudmai.core.language import Text

STAGES = ("planned", "ordinance", "allocated", "committed", "disbursed")
"""Stages of money in the order in which it passes them; amounts of two stages are never added."""
AS_TOTAL = ("planned", "ordinance", "allocated")
"""Stages whose sum may stand as the value of a project; what is committed or disbursed is not."""


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """An area: its code in the gazetteer ``scheme`` and its name."""

    scheme: str
    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MoneyRecord:
    """Money of one fiscal year and stage. ``source`` is the fund in words, ``source_party`` the id of who gives it."""

    fiscal_year: int
    stage: str
    amount: Decimal | None
    source: str = ""
    source_party: str = ""


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """An organisation that takes part; ``roles`` are codes of ``partyRole``."""

    id: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document; ``type`` is a code of ``documentType``."""

    id: str
    title: str
    type: str = ""
    url: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """A contracting process. ``id`` is unique among all of the publisher; ``number`` is the contract's own."""

    id: str
    number: str = ""
    title: str = ""
    status: str = ""
    amount: Decimal | None = None
    signed: date | None = None
    start: date | None = None
    end: date | None = None
    supplier: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneRecord:
    """Something due, and the day on which it was met."""

    id: str
    title: str
    due: date | None = None
    met: date | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """A promised result. ``target`` is a forecast for ``target_year``; ``baseline`` and ``actual`` were measured."""

    id: str
    title: str
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    actual: Decimal | None = None
    target_year: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A project. ``public_authority`` is the id of one of ``parties``; ``id`` comes without the publisher's prefix."""

    id: str
    title: str
    description: str = ""
    status: str = ""
    type: str = ""
    sector: tuple[str, ...] = ()
    purpose: str = ""
    start: date | None = None
    end: date | None = None
    updated: datetime | None = None
    places: tuple[PlaceRecord, ...] = ()
    money: tuple[MoneyRecord, ...] = ()
    public_authority: str = ""
    parties: tuple[PartyRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    contracts: tuple[ContractRecord, ...] = ()
    milestones: tuple[MilestoneRecord, ...] = ()
    metrics: tuple[MetricRecord, ...] = ()

    @property
    def total_stage(self) -> str:
        """The first stage of :data:`AS_TOTAL` for which there is money; "" where there is none."""
        there = {line.stage for line in self.money}
        return next((stage for stage in AS_TOTAL if stage in there), "")

    @property
    def total(self) -> Decimal | None:
        """The sum of :attr:`total_stage`; None where one of its amounts is not known."""
        amounts = [line.amount for line in self.money if line.stage == self.total_stage]
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes, when, and under which prefixes.

    ``project_prefix`` (``oc4ids-`` and six signs) and ``ocid_prefix`` (``ocds-`` and six signs) are given out by the
    Open Contracting Partnership to each publisher; "" where none was given out yet: ids then stand by themselves.
    ``fiscal_start`` is the month in which a fiscal year begins; ``offset`` the clock of days (RFC 3339).
    ``stage_titles`` are words for stages of money.
    """

    uri: str
    publisher: str
    published: datetime
    currency: str
    project_prefix: str = ""
    ocid_prefix: str = ""
    licence: str = ""
    fiscal_start: int = 10
    offset: str = "Z"
    language: str = ""
    stage_titles: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for kind, prefix in (("oc4ids", self.project_prefix), ("ocds", self.ocid_prefix)):
            if prefix and not re.fullmatch(rf"{kind}-[a-z0-9]{{6}}", prefix):
                raise InputError(
                    Text(
                        f"คำนำหน้ารหัส “{prefix}” ไม่ใช่รูปแบบ {kind}-xxxxxx",
                        f"the prefix “{prefix}” is not of the form {kind}-xxxxxx",
                    ),
                    remedy=Text(
                        "ใช้คำนำหน้าที่ Open Contracting Partnership ออกให้ หรือเว้นว่าง",
                        "use the prefix that the Open Contracting Partnership gave out, or leave it empty",
                    ),
                    code="publication_prefix",
                )

    def project_id(self, record: ProjectRecord) -> str:
        """The id of a project with the publisher's prefix."""
        return _joined(self.project_prefix, record.id)

    def planning_ocid(self, record: ProjectRecord) -> str:
        """The ocid of the planning of a project."""
        return _joined(self.ocid_prefix, record.id)

    def contract_ocid(self, contract: ContractRecord) -> str:
        """The ocid of a contracting process."""
        return _joined(self.ocid_prefix, contract.id)

    def moment(self, when: datetime) -> str:
        """A moment as RFC 3339, whole seconds. ``when`` knows its time zone."""
        return when.replace(microsecond=0).isoformat().replace("+00:00", "Z")

    def period(self, start: date | None, end: date | None) -> dict[str, str | None]:
        """A period from the start of its first to the end of its last day; a side that is not known is left out."""
        return {"startDate": self.day(start), "endDate": self.day(end, "23:59:59")}

    def day(self, day: date | None, time: str = "00:00:00") -> str | None:
        """A day as the moment at which it begins (or ``time``)."""
        return None if day is None else f"{day.isoformat()}T{time}{self.offset}"

    def fiscal_period(self, year: int | None) -> dict[str, str | None]:
        """The days of a fiscal year."""
        if year is None:
            return {}
        first = year if self.fiscal_start == 1 else year - 1
        last = date(first + 1, self.fiscal_start, 1) - timedelta(days=1)
        return self.period(date(first, self.fiscal_start, 1), last)


def _joined(prefix: str, own: str) -> str:
    return f"{prefix}-{own}" if prefix else own
