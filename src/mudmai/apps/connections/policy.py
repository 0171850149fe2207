"""Who sees connections, who sets them up, who may download what they brought."""

from __future__ import annotations

from django.db.models import QuerySet

from mudmai.apps.connections.models import Connection
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, allowed_rows, decide, organisations_allowing

SEE, CHANGE, DOWNLOAD = "source.view", "source.connect", "data.read_internal"


def visible_connections(person: Actor | None) -> QuerySet[Connection]:
    """Those of organisations in which the person may see connections; ended ones are left out."""
    rows = Connection.objects.filter(ended_at=None).select_related("organisation", "set_up_by")
    return allowed_rows(rows, person, SEE)


def may_see(person: Actor | None, connection: Connection) -> Decision:
    """Its settings (there is no secret among them) and how its fetches went."""
    return decide(person, SEE, organisation=connection.organisation)


def may_change(person: Actor | None, connection: Connection) -> Decision:
    """Set it up, pause it, fetch now, end it."""
    return decide(person, CHANGE, organisation=connection.organisation)


def may_download(person: Actor | None, connection: Connection) -> Decision:
    """The kept files: a source speaks about any area, so the right must reach all of them."""
    return decide(person, DOWNLOAD, organisation=connection.organisation)


def organisations_to_connect(person: Person) -> QuerySet[Organisation]:
    """Where the person may set up a connection."""
    return organisations_allowing(person, CHANGE)
