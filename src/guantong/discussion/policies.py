"""Who may say something, and change or remove what was said; that they may see what it is about is asked before."""

from typing import Protocol

from guantong.access.policies import Viewer


class Authored(Protocol):
    """Something that a member brought."""

    @property
    def author_id(self) -> int:
        """Their membership."""


def may_comment(viewer: Viewer) -> bool:
    """Return whether somebody may comment and attach files."""
    return viewer.may("comment")


def may_change(viewer: Viewer, thing: Authored) -> bool:
    """Return whether somebody may change a comment: only its author, while they may comment at all."""
    return thing.author_id == viewer.membership_id and may_comment(viewer)


def may_remove(viewer: Viewer, thing: Authored) -> bool:
    """Return whether somebody may remove a comment or a file: its author, and who administers the company."""
    return thing.author_id == viewer.membership_id or viewer.may("manage_access")
