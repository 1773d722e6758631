"""Forms whose words come from the labels, and whose refusals by actions stand where they belong."""

from typing import Any, ClassVar

from django import forms

from guantong.kit.language import say, say_later


class SaidForm(forms.Form):
    """A form whose fields are called what the labels under `words` say; those under `hints` explain them.

    Attributes:
        words: Table of labels with a label per field.
    """

    words: ClassVar[str]

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Begin as any form does."""
        super().__init__(*arguments, label_suffix="", **keywords)
        for name, field in self.fields.items():
            field.label = say_later(f"{self.words}.{name}")

    def refuse(self, error: Any) -> None:
        """Say above the fields what an action refused."""
        self.add_error(None, refusal(error))


def refusal(error: Any) -> str:
    """Return what an action refused, in words: `error` has `fault` and `words`, the labels are under `refused`."""
    return say(f"refused.{error.fault}", **error.words)


def choices_of(table: str, values: Any) -> list[tuple[str, Any]]:
    """Return values with what the labels of a table call them."""
    return [(value, say_later(f"{table}.{value}")) for value in values]


class DayField(forms.DateField):
    """A day, picked or typed as 2026-12-31."""

    def __init__(self, **keywords: Any) -> None:
        """Begin as any day does."""
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **keywords)
