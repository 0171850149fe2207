"""The families of forms that a programme may be kept in: those of the workspace's own packs and the shipped ones."""

from __future__ import annotations

from collections.abc import Collection

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.models import Programme
from mudmai.exchange.forms import FormLayouts
from mudmai.workspace.form_packs import form_packs


def known_layouts() -> tuple[FormLayouts, ...]:
    """All families, the workspace's own first. Raises :class:`mudmai.core.errors.PackError` for a broken pack."""
    return tuple(one.layouts for one in form_packs(workspace().home))


def layouts_named(programme: Programme) -> FormLayouts | None:
    """The family that the programme's form names (an id of a family or of a form); None where it names none."""
    named = (one for one in known_layouts() if programme.form in (one.id, *(form.id for form in one.forms)))
    return next(named, None) if programme.form else None


def layouts_holding(forms: Collection[str]) -> FormLayouts | None:
    """The family that has all of these forms; None where there is none, or no form is asked for."""
    asked = set(forms) - {""}
    found = (one for one in known_layouts() if asked <= {form.id for form in one.forms})
    return next(found, None) if asked else None
