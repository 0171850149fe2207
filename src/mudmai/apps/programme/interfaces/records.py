"""Projects of the register as records for exchange (:mod:`mudmai.exchange.project_records`).

Only projects that count are exchanged: one that was merged into another would bring its money twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from mudmai.apps.programme.domain.finding import ProjectPage, programme_for, project_for, project_page
from mudmai.apps.programme.models import BudgetLine, Party, PartyRole, Programme, Project, Stage
from mudmai.apps.programme.policy import Asking, visible_projects
from mudmai.apps.programme.queries import counted_projects
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.models import Organisation
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.exchange.project_records import (
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

CURRENCY = "THB"
_BESIDE = ("places", "parties__organisation", "documents", "contracts__supplier", "milestones", "indicators")


def record_for(person: Asking, id: UUID | str) -> ProjectRecord:
    """One project that the person may read. Raises :class:`UnknownNameError`, :class:`NotAllowed`."""
    held = project_for(person, id)
    if not held.counts:
        raise UnknownNameError(Text("โครงการ", "project"), str(id))
    return project_record(_with_all(Project.objects.filter(pk=held.pk)).get())


def records_of_programme(
    person: Asking, id: UUID | str, *, after: str = "", size: int
) -> tuple[Programme, list[ProjectRecord], ProjectPage]:
    """A programme that the person may read, a page of its projects in their order, and where the next begins."""
    programme = programme_for(person, id)
    page = project_page(_with_all(counted_projects(programme.projects.all())), after=after, size=size)
    return programme, [project_record(row) for row in page.rows], page


def readable_projects(person: Asking, programme: UUID | None = None) -> QuerySet[Project]:
    """The projects that count and that the person may read; None reads what is public."""
    rows = visible_projects(counted_projects(), person or AnonymousUser())
    return rows if programme is None else rows.filter(programme=programme)


def record_page(
    person: Asking, *, programme: UUID | None = None, status: str = "", after: str = "", size: int
) -> tuple[list[ProjectRecord], ProjectPage]:
    """A page of the projects that the person may read, and where the next begins; None reads what is public."""
    rows = readable_projects(person, programme)
    if status:
        rows = rows.filter(status=status)
    page = project_page(_with_all(rows), after=after, size=size)
    return [project_record(row) for row in page.rows], page


def publication_of(records: Iterable[ProjectRecord], *, uri: str, publisher: str) -> Publication:
    """Who publishes; as of the latest change among the records, so that the same facts give the same file.

    The settings ``MUDMAI_PUBLISHER``, ``MUDMAI_OC4IDS_PREFIX`` and ``MUDMAI_OCID_PREFIX`` go before ``publisher`` (the
    site's host) and no prefix.
    """
    top = Organisation.objects.filter(parent=None).order_by("pk").first()
    publisher = settings.MUDMAI_PUBLISHER or (top.name.th if top else "") or publisher
    changes = [record.updated for record in records if record.updated is not None]
    return Publication(
        uri=uri,
        publisher=publisher,
        published=max(changes, default=timezone.now()),
        currency=CURRENCY,
        project_prefix=settings.MUDMAI_OC4IDS_PREFIX,
        ocid_prefix=settings.MUDMAI_OCID_PREFIX,
        offset="+07:00",
        language="th",
        stage_titles=tuple((stage.value, stage.title.th) for stage in Stage),
    )


def _with_all(rows: QuerySet[Project]) -> QuerySet[Project]:
    told = rows.select_related("programme__organisation").prefetch_related(*_BESIDE, _money())
    return told.annotate(changed_at=Max("versions__event__recorded_at"))


def _money() -> Prefetch[str]:
    """The money that counts: where reports tell what was disbursed, theirs in the stead of the ledger's."""
    return Prefetch("budget", queryset=BudgetLine.counted.all(), to_attr="counted_money")


def project_record(project: Project) -> ProjectRecord:
    """The record of a project; what the register does not know stays unknown."""
    parties, authority = _parties(project)
    changed: datetime = getattr(project, "changed_at", None) or project.created_at
    return ProjectRecord(
        id=str(project.pk),
        title=project.title,
        description=project.description,
        status=project.status,
        type=project.type,
        sector=(project.sector,) if project.sector else (),
        purpose=project.purpose or project.objective,
        start=project.start,
        end=project.end,
        updated=changed,
        places=tuple(
            PlaceRecord(one.area_system, one.area, area_name(AreaRef(one.area_system, one.area)).th)
            for one in project.places.all()
        ),
        money=tuple(
            MoneyRecord(one.fiscal_year, one.stage, one.amount, one.source_of_fund)
            for one in getattr(project, "counted_money", None) or []
        ),
        public_authority=authority,
        parties=parties,
        documents=tuple(
            DocumentRecord(str(one.pk), one.title, one.type, one.url, one.published_on)
            for one in project.documents.all()
        ),
        contracts=tuple(
            ContractRecord(
                id=f"{project.pk}-{one.pk}",
                number=one.number,
                title=one.title,
                status=one.status,
                amount=one.amount,
                signed=one.signed_on,
                start=one.start,
                end=one.end,
                supplier=_party_id(one.supplier) if one.supplier else "",
                url=one.url,
            )
            for one in project.contracts.all()
        ),
        milestones=tuple(
            MilestoneRecord(str(one.pk), one.title, one.due_on, one.met_on, one.note)
            for one in project.milestones.all()
        ),
        metrics=tuple(
            MetricRecord(str(one.pk), one.title, one.unit, one.baseline, one.target, one.actual, one.target_year)
            for one in project.indicators.all()
        ),
    )


def _parties(project: Project) -> tuple[tuple[PartyRecord, ...], str]:
    """The parties, each once with all its roles, and the id of the public authority: by default the programme's."""
    names: dict[str, str] = {}
    roles: dict[str, list[str]] = {}
    for one in project.parties.all():
        names.setdefault(_party_id(one), one.name)
        roles.setdefault(_party_id(one), []).append(one.role)
    authority = next((key for key, held in roles.items() if PartyRole.PUBLIC_AUTHORITY in held), "")
    if not authority:
        holder = project.programme.organisation
        authority = holder.code
        names.setdefault(authority, holder.name.th)
        roles.setdefault(authority, []).append(PartyRole.PUBLIC_AUTHORITY.value)
    known = (PartyRecord(key, name, tuple(dict.fromkeys(roles[key]))) for key, name in names.items())
    return tuple(known), authority


def _party_id(party: Party) -> str:
    return party.organisation.code if party.organisation else party.identifier or f"party-{party.pk}"
