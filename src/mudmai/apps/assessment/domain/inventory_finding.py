"""Finding inventories that a person may read."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from mudmai.apps.assessment.models import Inventory
from mudmai.apps.assessment.policy import Asking, decide_inventory, visible_inventories
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text


def inventory_for(person: Asking, id: uuid.UUID | str) -> Inventory:
    """The inventory, when the person may read it. Raises :class:`UnknownNameError`, :class:`NotAllowed`."""
    try:
        key = id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        key = None
    found = Inventory.objects.select_related("city__organisation").filter(pk=key).first() if key else None
    if found is None:
        raise UnknownNameError(Text("บัญชีก๊าซเรือนกระจก", "inventory"), str(id))
    decision = decide_inventory(person, found)
    if not decision:
        raise NotAllowed(decision)
    return found


def inventories_for(person: Asking) -> QuerySet[Inventory]:
    """All inventories that the person may read, with their cities, entries and flows: the latest year first."""
    rows = Inventory.objects.select_related("city__organisation").prefetch_related("entries")
    return visible_inventories(rows, person).order_by("-year", "city__name_th", "id")
