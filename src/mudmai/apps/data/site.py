"""The workspace of this site, as the apps find it: ``settings.MUDMAI_WORKSPACE`` names the function that gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from mudmai.core.datasets import Dataset
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace import Workspace


def workspace() -> Workspace:
    """The open workspace of this process."""
    give: Callable[[], Workspace] = import_string(settings.MUDMAI_WORKSPACE)
    return give()


def datasets() -> dict[str, Dataset]:
    """Every declared dataset by id; of two with one id the later pack's."""
    return {one.id: one for pack in workspace().packs.values() for one in pack.datasets}


def dataset_named(dataset: str) -> Dataset:
    """The declared dataset; an unknown one is refused with near names."""
    known = datasets()
    if dataset not in known:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset, list(known))
    return known[dataset]
