"""Who publishes a dataset, for everybody: written beside the releases, so that public pages need no database."""

from __future__ import annotations

from mudmai.apps.data.models import DatasetHolder, OfficialChoice
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.workspace.data_classes import is_public
from mudmai.workspace.publishers import Choice, Publisher, PublishersRecord, keep_record


def write_record(dataset: str) -> None:
    """Write what the database says now. Facts that stand back are named for public data only."""
    public = is_public(dataset_named(dataset))
    holders = DatasetHolder.objects.filter(dataset=dataset).select_related("organisation").order_by("pk")
    choices = OfficialChoice.objects.filter(dataset=dataset).select_related("organisation").order_by("pk")
    record = PublishersRecord(
        tuple(
            Publisher(
                h.organisation.code,
                h.organisation.name,
                h.table,
                h.is_official,
                h.left_out_sha if public else "",
                h.ended_at is not None,
            )
            for h in holders
        ),
        tuple(Choice(c.series, c.organisation.code, c.organisation.name, c.reason, c.at) for c in choices),
    )
    keep_record(workspace(), dataset, record)
