"""What somebody writes about a token, on its way from a page to an action."""

from django import forms

from guantong.access.policies import TOKEN_ABILITIES
from guantong.kit.forms import SaidForm, choices_of
from guantong.tokens.actions import LONGEST_DAYS


class TokenForm(SaidForm):
    """A token: its name, what it may do, for how long."""

    words = "tokens.fields"

    name = forms.CharField(max_length=100)
    abilities = forms.MultipleChoiceField(
        choices=choices_of("abilities", TOKEN_ABILITIES), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, initial=90)
