"""What somebody writes, on its way from a page to an action."""

from typing import Any

from django import forms

from guantong.kit.uploads import MOST_FILES


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class CommentForm(forms.Form):
    """A comment: its text, what it answers, files. What is wrong with them the action says."""

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5}))
    reply_to = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, files_from: Any = None, **keywords: Any) -> None:
        """Begin with what was sent.

        Args:
            arguments: As for any form.
            files_from: The files that came with it, None where none can.
            keywords: As for any form.
        """
        super().__init__(*arguments, **keywords)
        self.attached = [] if files_from is None else files_from.getlist("files")[:MOST_FILES]
