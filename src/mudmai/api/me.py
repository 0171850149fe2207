"""Who am I: what a token is worth."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from mudmai.api.callers import KNOWN_CALLERS
from mudmai.api.problem_docs import problems
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import ACTIONS, Reach, decide, organisations_allowing, roles_of

router = Router(tags=["account"], auth=KNOWN_CALLERS)


class RoleOut(Schema):
    """A role that is held now."""

    organisation: str
    organisation_th: str
    organisation_en: str
    role: str
    area_system: str = Field(description="Empty together with area: all areas")
    area: str


class MeOut(Schema):
    """The caller."""

    pseudonym: str
    display_name: str
    language: str
    roles: list[RoleOut]
    by_token: bool
    read_only: bool = Field(description="The token may only read")
    only_organisation: str | None = Field(description="The organisation that the token is held to")
    actions: list[str] = Field(description="What the caller may do in at least one organisation and area")


@router.get("/me", response=MeOut, operation_id="me", openapi_extra=problems("401", "429", "500"))
def me(request: HttpRequest) -> dict[str, Any]:
    """Who calls, with which roles, and what the token allows."""
    person: Person = request.auth  # type: ignore[attr-defined]
    limit = person.token_limit
    held_to = Organisation.objects.filter(pk=limit.organisation).first() if limit and limit.organisation else None
    return {
        "pseudonym": person.pseudonym,
        "display_name": person.display_name,
        "language": person.language,
        "roles": [
            {
                "organisation": m.organisation.code,
                "organisation_th": m.organisation.name_th,
                "organisation_en": m.organisation.name_en,
                "role": m.role,
                "area_system": m.area_system,
                "area": m.area_code,
            }
            for m in roles_of(person)
        ],
        "by_token": limit is not None,
        "read_only": limit is not None and limit.read_only,
        "only_organisation": held_to.code if held_to else None,
        "actions": [code for code in ACTIONS if _may(person, code)],
    }


def _may(person: Person, code: str) -> bool:
    if ACTIONS[code].reach is Reach.SELF:
        return decide(person, code, about=person).allowed
    return organisations_allowing(person, code).exists()
