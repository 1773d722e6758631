"""What a member chooses, on its way from a page to an action."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from guantong.notifications.policies import KINDS, Times

if TYPE_CHECKING:
    import datetime

_MINUTES = 60


class ChoicesForm(forms.Form):
    """How a member wants to be told; whether that is possible the action says."""

    digest_hour = forms.IntegerField(required=False)
    digest_days = forms.CharField(required=False)
    quiet_from = forms.TimeField(required=False)
    quiet_to = forms.TimeField(required=False)

    def chosen(self) -> Mapping[str, tuple[bool, str]]:
        """Return by kind whether the list shows it and how it goes by mail, of the kinds that were sent."""
        sent: Any = self.data
        return {kind: (f"shown-{kind}" in sent, sent[f"mail-{kind}"]) for kind in KINDS if f"mail-{kind}" in sent}

    def times(self) -> Times:
        """Return when they want mail; an hour that is none is out of every range."""
        cells = self.cleaned_data
        hour = cells.get("digest_hour")
        quiet = (_minutes(self, "quiet_from"), _minutes(self, "quiet_to"))
        return Times(-1 if hour is None else hour, cells.get("digest_days", ""), *quiet)


def _minutes(form: ChoicesForm, name: str) -> int | None:
    if name in form.errors:
        return -1
    moment: datetime.time | None = form.cleaned_data.get(name)
    return None if moment is None else moment.hour * _MINUTES + moment.minute
