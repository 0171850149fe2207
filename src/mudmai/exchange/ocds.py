"""Projects and their contracts as an OCDS 1.1 release package (Open Contracting Data Standard, Open Contracting
Partnership, https://standard.open-contracting.org/1.1/en/).

A project gives one release of its planning (``planning.budget``) and one for each contracting process, which points to
the planning by ``relatedProcesses``. The standard wants an award beside each contract: it says no more than who
supplies. Amounts by year and stage have no place in the standard without an extension; they are in
:mod:`mudmai.exchange.oc4ids`, to which ``planning.budget.projectID`` leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from mudmai.exchange.exact_json import without_missing
from mudmai.exchange.oc4ids import document_object, milestone_object, party_object, reference, value_object
from mudmai.exchange.project_records import ContractRecord, PartyRecord, ProjectRecord, Publication

VERSION = "1.1"
ROLES = frozenset(
    {
        *("buyer", "procuringEntity", "supplier", "tenderer", "funder", "enquirer"),
        *("payer", "payee", "reviewBody", "interestedParty"),
    }
)
"""Codelist ``partyRole``; those of infrastructure projects are not in it."""
_CONTRACT_STATUS = {
    **{one: one for one in ("pending", "active", "cancelled", "terminated")},
    "pre-award": "pending",
    "closed": "terminated",
}


def release_package(records: Iterable[ProjectRecord], publication: Publication) -> dict[str, Any]:
    """The package: for each record its planning, then its contracting processes, in the order given."""
    return {
        "uri": publication.uri,
        "version": VERSION,
        "publishedDate": publication.moment(publication.published),
        "publisher": {"name": publication.publisher},
        **({"license": publication.licence} if publication.licence else {}),
        "releases": [release for record in records for release in releases(record, publication)],
    }


def releases(record: ProjectRecord, publication: Publication) -> list[dict[str, Any]]:
    """The releases of one project: its planning, then one for each contract."""
    return [_planning(record, publication), *(_contracting(record, one, publication) for one in record.contracts)]


def _planning(record: ProjectRecord, publication: Publication) -> dict[str, Any]:
    budget = {
        "id": publication.project_id(record),
        "amount": value_object(record.total, publication),
        "project": record.title,
        "projectID": publication.project_id(record),
    }
    planning = {
        "rationale": record.purpose,
        "budget": budget,
        "documents": [document_object(one, publication) for one in record.documents],
        "milestones": [milestone_object(one, publication) for one in record.milestones],
    }
    wanted = {record.public_authority, *(line.source_party for line in record.money)}
    head = _head(record, publication.planning_ocid(record), ["planning"], wanted, publication)
    told: dict[str, Any] = without_missing({**head, "planning": planning})
    return told


def _contracting(record: ProjectRecord, contract: ContractRecord, publication: Publication) -> dict[str, Any]:
    names = {party.id: party.name for party in record.parties}
    title = contract.title or contract.number
    award = {"id": contract.id, "title": title, "suppliers": [reference(contract.supplier, names)]}
    signed = {
        "id": contract.id,
        "awardID": contract.id,
        "title": title,
        "description": contract.number,
        "status": _CONTRACT_STATUS.get(contract.status),
        "period": publication.period(contract.start, contract.end),
        "value": value_object(contract.amount, publication),
        "dateSigned": publication.day(contract.signed),
        "documents": [{"id": "1", "title": title, "url": contract.url}] if contract.url else [],
    }
    planning = {
        "id": "1",
        "relationship": ["planning"],
        "title": record.title,
        "scheme": "ocid",
        "identifier": publication.planning_ocid(record),
    }
    wanted = {record.public_authority, contract.supplier}
    head = _head(record, publication.contract_ocid(contract), ["award", "contract"], wanted, publication)
    body = {"awards": [award], "contracts": [signed], "relatedProcesses": [planning]}
    told: dict[str, Any] = without_missing({**head, **body})
    return told


def _head(
    record: ProjectRecord, ocid: str, tag: list[str], wanted: set[str], publication: Publication
) -> dict[str, Any]:
    """What every release begins with. Its id changes with its date, as the standard wants it."""
    date = publication.moment(record.updated or publication.published)
    names = {party.id: party.name for party in record.parties}
    parties = [_party(party, record) for party in record.parties if party.id in wanted]
    return {
        "ocid": ocid,
        "id": f"{ocid}-{date}",
        "date": date,
        "language": publication.language,
        "tag": tag,
        "initiationType": "tender",
        "parties": parties,
        "buyer": reference(record.public_authority, names),
    }


def _party(party: PartyRecord, record: ProjectRecord) -> dict[str, Any]:
    own = tuple(role for role in party.roles if role in ROLES)
    return party_object(replace(party, roles=own), *(("buyer",) if party.id == record.public_authority else ()))
