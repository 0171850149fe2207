"""A snapshot whose checks are clean is handed in for approval where its connection says so; never more than that."""

from __future__ import annotations

import logging

from mudmai.apps.connections.domain.fetching import actor_of
from mudmai.apps.connections.models import Fetch
from mudmai.apps.data.domain.submissions import submit
from mudmai.apps.data.models import State
from mudmai.apps.registry.domain.events import Event
from mudmai.core.errors import MudmaiError

log = logging.getLogger(__name__)


def submit_when_clean(event: Event) -> None:
    """After a file was read: hand it in when it came by a connection that asks for it and nothing is left to decide.

    Approval stays with people: the one who set the connection up counts as its submitter.
    """
    row = (
        Fetch.objects.filter(submission=event.facts["submission"])
        .select_related("connection__set_up_by", "connection__organisation", "submission__organisation")
        .first()
    )
    if row is None or row.submission is None or not row.connection.auto_submit or row.connection.ended_at is not None:
        return
    held = row.submission
    if held.state != State.DRAFT or held.errors or not held.table_sha or held.raw_sha != row.sha256:
        return
    try:
        submit(acting_user=actor_of(row.connection), submission=held, note=f"{row.connection.name}")
    except MudmaiError as refused:
        log.warning("connection %s: its draft was not handed in: %s", row.connection_id, refused.message.en)
