"""Projects as an OC4IDS 0.9 project package (Open Contracting for Infrastructure Data Standards, Open Contracting
Partnership and CoST, https://standard.open-contracting.org/infrastructure/0.9/en/).

Codes of closed lists that the standard does not have are not forced into it: a type or sector in words of one's own
goes to ``additionalClassifications``. Money is grouped by stage in ``budget.budgetBreakdowns``, so that amounts of two
stages never stand in one sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mudmai.exchange.exact_json import without_missing
from mudmai.exchange.project_records import (
    STAGES,
    ContractRecord,
    DocumentRecord,
    MetricRecord,
    MilestoneRecord,
    MoneyRecord,
    PartyRecord,
    PlaceRecord,
    ProjectRecord,
    Publication,
)

VERSION = "0.9"
_STATUS = {
    **{one: one for one in ("identification", "preparation", "implementation", "completion", "maintenance")},
    **{one: one for one in ("decommissioning", "decommissioned", "cancelled")},
    "completed": "completion",
}
TYPES = frozenset({"construction", "rehabilitation", "replacement", "expansion", "decommissioning"})
"""Codelist ``projectType``, closed."""
_BELOW = {
    "energy": ("solar", "wind", "hydropower", "biomass", "geothermal"),
    "transport": ("air", "water", "rail", "road", "urban", "lowCarbon"),
    "naturalResources": ("floodProtection",),
}
SECTORS = frozenset(
    {
        *("education", "health", "communications", "waterAndWaste", "governance", "economy"),
        *("cultureSportsAndRecreation", "socialHousing"),
        *_BELOW,
        *(f"{sector}.{one}" for sector, parts in _BELOW.items() for one in parts),
    }
)
"""Codelist ``projectSector``."""
_CONTRACT_STATUS = {
    **{one: one for one in ("pre-award", "active", "closed")},
    "pending": "pre-award",
    "terminated": "closed",
    "cancelled": "closed",
}


def project_package(records: Iterable[ProjectRecord], publication: Publication) -> dict[str, Any]:
    """The package: ``records`` in the order given. A standard package holds at least one project."""
    return {
        "uri": publication.uri,
        "publishedDate": publication.moment(publication.published),
        "version": VERSION,
        "publisher": {"name": publication.publisher},
        **({"license": publication.licence} if publication.licence else {}),
        "projects": [project_object(record, publication) for record in records],
    }


def project_object(record: ProjectRecord, publication: Publication) -> dict[str, Any]:
    """One project as an object of the standard; what is not known is not there."""
    names = {party.id: party.name for party in record.parties}
    own = [("type", record.type)] if record.type not in TYPES else []
    own += [("sector", one) for one in record.sector if one not in SECTORS]
    told: dict[str, Any] = without_missing(
        {
            "id": publication.project_id(record),
            "updated": publication.moment(record.updated) if record.updated else None,
            "language": publication.language,
            "publicAuthority": reference(record.public_authority, names),
            "title": record.title,
            "description": record.description,
            "status": _STATUS.get(record.status),
            "type": record.type if record.type in TYPES else None,
            "sector": [one for one in record.sector if one in SECTORS],
            "purpose": record.purpose,
            "additionalClassifications": [{"scheme": scheme, "description": words} for scheme, words in own if words],
            "period": publication.period(record.start, record.end),
            "locations": [_location(place) for place in record.places],
            "budget": _budget(record, publication, names),
            "parties": [party_object(party) for party in record.parties],
            "forecasts": [_forecast(metric, publication) for metric in record.metrics if metric.target is not None],
            "metrics": [_measured(one) for one in record.metrics if (one.baseline, one.actual) != (None, None)],
            "milestones": [milestone_object(one, publication) for one in record.milestones],
            "documents": [document_object(one, publication) for one in record.documents],
            "contractingProcesses": [_contracting(one, publication, names) for one in record.contracts],
        }
    )
    return told


def reference(party: str, names: dict[str, str]) -> dict[str, str | None]:
    """A reference to one of the parties; {} where there is none by that id."""
    return {"id": party, "name": names[party]} if party in names else {}


def party_object(party: PartyRecord, *more: str) -> dict[str, Any]:
    """An organisation among the parties; ``more`` are roles beside its own."""
    return {"id": party.id, "name": party.name, "roles": list(dict.fromkeys((*party.roles, *more)))}


def milestone_object(one: MilestoneRecord, publication: Publication) -> dict[str, Any]:
    """A milestone: met where that day is known, else scheduled where one is set (late is not yet "notMet")."""
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "dueDate": publication.day(one.due),
        "dateMet": publication.day(one.met),
        "status": "met" if one.met else "scheduled" if one.due else None,
    }


def document_object(one: DocumentRecord, publication: Publication) -> dict[str, Any]:
    """A document."""
    return {
        "id": one.id,
        "documentType": one.type,
        "title": one.title,
        "url": one.url,
        "datePublished": publication.day(one.published),
    }


def value_object(amount: Any, publication: Publication) -> dict[str, Any]:
    """An amount with its currency; {} where it is not known."""
    return {} if amount is None else {"amount": amount, "currency": publication.currency}


def _location(place: PlaceRecord) -> dict[str, Any]:
    return {
        "id": f"{place.scheme}-{place.code}",
        "description": place.name,
        "gazetteer": {"scheme": place.scheme, "identifiers": [place.code]},
    }


def _budget(record: ProjectRecord, publication: Publication, names: dict[str, str]) -> dict[str, Any]:
    titles = dict(publication.stage_titles)
    stages = sorted({line.stage for line in record.money}, key=_stage_order)
    return {
        "amount": value_object(record.total, publication),
        "budgetBreakdowns": [
            {
                "id": stage,
                "description": titles.get(stage),
                "budgetBreakdown": _lines([one for one in record.money if one.stage == stage], publication, names),
            }
            for stage in stages
        ],
    }


def _stage_order(stage: str) -> tuple[int, str]:
    return (STAGES.index(stage) if stage in STAGES else len(STAGES), stage)


def _lines(money: list[MoneyRecord], publication: Publication, names: dict[str, str]) -> list[dict[str, Any]]:
    ordered = sorted(money, key=lambda one: (one.fiscal_year, one.source, one.source_party))
    count: dict[int, int] = {}
    told = []
    for line in ordered:
        count[line.fiscal_year] = number = count.get(line.fiscal_year, 0) + 1
        told.append(
            {
                "id": f"{line.fiscal_year}-{number}",
                "description": line.source,
                "amount": value_object(line.amount, publication),
                "period": publication.fiscal_period(line.fiscal_year),
                "sourceParty": reference(line.source_party, names),
            }
        )
    return told


def _forecast(metric: MetricRecord, publication: Publication) -> dict[str, Any]:
    target = {
        "id": "target",
        "period": publication.fiscal_period(metric.target_year),
        "measure": metric.target,
        "unit": {"name": metric.unit},
    }
    return {"id": metric.id, "title": metric.title, "observations": [target]}


def _measured(metric: MetricRecord) -> dict[str, Any]:
    figures = (("baseline", metric.baseline), ("actual", metric.actual))
    seen = [{"id": name, "measure": one, "unit": {"name": metric.unit}} for name, one in figures if one is not None]
    return {"id": metric.id, "title": metric.title, "observations": seen}


def _contracting(contract: ContractRecord, publication: Publication, names: dict[str, str]) -> dict[str, Any]:
    ocid = publication.contract_ocid(contract)
    return {
        "id": ocid,
        "summary": {
            "ocid": ocid if publication.ocid_prefix else None,
            "externalReference": contract.number,
            "title": contract.title,
            "status": _CONTRACT_STATUS.get(contract.status),
            "suppliers": [reference(contract.supplier, names)],
            "contractValue": value_object(contract.amount, publication),
            "contractPeriod": publication.period(contract.start, contract.end),
            "documents": [{"id": "1", "title": contract.title or contract.number, "url": contract.url}]
            if contract.url
            else [],
        },
    }
