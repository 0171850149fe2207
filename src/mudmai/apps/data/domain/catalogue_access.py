"""Which datasets that are not public a person may find in the catalogue."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from mudmai.apps.data.models import DatasetHolder
from mudmai.apps.data.site import datasets
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import organisations_allowing


def closed_datasets_for(person: Person | AnonymousUser) -> frozenset[str]:
    """Ids of datasets that organisations hold (or publish) in which the person may read data that are not public."""
    mine = organisations_allowing(person, "data.read_internal")
    codes = set(mine.values_list("code", flat=True))
    if not codes:
        return frozenset()
    held = DatasetHolder.objects.filter(organisation__in=mine, ended_at=None).values_list("dataset", flat=True)
    return frozenset(held) | {one.id for one in datasets().values() if one.publisher.id in codes}


def may_submit(person: Person | AnonymousUser, dataset: str) -> bool:
    """True when the person may submit data for an organisation that holds the dataset, in some area at least."""
    mine = organisations_allowing(person, "data.submit")
    return DatasetHolder.objects.filter(dataset=dataset, organisation__in=mine, ended_at=None).exists()
