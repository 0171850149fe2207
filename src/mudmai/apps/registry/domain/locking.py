"""Rows that are held until a transaction ends, and the one order in which that is done.

A person first, then roles, tokens and invitations, then the organisation at the top; a programme, then its projects,
then what belongs to them, each by its primary key. The log comes last (its writers wait for each other): whoever has
written to it holds nothing more that others may hold. Rows are held without their key (``no_key``), so that a row that
refers to one of them can still be added: the database looks at the referred one when the transaction is kept, which is
after the log was written.
"""

from __future__ import annotations

from mudmai.apps.registry.models import Organisation, Person


def lock_person(person: Person) -> Person:
    """The account as it is now, held. The details are asked for afterwards: while we waited they may have gone."""
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    held: Person = Person.objects.with_details().get(pk=person.pk)
    return held


def lock_top() -> None:
    """Hold the organisation at the top: one at a time may take an administrator away from it."""
    rows = Organisation.objects.filter(parent__isnull=True).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
