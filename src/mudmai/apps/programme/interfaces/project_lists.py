"""Projects as rows of the list (``mudmai.exchange.project_lists``), for pages, the API and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from mudmai.apps.programme.domain.listed_values import rows_of
from mudmai.apps.programme.models import Project

CHUNK = 1000


def list_batches(projects: QuerySet[Project]) -> Iterator[list[dict[str, Any]]]:
    """All rows of ``projects`` in batches, so that a long list needs no more memory than a short one."""
    rows = projects.select_related("programme").prefetch_related("places", "budget")
    waiting: list[dict[str, Any]] = []
    for one in rows.iterator(chunk_size=CHUNK):
        waiting.extend(rows_of(one))
        if len(waiting) >= CHUNK:
            yield waiting
            waiting = []
    yield waiting
