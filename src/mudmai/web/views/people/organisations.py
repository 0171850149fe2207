"""Organisations and who holds which role in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.registry.areas import AreaRef, area_name, catalogue, checked_area, covers, listed_areas
from mudmai.apps.registry.domain import invitations, organisations, people, roles
from mudmai.apps.registry.interfaces.forms import InviteForm, NamesForm, OrganisationForm, ReasonForm, RoleForm
from mudmai.apps.registry.interfaces.mail import send_invitation
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.models.organisation import KIND_TITLES
from mudmai.apps.registry.policy import (
    decide,
    memberships_in,
    organisations_allowing,
    require,
)
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import person_of, row_number, signed_in, tell

ROLES = [(role.value, role.title) for role in Role]


@signed_in
def organisation_list(request: HttpRequest, language: str) -> HttpResponse:
    """The organisations that one may see; the form for another one where one may add it."""
    person = person_of(request)
    parents = list(organisations_allowing(person, "organisation.create"))
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        parent = organisations.organisation_named(given.pop("parent"))
        made = organisations.create_organisation(acting_user=person, parent=parent, **given)
        tell(request, "org.added", name=made.name, parent=parent.name)
        return HttpResponseRedirect(address(language_of(request), "organisation", code=made.code))
    people_now = Count("memberships__person", filter=Q(memberships__ended_at__isnull=True), distinct=True)
    rows = organisations_allowing(person, "organisation.view").select_related("parent").annotate(people_now=people_now)
    return render_page(
        request,
        "people/organisations.html",
        part="organisations",
        rows=rows,
        parents=parents,
        form=form,
        kinds=KIND_TITLES.items(),
    )


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One role in the table."""

    membership: Membership
    person: Person
    role: Text
    area: Text
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Areas of one system to choose from."""

    title: Text
    areas: list[tuple[str, Text]]


@signed_in
def organisation(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """One organisation: people, open invitations, and the forms that one may use."""
    person = person_of(request)
    found = organisations.organisation_named(code)
    require(person, "organisation.view", organisation=found)
    forms: dict[str, Any] = {
        "invite": InviteForm(),
        "rename": NamesForm(initial={"name_th": found.name_th, "name_en": found.name_en}),
    }
    if request.method == "POST":
        answer = _act(request, person, found, forms)
        if answer is not None:
            return answer
    return _show(request, person, found, forms)


def _show(request: HttpRequest, person: Person, found: Organisation, forms: dict[str, Any]) -> HttpResponse:
    members = Membership.objects.filter(organisation=found, ended_at__isnull=True).select_related("person__details")
    groups = _areas_to_give(person, found)
    mine = [m for m in memberships_in(person, found) if m.role == Role.ADMINISTRATOR]
    opened = [i for i in found.invitations.filter(accepted_at=None, withdrawn_at=None) if i.is_open(timezone.now())]
    return render_page(
        request,
        "people/organisation.html",
        part="organisations",
        organisation=found,
        members=[_member_row(m, mine) for m in members],
        invitations=[(i, Role(i.role).title, area_name(AreaRef(i.area_system, i.area_code))) for i in opened],
        below=found.children.all(),
        forms=forms,
        roles=ROLES,
        area_groups=groups,
        everywhere=any(m.is_everywhere for m in mine),
        may_invite=bool(mine),
        may_rename=decide(person, "organisation.rename", organisation=found).allowed,
        fresh_link=request.session.pop("fresh_link", None),
    )


def _member_row(membership: Membership, mine: list[Membership]) -> MemberRow:
    area = AreaRef(membership.area_system, membership.area_code)
    may = any(covers(AreaRef(m.area_system, m.area_code), area) for m in mine)
    return MemberRow(membership, membership.person, Role(membership.role).title, area_name(area), may)


def _areas_to_give(person: Person, found: Organisation) -> list[AreaGroup]:
    """The areas in which the person may grant a role here."""
    mine = [AreaRef(m.area_system, m.area_code) for m in memberships_in(person, found) if m.role == Role.ADMINISTRATOR]
    groups = []
    for system in catalogue().area_systems.values() if mine else ():
        open_areas = [
            (f"{system.id}:{a.code}", a.name)
            for a in (*listed_areas(system), *_within(system, mine))
            if any(covers(held, AreaRef(system.id, a.code)) for held in mine)
        ]
        if open_areas:
            groups.append(AreaGroup(system.title, open_areas))
    return groups


def _within(system: AreaSystem, mine: list[AreaRef]) -> list[Area]:
    """Areas of long levels that are listed all the same: those that a role is held in, and their children."""
    listed = set(listed_areas(system))
    codes = {one.code for one in mine if one.system == system.id}
    near = [a for a in system.areas if (a.code in codes or a.parent in codes) and a not in listed] if codes else []
    return near


def _act(request: HttpRequest, person: Person, found: Organisation, forms: dict[str, Any]) -> HttpResponse | None:
    """What a form of the page asks for; None when the form has faults and is shown again."""
    match request.POST.get("do", ""):
        case "invite":
            forms["invite"] = form = InviteForm(request.POST)
            if not form.is_valid():
                return None
            _invite(request, person, found, form)
        case "rename":
            forms["rename"] = names = NamesForm(request.POST)
            if not names.is_valid():
                return None
            organisations.rename_organisation(acting_user=person, organisation=found, **names.cleaned_data)
            tell(request, "org.renamed")
        case "withdraw":
            row = found.invitations.filter(pk=row_number(request.POST.get("invitation"))).first()
            if row is None:
                raise Http404
            invitations.withdraw_invitation(acting_user=person, invitation=row)
            tell(request, "org.withdrawn")
        case _:
            raise Http404
    return HttpResponseRedirect(address(language_of(request), "organisation", code=found.code))


def _invite(request: HttpRequest, person: Person, found: Organisation, form: InviteForm) -> None:
    invited = invitations.invite_person(
        acting_user=person,
        email=form.cleaned_data["email"],
        organisation=found,
        role=Role(form.cleaned_data["role"]),
        area=checked_area(*form.area_parts()),
    )
    link = request.build_absolute_uri(address(language_of(request), "invitation", token=invited.token))
    sent = send_invitation(invited.invitation, link)
    request.session["fresh_link"] = {"link": link, "sent": sent}
    tell(request, "org.invited")


@signed_in
def member(request: HttpRequest, language: str, code: str, pseudonym: str) -> HttpResponse:
    """One person in one organisation: roles to revoke or add, the account to close."""
    acting = person_of(request)
    found = organisations.organisation_named(code)
    require(acting, "organisation.view", organisation=found)
    about = people.person_named(pseudonym)
    held = list(about.memberships.filter(organisation=found, ended_at__isnull=True).select_related("organisation"))
    if not held and not about.memberships.filter(organisation=found).exists():
        raise Http404
    if request.method == "POST":
        return _act_on_member(request, acting, found, about)
    mine = [m for m in memberships_in(acting, found) if m.role == Role.ADMINISTRATOR]
    where = people.governing_organisation(acting, about)
    return render_page(
        request,
        "people/member.html",
        part="organisations",
        organisation=found,
        about=about,
        members=[_member_row(m, mine) for m in held],
        roles=ROLES,
        area_groups=_areas_to_give(acting, found),
        everywhere=any(m.is_everywhere for m in mine),
        may_grant=bool(mine) and about.is_active,
        closing=decide(acting, "person.deactivate", organisation=where),
    )


def _act_on_member(request: HttpRequest, acting: Person, found: Organisation, about: Person) -> HttpResponse:
    reason_form = ReasonForm(request.POST)
    reason = reason_form.cleaned_data["reason"] if reason_form.is_valid() else ""
    match request.POST.get("do", ""):
        case "revoke":
            row = about.memberships.filter(organisation=found, pk=row_number(request.POST.get("membership"))).first()
            if row is None:
                raise Http404
            roles.revoke_role(acting_user=acting, membership=row, reason=reason)
            tell(request, "org.revoked")
        case "grant":
            form = RoleForm(request.POST)
            role = roles.role_named(request.POST.get("role", ""))
            area = checked_area(*form.area_parts()) if form.is_valid() else AreaRef()
            roles.grant_role(acting_user=acting, person=about, organisation=found, role=role, area=area, reason=reason)
            tell(request, "org.granted")
        case "close":
            people.deactivate_person(acting_user=acting, person=about, reason=reason)
            tell(request, "org.closed_done")
        case "reopen":
            people.reactivate_person(acting_user=acting, person=about, reason=reason)
            tell(request, "org.reopened")
        case _:
            raise Http404
    here = language_of(request)
    return HttpResponseRedirect(address(here, "member", code=found.code, pseudonym=about.pseudonym))
