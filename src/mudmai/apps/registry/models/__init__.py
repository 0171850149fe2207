"""The rows: accounts, personal details (apart), organisations, memberships, invitations, the log."""

from __future__ import annotations

from mudmai.apps.registry.models.audit import AuditEntry
from mudmai.apps.registry.models.invitation import Invitation
from mudmai.apps.registry.models.membership import Membership, Role
from mudmai.apps.registry.models.organisation import Organisation, OrganisationKind
from mudmai.apps.registry.models.person import Person, PersonalDetails
from mudmai.apps.registry.models.token import ApiToken, TokenLimit

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Invitation",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Person",
    "PersonalDetails",
    "Role",
    "TokenLimit",
]
