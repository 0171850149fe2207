"""Forms of the calendar: they read what was typed; what fits is decided in ``domain``."""

from __future__ import annotations

from django import forms

from mudmai.apps.obligations.models import DueUnit
from mudmai.apps.registry.interfaces.forms import AreaParts
from mudmai.apps.registry.models import Role
from mudmai.core.periods import Frequency


class ObligationForm(AreaParts, forms.Form):
    """What is owed, by when."""

    dataset = forms.CharField(max_length=120)
    organisation = forms.CharField(max_length=40)
    area = forms.CharField(required=False, max_length=130)
    frequency = forms.ChoiceField(choices=[(f.value, f.value) for f in Frequency])
    first = forms.CharField(max_length=40)
    last = forms.CharField(required=False, max_length=40)
    due_after = forms.IntegerField(min_value=0, max_value=1000)
    due_unit = forms.ChoiceField(choices=DueUnit.choices)
    grace = forms.IntegerField(min_value=0, max_value=365, initial=0)
    remind_before = forms.IntegerField(min_value=0, max_value=365, initial=14)
    skip_weekends = forms.BooleanField(required=False)
    contact_role = forms.ChoiceField(choices=Role.choices, initial=Role.CONTRIBUTOR)


class WaiveForm(forms.Form):
    """Which period need not be sent, and why."""

    period = forms.CharField(max_length=8)
    reason = forms.CharField(max_length=500)
