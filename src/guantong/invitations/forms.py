"""What is written when somebody is invited or joins."""

from django import forms

from guantong.access.forms import RoleForm
from guantong.access.policies import ROLES
from guantong.invitations.actions import Invited
from guantong.kit.forms import SaidForm, choices_of


class InvitationForm(RoleForm):
    """Who is invited, as whom and with which role; employees get none, they are on the list of people."""

    words = "access.fields"

    email = forms.EmailField(max_length=254)
    person = forms.CharField(required=False, max_length=200)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")])
    role = forms.ChoiceField(choices=choices_of("roles", ("employee", *(role for role in ROLES if role != "employee"))))

    field_order = ("email", "person", "role", "scope", "unit", "starts_on", "ends_on", "reason", "language")

    def invited(self) -> Invited:
        """Return who is invited as the action takes it."""
        cells = self.cleaned_data
        wanted = None if cells["role"] == "employee" else self.wanted()
        return Invited(cells["email"], cells["person"], cells["language"], wanted)


class JoinForm(SaidForm):
    """The name of who has no account yet."""

    words = "access.fields"

    name = forms.CharField(max_length=100)
