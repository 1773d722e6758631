"""What people say about a row of the company, who follows it, and the files that hang on it.

The row is named by table and id (kit/subjects.py): whoever may see it may see what is said about it, and nobody else.
What was said is changed and marked as removed, never deleted. Comments and attachments have codes that are drawn, so
that a link to one tells nothing and survives a backup.
"""

from typing import Any, ClassVar

from django.db import models

from guantong.access.models import Membership
from guantong.kit.subjects import seen_subject
from guantong.kit.visibility import Viewer, Visible
from guantong.organisation.models import Company

LONGEST_COMMENT = 10_000
"""Characters of a comment."""


class OfSubject(Visible):
    """Something about a row of the company; as much to be seen as the row itself.

    Attributes:
        table, record_id: The row.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    table = models.TextField()
    record_id = models.BigIntegerField()

    class Meta:
        """No table of its own."""

        abstract = True

    @classmethod
    def seen_by(cls, viewer: Viewer, prefix: str) -> models.Q:
        """Return the condition that a viewer may see it, beside that it is there."""
        return seen_subject(viewer, prefix)


class Comment(OfSubject):
    """What somebody said.

    Attributes:
        author: Who.
        text: Markdown, as it was written.
        reply_to: The comment that it answers.
        edited_at: When its author last changed it.
    """

    trail_table: ClassVar[str] = "comments"

    code = models.TextField()
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    text = models.TextField()
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Read by the row that it is about."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "code"], name="comment_code"),
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_says_something"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "table", "record_id"], name="comment_of_record")
        ]


class Follow(OfSubject):
    """That a member is told what is said about a row, or does not want to be any more.

    Attributes:
        since: From when on.
        removed_at: When they stopped; remembered, so that writing another comment does not make them follow again.
    """

    trail_table: ClassVar[str] = "follows"

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A member follows a row once."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "table", "record_id", "membership"], name="follow_once")
        ]


class Attachment(OfSubject):
    """A file that hangs on a row, or on a comment about it; the file itself lies in the store (gateways.py).

    Attributes:
        comment: The comment, where it hangs on one.
        author: Who brought it.
        name: The file's name.
        size: In bytes.
        media_type: What it is, as its content and its name agree.
        digest: SHA-256 of its content, which is also its place in the store.
    """

    trail_table: ClassVar[str] = "attachments"
    seen_through: ClassVar[tuple[str, ...]] = ("comment",)

    code = models.TextField()
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, blank=True, related_name="attachments")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    name = models.TextField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    digest = models.TextField()
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Read by the row that it hangs on."""

        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["company", "code"], name="attachment_code"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="attachment_holds_something"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["company", "table", "record_id"], name="attachment_of_record")
        ]
