"""What somebody writes about access, on its way from a page to an action."""

from typing import Any

from django import forms

from guantong.access.actions import Delegated, RoleFor
from guantong.access.policies import ABILITIES, DUTIES, ROLES, SCOPES
from guantong.kit.forms import DayField, SaidForm, choices_of

GRANTED = tuple(role for role in ROLES if role != "employee")


class RoleForm(SaidForm):
    """A role: how far, how long and why."""

    words = "access.fields"

    role = forms.ChoiceField(choices=choices_of("roles", GRANTED))
    scope = forms.ChoiceField(choices=choices_of("scopes", reversed(SCOPES[2:])))
    unit = forms.CharField(required=False, max_length=200)
    starts_on = DayField(required=False)
    ends_on = DayField(required=False)
    reason = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def wanted(self) -> RoleFor:
        """Return the role as the action takes it."""
        cells: dict[str, Any] = {name: self.cleaned_data[name] for name in RoleForm.base_fields}
        return RoleFor(**cells)


class DelegationForm(SaidForm):
    """A duty that somebody else does for a while; who manages access names whose."""

    words = "access.fields"

    giver = forms.CharField(required=False, max_length=200)
    deputy = forms.CharField(max_length=200)
    duty = forms.ChoiceField(choices=choices_of("duties", DUTIES))
    starts_on = DayField()
    ends_on = DayField()

    def wanted(self, own: str) -> Delegated:
        """Return the delegation as the action takes it; of who writes it where it names nobody."""
        cells = {**self.cleaned_data, "giver": self.cleaned_data["giver"] or own}
        return Delegated(**cells)


class ChoiceForm(forms.Form):
    """How far a role shall have an ability."""

    ability = forms.ChoiceField(choices=[(name, name) for name in ABILITIES])
    role = forms.ChoiceField(choices=[(name, name) for name in ROLES])
    scope = forms.ChoiceField(choices=[(name, name) for name in SCOPES])
